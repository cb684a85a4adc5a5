"""A setting that a command would pass over is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.cli import main
from sim.config.check import check_unused
from sim.config.compose import compose, typed
from sim.config.schema import DesignKind
from sim.config.unused import COMMANDS, refuse_unused, refuse_unused_design
from sim.errors import LandbridgeError

UNUSED = {
    "run": ["design=lhs", "design.points=8", "hydra.sweep.dir=x", "hydra.verbose=true"],
    "sweep": ["hydra.job.chdir=true", "hydra/launcher=joblib"],
    "backtest": ["design=zip", "hydra.sweep.dir=x", "hydra.run.dir=x"],
    "calibrate": [
        "hydra.run.dir=x",
        "ensemble.precision=0.1",
        "executor=dask",
        "executor.retries=1",
    ],
    "solve": ["hydra.run.dir=mine", "ensemble.precision=0.1", "design=lhs"],
    "sensitivity": ["hydra.run.dir=mine", "ensemble.max_worlds=50"],
    "criticality": ["hydra.run.dir=mine", "ensemble.precision=0.1"],
    "rare": [
        "hydra.run.dir=x",
        "ensemble.replications_per_draw=2",
        "clock.beyond_days=9",
        "executor=slurm",
    ],
    "check-model": ["hydra.run.dir=x", "executor.threads=2", "++ensemble.block=9"],
    "sim.run": ["hydra.run.dir=mine", "design=lhs"],
    "sim.sweep": ["hydra.sweep.dir=mine"],
}
USED = {
    "run": ["hydra.run.dir=mine", "ensemble.precision=0.1", "executor=dask", "~changes"],
    "sweep": ["hydra.sweep.dir=mine", "hydra.run.dir=mine", "design=lhs", "design.points=8"],
    "calibrate": ["executor.threads=2", "ensemble.seed=5"],
    "rare": ["executor.threads=2", "ensemble.seed=5"],
    "view": ["ensemble.worlds=1000"],
}


@pytest.mark.parametrize(
    ("command", "text"), [(name, one) for name, many in UNUSED.items() for one in many]
)
def test_what_a_command_does_not_use_is_refused(command: str, text: str) -> None:
    with pytest.raises(LandbridgeError, match="does not use that") as caught:
        refuse_unused(command, ["scenario=baseline", text])
    assert text in str(caught.value)


@pytest.mark.parametrize("command", COMMANDS)
def test_what_it_uses_is_not(command: str) -> None:
    refuse_unused(command, ["scenario=baseline", *USED.get(command, [])])


@pytest.mark.parametrize(
    ("command", "text", "option"),
    [
        ("backtest", "clock.origin=2016-01-01", "give --origin"),
        ("backtest", "clock.record_on=[2017-03-01]", "leave it out"),
        ("calibrate", "clock.until=2016-01-01", "give --until"),
        ("calibrate", "ensemble.worlds=9", "give --particles"),
        ("sensitivity", "ensemble.worlds=9", "give --worlds"),
        ("rare", "ensemble.worlds=9", "give --particles"),
        ("check-model", "ensemble.worlds=9", "give --worlds"),
    ],
)
def test_what_a_command_sets_itself_has_an_option(command: str, text: str, option: str) -> None:
    with pytest.raises(LandbridgeError, match=f"{command} sets that itself; {option}"):
        refuse_unused(command, [text])


@pytest.mark.parametrize(
    "words",
    [
        ["solve", "rules.response", "--target=0.1", "hydra.run.dir=mine"],
        ["backtest", "--with", "2017-06-04:design=lhs"],
        ["run", "-m", "hydra.verbose=true"],
    ],
)
def test_every_command_that_runs_worlds_looks(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert "does not use that" in capsys.readouterr().err


def test_so_does_python() -> None:
    with pytest.raises(LandbridgeError, match="directory=... names the folder"):
        sim.run("hydra.run.dir=mine")
    with pytest.raises(LandbridgeError, match="directory=... names the folder"):
        sim.sweep("hydra.sweep.dir=mine")


def test_a_design_refuses_settings_of_others() -> None:
    refuse_unused_design(DesignKind.lhs, ["design=lhs", "design.points=8", "design.seed=1"])
    for kind, text in (("grid", "points=8"), ("list", "seed=1"), ("sobol", "file=x.csv")):
        with pytest.raises(LandbridgeError, match=f"design={kind} does not use that"):
            refuse_unused_design(DesignKind[kind], [f"design={kind}", f"design.{text}"])


def test_a_cluster_uses_what_it_is_reached_or_started_with(small: Path) -> None:
    for line in (
        "executor=dask executor.threads=2 executor.retries=1",
        "executor=dask executor.address=tcp://127.0.0.1:9 executor.retries=1 executor.tls.ca=x",
        "executor=slurm executor.jobs.count=3 executor.tls.ca=x",
        "ensemble.precision=0.1 ensemble.max_worlds=500",
    ):
        check_unused(typed(compose(line.split())))
    for line, named in (
        ("executor=dask executor.tls.ca=x", r"executor\.tls: executor=dask"),
        ("executor=slurm executor.threads=2", r"executor\.threads: executor=slurm"),
        ("executor=dask executor.address=tcp://x:9 executor.threads=2", "with an address"),
        ("posterior=2016-03-01 uncertainty=prior", "posterior=2016-03-01"),
    ):
        with pytest.raises(LandbridgeError, match=named):
            check_unused(typed(compose(line.split())))
