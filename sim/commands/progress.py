"""One live line on a terminal while worlds are stepped; nothing where nobody looks."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from sim.ensemble.run import Progress

_EVERY = 0.1  # seconds between two drawings


class Line:
    """Worlds done, worlds a second, P so far; wiped when it is left."""

    def __init__(self, prefix: str = "") -> None:
        """A line that starts with `prefix`; silent unless stderr is a terminal."""
        self._prefix = prefix
        self._live = sys.stderr.isatty()
        self._began = self._drawn = time.perf_counter()
        self._held: int | None = None  # pieces that were there before

    def __enter__(self) -> Self:
        """Show that work has begun."""
        self._draw("setting up; the first run after a change compiles the model, about a minute")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wipe the line."""
        if self._live:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()

    def show(self, progress: Progress) -> None:
        """Draw the line, a few times a second at most."""
        now = time.perf_counter()
        if progress.done < progress.total and now - self._drawn < _EVERY:
            return
        self._drawn = now
        rate = progress.fresh / max(1e-9, now - self._began)
        left = (progress.total - progress.done) / max(1e-9, rate)
        road = progress.formed_road / progress.fresh
        territory = progress.formed_territory / progress.fresh
        self._draw(
            f"{progress.done}/{progress.total} worlds  {rate:.0f}/s  {left:.0f} s left  "
            f"P road {road:.3f}  territory {territory:.3f}"
        )

    def pieces(self, done: int, total: int) -> None:
        """Draw how many pieces of a table are done; the first call is after the first fresh one."""
        if self._held is None:
            self._held = done - 1
        now = time.perf_counter()
        if done < total and now - self._drawn < _EVERY:
            return
        self._drawn = now
        left = (total - done) * (now - self._began) / (done - self._held)
        self._draw(f"{done}/{total} pieces of the table  {left:.0f} s left")

    def _draw(self, text: str) -> None:
        if self._live:
            sys.stderr.write(f"\r\033[K{self._prefix}{text}")
            sys.stderr.flush()
