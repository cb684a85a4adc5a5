from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.stats.scores import brier, log_score, skill


def shares(seed: int, cases: int, holders: int) -> tuple[np.ndarray, np.ndarray]:
    luck = np.random.default_rng(seed)
    return luck.dirichlet(np.full(holders, 0.4), cases), luck.integers(0, holders, cases)


def test_brier_of_known_forecasts() -> None:
    p = np.array([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.5, 0.3, 0.2], [1 / 3, 1 / 3, 1 / 3]])
    outcome = np.array([0, 2, 1, 0])
    assert brier(p, outcome) == pytest.approx([0.0, 2.0, 0.25 + 0.49 + 0.04, 2 / 3])


def test_fair_brier_of_known_ensembles() -> None:
    # 3 of 4 members right, two classes: 2 * (1/16) - 2 * 3 * 1 / (16 * 3)
    p = np.array([[0.75, 0.25]])
    assert brier(p, np.array([0]), 4) == pytest.approx([2 / 16 - 2 * 3 * 1 / (4**2 * 3)])
    assert brier(np.array([[1.0, 0.0]]), np.array([1]), 2) == pytest.approx([2.0])
    with pytest.raises(ValueError, match="ensemble of 1"):
        brier(p, np.array([0]), 1)


@pytest.mark.parametrize("members", [2, 5, 40])
def test_fair_brier_does_not_depend_on_the_number_of_members(members: int) -> None:
    luck = np.random.default_rng(members)
    p = luck.dirichlet(np.full(4, 0.7), 40)
    outcome = np.array([luck.choice(4, p=one) for one in p])
    counts = luck.multinomial(members, p, size=(4000, 40))
    fair = brier(counts / members, np.broadcast_to(outcome, (4000, 40)), members)
    exact = brier(p, outcome)
    error = fair.mean(axis=1).std() / math.sqrt(4000)
    assert fair.mean() == pytest.approx(exact.mean(), abs=4 * error)
    plain = brier(counts / members, np.broadcast_to(outcome, (4000, 40)))
    assert plain.mean() > exact.mean() + 4 * error  # so the correction is needed


def test_log_score_of_known_forecasts() -> None:
    p = np.array([[1.0, 0.0], [0.0, 1.0], [0.25, 0.75]])
    found = log_score(p, np.array([0, 0, 1]), uniform=0.1)
    assert found == pytest.approx([-math.log(0.95), -math.log(0.05), -math.log(0.725)])
    assert log_score(p[2:], np.array([1]), uniform=0.0)[0] == pytest.approx(-math.log(0.75))


@given(st.integers(0, 10_000), st.integers(2, 8))
def test_scores_are_proper(seed: int, holders: int) -> None:
    """If the truth is drawn from p, no other forecast has a better expected score."""
    p, _ = shares(seed, 1, holders)
    other, _ = shares(seed + 1, 1, holders)
    outcomes = np.arange(holders)

    def expected(score, forecast):
        return float(p[0] @ score(np.repeat(forecast, holders, axis=0), outcomes))

    assert expected(brier, p) <= expected(brier, other) + 1e-12
    pure = lambda q, o: log_score(q, o, 0.0)  # noqa: E731
    if (p > 0).all() and (other > 0).all():
        assert expected(pure, p) <= expected(pure, other) + 1e-9


@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(2, 8))
def test_scores_stay_in_their_ranges(seed: int, cases: int, holders: int) -> None:
    p, outcome = shares(seed, cases, holders)
    found = brier(p, outcome)
    assert ((found >= 0.0) & (found <= 2.0)).all()
    worst = -math.log(0.01 / holders)
    logs = log_score(p, outcome)
    assert ((logs >= -1e-12) & (logs <= worst + 1e-9)).all()


def test_skill() -> None:
    found = skill(np.array([0.1, 0.4, 0.0, 0.1]), np.array([0.2, 0.2, 0.0, 0.0]))
    assert found == pytest.approx([0.5, -1.0, 0.0, -math.inf])
