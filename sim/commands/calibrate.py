"""`landbridge calibrate`: fit the pooled inputs to what the past shows."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.commands.shared.arguments import add_numbers, add_out, add_settings, job_of
from sim.commands.shared.outcome import show_result
from sim.commands.shared.resume import working
from sim.errors import bad_value

if TYPE_CHECKING:
    from datetime import date

    from sim.analysis.calibration.run import Ready
    from sim.config.schema import Config

UNTIL = "2017-06-04"  # where none is asked for
HELP = """\
Fits the inputs that are pooled over factions (rules.tempo, initiative, attrition, recruitment,
rationality, alarm, contest_power) to what the past shows until a day, by approximate Bayesian
computation from one table of simulated quarters.

  landbridge calibrate rules.variant=plain --out fit
  landbridge calibrate rules.variant=towns --until 2016-03-01,2017-02-01 --particles 1024

Called again in the same folder it continues, and with more particles makes only the new ones.
Samples are in DIR/posterior/DATE.csv."""


def add_arguments(parser: ArgumentParser) -> None:
    """What it can be given."""
    add_settings(parser)
    parser.add_argument(
        "--until", type=_days, default=UNTIL, metavar="DATE[,DATE]",
        help=f"last day of the past that a fit may know, a fit for each (default: {UNTIL})",
    )  # fmt: skip
    add_numbers(
        parser,
        [
            ("particles", 4096, 64, 1 << 20, "values of the inputs, tried in every window"),
            ("rows", 200, 10, 100_000, "rows of the samples that are written"),
        ],
    )
    parser.add_argument(
        "--accept", type=_share, default=0.1, metavar="SHARE",
        help="share of the particles that a fit keeps (default: 0.1)",
    )  # fmt: skip
    add_out(parser, "outputs/DATE/TIME")


def main(arguments: Namespace) -> int:
    """Make the table, fit until each day, write and draw."""
    from sim import disk
    from sim.analysis.calibration.run import Asked, calibrate, pieces_kept, prepare
    from sim.commands.shared.progress import Pieces
    from sim.config.compose import typed
    from sim.config.unused import refuse_unused
    from sim.ensemble.store import folder
    from sim.show.results.studies import CalibrationResult

    refuse_unused("calibrate", arguments.overrides)
    asked = Asked(arguments.until, arguments.particles, arguments.accept, arguments.rows)
    job = job_of(arguments)
    overrides = [override for override in arguments.overrides if not override.startswith("hydra.")]
    ready = prepare(job.config, asked, arguments.simulator)
    if arguments.dry_run:
        _announce(typed(job.config), ready)
        return 0
    with folder.place(job.run_dir, job.is_dated) as directory:
        disk.refuse_unwritable(directory, folder.SETTING)
        _announce(typed(job.config), ready)
        pieces = Pieces()
        with working(arguments, directory, lambda: _kept(pieces_kept(directory)), pieces):
            result = calibrate(ready, directory, overrides, pieces.show)
        show_result(CalibrationResult(directory, result), arguments)
    return 0


def _kept(pieces: int) -> str:
    return f"{pieces} pieces of the table are" if pieces else ""


def _announce(config: Config, ready: Ready) -> None:
    """Say what the table costs."""
    from sim.commands.shared.cost import announce

    parts = []
    for window in ready.windows:
        clock = replace(
            config.clock, origin=str(window.start), until=str(window.end), beyond_days=0
        )
        parts.append((replace(config, clock=clock), ready.asked.particles))
    announce(parts, f"{len(parts)} windows of {ready.asked.particles}")


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = float("nan")
    if not 0.0 < share <= 1.0:
        raise bad_value("--accept", text, "must be a number above 0, at most 1")
    return share


def _days(text: str) -> tuple[date, ...]:
    """Days in order, each once."""
    return tuple(sorted({_day(part.strip()) for part in text.split(",")}))


def _day(text: str) -> date:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise bad_value("--until", text, f"must be a date such as {UNTIL}") from error
