from __future__ import annotations

import os
import pty
import sys

import pytest

from sim.commands.shared import progress
from sim.commands.shared.progress import Pieces


class Clock:
    now = 1000.0

    def perf_counter(self) -> float:
        return self.now


def test_time_left_counts_what_was_done_here(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Four of ten were there before; each takes 20 s, and a line comes every 30 s or more.

    The first comes sooner.
    """
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    with Pieces("pieces") as line:
        for done in range(5, 11):
            clock.now += 20.0
            line.show(done, 10)
    said = capsys.readouterr().err.splitlines()
    assert said == ["5/10 pieces  2 min left", "7/10 pieces  60 s left", "9/10 pieces  20 s left"]


def test_a_terminal_is_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    own, other = pty.openpty()
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    monkeypatch.setenv("TERM", "xterm")
    with os.fdopen(other, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with Pieces("pieces") as line:
            for done in (1, 2):
                clock.now += 20.0
                line.show(done, 3)
        terminal.flush()
        shown = os.read(own, 10_000).decode()
    os.close(own)
    assert "2/3 pieces" in shown
    assert shown.endswith("\r\x1b[K")
