"""The command line: `landbridge run`, `sweep`, `backtest`, `calibrate` and the rest.

Only arguments are read here; each command is imported when it is called, so that `--help` does
not wait for Hydra, numba or Mesa.
"""

from __future__ import annotations

import argparse
import gc
import shlex
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from sim.commands.shared import usage
from sim.errors import LandbridgeError, bad_value
from sim.paths import located
from sim.version import __version__

if TYPE_CHECKING:
    from sim.ensemble.simulator import Simulator

Draw = Callable[[Path], Sequence[Path]]

OK, SOME_FAILED, USER_ERROR, INTERRUPTED = 0, 1, 2, 130
# Commands whose free arguments are overrides.
_WITH_SETTINGS = {"run", "sweep", "backtest", "calibrate", "solve", "sensitivity", "rare", "hinges",
                  "check-model", "view"}  # fmt: skip

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
Runs every point of a sweep; all meet the same luck. Called again, it continues; with more worlds,
values or keys, only what is new is run.

  landbridge sweep faction.tanf.red_line.radius_km=0,25,55 scenario=baseline,krg_blocks
  landbridge sweep 'faction.pmf.objectives.corridor=range(0,5)' ensemble.worlds=2000
  landbridge sweep design=sobol design.points=64 'faction.tanf.rationality=interval(0.5,4)' \\
                   'faction.tanf.red_line.probability=interval(0,1)'
  landbridge sweep design=zip clock.origin=2017-05-01,2017-06-04 clock.until=2017-11-27,2017-12-31
  landbridge sweep design=list design.file=points.csv hydra.sweep.dir=study

design: grid (every combination, the default), zip, lhs, sobol (for interval(LOW,HIGH), also
int(interval(..)) and tag(log,interval(..))), list (the rows of a CSV with a column a key).
The folder holds design.csv, worlds.parquet, summary.csv, summary.json and a run folder a point."""


_CALIBRATE = """\
Fit the inputs that are pooled over factions (rules.tempo, initiative, attrition, recruitment,
rationality, alarm, contest_power) to what the past shows until a day, by approximate Bayesian
computation from one table of simulated quarters. Settings as in `landbridge run`, and

  until=DATE[,DATE...]   last day of the past that a fit may know, one fit for each (2017-06-04)
  particles=4096         values of the inputs that are tried in every window
  accept=0.1             share of them that a fit keeps
  rows=200               rows of the samples that are written, DIR/posterior/DATE.csv

  landbridge calibrate rules.variant=plain hydra.run.dir=fit
  landbridge calibrate rules.variant=towns until=2016-03-01,2017-02-01 particles=1024

Called again in the same folder it continues, and with more particles makes only the new ones."""

_BACKTEST = """\
Forecast who holds every place at each month end after an origin in the history, and score it
against what happened, beside two baselines: persistence and a fitted hazard. Settings as in
`landbridge run`; origin and until are short for clock.origin and clock.until.

  landbridge backtest origin=2017-02-01 ensemble.worlds=500 hydra.run.dir=feb
  landbridge backtest origin=2017-12-31 until=2018-06-30 truth=later.csv hydra.run.dir=dec
  landbridge backtest origin=2016-03-01,2016-10-16,2017-02-01    each until the next

truth is a CSV place,date,controller of changes (from that date on). Called again in the same
folder it only scores."""


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        raise LandbridgeError(f"{message}; see {self.prog} --help")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        "landbridge",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"landbridge {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_with_settings(commands)
    _add_with_folders(commands)
    _add_about(commands)
    return parser


def _add_with_settings(commands: Any) -> None:
    """The commands that run worlds."""

    def add(name: str, short: str, long: str) -> argparse.ArgumentParser:
        shape = argparse.RawDescriptionHelpFormatter
        one: argparse.ArgumentParser = commands.add_parser(
            name, help=short, description=long, formatter_class=shape, allow_abbrev=False
        )
        one.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="settings, as in Hydra")
        one.add_argument(
            "--config-dir", "-cd", type=_own_configs, metavar="DIR", help="your own configs"
        )
        if name != "view":  # whose worlds nobody counts
            text = "say what it would cost, and stop"
            one.add_argument("--dry-run", action="store_true", help=text)
        return one

    run = add("run", "run one scenario, or sweep over settings with -m", _RUN)
    run.add_argument("-m", "--multirun", action="store_true", help="sweep over KEY=a,b,c")
    run.add_argument(
        "--cfg", action="store_true", help="print the settings that would be run, and stop"
    )
    add("sweep", "run every point of a design over settings", _SWEEP)
    add("solve", "the value of a setting at which P(corridor) crosses a target", usage.SOLVE)
    add("sensitivity", "which settings P(corridor) is sensitive to", usage.SENSITIVITY)
    add("rare", "P(corridor) where it is small, by splitting", usage.RARE)
    add("hinges", "the places at which a garrison would change P(corridor) most", usage.HINGES)
    add(
        "check-model", "whether the model's campaigns, plans and fights are sane", usage.CHECK_MODEL
    )
    backtest = add(
        "backtest", "forecast control from a day in the history, and score it", _BACKTEST
    )
    backtest.add_argument(
        "--with",
        dest="extra",
        action="append",
        default=[],
        metavar="ORIGIN:KEY=VALUE",
        help="a setting for one of several origins",
    )
    view = add("view", "move settings in a page and see P move", usage.VIEW)
    view.add_argument("--port", type=int, default=0, help="of 127.0.0.1; 0: any that is free")
    add("calibrate", "fit the pooled inputs to what the past shows", _CALIBRATE)


def _own_configs(name: str) -> Path:
    return located(name, "--config-dir")


def _add_with_folders(commands: Any) -> None:
    """The commands that look at run and sweep folders."""

    def add(name: str, short: str, long: str) -> argparse.ArgumentParser:
        one: argparse.ArgumentParser = commands.add_parser(
            name, help=short, description=long, allow_abbrev=False
        )
        one.add_argument("directory", metavar="DIR")
        return one

    verify = add(
        "verify",
        "check that a run or sweep folder is whole and its worlds come out again",
        "Check manifest and check sums, and run some blocks again: exit code 1 if anything "
        "differs, naming the first row that does.",
    )
    verify.add_argument(
        "--blocks", type=int, default=3, metavar="K", help="blocks to run again (default 3)"
    )
    for name, short, long in (
        ("compare", "run folders against the first one, world by world", usage.COMPARE),
        ("report", "one HTML file about a run, several runs, or a sweep", usage.REPORT),
    ):
        several = commands.add_parser(
            name,
            help=short,
            description=long,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        several.add_argument("words", nargs="+", metavar="DIR")
    plot = add(
        "plot",
        "draw the figures of a run or sweep folder again",
        "Draw the figures of a finished run folder, or of a sweep so far.",
    )
    plot.add_argument("--only", default="", metavar="NAME[,NAME]", help="these figures")
    plot.add_argument("--format", default="png", metavar="KIND[,KIND]", help="png, svg, pdf")
    plot.add_argument(
        "--animate", action="store_true", help="the weeks, and single worlds, as WebP and GIF"
    )


def _add_about(commands: Any) -> None:
    """The commands that run nothing."""

    def add(name: str, short: str) -> argparse.ArgumentParser:
        one: argparse.ArgumentParser = commands.add_parser(
            name, help=short, description=short, allow_abbrev=False
        )
        return one

    known = add("list", "scenarios, factions, objectives, settings, columns or figures")
    known.add_argument("kind", nargs="?", default="", metavar="WHAT")
    meaning = add("explain", "what a setting is, its range, default, source and who reads it")
    meaning.add_argument("key", metavar="KEY")
    for one in (known, meaning):
        one.add_argument("--config-dir", "-cd", type=_own_configs, metavar="DIR")
    clean = add("clean", "show what is kept to save time, and remove it")
    clean.add_argument("--dry-run", action="store_true", help="only show it")


def main(
    argv: Sequence[str] | None = None,
    simulator: Simulator | None = None,
    draw: Draw | None = None,
) -> int:
    """Run the command line and return its exit code; `simulator` and `draw` are for tests."""
    words = sys.argv[1:] if argv is None else argv
    try:
        return _dispatch(words, simulator, draw)
    except LandbridgeError as error:
        print(f"landbridge: {' '.join(str(error).split())}", file=sys.stderr)
        return USER_ERROR
    except KeyboardInterrupt as interrupt:
        said = str(interrupt) or f"go on with: {shlex.join(['landbridge', *words])}"
        print(f"\nlandbridge: interrupted; {said}", file=sys.stderr)
        return INTERRUPTED


def _dispatch(argv: Sequence[str], simulator: Simulator | None, draw: Draw | None) -> int:
    # Settings may stand before and after options, which argparse alone does not take.
    arguments, rest = _parser().parse_known_args(argv)
    unknown = [
        one for one in rest if one.startswith("-") or arguments.command not in _WITH_SETTINGS
    ]
    if unknown:
        raise LandbridgeError(f"{unknown[0]}: unknown argument; see landbridge --help")
    if arguments.command in _WITH_SETTINGS:
        return _with_settings(arguments, [*arguments.overrides, *rest], simulator, draw)
    if arguments.command == "report":
        from sim.commands import report

        return report.command(arguments.words, simulator)
    if arguments.command == "compare":
        from sim.commands import compare

        return compare.command(arguments.words, drawing=draw is None)
    if arguments.command in ("list", "explain"):
        from sim.commands import catalogue

        if arguments.command == "explain":
            return catalogue.explain(arguments.key, arguments.config_dir)
        if arguments.kind not in ("", *catalogue.KINDS):
            raise bad_value("list", arguments.kind, "no such thing", catalogue.KINDS)
        return catalogue.list_all(arguments.kind, arguments.config_dir)
    if arguments.command == "clean":
        from sim.commands import clean

        return clean.command(arguments.dry_run)
    if arguments.command == "verify":
        from sim.commands import verify

        return verify.command(arguments.directory, arguments.blocks, simulator)
    from sim.commands import plot

    only = [one for one in arguments.only.split(",") if one]
    return plot.command(
        arguments.directory, draw, only, arguments.format, arguments.animate, simulator
    )


def _with_settings(
    arguments: argparse.Namespace,
    overrides: list[str],
    simulator: Simulator | None,
    draw: Draw | None,
) -> int:
    """A command that runs worlds."""
    from sim.config.unused import refuse_unused

    name, configs = arguments.command, arguments.config_dir
    dry = getattr(arguments, "dry_run", False)
    if name == "run" and arguments.multirun and not arguments.cfg:
        name = "sweep"
    extra = [one.partition(":")[2] for one in getattr(arguments, "extra", [])]
    refuse_unused(name, [*overrides, *extra])
    if name == "sweep":
        from sim.commands import sweep

        return sweep.command(overrides, configs, simulator, dry)
    if name == "run":
        from sim.commands import run

        if arguments.cfg:
            return run.show_config(overrides, configs)
        return run.command(overrides, configs, simulator, draw, dry)
    if name == "backtest":
        from sim.commands import backtest

        return backtest.command(overrides, configs, arguments.extra, simulator, draw, dry)
    if name == "calibrate":
        from sim.commands import calibrate

        return calibrate.command(overrides, configs, simulator, draw, dry)
    if name == "view":
        from sim.commands import view

        return view.command(overrides, configs, simulator, arguments.port)
    command = import_module(f"sim.commands.{name.replace('-', '_')}").command
    return int(command(overrides, configs, simulator, draw is None, dry))


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
