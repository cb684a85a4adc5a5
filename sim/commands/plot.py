"""`landbridge plot`: draw the figures of a run or sweep folder again."""

from __future__ import annotations

from sim.commands.studio import Draw, Studio
from sim.paths import located, shown


def command(name: str, draw: Draw | None) -> int:
    """Draw the figures of a finished run, or of a sweep so far, and print where they are."""
    from sim.analysis.summary import read
    from sim.ensemble.folder import RUNS, SWEEPS, refuse_other

    directory = located(name, "DIR")
    if refuse_other(directory, (*RUNS, *SWEEPS)) in SWEEPS:
        from sim.show.sweep import draw_sweep

        draw = draw or draw_sweep
    else:
        read(directory)
    with Studio(draw) as studio:
        for figure in studio.draw(directory):
            print(shown(figure))
    return 0
