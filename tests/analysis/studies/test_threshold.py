from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.analysis.studies.threshold import respond, solve


def response(x: float, slope: float = 0.08, middle: float = 30.0) -> float:
    return 1 / (1 + math.exp(-slope * (x - middle)))


def where(p: float, slope: float = 0.08, middle: float = 30.0) -> float:
    return middle + math.log(p / (1 - p)) / slope


class Worlds:
    """Worlds under common random numbers: the latent luck of each is kept for all settings."""

    def __init__(self, seed: int, worlds: int, slope: float = 0.08, per_draw: int = 1) -> None:
        luck = np.random.default_rng(seed)
        self.slope = slope
        shared = np.repeat(luck.normal(size=-(-worlds // per_draw)), per_draw)[:worlds]
        own = luck.normal(size=worlds)
        mixed = own if per_draw == 1 else math.sqrt(0.5) * (shared + own)
        ranks = 0.5 * (1 + np.vectorize(math.erf)(mixed / math.sqrt(2)))
        self.luck: NDArray[np.float64] = ranks
        self.noise = luck.random(worlds)
        self.other = luck.random(worlds)
        self.asked: list[float] = []

    def __call__(self, x: float) -> NDArray[np.bool_]:
        self.asked.append(x)
        jumps = self.noise < 0.1 * abs(math.sin(x))  # pairing is never perfect
        return np.where(jumps, self.other, self.luck) < response(x, self.slope)


@pytest.mark.parametrize(
    ("target", "slope", "worlds", "per_draw"),
    [(0.1, 0.08, 300, 1), (0.5, 0.08, 200, 1), (0.9, -0.08, 300, 1), (0.3, 0.05, 400, 4)],
)
def test_the_interval_covers_the_crossing(
    target: float, slope: float, worlds: int, per_draw: int
) -> None:
    truth, tries, covered, widths = where(target, slope), 250, 0, []
    for seed in range(tries):
        found = solve(Worlds(seed, worlds, slope, per_draw), -40, 100, target, per_draw=per_draw)
        interval = found.crossing.interval
        assert found.crossing.status == "crosses"
        assert found.crossing.rises == (slope > 0)
        covered += interval.low <= truth <= interval.high
        widths.append(interval.high - interval.low)
    assert covered / tries >= 0.95 - 2 * math.sqrt(0.05 * 0.95 / tries)
    slope_there = abs(slope) * target * (1 - target)
    error = math.sqrt(target * (1 - target) / (worlds / (per_draw + 1) * 2)) / slope_there
    assert np.median(widths) < 2 * 2.6 * error


def test_it_looks_closer_where_the_crossing_is() -> None:
    worlds = Worlds(0, 400)
    found = solve(worlds, 0, 60, 0.5)
    first, second = worlds.asked[:7], worlds.asked[7:]
    assert first == pytest.approx(np.linspace(0, 60, 7))
    assert 5 <= len(second) <= 7
    assert max(second) - min(second) < 30
    assert list(found.values) == sorted(worlds.asked)
    assert (np.diff(found.fitted) >= 0).all()


def test_it_says_so_when_the_target_is_never_crossed() -> None:
    for target, low, high in ((0.9, 0, 20), (0.1, 40, 60)):
        worlds = Worlds(1, 400)
        found = solve(worlds, low, high, target)
        assert found.crossing.status == "never"
        assert math.isnan(found.crossing.interval.estimate)
        assert len(worlds.asked) == 7  # no point in looking closer


def test_it_says_so_when_the_crossing_may_lie_beyond() -> None:
    x = where(0.3)
    found = solve(Worlds(2, 100), 0, x, 0.3)
    assert found.crossing.open_high
    assert found.crossing.status in ("crosses", "unclear")
    assert found.crossing.interval.high == pytest.approx(x, rel=1e-5)


def test_whole_numbers_only() -> None:
    worlds = Worlds(3, 200)
    found = solve(worlds, 20, 40, 0.5, whole=True)
    assert all(value == round(value) for value in found.values)
    assert len(set(found.values)) == len(worlds.asked)


def test_a_response_that_turns_round_is_reported() -> None:
    luck = np.random.default_rng(4).random(500)
    hill = [luck < p for p in (0.1, 0.5, 0.9, 0.5, 0.3)]
    assert respond([0, 1, 2, 3, 4], hill, 0.5).crossing.turns < 1e-6
    straight = [luck < p for p in (0.1, 0.3, 0.5, 0.7, 0.9)]
    assert respond([0, 1, 2, 3, 4], straight, 0.5).crossing.turns == 1.0
    assert respond([0, 1], [luck < 0.2, luck < 0.2], 0.5, per_draw=5).crossing.turns == 1.0
