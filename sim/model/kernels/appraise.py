"""Appraise: from what factions value to how strongly each unit of the front pulls them.

A faction values units under its objectives (each adds its weight times a value to `value`), and
keeps the sums in steps of 1/VALUE_STEPS. A prize pulls from afar: the pull of a unit at the front
is the best prize that is entered through it, discounted by exp(-distance / HORIZON_KM).
"""

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
    """Keep `value` as what attacking each unit would cost f, and begin with its fixed prizes.

    In each world:

    1. If f is awake, `cost[f, u]` = min(int(`value[u]` * VALUE_STEPS), MOST) for every unit u.
    2. `value[u]` = `rules.base[f, u]`: the objectives that are the same in every world and on every
       day, each its weight times its value, added in the order of their names.

    Args:
        state: a batch of worlds (`State`).
        rules: what the scenario fixes (`Rules`).
        f: the faction.
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
    """Keep `value` as worth, and find the pull of what lies beyond the front; leave values of 0.

    In each world in which f is awake (in others only step 6):

    1. A unit is *ahead* if f `fights` for it and it is not `friendly`.
    2. With the choice `towns`, a place that is ahead and whose hex is friendly is worth the input
       `pocket_worth` more.
    3. `worth[f, u]` = int(`value[u]` * VALUE_STEPS), at least 0 and at most MOST.
    4. The best prize is the largest `worth` of units ahead; `side[f].best` is it over VALUE_STEPS.
    5. `reach[f, u]` is the least, over prizes v ahead with a worth above 0, of `logs[best]` -
       `logs[worth[v]]` plus the length of the shortest way from v to u over units that are ahead (u
       and v among them), where `logs[n]` = round(HORIZON_KM * ln n): the distance that a smaller
       prize makes up for. It is -1 where that is above REACH_KM, where u is not ahead, and if there
       is no prize.
    6. `value[u]` = 0.

    Args:
        state: a batch of worlds (`State`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        f: the faction.
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
    """Value to f of attacking a unit: the prizes it leads to, less what the attack would cost.

        pull = best * exp(-reach / HORIZON_KM) * willing - cost / VALUE_STEPS

    with `best` of `side[f]`, `reach` and `cost` of the last appraisal, and `willing`, f's
    willingness to fight in the unit's country. It is 0 where `reach` is -1, and may be below 0.

    Args:
        world: one world (`World`).
        rules: what the scenario fixes (`Rules`).
        f: the faction.
        unit: the unit.

    Returns:
        Value, in the units of objectives.
    """
    reach = world.reach[f, unit]
    if reach < 0:
        return 0.0
    gain = world.side[f].best * FADE[reach]
    return gain * rules.ground[f, unit].willing - world.cost[f, unit] / VALUE_STEPS
