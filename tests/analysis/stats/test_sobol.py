from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import scipy.stats
from numpy.typing import NDArray

from sim.analysis.stats.sobol import DUMMY, Plan, Sensitivity, sensitivity

Floats = NDArray[np.float64]
COEFFICIENTS = np.array([0.0, 1.0, 9.0])


def g(x: Floats) -> Floats:
    """Sobol's g function as a probability; its indices are known."""
    product = np.prod((np.abs(4 * x - 2) + COEFFICIENTS) / (1 + COEFFICIENTS), axis=-1)
    return 0.2 * product + 0.05


def known() -> tuple[Floats, Floats, float]:
    part = 1 / (3 * (1 + COEFFICIENTS) ** 2)
    variance = np.prod(1 + part) - 1
    total = part * np.prod(1 + part) / (1 + part)
    return part / variance, total / variance, 0.04 * variance


def ishigami(x: Floats) -> Floats:
    z = np.pi * (2 * x - 1)
    return np.sin(z[..., 0]) + 7 * np.sin(z[..., 1]) ** 2 + 0.1 * z[..., 2] ** 4 * np.sin(z[..., 0])


def noisy(function: Callable[[Floats], Floats], base: int, worlds: int, seed: int) -> Sensitivity:
    plan = Plan.made(base, 3, seed)
    luck = np.random.default_rng(seed)
    p = function(np.array(plan.rows))
    return sensitivity(plan, luck.binomial(worlds, p), worlds, ["a", "b", "c"])


def test_indices_of_the_g_function_are_covered_in_spite_of_noise() -> None:
    first, total, _ = known()
    tries, hits, both = 60, np.zeros((2, 3)), []
    for seed in range(tries):
        found = noisy(g, 128, 24, seed)
        both.append([[e.first.estimate, e.total.estimate] for e in found.effects[:3]])
        for j, effect in enumerate(found.effects[:3]):
            hits[0, j] += effect.first.low <= first[j] <= effect.first.high
            hits[1, j] += effect.total.low <= total[j] <= effect.total.high
    assert (hits / tries >= 0.85).all()
    assert hits.mean() / tries >= 0.92
    mean = np.mean(both, axis=0)
    assert mean[:, 0] == pytest.approx(first, abs=0.06)
    assert mean[:, 1] == pytest.approx(total, abs=0.06)


def test_the_split_into_replications_and_inputs() -> None:
    _, _, variance = known()
    inputs, replications = [], []
    for seed in range(40):
        found = noisy(g, 64, 4, seed)
        inputs.append(found.inputs.estimate)
        replications.append(found.replications.estimate)
        assert found.inputs.level == 0.95
    p = g(np.random.default_rng(0).random((200_000, 3)))
    assert np.mean(inputs) == pytest.approx(variance, rel=0.1)
    assert np.mean(replications) == pytest.approx((p * (1 - p)).mean(), rel=0.02)


def test_a_dummy_does_nothing_and_the_rest_is_seen() -> None:
    found = noisy(g, 256, 32, 1)
    *inputs, dummy = found.effects
    assert dummy.name == DUMMY
    assert dummy.total.low <= 0.0 <= dummy.total.high < 0.25
    assert dummy.first.low <= 0.0 <= dummy.first.high
    assert found.seen
    assert inputs[0].total.low > dummy.total.high
    assert found.points == 256 * 6


def test_where_nothing_but_chance_varies_it_says_so() -> None:
    quiet = sum(not noisy(lambda x: np.full(x.shape[:-1], 0.3), 64, 16, s).seen for s in range(40))
    assert quiet >= 36


def test_low_and_high_thirds() -> None:
    found = noisy(lambda x: 0.1 + 0.6 * x[..., 0], 256, 64, 2)
    slope, flat = found.effects[0], found.effects[1]
    assert slope.low.low <= 0.2 <= slope.low.high
    assert slope.high.low <= 0.6 <= slope.high.high
    assert abs(flat.high.estimate - flat.low.estimate) < 0.06
    assert found.p.low <= 0.4 <= found.p.high


def test_without_noise_it_agrees_with_scipy_and_with_ishigami() -> None:
    plan = Plan.made(4096, 3)
    values = ishigami(plan.shares)
    low, high = -11.0, 18.5
    worlds = 10**9  # so many that shares are exact
    counts = np.rint(worlds * (values - low) / (high - low)).astype(np.int64)
    found = sensitivity(plan, np.r_[counts.ravel(), counts[0]], worlds, ["a", "b", "c"])
    scipys = scipy.stats.sobol_indices(
        func={"f_A": values[:1], "f_B": values[1:2], "f_AB": values[2:][:, None]}, n=4096
    )
    for j, effect in enumerate(found.effects[:3]):
        assert effect.first.estimate == pytest.approx((0.3139, 0.4424, 0.0)[j], abs=0.02)
        assert effect.total.estimate == pytest.approx((0.5576, 0.4424, 0.2437)[j], abs=0.02)
        assert effect.first.estimate == pytest.approx(float(scipys.first_order[j]), abs=0.02)
        assert effect.total.estimate == pytest.approx(float(scipys.total_order[j]), abs=0.02)


def test_taking_noise_for_signal_would_go_wrong() -> None:
    """What scipy makes of an input that does nothing, when shares are of 8 worlds."""
    plan = Plan.made(512, 3, 3)
    luck = np.random.default_rng(3)
    counts = luck.binomial(8, 0.2 + 0.2 * plan.shares[..., 0])
    y = counts / 8
    naive = scipy.stats.sobol_indices(
        func={"f_A": y[:1], "f_B": y[1:2], "f_AB": y[2:][:, None]}, n=512
    )
    again = luck.binomial(8, 0.2 + 0.2 * plan.shares[0, :, 0])
    found = sensitivity(plan, np.r_[counts.ravel(), again], 8, ["a", "b", "c"])
    assert float(naive.total_order[1]) > 0.5
    assert found.effects[1].total.low < 0.0
