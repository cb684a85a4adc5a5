"""The uncertain inputs: the triangular law, and draws that do not depend on each other."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.model.inputs import RULES, Uncertain, sample, triangular
from sim.model.state import NEVER
from tests.support import real
from tests.support import small_map as small
from tests.support.play import worlds

INPUTS = [Uncertain("one", 1.0, 2.0, 6.0), Uncertain("two", 0.0, 0.0, 10.0)]


@pytest.mark.parametrize(("low", "central", "high"), [(1, 2, 6), (0, 0, 10), (-3, 4, 4)])
def test_quantiles_are_those_of_the_triangular_law(low: float, central: float, high: float) -> None:
    """As in scipy, ends and middle included."""
    law = stats.triang((central - low) / (high - low), low, high - low)
    for u in (0.0, 1e-9, 0.2, 0.5, 0.77, 1.0 - 1e-9, 1.0):
        assert triangular(u, low, central, high) == pytest.approx(law.ppf(u), abs=1e-12)


def test_a_range_of_no_width_is_its_number() -> None:
    """No division by zero."""
    assert triangular(0.3, 5.0, 5.0, 5.0) == 5.0


def test_samples_have_the_law_and_do_not_hang_together() -> None:
    """2,000 draws of two inputs."""
    found = sample(INPUTS, 0, range(2000), central=False)
    law = stats.triang(0.2, 1.0, 5.0)
    assert stats.kstest(found[:, 0], law.cdf).pvalue > 1e-3
    assert abs(np.corrcoef(found.T)[0, 1]) < 4 / 2000**0.5


def test_adding_or_moving_an_input_changes_no_other() -> None:
    """A value depends on the seed, the draw and the input's name only."""
    plain = sample(INPUTS, 0, range(5), central=False)
    more = [Uncertain("new", 0.0, 1.0, 2.0), INPUTS[1], INPUTS[0]]
    found = sample(more, 0, [3, 1], central=False)
    assert found[:, 1].tolist() == plain[[3, 1], 1].tolist()
    assert found[:, 2].tolist() == plain[[3, 1], 0].tolist()
    assert (sample(INPUTS, 1, range(5), central=False) != plain).all()


def test_central_switches_uncertainty_off() -> None:
    """Every draw has the central values."""
    assert (sample(INPUTS, 0, range(3), central=True) == [[2.0, 0.0]] * 3).all()


def test_worlds_have_their_own_inputs_within_their_ranges() -> None:
    """On the map: all rules lie in their ranges and differ between draws."""
    setup = real.setup("2017-06-18", "uncertainty=prior")
    state = setup.start.batch(setup.rules, setup.geo, list(range(50)), [0] * 50)
    for column, item in enumerate(setup.start.inputs[: len(RULES)]):
        values = state.inputs[:, column]
        assert item.low <= values.min() <= values.max() <= item.high, item.name
        assert np.unique(values).size == 50 or item.low == item.high
    assert (state.side.breach == NEVER).all()


def test_a_change_of_a_range_changes_no_other_input() -> None:
    """One change, one effect."""
    a = real.setup("2017-06-18")
    b = real.setup("2017-06-18", "rules.tempo_drift.high=2.0")
    first, second = (s.start.batch(s.rules, s.geo, list(range(9)), [0] * 9) for s in (a, b))
    moved = (first.inputs != second.inputs).any(axis=0)
    assert [RULES[i] for i in np.flatnonzero(moved)] == ["tempo_drift"]
    assert (first.force == second.force).all()


def test_strength_scales_forces() -> None:
    """Twice the central strength, twice the fighters, in the same world."""
    setup = small.toy("Ia Ib", {"a": small.side(), "b": small.side()}, forces=[("a", "h0_0", 50)])
    assert worlds(setup, 3).state.force[:, 0, 0].tolist() == [50] * 3
    plain = real.setup("2017-06-18", "uncertainty=central")
    central = plain.start
    row = plain.factions.index("tanf")
    double = [f"faction.tanf.strength.{k}={n}" for k, n in
              (("low", 600), ("central", 3000), ("high", 6300))]  # fmt: skip
    twice = real.setup("2017-06-18", "uncertainty=central", *double)
    one = central.batch(plain.rules, plain.geo, [0], [0]).force[0, row].sum()
    two = twice.start.batch(twice.rules, twice.geo, [0], [0]).force[0, row].sum()
    assert one > 0
    assert two == pytest.approx(2.0 * one, rel=0.01)
