"""Who holds the open country on a day, from who holds the places.

Each hex goes to the place that reaches it soonest (exact integer travel costs; ties by place
id), within one country, since reports name fronts by towns and a town's patrols go as far as its
roads let them. Two kinds of place reach nothing: one that is cut off, and one under siege; their
holders are shut in.
"""

from __future__ import annotations

import datetime
import heapq
import math

import numpy as np
from numpy.typing import NDArray

from sim.theatre.theatre import ROADS, TERRAINS, Ints, Theatre

# Inferred: a garrison is cut off when an enemy place is nearer than this and nothing that would
# let it through is within the other: Deir ez-Zor's air base (6 km from the city) is, Tal Afar's is
# not.
CUT_OFF_KM = 15.0
RELIEF_KM = 60.0

# Inferred: a town's writ over empty land ends here, in kilometres of good road. A desert patrol
# that averages 15 km/h, halts included, over a ten-hour day gets 70 km out and back. Along a paved
# road or in settled land there are villages to stay in, so two days.
REACH_EMPTY = 70
REACH_SETTLED = 140
# Beyond it the ground is nobody's if two sides could come there, else the rear of the one that
# can. A second side could if it is less than twice as far away as the first, or within a raid: the
# longest from held ground in the tempo table of the first theatre are 60 to 77 km, and 100 km of
# desert costs this. Settled land is never nobody's.
RAID = 250

_EMPTY = (TERRAINS.index("desert"), TERRAINS.index("steppe"))
_REAL_ROAD = ROADS.index("paved")  # a track is patrolled, not held


def cut_off(theatre: Theatre, holder_of: dict[int, str]) -> set[int]:
    """Place units that are shut in by enemies, given the holder of each place unit."""
    shut, hostile = set(), theatre.spec.relations.hostile
    for unit, holder in holder_of.items():
        near = [
            (math.hypot(theatre.x[unit] - theatre.x[u], theatre.y[unit] - theatre.y[u]), h)
            for u, h in holder_of.items()
            if u != unit
        ]
        enemy = any(km < CUT_OFF_KM and hostile(holder, h) for km, h in near)
        relief = any(km < RELIEF_KM and not hostile(holder, h) for km, h in near)
        if enemy and not relief:
            shut.add(unit)
    return shut


def hex_holders(theatre: Theatre, seeds: dict[int, str], day: datetime.date) -> list[str]:
    """The holder of each hex, "" where nobody is; `seeds` are place units and their holders."""
    names = sorted(set(seeds.values()))
    if not names:
        return [""] * theatre.hexes
    starts = [[unit for unit, holder in seeds.items() if holder == name] for name in names]
    best, cost = _soonest(theatre, starts, np.ones(theatre.hexes, dtype=np.bool_))
    nearest = cost.min(axis=0)
    wild = np.isin(theatre.terrain[: theatre.hexes], _EMPTY)
    wild &= theatre.road[: theatre.hexes] < _REAL_ROAD
    held = nearest <= np.where(wild, REACH_EMPTY, REACH_SETTLED)
    starts = [np.flatnonzero(held & (best == k)).tolist() for k in range(len(names))]
    rear, cost = _soonest(theatre, starts, ~held)
    same_side = theatre.spec.relations.same_side
    foe = np.array([[not same_side(a, b, day) for b in names] for a in names])
    first = cost.min(axis=0)
    raided = ((cost <= np.maximum(RAID, 2.0 * first)) & foe[rear].T).any(axis=0)
    owner = np.where(held, best, np.where((raided & wild) | np.isinf(first), -1, rear))
    return [names[k] if k >= 0 else "" for k in owner]


def _soonest(
    theatre: Theatre, starts: list[list[int]], passable: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Which list of starting units reaches each hex first (hexes,), and each list's cost there."""
    reach = [travel(theatre, units, passable) for units in starts]
    cost = np.array([c for c, _ in reach])  # (lists, hexes)
    origin = np.array([o for _, o in reach])
    return np.lexsort((origin, cost), axis=0)[0], cost


def travel(
    theatre: Theatre, sources: list[int], passable: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Cost to each hex from the nearest of some units, and which one that is; both (hexes,).

    Kilometres of good road, inf where no way leads, and the unit (ties to the lower). The way
    goes over `passable` hexes of the source's own country.
    """
    start, to, price = _lists(theatre)
    country = theatre.country.tolist()
    free = passable.tolist()
    cost = np.full(theatre.hexes, np.inf)
    origin = np.full(theatre.hexes, theatre.units, dtype=np.int64)
    heap = [(0, unit, unit) for unit in sorted(sources)]
    while heap:
        spent, source, here = heapq.heappop(heap)
        if here < theatre.hexes:
            if origin[here] < theatre.units:  # reached before, sooner or from a lower unit
                continue
            cost[here], origin[here] = spent, source
        for k in range(start[here], start[here + 1]):
            there = to[k]
            if there >= theatre.hexes or not free[there] or origin[there] < theatre.units:
                continue
            if country[there] == country[source]:
                heapq.heappush(heap, (spent + price[k], source, there))
    return cost, origin


def _lists(theatre: Theatre) -> tuple[list[int], list[int], list[int]]:
    """The graph as lists, which plain Python reads much faster than arrays."""
    rows: tuple[Ints, Ints, Ints] = (theatre.edge_start, theatre.edge_to, theatre.edge_cost)
    return rows[0].tolist(), rows[1].tolist(), rows[2].tolist()
