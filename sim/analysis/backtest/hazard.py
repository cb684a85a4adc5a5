"""The hazard baseline: places fall to whoever is near, at the rates of the half year before.

A place held by h falls to faction g at the weekly rate

    exp(mu + u[g] - km / ell)  +  b

where the first term counts only between factions at war, km is the straight distance to the
nearest other place that g holds, and b is what happens out of nowhere. The parameters are the mode
of the posterior: Poisson likelihood of the record of the days up to the origin (a point process
with rates that are constant between changes) times normal priors, which are all there is when
nothing has been seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from scipy.optimize import minimize

from sim.analysis.backtest.observations import Change, Record
from sim.arrays import Flags, Floats, Ints
from sim.theatre.theatre import Theatre

# Prior mean and standard deviation; inferred. A place 30 km from an enemy falls within a year
# with probability 0.4; one takeover out of nowhere in the theatre in two or three years.
PRIOR = {
    "mu": (math.log(0.02), 1.5),
    "log_ell": (math.log(40.0), 0.7),
    "log_b": (math.log(1e-5), 1.0),
    "attacker": (0.0, 1.0),
}
WINDOW = 182  # days of the record that are fitted to
FAR_KM = 1e4  # stands for "holds nothing": no hazard comes from there


@dataclass(frozen=True, eq=False)
class Ground:
    """Places as the baselines see them: N places and enclaves, G factions (none is number G)."""

    places: tuple[str, ...]
    factions: tuple[str, ...]
    km: Floats  # (N, N) straight distances, FAR_KM from a place to itself
    war: Flags  # (G + 1, G) whether the attacker fights the holder
    first: date  # of the record

    def holders(self, names: list[str | None]) -> Ints:
        """(N,) codes of the holders of the places; G for none, nobody known and strangers."""
        code = {name: i for i, name in enumerate(self.factions)}
        return np.array([code.get(name or "", len(self.factions)) for name in names])

    def nearest_km(self, holder: Ints) -> Floats:
        """(N, G) distance from each place to the nearest other place that each faction holds."""
        held = [self.km[:, holder == g] for g in range(len(self.factions))]
        return np.stack([distances.min(axis=1, initial=FAR_KM) for distances in held], axis=1)


def ground(theatre: Theatre, factions: tuple[str, ...]) -> Ground:
    """The places of a theatre, and who is at war with whom (`relations` of its spec)."""
    own = slice(theatre.hexes, theatre.units)
    x, y = theatre.x[own], theatre.y[own]
    km = np.hypot(x[:, None] - x, y[:, None] - y)
    np.fill_diagonal(km, FAR_KM)
    hostile = theatre.spec.relations.hostile
    war = np.array([[hostile(h, g) for g in factions] for h in factions], np.bool_)
    war = np.vstack([war.reshape(len(factions), -1), np.ones((1, len(factions)), np.bool_)])
    return Ground(theatre.ids[own], factions, km, war, theatre.spec.first)


@dataclass(frozen=True, eq=False)
class Exposure:
    """R rows: a place, an attacker, and the weeks in which nobody who holds anything changed."""

    attacker: Ints
    km: Floats  # to the attacker; FAR_KM where he is at peace with the holder
    weeks: Floats
    taken: Flags  # whether it ended by the attacker taking the place


@dataclass(frozen=True, eq=False)
class Rates:
    """The parameters."""

    mu: float
    log_ell: float
    log_b: float
    attacker: Floats  # (G,)


def fitted(
    record: Record, where: Ground, origin: date, stand_in: list[str | None]
) -> tuple[Rates, int]:
    """The rates of the `WINDOW` before the origin, and how many changes they are fitted to.

    `stand_in` (N,) holds places while they have no record: as sources of attacks only.
    """
    first = max(where.first, origin - timedelta(WINDOW))
    rows = exposure(record, where, first, origin, stand_in)
    return fit(rows, len(where.factions)), int(rows.taken.sum())


def exposure(
    record: Record, where: Ground, start: date, end: date, stand_in: list[str | None]
) -> Exposure:
    """Rows of the days after `start` up to and including `end`; `stand_in` as in `fitted`."""
    days = {change.date for change in _real_changes(record) if start < change.date < end}
    breaks = sorted({start, end, *days})
    spells = [_spell(record, where, *pair, stand_in) for pair in pairwise(breaks)]
    columns = zip(*spells, strict=True) if spells else [[np.empty(0)]] * 4
    attacker, km, weeks, taken = (np.concatenate(list(parts)) for parts in columns)
    return Exposure(attacker.astype(np.int64), km, weeks, taken.astype(np.bool_))


def _real_changes(record: Record) -> Iterator[Change]:
    """Changes of a place from one known holder to another."""
    last: dict[str, str] = {}
    for change in record.changes:
        if last.get(change.place, change.holder) != change.holder:
            yield change
        last[change.place] = change.holder


def _spell(
    record: Record, where: Ground, first: date, last: date, stand_in: list[str | None]
) -> tuple[Ints, Floats, Floats, Flags]:
    """Columns of the days after `first` to `last`; holders are those of the end of `first`."""
    known = [record.holder(place, first) for place in where.places]
    own = np.array([name is not None for name in known], np.bool_)
    now = where.holders([name or other for name, other in zip(known, stand_in, strict=True)])
    then = where.holders([record.holder(place, last) for place in where.places])
    place, attacker = np.nonzero(own[:, None] & (now[:, None] != np.arange(len(where.factions))))
    km = np.where(where.war[now[place], attacker], where.nearest_km(now)[place, attacker], FAR_KM)
    weeks = np.full(len(place), (last - first).days / 7.0)
    taken = (then[place] == attacker) & (then[place] != now[place])
    return attacker, km, weeks, taken


def fit(rows: Exposure, factions: int) -> Rates:
    """The posterior mode of the parameters."""
    sizes = [1, 1, 1, factions]
    centre = np.repeat([PRIOR[name][0] for name in PRIOR], sizes)
    spread = np.repeat([PRIOR[name][1] for name in PRIOR], sizes)

    def loss(theta: Floats) -> tuple[float, Floats]:
        value, slope = minus_log_likelihood(theta, rows)
        gap = (theta - centre) / spread
        return value + 0.5 * float(gap @ gap), slope + gap / spread

    theta = minimize(loss, centre, jac=True, method="TNC").x
    return Rates(float(theta[0]), float(theta[1]), float(theta[2]), theta[3:])


def minus_log_likelihood(theta: Floats, rows: Exposure) -> tuple[float, Floats]:
    """Minus the log likelihood and its slope, by `theta`: the parameters as they stand in Rates."""
    mu, log_ell, log_b, attacker = *theta[:3], theta[3:]
    war = np.exp(mu + attacker[rows.attacker] - rows.km / math.exp(log_ell))
    whole = war + math.exp(log_b)
    value = float(rows.weeks @ whole - np.log(whole[rows.taken]).sum())
    by_rate = rows.weeks - rows.taken / whole
    by_log = by_rate * war
    slope = [by_log.sum(), by_log @ rows.km / math.exp(log_ell), by_rate.sum() * math.exp(log_b)]
    return value, np.concatenate([slope, np.bincount(rows.attacker, by_log, len(attacker))])
