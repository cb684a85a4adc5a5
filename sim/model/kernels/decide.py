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
from sim.model.inputs import (
    INITIATIVE,
    NEXT_BEST,
    PACE_SHOCK,
    PERIODS,
    RATIONALITY,
    STROKE_RATIO,
    STROKES,
    STROKING,
    SURPRISE,
    THINNING,
    UNDER_WAY,
    UNDER_WAY_WORTH,
)
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
from sim.model.kernels.paths import NONE
from sim.model.kernels.perceive import count_enemies, enemies_beside, hostile_to
from sim.model.state import (
    ATTACKING,
    DONE,
    FAR,
    FREE,
    GATHERING,
    SEEKING,
    TRIES,
    VALUE_STEPS,
    one,
)
from sim.rng import CHOICE, DURATION, FIRST, PACE, PLAN, STROKE, gumbel, logistic, uniform

FORCE_RATIO = 3.0  # attackers wanted for each effective defender, the staff officers' rule
HOLD = 1_000_000  # added to a unit that is to be held, not taken
PERIOD = 91  # days for which the pace of all fronts is a little better or worse
THOUSAND = np.int64(1000)  # fighters
LOGISTIC_SD = math.sqrt(3.0) / math.pi  # makes the standard deviation of a logistic number 1


@kernel
def staging_for(world, geo, f, unit):  # type: ignore[no-untyped-def]
    """The unit beside `unit` that f attacks from: the nearest to its supply; -1 if none has any.

    A garrison that is cut off begins nothing: none of those in the record did.
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
    if threat - garrison < ARMY_LEAST:  # no army would be raised for so few
        return 0.0
    worth = world.worth[f, unit] / VALUE_STEPS
    return worth * (threat - garrison) / (threat + garrison)


@kernel
def _is_near_copy(world, geo, rules, f, unit):  # type: ignore[no-untyped-def]
    """Whether a hex beside this one, also open to attack, leads f to as much or more.

    Open country is a row of such hexes: one of them stands for its neighbours, so that many near
    copies of one option do not outvote a town (independence of irrelevant alternatives).
    """
    if geo.unit[unit].is_place:
        return False
    value, key = pull(world, rules, f, unit), geo.unit[unit].key
    for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
        v = np.int64(geo.edge[e].to)
        if geo.unit[v].is_place or not world.front[f, v] or not attackable(world, rules, f, v):
            continue
        other = pull(world, rules, f, v)
        if other > value or (other == value and geo.unit[v].key > key):
            return True
    return False


@kernel
def _hopeful(world, geo, rules, f, unit, most, surprise):  # type: ignore[no-untyped-def]
    """Whether f could attack a unit with a chance, if `most` fighters gathered beside it."""
    staging = staging_for(world, geo, f, unit)
    if staging < 0:
        return False
    strength = attack_strength(world, rules, f, most, staging)
    met = defence_strength(world, geo, rules, f, unit)
    return odds(world, strength, met, surprise) >= ODDS_LEAST


@kernel
def _leads_to_place(world, geo, rules, f, unit):  # type: ignore[no-untyped-def]
    """Whether a unit is a place, or the country around one that f could take from there."""
    leads = geo.unit[unit].is_place
    for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
        v = np.int64(geo.edge[e].to)
        leads = leads or (geo.unit[v].is_place and attackable(world, rules, f, v))
    return leads


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
def _is_refused(option, refused, n):  # type: ignore[no-untyped-def]
    """Whether an option is one of the first n of `refused`."""
    is_one = False
    for i in range(n):
        is_one = is_one or refused[i] == option
    return is_one


@kernel
def choose_start(world, geo, rules, f, k, day, refused, n):  # type: ignore[no-untyped-def]
    """Where to begin a campaign: a unit to take, HOLD + a unit to hold, or WAIT.

    Not one of the first `n` options of `refused`. A counter-stroke is aimed at a place, and does
    not hold; what opens a war takes from the new enemy.
    """
    key = rules.faction[f].key
    lam = rules.faction[f].rationality * world.inputs[RATIONALITY]
    most = uncommitted(world, f)
    if most < ARMY_LEAST:
        return WAIT
    stroke, against = world.campaign[f, k].stroke, world.campaign[f, k].against
    surprise = world.inputs[SURPRISE] if stroke else 0.0
    under_way = _is_under_way(world, rules, f, k, day)
    thinning = world.inputs[THINNING] > 0.5
    best, best_score = WAIT, gumbel(world.key, CHOICE, day, key, np.uint64(0), k)
    front = world.front[f]
    for unit in range(front.size):
        if not front[unit]:
            continue
        hold = world.holder[unit] == f
        if not hold and not attackable(world, rules, f, unit):
            continue
        if stroke and (hold or (against >= 0 and world.holder[unit] != against)):
            continue
        if stroke and not _leads_to_place(world, geo, rules, f, unit):
            continue
        value = world.worth[f, unit] / VALUE_STEPS if hold else pull(world, rules, f, unit)
        if value <= 0.0:
            continue
        if under_way and not hold and rules.ground[f, unit].lately:
            value += world.inputs[UNDER_WAY_WORTH]
        u = uniform(world.key, CHOICE, day, key, geo.unit[unit].key, k)
        if _surely_below(u, best_score - lam * value):
            continue
        luck = -math.log(-math.log(u))
        if lam * value + luck <= best_score:
            continue
        # threat and hope cost more to see than the rest, so they are looked at last
        if hold:
            value = _value_of_holding(world, geo, f, unit)
        elif not _hopeful(world, geo, rules, f, unit, most, surprise):
            continue
        if thinning and not hold and _is_near_copy(world, geo, rules, f, unit):
            continue
        if _is_refused(HOLD + unit if hold else unit, refused, n):
            continue
        if value > 0.0 and lam * value + luck > best_score:
            best, best_score = HOLD + unit if hold else unit, lam * value + luck
    return best


@kernel
def _is_under_way(world, rules, f, k, day):  # type: ignore[no-untyped-def]
    """Whether slot k of f is an operation that was in the field at the origin."""
    return day == 0 and k < rules.faction[f].under_way and world.inputs[UNDER_WAY] > 0.5


@kernel
def _begin(world, geo, rules, f, k, day, option):  # type: ignore[no-untyped-def]
    """Gather an army for an option; whether it could: nothing happens when too few can come.

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
        each = attack_strength(world, rules, f, THOUSAND, staging) / 1000.0
        share = world.side[f].usable // max(rules.faction[f].campaigns, 1)
        wanted = max(int(FORCE_RATIO * met / max(each, 1.0)), share)
    wanted = min(wanted, uncommitted(world, f))
    if wanted < ARMY_LEAST:
        return False
    army, km = muster(world, geo, rules, f, staging, wanted)
    if army < ARMY_LEAST:
        return False
    if not hold:
        strength = attack_strength(world, rules, f, army, staging)
        surprise = world.inputs[SURPRISE] if world.campaign[f, k].stroke else 0.0
        if odds(world, strength, met, surprise) < ODDS_LEAST:
            return False
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
    if _is_under_way(world, rules, f, k, day):
        c.ready = day
    c.until = c.ready + int(faction.campaign_days * (0.5 + u))
    return True


@kernel
def _planned(world, faction, k, day, days):  # type: ignore[no-untyped-def]
    """On which of the coming `days` a faction plans for slot k, if it is free: a bit a day."""
    chance = 1.0 - math.exp(-world.inputs[INITIATIVE] * faction.plan_rate)
    planned = 0
    for d in range(days):
        if uniform(world.key, PLAN, day + d, faction.key, np.uint64(0), k) < chance:
            planned |= 1 << d
    return planned


@kernel
def _pace(world, day):  # type: ignore[no-untyped-def]
    """Factor on all rates of advance in the period of a day: what goes well or badly for months."""
    if world.inputs[PERIODS] < 0.5:
        return 1.0
    nobody = np.uint64(0)
    z = logistic(world.key, PACE, day // PERIOD, nobody, nobody, FIRST)
    return math.exp(world.inputs[PACE_SHOCK] * LOGISTIC_SD * z)


@kernel
def _strikes_back(world, rules, f, day, days):  # type: ignore[no-untyped-def]
    """Whether f plans a counter-stroke in these days: at a rate, while it is the weaker side."""
    rate = world.inputs[STROKES] if world.inputs[STROKING] > 0.5 else 0.0
    u = uniform(world.key, STROKE, day, rules.faction[f].key, np.uint64(0), FIRST)
    if u >= 1.0 - math.exp(-rate * days / 365.0):
        return False
    enemies = 0
    for g in range(world.side.size):
        if g != f and hostile_to(world, f, g):
            enemies += world.side[g].usable
    return enemies > world.inputs[STROKE_RATIO] * world.side[f].usable


@kernel
def _opens_war(world, rules, f, day):  # type: ignore[no-untyped-def]
    """The faction on which f, the stronger, opens a war that broke out; -1 if there is none."""
    for g in range(world.side.size):
        pair = world.pair[f, g]
        if pair.war_until <= 0 or pair.war_from != day:
            continue
        ours, theirs = world.side[f].usable, world.side[g].usable
        if ours > theirs or (ours == theirs and rules.faction[f].key > rules.faction[g].key):
            return g
    return -1


@kernel
def strike_back(state, rules, day, days):  # type: ignore[no-untyped-def]
    """Mark the free slots in which a faction opens a war, or the first for a counter-stroke."""
    for w in range(state.holder.shape[0]):
        world = one(state, w)
        for f in range(world.side.size):
            enemy = _opens_war(world, rules, f, day)
            stroke = _strikes_back(world, rules, f, day, days)
            for k in range(rules.faction[f].campaigns):
                c = world.campaign[f, k]
                if c.phase == FREE:
                    c.stroke, c.against = stroke or enemy >= 0, enemy
                    stroke = False


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
        world.pace[0] = _pace(world, day)
        for f in range(world.side.size):
            awake = False
            for k in range(rules.faction[f].campaigns):
                c = world.campaign[f, k]
                c.plans = _planned(world, rules.faction[f], k, day, days)
                if _is_under_way(world, rules, f, k, day):
                    c.plans |= 1
                if c.phase == FREE and c.stroke:
                    c.plans |= 1
                marching = c.phase == GATHERING and c.ready >= day + days
                awake = awake or c.plans != 0 or (c.phase != FREE and not marching)
            world.side[f].awake = awake
    call(state, rules, NONE)


@kernel
def _plan(world, geo, rules, f, k, day):  # type: ignore[no-untyped-def]
    """Begin a campaign in slot k if one can be: the first choice, or the next best ones."""
    refused = world.scratch.refused
    for n in range(TRIES if world.inputs[NEXT_BEST] > 0.5 else 1):
        option = choose_start(world, geo, rules, f, k, day, refused, n)
        if option == WAIT or _begin(world, geo, rules, f, k, day, option):
            break
        refused[n] = option


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
                _plan(world, geo, rules, f, k, day)
                c.stroke = c.stroke and c.phase == GATHERING
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
            elif c.phase == ATTACKING:
                around = geo.unit[c.at].hex_of
                if c.at != around and c.target != around:
                    c.at = around  # it has come out of a town
                if not attackable(world, rules, f, c.target):
                    c.phase = SEEKING
