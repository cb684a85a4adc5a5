"""`landbridge hinges`: the places at which a garrison would change P(corridor) most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import disk
from sim.commands.shared import arguments
from sim.commands.shared.report_text import probability
from sim.commands.sweep import announce_sweep
from sim.config import saved
from sim.config.compose import Composer
from sim.errors import LandbridgeError, bad_value
from sim.paths import located, shown
from sim.show.base.differences import named
from sim.show.base.digits import chance, ranged

if TYPE_CHECKING:
    from sim.analysis.stats.intervals import Interval
    from sim.analysis.studies.criticality import Garrison, Hinge
    from sim.arrays import Flags
    from sim.config.schema import Config
    from sim.ensemble.simulator import Simulator
    from sim.ensemble.sweep.points import Sweep

_OWN = {"garrison": "1000", "kind": "road", "places": "", "out": "hinges"}
FILE = "hinges.json"


def command(
    words: Sequence[str],
    config_dir: Path | None,
    simulator: Simulator | None,
    drawing: bool = True,
    dry_run: bool = False,
) -> int:
    """Run the scenario with and without every garrison, print, write and draw what they change."""
    mine, overrides = arguments.split(words, _OWN, "hinges")
    kind, fighters = arguments.kind(mine), arguments.whole(mine, "garrison", 1, 100_000)
    overrides = [one for one in overrides if not one.startswith("hydra.")]
    composer = Composer(config_dir)
    from sim.analysis.stats.intervals import share
    from sim.analysis.studies.criticality import as_dict, measure
    from sim.ensemble.run import prepare
    from sim.ensemble.store import folder
    from sim.ensemble.store.manifest import as_json

    prepared = prepare(composer.compose(overrides), simulator)
    settings, setup = prepared.typed, prepared.setup
    garrisons = _garrisons(mine["places"], fighters, settings, setup, prepared.seeds)
    out = located(mine["out"], "out")
    sweep = _sweep(garrisons, overrides, composer, simulator, out)
    chances = settings.ensemble.chances
    names = dict(zip(setup.unit_ids, setup.unit_names, strict=True))
    announce_sweep(sweep)
    if dry_run:
        return 0
    with folder.opened(out, sweep.kind, [FILE], "out"):
        base, *others = _run(sweep, settings, kind)
        rows = measure(base, dict(zip(garrisons, others, strict=True)), chances)
        without = share(base, chances)
        print(said(without, rows, kind, len(base), names))
        disk.stage(out / FILE, as_json({"kind": kind, **as_dict(without, rows)}))
        folder.commit(out, [FILE])
        print(f"Written                   {shown(out / FILE)}")
        if drawing:
            from sim.show.studies.criticality import draw_hinges

            title = named(settings.title or settings.scenario, overrides)
            figure = draw_hinges(rows, without, kind, title, setup, prepared.seeds, out)
            print(f"Figure                    {shown(figure)}")
    return 0


def _garrisons(
    asked: str, fighters: int, settings: Config, setup: Any, seeds: Path
) -> list[Garrison]:
    """A garrison for each place that is asked for; raises LandbridgeError for one that is none."""
    from sim.analysis.studies.criticality import garrison, on_routes

    ends = (settings.corridor.source, settings.corridor.sink)
    places = asked.split(",") if asked else on_routes(seeds, ends)
    for place in places:
        if place not in setup.unit_ids:
            raise bad_value("places", place, "no such place on the map", setup.unit_ids)
        if place in ends:
            raise LandbridgeError(f"places={place}: is an end of the corridor")
    return [garrison(setup, place, fighters) for place in dict.fromkeys(places)]


def _sweep(
    garrisons: Sequence[Garrison],
    overrides: Sequence[str],
    composer: Composer,
    simulator: Simulator | None,
    directory: Path,
) -> Sweep:
    """Point 0 as it is, then a point for each garrison, all under the same luck."""
    from sim.ensemble.run import Inputs
    from sim.ensemble.sweep.points import Point, Sweep

    base = composer.compose(overrides)
    known = Inputs(simulator)
    yaml, place = saved.as_yaml(base), {"place": "", "faction": ""}
    points = [Point(0, place, overrides, yaml, known.scenario(base))]
    for number, one in enumerate(garrisons, 1):
        given = [*overrides, f"changes=[{_text(one.change)}]"]
        config = composer.compose(given)
        values = {"place": one.place, "faction": one.faction}
        yaml, scenario = saved.as_yaml(config), known.scenario(config)
        points.append(Point(number, values, given, yaml, scenario))
    return Sweep(directory, points, base, "hinges")


def _text(change: Mapping[str, Any]) -> str:
    """A change in Hydra's grammar."""
    return "{" + ",".join(f"{key}:{value or repr(value)}" for key, value in change.items()) + "}"


def _run(sweep: Sweep, shared: Config, kind: str) -> list[Flags]:
    """(W,) has a corridor, at each point; raises LandbridgeError if one failed."""
    from sim.analysis.sweep.summary import sweep_all
    from sim.commands.shared.progress import Display

    names = [point.values["place"] or "as it is" for point in sweep.points]
    with Display(names) as display:
        result = sweep_all(sweep, shared.engine, display.show, display.start)
    for number, error in result.failed.items():
        raise LandbridgeError(f"{names[number]}: {error}")
    return [sweep.jobs[point.number].prefix()[kind] for point in sweep.points]


def said(
    without: Interval, rows: Sequence[Hinge], kind: str, worlds: int, names: Mapping[str, str]
) -> str:
    """The places in order, and the most pivotal by name."""
    from sim.analysis.studies.criticality import pivotal

    fighters = rows[0].garrison.fighters
    lines = [
        f"P(corridor by {kind}) without {probability(without.as_dict())}, and its change with "
        f"{fighters} fighters at one place, over {worlds} paired worlds"
    ]
    width = max(len(one.garrison.place) for one in rows)
    whose = max(len(one.garrison.faction) for one in rows)
    for one in rows:
        lines.append(
            f"{one.garrison.place:<{width}}  {one.garrison.faction:<{whose}}  "
            f"{ranged(one.difference, 3, '+')}  p {chance(one.p)} "
            f"(corrected {chance(one.p_corrected)})"
        )
    method = rows[0].difference
    lines.append(f"({method.level:.0%} intervals: {method.method}; p corrected by Holm's method)")
    falls = [names[one.garrison.place] + "*" * one.sure for one in pivotal(rows)]
    if any(one.sure for one in pivotal(rows)):
        lines.append(f"Most pivotal: {', '.join(falls)}")
        lines.append("(* surely, also after the correction)")
    else:
        where = f"P falls most at {', '.join(falls)}" if falls else "P falls nowhere"
        lines.append(f"No place is surely pivotal; {where}")
    return "\n".join(lines)
