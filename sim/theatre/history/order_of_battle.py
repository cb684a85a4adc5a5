"""How many fighters each faction has at which place on a day, before they are put on the map.

From the first table of dispositions on, the latest table at or before the day holds (they are
89 to 123 days apart, and nothing better is known between them), corrected for places that
changed hands since:

- the loser's force there is `beaten`: it goes to its side's nearest ground and besieges nobody;
- a place taken since, where the taker has nothing listed, is garrisoned by its nearest listed
  force, which shares itself evenly over itself and all that it has to garrison.

So each faction keeps its total. Before the first table, the totals of strengths.csv (for the
faction of `strength_reports` the estimate of support.csv nearest in time) are spread over the
faction's places: weight 1, 3 more near an enemy (60 km), and the square root of its people in ten
thousands, which about matches how the first table shares them out. A faction without a place then
has no force yet.
"""

from __future__ import annotations

import datetime
import math
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from sim.theatre.history import reports
from sim.theatre.theatre import Theatre

# Inferred, where nothing is listed: most of a force is at its front.
NEAR_KM = 60.0  # an enemy place within this makes a front; about a night's march by vehicle
FRONT_WEIGHT = 3
PEOPLE_UNIT = 10_000


@dataclass(frozen=True)
class Listed:
    """Fighters of a faction reported at a place (or enclave); `beaten` if it was lost since."""

    faction: str
    place: str
    low: int
    central: int
    high: int
    beaten: bool = False


def listed_forces(
    date: datetime.date, theatre: Theatre, seeds: Path, holder_of: dict[int, str]
) -> list[Listed]:
    """Forces by faction and place at a date; `holder_of` maps place units to their holder."""
    tables = reports.dispositions(seeds)
    past = [row.as_of for row in tables if row.as_of <= date]
    if not past:
        return _from_strengths(date, theatre, seeds, holder_of)
    as_of = max(past)
    rows = [
        Listed(row.faction, row.place, row.low, row.central, row.high)
        for row in tables
        if row.as_of == as_of
    ]
    now = reports.controllers_at(date, seeds)
    then = reports.controllers_at(as_of, seeds)
    lost = {place: holder for place, holder in then.items() if now[place] != holder}
    rows = [replace(row, beaten=lost.get(row.place) == row.faction) for row in rows]
    return sorted(_garrison(theatre, rows, {p: now[p] for p in lost}), key=_order)


def _order(row: Listed) -> tuple[str, str]:
    return row.faction, row.place


def _garrison(theatre: Theatre, rows: list[Listed], taken: dict[str, str]) -> list[Listed]:
    """The rows, with a share of the taker's nearest force in each place it took."""
    asked: dict[tuple[str, str], list[str]] = defaultdict(list)
    manned = {_order(row) for row in rows}
    unit = {name: i for i, name in enumerate(theatre.ids)}
    for place, taker in sorted(taken.items()):
        donors = [row.place for row in rows if row.faction == taker and not row.beaten]
        if (taker, place) in manned or not donors:
            continue
        near = min(donors, key=lambda d: (distance(theatre, unit[d], unit[place]), d))
        asked[taker, near].append(place)
    shared: list[Listed] = []
    for row in rows:
        shared += _split(row, asked.get(_order(row), []))
    return shared


def _split(row: Listed, places: list[str]) -> list[Listed]:
    """A force shared evenly over its own place and others; it keeps what does not divide."""
    n = len(places) + 1
    parts = [
        Listed(row.faction, place, row.low // n, row.central // n, row.high // n)
        for place in places
    ]
    central = row.central - sum(part.central for part in parts)
    low = min(central, row.low - sum(part.low for part in parts))
    high = max(central, row.high - sum(part.high for part in parts))
    return [replace(row, low=low, central=central, high=high), *parts]


def _from_strengths(
    date: datetime.date, theatre: Theatre, seeds: Path, holder_of: dict[int, str]
) -> list[Listed]:
    """Totals of strengths.csv spread over the places held."""
    totals = reports.strengths(seeds)
    reported = reports.reported_strength(date, seeds)
    if reported is not None:
        totals[reported.faction] = reported
    rows: list[Listed] = []
    for faction, total in sorted(totals.items()):
        units = sorted(unit for unit, holder in holder_of.items() if holder == faction)
        if not units or total.central == 0:
            continue
        weights = [_weight(theatre, unit, holder_of) for unit in units]
        for unit, share in zip(units, apportion(total.central, weights), strict=True):
            low = share * total.low // total.central
            high = -(-share * total.high // total.central)
            rows.append(Listed(faction, theatre.ids[unit], low, share, high))
    return sorted(rows, key=_order)


def _weight(theatre: Theatre, unit: int, holder_of: dict[int, str]) -> int:
    """A place's claim on its faction's fighters."""
    front = any(
        theatre.spec.relations.hostile(holder, holder_of[unit])
        and distance(theatre, unit, other) <= NEAR_KM
        for other, holder in holder_of.items()
    )
    return 1 + FRONT_WEIGHT * front + math.isqrt(int(theatre.population[unit]) // PEOPLE_UNIT)


def apportion(total: int, weights: list[int]) -> list[int]:
    """`total` in whole parts in proportion to `weights`, by largest remainder; first wins ties."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    left = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in left[: total - sum(parts)]:
        parts[i] += 1
    return parts


def distance(theatre: Theatre, a: int, b: int) -> float:
    """Straight kilometres between two units."""
    return math.hypot(theatre.x[a] - theatre.x[b], theatre.y[a] - theatre.y[b])
