"""GeoNames towns: coordinates, and the people who live outside the places of `places.csv`."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.theatre.hexes import HexLayout
from tools.theatre.packages import SOURCES
from tools.theatre.tables import Folder, Node

SAME_KM = 3.0  # a town this near to a place is that place


@dataclass(frozen=True)
class Town:
    """A populated place of GeoNames."""

    geoname: int
    name: str
    country: str
    lon: float
    lat: float
    population: int


def load(folder: Folder) -> list[Town]:
    """Towns of the window, by GeoNames id."""
    data = json.loads(SOURCES["towns"].path().read_text(encoding="utf-8"))
    west, south, east, north = folder.sheet.window
    towns = [
        Town(
            int(v["geonameid"]),
            str(v["name"]),
            str(v["countrycode"]),
            float(v["longitude"]),
            float(v["latitude"]),
            int(v["population"]),
        )
        for v in data.values()
        if west < v["longitude"] < east and south < v["latitude"] < north
    ]
    return sorted(towns, key=lambda town: town.geoname)


def by_id(towns: Sequence[Town], wanted: Sequence[int]) -> list[Town]:
    """The towns with these GeoNames ids, in the order asked for."""
    index = {town.geoname: town for town in towns}
    missing = [i for i in wanted if i not in index]
    if missing:
        raise SystemExit(f"GeoNames ids {missing} are not in the package")
    return [index[i] for i in wanted]


def _taken(folder: Folder) -> set[int]:
    """GeoNames ids that `populations.csv` counts at a place or `enclaves.csv` at an enclave."""
    rows = folder.rows("populations.csv") + folder.rows("enclaves.csv")
    ids: set[int] = set()
    for row in rows:
        for word in row["source"].replace(",", " ").replace(";", " ").split():
            if word.startswith("geonames:"):
                ids.add(int(word.removeprefix("geonames:")))
    return ids


def outside_places(
    folder: Folder, layout: HexLayout, towns: Sequence[Town], places: Sequence[Node]
) -> list[int]:
    """People per hex in towns that are no place and no enclave.

    Rows `town_left_out` of `ground/names.csv` name towns that would count people twice, or who
    are not there.
    """
    people = [0] * layout.size
    at = [layout.plane.project(place.lon, place.lat) for place in places]
    taken = _taken(folder) | {int(key) for key in folder.names("town_left_out")}
    for town in towns:
        if town.population == 0 or town.geoname in taken:
            continue
        x, y = layout.plane.project(town.lon, town.lat)
        if any(math.dist((x, y), place) < SAME_KM for place in at):
            continue
        index = layout.index_at(x, y)
        if index >= 0:
            people[index] += town.population
    return people
