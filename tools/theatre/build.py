"""Build `seeds/theatre/` from packaged public geodata and the hand-made tables of `seeds/`.

    python -m tools.theatre.build --km 25 15 40 10

Run from the repository root with the packages of `tools/theatre/requirements.txt`. Reads
`places.csv`, `junctions.csv`, `roads.csv`, `communities.csv`, `populations.csv`, `enclaves.csv`,
`theatre/rainfall.csv` and `theatre/place_overrides.csv`; writes `theatre/hexes_<km>km.csv`,
`theatre/place_communities.csv`, `theatre/outlines.csv` and `theatre/sources.csv`. The same inputs
give the same bytes.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from sim.theatre.hexes import HexLayout, project, unproject
from tools.theatre import (
    attribution,
    countries,
    districts,
    outlines,
    place_people,
    plane,
    relief,
    roads,
    terrain,
    towns,
    water,
)
from tools.theatre.tables import THEATRE, Node, places, write

COLUMNS = (
    "col",
    "row",
    "lon",
    "lat",
    "country",
    "terrain",
    "elevation_m",
    "relief_m",
    "river",
    "road",
    "population",
    "community",
    "community_confidence",
    "governorate",
    "nearest_place",
)


@dataclass(frozen=True, eq=False)
class World:
    """Everything that does not depend on the grid; shapes in projected kilometres."""

    countries: dict[str, BaseGeometry]
    districts: list[districts.District]
    rivers: dict[str, BaseGeometry]
    lakes: dict[str, BaseGeometry]
    heights: relief.Heights
    places: list[Node]


def country_of_hexes(hexes: NDArray[Any], polygons: dict[str, BaseGeometry]) -> list[str]:
    """Country with the largest share of each hex, `XX` where none has any."""
    codes = list(polygons)
    shares = plane.area_shares(hexes, [polygons[code] for code in codes])
    best = shares.argmax(axis=1)
    return [codes[k] if shares[i, k] > 0.0 else "XX" for i, k in enumerate(best)]


def terrain_of_hexes(
    world: World, layout: HexLayout, hexes: NDArray[Any], river: list[str]
) -> list[str]:
    """Terrain by the rule of `terrain.py`."""
    height, rough = relief.of_hexes(world.heights, layout, terrain.RELIEF_RADIUS_KM)
    lake = plane.area_shares(hexes, list(world.lakes.values())).sum(axis=1)
    plain = terrain.on_plain(layout, height, world.rivers)
    rain = terrain.rainfall(layout)
    return terrain.classify(terrain.Ground(height, rough, rain, lake, river, plain))


def nearest_places(layout: HexLayout, known: Sequence[Node]) -> list[str]:
    """Id of the place nearest to each hex's middle."""
    at = np.array([project(place.lon, place.lat) for place in known])
    gap = np.hypot(*(layout.centres[:, None, :] - at[None, :, :]).transpose(2, 0, 1))
    return [known[k].key for k in gap.argmin(axis=1)]


def hex_rows(world: World, layout: HexLayout) -> list[dict[str, object]]:
    """One row a hex, in index order."""
    hexes = plane.hex_polygons(layout)
    country = country_of_hexes(hexes, world.countries)
    river = water.river_of_hexes(layout, hexes, world.rivers)
    ground = terrain_of_hexes(world, layout, hexes, river)
    height, rough = relief.of_hexes(world.heights, layout)
    road = roads.of_hexes(layout)
    people = towns.outside_places(layout, world.places)
    local = districts.of_hexes(world.districts, hexes, country)
    near = nearest_places(layout, world.places)
    rows: list[dict[str, object]] = []
    for i in range(layout.size):
        lon, lat = unproject(*layout.centres[i])
        values = (
            i % layout.cols,
            i // layout.cols,
            f"{lon:.4f}",
            f"{lat:.4f}",
            country[i],
            ground[i],
            round(float(height[i])),
            round(float(rough[i])),
            river[i],
            road[i],
            people[i],
            local[i].community,
            local[i].confidence,
            local[i].governorate,
            near[i],
        )
        rows.append(dict(zip(COLUMNS, values, strict=True)))
    return rows


def report(km: float, rows: list[dict[str, object]]) -> None:
    """Print what a grid holds, to compare with an atlas."""
    print(f"{km:g} km: {len(rows)} hexes")
    for column in ("country", "terrain", "river", "road", "community"):
        print(f"  {column}: {dict(Counter(str(row[column]) for row in rows).most_common())}")


def main(argv: Sequence[str] | None = None) -> None:
    """Build the grids that were asked for, then the outlines and the list of sources."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--km", type=float, nargs="+", default=[25.0], help="hex widths to build")
    chosen = parser.parse_args(argv).km
    in_degrees = countries.load()
    world = World(
        countries=countries.in_plane(in_degrees),
        districts=districts.load(),
        rivers=water.rivers(),
        lakes=water.lakes(),
        heights=relief.load(),
        places=places(),
    )
    districts.check(world.districts)
    for km in chosen:
        rows = hex_rows(world, HexLayout.covering(km))
        write(THEATRE / f"hexes_{km:g}km.csv", COLUMNS, rows)
        report(km, rows)
    print("places and enclaves:", place_people.write_all(world.districts))
    lines = {k: plane.to_plane(v) for k, v in countries.borders(in_degrees).items()}
    print("outline points:", outlines.write_all(lines, world.rivers, world.lakes))
    print("data files:", attribution.write_sources())


if __name__ == "__main__":
    main()
