"""What the hazard baseline sees of the record: who could have taken what, for how long.

A row is a place, its holder, an attacker, and the weeks in which nothing that matters changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from sim.analysis.backtest.observations import Change, Record
from sim.arrays import Flags, Floats, Ints
from sim.theatre.history.relations import at_war
from sim.theatre.theatre import Theatre

FAR_KM = 1e4  # stands for "holds nothing": no hazard comes from there
MOMENTUM_KM, MOMENTUM_DAYS = 100.0, 60  # inferred; an offensive's reach and pause
PEOPLE_UNIT = 10_000.0


@dataclass(frozen=True, eq=False)
class Ground:
    """Places as the baselines see them: N places and enclaves, G factions (none is number G)."""

    places: tuple[str, ...]
    factions: tuple[str, ...]
    km: Floats  # (N, N) straight distances, FAR_KM from a place to itself
    size: Floats  # (N,) log(1 + people / 10,000), less its mean
    war: Flags  # (G + 1, G) whether the attacker fights the holder

    def holders(self, names: list[str | None]) -> Ints:
        """(N,) codes of the holders of the places; G for none, nobody known and strangers."""
        code = {name: i for i, name in enumerate(self.factions)}
        return np.array([code.get(name or "", len(self.factions)) for name in names])

    def nearest_km(self, holder: Ints) -> Floats:
        """(N, G) distance from each place to the nearest other place that each faction holds."""
        found = np.full((len(self.places), len(self.factions)), FAR_KM)
        for g in range(len(self.factions)):
            held = holder == g
            if held.any():
                found[:, g] = self.km[:, held].min(axis=1)
        return found


def ground(theatre: Theatre, factions: tuple[str, ...]) -> Ground:
    """The places of a theatre, and who is at war with whom (`sim.theatre.history.relations`)."""
    own = slice(theatre.hexes, theatre.units)
    x, y = theatre.x[own], theatre.y[own]
    km = np.hypot(x[:, None] - x, y[:, None] - y)
    np.fill_diagonal(km, FAR_KM)
    size = np.log1p(theatre.population[own] / PEOPLE_UNIT)
    war = np.array([[at_war(h, g) for g in factions] for h in factions], np.bool_)
    war = np.vstack([war.reshape(len(factions), -1), np.ones((1, len(factions)), np.bool_)])
    return Ground(theatre.ids[own], factions, km, size - size.mean(), war)


@dataclass(frozen=True, eq=False)
class Exposure:
    """R rows; `taken` counts how often the row ended by the attacker taking the place."""

    place: Ints
    holder: Ints
    attacker: Ints
    km: Floats
    recent: Floats  # 1: the attacker took a place nearby lately
    weeks: Floats
    taken: Floats


def exposure(
    record: Record, where: Ground, start: date, end: date, stand_in: list[str | None]
) -> Exposure:
    """Rows of the days after `start` up to and including `end`.

    `stand_in` (N,) holds places while they have no record: as sources of attacks only.
    """
    tables = [
        _spell(record, where, first, last, stand_in)
        for first, last in pairwise(_breaks(record, start, end))
    ]
    table = np.concatenate(tables) if tables else np.empty((0, 7))
    _, first, row = np.unique(_key(table), return_index=True, return_inverse=True)
    place, holder, attacker = table[first, :3].astype(np.int64).T
    weeks, taken = (np.bincount(row, table[:, i], len(first)).astype(np.float64) for i in (5, 6))
    return Exposure(place, holder, attacker, table[first, 3], table[first, 4], weeks, taken)


def _key(table: Floats) -> Ints:
    """(R,) one number for place, holder, attacker, metres and momentum: sorting five is slow."""
    place, holder, attacker = table[:, :3].astype(np.int64).T
    metres = np.rint(table[:, 3] * 1000.0).astype(np.int64)
    recent = table[:, 4].astype(np.int64)
    return (
        np.asarray((((place + 1) * 1000 + holder) * 1000 + attacker) * 2 + recent) * 10**8 + metres
    )


def captures(record: Record, where: Ground, day: date) -> list[tuple[date, int, int]]:
    """(date, place, taker) of the changes that still give momentum after `day`."""
    index = {name: i for i, name in enumerate(where.places)}
    first = day - timedelta(MOMENTUM_DAYS)
    return [
        (one.date, index[one.place], where.factions.index(one.holder))
        for one in _real_changes(record)
        if first < one.date <= day and one.place in index and one.holder in where.factions
    ]


def momentum(where: Ground, taken: Sequence[tuple[object, int, int]]) -> Flags:
    """(N, G) whether each faction took a place within `MOMENTUM_KM` among `taken`."""
    found = np.zeros((len(where.places), len(where.factions)), np.bool_)
    for _, place, taker in taken:
        found[:, taker] |= where.km[:, place] <= MOMENTUM_KM
    return found


def _real_changes(record: Record) -> Iterator[Change]:
    """Changes of a place from one known holder to another."""
    last: dict[str, str] = {}
    for one in record.changes:
        if last.get(one.place, one.holder) != one.holder:
            yield one
        last[one.place] = one.holder


def _breaks(record: Record, start: date, end: date) -> list[date]:
    """Days at whose end something changes: holders, or what counts as recent."""
    found = {start, end}
    for one in _real_changes(record):
        found |= {one.date, one.date + timedelta(MOMENTUM_DAYS)}
    return sorted(day for day in found if start <= day <= end)


def _spell(
    record: Record, where: Ground, first: date, last: date, stand_in: list[str | None]
) -> Floats:
    """(R, 7) rows of the days after `first` to `last`; holders are those of the end of `first`."""
    known = [record.holder(place, first) for place in where.places]
    own = np.array([name is not None for name in known], np.bool_)
    now = where.holders([name or other for name, other in zip(known, stand_in, strict=True)])
    then = where.holders([record.holder(place, last) for place in where.places])
    G = len(where.factions)
    place, attacker = np.nonzero(own[:, None] & (now[:, None] != np.arange(G)))
    km = where.nearest_km(now)[place, attacker]
    recent = momentum(where, captures(record, where, first))[place, attacker]
    weeks = np.full(len(place), (last - first).days / 7.0)
    taken = (then[place] == attacker) & (then[place] != now[place])
    war = where.war[now[place], attacker]
    # between friends only the background counts, which is the same for all of them
    rows = np.stack(
        [
            np.where(war, place, -1),
            now[place],
            attacker,
            np.where(war, km, FAR_KM),
            recent & war,
            weeks,
            taken,
        ],
        axis=1,
    )
    return rows.astype(np.float64)
