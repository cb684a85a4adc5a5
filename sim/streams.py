"""Standard output and error of a process of ours: whatever they are, a run is not lost to them."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from sim.errors import LandbridgeError

_OUTPUT = 1


class _Stream(io.TextIOWrapper):
    """Text to a descriptor, which goes on with nothing when nobody reads it any more."""

    def __init__(self, buffer: IO[bytes], encoding: str) -> None:
        """Signs that the encoding lacks are written as escapes."""
        self._number = buffer.fileno()
        is_terminal = os.isatty(self._number)
        super().__init__(buffer, encoding, "backslashreplace", line_buffering=is_terminal)

    def write(self, text: str) -> int:
        """As any stream; raises LandbridgeError if output cannot be written."""
        with self._lost():
            return super().write(text)
        return len(text)

    def flush(self) -> None:
        """As any stream; raises LandbridgeError if output cannot be written."""
        with self._lost():
            super().flush()

    @contextmanager
    def _lost(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, self._number)
            os.close(nothing)
            if self._number == _OUTPUT and error.errno != errno.EPIPE:
                raise LandbridgeError(
                    f"standard output: cannot be written ({error.strerror})"
                ) from error


def prepare() -> None:
    """Make standard streams that are there, even if closed, and bear what is written to them."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:  # else the next file that is opened would be written to as output
            os.open(os.devnull, os.O_RDWR)
    sys.stdout, sys.stderr = _prepared(sys.stdout, 1), _prepared(sys.stderr, 2)


def _prepared(stream: IO[str] | None, number: int) -> _Stream:
    if not isinstance(stream, io.TextIOWrapper):  # None: was closed
        return _Stream(open(number, "wb", closefd=False), "utf-8")
    encoding = stream.encoding
    return _Stream(stream.detach(), encoding)
