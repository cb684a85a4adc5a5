"""What the past shows, in windows of a quarter: the statistics that a fit compares.

Each window starts from the situation of its first day, so that errors do not pile up over years.
The statistics of a window are counts over the places whose holder is known, on both sides alike:
what the record shows, and what a simulated world does in the same days from the same start.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.errors import LandbridgeError
from sim.theatre.history.reports import FIRST, LAST, controllers_at
from sim.theatre.theatre import Theatre

Floats = NDArray[np.float64]
Holders = NDArray[np.int16]

QUARTERS = ((1, 1), (4, 1), (7, 1), (10, 1))
SHORTEST = 42  # days; a shorter last window says little
TOWN = 5_000  # people
DEEP_KM = 50.0  # a place further than that from all its taker held lies deep behind the front
CAPTORS = ("isf", "pmf", "peshmerga", "sdf", "regime")

STATISTICS = (
    "isis_lost",  # places that ISIS held at the start and others do at the end; of these, to
    "isis_lost_to_isf",
    "isis_lost_to_pmf",
    "isis_lost_to_peshmerga",
    "isis_lost_to_sdf",
    "isis_lost_to_regime",
    "isis_lost_to_others",
    "isis_gained",
    "among_others",  # places that changed hands between others
    "towns",  # of what ISIS lost, towns
    "deep",  # of what ISIS lost, places deep behind the front
    "isis_killed",  # log of fighters lost a month
    "isis_strength",  # log of its strength at the end over that at the start
)
COUNTS = 11  # of the statistics; the others are logarithms


@dataclass(frozen=True, order=True)
class Window:
    """From `start` to the end of `end`."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Its length."""
        return (self.end - self.start).days


def windows(until: date) -> tuple[Window, ...]:
    """The quarters of the record that are over by `until`, and the rest of the last if long enough.

    Raises:
        LandbridgeError: fewer than 42 days of record.
    """
    if until > LAST:
        raise LandbridgeError(f"--until={until}: the record ends on {LAST}")
    starts = [date(year, *at) for year in range(FIRST.year, until.year + 1) for at in QUARTERS]
    edges = [day for day in starts if FIRST <= day < until] + [until]
    found = [Window(a, b) for a, b in itertools.pairwise(edges)]
    if found and found[-1].days < SHORTEST:
        found.pop()
    if not found:
        raise LandbridgeError(f"--until={until}: less than {SHORTEST} days after {FIRST}")
    return tuple(found)


@dataclass(frozen=True)
class Places:
    """The places that are compared; P of them, in the order of their ids."""

    ids: tuple[str, ...]
    factions: tuple[str, ...]
    units: NDArray[np.intp]  # (P,) of the theatre
    town: NDArray[np.bool_]  # (P,)
    km: Floats  # (P, P) straight distances

    @classmethod
    def of(cls, theatre: Theatre, factions: Sequence[str], seeds: Path) -> Places:
        """Those with a record, on a theatre."""
        known = controllers_at(LAST, seeds)
        units = np.array([u for u, name in enumerate(theatre.ids) if name in known])
        x, y = theatre.x[units], theatre.y[units]
        return cls(
            ids=tuple(theatre.ids[u] for u in units),
            factions=tuple(factions),
            units=units,
            town=theatre.population[units] >= TOWN,
            km=np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :]),
        )

    def recorded(self, day: date, seeds: Path) -> Holders:
        """(P,) index of the faction that held each place at the end of a day."""
        held = controllers_at(day, seeds)
        return np.array([self.factions.index(held[name]) for name in self.ids], np.int16)


def count(first: Holders, last: Holders, places: Places) -> Floats:
    """(worlds, COUNTS) the counting statistics of who holds what, first and last (worlds, P)."""
    isis = places.factions.index("isis")
    changed, lost = first != last, (first == isis) & (last != isis)
    captors = [places.factions.index(f) for f in CAPTORS]
    to = [lost & (last == f) for f in captors]
    others = lost & ~np.isin(last, captors)
    gained = changed & (last == isis)
    parts = [lost, *to, others, gained, changed & ~lost & ~gained, lost & places.town]
    parts.append(lost & _deep(first, last, places))
    return np.stack([part.sum(axis=1) for part in parts], axis=1).astype(float)


def _deep(first: Holders, last: Holders, places: Places) -> NDArray[np.bool_]:
    """(worlds, P) whether all that the last holder held at first is further than DEEP_KM."""
    near = places.km <= DEEP_KM
    found = np.zeros(first.shape, np.bool_)
    for f in range(len(places.factions)):
        beside = ((first == f).astype(np.float32) @ near.astype(np.float32)) > 0.0
        found |= (last == f) & ~beside
    return found


@dataclass(frozen=True)
class Reported:
    """What was claimed of ISIS between two days (seeds/support.csv), to a factor of about `spread`.

    Claims are orders of magnitude: their logarithm has a normal error of standard deviation
    `spread`, which a fit adds to what is simulated (Wilkinson 2013, doi:10.1515/sagmb-2013-0010).
    """

    statistic: str
    start: date
    end: date
    value: float  # logarithm, as in STATISTICS
    spread: float


# Killed a month: 1,700-2,270 claimed from September 2015, 800-2,270 from August 2016. Strength:
# 22,000 (19,000-25,000) in February 2016, 13,500 (12,000-15,000) in March 2017: 4 per cent a month.
REPORTED = (
    Reported("isis_killed", date(2015, 9, 1), date(2016, 8, 1), math.log(2000.0), 0.3),
    Reported("isis_killed", date(2016, 8, 1), date(2017, 1, 1), math.log(1250.0), 0.4),
    Reported(
        "isis_strength", date(2016, 2, 1), date(2017, 3, 1), 3 * math.log(13.5 / 22) / 13, 0.1
    ),
)


def reported(window: Window, statistic: str) -> Reported | None:
    """The report that covers the middle of a window."""
    middle = window.start + timedelta(window.days // 2)
    for report in REPORTED:
        if report.statistic == statistic and report.start <= middle < report.end:
            return report
    return None


def observed(found: Sequence[Window], places: Places, seeds: Path) -> Floats:
    """(windows, STATISTICS) of the record; nan where nothing was reported."""
    table = np.full((len(found), len(STATISTICS)), np.nan)
    for row, window in zip(table, found, strict=True):
        first, last = places.recorded(window.start, seeds), places.recorded(window.end, seeds)
        row[:COUNTS] = count(first[None], last[None], places)[0]
        for column in range(COUNTS, len(STATISTICS)):
            report = reported(window, STATISTICS[column])
            if report is not None:
                row[column] = report.value
    return table
