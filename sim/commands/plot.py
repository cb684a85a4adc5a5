"""`landbridge plot`: draw the figures of a run folder again."""

from __future__ import annotations

from pathlib import Path

from sim.commands.studio import Draw, Studio
from sim.commands.text import shown


def command(directory: Path, draw: Draw | None) -> int:
    """Draw the figures of a finished run and print where they are."""
    with Studio(draw) as studio:
        from sim.analysis.summary import read

        read(directory)
        for figure in studio.draw(directory):
            print(shown(figure))
    return 0
