"""The figures of a run, drawn by two processes that get ready while worlds are run.

Drawing is Python from end to end and holds the interpreter, so that threads would not help.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Self

from sim.ensemble.store.folder import RUNS
from sim.errors import LandbridgeError
from sim.show.base.figure_files import NAMES, drawn_in, placed

Draw = Callable[[Path], Sequence[Path]]

_PROCESSES = 2
_BEHIND = 5  # how far behind this process they stand in line for a core, as `nice` counts


class Studio:
    """Draws the figures of run folders; to be used in a `with`."""

    def __init__(self, draw: Draw | None = None, hex_km: float | None = None) -> None:
        """Start the processes, if there are cores for them.

        Args:
            draw: what draws instead of it all, for tests.
            hex_km: the size of hex whose map they get ready, if that is known.
        """
        self._draw = draw
        self._pool: ProcessPoolExecutor | None = None
        if draw is None and (os.cpu_count() or 1) > 1:
            # other threads may run, which forking would cut short
            self._pool = ProcessPoolExecutor(
                _PROCESSES, get_context("spawn"), _get_ready, (hex_km,)
            )
            for _ in range(_PROCESSES):
                self._pool.submit(os.getpid)  # which starts a process

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
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def draw(self, directory: Path) -> Sequence[Path]:
        """Draw the figures of a run folder; returns the files."""
        if self._draw is not None:
            return self._draw(directory)
        with drawn_in(directory, RUNS):
            if self._pool is not None:
                with suppress(BrokenProcessPool):
                    return placed(directory, list(self._pool.map(_one, repeat(directory), NAMES)))
            from sim.show.run.figures import draw_all

            return draw_all(directory)


def _get_ready(hex_km: float | None) -> None:
    """What a process does first: import what drawing needs, and draw a page to warm up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the first process to deal with
    if hasattr(os, "nice"):
        os.nice(_BEHIND)
    from sim.show.run import figures

    with suppress(LandbridgeError):  # said where errors are seen
        figures.get_ready(hex_km)


def _one(directory: Path, name: str) -> Path:
    from sim.show.run.figures import stage_one

    return stage_one(directory, name)
