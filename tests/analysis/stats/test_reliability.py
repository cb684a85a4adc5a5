from __future__ import annotations

import numpy as np

from sim.analysis.stats.reliability import reliability


def made_up(places: int, dates: int, seed: int) -> np.ndarray:
    luck = np.random.default_rng(seed)
    return np.repeat(luck.dirichlet(np.full(3, 0.6), (1, places)), dates, axis=0)


def test_bins_of_a_known_forecast() -> None:
    p = np.array([[[0.85, 0.15, 0.0], [1.0, 0.0, 0.0]]])
    low, second, eighth, last = reliability([p], [np.array([[0, 2]])])
    # the pair (second place, last holder) was given nothing and happened; others at 0 do not count
    assert (low.cases, low.forecast, low.happened) == (1, 0.0, 1.0)
    assert (low.low, low.high, low.band_high) == (0.0, 0.1, 0.0)
    assert (second.cases, second.forecast, second.happened) == (1, 0.15, 0.0)
    assert (eighth.low, eighth.cases, eighth.forecast, eighth.happened) == (0.8, 1, 0.85, 1.0)
    assert (last.cases, last.forecast, last.happened) == (1, 1.0, 0.0)


def test_what_is_not_known_is_left_out() -> None:
    p = np.array([[[0.5, 0.5], [0.5, 0.5]]])
    (only,) = reliability([p], [np.array([[-1, 0]])])
    assert (only.cases, only.happened) == (2, 0.5)
    assert reliability([p], [np.array([[-1, -1]])]) == []


def test_bands_hold_what_reliable_forecasts_bring() -> None:
    """Truth drawn from the forecasts, fixed for a place: 19 of 20 bins lie inside."""
    luck, inside, bins = np.random.default_rng(0), 0, 0
    for trial in range(60):
        p = made_up(80, 4, trial)
        outcome = np.array([luck.choice(3, p=one) for one in p[0]])
        for one in reliability([p], [np.tile(outcome, (4, 1))], seed=trial):
            inside += one.band_low <= one.happened <= one.band_high
            bins += 1
    assert 0.91 < inside / bins <= 1.0


def test_overconfidence_is_seen() -> None:
    luck = np.random.default_rng(1)
    p = made_up(300, 1, 1)
    outcome = np.array([luck.choice(3, p=one) for one in p[0]])
    sharp = p**3 / (p**3).sum(axis=2, keepdims=True)
    found = reliability([sharp], [outcome[None]])
    outside = [one for one in found if not one.band_low <= one.happened <= one.band_high]
    assert len(outside) >= 3
    assert found[0].happened > found[0].band_high
