"""Rivers: on which bank of one a point lies."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.errors import bad_value
from sim.theatre.csv_table import read_table
from sim.theatre.gazetteer import GROUND
from sim.theatre.hexes import Projection
from sim.theatre.theatre import Theatre

Floats = NDArray[np.float64]
LEFT, RIGHT = 1, -1  # bank as seen by a boat that goes along the line from its first point


@lru_cache(4)  # sweeps prepare many scenarios on one map
def bank(theatre: Theatre, river: str, seeds: Path) -> NDArray[np.int8]:
    """(U,) bank of a named river on which each unit lies, by its middle: LEFT or RIGHT.

    The river is the longest of its parts in `ground/outlines.csv`, which runs downstream; beyond
    its ends a unit is on the side of the nearest stretch.

    Raises:
        LandbridgeError: no such river.
    """
    line = _longest(river, seeds, theatre.spec.plane)
    return bank_of(line, np.column_stack([theatre.x, theatre.y]))


def bank_of(line: Floats, points: Floats) -> NDArray[np.int8]:
    """(P,) side of a line (n, 2) on which each of (P, 2) points lies: LEFT or RIGHT."""
    a, b = line[:-1], line[1:]
    along = b - a
    to = points[:, None] - a
    square = np.maximum((along**2).sum(axis=1), 1e-12)
    share = np.clip((to * along).sum(axis=2) / square, 0.0, 1.0)
    gap = ((to - share[:, :, None] * along) ** 2).sum(axis=2)
    nearest = gap.argmin(axis=1)
    d, t = along[nearest], to[np.arange(len(points)), nearest]
    return np.where(d[:, 0] * t[:, 1] - d[:, 1] * t[:, 0] >= 0.0, LEFT, RIGHT).astype(np.int8)


def _longest(river: str, seeds: Path, plane: Projection) -> Floats:
    """(n, 2) the longest part of a river, projected km."""
    rows = read_table(seeds / GROUND / "outlines.csv", ("kind", "name", "part", "lon", "lat"))
    rivers = [row for row in rows if row.text("kind") == "river"]
    parts = [
        np.array([plane.project(float(r.cells["lon"]), float(r.cells["lat"])) for r in part])
        for (name, _), part in groupby(rivers, lambda r: (r.text("name"), r.text("part")))
        if name == river
    ]
    if not parts:
        names = sorted({row.text("name") for row in rivers} - {""})
        raise bad_value("rules.line.river", river, "no such river", names)
    return max(parts, key=lambda part: float(np.hypot(*np.diff(part, axis=0).T).sum()))
