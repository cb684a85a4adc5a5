"""How far a work of many pieces is: one line on a terminal, a line now and then when piped."""

from __future__ import annotations

import sys
import time

from rich.console import Console
from rich.progress import Progress, TaskID, TextColumn, TimeRemainingColumn

from sim.commands.shared.progress import duration

_PIPED = 30.0  # seconds between two lines where nobody looks
_COUNT = "{task.completed:.0f}/{task.total:.0f} {task.description}"


class Pieces:
    """Pieces done and time left, wiped when it is left."""

    def __init__(self, what: str = "pieces of the table") -> None:
        """Nothing is shown before the first piece."""
        self._what = what
        columns = TextColumn(_COUNT), TimeRemainingColumn()
        console = Console(stderr=True)
        self._bar = Progress(
            *columns, console=console, transient=True, speed_estimate_period=float("inf")
        )
        self._task: TaskID | None = None
        self._drawn = time.monotonic()

    def __enter__(self) -> Pieces:
        """Show it from now on, on a terminal."""
        if sys.stderr.isatty():
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Wipe the line."""
        if self._bar.live.is_started:
            self._bar.stop()

    def show(self, done: int, total: int) -> None:
        """So many pieces are done; the first call is after the first fresh one."""
        if self._task is None:
            self._task = self._bar.add_task(self._what, total=total, completed=done - 1)
        self._bar.update(self._task, completed=done, total=total)
        now = time.monotonic()
        if sys.stderr.isatty() or done == total or now - self._drawn < _PIPED:
            return
        self._drawn = now
        left = self._bar.tasks[0].time_remaining
        text = "" if left is None else f"  {duration(left)} left"
        print(f"{done}/{total} {self._what}{text}", file=sys.stderr, flush=True)
