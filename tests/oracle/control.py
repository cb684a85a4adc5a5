"""Take control: units change hands, their defenders fall back or are lost; ground slips away."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.oracle.fight import way_out
from tests.oracle.luck import LAPSE
from tests.oracle.muster import ARMY_LEAST, stand_down
from tests.oracle.perceive import at_war, garrison_need, passable, presence
from tests.oracle.terms import ALLY, ATTACKING, FREE, SEEKING, Campaign

if TYPE_CHECKING:
    from tests.oracle.faction import Faction
    from tests.oracle.world import World

GARRISON_SHARE = 5  # an army leaves at most one fighter in five behind
GARRISON_LEAST = 30  # fighters left in a unit that nobody contests
BREACH = 0.3679  # weight from which ground taken breaches a buffer


def take_control(world: World) -> None:
    """Give every unit that was fought through today to the largest army that did so."""
    units = world.board.units
    through = [
        (f, c)
        for f in world.factions
        for c in f.campaigns
        if c.phase == ATTACKING and c.progress >= units[c.target].depth_km
    ]
    while through:
        f, c = max(through, key=lambda one: (one[1].army, one[0].key))
        through = [(g, other) for g, other in through if other is not c]
        if c.phase != ATTACKING:
            continue  # lost with other ground today
        unit = c.target
        capture(world, f, c)
        for g in world.factions:
            for other in g.campaigns:
                if other.target == unit:
                    other.progress = 0.0  # too late: it begins anew
        through = [(g, other) for g, other in through if other.target != unit]


def capture(world: World, f: Faction, c: Campaign) -> None:
    """An army of f moves into its target, which is now its faction's, or a partner's."""
    unit = c.target
    fall_back(world, f, unit)
    holder, beside = partner(world, f, unit)
    world.holder[unit] = holder
    for g in world.factions:
        if not passable(world, g, unit):
            g.friendly.discard(unit)
            g.supply.pop(unit, None)
        if holder in g.watches and g.ground.guard_weight[unit] >= BREACH:
            g.breach = min(g.breach, world.day)
    f.friendly.add(unit)
    f.supply.pop(unit, None)
    if c.at in f.supply:
        f.supply[unit] = f.supply[c.at]
    f.taken += 1
    left = min(max(garrison_need(world, f, unit), GARRISON_LEAST), c.army // GARRISON_SHARE)
    if holder is f:
        c.army -= left
    else:
        holder.friendly.add(unit)
        holder.supply.pop(unit, None)
        if beside in holder.supply:
            holder.supply[unit] = holder.supply[beside]
        left = min(left, holder.garrison[beside])
        holder.garrison[beside] -= left
    holder.garrison[unit] += left
    c.at, c.progress = unit, 0.0
    if c.tied:
        stand_down(f, c)
    else:
        c.phase = SEEKING


def partner(world: World, f: Faction, unit: int) -> tuple[Faction, int]:
    """Who holds what f took, and from where: a partner beside it to whom f yields, or f itself."""
    if world.choices["joint"] and world.board.units[unit].is_place:
        beside = [v for v, _ in world.board.units[unit].beside]
        for g in f.yields_to:
            allied = f.stance[g] == ALLY and g.stance[f] == ALLY
            willing = g.ground.willing[unit] > 0.0 and world.board.units[unit].playable
            strongest = max(beside, key=lambda v: g.garrison[v])
            if allied and willing and g.garrison[strongest] >= ARMY_LEAST:
                return g, strongest
    return f, unit


def fall_back(world: World, f: Faction, unit: int) -> None:
    """Everyone in a unit who fights f leaves for friendly ground beside it, or is lost."""
    for g in world.factions:
        if not at_war(f, g):
            continue
        n, g.garrison[unit] = g.garrison[unit], 0
        for c in g.campaigns:
            if c.phase != FREE and c.at == unit:
                n += c.army
                c.army, c.phase, c.tied, c.stroke = 0, FREE, False, False
        out = way_out(world, g, unit)
        if out is None:
            g.lost += n
        else:
            g.garrison[out] += n


def lapse(world: World, day: int, days: int) -> None:
    """Hostile ground held with too small a garrison slips away; nobody holds it then."""
    rate = world.inputs["lapse_per_month"] / 30.0
    for unit in world.board.units:
        u, f = unit.index, world.holder[unit.index]
        if f is None or f.ground.hostility[u] <= 0.5 or f.ground.depot[u]:
            continue
        need = garrison_need(world, f, u)
        if need < GARRISON_LEAST:
            continue
        missing = max(1.0 - presence(f, u) / need, 0.0)
        chance = 1.0 - math.exp(-rate * missing * days)
        if world.luck.uniform(LAPSE, day, f.key, unit.key) < chance:
            world.holder[u] = None
            slip_out(world, f, u)


def slip_out(world: World, f: Faction, unit: int) -> None:
    """The garrison of a unit that nobody holds now leaves, if there is a way out."""
    out = way_out(world, f, unit)
    if out is not None:
        f.garrison[out] += f.garrison[unit]
        f.garrison[unit] = 0
