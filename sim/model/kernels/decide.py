"""Decide: which campaigns to begin, and when; where armies on the march turn is in `march`.

Choices are quantal responses (McKelvey and Palfrey 1995, doi:10.1006/game.1995.1023): an option is
taken with probability proportional to exp(rationality x value), drawn as the largest of
rationality x value + a Gumbel number of the option's own key. Waiting has value 0. Plans and the
first targets of campaigns are keyed by day and slot.
"""

from __future__ import annotations

import math

import numpy as np

from sim.jit import kernel
from sim.model.inputs import INITIATIVE, RATIONALITY
from sim.model.kernels.appraise import pull
from sim.model.kernels.contest import attack_strength, defence_strength, odds
from sim.model.kernels.march import ODDS_LEAST, WAIT, attackable, choose_next, engage
from sim.model.kernels.muster import (
    ARMY_LEAST,
    at_hand,
    call_up,
    muster,
    set_out,
    stand_down,
    uncommitted,
)
from sim.model.kernels.perceive import count_enemies, enemies_beside
from sim.model.state import ATTACKING, DONE, FAR, FREE, GATHERING, SEEKING, VALUE_STEPS, one
from sim.rng import CHOICE, DURATION, PLAN, gumbel, uniform

FORCE_RATIO = 3.0  # attackers wanted for each effective defender, the staff officers' rule
HOLD = 1_000_000  # added to a unit that is to be held, not taken


@kernel
def staging_for(world, geo, f, unit):  # type: ignore[no-untyped-def]
    """The unit beside `unit` that f attacks from: the nearest to its supply; -1 if none has any.

    A garrison that is cut off begins nothing: none of those in `seeds/control.csv` did.
    """
    best, best_km = np.int64(-1), FAR
    for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
        v = np.int64(geo.edge[e].to)
        km = world.supply[f, v]
        if world.friendly[f, v] and km < best_km:
            best, best_km = v, km
    return best


@kernel
def _value_of_holding(world, geo, f, unit):  # type: ignore[no-untyped-def]
    """Worth of a unit of f times how far the enemies beside it outnumber its garrison."""
    threat = enemies_beside(world, geo, unit)
    garrison = at_hand(world, f, unit)
    if threat <= garrison:
        return 0.0
    worth = world.worth[f, unit] / VALUE_STEPS
    return worth * (threat - garrison) / (threat + garrison)


@kernel
def _hopeful(world, geo, rules, f, unit, most):  # type: ignore[no-untyped-def]
    """Whether f could attack a unit with a chance, if `most` fighters gathered beside it."""
    staging = staging_for(world, geo, f, unit)
    if staging < 0:
        return False
    strength = attack_strength(world, rules, f, most, staging)
    met = defence_strength(world, geo, rules, f, unit)
    return odds(world, strength, met, 0.0) >= ODDS_LEAST


@kernel
def _surely_below(u, goal):  # type: ignore[no-untyped-def]
    """Whether the Gumbel number of a uniform u is below a goal, where that is seen cheaply.

    -log(-log u) < goal if 1 - u > exp(-goal), since -log u > 1 - u; and exp(-goal) is less than 1
    over the first terms of the series of exp(goal). The margin is for rounding.
    """
    if goal <= 0.0:
        return False
    return (1.0 - u) * (1.0 + goal * (1.0 + goal * (0.5 + goal / 6.0))) > 1.0 + 1e-9


@kernel
def choose_start(world, geo, rules, f, k, day):  # type: ignore[no-untyped-def]
    """Where to begin a campaign: a unit to take, HOLD + a unit to hold, or WAIT."""
    key = rules.faction[f].key
    lam = rules.faction[f].rationality * world.inputs[RATIONALITY]
    most = uncommitted(world, f)
    if most < ARMY_LEAST:
        return WAIT
    best, best_score = WAIT, gumbel(world.key, CHOICE, day, key, np.uint64(0), k)
    front = world.front[f]
    for unit in range(front.size):
        if not front[unit]:
            continue
        hold = world.holder[unit] == f
        if not hold and not attackable(world, rules, f, unit):
            continue
        value = world.worth[f, unit] / VALUE_STEPS if hold else pull(world, rules, f, unit)
        if value <= 0.0:
            continue
        u = uniform(world.key, CHOICE, day, key, geo.unit[unit].key, k)
        if _surely_below(u, best_score - lam * value):
            continue
        luck = -math.log(-math.log(u))
        if lam * value + luck <= best_score:
            continue
        # threat and hope cost more to see than the rest, so they are looked at last
        if hold:
            value = _value_of_holding(world, geo, f, unit)
        elif not _hopeful(world, geo, rules, f, unit, most):
            continue
        if value > 0.0 and lam * value + luck > best_score:
            best, best_score = HOLD + unit if hold else unit, lam * value + luck
    return best


@kernel
def _begin(world, geo, rules, f, k, day, option):  # type: ignore[no-untyped-def]
    """Gather an army for an option; nothing happens when too few can come.

    A campaign wants its share of the faction's usable fighters, more for a strong defence: it is
    raised for the area beyond its first target. It lasts half to one and a half times its mean.
    """
    hold = option >= HOLD
    unit = option - HOLD if hold else option
    staging, met = unit, 0
    if hold:
        wanted = int(enemies_beside(world, geo, unit)) - at_hand(world, f, unit)
    else:
        staging = staging_for(world, geo, f, unit)
        met = defence_strength(world, geo, rules, f, unit)
        each = attack_strength(world, rules, f, 1000, staging) / 1000.0
        share = world.side[f].usable // max(rules.faction[f].campaigns, 1)
        wanted = max(int(FORCE_RATIO * met / max(each, 1.0)), share)
    wanted = min(wanted, uncommitted(world, f))
    if wanted < ARMY_LEAST:
        return
    army, km = muster(world, geo, rules, f, staging, wanted)
    if army < ARMY_LEAST:
        return
    if not hold:
        strength = attack_strength(world, rules, f, army, staging)
        if odds(world, strength, met, 0.0) < ODDS_LEAST:
            return
    call_up(world, geo, rules, f, army)
    faction = rules.faction[f]
    u = uniform(world.key, DURATION, day, faction.key, geo.unit[unit].key, k)
    c = world.campaign[f, k]
    c.phase = GATHERING
    c.fresh = True
    c.army = army
    c.raised = army
    c.at = staging
    c.target = unit
    c.ready = day + (km + faction.mobility - 1) // faction.mobility
    c.until = c.ready + int(faction.campaign_days * (0.5 + u))


@kernel
def _planned(world, faction, k, day, days):  # type: ignore[no-untyped-def]
    """On which of the coming `days` a faction plans for slot k, if it is free: a bit a day."""
    chance = 1.0 - math.exp(-world.inputs[INITIATIVE] * faction.plan_rate)
    found = 0
    for d in range(days):
        if uniform(world.key, PLAN, day + d, faction.key, np.uint64(0), k) < chance:
            found |= 1 << d
    return found


@kernel
def call(state, rules, nth):  # type: ignore[no-untyped-def]
    """Mark in `scratch.due` which factions have to decide on the nth day of the tick, anywhere."""
    due = state.scratch.due
    due[:] = False
    for w in range(state.holder.shape[0]):
        for f in range(due.size):
            for k in range(rules.faction[f].campaigns if not due[f] else 0):
                c = state.campaign[w, f, k]
                due[f] = due[f] or c.phase == SEEKING or (c.phase == FREE and c.plans >> nth & 1)


@kernel
def wake(state, rules, day, days):  # type: ignore[no-untyped-def]
    """Look up when in the next `days` (62 at most) factions plan, and who may decide anything.

    A faction sleeps in a world in which none is planned and no army can be through with its
    target in these days. What it would value is not worked out.
    """
    for w in range(state.holder.shape[0]):
        world = one(state, w)
        for f in range(world.side.size):
            awake = False
            for k in range(rules.faction[f].campaigns):
                c = world.campaign[f, k]
                c.plans = _planned(world, rules.faction[f], k, day, days)
                marching = c.phase == GATHERING and c.ready >= day + days
                awake = awake or c.plans != 0 or (c.phase != FREE and not marching)
            world.side[f].awake = awake
    call(state, rules, 0)


@kernel
def decide(state, geo, rules, f, day, nth):  # type: ignore[no-untyped-def]
    """Decisions of faction f on a day, the nth of its tick; others see nothing of them yet."""
    for w in range(state.holder.shape[0]):
        world = one(state, w)
        counted = False
        for k in range(rules.faction[f].campaigns):
            c = world.campaign[f, k]
            if c.phase == FREE and c.plans >> nth & 1:
                if not counted:  # the same for all its slots: nobody moves while all decide
                    count_enemies(world, f)
                    counted = True
                option = choose_start(world, geo, rules, f, k, day)
                if option != WAIT:
                    _begin(world, geo, rules, f, k, day, option)
            elif c.phase == SEEKING:
                unit = WAIT
                if day < c.until and c.army >= ARMY_LEAST:
                    unit = choose_next(world, geo, rules, f, k)
                if unit == WAIT:
                    c.phase = DONE
                else:
                    engage(world, geo, rules, f, k, unit)


@kernel
def move(world, geo, rules, day):  # type: ignore[no-untyped-def]
    """What was decided today begins: armies gather, set out, join a garrison or stand down."""
    for f in range(world.side.size):
        calling = False
        for k in range(world.campaign.shape[1]):
            c = world.campaign[f, k]
            if c.phase == GATHERING and c.fresh:
                c.fresh, calling = False, True
        if calling:
            set_out(world, f)
        for k in range(world.campaign.shape[1]):
            c = world.campaign[f, k]
            if c.phase == DONE:
                stand_down(world, f, k)
            elif c.phase == GATHERING and day >= c.ready:
                if attackable(world, rules, f, c.target):
                    engage(world, geo, rules, f, k, c.target)
                else:
                    stand_down(world, f, k)
            elif c.phase == ATTACKING and not attackable(world, rules, f, c.target):
                c.phase = SEEKING
