"""The command line: `landbridge run`, `sweep`, `verify`, `compare`, `solve`, `plot`.

Only arguments are read here; each command is imported when it is called, so that `--help` does
not wait for Hydra, numba or Mesa.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from sim import __version__
from sim.errors import LandbridgeError

if TYPE_CHECKING:
    from sim.ensemble.simulator import Simulator

Draw = Callable[[Path], Sequence[Path]]

OK, SOME_FAILED, USER_ERROR, INTERRUPTED = 0, 1, 2, 130

_DESCRIPTION = """\
Estimate how likely it is that a coalition joins up a continuous land corridor between two
places: how likely, when, by which route, and what would change the answer."""

_RUN = """\
Settings are given as in Hydra: KEY=VALUE sets a value, GROUP=OPTION chooses a config.

  landbridge run scenario=tanf_withdrawal ensemble.worlds=2000
  landbridge run clock.until=2018-03-31 faction.tanf.red_line.probability=0.9
  landbridge run hydra.run.dir=runs/base      the folder; called again, it continues
  landbridge run -m scenario=baseline,tanf_withdrawal corridor.hold_days=7,30

With -m it is `landbridge sweep`."""

_SWEEP = """\
Runs every point of a sweep; all meet the same luck. Called again, it continues; with more worlds
or more points at the end of the design, only what is new is run.

  landbridge sweep faction.tanf.red_line.radius_km=0,25,55 scenario=baseline,krg_blocks
  landbridge sweep 'faction.pmf.objectives.corridor=range(0,5)' ensemble.worlds=2000
  landbridge sweep design=sobol design.points=64 'faction.tanf.rationality=interval(0.5,4)' \\
                   'faction.tanf.red_line.probability=interval(0,1)'
  landbridge sweep design=zip clock.origin=2017-05-01,2017-06-04 clock.until=2017-11-27,2017-12-31
  landbridge sweep design=list design.file=points.csv hydra.sweep.dir=study

design: grid (every combination, the default), zip, lhs, sobol (for interval(LOW,HIGH), also
int(interval(..)) and tag(log,interval(..))), list (the rows of a CSV with a column a key).
The folder holds design.csv, worlds.parquet, summary.csv, summary.json and a run folder a point."""

_COMPARE = """\
Compares every run with the first one, world by world under the same luck: difference, ratio and
odds of P(corridor), mean days to it, which worlds flip, and how many worlds the pairing saves.

  landbridge compare base withdrawal reinforced
  landbridge compare base other paired=false     as independent runs
  landbridge compare base other out=study        where comparison.json and figures go"""


_SOLVE = """\
Finds the value of a setting at which P(corridor) crosses a target, with an interval, or says that
it never does. All values are run under the same luck; called again, it continues.

  landbridge solve target=0.10 over=faction.tanf.red_line.radius_km
  landbridge solve target=0.5 over=rules.response low=0.1 high=0.6 kind=territory
  landbridge solve target=0.2 over=corridor.hold_days low=1 high=90 ensemble.worlds=500

kind=road or territory; low, high: where to look (all that is allowed); points=7 values in each of
rounds=2, the second where the crossing can still be; out: the folder. Other settings as in run."""

_SENSITIVITY = """\
Which settings P(corridor) is sensitive to: first-order and total Sobol' indices with bootstrap
intervals, free of the noise of a finite number of worlds, and a dummy that does nothing.

  landbridge sensitivity 'faction.pmf.objectives.corridor=interval(0.5,4)' \\
       faction.regime.strength=prior 'faction.tanf.red_line.probability=interval(0,1)'
  landbridge sensitivity            objectives of the corridor, strengths, red lines

KEY=interval(LOW,HIGH): even over a range; KEY=prior: over the range of an uncertain input.
base=64: the points are base x (settings + 3); worlds=16 at each; kind=road or territory; out: the
folder. Other settings as in run; called again, it continues."""


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        raise LandbridgeError(f"{message}; see {self.prog} --help")


def _parser() -> argparse.ArgumentParser:
    shape = argparse.RawDescriptionHelpFormatter
    parser = _Parser(
        "landbridge", description=_DESCRIPTION, formatter_class=shape, allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"landbridge {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    _add_run_and_sweep(commands, shape)

    compare = commands.add_parser(
        "compare",
        help="run folders against the first one, world by world",
        description=_COMPARE,
        formatter_class=shape,
        allow_abbrev=False,
    )
    compare.add_argument("words", nargs="+", metavar="DIR")

    verify = commands.add_parser(
        "verify",
        help="check that a run or sweep folder is whole and its worlds come out again",
        description="Check manifest and check sums, and run some blocks again: exit code 1 if "
        "anything differs, naming the first row that does.",
        allow_abbrev=False,
    )
    verify.add_argument("directory", type=Path, metavar="DIR")
    verify.add_argument(
        "--blocks", type=int, default=3, metavar="K", help="blocks to run again (default 3)"
    )

    plot = commands.add_parser(
        "plot",
        help="draw the figures of a run folder again",
        description="Draw the figures of a finished run folder.",
        allow_abbrev=False,
    )
    plot.add_argument("directory", type=Path, metavar="DIR")
    return parser


def _add_run_and_sweep(commands: Any, shape: type[argparse.HelpFormatter]) -> None:
    """The commands that take settings."""
    run = commands.add_parser(
        "run",
        help="run one scenario, or sweep over settings with -m",
        description=_RUN,
        formatter_class=shape,
        allow_abbrev=False,
    )
    run.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="settings, as in Hydra")
    run.add_argument("--config-dir", "-cd", type=Path, metavar="DIR", help="your own configs")
    run.add_argument("-m", "--multirun", action="store_true", help="sweep over KEY=a,b,c")
    run.add_argument(
        "--cfg", action="store_true", help="print the settings that would be run, and stop"
    )

    sweep = commands.add_parser(
        "sweep",
        help="run every point of a design over settings",
        description=_SWEEP,
        formatter_class=shape,
        allow_abbrev=False,
    )
    sweep.add_argument("overrides", nargs="*", metavar="KEY=VALUES", help="settings, as in Hydra")
    sweep.add_argument("--config-dir", "-cd", type=Path, metavar="DIR", help="your own configs")
    sweep.add_argument(
        "--dry-run", action="store_true", help="print the points and the expected cost, and stop"
    )
    for name, text, words in (
        ("solve", "the value of a setting at which P(corridor) crosses a target", _SOLVE),
        ("sensitivity", "which settings P(corridor) is sensitive to", _SENSITIVITY),
    ):
        study = commands.add_parser(
            name, help=text, description=words, formatter_class=shape, allow_abbrev=False
        )
        study.add_argument("overrides", nargs="*", metavar="KEY=VALUE")
        study.add_argument("--config-dir", "-cd", type=Path, metavar="DIR", help="your own configs")


def main(
    argv: Sequence[str] | None = None,
    simulator: Simulator | None = None,
    draw: Draw | None = None,
) -> int:
    """Run the command line and return its exit code; `simulator` and `draw` are for tests."""
    try:
        return _dispatch(sys.argv[1:] if argv is None else argv, simulator, draw)
    except LandbridgeError as error:
        print(f"landbridge: {' '.join(str(error).split())}", file=sys.stderr)
        return USER_ERROR
    except KeyboardInterrupt as interrupt:
        print(f"\nlandbridge: interrupted; {interrupt or 'nothing was written'}", file=sys.stderr)
        return INTERRUPTED


def _dispatch(argv: Sequence[str], simulator: Simulator | None, draw: Draw | None) -> int:
    # Settings may stand before and after options, which argparse alone does not take.
    arguments, rest = _parser().parse_known_args(argv)
    takes_settings = arguments.command in {"run", "sweep", "solve", "sensitivity"}
    unknown = [one for one in rest if one.startswith("-") or not takes_settings]
    if unknown:
        raise LandbridgeError(f"{unknown[0]}: unknown argument; see landbridge --help")
    if arguments.command == "sweep":
        from sim.commands import sweep

        overrides = [*arguments.overrides, *rest]
        return sweep.command(overrides, arguments.config_dir, simulator, arguments.dry_run)
    if arguments.command == "run":
        from sim.commands import run, sweep

        overrides = [*arguments.overrides, *rest]
        if arguments.cfg:
            return run.show_config(overrides, arguments.config_dir)
        if arguments.multirun:
            return sweep.command(overrides, arguments.config_dir, simulator)
        return run.command(overrides, arguments.config_dir, simulator, draw)
    if arguments.command == "solve":
        from sim.commands import solve

        words = [*arguments.overrides, *rest]
        return solve.command(words, arguments.config_dir, simulator, drawing=draw is None)
    if arguments.command == "sensitivity":
        from sim.commands import sensitivity

        words = [*arguments.overrides, *rest]
        return sensitivity.command(words, arguments.config_dir, simulator, drawing=draw is None)
    if arguments.command == "compare":
        from sim.commands import compare

        return compare.command(arguments.words, drawing=draw is None)
    if arguments.command == "verify":
        from sim.commands import verify

        return verify.command(arguments.directory, arguments.blocks, simulator)
    from sim.commands import plot

    return plot.command(arguments.directory, draw)


def entry() -> NoReturn:
    """The installed command: `main` in a process of its own.

    What a command makes lives to its end. Looking for garbage as often as Python does by default
    would take a tenth of the time of a short run, and once more on the way out.
    """
    gc.set_threshold(100_000, 50)
    code = main()
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    entry()
