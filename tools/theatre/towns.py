"""GeoNames towns: coordinates, and the people who live outside the places of `places.csv`."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sim.theatre.hexes import HexLayout, project
from tools.theatre.packages import SOURCES
from tools.theatre.tables import SEEDS, Node, read

SAME_KM = 3.0  # a town this near to a place is that place

# Rows that would count people twice, or who are not there; by GeoNames id.
LEFT_OUT = {
    99071: "al-Mawsil al-Jadidah repeats the figure of Mosul",
    7802746: "Sadr City is within the figure of Baghdad",
    98885: "old Anah lies under the Haditha reservoir",
    10303650: "Simele repeats Sumayl",
    100077: "900,000 cannot be the town of Abu Ghraib; Baghdad's figure is for the whole city",
    166716: "al-Yarmuk camp is part of Damascus, and was nearly empty by 2017",
}


@dataclass(frozen=True)
class Town:
    """A populated place of GeoNames."""

    geoname: int
    name: str
    country: str
    lon: float
    lat: float
    population: int


@cache
def load() -> tuple[Town, ...]:
    """Towns of the theatre and a margin about it, by GeoNames id."""
    data = json.loads(SOURCES["towns"].path().read_text(encoding="utf-8"))
    found = [
        Town(
            int(v["geonameid"]),
            str(v["name"]),
            str(v["countrycode"]),
            float(v["longitude"]),
            float(v["latitude"]),
            int(v["population"]),
        )
        for v in data.values()
        if 34.5 < v["longitude"] < 47.5 and 30.5 < v["latitude"] < 38.5
    ]
    return tuple(sorted(found, key=lambda town: town.geoname))


def by_id(wanted: Sequence[int]) -> list[Town]:
    """The towns with these GeoNames ids, in the order asked for."""
    index = {town.geoname: town for town in load()}
    missing = [i for i in wanted if i not in index]
    if missing:
        raise SystemExit(f"GeoNames ids {missing} are not in the package")
    return [index[i] for i in wanted]


def _taken() -> set[int]:
    """GeoNames ids that `populations.csv` counts at a place or `enclaves.csv` at an enclave."""
    rows = read(SEEDS / "populations.csv") + read(SEEDS / "enclaves.csv")
    ids: set[int] = set()
    for row in rows:
        for word in row["source"].replace(",", " ").replace(";", " ").split():
            if word.startswith("geonames:"):
                ids.add(int(word.removeprefix("geonames:")))
    return ids


def outside_places(layout: HexLayout, places: Sequence[Node]) -> list[int]:
    """People per hex in towns that are no place, no enclave and not left out as duplicates."""
    people = [0] * layout.size
    at = [project(place.lon, place.lat) for place in places]
    taken = _taken() | set(LEFT_OUT)
    for town in load():
        if town.population == 0 or town.geoname in taken:
            continue
        x, y = project(town.lon, town.lat)
        if any(math.dist((x, y), place) < SAME_KM for place in at):
            continue
        index = layout.index_at(x, y)
        if index >= 0:
            people[index] += town.population
    return people
