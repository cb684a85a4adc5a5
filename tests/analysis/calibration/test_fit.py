"""Fits to toy simulators: known posteriors, planted values, statistics out of reach."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import norm

from sim.analysis.calibration.fit import Fit, features, fit, recovery, within_reach

N = 8000


def _toy(noise: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Two inputs, normal in truth; two statistics with noise, and one of noise alone."""
    luck = np.random.default_rng(seed)
    points = luck.random((N, 2))
    theta = ndtri(points)
    blur = luck.normal(size=(N, 3))
    mixed = np.column_stack([theta[:, 0], theta.sum(axis=1), np.zeros(N)])
    return points, mixed + noise * blur


def test_the_posterior_of_a_normal_model_is_found() -> None:
    """Mean and spread of the conjugate posterior, for a record off the middle."""
    noise, record = 0.5, np.array([0.8, 0.5, 0.0])
    points, simulated = _toy(noise)
    found = fit(points, simulated, record, 0.1)
    design = np.array([[1.0, 0.0], [1.0, 1.0]])
    cover = np.linalg.inv(np.eye(2) + design.T @ design / noise**2)
    middle = cover @ design.T @ record[:2] / noise**2
    theta = ndtri(found.points)
    mean = found.weights @ theta
    spread = np.sqrt(found.weights @ (theta - mean) ** 2)
    assert found.used.all()
    assert mean == pytest.approx(middle, abs=0.06)
    assert spread == pytest.approx(np.sqrt(np.diag(cover)), rel=0.12)
    both = found.weights @ np.prod(theta - mean, axis=1)
    assert both == pytest.approx(cover[0, 1], abs=0.04)  # the inputs go together
    low, high = found.interval(0.9)
    assert low[0] == pytest.approx(norm.cdf(middle[0] - 1.645 * cover[0, 0] ** 0.5), abs=0.04)
    assert high[0] == pytest.approx(norm.cdf(middle[0] + 1.645 * cover[0, 0] ** 0.5), abs=0.04)


def test_planted_inputs_are_recovered_as_often_as_said() -> None:
    """Coverage within four standard errors; what is not told stays as wide as it was."""
    luck = np.random.default_rng(1)
    points = luck.random((3000, 2))
    simulated = ndtri(points[:, :1]) + luck.normal(size=(3000, 1)) * 0.3
    again = recovery(points, simulated, np.zeros(1), 0.1, 300, 0.9)
    assert again.trials == 300
    assert np.abs(again.coverage - 0.9).max() < 4 * (0.09 / 300) ** 0.5
    assert again.shrinkage[0] < 0.5
    assert again.shrinkage[1] == pytest.approx(1.0, abs=0.05)


def test_recovery_leaves_out_what_the_record_has_not() -> None:
    luck = np.random.default_rng(2)
    points = luck.random((500, 1))
    again = recovery(points, points.copy(), np.array([np.nan]), 0.1, 20, 0.9)
    assert again.shrinkage == pytest.approx([1.0], abs=0.05)


def test_within_reach() -> None:
    simulated = np.column_stack([np.arange(1000.0)] * 4 + [np.full(1000, 0.375**0.5)])
    record = np.array([500.0, 5.0, 2000.0, np.nan, 0.375**0.5])
    assert within_reach(simulated, record).tolist() == [True, False, False, False, False]


def test_a_statistic_out_of_reach_does_not_bend_the_fit() -> None:
    points, simulated = _toy(0.5)
    plain = fit(points, simulated[:, :2], np.array([0.8, 0.5]), 0.1)
    worse = fit(points, simulated, np.array([0.8, 0.5, 99.0]), 0.1)
    assert worse.used.tolist() == [True, True, False]
    assert np.array_equal(plain.points, worse.points)


def test_with_nothing_to_look_at_the_prior_stands() -> None:
    points, simulated = _toy(0.5)
    found = fit(points, simulated, np.full(3, np.nan), 0.1)
    assert np.array_equal(found.points, points)
    assert found.weights == pytest.approx(np.full(N, 1 / N))


def test_points_stay_inside_the_prior() -> None:
    """A record at its very edge of the table."""
    points, simulated = _toy(0.1)
    found = fit(points, simulated, np.quantile(simulated, 0.985, axis=0), 0.05)
    assert (found.points > 0).all()
    assert (found.points < 1).all()
    assert found.weights.sum() == pytest.approx(1.0)


def test_resampling_keeps_shares() -> None:
    """Systematic: each row as often as its weight says, to within one."""
    weights = np.array([0.05, 0.5, 0.25, 0.2])
    found = Fit(np.arange(4.0)[:, None], weights, np.arange(4), np.ones(1, bool)).resampled(40)
    counts = np.bincount(found[:, 0].astype(int), minlength=4)
    assert np.abs(counts - 40 * weights).max() <= 1


def test_features_are_roots_of_counts_only() -> None:
    found = features(np.array([[0.625, 3.0]]), 1)
    assert found.tolist() == [[1.0, 3.0]]
