"""Fight: attrition, ground gained, withdrawal and breaking off, day by day.

Daily losses follow a mixed Lanchester law, coefficient x sqrt(attackers x defenders), between his
linear and square laws (Lanchester 1916), with no more attackers engaged than the front has room
for. Ground is gained at the rate of the kind of ground and resistance, times how far the contest
leans to the attacker. Garrisons withdraw when the odds turn (Epstein 1985, adaptive withdrawal;
Biddle 2004), if there is a way out and the place is no city.
"""

from __future__ import annotations

import math

import numpy as np

from sim.jit import kernel
from sim.model.inputs import (
    AIR_BONUS,
    AIR_WEAPONS,
    ATTACKER_LOSS,
    ATTRITION,
    DEFENDER_LOSS,
    DRIFT,
    OPEN,
    PREPARED,
    TEMPO,
    URBAN,
)
from sim.model.kernels.contest import attack_strength, cover, defence_strength, odds
from sim.model.kernels.deter import both
from sim.model.kernels.muster import stand_down
from sim.model.kernels.paths import NONE
from sim.model.kernels.perceive import enemies_at, hostile_to, passable
from sim.model.state import ATTACKING, FAR, TOLERATE
from sim.rng import BREAK_OFF, FIRST, ROUND_ATTACK, ROUND_DEFEND, WITHDRAW, round_randomly, uniform

ATTACKS, DEFENDS = np.bool_(False), np.bool_(True)  # of one type, see `paths.NONE`
FRONT_RATIO, FRONT_LEAST = 8, 1000  # attackers engaged: at most 8 for each defender, plus 1,000
LIGHT = 150.0  # defenders of a hex of 25 km at which open ground counts 1/e as open
LIGHT_PLACE = 30.0  # the same for a place
ENTER_KM_DAY = 5.0  # into a place that nobody defends
BREAK_CHANCE = 0.1  # a day, while the odds are against the attacker
WITHDRAW_CHANCE = 0.15  # a day, while the odds are under the garrison's threshold
BROKEN = 0.5  # share of an army's first strength under which it breaks off


@kernel
def _air_requests(world, rules, need):  # type: ignore[no-untyped-def]
    """Sum in `need` (A,) the enemy fighters against whom each air power is asked for help."""
    need[:] = 0.0
    for f in range(world.side.size):
        for k in range(world.campaign.shape[1]):
            c = world.campaign[f, k]
            if c.phase != ATTACKING:
                continue
            h = np.int64(world.holder[c.target])
            there = enemies_at(world, f, c.target)
            for a in range(need.size):
                if rules.air[a, f].backs > 0.0:
                    need[a] += there
                if h >= 0 and rules.air[a, h].defends:
                    need[a] += c.army


@kernel
def air_support(world, rules, need, f, defending):  # type: ignore[no-untyped-def]
    """Factor on the strength of f from the air power that backs it, shared by need."""
    best = 0.0
    for a in range(need.size):
        share = rules.air[a, f].backs
        if share > 0.0 and (rules.air[a, f].defends or not defending):
            wants = need[a] * world.inputs[AIR_WEAPONS] / 1000.0
            granted = 1.0 if wants <= 0.0 else min(1.0, world.capacity[a] / wants)
            best = max(best, share * granted)
    return 1.0 + world.inputs[AIR_BONUS] * best


@kernel
def _side(world, rules, need, f, unit):  # type: ignore[no-untyped-def]
    """Effective strength of all who attack a unit together with f."""
    total = 0
    for g in range(world.side.size):
        if g != f and world.pair[f, g].stance > TOLERATE:
            continue
        for k in range(world.campaign.shape[1]):
            c = world.campaign[g, k]
            if c.phase == ATTACKING and c.target == unit:
                own = attack_strength(world, rules, g, c.army, c.at)
                total += int(own * air_support(world, rules, need, g, ATTACKS))
    return total


@kernel
def speed(world, geo, unit, fighters, hex_scale):  # type: ignore[no-untyped-def]
    """Kilometres a day through a unit with so many defenders, if the contest leans fully."""
    table = world.inputs
    if geo.unit[unit].is_place:
        slow = table[URBAN] if geo.unit[unit].town else table[PREPARED]
        light = math.exp(-fighters / LIGHT_PLACE)
        pace = slow / 7.0 + (ENTER_KM_DAY - slow / 7.0) * light
    else:
        light = math.exp(-fighters * hex_scale / LIGHT)
        pace = (table[PREPARED] + (table[OPEN] - table[PREPARED]) * light) / 7.0
        pace *= geo.unit[unit].rough
    return pace * table[DRIFT] * table[TEMPO] * world.pace[0]


@kernel
def _charge(world, geo, rules, f, k, unit, loss, day, hits, n_hits):  # type: ignore[no-untyped-def]
    """List in `hits` the loss of each garrison and army in a unit; the new length of the list.

    A row is (faction, slot or -1 for a garrison, unit, fighters). Nothing is taken yet: all
    fights of a day see the same strengths, whatever the order of factions.
    """
    total = enemies_at(world, f, unit)
    for g in range(world.side.size):
        if total <= 0 or g == f or not hostile_to(world, f, g):
            continue
        for j in range(-1, world.campaign.shape[1]):
            n = 0
            if j < 0:
                n = world.force[g, unit]
            elif world.campaign[g, j].phase >= ATTACKING and world.campaign[g, j].at == unit:
                n = world.campaign[g, j].army
            if n > 0:
                index = (j + 1) * 8 + k
                hits[n_hits, 0], hits[n_hits, 1], hits[n_hits, 2] = g, j, unit
                hits[n_hits, 3] = round_randomly(
                    loss * n / total, world.key, ROUND_DEFEND, day, both(rules, f, g),
                    geo.unit[unit].key, index,
                )  # fmt: skip
                n_hits += 1
    return n_hits


@kernel
def _apply(world, hits, n_hits):  # type: ignore[no-untyped-def]
    """Take the listed losses, no more than there are."""
    for i in range(n_hits):
        g, j, unit, n = hits[i, 0], hits[i, 1], hits[i, 2], hits[i, 3]
        if j < 0:
            n = min(n, world.force[g, unit])
            world.force[g, unit] -= n
        else:
            n = min(n, world.campaign[g, j].army)
            world.campaign[g, j].army -= n
        world.side[g].lost += n


@kernel
def _exchange(world, geo, rules, need, f, k, day, hex_scale, lean, hits, n_hits):  # type: ignore[no-untyped-def]
    """One day of one fight: its odds and both sides' losses; ground gained in km."""
    c = world.campaign[f, k]
    unit, h = c.target, np.int64(world.holder[c.target])
    met = defence_strength(world, geo, rules, f, unit)
    if h >= 0:
        met = int(met * air_support(world, rules, need, h, DEFENDS))
    lean[f, k] = odds(world, _side(world, rules, need, f, unit), met, c.luck)
    there = enemies_at(world, f, unit)
    push = math.sqrt(max(0.0, 2.0 * lean[f, k] - 1.0))
    gain = speed(world, geo, unit, there, hex_scale) * push
    if there > 0:
        engaged = min(c.army, FRONT_RATIO * there + FRONT_LEAST)
        root = math.sqrt(float(engaged) * there)
        root *= world.inputs[ATTRITION]
        own = world.inputs[ATTACKER_LOSS] * root * cover(world, geo, unit)
        air = air_support(world, rules, need, f, ATTACKS)
        theirs = world.inputs[DEFENDER_LOSS] * root * air / cover(world, geo, unit)
        hits[n_hits, 0], hits[n_hits, 1], hits[n_hits, 2] = f, k, unit
        hits[n_hits, 3] = round_randomly(
            own, world.key, ROUND_ATTACK, day, rules.faction[f].key, geo.unit[unit].key, k
        )
        n_hits = _charge(world, geo, rules, f, k, unit, theirs, day, hits, n_hits + 1)
    return gain, n_hits


@kernel
def way_out(world, geo, g, unit):  # type: ignore[no-untyped-def]
    """The unit beside `unit` that g can fall back to, nearest to its supply; -1: none."""
    best, best_km = np.int64(-1), FAR
    for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
        v = np.int64(geo.edge[e].to)
        km = world.supply[g, v]
        if km < best_km and passable(world, g, v):
            best, best_km = v, km
    return best


@kernel
def _withdraw(world, geo, rules, f, k, lean, day, hits, n_hits):  # type: ignore[no-untyped-def]
    """The holder's garrison may leave the unit that army k of f attacks.

    It is listed in `hits` (faction, way out, unit, fighters) and goes when all have been asked,
    so that none is carried along by another; the new length of the list.
    """
    unit = world.campaign[f, k].target
    g = np.int64(world.holder[unit])
    if g < 0 or geo.unit[unit].city or world.force[g, unit] == 0:
        return n_hits
    if 1.0 - lean[f, k] >= rules.faction[g].withdraw:
        return n_hits
    for i in range(n_hits):
        if hits[i, 2] == unit:  # another army has driven it out already
            return n_hits
    u = uniform(world.key, WITHDRAW, day, rules.faction[g].key, geo.unit[unit].key, FIRST)
    if u < WITHDRAW_CHANCE:
        out = way_out(world, geo, g, unit)
        if out >= 0:
            hits[n_hits, 0], hits[n_hits, 1], hits[n_hits, 2] = g, out, unit
            hits[n_hits, 3] = world.force[g, unit]
            n_hits += 1
    return n_hits


@kernel
def _leave(world, hits, n_hits):  # type: ignore[no-untyped-def]
    """The listed garrisons go."""
    for i in range(n_hits):
        g, out, unit, n = hits[i, 0], hits[i, 1], hits[i, 2], hits[i, 3]
        world.force[g, unit] -= n
        world.force[g, out] += n


@kernel
def _break_off(world, geo, rules, f, k, lean, day):  # type: ignore[no-untyped-def]
    """An army that is losing, late or worn down gives up; one tied down in a siege holds on."""
    c = world.campaign[f, k]
    losing = lean[f, k] < 0.5 and not c.tied
    late = day > c.until and not geo.unit[c.target].town
    u = uniform(world.key, BREAK_OFF, day, rules.faction[f].key, geo.unit[c.target].key, k)
    if c.army < BROKEN * c.raised or ((losing or late) and u < BREAK_CHANCE):
        stand_down(world, f, k)


@kernel
def fight(world, geo, rules, day, hex_scale):  # type: ignore[no-untyped-def]
    """One day of every fight; `hex_scale` is 25 km over the size of a hex."""
    factions, slots = world.campaign.shape[0], world.campaign.shape[1]
    room = world.scratch
    need, lean, gain, hits = room.need, room.lean, room.gain, room.hits
    _air_requests(world, rules, need)
    n_hits = NONE
    for f in range(factions):
        for k in range(slots):
            if world.campaign[f, k].phase == ATTACKING:
                gain[f, k], n_hits = _exchange(
                    world, geo, rules, need, f, k, day, hex_scale, lean, hits, n_hits
                )
    _apply(world, hits, n_hits)
    n_hits = NONE
    for f in range(factions):
        for k in range(slots):
            if world.campaign[f, k].phase == ATTACKING:
                world.campaign[f, k].progress += gain[f, k]
                n_hits = _withdraw(world, geo, rules, f, k, lean, day, hits, n_hits)
    _leave(world, hits, n_hits)
    for f in range(factions):
        for k in range(slots):
            if world.campaign[f, k].phase == ATTACKING:
                _break_off(world, geo, rules, f, k, lean, day)
