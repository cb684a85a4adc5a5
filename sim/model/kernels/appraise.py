"""Appraise: from what factions value to how strongly each unit of the front pulls them."""

from __future__ import annotations

import math

import numpy as np

from sim.jit import kernel
from sim.model.inputs import POCKET_WORTH, TOWNS
from sim.model.kernels.paths import BLOCKED, spread
from sim.model.state import FAR, HORIZON_KM, VALUE_STEPS, one

REACH_KM = np.int64(400)  # prizes that seem further do not count (4 lengths of HORIZON_KM)
MOST = VALUE_STEPS * VALUE_STEPS  # the largest stored value
FADE = np.array([math.exp(-km / HORIZON_KM) for km in range(REACH_KM + 1)])  # of a prize's pull


@kernel
def keep_cost(state, rules, f):  # type: ignore[no-untyped-def]
    """Keep `value` as what attacking each unit would cost f, and put there what it always values.

    `rules.base` holds the prizes that are the same in every world and on every day.
    """
    base = rules.base[f]
    for w in range(state.value.shape[0]):
        value, cost = state.value[w], state.cost[w, f]
        for unit in range(value.size if state.side[w, f].awake else 0):
            cost[unit] = min(int(value[unit] * VALUE_STEPS), MOST)
        for unit in range(value.size):
            value[unit] = base[unit]


@kernel
def look_ahead(state, geo, rules, f):  # type: ignore[no-untyped-def]
    """Keep `value` as worth, and the pull of what lies beyond the front; leave values of 0.

    `reach` of a unit is the least of (distance to a prize + the distance that a smaller prize
    makes up for): its pull is best * exp(-reach / HORIZON_KM), the discounted value of the best
    target area that is entered through it.
    """
    toll, dist = state.scratch.toll, state.scratch.dist
    for w in range(state.value.shape[0]):
        world = one(state, w)
        if not world.side[f].awake:
            world.value[:] = 0.0
            continue
        value, worth, friendly = world.value, world.worth[f], world.friendly[f]
        fights, reach = rules.fights[f], world.reach[f]
        best = 0
        towns = world.inputs[TOWNS] > 0.5
        for unit in range(value.size):
            ahead = fights[unit] and not friendly[unit]
            if towns and ahead and geo.unit[unit].is_place and friendly[geo.unit[unit].hex_of]:
                value[unit] += world.inputs[POCKET_WORTH]
            worth[unit] = max(0, min(int(value[unit] * VALUE_STEPS), MOST))
            toll[unit] = 0 if ahead else BLOCKED
            best = max(best, worth[unit] if ahead else 0)
        world.side[f].best = best / VALUE_STEPS
        for unit in range(value.size):
            dist[unit] = FAR
            if toll[unit] == 0 and worth[unit] > 0:
                dist[unit] = rules.logs[best] - rules.logs[worth[unit]]
        if best > 0:
            spread(dist, toll, geo, REACH_KM, state.scratch)
        for unit in range(value.size):
            reach[unit] = dist[unit] if dist[unit] <= REACH_KM else -1
            value[unit] = 0.0


@kernel
def pull(world, rules, f, unit):  # type: ignore[no-untyped-def]
    """Value of attacking a unit: the prizes it leads to, less what the attack would cost."""
    reach = world.reach[f, unit]
    if reach < 0:
        return 0.0
    gain = world.side[f].best * FADE[reach]
    return gain * rules.ground[f, unit].willing - world.cost[f, unit] / VALUE_STEPS
