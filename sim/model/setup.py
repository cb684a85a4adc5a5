"""What the worlds of a scenario share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.model.build.dated_changes import Turn
from sim.model.build.start import Start
from sim.model.objectives import Objective
from sim.model.state import Floats, Geography, Ints, Rules
from sim.theatre.theatre import Theatre


@dataclass(frozen=True, eq=False)
class Setup:
    """Everything about a scenario that its worlds share."""

    factions: tuple[str, ...]
    theatre: Theatre
    geo: Geography
    rules: Rules
    start: Start
    objectives: tuple[Objective, ...]  # in the order of their names
    weights: dict[str, dict[str, float]]  # by faction and objective
    days: int  # from origin to horizon
    beyond: int  # days past the horizon in which a first date is still looked for
    tick_days: float
    record_days: tuple[int, ...]  # first 0, last the horizon
    hex_scale: float  # 25 km over the size of a hex
    crossings: tuple[str, ...]  # ids of the border crossings
    routes: tuple[str, ...]  # the route that each belongs to
    axes: dict[str, Ints]  # units of the places along each route
    watchers: Ints  # factions that can be alarmed
    airs: tuple[str, ...]  # air powers
    turns: tuple[Turn, ...]  # dated changes after the origin, in order
    tables: tuple[Rules, ...]  # the rules of the origin, and of each turn

    @property
    def fixed(self) -> tuple[Geography, Rules]:
        """What every kernel is handed after the state."""
        return self.geo, self.rules

    @property
    def unit_ids(self) -> tuple[str, ...]:
        """Identifiers of hexes and places."""
        return self.theatre.ids

    @property
    def unit_names(self) -> tuple[str, ...]:
        """Names for people."""
        return self.theatre.names

    @property
    def hexes(self) -> int:
        """Number of hexes."""
        return self.theatre.hexes

    @cached_property
    def degrees(self) -> Floats:
        """(U, 2) longitude and latitude."""
        return np.array(
            [
                self.theatre.spec.plane.unproject(float(x), float(y))
                for x, y in zip(self.theatre.x, self.theatre.y, strict=True)
            ]
        )

    @property
    def lon(self) -> Floats:
        """(U,) degrees east."""
        return self.degrees[:, 0]

    @property
    def lat(self) -> Floats:
        """(U,) degrees north."""
        return self.degrees[:, 1]

    @property
    def curves(self) -> tuple[str, ...]:
        """Names of the alarm curves: the factions that can be alarmed."""
        return tuple(self.factions[f] for f in self.watchers)
