from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import comb

from sim.analysis.stats.confidence_sequence import bounds, log_ratio, looks, sequence, when_narrow
from sim.analysis.stats.intervals import clopper_pearson


def stopped(p: float, half_width: float, tries: int, most: int = 60_000) -> tuple[float, float]:
    """Share of sequences that cover p when they first are narrow, and the mean size there."""
    at = looks(most)
    luck = np.random.default_rng(20170604)
    successes = luck.binomial(np.diff(at, prepend=0), p, (tries, len(at))).cumsum(axis=1)
    left, covered, size = np.arange(tries), 0, 0
    for k, trials in enumerate(at):
        low, high = bounds(successes[left, k], np.full(len(left), trials), half_width)
        done = high - low <= 2 * half_width
        covered += np.count_nonzero(done & (low <= p) & (p <= high))
        size += int(trials) * np.count_nonzero(done)
        left = left[~done]
        if not len(left):
            break
    assert not len(left)
    return covered / tries, size / tries


@pytest.mark.parametrize(
    ("p", "half_width"), [(0.001, 0.003), (0.01, 0.01), (0.1, 0.04), (0.5, 0.06)]
)
def test_covers_when_stopped_as_soon_as_it_is_narrow(p: float, half_width: float) -> None:
    covered, size = stopped(p, half_width, 1500)
    assert covered >= 0.94
    low, high = clopper_pearson(round(p * size), round(size))
    assert high - low > half_width  # and does not waste worlds without end


@pytest.mark.parametrize("p", [0.01, 0.1, 0.5])
def test_covers_at_all_sizes_at_once(p: float) -> None:
    """The chance of ever being wrong, where one that looks again and again would be far off."""
    tries, at = 2000, looks(4000)
    luck = np.random.default_rng(5)
    successes = luck.binomial(np.diff(at, prepend=0), p, (tries, len(at))).cumsum(axis=1)
    wrong = log_ratio(successes, at, np.array(p), 0.05) >= np.log(20)
    assert wrong.any(axis=1).mean() <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / tries)
    naive = np.array([clopper_pearson(s, n) for s, n in zip(successes[0], at, strict=True)])
    found = np.array(bounds(successes[0], at, 0.05)).T
    assert (found[:, 0] <= naive[:, 0]).all()
    assert (found[:, 1] >= naive[:, 1]).all()


@given(
    trials=st.integers(1, 20_000),
    share=st.floats(0, 1),
    tuned=st.sampled_from([0.001, 0.01, 0.1]),
)
def test_nothing_outside_is_accepted(trials: int, share: float, tuned: float) -> None:
    successes = round(share * trials)
    found = sequence(successes, trials, tuned)
    assert 0 <= found.low <= found.estimate <= found.high <= 1
    outside = np.array(
        [*np.linspace(0, found.low, 60)[1:-1], *np.linspace(found.high, 1, 60)[1:-1]]
    )
    outside = outside[(outside > 0) & (outside < 1)]
    ratio = log_ratio(np.array(successes), np.array(trials), outside, tuned)
    assert (ratio >= np.log(20) - 1e-6).all()


def test_mixture_is_a_probability_of_the_trials() -> None:
    """M(p) has mean 1 under p, by enumeration."""
    p, n = 0.07, 30
    s = np.arange(n + 1)

    mean = (
        comb(n, s)
        * p**s
        * (1 - p) ** (n - s)
        * np.exp(log_ratio(s, np.array(n), np.array(p), 0.05))
    ).sum()
    assert mean == pytest.approx(1.0)


def test_looks_are_ends_of_blocks() -> None:
    at = looks(100_000)
    assert at[0] == 32
    assert (at % 32 == 0).all()
    assert (np.diff(at)[64:] / at[64:-1] < 0.05).all()
    assert (at[at > 40_000] % 512 == 0).all()
    assert len(looks(31)) == 0


def test_stopping_does_not_depend_on_what_lies_beyond() -> None:
    luck = np.random.default_rng(1)
    formed = {"road": luck.random(9000) < 0.05, "territory": luck.random(9000) < 0.5}
    enough = when_narrow(0.05, 0.05, ("road", "territory"))
    stop = enough(formed)
    assert stop > when_narrow(0.05, 0.05, ("road",))(formed) > 0
    for end in (stop - 1, stop, stop + 1, 9000):
        part = {kind: flags[:end] for kind, flags in formed.items()}
        assert enough(part) == (stop if end >= stop else 0)
    assert when_narrow(0.05, 0.05, ("road",), least=8000)(formed) == 8000
    assert when_narrow(1e-4, 1e-4, ("road",))(formed) == 0
    assert enough({kind: flags[:5] for kind, flags in formed.items()}) == 0
    road = formed["road"][:stop]
    found = sequence(int(road.sum()), stop, 0.05)
    assert (found.high - found.low) / 2 <= 0.05
    assert found.method.startswith("confidence sequence")
