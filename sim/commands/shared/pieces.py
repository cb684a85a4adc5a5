"""How far a work of many pieces is: one line on a terminal, a line now and then when piped."""

from __future__ import annotations

import sys
import time

from sim.commands.shared.progress import duration

_EVERY, _PIPED = 0.25, 30.0  # seconds between two lines: on a terminal, elsewhere


class Pieces:
    """Pieces done and time left, wiped when it is left."""

    def __init__(self, what: str = "pieces of the table") -> None:
        """Nothing is shown before the first piece."""
        self._what = what
        self._live = sys.stderr.isatty()
        self._began = self._drawn = time.perf_counter()
        self._held: int | None = None  # pieces that were there before

    def __enter__(self) -> Pieces:
        """As it is."""
        return self

    def __exit__(self, *_: object) -> None:
        """Wipe the line."""
        if self._live:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def show(self, done: int, total: int) -> None:
        """So many pieces are done; the first call is after the first fresh one."""
        now = time.perf_counter()
        if self._held is None:
            self._held = done - 1
        if done == total or now - self._drawn < (_EVERY if self._live else _PIPED):
            return
        self._drawn = now
        left = duration((total - done) * (now - self._began) / (done - self._held))
        text = f"{done}/{total} {self._what}  {left} left"
        print(f"\r\033[K{text}" if self._live else text, end="" if self._live else "\n",
              file=sys.stderr, flush=True)  # fmt: skip
