"""Sweeps on a real Dask cluster of two nodes on one machine; nothing but the nodes is pretended."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.cli import main
from sim.config.schema import Executor, ExecutorKind, Jobs, Tls
from sim.ensemble.schedule import Progress
from sim.errors import LandbridgeError
from tests.support.fakes import FakeSimulator, use_configs
from tests.support.nodes import Nodes

pytest.importorskip("distributed", reason="the extra landbridge[dask] is not installed")

FIRST, SECOND = "127.0.0.3", "127.0.0.4"
SWEEP = ("sweep", "scenario=baseline,tanf_withdrawal", "corridor.hold_days=7,30")
SIZE = ("ensemble.worlds=100", "ensemble.block=10")


@pytest.fixture(autouse=True)
def fake_configs(config_tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Composition from the small configs; the code's hash stays, as nodes have the real one."""
    use_configs(monkeypatch, config_tree)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """Two nodes of one core."""
    with Nodes(tmp_path_factory.mktemp("nodes")) as started:
        started.join(FIRST)
        started.join(SECOND)
        yield started


@pytest.fixture(scope="module")
def expected(config_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The contents of the sweep on threads of this process."""
    folder = tmp_path_factory.mktemp("threads") / "sweep"
    with pytest.MonkeyPatch.context() as patch:
        use_configs(patch, config_tree)
        assert run(str(folder), "executor.threads=2") == 0
    return contents(str(folder))


def run(folder: str, *overrides: str, simulator: FakeSimulator | None = None) -> int:
    chosen = simulator or FakeSimulator()
    return main([*SWEEP, *SIZE, *overrides, f"hydra.sweep.dir={folder}"], chosen)


def on(nodes: Nodes) -> tuple[str, str]:
    return "executor=dask", f"executor.address={nodes.address}"


def manifest(folder: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(folder, "manifest.json").read_text())
    return found


def contents(folder: str) -> list[str]:
    found = manifest(folder)
    return [found["content_hash"], *(one["content_hash"] for one in found["points"])]


def when(number: int, action: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Do something as soon as `number` blocks have come back."""
    from sim.commands.shared.progress import Display

    show, seen = Display.show, []

    def watching(self: Display, progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == number:
            threading.Thread(target=action).start()
        show(self, progress)

    monkeypatch.setattr(Display, "show", watching)


def test_two_nodes_one_killed_and_one_joining(
    nodes: Nodes,
    expected: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def kill_and_join() -> None:
        nodes.kill(SECOND)
        nodes.join(SECOND)

    when(8, kill_and_join, monkeypatch)
    assert run("dask", *on(nodes), simulator=FakeSimulator(pause=0.1)) == 0
    assert contents("dask") == expected
    assert all(expected)
    assert "4 of 4 points done" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (FakeSimulator(fail_at=12), "RuntimeError: the model broke (worlds 20 to 29)"),
        (FakeSimulator(die_at=12), "workers died while running it"),
    ],
    ids=["raises", "kills its worker"],
)
def test_a_block_that_fails_everywhere_is_recorded_and_the_rest_finishes(
    nodes: Nodes, capsys: pytest.CaptureFixture[str], broken: FakeSimulator, said: str
) -> None:
    few = ("corridor.hold_days=7", "ensemble.worlds=60")
    arguments = ["sweep", "scenario=baseline,tanf_withdrawal", *few, "ensemble.block=10"]
    code = main([*arguments, *on(nodes), "executor.retries=1", "hydra.sweep.dir=s"], broken)
    out = capsys.readouterr().out
    assert code == 1
    assert "0 of 2 points done" in out
    assert out.count(said) == 2
    assert manifest("s")["worlds"] == 100
    later = FakeSimulator()
    assert main([*arguments, "hydra.sweep.dir=s"], later) == 0
    assert sorted(later.calls) == sorted([*range(10, 15)] * 4)


def test_a_local_cluster_gives_the_same(expected: list[str]) -> None:
    assert run("dask", "executor=dask", "executor.threads=1", "ensemble.block=25") == 0
    assert contents("dask") == expected


@pytest.mark.slow
def test_encrypted_with_certificates(tmp_path: Path, expected: list[str]) -> None:
    from distributed import Security

    made, names = (
        Security.temporary(),
        {"ca": "ca_file", "cert": "client_cert", "key": "client_key"},
    )
    for part, name in names.items():
        (tmp_path / f"{part}.pem").write_text(getattr(made, f"tls_{name}"))
    options = [
        text
        for option, part in (("ca-file", "ca"), ("cert", "cert"), ("key", "key"))
        for text in (f"--tls-{option}", str(tmp_path / f"{part}.pem"))
    ]
    (tmp_path / "nodes").mkdir()
    with Nodes(tmp_path / "nodes", "tls", options) as nodes:
        nodes.join(FIRST)
        certificates = [f"executor.tls.{part}={tmp_path / part}.pem" for part in names]
        assert nodes.address.startswith("tls://")
        assert run("dask", *on(nodes), *certificates) == 0
        from sim.ensemble.execute.dask_executor import Cluster

        bare = Executor(ExecutorKind.dask, address=nodes.address)
        with pytest.raises(LandbridgeError, match=r"needs executor\.tls\.ca"):
            Cluster(bare)
    assert contents("dask") == expected


def test_other_code_on_a_worker_is_refused(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sim.ensemble.store.manifest.code_hash", lambda: "other")
    assert run("s", *on(nodes)) == 1
    assert "a worker has another version of the model's code" in capsys.readouterr().out


@pytest.mark.parametrize("address", ["tcp://127.0.0.2:9", "127.0.0.2:9", "nowhere"])
def test_nobody_there_is_one_line(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()
    assert run("s", "executor=dask", f"executor.address={address}") == 2
    assert time.monotonic() - began < 10
    err = capsys.readouterr().err
    assert f"executor.address={address}: no Dask scheduler answers there" in err
    assert err.count("\n") == 1
    assert not Path("s").exists()


def test_a_port_that_is_not_dask_s_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sim.ensemble.execute.dask_executor._PATIENCE", 0.5)
    with socket.create_server(("127.0.0.2", 0)) as silent:
        address = f"tcp://127.0.0.2:{silent.getsockname()[1]}"
        assert run("s", "executor=dask", f"executor.address={address}") == 2
    err = capsys.readouterr().err
    assert f"{address}: no Dask scheduler answers there" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(("kind", "command"), [("slurm", "sbatch"), ("pbs", "qsub")])
def test_a_batch_system_that_is_not_there_is_one_line(
    kind: str, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert run("s", f"executor={kind}") == 2
    assert f"executor={kind}: there is no {command} on this machine" in capsys.readouterr().err
    assert not Path("s").exists()


def test_a_batch_system_that_takes_no_job_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Dask would log it and wait for ever."""
    submit = tmp_path / "sbatch"
    submit.write_text("#!/bin/sh\necho no such queue >&2\nexit 1\n")
    submit.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert run("s", "executor=slurm") == 2
    err = capsys.readouterr().err
    assert "executor=slurm: cannot be started" in err
    assert "no such queue" in err
    assert err.count("\n") == 1


def test_pages_about_workers_are_on_loopback() -> None:
    from sim.ensemble.execute.dask_clusters import job_settings

    settings = job_settings(Executor(ExecutorKind.slurm))
    assert settings["scheduler_options"]["dashboard_address"].startswith("127.0.0.1:")
    assert settings["worker_extra_args"] == ["--dashboard-address", "127.0.0.1:0"]


@pytest.mark.parametrize(
    ("address", "warned"),
    [
        ("tcp://10.0.0.5:8786", True),
        ("cluster.example.org:8786", True),
        ("tcp://127.0.0.2:8786", False),
        ("tcp://[::1]:8786", False),
        ("localhost:8786", False),
    ],
)
def test_an_open_scheduler_elsewhere_is_warned_about(
    capsys: pytest.CaptureFixture[str], address: str, warned: bool
) -> None:
    from sim.ensemble.execute.dask_clusters import warn_if_open

    warn_if_open(Executor(ExecutorKind.dask, address=address))
    assert ("is not encrypted" in capsys.readouterr().err) == warned


def test_certificates_must_all_be_there(tmp_path: Path) -> None:
    from sim.ensemble.execute.dask_clusters import security

    (tmp_path / "ca.pem").touch()
    with pytest.raises(LandbridgeError, match=r"executor\.tls\.cert=: no such file"):
        security(Tls(ca=str(tmp_path / "ca.pem")))
    assert security(Tls()) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        (ExecutorKind.slurm, ("#SBATCH -p long", "#SBATCH -A mine", "#SBATCH -t 02:00:00")),
        (ExecutorKind.pbs, ("#PBS -q long", "#PBS -A mine", "walltime=02:00:00")),
        (ExecutorKind.lsf, ("#BSUB -q long", '#BSUB -P "mine"', "#BSUB -W 02:00")),
    ],
)
def test_a_batch_system_is_asked_for_what_is_set(
    kind: ExecutorKind, lines: tuple[str, ...]
) -> None:
    import dask_jobqueue

    from sim.ensemble.execute.dask_clusters import job_settings

    jobs = Jobs(
        cores=2, queue="long", account="mine", walltime="02:00:00", prologue=["module load x"]
    )
    settings = job_settings(Executor(kind, jobs=jobs))
    assert settings["security"] is True
    for name in ("security", "shared_temp_directory", "scheduler_options"):
        settings.pop(name)
    job = getattr(dask_jobqueue, f"{kind.name.upper()}Cluster").job_cls
    script = job("tls://127.0.0.1:1", name="x", **settings).job_script()
    for line in (*lines, "module load x", "--nworkers 2", "--nthreads 1", "tls://"):
        assert line in script
