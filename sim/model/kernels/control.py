"""Take control: units change hands, their defenders fall back or are lost."""

from __future__ import annotations

import math

import numpy as np

from sim.jit import kernel
from sim.model.inputs import JOINT, LAPSE
from sim.model.kernels.detour import mark_usable, usable
from sim.model.kernels.fight import way_out
from sim.model.kernels.muster import ARMY_LEAST, stand_down
from sim.model.kernels.perceive import garrison_need, hostile_to, mark_front, passable, presence
from sim.model.state import ALLY, ATTACKING, FAR, FREE, NOBODY, SEEKING
from sim.rng import FIRST, uniform
from sim.rng import LAPSE as LAPSE_DRAW

OPEN, CLOSED = np.bool_(True), np.bool_(False)  # of one type each, see `paths.NONE`
CUT_OFF = np.int32(FAR)
# Inferred: an army does not melt away into posts; a platoon shows the flag.
GARRISON_SHARE = 5  # an army leaves at most one fighter in five behind
GARRISON_LEAST = 30  # fighters left in a unit that nobody contests
BREACH = 0.3679  # weight (1/e, at the range of alarm) from which ground taken breaches a buffer


@kernel
def take_control(world, geo, rules, day):  # type: ignore[no-untyped-def]
    """Give every unit that was fought through today to the strongest army that did so.

    1. An army is through if it is ATTACKING and its `progress` is at least `depth_km` of its
       target.
    2. The largest of them (of equal ones that of the faction with the larger key, then the first)
       captures its target (`_capture`), unless it was lost with other ground today. If a corridor
       may now pass the unit, or no longer may, `changed` is set.
    3. All others with that target are through no longer, and every campaign with that target begins
       anew at progress 0.
    4. Again from 2 until none is through.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        day: days since the origin.
    """
    done = world.scratch.done
    for f in range(done.shape[0]):
        for k in range(done.shape[1]):
            c = world.campaign[f, k]
            done[f, k] = c.phase == ATTACKING and c.progress >= geo.unit[c.target].depth_km
    f, k = _strongest(world, rules, done)
    while f >= 0:
        unit = world.campaign[f, k].target
        done[f, k] = False
        if world.campaign[f, k].phase == ATTACKING:  # not lost with other ground today
            before = int(world.holder[unit])
            _capture(world, geo, rules, f, k, day)
            mark_usable(world, rules)
            was_usable = world.scratch.open_to[before]
            if usable(world, unit) != was_usable:
                world.changed[0] = True
            for g in range(done.shape[0]):
                for j in range(done.shape[1]):
                    if world.campaign[g, j].target == unit:  # too late: it begins anew
                        done[g, j] = False
                        world.campaign[g, j].progress = 0.0
        f, k = _strongest(world, rules, done)


@kernel
def _strongest(world, rules, done):  # type: ignore[no-untyped-def]
    """The largest army that is through, ties by key, then the lower slot; (-1, -1) if none."""
    first, slot = -1, -1
    for f in range(done.shape[0]):
        for k in range(done.shape[1]):
            if not done[f, k]:
                continue
            if first < 0:
                first, slot = f, k
                continue
            here, best = world.campaign[f, k].army, world.campaign[first, slot].army
            earlier = rules.faction[f].key > rules.faction[first].key
            if here > best or (here == best and earlier):
                first, slot = f, k
    return first, slot


@kernel
def _capture(world, geo, rules, f, k, day):  # type: ignore[no-untyped-def]
    """Army k of f moves into its target, which is now its faction's, or a partner's.

    1. Its enemies there leave or are lost (`fall_back`).
    2. The new holder is f or a partner (`_partner`).
    3. Every faction that had the use of the unit and has it no longer learns that it is closed and
       without supply; f learns that it is open, with the supply of where the army came from
       (`learn`). `taken` of f rises by 1.
    4. For every g that watches the holder, if its guard_weight of the unit is at least BREACH,
       `breach` is today at the latest.
    5. The garrison left is the larger of `garrison_need` and GARRISON_LEAST, no more than army //
       GARRISON_SHARE. It comes out of the army; or, if a partner holds the unit, out of the
       partner's garrison beside it, as far as it goes, and the partner learns that the unit is
       open, with the supply of where they come from.
    6. The army is `at` the unit, with progress 0. A siege from before the origin stands down
       (`stand_down`); any other army is SEEKING.
    """
    c = world.campaign[f, k]
    unit = c.target
    fall_back(world, geo, f, unit)
    holder, beside = _partner(world, geo, rules, f, unit)
    world.holder[unit] = holder
    for g in range(world.side.size):
        if world.friendly[g, unit] and not passable(world, g, unit):
            learn(world, geo, g, unit, CLOSED, CUT_OFF)
    learn(world, geo, f, unit, OPEN, world.supply[f, c.at])
    world.side[f].taken += 1
    for g in range(world.side.size):
        if rules.relation[g, holder].watches and rules.guard_weight[g, unit] >= BREACH:
            world.side[g].breach = min(world.side[g].breach, day)
    need = max(garrison_need(world, geo, rules, f, unit), GARRISON_LEAST)
    left = min(need, c.army // GARRISON_SHARE)
    if holder == f:
        c.army -= left
    else:
        learn(world, geo, holder, unit, OPEN, world.supply[holder, beside])
        left = min(left, world.force[holder, beside])
        world.force[holder, beside] -= left
    world.force[holder, unit] += left
    c.at = unit
    c.progress = 0.0
    if c.tied:
        stand_down(world, f, k)
    else:
        c.phase = SEEKING


@kernel
def _partner(world, geo, rules, f, unit):  # type: ignore[no-untyped-def]
    """Who holds what f took, and from where: a partner beside it to whom f yields, or f itself.

    With the choice `joint`, if the unit is a place: the first faction g, in order, to which f
    yields, that fights there, that is an ally of f and f of it, and that has a garrison of
    ARMY_LEAST or more beside the place; they come from the largest such garrison, the first of
    equal ones. Of places that a mixed force took, the record gives each to the partner whose
    country it is in; those that one took alone are its own.
    """
    if world.inputs[JOINT] < 0.5 or not geo.unit[unit].is_place:
        return f, unit
    for g in range(world.side.size):
        if not rules.relation[f, g].yields or not rules.fights[g, unit]:
            continue
        if world.pair[f, g].stance != ALLY or world.pair[g, f].stance != ALLY:
            continue
        most, beside = np.int64(ARMY_LEAST - 1), np.int64(-1)
        for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
            v = np.int64(geo.edge[e].to)
            if world.force[g, v] > most:
                most, beside = np.int64(world.force[g, v]), v
        if beside >= 0:
            return g, beside
    return f, unit


@kernel
def learn(world, geo, f, unit, friendly, supply):  # type: ignore[no-untyped-def]
    """What a faction makes of a unit that changed hands, until it looks again.

    `friendly` and `supply` are set as given, `guessed` is set, and `front` is brought up to date
    there and around.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        f: the faction.
        unit: the unit.
        friendly: whether it may now use it.
        supply: km to its nearest depot, or FAR.
    """
    world.friendly[f, unit], world.supply[f, unit] = friendly, supply
    world.guessed[f, unit] = True
    mark_front(world, geo, f, unit)


@kernel
def fall_back(world, geo, f, unit):  # type: ignore[no-untyped-def]
    """Everyone in a unit who fights f leaves for friendly ground beside it, or is lost.

    For each g hostile to f, its garrison there and the armies of all its campaigns that are `at`
    the unit (gathering ones too), whose slots are then free, join its garrison in its `way_out`;
    without one they are `lost`.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        f: the faction.
        unit: the unit.
    """
    for g in range(world.side.size):
        if g == f or not hostile_to(world, f, g):
            continue
        n = world.force[g, unit]
        world.force[g, unit] = 0
        for k in range(world.campaign.shape[1]):
            c = world.campaign[g, k]
            if c.phase != FREE and c.at == unit:
                n += c.army
                c.army = 0
                c.phase = FREE
                c.tied = c.stroke = False
        out = way_out(world, geo, g, unit)
        if out >= 0:
            world.force[g, out] += n
        else:
            world.side[g].lost += n


@kernel
def slip_out(world, geo, f, unit):  # type: ignore[no-untyped-def]
    """The garrison of f leaves a unit that nobody holds now, by its `way_out` if there is one.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        f: the faction.
        unit: the unit.
    """
    out = way_out(world, geo, f, unit)
    if out >= 0:
        world.force[f, out] += world.force[f, unit]
        world.force[f, unit] = 0


@kernel
def lapse(world, geo, rules, day, days):  # type: ignore[no-untyped-def]
    """Hostile ground held with too small a garrison slips away; nobody holds it then.

    For each unit, in order, that a faction f holds, is no depot of f, whose people's hostility to f
    is above 0.5 and whose `garrison_need` is GARRISON_LEAST or more:

        missing = max(0, 1 - presence / need)
        chance = 1 - exp(-lapse_per_month / 30 * missing * days)

    If u < chance, u uniform (LAPSE, day, key of f, key of the unit, FIRST), nobody holds it,
    `changed` is set, and those few who held it fall back if there is a way out (`slip_out`), else
    they stay. The units that follow see that at once.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        day: days since the origin.
        days: days of the tick.
    """
    rate = world.inputs[LAPSE] / 30.0
    for unit in range(geo.unit.size):
        f = np.int64(world.holder[unit])
        if f < 0 or rules.ground[f, unit].hostility <= 0.5 or rules.depot[f, unit]:
            continue
        need = garrison_need(world, geo, rules, f, unit)
        if need < GARRISON_LEAST:
            continue
        missing = 1.0 - presence(world, f, unit) / need
        chance = 1.0 - math.exp(-rate * max(missing, 0.0) * days)
        key = rules.faction[f].key
        if uniform(world.key, LAPSE_DRAW, day, key, geo.unit[unit].key, FIRST) < chance:
            world.holder[unit] = NOBODY
            world.changed[0] = True
            slip_out(world, geo, f, unit)
