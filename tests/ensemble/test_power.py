"""The power goes after any write of a run, a growing run or a sweep; called again, it goes on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim import disk
from sim.analysis.run.estimate import estimate
from sim.analysis.sweep.summary import sweep_all
from sim.config import saved as settings
from sim.config.compose import Composer
from sim.ensemble.integrity import verify_files
from sim.ensemble.run import Inputs, prepare
from sim.ensemble.store import folder
from sim.ensemble.sweep.points import Point, Sweep
from tests.support.fakes import FakeSimulator
from tests.support.journal import Journal, after_a_power_cut, cuts, files_in, lay_out, record

Runs = Callable[[int], Callable[[Path], Any]]


def contents(folder: Path) -> list[str]:
    found = json.loads((folder / "manifest.json").read_text())
    assert found["complete"]
    return [found["content_hash"], *(one["content_hash"] for one in found.get("points", []))]


def try_all(
    journal: Journal, at: Path, work: Callable[[Path], Any], simulator: FakeSimulator, every: int
) -> int:
    """Cut after writes, in every way, and call again; returns how many were tried.

    With `every` 5 every prefix of the writes is tried, in one or two of the ways.
    """
    tried, expected = 0, contents(at)
    for n, (done, way) in enumerate(cuts(journal)):
        if n % every:
            continue
        to = at.with_name("again")
        lay_out(after_a_power_cut(journal, done, way), at, to)
        simulator.calls.clear()
        work(to)
        assert contents(to) == expected, (done, way)
        assert len(simulator.calls) <= 16 - finished(journal, done), (done, way)
        for one in (to, *to.glob("points/*")):
            assert not [found for found in verify_files(one) if found.problem], (done, way)
        left = [file for file in files_in(to) if file.name.endswith(disk.MARK)]
        assert not left, (done, way)
        shutil.rmtree(to)
        tried += 1
    return tried


def finished(journal: Journal, done: int) -> int:
    """Worlds that were said to be finished, which no power cut may take away."""
    parts = {path for n in range(done + 1) for path in journal.tree(n).sure}
    return 8 * sum(path.name.startswith("part-") for path in parts)


@pytest.fixture
def simulator() -> FakeSimulator:
    return FakeSimulator()


@pytest.fixture
def runs(
    small: Path, tmp_path: Path, simulator: FakeSimulator
) -> Callable[[int], Callable[[Path], Any]]:
    """`runs(worlds)(folder)` runs that many fake worlds."""
    composer = Composer()

    def of(worlds: int) -> Callable[[Path], Any]:
        given = [f"ensemble.worlds={worlds}", "ensemble.block=8", "executor.threads=1"]
        prepared = prepare(composer.compose(given), simulator, tmp_path)
        return lambda at: estimate(prepared, at, given)

    return of


EVERY = [5, pytest.param(1, marks=pytest.mark.slow)]


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("before", [0, 8])
def test_a_run_goes_on_after_a_power_cut(
    runs: Runs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    simulator: FakeSimulator,
    before: int,
    every: int,
    record_property: Callable[[str, object], None],
) -> None:
    at, work = tmp_path / "a", runs(before + 16)
    if before:
        runs(before)(at)
    with monkeypatch.context() as patch:
        journal = record(patch, at)
        work(at)
    tried = try_all(journal, at, work, simulator, every)
    record_property("writes", len(journal.ops))
    record_property("power cuts", tried)
    assert tried * every > 6 * len(journal.ops) > 200


def test_what_is_replaced_or_taken_away_stays_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, to = tmp_path / "a", tmp_path / "again"

    def put(where: Path, *names: str, gone: tuple[str, ...] = ()) -> None:
        with folder.opened(where, "forecast", ("cases.csv", "scores.json")):
            for name in names:
                disk.stage(where / name, name.encode())
            folder.commit(where, names, gone, complete=True)

    put(at, "cases.csv", "scores.json")
    with monkeypatch.context() as patch:
        journal = record(patch, at)
        put(at, "scores.json", gone=("cases.csv",))
        put(at, "cases.csv")
    for done, way in cuts(journal):
        lay_out(after_a_power_cut(journal, done, way), at, to)
        put(to, "cases.csv", "scores.json")
        assert not [one for one in list(verify_files(to))[:1] if one.problem], (done, way)
        shutil.rmtree(to)


@pytest.mark.parametrize("every", EVERY)
def test_a_sweep_goes_on_after_a_power_cut(
    small: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    simulator: FakeSimulator,
    every: int,
    record_property: Callable[[str, object], None],
) -> None:
    composer, inputs = Composer(), Inputs(simulator, tmp_path)
    points = []
    for n in range(2):
        given = ["ensemble.worlds=8", "executor.threads=1", f"ensemble.seed={n}"]
        config = composer.compose(given)
        plain, scenario = settings.plain(config), inputs.scenario(config)
        points.append(Point(n, {"ensemble.seed": str(n)}, given, plain, scenario))

    def work(at: Path) -> None:
        sweep_all(Sweep(at, points), where)

    where = inputs.scenario(composer.compose(given)).config.executor
    at = tmp_path / "s"
    with monkeypatch.context() as patch:
        journal = record(patch, at)
        work(at)
    tried = try_all(journal, at, work, simulator, every)
    record_property("writes", len(journal.ops))
    record_property("power cuts", tried)
    assert tried * every > 6 * len(journal.ops) > 300
