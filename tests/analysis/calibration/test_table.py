"""The reference table: its particles, and going on with what is there."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sim.analysis.calibration.table import FITTED, Table, at_quantiles, quantiles, simulate_table
from sim.analysis.calibration.windows import statistics, windows
from sim.config.compose import compose, typed
from sim.config.schema import Config
from sim.theatre.spec import theatre_spec
from tests.support.calibration import FakeRunner
from tests.support.folders import SEEDS

SPEC = theatre_spec(SEEDS)
WINDOWS = windows(date(2015, 7, 1), SPEC)


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch, small: Path) -> None:
    monkeypatch.setattr("sim.analysis.calibration.table.Runner", FakeRunner)
    monkeypatch.setattr(FakeRunner, "ran", [])


@cache
def config() -> Config:
    """Composing takes most of the time."""
    return typed(compose(["executor.threads=1"]))


def table(folder: Path, particles: int, watch=None) -> Table:
    return simulate_table(config(), SEEDS, WINDOWS, particles, folder, "key", watch)


def same(a: Table, b: Table) -> bool:
    return np.array_equal(a.points, b.points) and np.array_equal(a.statistics, b.statistics)


def test_more_particles_leave_the_first_as_they_were() -> None:
    many = quantiles(200, 7)
    assert many.shape == (200, len(FITTED))
    assert np.array_equal(quantiles(20, 7), many[:20])
    assert ((many > 0) & (many < 1)).all()
    assert not np.array_equal(quantiles(20, 8), many[:20])
    assert quantiles(20, -1).shape == (20, len(FITTED))  # any whole number is a seed


def test_values_lie_in_the_ranges_of_the_settings() -> None:
    own = typed(compose(["rules.tempo={low: 1, central: 2, high: 5}"]))
    values = at_quantiles(np.vstack([np.zeros(7), np.full(7, 0.25), np.ones(7)]), own)
    assert values[:, 0].tolist() == [1.0, 2.0, 5.0]


def test_a_lost_or_broken_piece_is_made_again(tmp_path: Path) -> None:
    whole = table(tmp_path / "a", 150)
    assert whole.statistics.shape == (150, 2, len(statistics(SPEC)))
    files = sorted((tmp_path / "a").glob("*.npy"))
    assert len(files) == 6
    FakeRunner.ran.clear()
    files[1].unlink()
    files[4].write_bytes(files[4].read_bytes()[:100])
    assert same(table(tmp_path / "a", 150), whole)
    assert len(FakeRunner.ran) == 2
    FakeRunner.ran.clear()
    assert same(table(tmp_path / "a", 150), whole)
    assert FakeRunner.ran == []


def test_more_or_fewer_particles_later(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    few = table(tmp_path / "a", 100)
    more = table(tmp_path / "a", 300, lambda done, total: steps.append((done, total)))
    assert np.array_equal(more.statistics[:100], few.statistics)
    assert same(more, table(tmp_path / "b", 300))
    assert steps[-1] == (10, 10)
    FakeRunner.ran.clear()
    assert same(table(tmp_path / "a", 100), few)
    assert FakeRunner.ran == []


def test_a_stop_keeps_what_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeRunner, "stop_after", 3)
    with pytest.raises(KeyboardInterrupt):
        table(tmp_path / "a", 300)
    assert len(list((tmp_path / "a").glob("*[0-9].npy"))) == 3
    monkeypatch.setattr(FakeRunner, "stop_after", -1)
    FakeRunner.ran.clear()
    assert same(table(tmp_path / "a", 300), table(tmp_path / "b", 300))
    assert len(FakeRunner.ran) == 7 + 10
