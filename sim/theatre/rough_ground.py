"""A rough map of a theatre from its places alone, for one that no geodata is at hand for.

Every hex takes country and people of the place nearest to it; farther than `reach_km` from all
places it belongs to the first country that takes no part: the sea, or a neighbour.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from sim import disk
from sim.errors import LandbridgeError
from sim.theatre.csv_table import by_id, read_table
from sim.theatre.gazetteer import GROUND
from sim.theatre.hexes import HexLayout
from sim.theatre.spec import NO_COMMUNITY, NO_RIVER, theatre_spec

COLUMNS = (
    "col", "row", "country", "terrain", "river", "road", "population", "community",
    "nearest_place",
)  # fmt: skip


def write_rough_ground(folder: Path, hex_km: float, reach_km: float) -> Path:
    """Write `ground/hexes_KMkm.csv` of a theatre, and outlines if it has none.

    Args:
        folder: of the theatre, with theatre.yaml, places.csv and ground/place_communities.csv.
        hex_km: kilometres across a hex.
        reach_km: how far from a place its country goes.

    Returns:
        The file of hexes.

    Raises:
        LandbridgeError: a table that cannot be read, a place outside the box, or no neutral
            country for what lies beyond reach.
    """
    spec = theatre_spec(folder)
    neutral = [code for code, country in spec.countries.items() if not country.playable]
    layout = HexLayout.covering(hex_km, spec.box, spec.plane)
    rows = by_id(read_table(folder / "places.csv", ("place", "lat", "lon", "country")), "place")
    people = by_id(
        read_table(folder / GROUND / "place_communities.csv", ("place", "community")), "place"
    )
    points = []
    for row in rows.values():
        x, y = spec.plane.project(row.number("lon", -180.0), row.number("lat", -90.0))
        if layout.index_at(x, y) < 0:
            raise row.error("place", "outside the box of theatre.yaml")
        points.append((x, y))
    names = list(rows)
    gap = np.hypot(*(layout.centres[:, None] - np.array(points)).transpose(2, 0, 1))
    nearest, far = gap.argmin(axis=1), gap.min(axis=1) > reach_km
    if far.any() and not neutral:
        raise LandbridgeError(
            f"{folder.name}: {int(far.sum())} hexes are over {reach_km:g} km from every place, and "
            "no country in theatre.yaml takes no part"
        )
    table = io.StringIO()
    write = csv.writer(table, lineterminator="\n").writerow
    write(COLUMNS)
    for i in range(layout.size):
        name = names[nearest[i]]
        own = people[name].text("community") if name in people else NO_COMMUNITY
        country, community = (
            (neutral[0], NO_COMMUNITY) if far[i] else (rows[name].text("country"), own)
        )
        write((i % layout.cols, i // layout.cols, country, "steppe", NO_RIVER, "none", 0,
               community, name))  # fmt: skip
    file = folder / GROUND / f"hexes_{hex_km:g}km.csv"
    disk.write(file, table.getvalue().encode())
    outlines = folder / GROUND / "outlines.csv"
    if not outlines.exists():
        disk.write(outlines, b"kind,name,part,lon,lat\n")
    return file
