"""Appraise: from what factions value to how strongly each unit of the front pulls them."""

from __future__ import annotations

import math

import numpy as np

from sim.jit import kernel
from sim.model.kernels.paths import BLOCKED, spread, spread_past
from sim.model.kernels.perceive import drawn
from sim.model.state import (
    ATTACKING,
    DETOUR_KM,
    FAR,
    HORIZON_KM,
    NEUTRAL,
    PAVED,
    TOLERATE,
    VALUE_STEPS,
    one,
)

REACH_KM = np.int64(400)  # prizes that seem further do not count (4 lengths of HORIZON_KM)
CONQUEST_KM = 60  # by which a unit that must be taken lengthens a corridor
GARRISON_KM = 10  # and by which each 100 defenders lengthen it further
STRIKE_KM = 400  # and a strike that is held to be certain
TRACK_KM = 60  # by which a hex without a paved road lengthens it: little can pass there
DEFENDERS_MOST = 3000
MOST = VALUE_STEPS * VALUE_STEPS  # the largest stored value


@kernel
def corridor_slack(state, geo, rules):  # type: ignore[no-untyped-def]
    """Fill `slack`: how much longer than the best corridor the best one through a unit is.

    More than DETOUR_KM longer is as good as FAR.

    The length of a corridor is its road distance plus, for each unit not yet held by the
    coalition or by those who let it pass, what taking it would cost, strikes included that its
    members have come to expect. A place has its hex's.
    """
    units = geo.unit.size
    toll, there, back = state.scratch.toll, state.scratch.dist, state.scratch.back
    for w in range(state.holder.shape[0]):
        world = one(state, w)
        mark_usable(world, rules)
        _count_armies(world)
        for unit in range(units):
            toll[unit] = _corridor_toll(world, geo, rules, unit)
        for unit in range(geo.hexes, units):
            # countryside is little use while its towns are the enemy's
            hex_of = geo.unit[unit].hex_of
            if toll[unit] != BLOCKED and toll[hex_of] != BLOCKED:
                toll[hex_of] += toll[unit]
        source, sink = rules.source, rules.sink
        best = spread_past(there, toll, geo, source, sink, DETOUR_KM, state.scratch)
        most = best + DETOUR_KM
        if best < FAR:
            spread_past(back, toll, geo, sink, source, DETOUR_KM + toll[sink], state.scratch)
        for unit in range(geo.hexes):
            if best >= FAR or there[unit] > most or back[unit] > most:
                world.slack[unit] = FAR
            else:  # the toll of the unit itself is in both halves, that of the sink in neither
                detour = there[unit] + back[unit] - toll[unit] - best + toll[sink]
                world.slack[unit] = max(detour, 0)
        for unit in range(geo.hexes, units):
            world.slack[unit] = world.slack[geo.unit[unit].hex_of]


@kernel
def mark_usable(world, rules):  # type: ignore[no-untyped-def]
    """Mark in the scratch whose ground a corridor may pass: members, and who lets all of them."""
    open_to = world.scratch.open_to
    for h in range(open_to.size):
        lets_pass = rules.faction[h].transit
        for g in range(open_to.size):
            if rules.faction[g].coalition and world.pair[h, g].stance > TOLERATE:
                lets_pass = False
        open_to[h] = rules.faction[h].coalition or lets_pass


@kernel
def usable(world, unit):  # type: ignore[no-untyped-def]
    """Whether a corridor may pass a unit, after `mark_usable`."""
    h = int(world.holder[unit])
    return h >= 0 and world.scratch.open_to[h]


@kernel
def _count_armies(world):  # type: ignore[no-untyped-def]
    """Fill `scratch.tally`: the fighters of the holder's armies that stand in each unit."""
    armies = world.scratch.tally
    armies[:] = 0
    for f in range(world.side.size):
        for k in range(world.campaign.shape[1]):
            c = world.campaign[f, k]
            if c.phase >= ATTACKING and world.holder[c.at] == f:
                armies[c.at] += c.army


@kernel
def _corridor_toll(world, geo, rules, unit):  # type: ignore[no-untyped-def]
    if not geo.unit[unit].playable or world.holder[unit] == NEUTRAL:
        return BLOCKED
    toll = _conquest(world, rules, unit)
    if not geo.unit[unit].is_place and geo.unit[unit].road < PAVED:
        toll += TRACK_KM
    return toll


@kernel
def _conquest(world, rules, unit):  # type: ignore[no-untyped-def]
    if usable(world, unit):
        return 0
    h = int(world.holder[unit])
    defenders = world.force[h, unit] + world.scratch.tally[unit] if h >= 0 else 0
    risk = 0.0
    for g in range(world.side.size):
        if rules.faction[g].line_place >= 0 and rules.ground[g, unit].line_share > 0.0:
            for f in range(world.side.size):
                if rules.faction[f].coalition and drawn(world, rules, g, f):
                    risk = max(risk, world.pair[f, g].perceived * rules.ground[g, unit].line_share)
    garrison = GARRISON_KM * min(defenders, DEFENDERS_MOST) // 100
    return CONQUEST_KM + garrison + int(STRIKE_KM * risk)


@kernel
def clear_value(state):  # type: ignore[no-untyped-def]
    """Set every value to 0."""
    state.value[:] = 0.0


@kernel
def store_cost(state, f):  # type: ignore[no-untyped-def]
    """Keep the values now in the scratch as what attacking each unit would cost f."""
    for w in range(state.value.shape[0]):
        for unit in range(state.value.shape[1] if state.side[w, f].awake else 0):
            state.mind[w, f, unit].cost = min(int(state.value[w, unit] * VALUE_STEPS), MOST)


@kernel
def look_ahead(state, geo, rules, f):  # type: ignore[no-untyped-def]
    """Keep the values now in the scratch as worth, and the pull of what lies beyond the front.

    `reach` of a unit is the least of (distance to a prize + the distance that a smaller prize
    makes up for): its pull is best * exp(-reach / HORIZON_KM), the discounted value of the best
    target area that is entered through it.
    """
    units = geo.unit.size
    toll, dist = state.scratch.toll, state.scratch.dist
    for w in range(state.value.shape[0]):
        if not state.side[w, f].awake:
            continue
        world = one(state, w)
        best = 0
        for unit in range(units):
            mind = world.mind[f, unit]
            worth = max(0, min(int(world.value[unit] * VALUE_STEPS), MOST))
            mind.worth = worth
            ahead = rules.fights[f, unit] and not mind.friendly
            toll[unit] = 0 if ahead else BLOCKED
            if ahead and worth > best:
                best = worth
        world.side[f].best = best / VALUE_STEPS
        for unit in range(units):
            worth = world.mind[f, unit].worth
            dist[unit] = FAR
            if toll[unit] == 0 and worth > 0:
                dist[unit] = rules.logs[best] - rules.logs[worth]
        if best > 0:
            spread(dist, toll, geo, REACH_KM, state.scratch)
        for unit in range(units):
            world.mind[f, unit].reach = dist[unit] if dist[unit] <= REACH_KM else -1


@kernel
def pull(world, rules, f, unit):  # type: ignore[no-untyped-def]
    """Value of attacking a unit: the prizes it leads to, less what the attack would cost."""
    mind = world.mind[f, unit]
    if mind.reach < 0:
        return 0.0
    gain = world.side[f].best * math.exp(-mind.reach / HORIZON_KM)
    return gain * rules.ground[f, unit].willing - mind.cost / VALUE_STEPS
