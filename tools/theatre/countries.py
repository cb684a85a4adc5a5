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
from tools.theatre.tables import Folder


def load(folder: Folder) -> dict[str, BaseGeometry]:
    """Polygons of the theatre's countries in degrees, by two-letter code.

    Rows `country` of `ground/names.csv` count one of Natural Earth's countries with another.
    """
    stem = SOURCES["countries"].file.removesuffix(".zip")
    polygons: dict[str, list[BaseGeometry]] = {}
    counted_with, known = folder.names("country"), folder.countries
    with zipfile.ZipFile(SOURCES["countries"].path()) as archive:
        parts = {e: io.BytesIO(archive.read(f"{stem}.{e}")) for e in ("shp", "shx", "dbf")}
    with shapefile.Reader(**parts, encoding="utf-8") as reader:
        for i in range(len(reader)):
            polygon = shape(reader.shape(i).__geo_interface__)
            if not polygon.intersects(folder.sheet.frame):
                continue
            record = reader.record(i).as_dict()
            code = str(record.get("ISO_A2_EH") or record["ISO_A2"])
            code = counted_with.get(code, code)
            if code in known:
                polygons.setdefault(code, []).append(shapely.make_valid(polygon))
    return {code: shapely.union_all(polygons[code]) for code in known if code in polygons}


def borders(polygons: dict[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Shared borders in degrees, by pair of codes such as `IQ-SY`."""
    lines: dict[str, BaseGeometry] = {}
    for a, b in combinations(polygons, 2):
        line = shapely.intersection(shapely.boundary(polygons[a]), shapely.boundary(polygons[b]))
        parts = [part for part in shapely.get_parts(line) if part.length > 0]
        if parts:
            lines[f"{a}-{b}"] = shapely.line_merge(shapely.MultiLineString(parts))
    return lines
