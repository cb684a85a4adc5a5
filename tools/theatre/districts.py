"""District polygons (geoBoundaries) and the community and governorate of each hex.

The package joined country and governorate names by nearest point, so that districts near a
boundary often carry the neighbour's names (al-Qaim -> Deir ez-Zor, Sabe Byar -> Mafraq). The
polygons are sound. Country comes from the prefix of the shape's id; `GOVERNORATE_FIX` puts right
the governorates that are wrong.
"""

from __future__ import annotations

import csv
import sqlite3
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from tools.theatre.packages import SOURCES
from tools.theatre.plane import WINDOW, area_shares, to_plane
from tools.theatre.tables import SEEDS, read

PREFIX = {"34846034": "IQ", "7960031": "SY", "86222999": "JO"}

# geoBoundaries and package spelling -> ours
SPELLING = {
    "Al Anbar": "Anbar",
    "Al Muthanna": "Muthanna",
    "Al-Qādisiyyah": "Qadisiyyah",
    "Babylon": "Babil",
    "Saladin": "Salah al-Din",
    "Al-Hasakah": "Hasakah",
    "Al-Raqqah": "Raqqa",
    "As-Suwayda": "Suwayda",
    "Ma'an": "Maan",
}

# (country, district as in the package) -> the governorate it is in
GOVERNORATE_FIX = {
    ("IQ", "Al-Kaim"): "Anbar",
    ("IQ", "Khanaqin"): "Diyala",
    ("IQ", "Badra"): "Wasit",
    ("IQ", "Al-Zibar"): "Erbil",
    ("IQ", "Pshdar"): "Sulaymaniyah",
    ("IQ", "Dokan"): "Sulaymaniyah",
    ("IQ", "Rania"): "Sulaymaniyah",
    ("IQ", "Kalar"): "Sulaymaniyah",
    ("IQ", "Al-Hawiga"): "Kirkuk",
    ("IQ", "Daquq"): "Kirkuk",
    ("IQ", "Al-Mahaweel"): "Babil",
    ("IQ", "Al-Salman"): "Muthanna",
    ("IQ", "Abu Al-Khaseeb"): "Basra",
    ("IQ", "Al-Faw"): "Basra",
    ("SY", "Dhameer"): "Rif Dimashq",
    ("SY", "Sabe Byar"): "Rif Dimashq",
    ("SY", "Hajar Aswad"): "Rif Dimashq",
    ("SY", "Gharyeh"): "Suwayda",
    ("SY", "Thibeen"): "Suwayda",
    ("SY", "Qarayya"): "Suwayda",
    ("SY", "Jeb Ej-Jarrah"): "Homs",
    ("SY", "Oj"): "Hama",
    ("SY", "Harbanifse"): "Hama",
    ("SY", "Ziyara"): "Hama",
    ("SY", "Shat-ha"): "Hama",
    ("SY", "Wadi El-oyoun"): "Hama",
    ("SY", "Anaza"): "Tartus",
    ("SY", "Rabee'a"): "Latakia",
    ("SY", "Daret Azza"): "Aleppo",
    ("SY", "Ar-Ra'ee"): "Aleppo",
    ("SY", "Bulbul"): "Aleppo",
    ("SY", "Ras Al Ain"): "Hasakah",
    ("SY", "Fiq"): "Quneitra",
    ("SY", "Al-Butayhah"): "Quneitra",
    ("JO", "Ar-Ruwayshid"): "Mafraq",
    ("JO", "Sahab"): "Amman",
    ("JO", "Birin"): "Zarqa",
    ("JO", "Dair Alla"): "Balqa",
    ("JO", "Kofranjah"): "Ajloun",
}


@dataclass(frozen=True, eq=False)
class District:
    """A district (Iraq, Jordan) or subdistrict (Syria) with its polygon in projected kilometres."""

    country: str
    governorate: str
    name: str
    polygon: BaseGeometry


@dataclass(frozen=True)
class Local:
    """What a hex is told about its people."""

    community: str
    confidence: str
    governorate: str


NOBODY = Local("none", "high", "")


def load() -> list[District]:
    """Every district that meets the window."""
    with SOURCES["districts_index"].path().open(encoding="utf-8", newline="") as handle:
        index = list(csv.DictReader(handle))
    base = sqlite3.connect(f"file:{SOURCES['districts'].path()}?mode=ro", uri=True)
    query = "select coordinates from location_data where name=? and shape_id=?"
    found = []
    for row in index:
        country = PREFIX.get(row["shape_id"].split("B")[0])
        stored = base.execute(query, (row["name"], row["shape_id"])).fetchone() if country else None
        if country is None or stored is None:
            continue
        polygon = shapely.make_valid(shapely.from_wkb(stored[0]))
        if not polygon.intersects(shapely.box(*WINDOW)):
            continue
        name = row["name"].strip()
        governorate = SPELLING.get(row["admin2"], row["admin2"])
        governorate = GOVERNORATE_FIX.get((country, name), governorate)
        found.append(District(country, governorate, name, to_plane(polygon)))
    base.close()
    return found


def communities() -> dict[tuple[str, str, str], tuple[str, str]]:
    """(country, governorate, district or blank) -> (community, confidence)."""
    return {
        (r["country"], r["governorate"], r["district"]): (r["community"], r["confidence"])
        for r in read(SEEDS / "communities.csv")
    }


def check(districts: list[District]) -> None:
    """Stop if a row of `communities.csv` names no district, or a district has no row at all."""
    table = communities()
    known = {(d.country, d.governorate, d.name) for d in districts}
    unknown = [key for key in table if key[2] and key not in known]
    missing = {key[:2] for key in known if (*key[:2], "") not in table}
    if unknown or missing:
        raise SystemExit(f"communities.csv: unknown districts {unknown}, no row for {missing}")


def _community(district: District) -> tuple[str, str]:
    table = communities()
    own = table.get((district.country, district.governorate, district.name))
    return own or table[(district.country, district.governorate, "")]


def of_hexes(districts: list[District], hexes: NDArray[Any], country: list[str]) -> list[Local]:
    """Community, confidence and governorate of each hex, from the districts of its own country.

    The community with the largest summed share of the hex wins; its confidence is that of its
    largest district, `low` where the community has less than half of the hex's covered area. A hex
    that no district of its country meets (gaps along the frontier) takes the nearest district.
    """
    shares = area_shares(hexes, [d.polygon for d in districts])
    told = [_community(d) for d in districts]
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
    for district, (community, _), area in zip(districts, told, weight, strict=True):
        by_people[community] = by_people.get(community, 0.0) + area
        name = district.governorate
        by_governorate[name] = by_governorate.get(name, 0.0) + area
    lead = max(by_people, key=lambda name: by_people[name])
    largest = max(
        (area, confidence)
        for (community, confidence), area in zip(told, weight, strict=True)
        if community == lead
    )
    confidence = largest[1] if by_people[lead] >= 0.5 * float(weight.sum()) else "low"
    return Local(lead, confidence, max(by_governorate, key=lambda name: by_governorate[name]))
