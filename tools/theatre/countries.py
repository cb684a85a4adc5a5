"""Country polygons: Natural Earth 1:10m, as a shapefile in a zip in a wheel."""

from __future__ import annotations

import io
import zipfile
from itertools import combinations

import shapefile
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from tools.theatre.packages import SOURCES
from tools.theatre.plane import WINDOW, to_plane

KNOWN = ("IQ", "SY", "JO", "TR", "IR", "SA", "LB", "KW", "IL")
WEST_BANK = "PS"  # counted with IL: neutral ground alike, and outside the box


def load() -> dict[str, BaseGeometry]:
    """Polygons of the known countries in degrees, by two-letter code."""
    stem = SOURCES["countries"].file.removesuffix(".zip")
    found: dict[str, list[BaseGeometry]] = {}
    window = shapely.box(*WINDOW)
    with zipfile.ZipFile(SOURCES["countries"].path()) as archive:
        parts = {e: io.BytesIO(archive.read(f"{stem}.{e}")) for e in ("shp", "shx", "dbf")}
    with shapefile.Reader(**parts, encoding="utf-8") as reader:
        for i in range(len(reader)):
            polygon = shape(reader.shape(i).__geo_interface__)
            if not polygon.intersects(window):
                continue
            record = reader.record(i).as_dict()
            code = str(record.get("ISO_A2_EH") or record["ISO_A2"])
            code = "IL" if code == WEST_BANK else code
            if code in KNOWN:
                found.setdefault(code, []).append(shapely.make_valid(polygon))
    return {code: shapely.union_all(found[code]) for code in KNOWN if code in found}


def in_plane(polygons: dict[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """The same polygons in projected kilometres."""
    return {code: to_plane(polygon) for code, polygon in polygons.items()}


def borders(polygons: dict[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Shared borders in degrees, by pair of codes such as `IQ-SY`."""
    lines: dict[str, BaseGeometry] = {}
    for a, b in combinations(polygons, 2):
        line = shapely.intersection(shapely.boundary(polygons[a]), shapely.boundary(polygons[b]))
        parts = [part for part in shapely.get_parts(line) if part.length > 0]
        if parts:
            lines[f"{a}-{b}"] = shapely.line_merge(shapely.MultiLineString(parts))
    return lines
