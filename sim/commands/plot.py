"""`landbridge plot`: draw the figures of a run or sweep folder again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from sim.commands.text import shown


def command(directory: Path, draw: Callable[[Path], Sequence[Path]] | None) -> int:
    """Draw the figures of a finished run, or of a sweep so far, and print where they are."""
    from sim.analysis.summary import read
    from sim.analysis.sweep import is_sweep

    if is_sweep(directory):
        from sim.show.sweep import draw_sweep

        draw = draw or draw_sweep
    else:
        read(directory)
    for figure in figures(directory, draw):
        print(shown(figure))
    return 0


def figures(
    directory: Path, draw: Callable[[Path], Sequence[Path]] | None = None
) -> Sequence[Path]:
    """Draw the figures of a run folder with `draw`, by default `sim.show`'s; returns the files."""
    if draw is not None:
        return draw(directory)
    from sim.show.figures import draw_all

    return draw_all(directory)
