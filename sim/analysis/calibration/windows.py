"""What the past shows, in windows of a quarter: the statistics that a fit compares.

Each window starts from the situation of its first day, so that errors do not pile up over years.
The statistics of a window are counts over the places whose holder is known, on both sides alike:
what the record shows, and what a simulated world does in the same days from the same start.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Flags, Floats
from sim.errors import LandbridgeError
from sim.theatre.history.reports import controllers_at
from sim.theatre.spec import Reported, TheatreSpec
from sim.theatre.theatre import Theatre

Holders = NDArray[np.int16]

QUARTERS = ((1, 1), (4, 1), (7, 1), (10, 1))
SHORTEST = 42  # days; a shorter last window says little
TOWN = 5_000  # people
DEEP_KM = 50.0  # a place further than that from all its taker held lies deep behind the front
LOGS = ("killed", "strength")  # statistics that are logarithms; the others are counts


def statistics(spec: TheatreSpec) -> tuple[str, ...]:
    """The statistics of a theatre, whose `calibration` names the enemy and its captors.

    `lost`: places that the enemy held at the start and others do at the end, of these to each of
    the captors and to others; `gained`; `among_others`: places that changed hands between others;
    `towns` and `deep`: of what the enemy lost, towns, and places deep behind the front; `killed`:
    log of fighters it lost a month; `strength`: log of its strength at the end over that at the
    start.
    """
    to = [f"lost_to_{captor}" for captor in (*spec.calibration.captors, "others")]
    return ("lost", *to, "gained", "among_others", "towns", "deep", *LOGS)


def counts(spec: TheatreSpec) -> int:
    """How many of the statistics are counts; they come first."""
    return len(statistics(spec)) - len(LOGS)


@dataclass(frozen=True, order=True)
class Window:
    """From `start` to the end of `end`."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Its length."""
        return (self.end - self.start).days


def windows(until: date, spec: TheatreSpec) -> tuple[Window, ...]:
    """The quarters of the record that are over by `until`, and the rest of the last if long enough.

    Raises:
        LandbridgeError: fewer than 42 days of record.
    """
    first, last = spec.first, spec.last
    if until > last:
        raise LandbridgeError(f"--until={until}: the record ends on {last}")
    starts = [date(year, *at) for year in range(first.year, until.year + 1) for at in QUARTERS]
    edges = [day for day in starts if first <= day < until] + [until]
    cut = [Window(a, b) for a, b in itertools.pairwise(edges)]
    if cut and cut[-1].days < SHORTEST:
        cut.pop()
    if not cut:
        raise LandbridgeError(f"--until={until}: less than {SHORTEST} days after {first}")
    return tuple(cut)


@dataclass(frozen=True)
class Places:
    """The places that are compared; P of them, in the order of their ids."""

    spec: TheatreSpec
    ids: tuple[str, ...]
    factions: tuple[str, ...]
    units: NDArray[np.intp]  # (P,) of the theatre
    town: Flags  # (P,)
    km: Floats  # (P, P) straight distances

    @classmethod
    def of(cls, theatre: Theatre, factions: Sequence[str], seeds: Path) -> Places:
        """Those with a record, on a theatre."""
        known = controllers_at(theatre.spec.last, seeds)
        units = np.array([u for u, name in enumerate(theatre.ids) if name in known])
        x, y = theatre.x[units], theatre.y[units]
        return cls(
            spec=theatre.spec,
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
    """(worlds, counts) the counting statistics of who holds what, first and last (worlds, P)."""
    enemy = places.factions.index(places.spec.calibration.enemy)
    changed, lost = first != last, (first == enemy) & (last != enemy)
    captors = [places.factions.index(f) for f in places.spec.calibration.captors]
    to = [lost & (last == f) for f in captors]
    others = lost & ~np.isin(last, captors)
    gained = changed & (last == enemy)
    parts = [lost, *to, others, gained, changed & ~lost & ~gained, lost & places.town]
    parts.append(lost & _deep(first, last, places))
    return np.stack([part.sum(axis=1) for part in parts], axis=1).astype(float)


def _deep(first: Holders, last: Holders, places: Places) -> Flags:
    """(worlds, P) whether all that the last holder held at first is further than DEEP_KM."""
    near = places.km <= DEEP_KM
    deep = np.zeros(first.shape, np.bool_)
    for f in range(len(places.factions)):
        beside = ((first == f).astype(np.float32) @ near.astype(np.float32)) > 0.0
        deep |= (last == f) & ~beside
    return deep


def reported(window: Window, statistic: str, spec: TheatreSpec) -> Reported | None:
    """The report that covers the middle of a window."""
    middle = window.start + timedelta(window.days // 2)
    for report in spec.calibration.reports:
        if report.statistic == statistic and report.start <= middle < report.end:
            return report
    return None


def observed(windows: Sequence[Window], places: Places, seeds: Path) -> Floats:
    """(windows, statistics) of the record; nan where nothing was reported."""
    names, counted = statistics(places.spec), counts(places.spec)
    table = np.full((len(windows), len(names)), np.nan)
    for row, window in zip(table, windows, strict=True):
        first, last = places.recorded(window.start, seeds), places.recorded(window.end, seeds)
        row[:counted] = count(first[None], last[None], places)[0]
        for column in range(counted, len(names)):
            report = reported(window, names[column], places.spec)
            if report is not None:
                row[column] = report.log
    return table
