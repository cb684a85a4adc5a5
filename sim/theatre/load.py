"""Builds the `Theatre` of a hex size from the tables in a seeds folder.

Units are ordered hexes, places (by id), enclaves (by id), whatever the order of lines in the
files. A place mostly on a neighbour's ground (a border post) is also joined to the nearest hex
of its own country, or it would be cut off where that neighbour is neutral.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

import numpy as np

from sim.errors import bad_value
from sim.theatre.csv_table import Row, by_id, read_table
from sim.theatre.gazetteer import GROUND, Site, read_communities, read_junctions, read_places
from sim.theatre.hexes import HexLayout
from sim.theatre.spec import TheatreSpec, theatre_spec
from sim.theatre.theatre import ROADS, TERRAINS, Ints, Theatre
from sim.theatre.travel_cost import hex_costs, place_cost

_HEX_COLUMNS = ("col", "row", "country", "terrain", "river", "road", "population", "community")


@dataclass(frozen=True)
class _Leg:
    """A road leg between two units."""

    start: int
    end: int
    kind: int  # index into ROADS
    km: int
    path: list[int]  # hexes, in order
    places: list[int]  # units of the places on it, its ends included
    surface: str = ""  # stretch of road of uncertain surface that it belongs to


def load_theatre(hex_km: float, seeds: Path) -> Theatre:
    """The theatre with hexes `hex_km` across, from the tables in the folder `seeds`.

    Raises LandbridgeError (one line) for a size that is not built, a missing file or column, an
    unknown country, terrain or place, and a place outside the map.
    """
    spec = theatre_spec(seeds)
    layout, hexes, nearest = _read_hexes(hex_km, seeds, spec)
    places = read_places(layout, seeds)
    unit = {name: layout.size + i for i, name in enumerate(places)}
    legs = _read_legs(layout, seeds, places, unit)
    for leg in legs:
        hexes["road"][leg.path] = np.maximum(hexes["road"][leg.path], leg.kind)
    sites = list(places.values())
    at = np.array([s.hex for s in sites], dtype=np.int32)
    xy = np.concatenate([layout.centres, np.array([(s.x, s.y) for s in sites]).reshape(-1, 2)])
    country = _join(hexes["country"], [s.country for s in sites])
    start, to, cost = _edges(layout, hexes, legs, sites, spec)
    surfaces = tuple(sorted({leg.surface for leg in legs} - {""}))
    ids = [f"h{i // layout.cols}_{i % layout.cols}" for i in range(layout.size)]
    return Theatre(
        spec=spec,
        layout=layout,
        ids=(*ids, *places),
        names=(*nearest, *(s.name for s in sites)),
        keys=np.array(
            [_key(f"{i}@{hex_km:g}km") for i in ids] + [_key(p) for p in places], np.uint64
        ),
        x=xy[:, 0].copy(),
        y=xy[:, 1].copy(),
        country=country,
        playable=np.isin(country, [spec.country_codes.index(c) for c in spec.playable]),
        kind=_join(np.zeros(layout.size), [s.kind for s in sites]),
        terrain=_join(hexes["terrain"], hexes["terrain"][at]),
        river=_join(hexes["river"], hexes["river"][at]),
        road=_join(hexes["road"], hexes["road"][at]),
        population=_join(hexes["population"], [s.population for s in sites]),
        community=_join(
            hexes["community"], read_communities(seeds, places, hexes["community"][at])
        ),
        hex_of=_join(np.arange(layout.size), at),
        area_km2=np.repeat([hex_km**2 * math.sqrt(3.0) / 2.0, 0.0], [layout.size, len(sites)]),
        hex_neighbours=layout.neighbours,
        edge_start=start,
        edge_to=to,
        edge_cost=cost,
        **leg_columns(legs, surfaces),
        surfaces=surfaces,
    )


def hex_sizes(seeds: Path) -> list[float]:
    """Kilometres across a hex for which the folder of a theatre has a map."""
    names = [file.name for file in (seeds / GROUND).glob("hexes_*km.csv")]
    return sorted(float(name.removeprefix("hexes_").removesuffix("km.csv")) for name in names)


def _read_hexes(
    hex_km: float, seeds: Path, spec: TheatreSpec
) -> tuple[HexLayout, dict[str, Ints], list[str]]:
    """The layout, its coded columns (each (hexes,)) and the name of each hex."""
    built = [f"{size:g}" for size in hex_sizes(seeds)]
    if f"{hex_km:g}" not in built:
        raise bad_value("theatre.hex_km", f"{hex_km:g}", "no map is built for this size", built)
    layout = HexLayout.covering(hex_km, spec.box, spec.plane)
    path = seeds / GROUND / f"hexes_{hex_km:g}km.csv"
    rows = read_table(path, (*_HEX_COLUMNS, "nearest_place"))
    if len(rows) != layout.size:
        rule = f"must have a row for each of the {layout.size} hexes"
        raise bad_value(f"{path.name} rows", len(rows), rule)
    for i, row in enumerate(rows):
        if (row.whole("col"), row.whole("row")) != (i % layout.cols, i // layout.cols):
            raise row.error("col", f"must be {i % layout.cols} with row {i // layout.cols} here")
    coded = {
        "country": spec.country_codes,
        "terrain": TERRAINS,
        "river": spec.river_names,
        "road": ROADS,
        "community": spec.community_names,
    }
    table = {
        column: _ints([row.code(column, allowed, f"a known {column}") for row in rows])
        for column, allowed in coded.items()
    }
    table["population"] = _ints([row.whole("population") for row in rows])
    return layout, table, [f"near {row.text('nearest_place')}" for row in rows]


def _read_legs(
    layout: HexLayout, seeds: Path, places: dict[str, Site], unit: dict[str, int]
) -> list[_Leg]:
    """Road legs by id; an end is a place's unit, or the hex of a junction."""
    sites = places | read_junctions(layout, seeds, places)
    legs = []
    columns = ("leg", "from", "to", "class", "km", "note")
    rows = by_id(read_table(seeds / "roads.csv", columns), "leg")
    for row in rows.values():
        a, b = (row.one_of(end, sites, "a place or junction") for end in ("from", "to"))
        if a == b:
            raise row.error("to", "must differ from the leg's other end")
        ends = [unit.get(name, sites[name].hex) for name in (a, b)]
        along = (a, *_via(row, sites), b)
        path = _path(layout, [sites[name] for name in along])
        kind = 1 + row.code("class", ROADS[1:], "a class of road")
        towns = [unit[name] for name in along if name in unit]
        km, surface = round(row.number("km", 1.0)), row.cells.get("surface", "").strip()
        legs.append(_Leg(ends[0], ends[1], kind, km, path, towns, surface))
    return legs


def _via(row: Row, sites: dict[str, Site]) -> list[str]:
    """The nodes of a note "via a b; ...": a long leg then runs where its short ones do."""
    note = row.text("note").partition(";")[0].split()
    if note[:1] != ["via"]:
        return []
    for name in note[1:]:
        if name not in sites:
            raise row.error("note", f"names {name}, not a place or junction", sites)
    return note[1:]


def _path(layout: HexLayout, stops: list[Site]) -> list[int]:
    """Hexes that the straight lines from stop to stop pass, in order."""
    path: list[int] = []
    for a, b in pairwise(stops):
        line = layout.line((a.x, a.y), (b.x, b.y))
        path += line[1:] if path and line[:1] == path[-1:] else line
    return path


def _edges(
    layout: HexLayout,
    hexes: dict[str, Ints],
    legs: list[_Leg],
    sites: list[Site],
    spec: TheatreSpec,
) -> tuple[Ints, Ints, Ints]:
    """CSR rows (U + 1,), ends (E,) and costs (E,) of the graph of units; symmetric."""
    table = layout.neighbours
    steps = [(leg.kind, leg.path) for leg in legs]
    crossing = [0, *(river.crossing_km for river in spec.rivers.values())]
    bank = np.array(crossing)[hexes["river"]] / 2.0
    costs = hex_costs(layout, hexes["terrain"], hexes["river"], bank, steps)
    inside = table >= 0
    edges = [np.stack([np.nonzero(inside)[0], table[inside], costs[inside]])]
    for k, site in enumerate(sites):
        for i in _joined(layout, hexes["country"], site):
            cost = place_cost(math.dist((site.x, site.y), layout.centres[i]))
            edges.append(np.array([(layout.size + k, i), (i, layout.size + k), (cost, cost)]))
    froms, to, price = np.concatenate(edges, axis=1)
    order = np.argsort(froms, kind="stable")
    counts = np.bincount(froms, minlength=layout.size + len(sites))
    start = np.concatenate([[0], np.cumsum(counts)])
    return _ints(start), _ints(to[order]), _ints(price[order])


def _joined(layout: HexLayout, country: Ints, site: Site) -> list[int]:
    """Hexes that a place is joined to: its own, and if that is foreign the nearest at home."""
    if country[site.hex] == site.country:
        return [site.hex]
    home = [int(i) for i in layout.neighbours[site.hex] if i >= 0 and country[i] == site.country]
    home.sort(key=lambda i: (math.dist((site.x, site.y), layout.centres[i]), i))
    return [site.hex, *home[:1]]


def _key(name: str) -> int:
    """Stable 32-bit key of an id."""
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "big")


def leg_columns(legs: Sequence[_Leg], surfaces: Sequence[str]) -> dict[str, Ints]:
    """The columns of `Theatre` about legs; `surfaces` are the stretches of uncertain surface."""
    return {
        "leg_from": _ints([leg.start for leg in legs]),
        "leg_to": _ints([leg.end for leg in legs]),
        "leg_class": _ints([leg.kind for leg in legs]),
        "leg_km": _ints([leg.km for leg in legs]),
        "leg_start": _ints(np.cumsum([0] + [len(leg.path) for leg in legs])),
        "leg_hexes": _ints([i for leg in legs for i in leg.path]),
        "leg_stop": _ints(np.cumsum([0] + [len(leg.places) for leg in legs])),
        "leg_places": _ints([i for leg in legs for i in leg.places]),
        "leg_surface": _ints([surfaces.index(leg.surface) if leg.surface else -1 for leg in legs]),
    }


def _ints(values: object) -> Ints:
    return np.asarray(values, dtype=np.int32)


def _join(hexes: object, sites: object) -> Ints:
    return np.concatenate([_ints(hexes), _ints(sites).reshape(-1)])
