"""Alarm, posture and relations: how rivals near what is guarded change minds.

d(alarm)/dt = sensitivity x exposure x (1 - alarm) - decay x alarm, after the fatigue and grievance
terms of Richardson (1960, Arms and Insecurity), solved exactly over the days of a tick so that its
length does not matter.
"""

from __future__ import annotations

import math

from sim.jit import kernel
from sim.model.inputs import ALARM, SHOCKS, WAR_DAYS, WARS
from sim.model.state import ALLY, ATTACKING, HOSTILE
from sim.rng import FIRST, SECOND, STANCE, WAR, uniform

# Inferred: relations move over months, faster for the worse than back.
WORSEN_DAYS, MEND_DAYS = 30.0, 60.0  # mean days until alarm moves a relation, and back
CALM = 0.5  # share of the threshold under which a relation mends and posture is lowered


@kernel
def exposure(world, rules, f, g):  # type: ignore[no-untyped-def]
    """How exposed what f guards is to the fighters of g.

        n / (n + alarm_scale)

    n is the sum of the fighters of g, garrisons and armies (phases ATTACKING, SEEKING, DONE, where
    they are `at`), each weighted by guard_weight of f for their unit: exp(-straight distance to the
    nearest guarded place / range_km), 0 where that is below 0.02.

    Args:
        world: one world (`World`).
        rules: what the scenario fixes (`Rules`).
        f: the faction.
        g: the other faction.

    Returns:
        0 to 1.
    """
    n, near, force = 0.0, rules.guard_weight[f], world.force[g]
    for unit in range(near.size):
        if near[unit] > 0.0:
            n += near[unit] * force[unit]
    for k in range(world.campaign.shape[1]):
        c = world.campaign[g, k]
        if c.phase >= ATTACKING:
            n += rules.guard_weight[f, c.at] * c.army
    return n / (n + rules.faction[f].alarm_scale)


@kernel
def update_alarm(world, geo, rules, day, days):  # type: ignore[no-untyped-def]
    """Alarm, posture and stances after `days` days under today's exposure.

    For each f and each g that f watches, in order:

        growth = sensitivity * alarm_input * exposure
        goal = growth / (growth + decay)
        alarm = goal + (alarm - goal) * exp(-(growth + decay) * days)

    `sensitivity` and `decay` a day are settings of f, `alarm_input` the input `alarm`; where growth
    + decay is 0 alarm stays. Then f reacts (`_react`); if its stance moved, `changed` is set.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        day: days since the origin.
        days: days of the tick.
    """
    for f in range(world.side.size):
        for g in range(world.side.size):
            if not rules.relation[f, g].watches:
                continue
            growth = rules.faction[f].sensitivity * world.inputs[ALARM]
            growth *= exposure(world, rules, f, g)
            rate = growth + rules.faction[f].decay
            if rate > 0.0:
                goal = growth / rate
                gap = world.pair[f, g].alarm - goal
                world.pair[f, g].alarm = goal + gap * math.exp(-rate * days)
            if _react(world, rules, f, g, day, days):
                world.changed[0] = True


@kernel
def break_out(world, rules, day, days):  # type: ignore[no-untyped-def]
    """Wars between sides that keep apart: they break out at a rate, and end after a while.

    For each pair of factions f and g < f, in order:

    1. If a war that broke out is over (war_until > 0 and day + days >= war_until), war_until is 0
       and both stances are what the settings say; `changed` is set.
    2. Nothing breaks out without the choice `shocks`, at a rate of 0, if either stance is hostile,
       or if either is ally.
    3. low and high are the smaller and larger key of the two. If u < 1 - exp(-wars_per_year * days
       / 365), u uniform (WAR, day, low, high, FIRST), and both hold ground (`_holds_ground`), a war
       begins: its length is -ln(v) * war_days, v uniform (WAR, day, low, high, SECOND); war_from =
       day + days, war_until = day + days + 1 + int(length), both stances are hostile, and `changed`
       is set.

    `wars_per_year` and `war_days` are inputs.

    Args:
        world: one world (`World`).
        rules: what the scenario fixes (`Rules`).
        day: days since the origin.
        days: days of the tick.
    """
    rate = world.inputs[WARS] if world.inputs[SHOCKS] > 0.5 else 0.0
    for f in range(world.side.size):
        for g in range(f):
            own, other = world.pair[f, g], world.pair[g, f]
            if own.war_until > 0 and day + days >= own.war_until:
                own.war_until = other.war_until = 0
                own.stance = rules.relation[f, g].stance
                other.stance = rules.relation[g, f].stance
                world.changed[0] = True
            if own.stance == HOSTILE or other.stance == HOSTILE or rate <= 0.0:
                continue
            if own.stance == ALLY or other.stance == ALLY:
                continue
            low, high = rules.faction[f].key, rules.faction[g].key
            if low > high:
                low, high = high, low
            if uniform(world.key, WAR, day, low, high, FIRST) < 1.0 - math.exp(
                -rate * days / 365.0
            ):
                if not _holds_ground(world, f) or not _holds_ground(world, g):
                    continue
                mean = world.inputs[WAR_DAYS]
                length = -mean * math.log(uniform(world.key, WAR, day, low, high, SECOND))
                own.war_from = other.war_from = day + days
                own.war_until = other.war_until = day + days + 1 + int(length)
                own.stance = other.stance = HOSTILE
                world.changed[0] = True


@kernel
def _holds_ground(world, f):  # type: ignore[no-untyped-def]
    """Whether f holds any unit: there is no war with a side that is not there."""
    holds = False
    for unit in range(world.holder.size):
        holds = holds or world.holder[unit] == f
    return holds


@kernel
def _react(world, rules, f, g, day, days):  # type: ignore[no-untyped-def]
    """Posture and stance of f towards g under its alarm; whether the stance moved.

    Nothing changes during a war that broke out (war_until > 0). u is uniform (STANCE, day, key of
    f, key of g, FIRST).

    - alarm >= threshold: posture is raised; if the stance is better than `worst` and u < 1 -
      exp(-days / WORSEN_DAYS), it moves one step nearer to war.
    - alarm < CALM * threshold: posture is lowered; if the stance is worse than the settings say and
      u < 1 - exp(-days / MEND_DAYS), it moves one step back.
    """
    pair, threshold = world.pair[f, g], rules.faction[f].threshold
    if pair.war_until > 0:
        return False
    now, base = int(pair.stance), int(rules.relation[f, g].stance)
    u = uniform(world.key, STANCE, day, rules.faction[f].key, rules.faction[g].key, FIRST)
    if pair.alarm >= threshold:
        pair.posture = True
        if now < rules.relation[f, g].worst and u < 1.0 - math.exp(-days / WORSEN_DAYS):
            pair.stance = now + 1
    elif pair.alarm < CALM * threshold:
        pair.posture = False
        if now > base and u < 1.0 - math.exp(-days / MEND_DAYS):
            pair.stance = now - 1
    return pair.stance != now
