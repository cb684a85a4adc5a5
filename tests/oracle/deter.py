"""Deter: attacks inside red lines, the strikes that answer them, and what is learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.oracle.luck import ROUND_ATTACK, STRIKE, both
from tests.oracle.muster import stand_down
from tests.oracle.perceive import draws_line
from tests.oracle.terms import ATTACKING, Campaign

if TYPE_CHECKING:
    from tests.oracle.faction import Faction
    from tests.oracle.world import World

LEARN = 0.3  # weight of one answer, or of one crossing unanswered


def raise_alarm(f: Faction, g: Faction) -> None:
    """An incident raises the alarm of f at g."""
    if g in f.watches:
        f.alarm[g] += f.traits.incident * (1.0 - f.alarm[g])


def deter(world: World) -> None:
    """Answer every attack that began today on ground inside a red line."""
    for f in world.factions:
        for slot, c in enumerate(f.campaigns):
            if c.phase != ATTACKING or not c.fresh:
                continue
            c.fresh = False
            holder = world.holder[c.target]
            if holder is not None:
                f.clashes[holder] += 1
                raise_alarm(holder, f)
            lines = [g for g in world.factions if draws_line(world, g, f)]
            hits = [cross(world, f, slot, c, g) for g in lines]
            struck = [hit for hit in hits if hit is not None]
            if struck:
                loss = min(sum(struck), c.army)
                c.army -= loss
                f.lost += loss
                stand_down(f, c)


def cross(world: World, f: Faction, slot: int, c: Campaign, g: Faction) -> int | None:
    """An army of f attacks near the red line of g: fighters hit by a strike, None for no strike."""
    share = g.ground.line_share[c.target]
    if share <= 0.0:
        return None
    g.crossings += 1
    raise_alarm(g, f)
    pair, unit = both(f.key, g.key), world.board.units[c.target].key
    expected = f.perceived[g]
    u = world.luck.uniform(STRIKE, c.number, pair, unit)
    if u >= g.traits.line_chance * share:
        f.perceived[g] = expected - LEARN * share * expected
        return None
    g.strikes += 1
    g.clashes[f] += 1
    raise_alarm(f, g)
    f.perceived[g] = expected + LEARN * (1.0 - expected)
    hit = g.traits.line_damage * c.army
    return world.luck.round(hit, ROUND_ATTACK, world.day, pair, unit, slot)
