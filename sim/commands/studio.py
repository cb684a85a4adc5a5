"""The figures of a run, drawn in two processes of which one gets ready while worlds are run.

Drawing is Python from end to end and holds the interpreter, so that threads would not help. The
second process reads its task from a pipe: when this one ends, however it ends, so does it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

Draw = Callable[[Path], Sequence[Path]]

# What the second process draws: as much work as importing matplotlib and drawing the others.
_SECOND = ("front_start", "front_end", "control_probability", "corridor_date", "routes")


class Studio:
    """Draws the figures of run folders; to be used in a `with`."""

    def __init__(self, draw: Draw | None = None) -> None:
        """Start the second process, if there is a core for it; `draw` draws instead of it all."""
        self._draw = draw
        self._second: subprocess.Popen[bytes] | None = None
        if draw is None and (os.cpu_count() or 1) > 1 and sys.executable:
            above = str(Path(__file__).resolve().parents[2])
            path = os.pathsep.join([above, *filter(None, [os.environ.get("PYTHONPATH")])])
            with suppress(OSError):  # then all is drawn here
                self._second = subprocess.Popen(
                    [sys.executable, "-P", "-c", "from sim.commands.studio import serve; serve()"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env={**os.environ, "PYTHONPATH": path},
                    start_new_session=True,  # Ctrl-C is for this process to deal with
                )

    def __enter__(self) -> Self:
        """For `with`."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the second process go; without a task it ends by itself."""
        if self._second is not None:
            self._second.kill()
            self._second.communicate()

    def draw(self, directory: Path) -> Sequence[Path]:
        """Draw the figures of a run folder; returns the files."""
        if self._draw is not None:
            return self._draw(directory)
        second = self._hand_over(directory)
        from sim.show.figures import FOLDER, NAMES, draw_all

        draw_all(directory, [name for name in NAMES if not second or name not in _SECOND])
        if second and second.wait() != 0:  # whatever went wrong there shows here
            draw_all(directory, _SECOND)
        return [directory / FOLDER / f"{name}.png" for name in NAMES]

    def _hand_over(self, directory: Path) -> subprocess.Popen[bytes] | None:
        """Give the second process its task; None if there is none to take it."""
        if self._second is None or self._second.stdin is None:
            return None
        try:
            self._second.stdin.write(os.fsencode(directory.resolve()))
            self._second.stdin.close()
        except OSError:
            return None
        return self._second


def serve() -> None:
    """What the second process does: import what drawing needs, wait for a folder, draw."""
    from sim.show.figures import draw_all

    directory = sys.stdin.buffer.read()
    if directory:
        draw_all(Path(os.fsdecode(directory)), _SECOND)
