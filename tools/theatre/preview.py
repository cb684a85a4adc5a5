"""Draw a built grid, to look at before committing it.

python -m tools.theatre.preview seeds/NAME 25 preview.png [column ...]
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.patches import Patch

from sim.theatre.hexes import HexLayout
from tools.theatre.tables import Folder, Row

COLOURS = {
    "desert": "#f4e8c8",
    "steppe": "#dfe0a0",
    "farmland": "#9ccb7d",
    "marsh_lake": "#7fb6dd",
    "hills": "#c9a66b",
    "mountain": "#8a6b4f",
    "none": "#eeeeee",
    "mixed": "#b9b9b9",
}
ROAD = {"motorway": ("#b00000", 1.8), "paved": ("#222222", 0.9), "track": ("#aa6600", 0.7)}


def _fills(column: str, rows: list[Row]) -> tuple[list[Any], list[Patch]]:
    """Colour of each hex, and the legend."""
    values = [row[column] for row in rows]
    if column in ("elevation_m", "relief_m", "population"):
        number = np.array([float(v) for v in values])
        scale = np.log1p(number) if column == "population" else number
        return list(plt.get_cmap("terrain")(scale / max(scale.max(), 1.0))), []
    names = sorted(set(values))
    spare = plt.get_cmap("tab20")
    colour = {n: COLOURS.get(n, spare(k % 20)) for k, n in enumerate(names)}
    return [colour[v] for v in values], [Patch(color=colour[n], label=n) for n in names]


def _lines(folder: Folder, axes: Any) -> None:
    """Borders, rivers and lakes from the outlines file."""
    style = {"border": ("#000000", 1.0), "river": ("#1f5fd0", 0.8), "lake": ("#1f5fd0", 0.6)}
    rows = folder.rows("ground/outlines.csv")
    for (kind, _, _), part in groupby(rows, lambda r: (r["kind"], r["name"], r["part"])):
        xy = np.array([folder.spec.plane.project(float(r["lon"]), float(r["lat"])) for r in part])
        axes.plot(xy[:, 0], xy[:, 1], color=style[kind][0], lw=style[kind][1])


def _roads(folder: Folder, axes: Any) -> None:
    known, project = folder.nodes(), folder.spec.plane.project
    for row in folder.rows("roads.csv"):
        a, b = known[row["from"]], known[row["to"]]
        colour, width = ROAD[row["class"]]
        (xa, ya), (xb, yb) = project(a.lon, a.lat), project(b.lon, b.lat)
        dash = ":" if row["note"].startswith("via ") else "-"
        axes.plot([xa, xb], [ya, yb], color=colour, lw=width, ls=dash)


def draw(folder: Folder, km: float, target: Path, columns: Sequence[str]) -> None:
    """One panel a column, with outlines, legs and names."""
    layout = HexLayout.covering(km, folder.spec.box, folder.spec.plane)
    rows = folder.rows(f"ground/hexes_{km:g}km.csv")
    figure, panels = plt.subplots(len(columns), 1, figsize=(19, 15 * len(columns)), squeeze=False)
    for axes, column in zip(panels[:, 0], columns, strict=True):
        fill, legend = _fills(column, rows)
        shapes = [layout.corners(i) for i in range(layout.size)]
        axes.add_collection(PolyCollection(shapes, facecolors=fill, edgecolors="#ffffff", lw=0.3))
        _lines(folder, axes)
        _roads(folder, axes)
        for place in folder.places():
            x, y = layout.plane.project(place.lon, place.lat)
            axes.plot(x, y, "o", color="black", ms=2.5)
            axes.annotate(place.key, (x, y), fontsize=7, xytext=(2, 2), textcoords="offset points")
        axes.set_title(f"{column}, {km:g} km")
        axes.set_aspect("equal")
        axes.autoscale_view()
        if legend:
            axes.legend(handles=legend, loc="lower left", fontsize=8)
    figure.savefig(target, dpi=60, bbox_inches="tight")


if __name__ == "__main__":
    draw(
        Folder.at(Path(sys.argv[1])),
        float(sys.argv[2]),
        Path(sys.argv[3]),
        sys.argv[4:] or ["terrain"],
    )
