"""Elevation of hexes from GMTED2010 at 4 arc-minutes (about 7 km), as a 16-bit picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sim.theatre.hexes import HexLayout, Projection
from tools.theatre.packages import SOURCES

NORTH, SOUTH = 84.0, -90.0  # degrees at the picture's top and bottom
OFFSET_M = 1000.0  # stored value minus metres
LATTICE_KM = 2.5


@dataclass(frozen=True, eq=False)
class Heights:
    """Metres above the sea on a grid of degrees, row 0 in the north."""

    metres: NDArray[np.float64]
    plane: Projection

    def at(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Heights at points in projected kilometres, bilinear between cells."""
        lon, lat = np.vectorize(self.plane.unproject, otypes=[float, float])(x, y)
        rows, cols = self.metres.shape
        r = (NORTH - lat) / (NORTH - SOUTH) * rows - 0.5
        c = (lon + 180.0) / 360.0 * cols - 0.5
        r0, c0 = np.floor(r).astype(int), np.floor(c).astype(int)
        fr, fc = r - r0, c - c0
        m = self.metres
        top = m[r0, c0] * (1 - fc) + m[r0, c0 + 1] * fc
        low = m[r0 + 1, c0] * (1 - fc) + m[r0 + 1, c0 + 1] * fc
        result: NDArray[np.float64] = top * (1 - fr) + low * fr
        return result


def load(plane: Projection) -> Heights:
    """The elevation picture as metres."""
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(SOURCES["elevation"].path()) as picture:
        return Heights(np.asarray(picture).astype(np.float64) - OFFSET_M, plane)


def _disc(radius: float) -> NDArray[np.float64]:
    """(n, 2) lattice points within a radius, kilometres."""
    line = np.arange(-radius, radius + 1e-9, LATTICE_KM)
    grid = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    result: NDArray[np.float64] = grid[np.hypot(grid[:, 0], grid[:, 1]) <= radius + 1e-9]
    return result


def of_hexes(
    heights: Heights, layout: HexLayout, radius: float | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean height and relief (highest minus lowest) of each hex, metres.

    Sampled in a disc of the hex's own area, or of `radius` kilometres where that is given.
    """
    own = layout.hex_km * (3.0**0.5 / 2.0 / np.pi) ** 0.5
    points = layout.centres[:, None, :] + _disc(own if radius is None else radius)[None, :, :]
    sample = heights.at(points[..., 0].ravel(), points[..., 1].ravel()).reshape(points.shape[:2])
    return sample.mean(axis=1), sample.max(axis=1) - sample.min(axis=1)
