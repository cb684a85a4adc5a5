"""What the figures of a run folder are called, and putting figures in their place.

For those who have no need of matplotlib.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sim.ensemble.store import folder

FOLDER = "figures"
NAMES = {  # of the figures of a run, and what they show
    "overview": "time to corridor, P and likeliest holders on one page",
    "front_start": "who holds what on the first day",
    "front_end": "the likeliest holder of every place at the horizon",
    "control_probability": "the chance that the coalition holds each hex; routes, weakest places",
    "corridor_date": "the share of worlds with a corridor by each day",
    "routes": "by which route and border crossing",
    "alarm": "how alarmed those who watch are, over time",
}


@contextmanager
def drawn_in(directory: Path, kinds: Sequence[str]) -> Iterator[None]:
    """Hold a folder to draw in; raises LandbridgeError if it is of none of these kinds."""
    with folder.opened(directory, folder.refuse_other(directory, kinds)):
        yield


def placed(directory: Path, files: Sequence[Path], gone: Sequence[str] = ()) -> list[Path]:
    """Put drawn figures of a folder that is held in their places; returns them."""
    names = [file.relative_to(directory).as_posix() for file in files]
    folder.commit(directory, names, [name for name in gone if name not in names])
    return list(files)
