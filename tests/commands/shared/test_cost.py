"""What a command costs is said before it is spent, and how long what is left takes."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest

from sim.cli import main
from sim.commands.shared import progress
from sim.commands.shared.progress import Display
from sim.ensemble import cost
from sim.ensemble.schedule import Progress
from sim.kernel_cache import DONE, wanted_folder
from tests.support.fakes import FakeSimulator

CASES = {
    "run": (["ensemble.worlds=600"], "600 worlds, "),
    "sweep": (["corridor.hold_days=7,9", "ensemble.worlds=30"], "60 worlds (2 points), "),
    "backtest": (
        ["--origin=2016-03-01,2016-10-16", "ensemble.worlds=50"], "100 worlds (2 origins), ",
    ),
    "solve": (
        ["rules.response", "--target=0.1", "ensemble.worlds=10", "--points=5"],
        "At most 100 worlds (2 rounds of 5 values), ",
    ),
    "sensitivity": (
        ["faction.tanf.quality=interval(1,2)", "--base=8", "--worlds=4"],
        "128 worlds (32 points), ",
    ),
    "check-model": (["--worlds=12"], "12 worlds, "),
    "rare": (["--particles=10", "--repeats=3"], "110 worlds (3 repetitions and 8 pilots), "),
}  # fmt: skip


@pytest.mark.parametrize("command", CASES)
@pytest.mark.parametrize("known", [True, False])
def test_a_dry_run_says_the_cost_and_does_nothing(
    command: str, known: bool, small: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cost, "_known", lambda: {"25": 0.1} if known else {})
    words, said = CASES[command]
    assert main([command, *words, "--dry-run"], FakeSimulator()) == 0
    out = capsys.readouterr().out
    assert said in out
    assert ("of this machine" in out) == known
    assert ("expected time unknown" in out) != known
    assert list(tmp_path.iterdir()) == []


def test_compilation_is_announced_until_it_is_done(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The folder of kernels is that of these sources: it is known before any is loaded."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    told = []
    for _ in range(2):
        assert main(["run", "ensemble.worlds=600", "--dry-run"], FakeSimulator()) == 0
        told.append("before that the model is compiled" in capsys.readouterr().out)
        wanted_folder().mkdir(exist_ok=True)
        (wanted_folder() / DONE).touch()
    assert told == [True, False]


def test_only_the_real_model_is_timed(small: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    words = ["run", "ensemble.worlds=200", f"hydra.run.dir={tmp_path / 'a'}"]
    assert main(words, FakeSimulator(), lambda at: []) == 0
    assert cost._known() == {}


class Clock:
    """Time that passes when told to."""

    now = 1000.0

    def perf_counter(self) -> float:
        return self.now


def blocks(display: Display, clock: Clock, times: list[float]) -> str:
    """What is said after blocks of 100 of 1,000 worlds at some seconds from the start."""
    start = clock.now
    for number, at in enumerate(times, 1):
        clock.now = start + at
        done = 100 * number
        display.show(Progress(0, done, 1000, done, {"road": 0, "territory": 0}, 0))
    return display.line()


def test_time_left_is_right_from_the_first_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two threads: two blocks come every 50 s."""
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    with Display() as display:
        assert "450 s left" in blocks(display, clock, [50.0]).replace("8 min", "450 s")
    with Display() as display:
        assert "201 s left" in blocks(display, clock, [50.0, 50.1]).replace("3 min", "201 s")


def test_compilation_shows_a_count_and_a_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernels = tmp_path / "kernels"
    kernels.mkdir()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(kernels))
    for name, wait in (("_PIPED", 0.03), ("_SECOND", 0.01)):
        monkeypatch.setattr(progress, name, wait)
    lines = io.StringIO()
    monkeypatch.setattr("sys.stderr", lines)
    with Display():
        (kernels / "one.nbc").touch()
        time.sleep(0.2)
    assert "compiling the model, once after a change: 1 kernels, 0 s" in lines.getvalue()
    (kernels / "compiled").touch()
    monkeypatch.setattr("sys.stderr", lines := io.StringIO())
    with Display():
        time.sleep(0.1)
    assert lines.getvalue() == ""
