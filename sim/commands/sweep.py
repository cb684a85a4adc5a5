"""`landbridge sweep`, and `landbridge run -m`: many points in one folder.

What is swept is read in Hydra's own grammar, but the points are not Hydra jobs: their blocks go to
one engine together, a point that fails does not take the others with it, and calling the sweep
again continues it. All points meet the same luck.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.commands.progress import Display, duration
from sim.commands.text import probability, shown
from sim.config import record
from sim.config.compose import Composer, parse, typed
from sim.config.space import space
from sim.errors import LandbridgeError

if TYPE_CHECKING:
    from sim.config.schema import Config
    from sim.ensemble.simulator import Simulator
    from sim.ensemble.sweep import Point, Sweep

_FOLDER = "sweeps"
_MOST_SHOWN = 60  # points; the rest are in the tables


def command(
    overrides: Sequence[str],
    config_dir: Path | None,
    simulator: Simulator | None,
    dry_run: bool = False,
) -> int:
    """Run every point that is not done; returns 1 if one failed."""
    shared, sweep = plan(overrides, config_dir, simulator)
    if dry_run:
        return _describe(sweep, shared)
    from sim.analysis.sweep import read, sweep_all
    from sim.ensemble.pace import remember

    try:
        blocks = sum(_blocks(one.scenario.config) for one in sweep.points if one.scenario)
        with Display([_name(point) for point in sweep.points], blocks) as display:
            result = sweep_all(sweep, shared.engine, display.show, display.start)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_how_to_continue(sweep, overrides, config_dir)) from None
    finally:
        remember(list(sweep.jobs.values()))
    for line in sweep.repaired:
        print(f"was damaged and has been made again: {line}")
    rows = read(sweep.directory)["points"]
    for row, point in list(zip(rows, sweep.points, strict=True))[:_MOST_SHOWN]:
        print(_line(row, point))
    if len(rows) > _MOST_SHOWN:
        print(f"... and {len(rows) - _MOST_SHOWN} more")
    done = len(rows) - len(result.failed)
    print(f"{done} of {len(rows)} points done: {shown(sweep.directory / 'summary.csv')}")
    for number, error in result.failed.items():
        print(f"failed: point {number}: {error}")
    return 1 if result.failed else 0


def plan(
    overrides: Sequence[str], config_dir: Path | None, simulator: Simulator | None = None
) -> tuple[Config, Sweep]:
    """The settings that all points share, and the sweep; raises LandbridgeError.

    A point that cannot be composed or checked carries its error, unless all do.
    """
    from sim.analysis.design import points
    from sim.ensemble.sweep import Sweep

    composer, swept = Composer(config_dir), space(overrides, config_dir)
    shared = typed(composer.compose(swept.fixed))
    swept, rows = points(shared.design, swept)
    keys = [one.key.lstrip("+") for one in swept.dimensions]
    found = [
        _point(n, dict(zip(keys, row, strict=True)), swept.line(row), composer, simulator)
        for n, row in enumerate(rows)
    ]
    if all(point.error for point in found):
        raise LandbridgeError(found[0].error)
    directory = _asked_folder(overrides) or _own_folder(keys, found)
    return shared, Sweep(directory, found)


def _point(
    number: int,
    values: dict[str, str],
    overrides: list[str],
    composer: Composer,
    simulator: Simulator | None,
) -> Point:
    from sim.ensemble.run import checked
    from sim.ensemble.sweep import Point

    try:
        config = composer.compose(overrides)
        return Point(number, values, overrides, config, checked(config, simulator))
    except LandbridgeError as error:
        return Point(number, values, overrides, None, None, str(error))


def _asked_folder(overrides: Sequence[str]) -> Path | None:
    """The folder that `hydra.sweep.dir` or `hydra.run.dir` names."""
    given = {one.key_or_group: one.value() for one in parse(overrides)}
    if "hydra.sweep.subdir" in given:
        raise LandbridgeError("hydra.sweep.subdir: points are in folders points/0, points/1, ...")
    named = given.get("hydra.sweep.dir", given.get("hydra.run.dir"))
    return None if named is None else Path(str(named))


def _own_folder(keys: Sequence[str], points: Sequence[Point]) -> Path:
    """A folder that the same sweep finds again: named by what is swept, and from what."""
    made = [point.scenario.made_from for point in points if point.scenario]
    tag = record.tree_hash([[dict(point.values) for point in points], made])[:8]
    names = "-".join(key.rpartition(".")[2] for key in keys[:3]) or "point"
    return Path(_FOLDER) / f"{names}-{tag}"


def _describe(sweep: Sweep, shared: Config) -> int:
    """Print the design and the expected cost."""
    from sim.ensemble.engine import cores
    from sim.ensemble.pace import expected

    for point in sweep.points[:_MOST_SHOWN]:
        print(_name(point) + (f"  cannot be run: {point.error}" if point.error else ""))
    if len(sweep.points) > _MOST_SHOWN:
        print(f"... and {len(sweep.points) - _MOST_SHOWN} more")
    configs = [point.scenario.config for point in sweep.points if point.scenario]
    blocks = sum(_blocks(config) for config in configs)
    size = f"{len(sweep.points)} points, {sweep.worlds} worlds in {blocks} blocks"
    print(f"design={shared.design.kind.name}: {size}, folder {shown(sweep.directory)}")
    seconds = expected(configs)
    if seconds is None:
        print("Expected time unknown: no run of 100 worlds on this machine yet")
    else:
        workers = shared.engine.threads or cores()
        wall = duration(seconds / workers)
        print(f"Expected: {duration(seconds)} of one core, {wall} on {workers} of this machine")
    return 1 if any(point.error for point in sweep.points) else 0


def _blocks(config: Config) -> int:
    return -(-config.ensemble.worlds // config.ensemble.block)


def _how_to_continue(sweep: Sweep, overrides: Sequence[str], config_dir: Path | None) -> str:
    if not sweep.jobs:
        return "nothing was written"
    again = ["landbridge", "sweep", *overrides]
    if _asked_folder(overrides) is None:
        again.append(f"hydra.sweep.dir={sweep.directory}")
    if config_dir is not None:
        again += ["--config-dir", str(config_dir)]
    return (
        f"{sweep.done} of {sweep.worlds} worlds of {len(sweep.points)} points are kept in "
        f"{sweep.directory}; continue with: {shlex.join(again)}"
    )


def _name(point: Point) -> str:
    values = " ".join(f"{key}={value}" for key, value in point.values.items())
    return f"{point.number}  {values}".rstrip()


def _line(row: dict[str, Any], point: Point) -> str:
    if row["status"] == "failed":
        return f"{_name(point)}  failed"
    said = (f"P {kind} {probability(p)}" for kind, p in row["p_corridor"].items())
    return f"{_name(point)}  " + "  ".join(said)
