"""As many digits as an interval needs, and nothing that is no number."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from sim.analysis.stats.intervals import Interval, clopper_pearson
from sim.show.base.digits import bracketed, chance, number, ranged, ranged_of
from sim.show.base.format import interval
from sim.show.run.dates import date_ticks


def of(estimate: float, low: float, high: float) -> Interval:
    return Interval(estimate, low, high, 0.95, "")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (of(0.0, *clopper_pearson(0, 8000)), "0.00000  [0.00000, 0.00046]"),
        (of(1.0, *clopper_pearson(8000, 8000)), "1.00000  [0.99954, 1.00000]"),
        (of(0.46, 0.36, 0.56), "0.460  [0.360, 0.560]"),
        (of(0.0341, 0.02512, 0.0451), "0.034  [0.025, 0.045]"),
        (of(-1e-9, -0.2, 0.2), "0.000  [-0.200, 0.200]"),
        (of(math.nan, 0.0, math.inf), "not known  [0.000, unbounded]"),
    ],
)
def test_an_interval_has_the_digits_that_it_needs(found: Interval, said: str) -> None:
    assert ranged(found) == said
    assert ranged_of(found.as_dict()) == said


def test_signs_and_p_values() -> None:
    assert number(-0.00001, 3) == "0.000"
    assert number(-0.00001, 3, "+") == "+0.000"
    assert number(None, 3) == "not known"
    assert (chance(0.0), chance(0.0123), chance(1.0)) == ("<1e-12", "0.012", "1")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (of(0.0, *clopper_pearson(0, 8000)), "0% [0, 0.046]"),
        (of(0.46, 0.36, 0.56), "46% [36, 56]"),
        (of(0.05, 0.03, 0.08), "5.0% [3, 8]"),
    ],
)
def test_percentages_too(found: Interval, said: str) -> None:
    assert interval(found.as_dict()) == said


@pytest.mark.parametrize("days", [20, 75, 76, 210, 393, 500, 900, 1500, 2500, 3653])
def test_dates_do_not_run_together(days: int) -> None:
    axes = Figure().add_axes((0.1, 0.1, 0.8, 0.8))
    first = date2num(date(2017, 6, 4))
    axes.set_xlim(first, first + days)
    date_ticks(axes, days)
    ticks = axes.get_xticks()
    inside = ticks[(ticks >= first) & (ticks <= first + days)]
    assert 2 <= len(inside) <= 10
    assert np.diff(inside).min() >= days / 12


def test_a_form_of_the_callers() -> None:
    found = {"estimate": 0.034, "low": None, "high": 0.052}
    assert bracketed(found, "+.1f", 100.0) == "+3.4 [-, +5.2]"
    assert bracketed({**found, "low": 0.021}, ".2f") == "0.03 [0.02, 0.05]"
