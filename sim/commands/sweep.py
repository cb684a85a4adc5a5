"""`landbridge sweep`, and `landbridge run -m`: many points in one folder.

What is swept is read in Hydra's own grammar, but the points are not Hydra jobs: their blocks go to
one engine together, a point that fails does not take the others with it, and calling the sweep
again continues it. All points meet the same luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.commands.shared.cost import announce
from sim.commands.shared.progress import Display
from sim.commands.shared.report_text import probability
from sim.commands.shared.resume import call_again
from sim.paths import shown

if TYPE_CHECKING:
    from sim.config.schema import Config
    from sim.ensemble.simulator import Simulator
    from sim.ensemble.sweep.points import Point, Sweep

_MOST_SHOWN = 60  # points; the rest are in the tables


def command(
    overrides: Sequence[str],
    config_dir: Path | None,
    simulator: Simulator | None,
    dry_run: bool = False,
) -> int:
    """Run every point that is not done; returns 1 if one failed."""
    from sim.analysis.sweep.plan import asked_folder, plan
    from sim.analysis.sweep.summary import read, sweep_all

    directory = asked_folder(overrides)
    shared, sweep = plan(overrides, config_dir, directory, simulator)
    if dry_run:
        return _describe(sweep, shared)
    announce_sweep(sweep)
    try:
        with Display([_name(point) for point in sweep.points]) as display:
            result = sweep_all(sweep, shared.engine, display.show, display.start)
    except KeyboardInterrupt:
        again = _how_to_continue(sweep, overrides, config_dir)
        raise KeyboardInterrupt(again) from None
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


def _describe(sweep: Sweep, shared: Config) -> int:
    """Print the design and the expected cost."""
    for point in sweep.points[:_MOST_SHOWN]:
        print(_name(point) + (f"  cannot be run: {point.error}" if point.error else ""))
    if len(sweep.points) > _MOST_SHOWN:
        print(f"... and {len(sweep.points) - _MOST_SHOWN} more")
    blocks = sum(_blocks(point.scenario.config) for point in sweep.points if point.scenario)
    size = f"{len(sweep.points)} points, {sweep.worlds} worlds in {blocks} blocks"
    print(f"design={shared.design.kind.name}: {size}, folder {shown(sweep.directory)}")
    announce_sweep(sweep)
    return 1 if any(point.error for point in sweep.points) else 0


def announce_sweep(sweep: Sweep) -> None:
    """Say what all points of a sweep or study cost."""
    configs = [point.scenario.config for point in sweep.points if point.scenario]
    parts = [(config, config.ensemble.worlds) for config in configs]
    announce(parts, f"{len(sweep.points)} points")


def _blocks(config: Config) -> int:
    return -(-config.ensemble.worlds // config.ensemble.block)


def _how_to_continue(sweep: Sweep, overrides: Sequence[str], config_dir: Path | None) -> str:
    if not sweep.jobs:
        return ""
    again = call_again("sweep", overrides, sweep.directory, config_dir, "hydra.sweep.dir")
    return (
        f"{sweep.done} of {sweep.worlds} worlds of {len(sweep.points)} points are kept in "
        f"{shown(sweep.directory)}; continue with: {again}"
    )


def _name(point: Point) -> str:
    values = " ".join(f"{key}={value}" for key, value in point.values.items())
    return f"{point.number}  {values}".rstrip()


def _line(row: dict[str, Any], point: Point) -> str:
    if row["status"] == "failed":
        return f"{_name(point)}  failed"
    lines = [_name(point)]
    for kind, p in row["p_corridor"].items():
        mean, doubt = row["mean_days"][kind], row["doubt"][kind]
        said = f"    by {kind:<9}  P {probability(p)}  median {row['median_date'][kind] or 'later'}"
        said += f"  mean {mean['estimate']:.0f} [{mean['low']:.0f}, {mean['high']:.0f}] days"
        if doubt["lowest"] is not None:
            ends = (f"{doubt[end]['estimate']:.3f}" for end in ("lowest", "highest"))
            said += f"  rules {'-'.join(ends)}"
        lines.append(said)
    return "\n".join(lines)
