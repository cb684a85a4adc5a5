"""Dated changes: at the beginning of their day, before anyone decides."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tests.oracle.board import plain
from tests.oracle.control import BREACH, fall_back, slip_out
from tests.oracle.muster import stand_down
from tests.oracle.perceive import passable
from tests.oracle.start import DAYS_A_MONTH, value
from tests.oracle.terms import FREE

if TYPE_CHECKING:
    from tests.oracle.faction import Faction
    from tests.oracle.world import World


def take_effect(world: World) -> None:
    """What today brings: settings first, then forces and ground in the order given."""
    for turn in world.setup.turns:
        if turn.day == world.day:
            settle(world, turn)
            for move in turn.moves:
                if move.faction >= 0:
                    change_force(world.factions[move.faction], move)
                if move.holder != -3:
                    change_holder(world, move)


def settle(world: World, turn: Any) -> None:
    """New rules, what factions make of each other, and inputs drawn from new ranges."""
    world.air = [plain(power) for power in turn.rules.air]
    for f in world.factions:
        f.read(turn.rules, turn.weights)
    for f in world.factions:
        f.know(world.factions, turn.rules)
    for pair in turn.pairs:
        getattr(world.factions[pair.f], pair.field)[world.factions[pair.g]] = pair.value
    for f in world.factions:
        for g in world.factions:
            if f.war_until[g] == 0:
                f.stance[g] = min(f.stance[g], f.worst[g])
        for c in f.campaigns[f.traits.campaigns :]:
            if c.phase != FREE and not c.tied:
                stand_down(f, c)
    by_name = {f.name: f for f in world.factions}
    for item in turn.inputs:
        group, name, what = item.name.split(".")
        drawn = value(world, item, world.draw)
        if group == "air":
            world.capacity[world.setup.airs.index(name)] = drawn
        elif what == "strength":
            by_name[name].usable = round(drawn)
        else:
            by_name[name].intake = drawn / DAYS_A_MONTH


def scaled(n: int, factor: float) -> int:
    """Rounded to the nearest whole number."""
    return math.floor(n * factor + 0.5)


def change_force(f: Faction, move: Any) -> None:
    """Its garrisons at a place and around, and the armies that gather or stand there."""
    for unit in {move.place, move.around}:
        before = f.garrison[unit]
        f.garrison[unit] = scaled(before, move.factor)
        f.joined += f.garrison[unit] - before
    for c in f.campaigns:
        if c.phase != FREE and c.at in (move.place, move.around):
            before = c.army
            c.army, c.raised = scaled(c.army, move.factor), scaled(c.raised, move.factor)
            f.joined += c.army - before
            if c.army == 0:
                c.phase, c.tied, c.stroke = FREE, False, False
    f.garrison[move.place] += move.add
    f.joined += move.add


def change_holder(world: World, move: Any) -> None:
    """The place, and the hex around it where both had one holder."""
    new = world.factions[move.holder] if move.holder >= 0 else None
    was, around = world.holder[move.place], move.around
    if new is was:
        return
    units = [move.place]
    if around != move.place and world.holder[around] is was and around not in world.neutral:
        units.append(around)
    for unit in units:
        world.holder[unit] = new
    for unit in units:
        hear(world, new, unit)
    for unit in units:
        if new is not None:
            fall_back(world, new, unit)
        elif was is not None:
            slip_out(world, was, unit)


def hear(world: World, new: Faction | None, unit: int) -> None:
    """What is made of a unit with a new holder, until factions look again."""
    for g in world.factions:
        if unit in g.friendly and not passable(world, g, unit):
            g.friendly.discard(unit)
            g.supply.pop(unit, None)
        if new in g.watches and g.ground.guard_weight[unit] >= BREACH:
            g.breach = min(g.breach, world.day)
        for c in g.campaigns:
            if c.target == unit:
                c.progress = 0.0
    if new is None or unit in new.friendly:
        return
    new.friendly.add(unit)
    ways = [new.supply[v] + km for v, km in world.board.units[unit].beside if v in new.supply]
    if unit in new.depots:
        new.supply[unit] = 0
    elif ways:
        new.supply[unit] = min(ways)
