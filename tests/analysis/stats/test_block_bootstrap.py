from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.stats.block_bootstrap import bootstrap, by_block, mean, spatial_blocks
from sim.analysis.stats.scores import skill


@given(st.integers(0, 10_000), st.integers(1, 60), st.floats(20.0, 400.0))
def test_blocks_are_no_wider_than_asked(seed: int, places: int, diameter: float) -> None:
    xy = np.random.default_rng(seed).uniform(0.0, 900.0, (places, 2))
    blocks = spatial_blocks(xy, diameter)
    assert set(blocks.tolist()) == set(range(blocks.max() + 1))
    gaps = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    assert gaps[blocks[:, None] == blocks[None]].max() <= diameter + 1e-9


def test_blocks_are_numbered_by_first_occurrence() -> None:
    xy = np.array([[500.0, 0.0], [0.0, 0.0], [510.0, 0.0], [0.0, 9.0]])
    assert spatial_blocks(xy, 100.0).tolist() == [0, 1, 0, 1]


def test_the_same_everywhere_leaves_no_doubt() -> None:
    cases, total = np.array([3.0, 5.0, 0.0, 2.0]), np.array([0.6, 1.0, 0.0, 0.4])
    found = bootstrap(mean, cases, total)
    assert (found.estimate, found.low, found.high) == pytest.approx((0.2, 0.2, 0.2))


def test_one_block_has_no_interval() -> None:
    found = bootstrap(mean, np.array([4.0, 0.0]), np.array([1.0, 0.0]))
    assert (found.estimate, found.low, found.high) == (0.25, None, None)


def test_skill_against_a_perfect_reference_has_no_lower_end() -> None:
    cases, score, reference = np.ones(6), np.full(6, 0.1), np.array([0.5, 0, 0, 0, 0, 0])
    found = bootstrap(lambda _, a, b: skill(a, b), cases, score, reference)
    assert found.low is None
    assert found.high is not None


@pytest.mark.parametrize(("blocks", "level"), [(12, 0.95), (30, 0.95), (30, 0.8)])
def test_intervals_cover(blocks: int, level: float) -> None:
    """Scores that are alike within a block: the true mean is inside as often as promised."""
    luck = np.random.default_rng(blocks)
    hits, trials, size, truth = 0, 600, 6, 0.3
    for trial in range(trials):
        shared = luck.gamma(2.0, truth / 4.0, blocks)  # half of the mean, skewed
        own = luck.gamma(1.0, truth / 2.0, (blocks, size))
        scores = (shared[:, None] + own).ravel()
        number = np.repeat(np.arange(blocks), size)
        sums = by_block(np.ones_like(scores), number, blocks), by_block(scores, number, blocks)
        found = bootstrap(mean, *sums, level=level, resamples=400, seed=trial)
        hits += found.low <= truth <= found.high
    error = np.sqrt(level * (1 - level) / trials)
    assert hits / trials > level - 0.02 - 2 * error
    assert hits / trials < level + 0.02 + 2 * error


def test_ignoring_blocks_would_not_cover() -> None:
    """The same scores taken as independent: why blocks are resampled."""
    luck = np.random.default_rng(1)
    hits, trials = 0, 300
    for trial in range(trials):
        scores = np.repeat(luck.gamma(2.0, 0.15, 20), 6)
        found = bootstrap(mean, np.ones_like(scores), scores, resamples=400, seed=trial)
        hits += found.low <= 0.3 <= found.high
    assert hits / trials < 0.8
