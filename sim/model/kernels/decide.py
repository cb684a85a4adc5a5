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

# The 3:1 rule (Mearsheimer 1989, International Security 13(4); its limits: Dupuy 1989, 14(1)); the
# season is inferred: an offensive fares better or worse for about a quarter.
FORCE_RATIO = 3.0  # attackers wanted for each effective defender, the staff officers' rule
HOLD = 1_000_000  # added to a unit that is to be held, not taken
PERIOD = 91  # days for which the pace of all fronts is a little better or worse
THOUSAND = np.int64(1000)  # fighters
LOGISTIC_SD = math.sqrt(3.0) / math.pi  # makes the standard deviation of a logistic number 1


@kernel
def staging_for(world, geo, f, unit):  # type: ignore[no-untyped-def]
    """The unit beside `unit` that f attacks from: the friendly one nearest to its supply.

    The neighbour with the least `supply` (first of equal ones, in the order of edges). One without
    supply (FAR) is none: a garrison that is cut off begins nothing, as none in the record did.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        f: the faction.
        unit: the unit.

    Returns:
        The unit, -1 if there is none.
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
    """Worth of holding a unit of f, by how far the enemies beside it outnumber its garrison.

        worth / VALUE_STEPS * (threat - garrison) / (threat + garrison)

    `threat` is `enemies_beside`, `garrison` who is `at_hand`. It is 0 where threat - garrison is
    under ARMY_LEAST: no army would be raised for so few.
    """
    threat = enemies_beside(world, geo, unit)
    garrison = at_hand(world, f, unit)
    if threat - garrison < ARMY_LEAST:  # no army would be raised for so few
        return 0.0
    worth = world.worth[f, unit] / VALUE_STEPS
    return worth * (threat - garrison) / (threat + garrison)


@kernel
def _is_near_copy(world, geo, rules, f, unit):  # type: ignore[no-untyped-def]
    """Whether a hex beside this hex, also open to attack, leads f to as much or more.

    Such a neighbour is no place, is at f's front, is `attackable`, and has a larger `pull`, or the
    same and the larger key. One hex of a row of open country thus stands for its neighbours, and
    near copies of one option do not outvote a town (independence of irrelevant alternatives). A
    place is never a near copy.
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
    """Whether f could attack a unit with a chance, if `most` fighters gathered beside it.

    There is a `staging_for` it, and the odds of their `attack_strength` from there against its
    `defence_strength`, with `surprise` for luck, are at least ODDS_LEAST.
    """
    staging = staging_for(world, geo, f, unit)
    if staging < 0:
        return False
    strength = attack_strength(world, rules, f, most, staging)
    met = defence_strength(world, geo, rules, f, unit)
    return odds(world, strength, met, surprise) >= ODDS_LEAST


@kernel
def _leads_to_place(world, geo, rules, f, unit):  # type: ignore[no-untyped-def]
    """Whether a unit is a place, or has a neighbour that is a place and `attackable` for f."""
    leads = geo.unit[unit].is_place
    for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
        v = np.int64(geo.edge[e].to)
        leads = leads or (geo.unit[v].is_place and attackable(world, rules, f, v))
    return leads


@kernel
def _surely_below(u, goal):  # type: ignore[no-untyped-def]
    """Whether the Gumbel number of a uniform u is below a goal, where that is seen cheaply.

    -log(-log u) < goal if 1 - u > exp(-goal), since -log u > 1 - u; and exp(-goal) is less than 1
    over the first terms of the series of exp(goal). The margin is for rounding. It changes no
    choice.
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

    Nothing is begun (WAIT) if fewer than ARMY_LEAST are `uncommitted`. Else every option has a
    score, lambda * value + a Gumbel number of its own, and the highest wins (the first of equal
    ones in the order of units, waiting before all). lambda is the faction's rationality times the
    input `rationality`. The numbers are drawn from (CHOICE, day, key of f, key of the unit, slot
    k); that of waiting, whose value is 0, has 0 for the unit. Options are the units at f's front
    (`front`) that

    1. f itself holds, to hold them, or that are `attackable`, to take them;
    2. in a counter-stroke or the opening of a war (`stroke`) are to be taken, are held by the
       faction `against` if there is one, and lead to a place (`_leads_to_place`);
    3. have a value above 0: to take, the `pull` of the unit must be, which is the value, and the
       input `under_way_worth` more if the slot is an operation under way (`_is_under_way`) and the
       unit is one taken `lately` or near it; to hold, the unit's `worth` / VALUE_STEPS must be, and
       the value is `_value_of_holding`, which must be too;
    4. to take, can be hoped for (`_hopeful`) with all that are uncommitted, the luck being the
       input `surprise` in a stroke and 0 else;
    5. to take, with the choice `thinning`, are no near copy (`_is_near_copy`);
    6. are none of the options that this plan has been refused before.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        f: the faction.
        k: slot of the campaign.
        day: days since the origin.
        refused: options that this plan could not begin.
        n: how many of them count.

    Returns:
        The option.
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
    """Whether slot k of f is an operation that was in the field at the origin.

    On day 0, in a world with the choice `under_way`, the first `under_way` slots of the faction.
    """
    return day == 0 and k < rules.faction[f].under_way and world.inputs[UNDER_WAY] > 0.5


@kernel
def _begin(world, geo, rules, f, k, day, option):  # type: ignore[no-untyped-def]
    """Gather an army for an option; whether it could: nothing happens when too few can come.

    1. To hold a unit, it gathers there, and `enemies_beside` less those `at_hand` are wanted.
    2. To take one, it gathers at `staging_for` it. Wanted are the larger of int(FORCE_RATIO * met /
       max(each, 1)) and `usable` // max(campaigns, 1): `met` is the `defence_strength` of the unit,
       `each` the `attack_strength` of THOUSAND fighters from there, over 1000. A campaign is raised
       for the area beyond its first target, so it wants its share at least.
    3. No more are wanted than are `uncommitted`. If fewer than ARMY_LEAST are wanted, or can gather
       (`muster`), it fails.
    4. To take, it also fails if the odds of the army's `attack_strength` against `met`, with the
       input `surprise` for luck in a stroke, are under ODDS_LEAST.
    5. They are called up (`call_up`). The slot is GATHERING and fresh, `army` = `raised` = their
       number, `at` the place of gathering, `target` the unit (when holding, the same).
    6. `ready` = day + ceil(km / mobility), km the distance of the last who come; for an operation
       under way, today.
    7. `until` = ready + int(campaign_days * (0.5 + u)), u uniform (DURATION, day, key of f, key of
       the unit, k): it lasts half to one and a half times its mean.
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
    """On which of the coming `days` a faction plans for slot k, if it is free: a bit a day.

    Bit d is set if u < 1 - exp(-initiative * plan_rate), u uniform (PLAN, day + d, key of f, unit
    0, k), with the input `initiative` and `plan_rate` a day of the faction.
    """
    chance = 1.0 - math.exp(-world.inputs[INITIATIVE] * faction.plan_rate)
    planned = 0
    for d in range(days):
        if uniform(world.key, PLAN, day + d, faction.key, np.uint64(0), k) < chance:
            planned |= 1 << d
    return planned


@kernel
def _pace(world, day):  # type: ignore[no-untyped-def]
    """Factor on all rates of advance in the period of a day: what goes well or badly for months.

    1 without the choice `periods`; else exp(pace_shock * LOGISTIC_SD * z), z a logistic number
    (PACE, day // PERIOD, faction 0, unit 0, FIRST), with the input `pace_shock` as standard
    deviation.
    """
    if world.inputs[PERIODS] < 0.5:
        return 1.0
    nobody = np.uint64(0)
    z = logistic(world.key, PACE, day // PERIOD, nobody, nobody, FIRST)
    return math.exp(world.inputs[PACE_SHOCK] * LOGISTIC_SD * z)


@kernel
def _strikes_back(world, rules, f, day, days):  # type: ignore[no-untyped-def]
    """Whether f plans a counter-stroke in these days: at a rate, while it is the weaker side.

    u < 1 - exp(-strokes_per_year * days / 365), u uniform (STROKE, day, key of f, unit 0, FIRST),
    the rate 0 without the choice `strokes`; and the `usable` fighters of all hostile to f together
    are more than the input `stroke_ratio` times its own.
    """
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
    """The faction on which f, the stronger, opens a war that broke out; -1 if there is none.

    The first g of a war with f that breaks out (`alarm.break_out`) and begins today, if f has more
    `usable` fighters than g, or as many and the larger key.
    """
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
    """Mark the free slots in which a faction opens a war, or the first for a counter-stroke.

    On the first day of a tick, for each faction f: `enemy` is whom it opens a war on
    (`_opens_war`), `stroke` whether it strikes back (`_strikes_back`). Each free slot among its
    `campaigns`, in order, gets `stroke` set if there is an enemy, or if f strikes back and it is
    the first, and `against` = enemy; else `stroke` is unset and `against` -1. Such slots plan on
    that day (`wake`).

    Args:
        state: a batch of worlds (`State`).
        rules: what the scenario fixes (`Rules`).
        day: days since the origin.
        days: days of the tick.
    """
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
    """Mark in `scratch.due` which factions have to decide on the nth day of the tick, anywhere.

    In some world a slot among its `campaigns` is SEEKING, or is free and plans on that day. It
    saves time: who is not due would decide nothing.

    Args:
        state: a batch of worlds (`State`).
        rules: what the scenario fixes (`Rules`).
        nth: number of the day in its tick, from 0.
    """
    due = state.scratch.due
    due[:] = False
    for w in range(state.holder.shape[0]):
        for f in range(due.size):
            for k in range(rules.faction[f].campaigns if not due[f] else 0):
                c = state.campaign[w, f, k]
                due[f] = due[f] or c.phase == SEEKING or (c.phase == FREE and c.plans >> nth & 1)


@kernel
def wake(state, rules, day, days):  # type: ignore[no-untyped-def]
    """Look up when in the next `days` factions plan, and who may decide anything.

    In each world `pace` is set to the factor of the period (`_pace`). For each slot among a
    faction's `campaigns`, `plans` has the bits of `_planned`, and bit 0 besides if it is an
    operation under way or is free and marked as a `stroke`. The faction is `awake` if some slot has
    a bit set, or is neither free nor GATHERING until after the tick (`ready` >= day + days). For
    one that sleeps nothing is valued. It changes no decision.

    Args:
        state: a batch of worlds (`State`).
        rules: what the scenario fixes (`Rules`).
        day: first day of the tick.
        days: days of the tick, 62 at most.
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
    """Begin a campaign in slot k if one can be: the first choice, or the next best ones.

    The option is chosen (`choose_start`) and begun (`_begin`). If it cannot be begun it is refused
    and, with the choice `next_best`, the next best is tried, TRIES in all; without it the plan is
    lost. It ends when the choice is to wait. The same random numbers hold for every try.
    """
    refused = world.scratch.refused
    for n in range(TRIES if world.inputs[NEXT_BEST] > 0.5 else 1):
        option = choose_start(world, geo, rules, f, k, day, refused, n)
        if option == WAIT or _begin(world, geo, rules, f, k, day, option):
            break
        refused[n] = option


@kernel
def decide(state, geo, rules, f, day, nth):  # type: ignore[no-untyped-def]
    """Decisions of faction f on a day, in every world; others see nothing of them yet.

    For each slot among its `campaigns`, in order:

    - One that is free and plans today (bit `nth` of `plans`) plans (`_plan`), by the enemies as
      they stand this morning (`perceive.count_enemies`). Its mark as a `stroke` ends unless it now
      gathers.
    - An army that is SEEKING, before its day `until` and with ARMY_LEAST or more, turns to a unit
      (`march.choose_next`, `march.engage`); if it waits, is late or too small, its phase is DONE.

    Args:
        state: a batch of worlds (`State`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        f: the faction.
        day: days since the origin.
        nth: number of the day in its tick, from 0.
    """
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
    """What was decided today begins: armies gather, set out, join a garrison or stand down.

    For each faction: if a campaign was begun today (GATHERING and fresh), it is fresh no longer,
    and all who were called up leave their garrisons (`muster.set_out`). Then for each slot in
    order:

    - DONE: it stands down (`muster.stand_down`).
    - GATHERING, and day >= ready: it attacks its target if that is `attackable` (`march.engage`),
      else it stands down; so those gathered to hold a unit join its garrison.
    - ATTACKING: if it is in a place and its target is not the hex around, it has come out, and is
      `at` that hex. If its target is not `attackable` any more, it is SEEKING.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        day: days since the origin.
    """
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
