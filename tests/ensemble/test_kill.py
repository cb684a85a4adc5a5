"""A run in a process of its own, killed in the middle, then called again."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.ensemble.store.parts import Parts

ROOT = Path(__file__).resolve().parents[2]
WORLDS = 400


def start(configs: Path, folder: Path, pause: float) -> subprocess.Popen[str]:
    arguments = [f"ensemble.worlds={WORLDS}", "ensemble.block=10", f"hydra.run.dir={folder}"]
    command = [
        sys.executable,
        "-m",
        "tests.support.run_fake",
        str(configs),
        str(pause),
        "run",
        *arguments,
    ]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_for_parts(folder: Path, number: int) -> None:
    until = time.monotonic() + 30
    while len(Parts(folder).blocks()) < number:
        assert time.monotonic() < until, "no blocks were written"
        time.sleep(0.02)


def content(folder: Path) -> str:
    return str(json.loads((folder / "manifest.json").read_text())["content_hash"])


@pytest.fixture(scope="module")
def whole(config_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("whole") / "run"
    process = start(config_tree, folder, 0.0)
    process.communicate(timeout=60)
    assert process.returncode == 0
    return content(folder)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_run_continues_to_the_same_contents(
    config_tree: Path, tmp_path: Path, whole: str, how: signal.Signals
) -> None:
    folder = tmp_path / "run"
    process = start(config_tree, folder, 0.15)
    wait_for_parts(folder, 3)
    process.send_signal(how)
    _, errors = process.communicate(timeout=30)
    saved = sum(block.size for block in Parts(folder).blocks())
    assert 30 <= saved < WORLDS
    if how == signal.SIGINT:
        assert process.returncode == 130
        assert f"interrupted; {saved} of {WORLDS} worlds are kept in {folder}" in errors
        assert f"continue with: landbridge run ensemble.worlds={WORLDS}" in errors
        assert "Traceback" not in errors
    else:
        assert process.returncode == -signal.SIGKILL
    again = start(config_tree, folder, 0.0)
    output, errors = again.communicate(timeout=60)
    assert again.returncode == 0
    assert content(folder) == whole
    assert errors == "", "no progress is shown when nobody looks"
    assert f"{WORLDS} worlds" in output


def begin_sweep(configs: Path, folder: Path, pause: float) -> subprocess.Popen[str]:
    swept = ["scenario=baseline,tanf_withdrawal", "ensemble.worlds=200", "ensemble.block=10"]
    arguments = [*swept, "executor.threads=2", f"hydra.sweep.dir={folder}"]
    command = [sys.executable, "-m", "tests.support.run_fake", str(configs), str(pause), "sweep"]
    return subprocess.Popen(
        [*command, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def parts(folder: Path) -> int:
    return len(list(folder.glob("points/*/parts/part-*")))


def test_a_sweep_goes_on_after_a_kill_and_after_ctrl_c(config_tree: Path, tmp_path: Path) -> None:
    whole, folder = tmp_path / "whole", tmp_path / "sweep"
    reference = begin_sweep(config_tree, whole, 0.0)
    for how, enough in ((signal.SIGKILL, 4), (signal.SIGINT, 12)):
        process = begin_sweep(config_tree, folder, 0.2)
        until = time.monotonic() + 60
        while parts(folder) < enough:
            assert time.monotonic() < until, "no blocks were written"
            time.sleep(0.02)
        process.send_signal(how)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "finishing the blocks under way" in errors
    kept = 10 * parts(folder)
    assert f"interrupted; {kept} of 400 worlds of 2 points are kept in {folder}" in errors
    assert "continue with: landbridge sweep scenario=baseline,tanf_withdrawal" in errors
    assert "Traceback" not in errors
    rows = (folder / "summary.csv").read_text().splitlines()
    assert sum(int(row.split(",")[4]) for row in rows[1:]) == kept
    again = begin_sweep(config_tree, folder, 0.0)
    again.communicate(timeout=60)
    reference.communicate(timeout=60)
    assert (again.returncode, reference.returncode) == (0, 0)
    assert content(folder) == content(whole)
