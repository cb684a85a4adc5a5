"""The figures of a run, drawn by two processes that get ready while worlds are run."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

from sim.commands.shared.artist import Artist
from sim.ensemble.store.folder import RUNS
from sim.show.base.figure_files import FOLDER, NAMES, drawn_in, placed

Draw = Callable[[Path], Sequence[Path]]

_ARTISTS = 2


class Studio:
    """Draws the figures of run folders; to be used in a `with`."""

    def __init__(self, draw: Draw | None = None) -> None:
        """Start the processes, if there are cores for them; `draw` draws instead of it all."""
        self._draw = draw
        self._artists: list[Artist] = []
        if draw is None and (os.cpu_count() or 1) > 1 and sys.executable:
            with suppress(OSError):  # then all is drawn here
                for _ in range(_ARTISTS):
                    self._artists.append(Artist())

    def __enter__(self) -> Self:
        """For `with`."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the processes go."""
        for artist in self._artists:
            artist.end()

    def get_ready(self, theatre: str, hex_km: float) -> None:
        """Say which map the figures will have; nothing is waited for."""
        for artist in self._artists:
            artist.get_ready(theatre, hex_km)

    def draw(self, directory: Path) -> Sequence[Path]:
        """Draw the figures of a run folder; returns the files."""
        if self._draw is not None:
            return self._draw(directory)
        with drawn_in(directory, RUNS):
            return self._drawn(directory)

    def _drawn(self, directory: Path) -> Sequence[Path]:
        left = deque(NAMES)
        drawn: set[str] = set()
        threads = [
            Thread(target=_employ, args=(artist, directory, left, drawn))
            for artist in self._artists
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # first, since who opens the folder anew clears away what is only staged
        placed(directory, [directory / FOLDER / f"{name}.png" for name in NAMES if name in drawn])
        if rest := [name for name in NAMES if name not in drawn]:
            from sim.show.run.figures import draw_all

            draw_all(directory, rest)  # whatever went wrong there shows here
        return [directory / FOLDER / f"{name}.png" for name in NAMES]


def _employ(artist: Artist, directory: Path, left: deque[str], drawn: set[str]) -> None:
    """Have one of the processes draw what is left, until there is nothing or it fails."""
    while left:
        with suppress(IndexError):  # the other was quicker
            name = left.popleft()
            if not artist.draw(directory, name):
                return
            drawn.add(name)
