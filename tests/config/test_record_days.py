from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.config.record_days import month_ends, recorded_days
from sim.config.schema import Clock
from sim.errors import LandbridgeError

DATES = st.dates(date(2015, 1, 1), date(2018, 12, 31))


@given(DATES, st.integers(1, 900))
def test_month_ends_are_the_days_before_a_first(origin: date, length: int) -> None:
    until = origin + timedelta(length)
    days = [origin + timedelta(i) for i in range(1, length + 1)]
    expected = [day for day in days if (day + timedelta(1)).day == 1]
    assert list(month_ends(origin, until)) == expected


@given(DATES, st.integers(1, 900), st.integers(1, 92))
def test_days_are_in_order_and_have_both_ends(origin: date, length: int, step: int) -> None:
    until = origin + timedelta(length)
    clock = Clock(str(origin), str(until), record_days=step, record_on=["month_ends", str(until)])
    days = recorded_days(clock)
    assert list(days) == sorted(set(days))
    assert (days[0], days[-1]) == (0, length)
    assert {(day - origin).days for day in month_ends(origin, until)} <= set(days)
    plain = recorded_days(Clock(str(origin), str(until), record_days=step))
    assert plain == (*range(0, length, step), length)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("month_end", r"record_on\[0\]=month_end: must be a date.*did you mean month_ends"),
        ("2017-06-03", "must be from 2017-06-04 to 2017-12-31"),
        ("2018-01-01", "must be from 2017-06-04 to 2017-12-31"),
    ],
)
def test_a_day_outside_the_run_is_refused(entry: str, said: str) -> None:
    with pytest.raises(LandbridgeError, match=said):
        recorded_days(Clock("2017-06-04", "2017-12-31", record_on=[entry]))
