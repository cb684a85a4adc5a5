"""On which days of a run control and alarm are recorded: every so often, and when asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sim.config.schema import Clock
from sim.errors import LandbridgeError, bad_value

MONTH_ENDS = "month_ends"


def month_ends(origin: date, until: date) -> Iterator[date]:
    """The last days of months after `origin`, up to and including `until`."""
    first = origin.replace(day=1)
    while True:
        first = (first + timedelta(31)).replace(day=1)
        end = first - timedelta(1)
        if end > until:
            return
        if end > origin:
            yield end


def recorded_days(clock: Clock) -> tuple[int, ...]:
    """Days since the origin, in order: 0, every `record_days`, `record_on`, the horizon.

    Raises LandbridgeError for an entry of `record_on` that is no day of the run.
    """
    origin, until = date.fromisoformat(clock.origin), date.fromisoformat(clock.until)
    length = (until - origin).days
    days = {*range(0, length, clock.record_days), length}
    for i, text in enumerate(clock.record_on):
        key = f"clock.record_on[{i}]"
        if text == MONTH_ENDS:
            days |= {(day - origin).days for day in month_ends(origin, until)}
            continue
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise bad_value(key, text, "must be a date or month_ends", [MONTH_ENDS]) from None
        if not origin <= day <= until:
            raise LandbridgeError(f"{key}={text}: must be from {origin} to {until}")
        days.add((day - origin).days)
    return tuple(sorted(days))
