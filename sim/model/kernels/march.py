"""March: where an army turns once it is through with its target, and how a fight begins.

Turns and fights are keyed by how many the faction had there before, not by day or slot: the luck
of the third attack on a town belongs to that attack and not to its date. So worlds of two
scenarios in which an army is a day late still meet the same luck, and come together again.
"""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
from sim.model.inputs import LINES, RATIONALITY, SURPRISE, TOWN_WORTH, TOWNS
from sim.model.kernels.appraise import pull
from sim.model.kernels.contest import attack_strength, defence_strength, odds
from sim.model.state import ATTACKING, HOSTILE, NOBODY, one
from sim.rng import FIRST, LUCK, SECOND, TURN, gumbel, logistic

_ONE = np.uint64(1)
ODDS_LEAST = 0.4  # odds below which nobody sets out
WAIT = -1  # no unit


@kernel
def attackable(world, rules, f, unit):  # type: ignore[no-untyped-def]
    """Whether f would fight for a unit: nobody's ground, or an enemy's."""
    h = int(world.holder[unit])
    if h != NOBODY and (h < 0 or h == f or world.pair[f, h].stance != HOSTILE):
        return False
    if rules.barred[f, unit] and world.inputs[LINES] > 0.5:
        return False
    return rules.fights[f, unit]


@kernel
def choose_next(world, geo, rules, f, k):  # type: ignore[no-untyped-def]
    """Where an army on the march turns: a unit beside it that it can hope to take, or WAIT."""
    key = rules.faction[f].key
    lam = rules.faction[f].rationality * world.inputs[RATIONALITY]
    towns, stroke = world.inputs[TOWNS] > 0.5, world.campaign[f, k].stroke
    surprise = world.inputs[SURPRISE] if stroke else 0.0
    here = world.campaign[f, k].at
    if towns and geo.unit[here].is_place and world.friendly[f, geo.unit[here].hex_of]:
        here = geo.unit[here].hex_of  # through with a town, it looks on from the country around
    strength = attack_strength(world, rules, f, world.campaign[f, k].army, here)
    turn, place = np.int64(world.turns[f, here]), geo.unit[here].key
    world.turns[f, here] = turn + 1
    best, best_score = np.int64(WAIT), gumbel(world.key, TURN, turn, key, place, FIRST)
    for e in range(geo.edge_start[here], geo.edge_start[here + 1]):
        unit = np.int64(geo.edge[e].to)
        if not attackable(world, rules, f, unit):
            continue
        value = pull(world, rules, f, unit)
        if stroke and geo.unit[unit].is_place:
            value = max(value, 0.0)  # it came for that
        elif value <= 0.0:
            continue
        met = defence_strength(world, geo, rules, f, unit)
        if odds(world, strength, met, surprise) < ODDS_LEAST:
            continue
        if (towns or stroke) and geo.unit[unit].is_place:
            value += world.inputs[TOWN_WORTH]
        way = geo.unit[unit].key ^ (place >> _ONE)
        score = lam * value + gumbel(world.key, TURN, turn, key, way, SECOND)
        if score > best_score:
            best, best_score = unit, score
    return best


@kernel
def _draw_luck(world, geo, rules, f, k):  # type: ignore[no-untyped-def]
    """Number the fight that begins, and draw its luck."""
    c = world.campaign[f, k]
    n = np.int64(world.begun[f, c.target])
    world.begun[f, c.target] = n + 1
    c.number = n
    c.luck = logistic(world.key, LUCK, n, rules.faction[f].key, geo.unit[c.target].key, FIRST)
    if c.stroke:  # it is over once a place knows of it
        c.luck += world.inputs[SURPRISE]
        c.stroke = not geo.unit[c.target].is_place


@kernel
def engage(world, geo, rules, f, k, unit):  # type: ignore[no-untyped-def]
    """Begin the fight for a unit; its luck is drawn now and lasts."""
    c = world.campaign[f, k]
    c.phase = ATTACKING
    c.target = unit
    c.progress = 0.0
    c.fresh = True
    _draw_luck(world, geo, rules, f, k)


@kernel
def draw_siege_luck(state, geo, rules, f, k):  # type: ignore[no-untyped-def]
    """The luck, in every world, of a siege that is under way at the origin."""
    for w in range(state.holder.shape[0]):
        _draw_luck(one(state, w), geo, rules, f, k)
