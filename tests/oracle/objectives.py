"""What factions may want: each adds its weighted value of every unit to a list."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.oracle.perceive import at_war, draws_line
from tests.oracle.terms import ALLY, AVOID

if TYPE_CHECKING:
    from tests.oracle.faction import Faction
    from tests.oracle.world import World

Values = list[float]
SLACK_KM, FURTHEST_KM = 60.0, 360.0  # detour worth 1/e, and beyond which nothing is worth anything
RELIEF_HALF = 1000.0  # fighters whose relief is worth half of the most


def avoid_escalation(world: World, f: Faction, weight: float, value: Values) -> None:
    """Strikes expected, foreign ground, and ground beside those it keeps apart from."""
    for g in world.factions:
        if draws_line(world, g, f):
            risk = weight * f.perceived[g]
            for u, share in enumerate(g.ground.line_share):
                value[u] += risk * share
    apart = {g for g in world.factions if g is not f and f.stance[g] == AVOID}
    for unit in world.board.units:
        u = unit.index
        if not unit.playable or u in f.friendly:
            continue
        if not f.ground.home[u]:
            value[u] += weight * 0.2
        if any(world.holder[v] in apart for v, _ in unit.beside):
            value[u] += weight * 0.15


def avoid_losses(world: World, f: Faction, weight: float, value: Values) -> None:
    """Garrison / (garrison + 1,000), half outside towns."""
    for unit in world.board.units:
        holder = world.holder[unit.index]
        if holder is not None and at_war(f, holder):
            n = holder.garrison[unit.index]
            value[unit.index] += weight * n / (n + 1000.0) * (1.0 if unit.town else 0.5)


def border(world: World, f: Faction, weight: float, value: Values) -> None:
    """1 for border places and half for hexes on its side."""
    for unit in world.board.units:
        if unit.playable and unit.crossing >= 0 and f.ground.home[unit.index]:
            value[unit.index] += weight * (1.0 if unit.is_place else 0.5)


def community_contiguity(world: World, f: Faction, weight: float, value: Values) -> None:
    """Where people are friendly, the share of neighbours that it holds."""
    for unit in world.board.units:
        if unit.playable and f.ground.hostility[unit.index] < 0.25 and unit.beside:
            held = sum(world.holder[v] is f for v, _ in unit.beside)
            value[unit.index] += weight * held / len(unit.beside)


def corridor(world: World, f: Faction, weight: float, value: Values) -> None:
    """exp(-detour / 60 km) of the best corridor through a unit, half for countryside."""
    for unit in world.board.units:
        detour = world.detour[unit.index]
        if unit.playable and detour < FURTHEST_KM:
            near = math.exp(-detour / SLACK_KM)
            value[unit.index] += weight * near * (1.0 if unit.is_place else 0.5)


def defeat(world: World, f: Faction, weight: float, value: Values) -> None:
    """0.2 for what the enemy holds, and up to 0.8 more for its garrison."""
    for u, holder in enumerate(world.holder):
        if holder is not None and holder.index == world.setup.rules.faction[f.index].enemy:
            n = holder.garrison[u]
            value[u] += weight * (0.2 + 0.8 * n / (n + 500.0))


def deny_corridor(world: World, f: Faction, weight: float, value: Values) -> None:
    """As `corridor`, a quarter of it where the coalition is already."""
    for unit in world.board.units:
        detour = world.detour[unit.index]
        if unit.playable and detour < FURTHEST_KM:
            holder = world.holder[unit.index]
            held = 0.25 if holder is not None and holder.traits.coalition else 1.0
            half = 1.0 if unit.is_place else 0.5
            value[unit.index] += weight * held * half * math.exp(-detour / SLACK_KM)


def guard_bases(world: World, f: Faction, weight: float, value: Values) -> None:
    """Nearness to what it guards, and what surrounds its garrisons that are cut off."""
    for u in f.near_guarded:
        if world.board.units[u].playable:
            value[u] += weight * f.ground.guard_weight[u]
    for place in world.board.places:
        u = place.index
        if world.holder[u] is f and u not in f.supply and place.hex_of not in f.friendly:
            n = f.garrison[u]
            value[place.hex_of] += weight * n / (n + RELIEF_HALF)


def homeland(world: World, f: Faction, weight: float, value: Values) -> None:
    """0.2 for home ground, up to 0.8 more for its people; less where they are hostile."""
    for unit in world.board.units:
        if unit.playable and f.ground.home[unit.index]:
            welcome = 1.0 - 0.5 * f.ground.hostility[unit.index]
            people = unit.population
            value[unit.index] += weight * welcome * (0.2 + 0.8 * people / (people + 20_000.0))


def population(world: World, f: Faction, weight: float, value: Values) -> None:
    """People / (people + 50,000), less where they are hostile."""
    for unit in world.board.units:
        if unit.playable:
            welcome = 1.0 - f.ground.hostility[unit.index]
            people = unit.population
            value[unit.index] += weight * welcome * people / (people + 50_000.0)


def support_ally(world: World, f: Faction, weight: float, value: Values) -> None:
    """What surrounds an ally's cut-off garrison, and a tenth for ground next to an ally's."""
    allies = {g for g in world.factions if g is not f and f.stance[g] == ALLY}
    for place in world.board.places:
        holder = world.holder[place.index]
        if holder in allies and place.index not in holder.supply:
            n = holder.garrison[place.index]
            value[place.hex_of] += weight * n / (n + RELIEF_HALF)
    for unit in world.board.units[: world.board.hexes]:
        if unit.playable and unit.index not in f.friendly:
            if any(world.holder[v] in allies for v, _ in unit.beside):
                value[unit.index] += weight * 0.1


def territory(world: World, f: Faction, weight: float, value: Values) -> None:
    """1 for countryside, a quarter for a place."""
    for unit in world.board.units:
        if unit.playable:
            value[unit.index] += weight * (0.25 if unit.is_place else 1.0)


Objective = Callable[["World", "Faction", float, Values], None]
PRIZES: dict[str, Objective] = {
    o.__name__: o
    for o in (border, community_contiguity, corridor, defeat, deny_corridor, guard_bases,
              homeland, population, support_ally, territory)
}  # fmt: skip
STATIC = {"border", "homeland", "population", "territory"}
COSTS: dict[str, Objective] = {o.__name__: o for o in (avoid_escalation, avoid_losses)}
