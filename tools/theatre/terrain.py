"""Terrain of hexes: a rule over relief, height, rivers, lakes and rainfall.

In this order:

1. `marsh_lake` if more than half of the hex is lake;
2. `mountain` if relief within 12.5 km of its middle is 700 m or more, or 450 m or more where the
   hex lies above 1,300 m on average;
3. `hills` if that relief is 300 m or more;
4. `farmland` if a river passes through it, or it lies on a watered plain (a row of
   `ground/plains.csv`: below so many metres and within so many km of a river), or rainfall is
   300 mm a year or more (rain-fed crops);
5. `steppe` if rainfall is 180 mm a year or more (grazing and barley);
6. `desert` otherwise.

Relief is taken over the same 12.5 km whatever the hex's size, so that grids agree. The height data
are means over about 7 km, so relief is a third to a half of what a survey gives. Rainfall is
interpolated between the stations of `ground/rainfall.csv` (inverse distance to the power of 3, 8
nearest) and stands for aridity, which no packaged data set gives. A folder without that table is
of a country that lives by rain: nothing in it is steppe or desert.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from sim.theatre.hexes import HexLayout
from tools.theatre.tables import Folder

RELIEF_RADIUS_KM = 12.5
MOUNTAIN_M, HIGH_MOUNTAIN_M, HIGH_M, HILLS_M = 700.0, 450.0, 1300.0, 300.0
RAINFED_MM, STEPPE_MM = 300.0, 180.0
STATIONS, POWER = 8, 3.0


@dataclass(frozen=True, eq=False)
class Ground:
    """What the rule looks at; one entry a hex."""

    height: NDArray[np.float64]
    relief: NDArray[np.float64]  # over RELIEF_RADIUS_KM
    rain: NDArray[np.float64]
    lake: NDArray[np.float64]  # share of area
    river: list[str]
    plain: NDArray[np.bool_]


def rainfall(folder: Folder, layout: HexLayout) -> NDArray[np.float64]:
    """(hexes,) millimetres a year, from stations."""
    rows = folder.optional("ground/rainfall.csv")
    if not rows:
        return np.full(layout.size, RAINFED_MM)
    at = np.array([layout.plane.project(float(r["lon"]), float(r["lat"])) for r in rows])
    mm = np.array([float(r["mm_per_year"]) for r in rows])
    gap = np.hypot(*(layout.centres[:, None, :] - at[None, :, :]).transpose(2, 0, 1))
    near = np.argsort(gap, axis=1)[:, :STATIONS]
    weight = 1.0 / np.maximum(np.take_along_axis(gap, near, axis=1), 1.0) ** POWER
    result: NDArray[np.float64] = (weight * mm[near]).sum(axis=1) / weight.sum(axis=1)
    return result


def on_plain(
    folder: Folder,
    layout: HexLayout,
    height: NDArray[np.float64],
    rivers: dict[str, BaseGeometry],
) -> NDArray[np.bool_]:
    """(hexes,) whether the middle lies on the low plain along a river."""
    points: NDArray[Any] = shapely.points(layout.centres)
    plain = np.zeros(layout.size, dtype=bool)
    for row in folder.optional("ground/plains.csv"):
        near = shapely.distance(points, rivers[row["river"]]) < float(row["within_km"])
        plain |= near & (height < float(row["below_m"]))
    return plain


def classify(ground: Ground) -> list[str]:
    """The rule in this module's docstring, hex by hex."""
    return [_one(ground, i) for i in range(len(ground.river))]


def _one(ground: Ground, i: int) -> str:
    height, relief, rain = ground.height[i], ground.relief[i], ground.rain[i]
    if ground.lake[i] > 0.5:
        return "marsh_lake"
    if relief >= MOUNTAIN_M or (height >= HIGH_M and relief >= HIGH_MOUNTAIN_M):
        return "mountain"
    if relief >= HILLS_M:
        return "hills"
    if ground.river[i] != "none" or ground.plain[i] or rain >= RAINFED_MM:
        return "farmland"
    return "steppe" if rain >= STEPPE_MM else "desert"
