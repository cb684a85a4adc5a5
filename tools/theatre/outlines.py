"""Simplified lines for maps: borders, rivers and lakes, as `ground/outlines.csv`."""

from __future__ import annotations

from collections.abc import Iterator

import shapely
from shapely.geometry.base import BaseGeometry

from tools.theatre.tables import Folder

TOLERANCE_KM = {"border": 0.2, "river": 0.6, "lake": 0.4}
COLUMNS = ("kind", "name", "part", "lon", "lat")
MIN_KM = 12.0  # shorter pieces are left out


def _parts(shape: BaseGeometry) -> list[BaseGeometry]:
    """The lines of a shape; a polygon gives its outer ring."""
    lines = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            lines.append(part.exterior)
        elif part.geom_type in ("LineString", "LinearRing"):
            lines.append(part)
        elif part.geom_type != "Point":
            lines.extend(_parts(part))
    return lines


def _rows(
    folder: Folder, kind: str, name: str, projected: BaseGeometry
) -> Iterator[dict[str, object]]:
    simple = projected.simplify(TOLERANCE_KM[kind])
    cut = shapely.intersection(folder.sheet.to_degrees(simple), shapely.box(*folder.near))
    if kind != "lake" and not cut.is_empty:
        cut = shapely.line_merge(shapely.multilinestrings(_parts(cut)))
    part = 0
    for line in _parts(cut):
        if line.length * 100.0 < MIN_KM:
            continue
        for lon, lat in shapely.get_coordinates(line):
            yield {
                "kind": kind,
                "name": name,
                "part": part,
                "lon": f"{lon:.3f}",
                "lat": f"{lat:.3f}",
            }
        part += 1


def write_all(
    folder: Folder,
    borders: dict[str, BaseGeometry],
    rivers: dict[str, BaseGeometry],
    lakes: dict[str, BaseGeometry],
) -> int:
    """Write the file from shapes in projected kilometres; the number of points."""
    shapes = [("border", borders), ("river", rivers), ("lake", lakes)]
    rows = (
        row
        for kind, named in shapes
        for name, shape in named.items()
        for row in _rows(folder, kind, name, shape)
    )
    return folder.write("outlines.csv", COLUMNS, rows)
