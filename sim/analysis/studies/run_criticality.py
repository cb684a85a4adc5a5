"""The study of criticality: a scenario with and without a garrison at each of many places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim import disk
from sim.analysis.stats.intervals import Interval, share
from sim.analysis.studies import criticality
from sim.analysis.studies.criticality import Criticality, Garrison
from sim.analysis.studies.points import Start, plain_worlds, run_points
from sim.config import saved
from sim.config.compose import Composer
from sim.config.points import Settings
from sim.config.schema import Config
from sim.ensemble.run import Inputs, Prepared, prepare
from sim.ensemble.schedule import Watch
from sim.ensemble.simulator import Simulator
from sim.ensemble.store import folder
from sim.ensemble.store.manifest import as_json
from sim.ensemble.sweep.points import Point, Sweep
from sim.errors import LandbridgeError, bad_value

FILE, KIND = "criticality.json", "criticality"


@dataclass(frozen=True)
class CriticalityPlan:
    """Garrisons that are tried: nothing is on disk yet."""

    prepared: Prepared  # the scenario without any
    overrides: Sequence[str]
    garrisons: Sequence[Garrison]
    sweep: Sweep  # point 0 without a garrison, then one with each
    kind: str

    @property
    def names(self) -> list[str]:
        """What the points are called."""
        return [_name(point) for point in self.sweep.points]


@dataclass(frozen=True)
class CriticalityFindings:
    """P without a garrison, and what each changes, that under which P falls most first."""

    without: Interval
    rows: Sequence[Criticality]
    worlds: int


def plan_criticality(
    overrides: Sequence[str],
    directory: Path,
    *,
    kind: str = "road",
    garrison: int = 1000,
    places: Sequence[str] = (),
    config_dir: Path | None = None,
    simulator: Simulator | None = None,
) -> CriticalityPlan:
    """Check what is asked, with a garrison at each of `places`, or of those on the routes.

    Raises LandbridgeError for settings that cannot be run and for places that are none.
    """
    asked = [override for override in overrides if not override.startswith("hydra.")]
    given, composer = [*plain_worlds(asked), *asked], Composer(config_dir)
    prepared = prepare(composer.compose(given), simulator)
    garrisons = _garrisons(places, garrison, prepared)
    sweep = _sweep(garrisons, given, composer, simulator, directory)
    return CriticalityPlan(prepared, given, garrisons, sweep, kind)


def run_criticality(
    plan: CriticalityPlan, watch: Watch | None = None, start: Start | None = None
) -> CriticalityFindings:
    """Run what is missing, and write `criticality.json`."""
    sweep, settings = plan.sweep, plan.prepared.typed
    directory, per_draw = sweep.directory, settings.ensemble.replications_per_draw
    with folder.opened(directory, sweep.kind, [FILE]):
        run_points(sweep, settings.executor, _name, watch, start)
        base, *others = (sweep.jobs[point.number].prefix()[plan.kind] for point in sweep.points)
        rows = criticality.measure(base, dict(zip(plan.garrisons, others, strict=True)), per_draw)
        without = share(base, per_draw)
        tree = {"kind": plan.kind, **criticality.as_dict(without, rows)}
        disk.stage(directory / FILE, as_json(tree))
        folder.commit(directory, [FILE])
    return CriticalityFindings(without, rows, len(base))


def _name(point: Point) -> str:
    return point.values["place"] or "as it is"


def _garrisons(asked: Sequence[str], fighters: int, prepared: Prepared) -> list[Garrison]:
    """A garrison for each place that is asked for; raises LandbridgeError for one that is none."""
    settings: Config = prepared.typed
    setup: Any = prepared.setup
    ends = (settings.corridor.source, settings.corridor.sink)
    places = asked or criticality.on_routes(prepared.seeds, ends)
    for place in places:
        if place not in setup.unit_ids:
            raise bad_value("--places", place, "no such place on the map", setup.unit_ids)
        if place in ends:
            raise LandbridgeError(f"--places={place}: is an end of the corridor")
    return [criticality.garrison(setup, place, fighters) for place in dict.fromkeys(places)]


def _sweep(
    garrisons: Sequence[Garrison],
    overrides: Sequence[str],
    composer: Composer,
    simulator: Simulator | None,
    directory: Path,
) -> Sweep:
    """Point 0 as it is, then a point for each garrison, all under common random numbers."""
    base = composer.compose(overrides)
    known = Inputs(simulator)
    place = {"place": "", "faction": ""}
    points = [Point(0, place, overrides, saved.plain(base), known.scenario(base))]
    for number, garrison in enumerate(garrisons, 1):
        given = [*overrides, f"changes=[{_text(garrison.change)}]"]
        made = Settings.of(composer.compose(given))
        values = {"place": garrison.place, "faction": garrison.faction}
        points.append(Point(number, values, given, made.plain, known.checked(made)))
    return Sweep(directory, points, base, KIND)


def _text(change: Mapping[str, Any]) -> str:
    """A change in Hydra's grammar."""
    return "{" + ",".join(f"{key}:{value or repr(value)}" for key, value in change.items()) + "}"
