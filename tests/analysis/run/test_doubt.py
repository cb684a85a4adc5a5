"""The split of the doubt about P, against populations whose components are known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.analysis.run.doubt import ENOUGH, components, doubt, shares_by_variant

WEIGHTS, CENTRES, SPREAD = np.array([0.6, 0.3, 0.1]), np.array([0.2, 0.5, 0.7]), 0.15
RULES = float(WEIGHTS @ CENTRES**2 - (WEIGHTS @ CENTRES) ** 2)
INPUTS = SPREAD**2  # of two values, alike likely, so far above and below the centre
CHANCE = float(WEIGHTS @ (CENTRES * (1 - CENTRES))) - INPUTS


def drawn(
    luck: np.random.Generator, worlds: int, per_draw: int
) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
    """Worlds of a population with those components: flags and variants."""
    draws = -(-worlds // per_draw)
    variant = luck.choice(3, draws, p=WEIGHTS).astype(np.int32)
    p = CENTRES[variant] + SPREAD * luck.choice([-1.0, 1.0], draws)
    p, variant = np.repeat(p, per_draw)[:worlds], np.repeat(variant, per_draw)[:worlds]
    return luck.random(worlds) < p, variant


@pytest.mark.parametrize(("worlds", "per_draw"), [(120, 2), (121, 2), (150, 5), (90, 3)])
def test_each_component_is_estimated_without_bias(worlds: int, per_draw: int) -> None:
    """Also where the last draw is not whole, and where chance hides most of it."""
    luck, tries = np.random.default_rng(0), 4000
    found, p = [], []
    for _ in range(tries):
        flags, variant = drawn(luck, worlds, per_draw)
        one = components(flags, per_draw, variant)
        found.append((one.monte_carlo, one.inputs, one.rules))
        p.append(flags.mean())
    table = np.array(found, np.float64)
    draws = worlds / per_draw
    true = np.array([(RULES + INPUTS) / draws + CHANCE / worlds, INPUTS, RULES])
    error = table.std(axis=0) / tries**0.5
    assert (np.abs(table.mean(axis=0) - true) < 4.0 * error + [2e-5, 0.0, 0.0]).all()
    assert np.var(p) == pytest.approx(true[0], rel=0.1)  # it is the variance of the share itself


def test_a_split_that_forgot_the_chance_of_worlds_would_fail() -> None:
    """Means over few worlds vary by luck: what is seen over draws is far more than the inputs."""
    flags, variant = drawn(np.random.default_rng(1), 20_000, 2)
    plain = flags.reshape(-1, 2).mean(axis=1).var()
    found = components(flags, 2, variant)
    assert plain > 2.0 * (INPUTS + RULES)
    assert found.inputs == pytest.approx(INPUTS, abs=0.007)
    assert found.rules == pytest.approx(RULES, abs=0.004)


def test_what_cannot_be_known_is_not_said() -> None:
    flags, variant = drawn(np.random.default_rng(2), 400, 2)
    alone = components(flags, 1, variant)
    assert alone.inputs is None
    assert alone.rules is not None
    one = components(flags, 2)
    assert one.rules is None
    assert one.inputs is not None
    assert components(flags[:1], 2).monte_carlo is None
    assert components(flags[:2], 2).inputs is None
    # a variant of one draw tells nothing of itself
    few = components(flags[:6], 2, np.array([0, 0, 0, 0, 1, 1], np.int32))
    assert few.rules is None
    assert few.inputs is not None
    each = components(flags[:4], 2, np.array([0, 0, 1, 1], np.int32))
    assert (each.inputs, each.rules) == (None, None)


@pytest.mark.parametrize("always", [False, True])
def test_worlds_that_are_all_alike_leave_no_doubt(always: bool) -> None:
    flags, variant = np.full(200, always), np.arange(200, dtype=np.int32) // 2 % 2
    found = doubt(flags, 2, variant, shares_by_variant(flags, 2, variant, ["a", "b"]))
    assert (found.p, found.monte_carlo, found.inputs, found.rules) == (float(always), 0.0, 0.0, 0.0)
    assert found.share_of_rules is None


def test_inputs_that_decide_everything() -> None:
    flags = np.repeat(np.random.default_rng(3).random(5000) < 0.5, 2)
    assert components(flags, 2).inputs == pytest.approx(0.25, abs=0.001)


def test_a_variance_below_nothing_is_shown_as_none() -> None:
    """Chances of a draw that are always each other's opposite."""
    flags = np.arange(200) % 2 == 0
    assert components(flags, 2).inputs < -0.2
    assert doubt(flags, 2, None, {}).inputs == 0.0


def test_the_ends_over_variants_leave_out_those_with_few_worlds() -> None:
    variant = np.repeat([0, 1, 2], [60, 60, ENOUGH - 2]).astype(np.int32)
    flags = np.r_[np.arange(60) % 4 == 0, np.arange(60) % 2 == 0, np.ones(ENOUGH - 2)] > 0
    shares = shares_by_variant(flags, 2, variant, ["plain", "towns", "rare"])
    assert shares["rare"] is None
    found = doubt(flags, 2, variant, shares)
    assert (found.lowest["variant"], found.highest["variant"]) == ("plain", "towns")
    assert (found.lowest["estimate"], found.highest["estimate"]) == (0.25, 0.5)
    assert found.lowest["low"] < 0.25 < found.lowest["high"]
    only = doubt(flags, 2, variant, {"plain": shares["plain"], "rare": None})
    assert (only.lowest, only.highest) == (None, None)
