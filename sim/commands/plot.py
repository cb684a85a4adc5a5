"""`landbridge plot`: draw the figures of a run or sweep folder again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands.shared.figure_workers import Draw, Studio
from sim.errors import LandbridgeError, bad_value
from sim.paths import located, shown

if TYPE_CHECKING:
    from sim.ensemble.simulator import Simulator

FORMATS = ("png", "svg", "pdf")


def command(
    name: str,
    draw: Draw | None,
    only: Sequence[str] = (),
    formats: str = "png",
    animate: bool = False,
    simulator: Simulator | None = None,
) -> int:
    """Draw the figures of a finished run, or of a sweep so far, and print where they are.

    Args:
        name: the folder.
        draw: what draws all of them instead, for tests.
        only: names of figures; none for all.
        formats: of FORMATS, with commas between.
        animate: draw those that move instead, of a run.
        simulator: the model by which single worlds are run again.
    """
    from sim.analysis.run.summary import read
    from sim.ensemble.store.folder import RUNS, SWEEPS, refuse_other

    kinds = _formats(formats)
    directory = located(name, "DIR")
    is_sweep = refuse_other(directory, (*RUNS, *SWEEPS)) in SWEEPS
    if not is_sweep:
        read(directory)
    files: Sequence[Path]
    if animate:
        if is_sweep:
            raise LandbridgeError(
                f"--animate: {shown(directory)} is no run; name one of its points"
            )
        files = _animated(directory, simulator)
    elif only or kinds != ["png"]:
        files = _chosen(directory, is_sweep, only, kinds)
    else:
        files = _all(directory, is_sweep, draw)
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
        found = sample_worlds.again(directory, evenly_drawn(directory), Inputs(simulator))
    except LandbridgeError as error:
        print(f"Single worlds are not drawn: {error}")
        return files
    return [*files, *draw_worlds(directory, found)]
