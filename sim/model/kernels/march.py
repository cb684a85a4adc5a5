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
# Inferred: well under even odds, since staffs err; the rule of 3:1 has been applied before.
ODDS_LEAST = 0.4  # odds below which nobody sets out
WAIT = -1  # no unit


@kernel
def attackable(world, rules, f, unit):  # type: ignore[no-untyped-def]
    """Whether f would fight for a unit: nobody's ground, or an enemy's.

    All of: the unit is nobody's, or held by another faction to which f's stance is hostile (neutral
    ground never); it is not `barred` to f in a world with the choice `lines`, in which the line of
    `rules.line` holds; f `fights` there (playable, and willing in that country).

    Args:
        world: one world (`World`).
        rules: what the scenario fixes (`Rules`).
        f: the faction.
        unit: the unit.

    Returns:
        True or False.
    """
    h = int(world.holder[unit])
    if h != NOBODY and (h < 0 or h == f or world.pair[f, h].stance != HOSTILE):
        return False
    if rules.barred[f, unit] and world.inputs[LINES] > 0.5:
        return False
    return rules.fights[f, unit]


@kernel
def choose_next(world, geo, rules, f, k):  # type: ignore[no-untyped-def]
    """Where an army on the march turns: a unit beside it that it can hope to take, or WAIT.

    1. It looks from the unit that it is `at`; with the choice `towns`, if that is a place whose hex
       is friendly to f, from the hex.
    2. `turn` is the number of looks that f has had from there (`turns[f, here]`), which rises by 1.
    3. The score of waiting is a Gumbel number (TURN, turn, key of f, key of `here`, FIRST).
    4. Of each neighbour in the order of edges that is `attackable`, the value is its `pull`. A
       value of 0 or less is passed over, except that a counter-stroke values a place at 0 at least.
    5. It is passed over if the odds of the army's `attack_strength` from `here` against its
       `defence_strength`, with the input `surprise` for a counter-stroke, are under ODDS_LEAST.
    6. A place is worth the input `town_worth` more, with the choice `towns` or for a
       counter-stroke.
    7. Its score is lambda * value + a Gumbel number (TURN, turn, key of f, key of the unit xor (key
       of `here` >> 1), SECOND), lambda the faction's rationality times the input `rationality`.

    The highest score wins; the first of equal ones.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        f: the faction.
        k: slot of the campaign.

    Returns:
        The unit, or WAIT.
    """
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
    """Number the fight for the target of army k of f that begins, and draw its luck.

    `number` is how many fights f began for that unit before (`begun[f, target]`, which rises by 1).
    `luck` is a logistic number (LUCK, number, key of f, key of the target, FIRST). A counter-stroke
    has the input `surprise` added; it is one no longer if its target is a place, which knows of it
    then.
    """
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
    """Begin the fight for a unit: the phase is ATTACKING, progress 0, its luck is drawn and lasts.

    The unit is the `target`, by which the luck goes (`_draw_luck`). `fresh` is set, so that `deter`
    sees that the attack began today. The army stays where it is.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        f: the faction.
        k: slot of the campaign.
        unit: the target.
    """
    c = world.campaign[f, k]
    c.phase = ATTACKING
    c.target = unit
    c.progress = 0.0
    c.fresh = True
    _draw_luck(world, geo, rules, f, k)


@kernel
def draw_siege_luck(state, geo, rules, f, k):  # type: ignore[no-untyped-def]
    """Draw, in every world, the luck of a siege that is under way at the origin (`_draw_luck`).

    Args:
        state: a batch of worlds (`State`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        f: the faction.
        k: slot of the campaign.
    """
    for w in range(state.holder.shape[0]):
        _draw_luck(one(state, w), geo, rules, f, k)
