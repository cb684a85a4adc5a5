"""`landbridge backtest`: forecast control from a day in the history, and score it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.commands.shared.arguments import add_out, add_settings, job_of, path
from sim.commands.shared.outcome import show_result
from sim.commands.shared.resume import working
from sim.errors import LandbridgeError
from sim.paths import shown

if TYPE_CHECKING:
    from sim.analysis.backtest.run import BacktestPlan, BacktestRun, ReadySplit

HELP = """\
Forecasts who holds every place at each month end after an origin in the history, and scores it
against what happened, beside two baselines: persistence and a fitted hazard. Called again in the
same folder it only scores.

  landbridge backtest --origin 2017-02-01 ensemble.worlds=500 --out feb
  landbridge backtest --origin 2017-12-31 --until 2018-06-30 --truth later.csv --out dec
  landbridge backtest --origin 2016-03-01,2016-10-16,2017-02-01    each until the next"""


def add_arguments(parser: ArgumentParser) -> None:
    """What it can be given."""
    add_settings(parser)
    parser.add_argument(
        "--origin", metavar="DATE[,DATE]",
        help="days from which is forecast, each until the next (default: as the settings say)",
    )  # fmt: skip
    parser.add_argument(
        "--until", metavar="DATE", help="end of the last forecast (default: of the record)"
    )
    parser.add_argument(
        "--truth", type=path("--truth"), metavar="FILE",
        help="CSV place,date,controller of changes, from that date on, after the record",
    )  # fmt: skip
    parser.add_argument(
        "--events", type=path("--events"), metavar="FILE",
        help="CSV of what became of the corridors, to be scored",
    )  # fmt: skip
    parser.add_argument(
        "--with", dest="extra", action="append", default=[], metavar="ORIGIN:KEY=VALUE",
        help="a setting for one of several origins",
    )  # fmt: skip
    add_out(parser, "outputs/DATE/TIME")


def main(arguments: Namespace) -> int:
    """Forecast and score from one origin, or from several, each until the next."""
    from sim.analysis.backtest.run import BacktestRun, plan_backtest, ready_split
    from sim.commands.shared.progress import Display
    from sim.config.unused import refuse_unused
    from sim.ensemble.store import folder

    extra = [override.partition(":")[2] for override in arguments.extra]
    refuse_unused("backtest", [*arguments.overrides, *extra])
    origins = arguments.origin.split(",") if arguments.origin else None
    plan = plan_backtest(
        arguments.overrides, origins, arguments.until,
        truth=arguments.truth, events=arguments.events,
        by_origin=_by_origin(arguments.extra, origins or ()),
        config_dir=arguments.config_dir, simulator=arguments.simulator,
    )  # fmt: skip
    if arguments.dry_run:
        _announce(plan)
        return 0
    job = job_of(arguments)
    with Display():  # what is wrong is said before there is a folder
        first = ready_split(plan, plan.splits[0])
    with folder.place(job.run_dir, job.is_dated) as directory:
        run = BacktestRun(directory)
        _run(plan, run, first, arguments)
    return 0


def _run(plan: BacktestPlan, run: BacktestRun, first: ReadySplit, arguments: Namespace) -> None:
    from sim.analysis.backtest.run import run_backtest
    from sim.commands.shared.progress import Display
    from sim.ensemble.store import folder
    from sim.show.results.studies import BacktestResult

    kind = "forecast" if len(plan.splits) == 1 else "forecasts"
    with folder.opened(run.directory, kind):
        _announce(plan)
        display = Display()
        with working(arguments, run.directory, lambda: run.kept(plan), display):
            run_backtest(plan, run, display.show, display.begin, first)
    if len(plan.splits) > 1:
        for split, done in zip(plan.splits, run.done, strict=True):
            print(f"{split.origin} to {split.until}: {shown(done.directory)}")
    result = BacktestResult(run.directory, run)
    show_result(result, arguments, has_figures=result.is_scored)


def _announce(plan: BacktestPlan) -> None:
    """Say what the worlds from all origins cost."""
    from sim.commands.shared.cost import announce

    configs = [plan.config(split) for split in plan.splits]
    parts = [(config, config.ensemble.worlds) for config in configs]
    announce(parts, f"{len(parts)} origins" if len(parts) > 1 else "")


def _by_origin(extra: Sequence[str], origins: Sequence[str]) -> dict[str, list[str]]:
    """Settings for one origin each, given as ORIGIN:KEY=VALUE."""
    own: dict[str, list[str]] = {origin: [] for origin in origins}
    for text in extra:
        origin, colon, override = text.partition(":")
        if not colon or origin not in own:
            raise LandbridgeError(
                f"--with={text}: must be ORIGIN:KEY=VALUE (allowed origins: {', '.join(origins)})"
            )
        own[origin].append(override)
    return own
