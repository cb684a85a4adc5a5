"""`landbridge plot`: draw the figures of a run or sweep folder again."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import LandbridgeError, bad_value
from sim.paths import located, shown

if TYPE_CHECKING:
    from sim.commands.shared.figure_workers import Draw
    from sim.ensemble.simulator import Simulator

FORMATS = ("png", "svg", "pdf")


HELP = """\
Draws the figures of a finished run folder, or of a sweep so far, into its folder `figures`.

  landbridge plot base
  landbridge plot base --only overview,routes --format svg,pdf
  landbridge plot base --animate"""


def add_arguments(parser: ArgumentParser) -> None:
    """What it can be given."""
    parser.add_argument("directory", metavar="DIR", help="a run or a sweep")
    parser.add_argument(
        "--only", default="", metavar="NAME[,NAME]", help="these (landbridge list figures)"
    )
    parser.add_argument(
        "--format", default="png", metavar="KIND[,KIND]", help="png, svg, pdf (default: png)"
    )
    parser.add_argument(
        "--animate", action="store_true", help="the weeks, and single worlds, as WebP and GIF"
    )


def main(arguments: Namespace) -> int:
    """Draw the figures of a finished run, or of a sweep so far, and print where they are."""
    from sim.analysis.run.summary import read
    from sim.ensemble.store.folder import RUNS, SWEEPS, refuse_other

    kinds = _formats(arguments.format)
    only = [name for name in arguments.only.split(",") if name]
    directory = located(arguments.directory, "DIR")
    is_sweep = refuse_other(directory, (*RUNS, *SWEEPS)) in SWEEPS
    if not is_sweep:
        read(directory)
    files: Sequence[Path]
    if arguments.animate:
        if is_sweep:
            raise LandbridgeError(
                f"--animate: {shown(directory)} is no run; name one of its points"
            )
        files = _animated(directory, arguments.simulator)
    elif only or kinds != ["png"]:
        files = _chosen(directory, is_sweep, only, kinds)
    else:
        files = _all(directory, is_sweep, arguments.draw)
    for figure in files:
        print(shown(figure))
    return 0


def _formats(text: str) -> list[str]:
    kinds = list(dict.fromkeys(text.split(",")))
    for kind in kinds:
        if kind not in FORMATS:
            raise bad_value("--format", kind, "no such format", FORMATS)
    return kinds


def _all(directory: Path, is_sweep: bool, draw: Draw | None) -> Sequence[Path]:
    from sim.commands.shared.figure_workers import Studio

    if is_sweep:
        from sim.show.sweep.figures import draw_sweep

        draw = draw or draw_sweep
    with Studio(draw) as studio:
        return studio.draw(directory)


def _chosen(
    directory: Path, is_sweep: bool, only: Sequence[str], kinds: Sequence[str]
) -> list[Path]:
    if is_sweep:
        from sim.show.sweep.figures import draw_sweep

        return draw_sweep(directory, only, kinds)
    from sim.show.base.figure_files import NAMES
    from sim.show.run.figures import draw_all

    return draw_all(directory, only or NAMES, kinds)


def _animated(directory: Path, simulator: Simulator | None) -> list[Path]:
    """The weeks, and single worlds where they can be run again; else it says why not."""
    from sim.analysis.run import sample_worlds
    from sim.ensemble.run import Inputs
    from sim.show.run.animation import draw_weeks, draw_worlds, evenly_drawn

    files = draw_weeks(directory)
    try:
        histories = sample_worlds.again(directory, evenly_drawn(directory), Inputs(simulator))
    except LandbridgeError as error:
        print(f"Single worlds are not drawn: {error}")
        return files
    return [*files, *draw_worlds(directory, histories)]
