"""Windows of the record, and what is counted in them."""

from __future__ import annotations

import itertools
from datetime import date

import numpy as np
import pytest

from sim.analysis.calibration.record import compare
from sim.analysis.calibration.windows import (
    SHORTEST,
    Places,
    count,
    counts,
    reported,
    statistics,
    windows,
)
from sim.errors import LandbridgeError
from sim.theatre.spec import theatre_spec
from tests.support.folders import SEEDS

FACTIONS = ("isis", "isf", "pmf", "sdf", "regime", "rebels", "peshmerga")

SPEC = theatre_spec(SEEDS)
STATISTICS, COUNTS = statistics(SPEC), counts(SPEC)


def test_quarters_follow_each_other_to_the_end_of_the_record() -> None:
    found = windows(date(2017, 12, 31), SPEC)
    assert found[0].start == date(2015, 1, 1)
    assert found[-1].end == date(2017, 12, 31)
    assert len(found) == 12
    assert all(a.end == b.start for a, b in itertools.pairwise(found))


@pytest.mark.parametrize(
    ("until", "number", "end"),
    [
        ("2015-04-01", 1, "2015-04-01"),
        ("2015-05-12", 1, "2015-04-01"),  # 41 days of the second: too short
        ("2015-05-13", 2, "2015-05-13"),
        ("2015-02-12", 1, "2015-02-12"),
        ("2015-07-01", 2, "2015-07-01"),
    ],
)
def test_a_short_rest_is_left_out(until: str, number: int, end: str) -> None:
    found = windows(date.fromisoformat(until), SPEC)
    assert (len(found), str(found[-1].end)) == (number, end)
    assert all(window.days >= SHORTEST for window in found)


@pytest.mark.parametrize("until", ["2015-02-11", "2015-01-01", "2014-06-01", "2018-01-01"])
def test_days_without_a_window_are_refused(until: str) -> None:
    with pytest.raises(LandbridgeError, match=f"^--until={until}: "):
        windows(date.fromisoformat(until), SPEC)


def test_a_fit_uses_the_windows_of_its_own_day_only() -> None:
    """A table may hold windows of other days that overlap them."""
    days = (date(2017, 6, 4), date(2017, 12, 31))
    found = sorted({one for day in days for one in windows(day, SPEC)})
    assert len(found) == 13
    simulated = np.ones((3, len(found), len(STATISTICS)))
    for day, number in zip(days, (10, 12), strict=True):
        both = compare(found, simulated, simulated[0], day, 0, SPEC)
        assert both.windows == windows(day, SPEC)
        assert both.observed[0] == number


def _places(x: list[float], town: list[bool]) -> Places:
    at = np.array(x)
    return Places(
        spec=SPEC,
        ids=tuple(f"p{i}" for i in range(len(x))),
        factions=FACTIONS,
        units=np.arange(len(x)),
        town=np.array(town),
        km=np.abs(at[:, None] - at[None, :]),
    )


def _held(*names: str) -> np.ndarray:
    return np.array([[FACTIONS.index(name) for name in names]], np.int16)


def test_counts_of_hand_made_holders() -> None:
    """Six places on a line, 40 km apart but the last, which is far off."""
    places = _places([0, 40, 80, 120, 160, 400], [True, True, False, True, False, True])
    first = _held("isf", "isis", "isis", "sdf", "regime", "isis")
    last = _held("isis", "isf", "sdf", "rebels", "regime", "regime")
    found = dict(zip(STATISTICS[:COUNTS], count(first, last, places)[0], strict=True))
    assert found == {
        "lost": 3,
        "lost_to_isf": 1,
        "lost_to_pmf": 0,
        "lost_to_peshmerga": 0,
        "lost_to_sdf": 1,
        "lost_to_regime": 1,
        "lost_to_others": 0,
        "gained": 1,
        "among_others": 1,  # from the SDF to rebels
        "towns": 2,  # the one to the ISF, and the far one
        "deep": 1,  # the far one: the regime held nothing within 50 km
    }


def test_captors_and_worlds_are_apart() -> None:
    places = _places([0, 10, 20], [False] * 3)
    first = np.vstack([_held("isis", "isis", "isis")] * 2)
    last = np.vstack([_held("isf", "pmf", "peshmerga"), _held("isis", "isis", "rebels")])
    found = count(first, last, places)
    assert found[:, :4].tolist() == [[3, 1, 1, 1], [1, 0, 0, 0]]
    assert found[:, 6].tolist() == [0, 1]
    assert found[:, COUNTS - 1].tolist() == [3, 1]  # nobody but isis had anything near


def test_records_are_sums_of_counts_and_means_of_reports() -> None:
    found = windows(date(2017, 6, 4), SPEC)
    simulated = np.ones((500, len(found), len(STATISTICS)))
    truth = np.arange(float(len(found) * (len(STATISTICS)))).reshape(len(found), -1)
    both = compare(found, simulated, truth, date(2017, 6, 4), 0, SPEC)
    assert both.observed[:COUNTS].tolist() == truth[:, :COUNTS].sum(axis=0).tolist()
    assert (both.simulated[:, :COUNTS] == len(found)).all()
    for column in (COUNTS, COUNTS + 1):
        rows = [w for w, one in enumerate(found) if reported(one, STATISTICS[column], SPEC)]
        assert 0 < len(rows) < len(found)
        assert both.observed[column] == pytest.approx(truth[rows, column].mean())
    # one report covers all windows of strength: its error does not average out
    (report,) = [one for one in SPEC.calibration.reports if one.statistic == "strength"]
    assert both.simulated[:, -1].mean() == pytest.approx(1.0, abs=4 * report.spread / 500**0.5)
    assert both.simulated[:, -1].std() == pytest.approx(report.spread, rel=0.15)


def test_a_fit_knows_no_report_about_later_months() -> None:
    """The strength of March 2017 says nothing to a fit until February."""
    found = windows(date(2017, 6, 4), SPEC)
    found = sorted({*found, *windows(date(2017, 2, 1), SPEC)})
    simulated = np.zeros((9, len(found), len(STATISTICS)))
    until = compare(found, simulated, simulated[0], date(2017, 2, 1), 0, SPEC)
    assert np.isnan(until.observed[-1])
    assert np.isnan(until.simulated[:, -1]).all()
    assert np.isfinite(until.observed[COUNTS])


def test_errors_of_reports_do_not_depend_on_the_day_or_the_number_of_particles() -> None:
    found = windows(date(2017, 6, 4), SPEC)
    width = len(STATISTICS)
    truth = np.zeros((len(found), width))
    few, many = (
        compare(found, np.zeros((n, len(found), width)), truth, date(2017, 6, 4), -3, SPEC)
        for n in (5, 9)
    )
    assert np.array_equal(few.simulated, many.simulated[:5])
    other = compare(found, np.zeros((5, len(found), width)), truth, date(2017, 6, 4), 4, SPEC)
    assert not np.array_equal(few.simulated, other.simulated)
