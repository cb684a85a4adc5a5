"""The theatre as Mesa's own grid, for Mesa's tools and for reading a run cell by cell.

Mesa is imported only here, when asked for: it takes seconds and the rest of the wing needs none
of it. A cell's coordinate is (col, row) and layers are indexed the same way; Mesa's
`cell.position` disagrees with its own neighbours, so positions are to be taken from the theatre.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from sim.theatre.theatre import Ints, Theatre

if TYPE_CHECKING:
    from mesa.discrete_space import HexGrid  # type: ignore[import-untyped,unused-ignore]

LAYERS = ("country", "terrain", "river", "road", "population", "community", "playable")


def mesa_grid(theatre: Theatre) -> HexGrid:
    """A Mesa hex grid of the theatre's hexes, with an int layer for each name of `LAYERS`."""
    from mesa.discrete_space import HexGrid, PropertyLayer

    shape = (int(theatre.layout.cols), int(theatre.layout.rows))
    # A generator of its own, never drawn from: the run's luck is the model's affair.
    grid = HexGrid(shape, torus=False, random=random.Random(0))
    for name in LAYERS:
        values: Ints = getattr(theatre, name)[: theatre.hexes].astype("int32")
        layer = PropertyLayer(name, shape, default_value=0, dtype=int)
        layer.data[:] = values.reshape(shape[1], shape[0]).T
        grid.add_property_layer(layer)
    return grid
