from __future__ import annotations

import math

import numpy as np
import pytest

from sim.analysis.rare.estimate import combine, rare
from sim.analysis.rare.importance import Guide, fit, learn
from sim.analysis.rare.splitting import DEFENCE, FLOOR, _children, _systematic, repetition
from tests.support.chain import Chain, exact

WALK = Chain(up=0.3, top=12, steps=30)
P = exact(0.3, 12, 30)


def guide(chain: Chain, slope: float) -> Guide:
    later = [np.array([slope, 0.0, 0.0])] * (chain.steps - 1)
    return Guide((np.zeros(2), *later))


def test_exact_answers_are_right() -> None:
    assert exact(0.5, 2, 2) == pytest.approx(0.25)
    assert exact(0.3, 1, 2) == pytest.approx(1 - 0.7**2)
    assert 5e-5 < P < 2e-4


@pytest.mark.parametrize("slope", [0.0, 0.3, 0.9, -0.3])
def test_unbiased_whatever_the_promise(slope: float) -> None:
    """Bad promises too: flat, weak, backwards."""
    chain = Chain(up=0.4, top=8, steps=20)
    p = exact(0.4, 8, 20)
    found = np.array([repetition(chain, guide(chain, slope), 30, i).estimate for i in range(1000)])
    error = found.std(ddof=1) / np.sqrt(len(found))
    assert abs(found.mean() - p) < 3.0 * error


def test_learned_promise_saves_most_of_the_work() -> None:
    found = rare(WALK, guide(WALK, 0.5), 100, 60, rounds=2, pilots=2, threads=1)
    assert abs(found.interval.estimate - P) < 2.0 * found.relative_error * P
    assert found.interval.low < P < found.interval.high
    assert found.gain > 30.0


def test_a_first_guess_that_sees_nothing_is_made_steeper() -> None:
    chain = Chain(up=0.3, top=16, steps=30)
    learned = learn(chain, guide(chain, 0.05), 100, rounds=3)
    assert learned.guide.coefficients[5][0] > 0.05
    found = np.array([repetition(chain, learned.guide, 60, i).estimate for i in range(60)])
    p = exact(0.3, 16, 30)
    assert 1e-7 < p < 1e-6
    assert abs(found.mean() - p) < 3.0 * found.std(ddof=1) / np.sqrt(60)


def test_inputs_that_clones_share_are_chosen_from_candidates() -> None:
    hidden = tuple(np.linspace(-0.15, 0.15, 7))
    chain = Chain(up=0.2, top=10, steps=30, hidden=hidden, candidates=8)
    p = exact(0.2, 10, 30, hidden)
    learned = learn(chain, guide(chain, 0.5), 100, rounds=2, pilots=2)
    assert learned.guide.coefficients[0][1] > 0.0  # worlds that climb well are preferred
    found = np.array([repetition(chain, learned.guide, 100, i).estimate for i in range(60)])
    assert abs(found.mean() - p) < 2.5 * found.std(ddof=1) / np.sqrt(60)


def test_interval_covers() -> None:
    chain = Chain(up=0.35, top=10, steps=30)
    p = exact(0.35, 10, 30)
    done = [repetition(chain, guide(chain, 0.7), 30, i) for i in range(480)]
    sets = [done[i : i + 12] for i in range(0, 480, 12)]
    inside = 0
    for one in sets:
        interval = combine([r.estimate for r in one], 1, 1, 30).interval
        inside += interval.low <= p <= interval.high
    assert inside >= 33  # of 40; 38 are expected, fewer than 34 in 1 of 80


def test_contributions_add_up() -> None:
    done = repetition(WALK, guide(WALK, 0.7), 100, 3, keep=True)
    assert done.estimate > 0.0
    for own in done.contributions()[:5]:
        assert own.sum() == pytest.approx(done.estimate)
    assert fit([done], guide(WALK, 0.7)).coefficients[10].shape == (3,)


def test_repetitions_are_reproducible_and_independent_of_threads() -> None:
    one, two = (rare(WALK, guide(WALK, 0.5), 30, 6, 1, 2, threads=n) for n in (1, 2))
    assert one.repetitions == two.repetitions


def test_particles_are_let_go_at_the_end() -> None:
    chain = Chain(up=0.4, top=8, steps=20)
    for i in range(3):
        repetition(chain, guide(chain, 0.3), 30, i)
    assert chain.closed == [0, 0, 0]


def test_systematic_numbers_have_their_means() -> None:
    luck = np.random.default_rng(1)
    mean = np.array([0.3, 2.2, 0.0, 1.5])
    found = np.array([_systematic(mean, np.array([2, 0, 3, 1]), luck) for _ in range(4000)])
    assert (found.sum(axis=1) == 4).all()
    assert (np.abs(found - mean) < 1.0).all()
    assert found.mean(axis=0) == pytest.approx(mean, abs=0.04)


def test_promise_is_flattened_and_weight_keeps_a_part() -> None:
    mean = _children(np.ones(100), np.linspace(0.0, 500.0, 100))
    assert mean.sum() ** 2 / (mean**2).sum() >= 100 * FLOOR
    assert mean.max() > 2.0 / 100  # but a importance it is still
    assert mean.min() >= DEFENCE / 100


def test_never_reached_is_said() -> None:
    found = combine([0.0, 0.0], 10, 0, 5)
    assert found.interval.high == 1.0
    assert math.isnan(found.gain)
