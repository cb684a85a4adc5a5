"""Alarm, posture and relations (after Richardson 1960)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.oracle.luck import STANCE, WAR
from tests.oracle.terms import ALLY, HOSTILE, IN_THE_FIELD

if TYPE_CHECKING:
    from tests.oracle.faction import Faction
    from tests.oracle.world import World

WORSEN_DAYS, MEND_DAYS = 30.0, 60.0  # mean days until alarm moves a relation, and back
CALM = 0.5  # share of the threshold under which relations mend


def exposure(f: Faction, g: Faction) -> float:
    """How exposed what f guards is to the fighters of g, 0 to 1."""
    n = 0.0
    for unit in f.near_guarded:
        n += f.ground.guard_weight[unit] * g.garrison[unit]
    for c in g.campaigns:
        if c.phase in IN_THE_FIELD:
            n += f.ground.guard_weight[c.at] * c.army
    return float(n / (n + f.traits.alarm_scale))


def update_alarm(world: World, day: int, days: int) -> None:
    """d(alarm)/dt = sensitivity x exposure x (1 - alarm) - decay x alarm, over some days."""
    for f in world.factions:
        for g in world.factions:
            if g not in f.watches:
                continue
            growth = f.traits.sensitivity * world.inputs["alarm"] * exposure(f, g)
            rate = growth + f.traits.decay
            if rate > 0.0:
                goal = growth / rate
                f.alarm[g] = goal + (f.alarm[g] - goal) * math.exp(-rate * days)
            react(world, f, g, day, days)


def break_out(world: World, day: int, days: int) -> None:
    """Wars between sides that keep apart: they break out at a rate, and end after a while."""
    rate = world.inputs["wars_per_year"] if world.choices["shocks"] else 0.0
    for i, f in enumerate(world.factions):
        for g in world.factions[:i]:
            if f.war_until[g] > 0 and day + days >= f.war_until[g]:
                f.war_until[g] = g.war_until[f] = 0
                f.stance[g], g.stance[f] = f.base[g], g.base[f]
            stances = {f.stance[g], g.stance[f]}
            if HOSTILE in stances or ALLY in stances:
                continue
            pair = sorted([f.key, g.key])
            there = f in world.holder and g in world.holder
            if there and world.luck.uniform(WAR, day, *pair) < 1.0 - math.exp(-rate * days / 365.0):
                luck = world.luck.uniform(WAR, day, *pair, 1)
                length = -world.inputs["war_days"] * math.log(luck)
                f.war_from[g] = g.war_from[f] = day + days
                f.war_until[g] = g.war_until[f] = day + days + 1 + int(length)
                f.stance[g] = g.stance[f] = HOSTILE


def react(world: World, f: Faction, g: Faction, day: int, days: int) -> None:
    """Posture and stance of f towards g under its alarm."""
    if f.war_until[g] > 0:
        return
    u = world.luck.uniform(STANCE, day, f.key, g.key)
    if f.alarm[g] >= f.traits.threshold:
        f.posture[g] = True
        if f.stance[g] < f.worst[g] and u < 1.0 - math.exp(-days / WORSEN_DAYS):
            f.stance[g] += 1
    elif f.alarm[g] < CALM * f.traits.threshold:
        f.posture[g] = False
        if f.stance[g] > f.base[g] and u < 1.0 - math.exp(-days / MEND_DAYS):
            f.stance[g] -= 1
