"""What a kilometre costs to cross, in kilometres of good road that take as long.

Movement, supply and routes add up these costs. The factors are judgements, rounded, and relative
to a column on a paved road in working order; what matters is their order and rough size:

- off the road a mechanised or pick-up column makes about half the speed on steppe and harvested
  fields and less on sand and wadis (the tempo table: 40-100 km a week where a desert is empty,
  as fast as a road only where there is a track);
- hills and mountains funnel it into few tracks; marsh and lakes have to be gone round;
- great rivers are crossed only at bridges (`crossing_km` of the theatre: what a ferry costs).
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from sim.theatre.hexes import HexLayout
from sim.theatre.theatre import ROADS, TERRAINS, Floats, Ints

TERRAIN_FACTOR = {
    "desert": 2.5,
    "steppe": 2.0,
    "farmland": 2.0,
    "marsh_lake": 8.0,
    "hills": 3.0,
    "mountain": 5.0,
}
ROAD_FACTOR = {"track": 1.5, "paved": 1.0, "motorway": 0.8}
# Inferred: half a hex of slack for where in it a place lies.
PLACE_SHARE = 0.25  # of the way to its hex's centre: a road past a town need not meet the centre


def hex_costs(
    layout: HexLayout,
    terrain: Ints,
    river: Ints,
    bank: Floats,
    legs: list[tuple[int, list[int]]],
) -> Ints:
    """(hexes, 6) cost of the step to each neighbour, at least 1; symmetric; -1 beyond the edge.

    `bank` (hexes,) is what half a crossing of a hex's river costs without a bridge, km of good
    road. `legs` are (road class, hexes in order). Only a step that a leg itself takes runs at the
    road's speed: two hexes with a road each need not be joined by one. Off the road, going in or
    out of a hex with a great river costs half a crossing, so that going over costs a whole one
    and going along the bank costs nothing.
    """
    neighbours = layout.neighbours
    factor = np.array([TERRAIN_FACTOR[name] for name in TERRAINS])
    ground: Floats = layout.hex_km * (factor[terrain][:, None] + factor[terrain][neighbours]) / 2.0
    wet = np.where(river[:, None] == river[neighbours], 0.0, bank[:, None] + bank[neighbours])
    road = _road_between(neighbours, legs)
    pace = np.array([np.inf] + [ROAD_FACTOR[name] for name in ROADS[1:]])[road]
    cost = np.minimum(ground + wet, layout.hex_km * pace)
    whole: Ints = np.maximum(np.rint(cost), 1.0).astype(np.int32)
    return np.where(neighbours >= 0, whole, np.int32(-1))


def _road_between(neighbours: Ints, legs: list[tuple[int, list[int]]]) -> NDArray[np.int64]:
    """(hexes, 6) best class of road that a leg takes over each side of a hex, 0 for none."""
    best = np.zeros(neighbours.shape, dtype=np.int64)
    for kind, path in legs:
        for a, b in itertools.pairwise(path):
            for here, there in ((a, b), (b, a)):
                side = np.flatnonzero(neighbours[here] == there)
                best[here, side] = np.maximum(best[here, side], kind)
    return best


def place_cost(km: float) -> int:
    """Cost between a place and the centre of its hex, `km` apart."""
    return max(1, round(PLACE_SHARE * km))
