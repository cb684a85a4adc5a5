"""The theatre as the arrays that kernels read."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from sim.model.state import EDGE, LEG, PAVED, UNIT, Floats, Geography, Ints, records
from sim.theatre.csv_table import read_table
from sim.theatre.rivers import LEFT, RIGHT, bank_of
from sim.theatre.theatre import KINDS, TERRAINS, Theatre

# Inferred, but for the depth of towns.
TOWN, CITY = 5_000, 100_000  # people of a place that is fought for street by street; that stands
DEPTH_LEAST = 0.5  # km through a base or a junction
# Depth of a town in km is 0.0155 sqrt(people), which gives cities of a million 15 to 20, as the
# operations of the first theatre have it (docs/model.md). With `urban_km_week` it gives the 10 to
# 40 weeks of cities and the 1 to 4 of small towns there.
DEPTH_ROOT = 0.0155
# Factor on the speed of advance by terrain, inferred; tempo.csv has mostly plains and desert.
ROUGH = {
    "desert": 1.0,
    "steppe": 1.0,
    "farmland": 0.8,
    "marsh_lake": 0.3,
    "hills": 0.6,
    "mountain": 0.4,
}


def geography(theatre: Theatre) -> tuple[Geography, tuple[str, ...]]:
    """Arrays of the theatre, and the ids of the border crossings they are numbered by.

    `depth_km` of a hex is its size, of a place the larger of DEPTH_LEAST and DEPTH_ROOT *
    sqrt(people). `rough` is ROUGH of the unit's terrain. A place is a `town` from TOWN people on, a
    `city` from CITY.
    """
    crossing, names = _crossings(theatre)
    people = theatre.population.astype(np.int64)
    is_place = np.arange(theatre.units) >= theatre.hexes
    depth = np.array(
        [
            max(DEPTH_LEAST, DEPTH_ROOT * math.sqrt(int(n))) if place else theatre.layout.hex_km
            for n, place in zip(people, is_place, strict=True)
        ]
    )
    rough = np.array([ROUGH[name] for name in TERRAINS])[theatre.terrain]
    unit = records(theatre.units, UNIT)
    unit.key, unit.population, unit.depth_km, unit.rough = theatre.keys, people, depth, rough
    unit.country, unit.hex_of, unit.community = theatre.country, theatre.hex_of, theatre.community
    unit.unpaved = _unpaved(theatre)
    unit.crossing, unit.playable, unit.is_place = crossing, theatre.playable, is_place
    unit.town, unit.city = is_place & (people >= TOWN), is_place & (people >= CITY)
    edge, leg = records(theatre.edge_to.size, EDGE), records(theatre.leg_from.size, LEG)
    edge.to, edge.cost = theatre.edge_to, theatre.edge_cost
    leg.a, leg.b = theatre.leg_from, theatre.leg_to
    leg.road, leg.km, leg.surface = theatre.leg_class, theatre.leg_km, theatre.leg_surface
    leg_start, leg_hexes = _countryside(theatre, crossing)
    arrays = Geography(
        unit=unit,
        edge_start=theatre.edge_start.astype(np.uint64),
        edge=edge,
        leg=leg,
        leg_start=leg_start,
        leg_hexes=leg_hexes,
        leg_stop=theatre.leg_stop,
        leg_places=theatre.leg_places,
        hexes=theatre.hexes,
    )
    return arrays, names


def _countryside(theatre: Theatre, crossing: Ints) -> tuple[Ints, Ints]:
    """CSR rows and hexes that each leg of road passes, but for those that a great river divides.

    Who holds a hex that has both banks says nothing about the bank that the road is on; the towns
    on the road do. Hexes at a border stay, since they say where it is crossed.
    """
    rivers = theatre.spec.rivers.values()
    great = np.array([False, *(river.crossing_km > 0 for river in rivers)])[theatre.river]
    keep = ~great[theatre.leg_hexes] | (crossing[theatre.leg_hexes] >= 0)
    before = np.concatenate([[0], np.cumsum(keep)])
    return before[theatre.leg_start].astype(np.int32), theatre.leg_hexes[keep]


def _unpaved(theatre: Theatre) -> Ints:
    """(U,) whether a unit lacks a paved road, as in UNIT.

    0 for places; of hexes 0 where a paved leg or a better one passes, else 2 + s where one of
    uncertain surface s does (the last by id), else 1.
    """
    unpaved = np.where(np.arange(theatre.units) < theatre.hexes, 1, 0).astype(np.int32)
    doubtful = theatre.leg_surface >= 0
    # legs whose surface is in doubt first, so that a paved road for certain overrules them
    for leg in np.argsort(~doubtful, kind="stable").tolist():
        passed = theatre.leg_hexes[theatre.leg_start[leg] : theatre.leg_start[leg + 1]]
        if doubtful[leg]:
            unpaved[passed] = 2 + theatre.leg_surface[leg]
        elif theatre.leg_class[leg] >= PAVED:
            unpaved[passed] = 0
    return unpaved


def distance_km(theatre: Theatre, places: list[int]) -> Floats:
    """(U,) straight distance of each unit to the nearest of some units, inf if there are none."""
    nearest = np.full(theatre.units, np.inf)
    for p in places:
        dx, dy = theatre.x - theatre.x[p], theatre.y - theatre.y[p]
        nearest = np.minimum(nearest, np.sqrt(dx * dx + dy * dy))
    return nearest


def border_hexes(theatre: Theatre, near: str, far: str) -> Ints:
    """Hexes of one country that touch the other."""
    a, b = theatre.country_code(near), theatre.country_code(far)
    beside = theatre.hex_neighbours
    country = theatre.country[: theatre.hexes]
    touches = ((beside >= 0) & (country[beside] == b)).any(axis=1)
    return np.flatnonzero((country == a) & touches).astype(np.int32)


def _crossings(theatre: Theatre) -> tuple[Ints, tuple[str, ...]]:
    """For each unit at the line that corridors cross the nearest gate, and the gates' ids.

    Gates are the places that are given, or the border posts of the first country whose hex lies at
    the border. Units at the line are the hexes on both its sides, the gates, and the other border
    posts there. A theatre without such a line has none, and then nothing tells its routes apart.
    """
    crossing = np.full(theatre.units, -1, np.int32)
    near, far = _sides(theatre)
    line = np.concatenate([near, far])
    beside = set(line.tolist())
    chosen = theatre.spec.gates.places
    places = [
        p
        for p in range(theatre.hexes, theatre.units)
        if (theatre.ids[p] in chosen if chosen else theatre.kind[p] == KINDS.index("border"))
        and (chosen or int(theatre.hex_of[p]) in beside)
    ]
    own = theatre.country[near[:1]]
    gates = [p for p in places if chosen or theatre.country[p] in own]
    if not gates:
        return crossing, ()
    for unit in [*line.tolist(), *places]:
        gaps = [
            (theatre.x[unit] - theatre.x[p]) ** 2 + (theatre.y[unit] - theatre.y[p]) ** 2
            for p in gates
        ]
        crossing[unit] = int(np.argmin(gaps))
    return crossing, tuple(theatre.ids[p] for p in gates)


def _sides(theatre: Theatre) -> tuple[Ints, Ints]:
    """Hexes at the line of the theatre's gates, on its one side and on its other."""
    gates = theatre.spec.gates
    if gates.countries:
        a, b = gates.countries
        return border_hexes(theatre, a, b), border_hexes(theatre, b, a)
    if not gates.line:
        return np.empty(0, np.int32), np.empty(0, np.int32)
    line = np.array([theatre.spec.plane.project(*point) for point in gates.line])
    side = bank_of(line, theatre.layout.centres)
    beside = theatre.hex_neighbours
    touches = ((beside >= 0) & (side[beside] != side[:, None])).any(axis=1)
    left, right = (np.flatnonzero(touches & (side == bank)) for bank in (LEFT, RIGHT))
    return left.astype(np.int32), right.astype(np.int32)


def routes_of(crossings: tuple[str, ...], theatre: Theatre, seeds: Path) -> tuple[str, ...]:
    """The route that each crossing belongs to.

    From `routes.csv` and `routes_variants.csv`; a crossing on none of them belongs to the route of
    the nearest that is, and is a route of its own where none is.
    """
    route: dict[str, str] = {}
    for table in ("routes.csv", "routes_variants.csv"):
        for row in read_table(seeds / table, ("route", "place")):
            route.setdefault(row.text("place"), row.text("route").split("_")[0])
    index = {name: i for i, name in enumerate(theatre.ids)}
    listed = [c for c in crossings if c in route]
    named = []
    for c in crossings:
        if c not in route and listed:
            here = index[c]
            c = min(listed, key=lambda p: math.dist(_xy(theatre, here), _xy(theatre, index[p])))
        named.append(route.get(c, c))
    return tuple(named)


def _xy(theatre: Theatre, unit: int) -> tuple[float, float]:
    return float(theatre.x[unit]), float(theatre.y[unit])
