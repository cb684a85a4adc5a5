"""Ctrl-C that lets the blocks under way finish."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def patient() -> Iterator[Callable[[], bool]]:
    """Within, the first Ctrl-C is only remembered, and what is given says whether there was one.

    A second one stops at once, as always. In a thread that is not the main one nothing changes.
    """
    asked = False

    def remember(*_: object) -> None:
        nonlocal asked
        asked = True
        signal.signal(signal.SIGINT, before)
        print(
            "\nlandbridge: finishing the blocks under way; Ctrl-C again stops at once",
            file=sys.stderr,
        )

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    before = signal.signal(signal.SIGINT, remember)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)
