"""District polygons (geoBoundaries) and the community and governorate of each hex.

The package joined country and governorate names by nearest point, so that districts near a
boundary often carry the neighbour's names. The polygons are sound, and all ids of a country's
shapes begin alike: it is the country in which most of them lie. `ground/names.csv` puts the rest
right, in rows of these kinds:

- `governorate`: the package's spelling of a governorate -> ours;
- `district`: `COUNTRY/district` -> its governorate, or `governorate/district` where the district
  too is called otherwise here. Several may be parts of one, such as a municipality divided since.
"""

from __future__ import annotations

import csv
import sqlite3
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from tools.theatre.packages import SOURCES
from tools.theatre.plane import area_shares
from tools.theatre.tables import Folder, Row

Communities = dict[tuple[str, str, str], tuple[str, str]]


@dataclass(frozen=True, eq=False)
class District:
    """A district as geoBoundaries draws it, with its polygon in projected kilometres."""

    country: str
    governorate: str
    name: str
    polygon: BaseGeometry

    @property
    def key(self) -> tuple[str, str, str]:
        """What tables of districts call it."""
        return self.country, self.governorate, self.name


@dataclass(frozen=True)
class Local:
    """What a hex is told about its people."""

    community: str
    confidence: str
    governorate: str


NOBODY = Local("none", "high", "")


def load(folder: Folder, polygons: dict[str, BaseGeometry]) -> list[District]:
    """Every district of a playable country that meets the window; `polygons` are in degrees."""
    with SOURCES["districts_index"].path().open(encoding="utf-8", newline="") as handle:
        index = list(csv.DictReader(handle))
    base = sqlite3.connect(f"file:{SOURCES['districts'].path()}?mode=ro", uri=True)
    query = "select coordinates from location_data where name=? and shape_id=?"
    playable = {code: polygons[code] for code in folder.countries if code in folder.spec.playable}
    country_of = _countries_by_prefix(index, playable)
    spelling, renamed = folder.names("governorate"), folder.names("district")
    districts = []
    for row in index:
        country = country_of.get(_prefix(row))
        stored = base.execute(query, (row["name"], row["shape_id"])).fetchone() if country else None
        if country is None or stored is None:
            continue
        polygon = shapely.make_valid(shapely.from_wkb(stored[0]))
        if not polygon.intersects(folder.sheet.frame):
            continue
        name = row["name"].strip()
        governorate = spelling.get(row["admin2"], row["admin2"])
        own, _, ours = renamed.get(f"{country}/{name}", governorate).partition("/")
        districts.append(District(country, own, ours or name, folder.sheet.to_plane(polygon)))
    base.close()
    return districts


def _prefix(row: Row) -> str:
    """What the ids of all shapes of a country begin with."""
    return row["shape_id"].split("B")[0]


def _countries_by_prefix(index: list[Row], polygons: dict[str, BaseGeometry]) -> dict[str, str]:
    """The country in which more than half of the shapes with a prefix have their middle."""
    middles = shapely.points([(float(row["lon"]), float(row["lat"])) for row in index])
    whole = Counter(_prefix(row) for row in index)
    country_of = {}
    for code, polygon in polygons.items():
        shapely.prepare(polygon)
        inside = np.flatnonzero(shapely.contains(polygon, middles))
        for prefix, count in Counter(_prefix(index[k]) for k in inside).items():
            if count > whole[prefix] / 2:
                country_of[prefix] = code
    return country_of


def communities(folder: Folder) -> Communities:
    """(country, governorate, district or blank) -> (community, confidence)."""
    return {
        (r["country"], r["governorate"], r["district"]): (r["community"], r["confidence"])
        for r in folder.rows("communities.csv")
    }


def check(folder: Folder, districts: list[District]) -> None:
    """Stop if a row of `communities.csv` names no district."""
    known = {district.key for district in districts}
    unknown = [key for key in communities(folder) if key[2] and key not in known]
    if unknown:
        raise SystemExit(f"communities.csv: unknown districts {unknown}")


def community(table: Communities, district: District) -> tuple[str, str]:
    """Community and confidence of a district: its own row, or that of its governorate."""
    return table.get(district.key) or table[(*district.key[:2], "")]


def of_hexes(
    table: Communities, districts: list[District], hexes: NDArray[Any], country: list[str]
) -> list[Local]:
    """Community, confidence and governorate of each hex, from the districts of its own country.

    The community with the largest summed share of the hex wins; its confidence is that of its
    largest district, `low` where the community has less than half of the hex's covered area. A hex
    that no district of its country meets (gaps along the frontier) takes the nearest district.
    """
    shares = area_shares(hexes, [d.polygon for d in districts])
    met = np.flatnonzero(shares.any(axis=0))
    shares, districts = shares[:, met], [districts[k] for k in met]
    missing = sorted({d.key for d in districts if not {d.key, (*d.key[:2], "")} & set(table)})
    if missing:
        raise SystemExit(f"communities.csv: no row for {missing}")
    told = [community(table, d) for d in districts]
    nations = np.array([d.country for d in districts])
    result = []
    for i, code in enumerate(country):
        mine = np.flatnonzero(nations == code)
        if len(mine) == 0:
            result.append(NOBODY)
            continue
        weight = shares[i, mine]
        if weight.sum() == 0.0:
            gaps = [districts[k].polygon.distance(hexes[i]) for k in mine]
            weight = np.zeros(len(mine))
            weight[int(np.argmin(gaps))] = 1.0
        result.append(_summary([districts[k] for k in mine], [told[k] for k in mine], weight))
    return result


def _summary(
    districts: list[District], told: list[tuple[str, str]], weight: NDArray[np.float64]
) -> Local:
    """The leading community and governorate by area."""
    by_people: dict[str, float] = {}
    by_governorate: dict[str, float] = {}
    for district, (people, _), area in zip(districts, told, weight, strict=True):
        by_people[people] = by_people.get(people, 0.0) + area
        name = district.governorate
        by_governorate[name] = by_governorate.get(name, 0.0) + area
    lead = max(by_people, key=lambda name: by_people[name])
    largest = max(
        (area, confidence)
        for (people, confidence), area in zip(told, weight, strict=True)
        if people == lead
    )
    confidence = largest[1] if by_people[lead] >= 0.5 * float(weight.sum()) else "low"
    return Local(lead, confidence, max(by_governorate, key=lambda name: by_governorate[name]))
