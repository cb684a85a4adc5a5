"""The same sweep on a real two-node Slurm."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.cli import main
from sim.commands.shared.progress import Display
from sim.ensemble.schedule import Progress
from tests.support.fakes import FakeSimulator, use_configs
from tests.support.slurm import Slurm, why_not

pytest.importorskip("dask_jobqueue", reason="the extra landbridge[dask] is not installed")

ROOT = Path(__file__).resolve().parents[2]
SWEEP = (
    "sweep", "scenario=baseline,tanf_withdrawal", "corridor.hold_days=7,30",
    "ensemble.worlds=100", "ensemble.block=10",
)  # fmt: skip


@pytest.fixture
def slurm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slurm]:
    if why_not():
        pytest.skip(why_not())
    (tmp_path / "slurm").mkdir()
    with Slurm(tmp_path / "slurm") as started:
        for name, value in started.environment.items():
            monkeypatch.setenv(name, value)
        yield started


def content(folder: str) -> str:
    return str(json.loads(Path(folder, "manifest.json").read_text())["content_hash"])


@pytest.mark.slurm
def test_a_sweep_on_two_nodes_of_slurm(
    slurm: Slurm, config_tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_configs(monkeypatch, config_tree)
    monkeypatch.chdir(tmp_path)
    show, nodes = Display.show, set()

    def watching(self: Display, progress: Progress) -> None:
        nodes.update(slurm.ask("squeue", "-h", "-t", "R", "-o", "%N").split())
        show(self, progress)

    monkeypatch.setattr(Display, "show", watching)
    site = (
        "executor=slurm", "executor.jobs.count=2", "executor.jobs.memory=1GB",
        "executor.jobs.interface=lo", "executor.jobs.host=127.0.0.1",
        f"executor.jobs.prologue=['export PYTHONPATH={ROOT}']",
    )  # fmt: skip
    code = main([*SWEEP, *site, "hydra.sweep.dir=slurm-sweep"], FakeSimulator(pause=0.2))
    assert code == 0
    assert nodes == {"n1", "n2"}
    monkeypatch.undo()
    use_configs(monkeypatch, config_tree)
    monkeypatch.chdir(tmp_path)
    assert main([*SWEEP, "hydra.sweep.dir=threads"], FakeSimulator()) == 0
    assert content("slurm-sweep") == content("threads")
