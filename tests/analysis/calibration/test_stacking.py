"""Weights of variants: stacking by the log score of what they did not see."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.calibration.stacking import log_scores, weights
from sim.errors import LandbridgeError


def mean_log(w: np.ndarray, chances: np.ndarray) -> float:
    return float(np.log(w @ chances).mean())


def test_the_mixture_that_made_the_cases_is_found() -> None:
    """Of two coins, one at 0.9 and one at 0.2, cases come from the first 7 times of 10."""
    law = np.random.default_rng(1)
    truth = np.where(law.random(20_000) < 0.7, 0.9, 0.2) > law.random(20_000)
    chances = np.array([np.where(truth, p, 1.0 - p) for p in (0.9, 0.2)])
    assert weights(chances, 0.0) == pytest.approx([0.7, 0.3], abs=0.02)


def test_a_variant_that_is_never_better_keeps_the_floor() -> None:
    chances = np.array([[0.9, 0.8, 0.7], [0.5, 0.5, 0.5], [0.4, 0.5, 0.6]])
    assert weights(chances, 0.05) == pytest.approx([0.9, 0.05, 0.05], abs=1e-6)


def test_variants_that_are_right_on_different_cases_share() -> None:
    assert weights(np.array([[0.9, 0.1], [0.1, 0.9]])) == pytest.approx([0.5, 0.5], abs=1e-6)


@given(
    st.integers(1, 5).flatmap(
        lambda v: st.lists(st.lists(st.floats(1e-4, 1.0), min_size=v, max_size=v), min_size=1)
    )
)
def test_no_single_variant_within_the_floor_is_better(rows: list[list[float]]) -> None:
    chances = np.array(rows).T
    found = weights(chances, 0.05)
    assert found.sum() == pytest.approx(1.0)
    assert (found >= 0.05 - 1e-9).all()
    for v in range(len(chances)):
        corner = np.full(len(chances), 0.05)
        corner[v] = 1.0 - 0.05 * (len(chances) - 1)
        assert mean_log(found, chances) >= mean_log(corner, chances) - 1e-6


def test_a_floor_that_is_too_high_is_refused() -> None:
    with pytest.raises(LandbridgeError, match="^floor=0.6: must be at most 1 over the 2"):
        weights(np.ones((2, 3)), 0.6)


def test_log_scores() -> None:
    assert log_scores([np.array([[0.5, 0.5]]), np.ones((2, 2))]) == pytest.approx([np.log(2), 0])
