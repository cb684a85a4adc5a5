"""Build the `ground/` of a theatre's folder from packaged public geodata and the folder's tables.

    python -m tools.theatre seeds/NAME --km 25 15 40 10

Run from the repository root with the packages of `tools/theatre/requirements.txt`. Box, centre,
countries and rivers are those of `theatre.yaml`. Reads `places.csv`, `junctions.csv`, `roads.csv`,
`communities.csv`, `populations.csv`, `enclaves.csv`, and of the folder's `ground/`, each if it is
there, `names.csv` (what the geodata's names and numbers mean here), `place_overrides.csv`,
`rainfall.csv`, `plains.csv` and `people.csv`; writes its `hexes_<km>km.csv`,
`place_communities.csv`, `outlines.csv` and `sources.csv`. The same inputs give the same bytes.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from sim.theatre.hexes import HexLayout
from tools.theatre import (
    attribution,
    census,
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
from tools.theatre.tables import Folder, Node

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

    folder: Folder
    countries: dict[str, BaseGeometry]
    districts: list[districts.District]
    towns: list[towns.Town]
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
    plain = terrain.on_plain(world.folder, layout, height, world.rivers)
    rain = terrain.rainfall(world.folder, layout)
    return terrain.classify(terrain.Ground(height, rough, rain, lake, river, plain))


def people_of_hexes(world: World, layout: HexLayout, hexes: NDArray[Any]) -> list[int]:
    """People outside the places: by counts of districts if the folder has them, else in towns."""
    if (world.folder.path / census.TABLE).exists():
        return census.outside_places(world.folder, hexes, world.districts)
    return towns.outside_places(world.folder, layout, world.towns, world.places)


def nearest_places(layout: HexLayout, known: Sequence[Node]) -> list[str]:
    """Id of the place nearest to each hex's middle."""
    at = np.array([layout.plane.project(place.lon, place.lat) for place in known])
    gap = np.hypot(*(layout.centres[:, None, :] - at[None, :, :]).transpose(2, 0, 1))
    return [known[k].key for k in gap.argmin(axis=1)]


def hex_rows(world: World, layout: HexLayout) -> list[dict[str, object]]:
    """One row a hex, in index order."""
    hexes = plane.hex_polygons(layout)
    country = country_of_hexes(hexes, world.countries)
    river = water.river_of_hexes(layout, hexes, world.rivers)
    ground = terrain_of_hexes(world, layout, hexes, river)
    height, rough = relief.of_hexes(world.heights, layout)
    road = roads.of_hexes(world.folder, layout)
    people = people_of_hexes(world, layout, hexes)
    table = districts.communities(world.folder)
    local = districts.of_hexes(table, world.districts, hexes, country)
    near = nearest_places(layout, world.places)
    rows: list[dict[str, object]] = []
    for i in range(layout.size):
        lon, lat = layout.plane.unproject(*layout.centres[i])
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


def load(folder: Folder, polygons: dict[str, BaseGeometry]) -> World:
    """What the geodata and the folder's tables say; `polygons` are the countries in degrees."""
    local, known = districts.load(folder, polygons), towns.load(folder)
    districts.check(folder, local)
    return World(
        folder=folder,
        countries={code: folder.sheet.to_plane(shape) for code, shape in polygons.items()},
        districts=local,
        towns=known,
        rivers=water.rivers(folder, known),
        lakes=water.lakes(folder),
        heights=relief.load(folder.spec.plane),
        places=folder.places(),
    )


def main(argv: Sequence[str] | None = None) -> None:
    """Build the grids that were asked for, then the outlines and the list of sources."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.theatre", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("folder", type=Path, help="of the theatre, with its theatre.yaml")
    parser.add_argument("--km", type=float, nargs="+", default=[25.0], help="hex widths to build")
    chosen = parser.parse_args(argv)
    folder = Folder.at(chosen.folder)
    in_degrees = countries.load(folder)
    world = load(folder, in_degrees)
    for km in chosen.km:
        rows = hex_rows(world, HexLayout.covering(km, folder.spec.box, folder.spec.plane))
        folder.write(f"hexes_{km:g}km.csv", COLUMNS, rows)
        report(km, rows)
    print("places and enclaves:", place_people.write_all(folder, world.districts))
    lines = {k: folder.sheet.to_plane(v) for k, v in countries.borders(in_degrees).items()}
    print("outline points:", outlines.write_all(folder, lines, world.rivers, world.lakes))
    print("data files:", attribution.write_sources(folder))


if __name__ == "__main__":
    main()
