"""Perceive: what ground a faction can use, its supply, and who stands where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.oracle.paths import distances
from tests.oracle.terms import HOSTILE, IN_THE_FIELD, TOLERATE

if TYPE_CHECKING:
    from tests.oracle.faction import Faction
    from tests.oracle.world import World

SUPPLY_LIMIT = 2500  # km


def at_peace(f: Faction, g: Faction) -> bool:
    """Whether each lets the other use its ground."""
    return f is g or (f.stance[g] <= TOLERATE and g.stance[f] <= TOLERATE)


def at_war(f: Faction, g: Faction) -> bool:
    """Whether two factions fight when they meet."""
    return f is not g and (f.stance[g] == HOSTILE or g.stance[f] == HOSTILE)


def passable(world: World, f: Faction, unit: int) -> bool:
    """Whether f may use a unit."""
    holder = world.holder[unit]
    return holder is not None and at_peace(f, holder)


def observe(world: World, f: Faction) -> None:
    """See the friendly ground, and how far along it each unit is from a depot."""
    units = world.board.units
    friends = {g for g in world.factions if at_peace(f, g)}
    f.friendly = {unit for unit, holder in enumerate(world.holder) if holder in friends}
    toll = [0 if unit in f.friendly else None for unit in range(len(units))]
    depots = {unit: 0 for unit in f.depots if unit in f.friendly}
    f.supply = distances(units, depots, toll, SUPPLY_LIMIT)


def presence(g: Faction, unit: int) -> int:
    """Fighters of g in a unit, in its garrison and in armies."""
    total = g.garrison[unit]
    for c in g.campaigns:
        if c.at == unit and c.phase in IN_THE_FIELD:
            total += c.army
    return total


def enemies_at(world: World, f: Faction, unit: int) -> int:
    """Fighters in a unit that would fight f."""
    return sum(presence(g, unit) for g in world.factions if at_war(f, g))


def enemies_beside(world: World, f: Faction, unit: int) -> int:
    """The same in a unit and those next to it."""
    around = [unit, *(v for v, _ in world.board.units[unit].beside)]
    return sum(presence(g, v) for g in world.factions if at_war(f, g) for v in around)


def garrison_need(world: World, f: Faction, unit: int) -> int:
    """Fighters that hold a unit against its people (Quinlivan 1995)."""
    calm, restive = world.inputs["peaceful_per_1000"], world.inputs["restive_per_1000"]
    per_1000 = calm + (restive - calm) * f.ground.hostility[unit]
    return int(world.board.units[unit].population * per_1000 / 1000.0)


def draws_line(world: World, g: Faction, f: Faction) -> bool:
    """Whether g has a red line against f, and holds the place that it is drawn around."""
    if g.line_place is None or f not in g.line_against:
        return False
    return world.holder[g.line_place] is g and g.stance[f] > TOLERATE


def attackable(world: World, f: Faction, unit: int) -> bool:
    """Whether f would fight for a unit: nobody's ground, or an enemy's."""
    if not world.board.units[unit].playable or f.ground.willing[unit] <= 0.0:
        return False
    if f.ground.barred[unit] and world.choices["lines"]:
        return False
    holder = world.holder[unit]
    if holder is None:
        return unit not in world.neutral
    return holder is not f and f.stance[holder] == HOSTILE
