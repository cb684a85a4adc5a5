"""Geometry in a theatre's own projection: polygons of hexes, shares of area, lengths of line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from sim.theatre.hexes import Box, HexLayout, Projection


@dataclass(frozen=True)
class Sheet:
    """A projection, and the window in degrees within which shapes are put into it."""

    projection: Projection
    window: Box

    @property
    def frame(self) -> BaseGeometry:
        """The window as a polygon in degrees."""
        return shapely.box(*self.window)

    def to_plane(self, shape: BaseGeometry, step: float = 0.1) -> BaseGeometry:
        """A shape in degrees, cut to the window and put into projected kilometres.

        Edges longer than `step` degrees are divided first, so that straight borders stay in place.
        """
        cut = shapely.intersection(shapely.make_valid(shape), self.frame)
        if cut.is_empty:
            return cut
        fine = shapely.segmentize(cut, step)
        project = np.vectorize(self.projection.project, otypes=[float, float])
        return shapely.make_valid(
            shapely.transform(fine, lambda xy: np.column_stack(project(xy[:, 0], xy[:, 1])))
        )

    def to_degrees(self, shape: BaseGeometry) -> BaseGeometry:
        """A shape in projected kilometres, back in degrees."""
        unproject = np.vectorize(self.projection.unproject, otypes=[float, float])
        return shapely.transform(shape, lambda xy: np.column_stack(unproject(xy[:, 0], xy[:, 1])))


def hex_polygons(layout: HexLayout) -> NDArray[Any]:
    """The polygon of every hex, in index order."""
    return np.array([shapely.Polygon(layout.corners(i)) for i in range(layout.size)], dtype=object)


def area_shares(hexes: NDArray[Any], shapes: Sequence[BaseGeometry]) -> NDArray[np.float64]:
    """(hexes, shapes) share of each hex's area that each shape covers."""
    shares = np.zeros((len(hexes), len(shapes)))
    tree = shapely.STRtree(hexes)
    for k, shape in enumerate(shapes):
        if shape.is_empty:
            continue
        shapely.prepare(shape)
        hit = tree.query(shape, predicate="intersects")
        shares[hit, k] = shapely.area(shapely.intersection(hexes[hit], shape))
    result: NDArray[np.float64] = shares / shapely.area(hexes)[:, None]
    return result


def line_km(hexes: NDArray[Any], line: BaseGeometry) -> NDArray[np.float64]:
    """(hexes,) kilometres of a line within each hex."""
    km = np.zeros(len(hexes))
    if not line.is_empty:
        hit = shapely.STRtree(hexes).query(line, predicate="intersects")
        km[hit] = shapely.length(shapely.intersection(hexes[hit], line))
    return km
