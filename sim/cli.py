"""The command line: `landbridge run`, `backtest`, `calibrate`, `compare`, `plot`.

Only arguments are read here; each command is imported when it is called, so that `--help` does
not wait for Hydra, numba or Mesa.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from sim import __version__
from sim.errors import LandbridgeError

if TYPE_CHECKING:
    from sim.ensemble.simulator import Simulator

Draw = Callable[[Path], Sequence[Path]]

_WITH_SETTINGS = ("run", "backtest", "calibrate")
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

With -m every KEY=a,b,c is swept over its values, one folder a point under hydra.sweep.dir with a
summary.csv (draw figures of a point with `landbridge plot`)."""


_BACKTEST = """\
Forecast who holds every place at each month end after an origin in the history, and score it
against what happened, beside two baselines: persistence and a fitted hazard. Settings as in
`landbridge run`; origin and until are short for clock.origin and clock.until.

  landbridge backtest origin=2017-02-01 ensemble.worlds=500 hydra.run.dir=feb
  landbridge backtest origin=2017-06-04 until=2017-12-31 truth=later.csv hydra.run.dir=june
  landbridge backtest origin=2016-03-01,2016-10-16,2017-02-01    each until the next

truth is a CSV place,date,controller of changes (from that date on). Called again in the same
folder it only scores."""

_CALIBRATE = """\
Fit the inputs that are pooled over factions (rules.tempo, initiative, attrition, recruitment,
rationality, alarm, contest_power) to what the past shows until a day, by approximate Bayesian
computation from one table of simulated quarters. Settings as in `landbridge run`, and

  until=DATE[,DATE...]   last day of the past that a fit may know, one fit for each (2017-06-04)
  particles=4096         values of the inputs that are tried in every window
  accept=0.1             share of them that a fit keeps
  rows=200               rows of the samples that are written, DIR/posterior/DATE.csv

  landbridge calibrate hydra.run.dir=fit
  landbridge calibrate until=2016-03-01,2017-02-01 particles=1024 hydra.run.dir=splits

Called again in the same folder it continues, and with more particles makes only the new ones."""


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

    run = _with_settings(commands, "run", "run one scenario, or sweep over settings with -m", _RUN)
    run.add_argument("-m", "--multirun", action="store_true", help="sweep over KEY=a,b,c")
    run.add_argument(
        "--cfg", action="store_true", help="print the settings that would be run, and stop"
    )

    backtest = _with_settings(
        commands, "backtest", "forecast control from a day in the history, and score it", _BACKTEST
    )
    backtest.add_argument(
        "--with",
        dest="extra",
        action="append",
        default=[],
        metavar="ORIGIN:KEY=VALUE",
        help="a setting for one of several origins",
    )

    _with_settings(
        commands, "calibrate", "fit the pooled inputs to what the past shows", _CALIBRATE
    )

    compare = commands.add_parser(
        "compare",
        help="paired differences of P(corridor) between run folders",
        description="Paired difference of P(corridor) of every run from the first, by replicate.",
        allow_abbrev=False,
    )
    compare.add_argument("directories", nargs="+", type=Path, metavar="DIR")

    plot = commands.add_parser(
        "plot",
        help="draw the figures of a run folder again",
        description="Draw the figures of a finished run folder.",
        allow_abbrev=False,
    )
    plot.add_argument("directory", type=Path, metavar="DIR")
    return parser


def _with_settings(
    commands: Any, name: str, short: str, description: str
) -> argparse.ArgumentParser:
    """A command that takes settings and a folder of the user's own configs."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=short,
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="settings, as in Hydra")
    parser.add_argument("--config-dir", "-cd", type=Path, metavar="DIR", help="your own configs")
    return parser


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
    unknown = [
        one for one in rest if one.startswith("-") or arguments.command not in _WITH_SETTINGS
    ]
    if unknown:
        raise LandbridgeError(f"{unknown[0]}: unknown argument; see landbridge --help")
    if arguments.command == "run":
        from sim.commands import run, sweep

        overrides = [*arguments.overrides, *rest]
        if arguments.cfg:
            return run.show_config(overrides, arguments.config_dir)
        if arguments.multirun:
            return sweep.command(overrides, arguments.config_dir, simulator)
        return run.command(overrides, arguments.config_dir, simulator, draw)
    if arguments.command == "backtest":
        from sim.commands import backtest

        overrides = [*arguments.overrides, *rest]
        return backtest.command(overrides, arguments.config_dir, arguments.extra, simulator, draw)
    if arguments.command == "calibrate":
        from sim.commands import calibrate

        overrides = [*arguments.overrides, *rest]
        return calibrate.command(overrides, arguments.config_dir, simulator, draw)
    if arguments.command == "compare":
        from sim.commands import compare

        return compare.command(arguments.directories)
    from sim.commands import plot

    return plot.command(arguments.directory, draw)


if __name__ == "__main__":
    sys.exit(main())
