"""A process that draws figures for this one, and gets ready for it while worlds are run.

Drawing is Python from end to end and holds the interpreter, so that threads would not help. The
process takes its tasks from a pipe, a line each: when this one ends, however it ends, so does it.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from sim.errors import LandbridgeError

_DONE, _FAILED = b"done\n", b"failed\n"
_BEHIND = 5  # how far behind this process it stands in line for a core, as `nice` counts


class Artist:
    """The process, seen from the one that has the figures drawn."""

    def __init__(self) -> None:
        """Start it; raises OSError if it cannot be started."""
        above = str(Path(__file__).resolve().parents[3])
        path = os.pathsep.join([above, *filter(None, [os.environ.get("PYTHONPATH")])])
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", "from sim.commands.shared.artist import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,  # Ctrl-C is for this process to deal with
        )

    def get_ready(self, hex_km: float) -> None:
        """Let it read the map of a size of hex; not waited for."""
        self._say({"hex_km": hex_km})

    def draw(self, directory: Path, name: str) -> bool:
        """Have a figure of a run folder drawn, and wait for it; whether it was."""
        is_told = self._say({"directory": str(directory.resolve()), "name": name})
        return (
            is_told and self.process.stdout is not None and self.process.stdout.readline() == _DONE
        )

    def end(self) -> None:
        """Let it go, whatever it is doing."""
        self.process.kill()
        self.process.communicate()

    def _say(self, task: dict[str, Any]) -> bool:
        """Whether it could be told."""
        try:
            if self.process.stdin is not None:
                self.process.stdin.write(json.dumps(task).encode() + b"\n")
                self.process.stdin.flush()
        except (OSError, ValueError):  # it is gone, or has been let go
            return False
        return True


def serve() -> None:
    """What the process does: import what drawing needs, then one task after the other."""
    gc.disable()  # it makes little garbage and lives for seconds
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    if hasattr(os, "nice"):
        os.nice(_BEHIND)
    from sim.show.base.style import styled

    with styled():
        _work(sys.stdin.buffer, answers)


def _work(tasks: IO[bytes], answers: IO[bytes]) -> None:
    from sim.show.run.figures import drawer, get_ready

    drawer_of = lru_cache(1)(drawer)
    for line in tasks:
        task = json.loads(line)
        if "hex_km" in task:
            with suppress(LandbridgeError):  # said where errors are seen
                get_ready(task["hex_km"])
            continue
        try:
            drawer_of(Path(task["directory"]))(task["name"])
            answer = _DONE
        except Exception:  # it is drawn again where errors are seen
            answer = _FAILED
        answers.write(answer)
        answers.flush()
