"""Decide: which campaigns to begin and where armies on the march turn next.

Choices are quantal responses (McKelvey and Palfrey 1995, doi:10.1006/game.1995.1023): an option is
taken with probability proportional to exp(rationality x value), drawn as the largest of
rationality x value + a Gumbel number of the option's own key. Waiting has value 0.
"""

from __future__ import annotations

import math

import numpy as np

from sim.jit import kernel
from sim.model.inputs import INITIATIVE, RATIONALITY
from sim.model.kernels.appraise import pull
from sim.model.kernels.contest import attack_strength, defence_strength, odds
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
from sim.model.state import (
    ATTACKING,
    DONE,
    FAR,
    FREE,
    GATHERING,
    HOSTILE,
    NOBODY,
    SEEKING,
    VALUE_STEPS,
    one,
)
from sim.rng import CHOICE, DURATION, FIRST, LUCK, PLAN, gumbel, logistic, uniform

FORCE_RATIO = 3.0  # attackers wanted for each effective defender, the staff officers' rule
ODDS_LEAST = 0.4  # odds below which nobody sets out
WAIT, HOLD = -1, 1_000_000  # no unit; added to a unit that is to be held, not taken


@kernel
def attackable(world, rules, f, unit):  # type: ignore[no-untyped-def]
    """Whether f would fight for a unit: nobody's ground, or an enemy's."""
    h = int(world.holder[unit])
    if h != NOBODY and (h < 0 or h == f or world.pair[f, h].stance != HOSTILE):
        return False
    return rules.fights[f, unit]


@kernel
def staging_for(world, geo, f, unit):  # type: ignore[no-untyped-def]
    """The unit beside `unit` that f attacks from: the nearest to its supply; -1 if none has any.

    A garrison that is cut off begins nothing: none of those in `seeds/control.csv` did.
    """
    best, best_km = -1, FAR
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
def _mark_front(world, geo, f):  # type: ignore[no-untyped-def]
    """Mark in `scratch.seen` friendly units beside others, and the others beside them."""
    front, friendly = world.scratch.seen, world.friendly[f]
    front[:] = False
    for unit in range(front.size):
        if not friendly[unit]:
            continue
        for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
            if not friendly[geo.edge[e].to]:
                front[unit] = front[geo.edge[e].to] = True


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
def choose_start(world, geo, rules, f, k, day):  # type: ignore[no-untyped-def]
    """Where to begin a campaign: a unit to take, HOLD + a unit to hold, or WAIT."""
    key = rules.faction[f].key
    lam = rules.faction[f].rationality * world.inputs[RATIONALITY]
    most = uncommitted(world, f)
    if most < ARMY_LEAST:
        return WAIT
    best, best_score = WAIT, gumbel(world.key, CHOICE, day, key, np.uint64(0), k)
    _mark_front(world, geo, f)
    for unit in range(geo.unit.size):
        if not world.scratch.seen[unit]:
            continue
        hold = world.holder[unit] == f
        if not hold and not attackable(world, rules, f, unit):
            continue
        value = world.worth[f, unit] / VALUE_STEPS if hold else pull(world, rules, f, unit)
        if value <= 0.0:
            continue
        luck = gumbel(world.key, CHOICE, day, key, geo.unit[unit].key, k)
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
def choose_next(world, geo, rules, f, k, day):  # type: ignore[no-untyped-def]
    """Where an army on the march turns: a unit beside it that it can hope to take, or WAIT."""
    key = rules.faction[f].key
    lam = rules.faction[f].rationality * world.inputs[RATIONALITY]
    here = world.campaign[f, k].at
    strength = attack_strength(world, rules, f, world.campaign[f, k].army, here)
    best, best_score = WAIT, gumbel(world.key, CHOICE, day, key, np.uint64(0), k)
    for e in range(geo.edge_start[here], geo.edge_start[here + 1]):
        unit = np.int64(geo.edge[e].to)
        if not attackable(world, rules, f, unit):
            continue
        value = pull(world, rules, f, unit)
        if value <= 0.0:
            continue
        met = defence_strength(world, geo, rules, f, unit)
        if odds(world, strength, met, 0.0) < ODDS_LEAST:
            continue
        score = lam * value + gumbel(world.key, CHOICE, day, key, geo.unit[unit].key, k)
        if score > best_score:
            best, best_score = unit, score
    return best


@kernel
def engage(world, geo, rules, f, k, unit, day):  # type: ignore[no-untyped-def]
    """Begin the fight for a unit; its luck is drawn now and lasts."""
    c = world.campaign[f, k]
    c.phase = ATTACKING
    c.target = unit
    c.progress = 0.0
    c.fresh = True
    c.luck = logistic(world.key, LUCK, day, rules.faction[f].key, geo.unit[unit].key, k)


@kernel
def draw_siege_luck(state, geo, rules, f, k):  # type: ignore[no-untyped-def]
    """The luck, in every world, of a siege that is under way at the origin."""
    for w in range(state.holder.shape[0]):
        c = state.campaign[w, f, k]
        unit = geo.unit[c.target].key
        c.luck = logistic(state.key[w], LUCK, FIRST, rules.faction[f].key, unit, k)


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
    """On which of the `days` to come a faction plans for slot k, if it is free: a bit a day."""
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
                    unit = choose_next(world, geo, rules, f, k, day)
                if unit == WAIT:
                    c.phase = DONE
                else:
                    engage(world, geo, rules, f, k, unit, day)


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
                    engage(world, geo, rules, f, k, c.target, day)
                else:
                    stand_down(world, f, k)
            elif c.phase == ATTACKING and not attackable(world, rules, f, c.target):
                c.phase = SEEKING
