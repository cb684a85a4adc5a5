from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.commands.shared.figure_workers import Studio
from sim.errors import LandbridgeError
from sim.show.base.figure_files import NAMES
from tests.show.conftest import folder, make  # noqa: F401


def drawn(at: Path) -> set[str]:
    return {file.stem for file in (at / "figures").iterdir()}


@pytest.fixture
def own(folder: Path, tmp_path: Path) -> Path:  # noqa: F811
    return Path(shutil.copytree(folder, tmp_path / "own"))


@pytest.mark.slow
def test_two_processes_draw_every_figure(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("sim.show.run.figures.draw_all", None)  # not here
    with Studio() as studio:
        studio.get_ready("iraq_syria_jordan", 40.0)
        files = studio.draw(own)
    assert drawn(own) == set(NAMES) == {file.stem for file in files}
    assert all(file.is_file() for file in files)


@pytest.mark.slow
def test_all_is_drawn_here_when_a_process_dies(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    with Studio() as studio:
        assert studio._pool is not None
        studio._pool.submit(os._exit, 1)
        studio.get_ready("iraq_syria_jordan", 40.0)
        studio.draw(own)
    assert drawn(own) == set(NAMES)


def test_all_is_drawn_here_where_there_is_one_core(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    with Studio() as studio:
        assert studio._pool is None
        studio.get_ready("iraq_syria_jordan", 40.0)
        studio.draw(own)
    assert drawn(own) == set(NAMES)


@pytest.mark.slow
def test_what_is_wrong_with_a_folder_is_said(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    (own / "summary.json").write_text("{}")
    with Studio() as studio:
        studio.get_ready("iraq_syria_jordan", 39.0)  # no map is built for this size
        with pytest.raises(LandbridgeError, match=r"summary\.json: is damaged"):
            studio.draw(own)
    assert studio._processes
    for process in studio._processes:
        process.join(10.0)
        assert not process.is_alive()


KILLED = """
import os, time
from sim.commands.shared.figure_workers import Studio
if __name__ == "__main__":
    os.cpu_count = lambda: 2
    studio = Studio()
    for process in studio._processes:
        print(process.pid)
    studio._pool.submit(int).result()
    os.kill(os.getpid(), 9)
"""


@pytest.mark.slow
def test_no_process_is_left_when_the_first_one_is_killed(tmp_path: Path) -> None:
    (tmp_path / "killed.py").write_text(KILLED)
    run = subprocess.run(
        [sys.executable, "-u", tmp_path / "killed.py"],
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        stdout=subprocess.PIPE,
        check=False,
    )
    pids = [int(pid) for pid in run.stdout.split()]
    assert run.returncode == -9
    assert len(pids) == 2
    until = time.monotonic() + 20.0
    while any(_runs(pid) for pid in pids):
        assert time.monotonic() < until
        time.sleep(0.1)


def _runs(pid: int) -> bool:
    """Whether there is such a process that has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_folder_that_cannot_be_drawn_is_refused(tmp_path: Path) -> None:
    with Studio() as studio, pytest.raises(LandbridgeError, match="not a run folder"):
        studio.draw(tmp_path)


def test_one_that_is_given_draws_instead(tmp_path: Path) -> None:
    with Studio(lambda directory: [directory / "a.png"]) as studio:
        assert studio._pool is None
        assert studio.draw(tmp_path) == [tmp_path / "a.png"]
