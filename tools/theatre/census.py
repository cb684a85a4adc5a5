"""People of hexes from counts of districts, where a folder has them (`ground/people.csv`)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.theatre import place_people
from tools.theatre.districts import District
from tools.theatre.plane import area_shares
from tools.theatre.tables import Folder

TABLE = "ground/people.csv"


def outside_places(folder: Folder, hexes: NDArray[Any], districts: list[District]) -> list[int]:
    """People per hex outside the places: those of each district, evenly over its area.

    A district of several polygons counts once. Those of its places are at the places.
    """
    left = {_key(row): float(row["population"]) for row in folder.rows(TABLE)}
    counted = {row["place"]: float(row["population"]) for row in folder.rows("populations.csv")}
    for row in folder.rows("places.csv"):
        key = place_people.home(folder, row, districts).key
        if key in left:
            left[key] = max(left[key] - counted[row["place"]], 0.0)
    whole: dict[tuple[str, str, str], float] = defaultdict(float)
    for district in districts:
        whole[district.key] += district.polygon.area
    covered = area_shares(hexes, [d.polygon for d in districts])
    people = np.zeros(len(hexes))
    missing = [d.key for k, d in enumerate(districts) if covered[:, k].any() and d.key not in left]
    if missing:
        raise SystemExit(f"{TABLE}: no row for {sorted(set(missing))}")
    for k, district in enumerate(districts):
        if covered[:, k].any():
            people += left[district.key] * covered[:, k] * hexes[0].area / whole[district.key]
    return [round(float(count)) for count in people]


def _key(row: dict[str, str]) -> tuple[str, str, str]:
    return row["country"], row["governorate"], row["district"]
