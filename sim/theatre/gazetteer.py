"""Named points of the map: places, enclaves and road junctions, and the people of the places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sim.theatre.csv_table import Row, by_id, read_table
from sim.theatre.hexes import HexLayout
from sim.theatre.spec import TheatreSpec, theatre_spec
from sim.theatre.theatre import KINDS, Ints

GROUND = "ground"  # folder of the tables that are made from geodata

# The kind of what a table lists, by its column of ids; junctions have no column for it.
_SORT = {"place": "", "enclave": "town", "junction": "junction"}


@dataclass(frozen=True)
class Site:
    """A named point: a place, an enclave or a road junction; codes index the theatre's tuples."""

    name: str
    x: float  # projected km
    y: float
    hex: int
    country: int
    kind: int
    population: int


def read_places(layout: HexLayout, seeds: Path) -> dict[str, Site]:
    """Places by id, then enclaves by id."""
    columns: tuple[str, ...] = ("place", "name", "lat", "lon", "country", "kind")
    rows = by_id(read_table(seeds / "places.csv", columns), "place")
    people = by_id(read_table(seeds / "populations.csv", ("place", "population")), "place")
    columns = ("enclave", "population", "of_place", *columns[1:])
    extra = by_id(read_table(seeds / "enclaves.csv", columns), "enclave")
    for row in people.values():
        row.one_of("place", (*rows, *extra), "a place of places.csv or enclaves.csv")
    counts = {name: row.whole("population") for name, row in people.items()}
    spec = theatre_spec(seeds)
    sites = {
        name: _site(layout, spec, row, "place", counts.get(name, 0)) for name, row in rows.items()
    }
    for name, row in extra.items():
        if name in sites:
            raise row.error("enclave", "is a place of places.csv already")
        row.one_of("of_place", rows, "a place of places.csv")
        sites[name] = _site(layout, spec, row, "enclave", row.whole("population"))
    return sites


def _site(layout: HexLayout, spec: TheatreSpec, row: Row, column: str, population: int) -> Site:
    """A row's point on the map; `column` holds its id."""
    x, y = spec.plane.project(row.number("lon", -180.0), row.number("lat", -90.0))
    index = layout.index_at(x, y)
    if index < 0:
        where = f"outside the map (lon {row.text('lon')}, lat {row.text('lat')})"
        raise row.error(column, where)
    country = row.code("country", spec.country_codes, "a known country")
    kind = KINDS.index(_SORT[column] or row.one_of("kind", KINDS[1:], "a known kind"))
    return Site(row.text("name"), x, y, index, country, kind, population)


def read_junctions(layout: HexLayout, seeds: Path, places: Iterable[str]) -> dict[str, Site]:
    """Road junctions by id; none may have the id of a place."""
    columns = ("junction", "name", "lat", "lon", "country")
    rows = by_id(read_table(seeds / "junctions.csv", columns), "junction")
    taken = set(places)
    for name, row in rows.items():
        if name in taken:
            raise row.error("junction", "is a place already")
    spec = theatre_spec(seeds)
    return {name: _site(layout, spec, row, "junction", 0) for name, row in rows.items()}


def read_communities(seeds: Path, places: Iterable[str], around: Ints) -> list[int]:
    """Community of each place's own people; `around` is that of its hex, for one without a row."""
    path = seeds / GROUND / "place_communities.csv"
    rows = by_id(read_table(path, ("place", "community")), "place")
    names, known = tuple(places), theatre_spec(seeds).community_names
    for row in rows.values():
        row.one_of("place", names, "a place of places.csv or enclaves.csv")
    return [
        rows[name].code("community", known, "a known community") if name in rows else int(code)
        for name, code in zip(names, around, strict=True)
    ]
