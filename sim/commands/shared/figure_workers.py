"""The figures of a run, drawn by two processes that get ready while worlds are run.

Drawing is Python from end to end and holds the interpreter, so that threads would not help.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import repeat
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import Self

from sim.ensemble.store.folder import RUNS
from sim.errors import LandbridgeError
from sim.show.base.figure_files import NAMES, drawn_in, placed

Draw = Callable[[Path], Sequence[Path]]

_PROCESSES = 2
_BEHIND = 5  # how far behind this process they stand in line for a core, as `nice` counts


class Studio:
    """Draws the figures of run folders; to be used in a `with`."""

    def __init__(self, draw: Draw | None = None) -> None:
        """Start the processes, if there are cores for them; `draw` draws instead of it all."""
        self._draw = draw
        self._pool: ProcessPoolExecutor | None = None
        self._processes: set[BaseProcess] = set()
        if draw is None and (os.cpu_count() or 1) > 1:
            others = set(active_children())
            spawn = get_context("spawn")  # other threads may run, which forking would cut short
            self._pool = ProcessPoolExecutor(_PROCESSES, spawn, _start)
            for _ in range(_PROCESSES):
                self._pool.submit(os.getpid)  # which starts a process
            self._processes = set(active_children()) - others

    def __enter__(self) -> Self:
        """For `with`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the processes go, whatever they are doing."""
        for process in self._processes:
            process.kill()
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def get_ready(self, theatre: str, hex_km: float) -> None:
        """Say which map the figures will have; nothing is waited for."""
        if self._pool is not None:
            with suppress(BrokenProcessPool):
                for _ in range(_PROCESSES):
                    self._pool.submit(_get_ready, theatre, hex_km)

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


def _start() -> None:
    """What a process does first: import what drawing needs."""
    Thread(target=_end_with_parent, daemon=True).start()
    if hasattr(os, "setsid"):
        os.setsid()  # Ctrl-C is for the first process to deal with
        os.nice(_BEHIND)
    import sim.show.run.figures  # noqa: F401


def _end_with_parent() -> None:
    """A pool does not notice when the first process is killed."""
    parent = parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)


def _get_ready(theatre: str, hex_km: float) -> None:
    from sim.show.run import figures

    with suppress(LandbridgeError):  # said where errors are seen
        figures.get_ready(theatre, hex_km)


def _one(directory: Path, name: str) -> Path:
    from sim.show.run import figures

    return figures.stage_one(directory, name)
