"""Who is stronger in a fight, and the odds that follow (Tullock 1980)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.oracle.perceive import at_war, presence

if TYPE_CHECKING:
    from tests.oracle.faction import Faction
    from tests.oracle.world import World

CUT_OFF_WORTH = 0.7  # of a force without supply, and the least of one far from its depots


def attack_strength(world: World, f: Faction, fighters: int, unit: int) -> int:
    """Effective strength of fighters of f that attack from a unit (Boulding 1962)."""
    kept = CUT_OFF_WORTH
    if unit in f.supply:
        kept = max(kept, math.exp(-f.supply[unit] / world.inputs["supply_km"]))
    return int(fighters * f.traits.quality * kept)


def cover(world: World, unit: int) -> float:
    """Worth of a prepared position."""
    town = world.board.units[unit].town
    return world.inputs["urban_bonus" if town else "defence_bonus"]


def defence_strength(world: World, f: Faction, index: int) -> int:
    """Effective strength that meets f in a unit: who is there, and help from beside it."""
    unit = world.board.units[index]
    total = 0
    for g in world.factions:
        if not at_war(f, g):
            continue
        n = float(presence(g, index))
        for v, _ in unit.beside:
            # garrisons of its towns defend a hex in full
            own_town = world.board.units[v].is_place and not unit.is_place
            n += g.garrison[v] * (1.0 if own_town else world.setup.rules.response)
        strong = n * g.traits.quality * cover(world, index)
        total += int(strong if index in g.supply else strong * CUT_OFF_WORTH)
    return total


def odds(world: World, attack: int, defence: int, luck: float = 0.0) -> float:
    """The attacker's share of the contest."""
    if defence <= 0:
        return 1.0
    if attack <= 0:
        return 0.0
    lean = world.inputs["contest_power"] * math.log(attack / defence) + luck
    return 1.0 / (1.0 + math.exp(-lean))
