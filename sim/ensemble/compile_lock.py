"""One process compiles the kernels, the others wait and read what it left in the cache.

Compiling takes most of a minute; without this every process of a cold machine would do it at once.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from sim import disk
from sim.errors import LandbridgeError
from sim.kernel_cache import DONE, SETTING, wanted_folder

_first = threading.Lock()
_is_warm = False
_waited = False


def waited() -> bool:
    """Whether this process has spent time on the compiler, or on waiting for another one's."""
    return _waited


def is_cold() -> bool:
    """Whether the kernels have to be compiled before any world is stepped."""
    return not (wanted_folder() / DONE).exists()


def compiled() -> int | None:
    """How many kernels have been compiled so far; None if that is over or has not begun."""
    folder = Path(os.environ.get(SETTING, ""))
    if not folder.name or (folder / DONE).exists():
        return None
    return sum(1 for _ in folder.rglob("*.nbc"))


@contextmanager
def compiling_alone() -> Iterator[None]:
    """Within, the first time: no other process on this cache folder is in here too.

    The folder (set by `sim.jit`) is marked afterwards, and nobody waits again.
    """
    global _is_warm, _waited
    folder = Path(os.environ[SETTING])
    _is_warm = _is_warm or (folder / DONE).exists()
    if _is_warm:
        yield
        return
    _waited = True
    with _first, _alone(folder):
        yield
        _is_warm = True
        with suppress(OSError, LandbridgeError):
            disk.write(folder / DONE, b"", sync=False)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with ExitStack() as lock:
        with suppress(OSError):  # a folder that cannot be written
            disk.make(folder)
            lock.enter_context(disk.held(folder / "compiling", wait=True))
        if (folder / DONE).exists():  # another process was first
            lock.close()
        yield
