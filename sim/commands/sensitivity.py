"""`landbridge sensitivity`: what P(corridor) depends on, and how much of it is chance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim import disk
from sim.commands.shared import arguments
from sim.commands.sweep import announce_sweep
from sim.config import saved
from sim.config.compose import Composer, typed
from sim.config.main_settings import levers
from sim.config.schema import Config
from sim.config.sweep_space import Interval as Span
from sim.config.sweep_space import space
from sim.errors import LandbridgeError
from sim.paths import located, shown
from sim.show.base.differences import named
from sim.show.base.digits import ranged

if TYPE_CHECKING:
    from sim.analysis.stats.sobol import Plan, Sensitivity
    from sim.ensemble.simulator import Simulator
    from sim.ensemble.sweep.points import Sweep

_OWN = {"base": "64", "worlds": "16", "kind": "road", "out": "sensitivity"}
_PRIOR = "=prior"
FILE, VARIANT = "sensitivity.json", "rules.variant"


@dataclass(frozen=True)
class Input:
    """A setting that is varied: what a share (0 to below 1) of its range is as overrides."""

    key: str
    at: Callable[[float], list[str]]
    words: str  # the range


def command(
    words: Sequence[str],
    config_dir: Path | None,
    simulator: Simulator | None,
    drawing: bool = True,
    dry_run: bool = False,
) -> int:
    """Run the design, print and write the indices, draw them."""
    mine, overrides = arguments.split(words, _OWN, "sensitivity", _PRIOR)
    kind = arguments.kind(mine)
    base = arguments.whole(mine, "base", 8, 65536)
    worlds = arguments.whole(mine, "worlds", 2, 100_000)
    composer = Composer(config_dir)
    fixed, inputs = chosen(overrides, composer, config_dir)
    from sim.analysis.stats.sobol import Plan, sensitivity
    from sim.ensemble.store import folder
    from sim.ensemble.store.manifest import as_json

    plan = Plan.made(base, len(inputs))
    fixed = [*fixed, f"ensemble.worlds={worlds}"]
    out = located(mine["out"], "out")
    sweep, shared = _sweep(plan, inputs, fixed, composer, simulator, out)
    announce_sweep(sweep)
    if dry_run:
        return 0
    with folder.opened(out, sweep.kind, [FILE], "out"):
        found = sensitivity(plan, _run(sweep, shared, kind), worlds, [one.key for one in inputs])
        print(said(found, kind))
        tree = {"kind": kind, "ranges": {one.key: one.words for one in inputs}, **found.as_dict()}
        disk.stage(out / FILE, as_json(tree))
        folder.commit(out, [FILE])
        print(f"Written                   {shown(out / FILE)}")
        if drawing:
            from sim.show.studies.response import draw_sensitivity

            title = named(shared.title or shared.scenario, fixed)
            figure = draw_sensitivity(found, kind, title, out)
            print(f"Figure                    {shown(figure)}")
    return 0


def chosen(
    overrides: Sequence[str], composer: Composer, config_dir: Path | None
) -> tuple[list[str], list[Input]]:
    """The overrides that all points share, and the inputs; the default ones if none are named.

    Uncertain inputs that are not named are drawn from their ranges and count as chance. Which
    variant of the rules is true is an input of its own, if several have weight.
    """
    priors = [one.removesuffix(_PRIOR) for one in overrides if one.endswith(_PRIOR)]
    priors = [one for one in priors if one != "uncertainty"]
    rest = [one for one in overrides if one.removesuffix(_PRIOR) not in priors]
    swept = space(rest, config_dir)
    fixed = swept.fixed
    if not any(one.startswith("uncertainty=") for one in fixed):
        fixed = ["uncertainty=prior", *fixed]  # a posterior would overrule the ranges
    config = composer.compose(fixed)
    if int(config.ensemble.chances) != 1:
        raise LandbridgeError(
            f"ensemble.chances={config.ensemble.chances}: must be 1; every world has its own draw"
        )
    variants = list(_variants(typed(config)))
    if not swept.dimensions and not priors:
        return fixed, [*_usual(typed(config), config), *variants]
    found = [_prior(key, config) for key in priors]
    for one in swept.dimensions:
        if not isinstance(one, Span):
            raise LandbridgeError(
                f"{one.key}: sensitivity needs interval(low,high), or {one.key}=prior"
            )
        found.append(_span(one, config))
    return fixed, [*found, *variants]


def _variants(config: Config) -> Iterator[Input]:
    """Which variant of the rules: shares of its range as the weights are, in their order."""
    from sim.model.variants import variants

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
        from sim.model.inputs import triangular

        value = triangular(share, low, central, high)
        return [f"{key}.{end}={value:.6g}" for end in ("low", "central", "high")]

    return Input(key, at, f"{low:g} to {high:g}, most likely {central:g}")


def _usual(config: Config, settings: saved.Settings) -> Iterator[Input]:
    """Objectives for and against the corridor, strengths of the main factions, red lines."""
    for one in levers(config):
        if one.is_range:
            yield _prior(one.key, settings)
        else:
            yield _span(Span(one.key, one.low, one.high, whole=False, log=one.log), settings)


def _sweep(
    plan: Plan,
    inputs: Sequence[Input],
    fixed: Sequence[str],
    composer: Composer,
    simulator: Simulator | None,
    directory: Path,
) -> tuple[Sweep, Config]:
    """A point for each of the plan, and A again for the dummy, each with luck of its own."""
    from sim.ensemble.run import Inputs
    from sim.ensemble.sweep.points import Point, Sweep

    base = composer.compose(fixed)
    shared, known = typed(base), Inputs(simulator)
    points: list[Point] = []
    for number, row in enumerate(plan.rows):
        seed = f"ensemble.seed={shared.ensemble.seed + number}"
        values = [text for one, share in zip(inputs, row, strict=True) for text in one.at(share)]
        config = composer.compose([*fixed, *values, seed])
        named = dict(text.split("=", 1) for text in [*values, seed])
        plain = saved.plain(config)
        yaml, scenario = saved.as_yaml(plain), known.scenario(config, plain)
        points.append(Point(number, named, [*fixed, *values, seed], yaml, scenario))
    return Sweep(directory, points, base, "sensitivity"), shared


def _run(sweep: Sweep, shared: Config, kind: str) -> list[int]:
    """Worlds with a corridor at each point; raises LandbridgeError if one failed."""
    from sim.analysis.sweep.summary import sweep_all
    from sim.commands.shared.progress import Display

    with Display([f"point {point.number}" for point in sweep.points]) as display:
        result = sweep_all(sweep, shared.engine, display.show, display.start)
    for number, error in result.failed.items():
        raise LandbridgeError(f"point {number}: {error}")
    return [int(sweep.jobs[point.number].prefix()[kind].sum()) for point in sweep.points]


def said(found: Sensitivity, kind: str) -> str:
    """The indices in a few lines, the largest first."""
    p, total = found.p, found.inputs.estimate + found.chance.estimate
    width = max(len(one.name) for one in found.effects)
    lines = [
        f"P(corridor by {kind}) over the inputs below: {ranged(p)}, "
        f"{found.points} points of {found.worlds} worlds",
        f"Variance of a world's outcome: {max(0.0, found.inputs.estimate) / total:.1%} from these "
        f"inputs (P varies by {max(0.0, found.inputs.estimate) ** 0.5:.3f} about its mean), the "
        "rest from chance and all other inputs",
    ]
    if not found.seen:
        lines.append("The inputs cannot be told from noise: more worlds or base points are needed")
    lines.append(f"{'':<{width}}  first order          total                P low third -> high")
    *inputs, dummy = found.effects
    for one in [*sorted(inputs, key=lambda e: -e.total.estimate), dummy]:
        first, whole = (
            f"{i.estimate:5.2f} [{i.low:5.2f}, {i.high:5.2f}]" for i in (one.first, one.total)
        )
        lines.append(
            f"{one.name:<{width}}  {first}  {whole}  {one.low.estimate:.3f} -> "
            f"{one.high.estimate:.3f}"
        )
    lines.append(f"({p.level:.0%} intervals: {p.method}; the dummy does nothing: it shows noise)")
    return "\n".join(lines)
