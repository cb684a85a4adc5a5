"""The study of sensitivity: its inputs, its design, its points with random numbers of their own.

Uncertain inputs that are not varied are drawn from their ranges and count as chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim import disk
from sim.analysis.stats.sobol import Plan, Sensitivity, sensitivity
from sim.analysis.studies.points import Start, plain_worlds, run_points
from sim.config import saved
from sim.config.compose import Composer, typed
from sim.config.main_settings import levers
from sim.config.points import PointComposer
from sim.config.schema import Config
from sim.config.sweep_space import Interval as Span
from sim.config.sweep_space import refuse_many, space
from sim.ensemble.run import Inputs
from sim.ensemble.schedule import Watch
from sim.ensemble.simulator import Simulator
from sim.ensemble.store import folder
from sim.ensemble.store.manifest import as_json
from sim.ensemble.sweep.points import Point, Sweep
from sim.errors import LandbridgeError
from sim.model.inputs import triangular
from sim.model.variants import variants

_PRIOR = "=prior"
FILE, KIND, VARIANT = "sensitivity.json", "sensitivity", "rules.variant"


@dataclass(frozen=True)
class Input:
    """A setting that is varied: what a share (0 to below 1) of its range is as overrides."""

    key: str
    at: Callable[[float], list[str]]
    words: str  # the range


@dataclass(frozen=True)
class SensitivityPlan:
    """A design and its points: nothing is on disk yet."""

    design: Plan
    inputs: Sequence[Input]
    overrides: Sequence[str]  # that all points share
    shared: Config
    sweep: Sweep
    kind: str

    @property
    def names(self) -> list[str]:
        """What the points are called."""
        return [_name(point) for point in self.sweep.points]


def plan_sensitivity(
    overrides: Sequence[str],
    directory: Path,
    *,
    kind: str = "road",
    base: int = 64,
    worlds: int = 16,
    config_dir: Path | None = None,
    simulator: Simulator | None = None,
    watch: Callable[[int, int], None] | None = None,
) -> SensitivityPlan:
    """Check what is asked and lay out the design; raises LandbridgeError for what cannot be.

    Args:
        overrides: settings; KEY=interval(LOW,HIGH) and KEY=prior are varied, or the main levers.
        directory: of the study.
        kind: of corridor.
        base: rows of the design; there are base x (inputs + 3) points.
        worlds: at each point.
        config_dir: the user's own configs.
        simulator: the model.
        watch: is told how many points of how many are read.
    """
    composer = Composer(config_dir)
    given = [*plain_worlds(overrides), *overrides]
    fixed, inputs = varied(given, composer, config_dir)
    fixed = [*fixed, f"ensemble.worlds={worlds}"]
    refuse_many(f"--base={base} with {len(inputs)} settings", base * (len(inputs) + 3))
    design = Plan.made(base, len(inputs))
    sweep, shared = _sweep(design, inputs, fixed, composer, simulator, directory, watch)
    return SensitivityPlan(design, inputs, fixed, shared, sweep, kind)


def run_sensitivity(
    plan: SensitivityPlan, watch: Watch | None = None, start: Start | None = None
) -> Sensitivity:
    """Run what is missing, and write `sensitivity.json`."""
    sweep, worlds = plan.sweep, plan.shared.ensemble.worlds
    with folder.opened(sweep.directory, sweep.kind, [FILE]):
        run_points(sweep, plan.shared.executor, _name, watch, start)
        formed = [int(sweep.jobs[point.number].prefix()[plan.kind].sum()) for point in sweep.points]
        indices = sensitivity(
            plan.design, formed, worlds, [varied_input.key for varied_input in plan.inputs]
        )
        ranges = {varied_input.key: varied_input.words for varied_input in plan.inputs}
        tree = {"kind": plan.kind, "ranges": ranges, **indices.as_dict()}
        disk.stage(sweep.directory / FILE, as_json(tree))
        folder.commit(sweep.directory, [FILE])
    return indices


def _name(point: Point) -> str:
    return f"point {point.number}"


def varied(
    overrides: Sequence[str], composer: Composer, config_dir: Path | None
) -> tuple[list[str], list[Input]]:
    """The overrides that all points share, and the inputs; the default ones if none are named.

    Which variant of the rules is true is an input of its own, if several have weight.
    """
    priors = [override.removesuffix(_PRIOR) for override in overrides if override.endswith(_PRIOR)]
    priors = [prior for prior in priors if prior != "uncertainty"]
    rest = [override for override in overrides if override.removesuffix(_PRIOR) not in priors]
    swept = space(rest, config_dir)
    fixed = swept.fixed
    if not any(override.startswith("uncertainty=") for override in fixed):
        fixed = ["uncertainty=prior", *fixed]  # a posterior would overrule the ranges
    config = composer.compose(fixed)
    if int(config.ensemble.replications_per_draw) != 1:
        raise LandbridgeError(
            f"ensemble.replications_per_draw={config.ensemble.replications_per_draw}: must be 1; "
            "every world has its own draw"
        )
    weighted = list(_variants(typed(config)))
    if not swept.dimensions and not priors:
        return fixed, [*_usual(typed(config), config), *weighted]
    inputs = [_prior(key, config) for key in priors]
    for dimension in swept.dimensions:
        if not isinstance(dimension, Span):
            raise LandbridgeError(
                f"{dimension.key}: sensitivity needs interval(low,high), or {dimension.key}=prior"
            )
        inputs.append(_span(dimension, config))
    return fixed, [*inputs, *weighted]


def _variants(config: Config) -> Iterator[Input]:
    """Which variant of the rules: shares of its range as the weights are, in their order."""
    known = variants(config)
    if len(known.names) < 2:
        return
    ends = known.chance.cumsum()

    def at(share: float) -> list[str]:
        which = min(int(ends.searchsorted(share, side="right")), len(known.names) - 1)
        return [f"{VARIANT}={known.names[which]}"]

    shares = zip(known.names, known.chance, strict=True)
    yield Input(VARIANT, at, ", ".join(f"{name} {share:.0%}" for name, share in shares))


def _span(span: Span, config: saved.Settings) -> Input:
    is_range = saved.value(config, f"{span.key}.central") is not None
    ends = [f"{span.key}.{end}" for end in ("low", "central", "high")] if is_range else [span.key]

    def at(share: float) -> list[str]:
        return [f"{key}={span.at(share)}" for key in ends]

    return Input(span.key, at, f"{span.low:g} to {span.high:g}" + (", log" if span.log else ""))


def _prior(key: str, config: saved.Settings) -> Input:
    """An uncertain input over the triangular distribution of its range."""
    ends = [saved.value(config, f"{key}.{end}") for end in ("low", "central", "high")]
    if any(not isinstance(end, float | int) for end in ends):
        raise LandbridgeError(f"{key}=prior: not an uncertain input (low, central, high)")
    low, central, high = (float(str(end)) for end in ends)

    def at(share: float) -> list[str]:
        value = triangular(share, low, central, high)
        return [f"{key}.{end}={value:.6g}" for end in ("low", "central", "high")]

    return Input(key, at, f"{low:g} to {high:g}, most likely {central:g}")


def _usual(config: Config, settings: saved.Settings) -> Iterator[Input]:
    """Objectives for and against the corridor, strengths of the main factions, red lines."""
    for lever in levers(config):
        if lever.is_range:
            yield _prior(lever.key, settings)
        else:
            yield _span(
                Span(lever.key, lever.low, lever.high, whole=False, log=lever.log), settings
            )


def _sweep(
    design: Plan,
    inputs: Sequence[Input],
    fixed: Sequence[str],
    composer: Composer,
    simulator: Simulator | None,
    directory: Path,
    watch: Callable[[int, int], None] | None,
) -> tuple[Sweep, Config]:
    """A point for each of the plan, and A again for the dummy, with random numbers of their own."""
    points_of, known = PointComposer(composer, fixed), Inputs(simulator)
    shared = typed(points_of.tree)
    points: list[Point] = []
    for number, row in enumerate(design.rows):
        seed = f"ensemble.seed={shared.ensemble.seed + number}"
        values = [
            text
            for varied_input, share in zip(inputs, row, strict=True)
            for text in varied_input.at(share)
        ]
        given = [*fixed, *values, seed]
        made = points_of.compose(given)
        by_key = dict(text.split("=", 1) for text in [*values, seed])
        points.append(Point(number, by_key, given, made.plain, known.checked(made)))
        if watch:
            watch(number + 1, len(design.rows))
    return Sweep(directory, points, points_of.tree, KIND), shared
