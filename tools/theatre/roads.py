"""Road class of hexes, from the legs of `roads.csv`."""

from __future__ import annotations

from sim.theatre.hexes import HexLayout
from tools.theatre.tables import Folder

CLASSES = ("none", "track", "paved", "motorway")  # worst to best


def of_hexes(folder: Folder, layout: HexLayout) -> list[str]:
    """Best class of the legs whose straight line passes each hex."""
    known, project = folder.nodes(), layout.plane.project
    best = [0] * layout.size
    for row in folder.rows("roads.csv"):
        if row["note"].startswith("via "):
            continue  # the same road as the shorter legs through the places named
        a, b = known[row["from"]], known[row["to"]]
        rank = CLASSES.index(row["class"])
        for i in layout.line(project(a.lon, a.lat), project(b.lon, b.lat)):
            best[i] = max(best[i], rank)
    return [CLASSES[rank] for rank in best]
