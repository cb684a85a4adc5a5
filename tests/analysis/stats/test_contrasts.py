from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.stats.contrasts import (
    Table,
    independent,
    joined,
    mean_time_difference,
    paired_odds,
    paired_ratio,
    variance_ratio,
    wilson,
)
from sim.analysis.stats.intervals import Interval
from sim.analysis.stats.survival import Times

HORIZON = 200


@pytest.mark.parametrize(
    ("both", "lost", "gained", "n"),
    [(0.05, 0.02, 0.08, 300), (0.4, 0.1, 0.05, 100), (0.01, 0.01, 0.03, 400)],
)
def test_paired_ratio_and_odds_cover(both: float, lost: float, gained: float, n: int) -> None:
    luck, tries = np.random.default_rng(7), 1500
    counts = luck.multinomial(n, [both, lost, gained, 1 - both - lost - gained], tries)
    ratio, odds = (both + gained) / (both + lost), gained / lost
    found = [(paired_ratio(Table(*c)), paired_odds(Table(*c))) for c in counts.tolist()]
    assert np.mean([r.low <= ratio <= r.high for r, _ in found]) >= 0.94
    assert np.mean([o.low <= odds <= o.high for _, o in found]) >= 0.95
    assert np.mean([r.low <= ratio * 1.6 <= r.high for r, _ in found]) < 0.9


def test_bonett_and_price_by_hand() -> None:
    """Their formula, with the intervals of Wilson at the adjusted quantile written out."""
    found = paired_ratio(Table(43, 0, 7, 50))  # 50 of 100 against 43 of 100
    assert found.estimate == pytest.approx(50 / 43)
    assert 1.0 < found.low < 50 / 43 < found.high < 1.4
    mirrored = paired_ratio(Table(43, 7, 0, 50))
    assert (mirrored.low, mirrored.high) == pytest.approx((1 / found.high, 1 / found.low))


def test_tables_in_which_nothing_happens() -> None:
    none = Table(0, 0, 0, 20)
    assert math.isnan(paired_ratio(none).estimate)
    assert (paired_ratio(none).low, paired_ratio(none).high) == (0.0, math.inf)
    assert (paired_odds(none).low, paired_odds(none).high) == (0.0, math.inf)
    gained = Table(0, 0, 5, 20)
    assert paired_ratio(gained).estimate == paired_odds(gained).estimate == math.inf
    assert paired_odds(gained).low == pytest.approx(0.025**0.2 / (1 - 0.025**0.2))
    assert Table.of(np.array([True, True, False]), np.array([True, False, False])) == Table(
        1, 1, 0, 1
    )


def test_wilson_is_the_score_interval() -> None:
    low, high = wilson(3, 20, 1.959964)
    for end in (low, high):
        assert abs(3 / 20 - end) / math.sqrt(end * (1 - end) / 20) == pytest.approx(1.959964)


def test_newcombe_by_his_example() -> None:
    """56 of 70 against 48 of 80: (+0.0524, +0.3339), his table II, example a, method 10."""
    difference, *_ = independent(48, 80, 56, 70)
    assert (difference.low, difference.high) == pytest.approx((0.0524, 0.3339), abs=1e-4)


@pytest.mark.parametrize(("p1", "p2", "n"), [(0.02, 0.05, 300), (0.5, 0.6, 80), (0.9, 0.97, 150)])
def test_independent_intervals_cover(p1: float, p2: float, n: int) -> None:
    luck, tries, hits, rejected = np.random.default_rng(8), 1500, np.zeros(3), 0
    truth = (p2 - p1, p2 / p1, p2 * (1 - p1) / (p1 * (1 - p2)))
    for a, b, c in zip(*(luck.binomial(n, p, tries) for p in (p1, p2, p1)), strict=True):
        *found, _ = independent(int(a), n, int(b), n)
        hits += [one.low <= t <= one.high for one, t in zip(found, truth, strict=True)]
        rejected += independent(int(a), n, int(c), n)[3] < 0.05
    assert (hits / tries >= 0.935).all()
    assert rejected / tries <= 0.07


@given(a=st.integers(0, 80), b=st.integers(0, 70))
def test_p_and_interval_of_independent_runs_never_contradict_each_other(a: int, b: int) -> None:
    difference, *_, p = independent(a, 80, b, 70)
    apart = difference.low > 0.0 or difference.high < 0.0
    assert (p < 0.05) == apart or p == pytest.approx(0.05, abs=1e-6)


def days(values: np.ndarray) -> Times:
    never = values > HORIZON
    day = np.where(never, HORIZON + 1, np.floor(values)).astype(np.int64)
    return Times(day, HORIZON, HORIZON, np.zeros(len(day), np.int32), ("south",), 1)


@pytest.mark.parametrize(
    ("rate", "change", "n"), [(0.02, 0.01, 600), (0.5, 0.1, 150), (0.9, 0.05, 100)]
)
def test_difference_of_mean_days_covers(rate: float, change: float, n: int) -> None:
    """Worlds share their luck; in a few the second run has its corridor much sooner."""
    luck, tries, covered, apart = np.random.default_rng(9), 600, 0, 0
    scale = -HORIZON / np.log1p(-rate)

    def pair(size: int) -> tuple[Times, Times]:
        first = luck.exponential(scale, size)
        second = np.where(luck.random(size) < change, luck.uniform(0, HORIZON, size), first)
        return days(first), days(second)

    a, b = pair(1_000_000)
    truth = float((b.censored - a.censored).mean())
    for _ in range(tries):
        a, b = pair(n)
        found = mean_time_difference(a, b, paired=True)
        plain = mean_time_difference(a, b, paired=False)
        covered += found.low <= truth <= found.high
        apart += plain.high - plain.low > found.high - found.low
    assert covered / tries >= 0.93
    assert apart / tries > 0.9


def test_joined_intervals_keep_their_asymmetry() -> None:
    found = joined(Interval(0.1, 0.05, 0.3, 0.95, ""), Interval(0.0, 0.0, 0.01, 0.95, ""), "m")
    assert (found.low, found.high) == pytest.approx((0.1 - math.hypot(0.05, 0.01), 0.3))


@pytest.mark.parametrize("per_draw", [1, 5])
def test_variance_ratio_says_how_many_worlds_pairing_saves(per_draw: int) -> None:
    luck, n = np.random.default_rng(10), 20_000
    shared = np.repeat(luck.random(n // per_draw), per_draw)
    noise = luck.random(n)
    first = np.where(noise < 0.9, shared, luck.random(n)) < 0.3
    second = np.where(noise < 0.9, shared, luck.random(n)) < 0.3
    found = variance_ratio(first, second, per_draw)
    if per_draw == 1:  # correlation 0.9 within pairs
        assert found.low < 10 < found.high
        assert found.high - found.low < 3
    assert found.low > 5
    alone = variance_ratio(first, luck.random(n) < 0.3, per_draw)
    assert alone.low < 1.0 < alone.high or per_draw > 1
    same = variance_ratio(first, first, per_draw)
    assert same.estimate == math.inf
