"""`landbridge sweep`, and `landbridge run -m`: many points in one folder.

What is swept is read in Hydra's own grammar, but the points are not Hydra jobs: their blocks go to
one executor together, a point that fails does not take the others with it, and calling the sweep
again continues it. All points share random numbers.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from sim.commands.shared.arguments import add_out, add_settings, names_folder
from sim.commands.shared.resume import points_kept, working
from sim.paths import shown

if TYPE_CHECKING:
    from sim.config.schema import Config
    from sim.ensemble.sweep.points import Sweep

HELP = """\
Runs every point of a sweep; all share random numbers. Called again, it continues; with more worlds,
values or keys, only what is new is run.

  landbridge sweep faction.tanf.red_line.radius_km=0,25,55 scenario=baseline,krg_blocks
  landbridge sweep 'faction.pmf.objectives.corridor=range(0,5)' ensemble.worlds=2000
  landbridge sweep design=sobol design.points=64 'faction.tanf.rationality=interval(0.5,4)' \\
                   'faction.tanf.red_line.probability=interval(0,1)'
  landbridge sweep design=zip clock.origin=2017-05-01,2017-06-04 clock.until=2017-11-27,2017-12-31
  landbridge sweep design=list design.file=points.csv --out study

design: grid (every combination, the default), zip, lhs, sobol (for interval(LOW,HIGH), also
int(interval(..)) and tag(log,interval(..))), list (the rows of a CSV with a column a key).
The folder holds design.csv, worlds.parquet, summary.csv, summary.json and a run folder a point;
it may be named as in Hydra too: hydra.sweep.dir=DIR."""


def add_arguments(parser: ArgumentParser) -> None:
    """What it can be given."""
    add_settings(parser)
    add_out(parser, "sweeps/KEYS-HASH, which the same sweep finds again")


def main(arguments: Namespace) -> int:
    """Run every point that is not done; returns 1 if one failed."""
    from sim.analysis.sweep.plan import asked_folder, plan
    from sim.analysis.sweep.summary import read, sweep_all
    from sim.commands.shared.cost import announce_sweep
    from sim.commands.shared.progress import Display, Pieces
    from sim.config.unused import refuse_unused
    from sim.show.texts.sweep import MOST_SHOWN, point_name, points_text

    refuse_unused("sweep", arguments.overrides)
    names_folder(arguments)
    directory = asked_folder(arguments.overrides) or arguments.out
    with Pieces("points read") as pieces:
        shared, sweep = plan(
            arguments.overrides, arguments.config_dir, directory, arguments.simulator, pieces.show
        )
    if arguments.dry_run:
        return _describe(sweep, shared)
    announce_sweep(sweep)
    display = Display([point_name(point.number, point.values) for point in sweep.points])
    with working(arguments, sweep.directory, points_kept(sweep), display):
        result = sweep_all(sweep, shared.executor, display.show, display.start)
    for line in sweep.repaired:
        print(f"was damaged and has been made again: {line}")
    rows = read(sweep.directory)["points"]
    print(points_text(rows, MOST_SHOWN))
    done = len(rows) - len(result.failed)
    print(f"{done} of {len(rows)} points done: {shown(sweep.directory / 'summary.csv')}")
    for number, error in result.failed.items():
        print(f"failed: point {number}: {error}")
    return 1 if result.failed else 0


def _describe(sweep: Sweep, shared: Config) -> int:
    """Print the design and the expected cost."""
    from sim.commands.shared.cost import announce_sweep
    from sim.show.texts.sweep import MOST_SHOWN, point_name

    for point in sweep.points[:MOST_SHOWN]:
        name = point_name(point.number, point.values)
        print(name + (f"  cannot be run: {point.error}" if point.error else ""))
    if len(sweep.points) > MOST_SHOWN:
        print(f"... and {len(sweep.points) - MOST_SHOWN} more")
    configs = [point.scenario.config for point in sweep.points if point.scenario]
    blocks = sum(-(-config.ensemble.worlds // config.ensemble.block) for config in configs)
    size = f"{len(sweep.points)} points, {sweep.worlds} worlds in {blocks} blocks"
    print(f"design={shared.design.kind.name}: {size}, folder {shown(sweep.directory)}")
    announce_sweep(sweep)
    return 1 if any(point.error for point in sweep.points) else 0
