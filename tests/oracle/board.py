"""The map as plain objects, read off a `Setup`."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.model.setup import Setup


@dataclass(frozen=True, slots=True)
class Unit:
    """A hex or a place in one; fields as in `sim.model.state.UNIT`."""

    index: int
    key: int
    population: int
    depth_km: float  # to fight through
    rough: float  # factor on the speed of advance
    hex_of: int
    crossing: int  # of the Iraq-Syria border; -1 elsewhere
    unpaved: int  # 0 no, 1 yes, 2 + s: up to surface s
    country: int
    playable: bool
    is_place: bool
    town: bool
    city: bool
    beside: tuple[tuple[int, int], ...]  # units next to it, and km of good road to them


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of road between two units, and the hexes it passes."""

    ends: tuple[int, int]
    road: int
    km: int
    surface: int  # that decides whether it is paved; -1: its class does
    hexes: tuple[int, ...]
    places: tuple[int, ...]  # on it, its ends included


@dataclass(frozen=True)
class Board:
    """All units (hexes first, then places) and legs of road."""

    units: list[Unit]
    legs: list[Leg]
    hexes: int

    @property
    def places(self) -> list[Unit]:
        """The units that are no hexes."""
        return self.units[self.hexes :]


def read_board(setup: Setup) -> Board:
    """The map of a scenario."""
    geo = setup.geo
    names = [name for name in Unit.__dataclass_fields__ if name not in ("index", "beside")]
    columns = [geo.unit[name].tolist() for name in names]
    roads = list(zip(geo.edge.to.tolist(), geo.edge.cost.tolist(), strict=True))
    beside = [tuple(roads[a:b]) for a, b in pairwise(geo.edge_start.tolist())]
    units = [
        Unit(index=i, beside=beside[i], **dict(zip(names, row, strict=True)))
        for i, row in enumerate(zip(*columns, strict=True))
    ]
    passed = geo.leg_hexes.tolist()
    through = [tuple(passed[a:b]) for a, b in pairwise(geo.leg_start.tolist())]
    ends = zip(geo.leg.a.tolist(), geo.leg.b.tolist(), strict=True)
    towns = geo.leg_places.tolist()
    stops = [tuple(towns[a:b]) for a, b in pairwise(geo.leg_stop.tolist())]
    columns = [geo.leg[name].tolist() for name in ("road", "km", "surface")]
    legs = zip(ends, *columns, through, stops, strict=True)
    return Board(units, [Leg(*leg) for leg in legs], geo.hexes)


def plain(row: Any) -> SimpleNamespace:
    """A record, or an array of them, with Python numbers (in lists)."""
    return SimpleNamespace(**{name: row[name].tolist() for name in row.dtype.names})
