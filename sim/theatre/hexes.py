"""Geometry of the hex grid: projection, layout, neighbours, lines.

Hexes are pointy-top, `hex_km` across (flat to flat), in rows of constant y, with **even rows
shifted right by half a hex**. That is the adjacency `mesa.discrete_space.HexGrid` builds (its own
`cell.position` shifts the odd rows instead and so disagrees with its own neighbours; positions are
therefore ours). The plane is the Lambert azimuthal equal-area projection (Snyder 1987, USGS PP
1395, eq. 24-2 to 24-4) about the middle of the theatre, so that every hex has the same area.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.errors import LandbridgeError

EARTH_KM = 6371.0
MOST_HEXES = 50_000
Box = tuple[float, float, float, float]  # west, south, east, north, degrees

# (dcol, drow) of the six neighbours; the shifted (even) rows reach right, the odd rows left.
_EVEN_ROW = ((0, -1), (1, -1), (-1, 0), (1, 0), (0, 1), (1, 1))
_ODD_ROW = ((-1, -1), (0, -1), (-1, 0), (1, 0), (-1, 1), (0, 1))


@dataclass(frozen=True)
class Projection:
    """The plane of a theatre: kilometres east and north of its middle, (lon, lat) in degrees."""

    lon: float
    lat: float

    def project(self, lon: float, lat: float) -> tuple[float, float]:
        """Projected kilometres of a position in degrees."""
        phi, phi0 = math.radians(lat), math.radians(self.lat)
        dlam = math.radians(lon - self.lon)
        cos_c = math.sin(phi0) * math.sin(phi) + math.cos(phi0) * math.cos(phi) * math.cos(dlam)
        k = EARTH_KM * math.sqrt(2.0 / (1.0 + cos_c))
        north = math.cos(phi0) * math.sin(phi) - math.sin(phi0) * math.cos(phi) * math.cos(dlam)
        return k * math.cos(phi) * math.sin(dlam), k * north

    def unproject(self, x: float, y: float) -> tuple[float, float]:
        """Longitude and latitude in degrees of a point in projected kilometres."""
        rho = math.hypot(x, y)
        if rho == 0.0:
            return self.lon, self.lat
        c, phi0 = 2.0 * math.asin(rho / (2.0 * EARTH_KM)), math.radians(self.lat)
        lat = math.asin(math.cos(c) * math.sin(phi0) + y * math.sin(c) * math.cos(phi0) / rho)
        lon = math.atan2(
            x * math.sin(c), rho * math.cos(phi0) * math.cos(c) - y * math.sin(phi0) * math.sin(c)
        )
        return self.lon + math.degrees(lon), math.degrees(lat)


@dataclass(frozen=True)
class HexLayout:
    """A rectangle of `cols` x `rows` hexes; index = row * cols + col, row 0 in the south.

    `x0`, `y0` are the projected kilometres of the centre of column 0 in an odd row and of row 0.
    """

    hex_km: float
    cols: int
    rows: int
    x0: float
    y0: float
    plane: Projection

    @classmethod
    def covering(cls, hex_km: float, box: Box, plane: Projection) -> HexLayout:
        """The layout that covers `box` with hexes `hex_km` kilometres across.

        Raises LandbridgeError for more than `MOST_HEXES`.
        """
        west, south, east, north = box
        edge = [
            plane.project(lon, lat) for lon in (west, plane.lon, east) for lat in (south, north)
        ]
        xs, ys = [p[0] for p in edge], [p[1] for p in edge]
        pitch = hex_km * math.sqrt(3.0) / 2.0
        cols = math.ceil((max(xs) - min(xs)) / hex_km + 0.5)
        rows = math.ceil((max(ys) - min(ys)) / pitch)
        if cols * rows > MOST_HEXES:
            raise LandbridgeError(
                f"theatre.hex_km={hex_km:g}: {cols * rows} hexes cover the box of theatre.yaml, "
                f"and there may be {MOST_HEXES}"
            )
        x0 = (max(xs) + min(xs)) / 2.0 - hex_km * (cols - 0.5) / 2.0
        y0 = (max(ys) + min(ys)) / 2.0 - pitch * (rows - 1) / 2.0
        return cls(hex_km, cols, rows, x0, y0, plane)

    @property
    def size(self) -> int:
        """Number of hexes."""
        return self.cols * self.rows

    def centre(self, col: int, row: int) -> tuple[float, float]:
        """Projected kilometres of a hex's centre."""
        shift = 0.5 if row % 2 == 0 else 0.0
        pitch = self.hex_km * math.sqrt(3.0) / 2.0
        return self.x0 + self.hex_km * (col + shift), self.y0 + pitch * row

    @cached_property
    def centres(self) -> NDArray[np.float64]:
        """(hexes, 2) projected kilometres of every centre."""
        return np.array([self.centre(i % self.cols, i // self.cols) for i in range(self.size)])

    def corners(self, index: int) -> list[tuple[float, float]]:
        """The six corners of a hex in projected kilometres."""
        x, y = self.centre(index % self.cols, index // self.cols)
        radius = self.hex_km / math.sqrt(3.0)
        turns = [math.radians(60.0 * k + 30.0) for k in range(6)]
        return [(x + radius * math.cos(t), y + radius * math.sin(t)) for t in turns]

    def index_at(self, x: float, y: float) -> int:
        """The hex that holds a point in projected kilometres, -1 outside the rectangle."""
        pitch = self.hex_km * math.sqrt(3.0) / 2.0
        best, best_d2 = -1, math.inf
        guess = round((y - self.y0) / pitch)
        for row in (guess - 1, guess, guess + 1):
            shift = 0.5 if row % 2 == 0 else 0.0
            col = round((x - self.x0) / self.hex_km - shift)
            cx, cy = self.centre(col, row)
            d2 = (cx - x) ** 2 + (cy - y) ** 2
            if d2 < best_d2:
                inside = 0 <= col < self.cols and 0 <= row < self.rows
                best, best_d2 = (row * self.cols + col if inside else -1), d2
        return best

    @cached_property
    def neighbours(self) -> NDArray[np.int32]:
        """(hexes, 6) index of each neighbour, -1 beyond the edge."""
        table = np.full((self.size, 6), -1, dtype=np.int32)
        for i in range(self.size):
            col, row = i % self.cols, i // self.cols
            for k, (dc, dr) in enumerate(_EVEN_ROW if row % 2 == 0 else _ODD_ROW):
                c, r = col + dc, row + dr
                if 0 <= c < self.cols and 0 <= r < self.rows:
                    table[i, k] = r * self.cols + c
        return table

    def line(self, a: tuple[float, float], b: tuple[float, float]) -> list[int]:
        """Hexes that a straight line from `a` to `b` (projected km) passes, in order."""
        steps = max(1, math.ceil(math.dist(a, b) / (self.hex_km / 20.0)))
        passed: list[int] = []
        for k in range(steps + 1):
            t = k / steps
            i = self.index_at(a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]))
            if i >= 0 and (not passed or passed[-1] != i):
                passed.append(i)
        return passed

    def share_within(self, x: float, y: float, radius_km: float) -> NDArray[np.float64]:
        """(hexes,) share of each hex's area within `radius_km` of a point, by 91-point sampling.

        Responses that use the share are smooth in the radius and do not jump with the grid.
        """
        offsets = _interior_points(self.hex_km)
        points = self.centres[:, None, :] + offsets[None, :, :]
        d2 = (points[..., 0] - x) ** 2 + (points[..., 1] - y) ** 2
        inside: NDArray[np.float64] = (d2 <= radius_km**2).mean(axis=1)
        return inside


def _interior_points(hex_km: float, rings: int = 5) -> NDArray[np.float64]:
    """Even points inside a hex: `rings` rings about its middle, on a lattice of equal cells."""
    cells = 3 * rings * (rings + 1) + 1
    step = hex_km / math.sqrt(cells)
    return np.array(
        [
            (step * math.sqrt(3.0) / 2.0 * q, step * (r + q / 2.0))
            for q in range(-rings, rings + 1)
            for r in range(max(-rings, -q - rings), min(rings, rings - q) + 1)
        ]
    )
