"""The corridor: is there one today, since when, and where does it cross the border."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.oracle.appraise import corridor_grounds
from tests.oracle.board import Board, Leg
from tests.oracle.paths import distances
from tests.oracle.terms import NEVER, PAVED

if TYPE_CHECKING:
    from tests.oracle.world import World

LENGTH_LIMIT = 6000  # km of the longest corridor


@dataclass(slots=True)
class Corridor:
    """By one definition."""

    is_open: bool = False
    opened: int = NEVER  # first day on which it was open
    open_days: int = 0
    streak: int = 0  # days in a row until today
    formed: int = NEVER  # first day of the first streak that counts
    crossing: int = -1  # where it crossed the border then
    worst: int = 0  # and its worst class of road
    through: int = -1  # the same two for the streak now running
    road: int = 0

    @property
    def has_formed(self) -> bool:
        """Whether a streak was long enough."""
        return self.formed != NEVER

    def count(self, day: int, hold_days: int, last: int) -> None:
        """One day more, open or not; streaks count that began by the last day."""
        if not self.is_open:
            self.streak = 0
            return
        self.streak += 1
        first = day - self.streak + 1
        if day <= last:
            self.open_days += 1
            self.opened = min(self.opened, day)
        if self.streak >= hold_days and not self.has_formed and first <= last:
            self.formed = first
            self.crossing, self.worst = self.through, self.road


def watch_corridor(world: World) -> None:
    """One day of the corridor."""
    look(world)
    for way in world.corridors.values():
        way.count(world.day, world.setup.rules.hold_days, world.last)


def look(world: World) -> None:
    """See whether there is one, by each definition."""
    board, rules = world.board, world.setup.rules
    open_to = corridor_grounds(world)
    usable = [holder in open_to for holder in world.holder]
    source, sink = board.units[rules.source].hex_of, board.units[rules.sink].hex_of
    km: dict[int, int] = {}
    if usable[source] and usable[sink]:
        toll = [0 if ok else None for ok in usable]
        km = distances(board.units, {source: 0}, toll, LENGTH_LIMIT)
    world.territory.is_open = sink in km
    if sink in km:
        world.territory.through = ground_crossing(board, km, sink)
    for way, needs_country in ((world.road, False), (world.clear, True)):
        legs = road_path(world, usable, needs_country)
        way.is_open = legs is not None
        if legs is not None:
            way.through, way.road = road_crossing(board, legs)


def paved(world: World, leg: Leg) -> bool:
    """Whether a leg is, as its surface turns out in this world."""
    return leg.road >= PAVED if leg.surface < 0 else world.paved[leg.surface]


def road_path(world: World, usable: list[bool], needs_country: bool) -> list[Leg] | None:
    """The shortest way over paved legs with usable places, from the sink back; or None.

    With `needs_country` the hexes that it passes must be usable too.

    Bellman and Ford: the legs are tried in order again and again, so that of equally short ways
    the one found first stays, which is the engine's rule.
    """
    source, sink = world.setup.rules.source, world.setup.rules.sink
    if not (usable[source] and usable[sink]):
        return None
    legs = [
        leg
        for leg in world.board.legs
        if paved(world, leg)
        and all(usable[unit] for unit in leg.places)
        and (not needs_country or all(usable[unit] for unit in leg.hexes))
    ]
    km = {source: 0}
    by_leg: dict[int, Leg] = {}
    moved = True
    while moved:
        moved = False
        for leg in legs:
            for start, end in (leg.ends, leg.ends[::-1]):
                if start in km and km[start] + leg.km < km.get(end, math.inf):
                    km[end], by_leg[end], moved = km[start] + leg.km, leg, True
    if sink not in km:
        return None
    path, unit = [], sink
    while unit != source:
        path.append(by_leg[unit])
        a, b = by_leg[unit].ends
        unit = a if unit == b else b
    return path


def road_crossing(board: Board, legs: list[Leg]) -> tuple[int, int]:
    """Where a way by road crosses the border, and its worst class of road."""
    crossing = -1
    for leg in legs:
        a, b = (board.units[unit] for unit in leg.ends)
        if a.country != b.country:
            crossing = max([crossing, *(board.units[unit].crossing for unit in leg.hexes)])
            for end in (a, b):  # the end that is a border place says best which crossing it is
                if end.crossing >= 0:
                    crossing = end.crossing
    classes = [leg.road if leg.surface < 0 else PAVED for leg in legs]
    return crossing, min(classes, default=9)


def ground_crossing(board: Board, km: dict[int, int], unit: int) -> int:
    """Where a shortest way over ground, followed from a unit back to its start, crosses."""
    crossing = -1
    while km[unit] > 0:
        before = [
            v for v, cost in board.units[unit].beside if km.get(v, math.inf) + cost == km[unit]
        ]
        if not before:
            break
        here, back = board.units[unit], board.units[before[-1]]  # of several, the last
        if here.country != back.country and here.crossing >= 0:
            crossing = here.crossing
        unit = back.index
    return crossing
