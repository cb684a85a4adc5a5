"""Muster: gather a field army from what garrisons can spare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.oracle.paths import nearest_first
from tests.oracle.perceive import enemies_beside, garrison_need, passable
from tests.oracle.terms import FREE, Campaign

if TYPE_CHECKING:
    from tests.oracle.faction import Faction
    from tests.oracle.world import World

THREAT_SHARE = 0.7  # of the enemies beside it that a garrison keeps fighters against
SPARE_LEAST = 20  # fighters below which a garrison sends nobody
ARMY_LEAST = 100  # fighters below which there is no army


def at_hand(f: Faction, unit: int) -> int:
    """The garrison of f without those called up today."""
    return f.garrison[unit] - f.called.get(unit, 0)


def spare(world: World, f: Faction, unit: int) -> int:
    """Fighters in a unit beyond what its people and its neighbours call for."""
    n = at_hand(f, unit)
    if n < SPARE_LEAST:
        return 0
    siege = f.ground.pinned_by[unit]
    if siege >= 0 and not passable(world, f, siege):
        return 0
    n -= garrison_need(world, f, unit)
    if n < SPARE_LEAST:
        return 0
    n -= int(THREAT_SHARE * enemies_beside(world, f, unit))
    return n if n >= SPARE_LEAST else 0


def uncommitted(f: Faction) -> int:
    """Fighters that f may still put into campaigns."""
    busy = sum(c.army for c in f.campaigns if c.phase != FREE and not c.tied)
    return f.usable - busy


def muster(world: World, f: Faction, staging: int, wanted: int) -> tuple[dict[int, int], int]:
    """From which units how many fighters come, nearest first, and how far the last of them."""
    units = world.board.units
    toll = [0 if unit in f.friendly else None for unit in range(len(units))]
    coming: dict[int, int] = {}
    gathered = furthest = 0
    for unit, km in nearest_first(units, {staging: 0}, toll, f.traits.muster_km):
        if gathered >= wanted:
            break
        n = min(spare(world, f, unit), wanted - gathered)
        if n > 0:
            coming[unit] = n
            gathered += n
            furthest = km
    return coming, furthest


def call_up(f: Faction, coming: dict[int, int]) -> None:
    """They leave when all have decided: none sees what another decides today."""
    for unit, n in coming.items():
        f.called[unit] = f.called.get(unit, 0) + n


def set_out(f: Faction) -> None:
    """Those who were called up today leave their garrisons."""
    for unit, n in f.called.items():
        f.garrison[unit] -= n
    f.called.clear()


def stand_down(f: Faction, c: Campaign) -> None:
    """The army becomes a garrison where it stands."""
    f.garrison[c.at] += c.army
    c.army = 0
    c.phase = FREE
    c.tied = c.stroke = False
