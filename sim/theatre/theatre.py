"""The static geography of a run: hexes, places, roads, and the graph of units they form.

A **unit** is anything that can be held: first the hexes (index = row * cols + col), then the
places, each a unit of its own inside its hex. The countryside of a hex and a town in it change
hands apart, so a besieged garrison, or two towns with different holders in one hex, are not lost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.theatre.hexes import HexLayout
from sim.theatre.spec import TheatreSpec

TERRAINS = ("desert", "steppe", "farmland", "marsh_lake", "hills", "mountain")
ROADS = ("none", "track", "paved", "motorway")
KINDS = ("hex", "city", "town", "base", "border", "junction")

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Theatre:
    """Geography as arrays; H hexes, P places, U = H + P units, E directed edges, L road legs.

    Codes index the tuples of this module, those of country, river and community the tuples of the
    spec. Kilometres are ground distance; costs are kilometres
    of good road that take as long (`edge_cost` is what movement, supply and routes add up).
    """

    spec: TheatreSpec
    layout: HexLayout
    ids: tuple[str, ...]  # U; "h<row>_<col>" or the place's id
    names: tuple[str, ...]  # U; for people
    keys: NDArray[np.uint64]  # U; stable 32-bit random keys, from the id alone
    x: Floats  # U; projected km
    y: Floats  # U
    country: Ints  # U
    playable: NDArray[np.bool_]  # U
    kind: Ints  # U
    terrain: Ints  # U
    river: Ints  # U
    road: Ints  # U; best class of road through it
    population: Ints  # U; a hex's excludes its places'
    community: Ints  # U
    hex_of: Ints  # U; a hex's own index, a place's hex
    area_km2: Floats  # U; 0 for places
    hex_neighbours: Ints  # (H, 6), -1 beyond the edge
    edge_start: Ints  # (U + 1,) CSR rows over units: six neighbours, and hex <-> its places
    edge_to: Ints  # (E,)
    edge_cost: Ints  # (E,) km of good road
    leg_from: Ints  # L; unit of the leg's end: a place, or the hex of a junction
    leg_to: Ints  # L
    leg_class: Ints  # L
    leg_km: Ints  # L
    leg_start: Ints  # (L + 1,) CSR rows over the hexes that the leg passes
    leg_hexes: Ints
    leg_stop: Ints  # (L + 1,) CSR rows over the places (units) on the leg, its ends included
    leg_places: Ints
    leg_surface: Ints  # L; index in `surfaces`, -1 where the class of the leg is not in doubt
    surfaces: tuple[str, ...]  # stretches of road that may be paved or not

    def country_code(self, name: str) -> int:
        """The code of a country, by the name that the tables use."""
        return self.spec.country_codes.index(name)

    @property
    def hexes(self) -> int:
        """Number of hexes."""
        return self.layout.size

    @property
    def units(self) -> int:
        """Number of units: hexes and places."""
        return len(self.ids)
