"""Deter: red lines, the strikes that answer crossings, and what both sides learn."""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
from sim.model.kernels.muster import stand_down
from sim.model.kernels.perceive import drawn
from sim.model.state import ATTACKING
from sim.rng import FIRST, ROUND_ATTACK, STRIKE, round_randomly, uniform

# Inferred: after three answers, or none, most of what was believed before is forgotten.
LEARN = 0.3  # weight of one answer, or of one crossing unanswered, in the chance that is perceived
_ONE = np.uint64(1)


@kernel
def raise_alarm(world, rules, f, g):  # type: ignore[no-untyped-def]
    """An incident raises the alarm of f at g, if f watches g.

        alarm += incident * (1 - alarm)

    `incident` is a setting of f.

    Args:
        world: one world (`World`).
        rules: what the scenario fixes (`Rules`).
        f: who is alarmed.
        g: at whom.
    """
    if rules.relation[f, g].watches:
        alarm = world.pair[f, g].alarm
        world.pair[f, g].alarm = alarm + rules.faction[f].incident * (1.0 - alarm)


@kernel
def both(rules, f, g):  # type: ignore[no-untyped-def]
    """The random key of what f does to g: key of f xor (key of g >> 1).

    Args:
        rules: what the scenario fixes (`Rules`).
        f: the faction.
        g: the other faction.

    Returns:
        A key of 32 bits.
    """
    return rules.faction[f].key ^ (rules.faction[g].key >> _ONE)


@kernel
def deter(world, geo, rules, day):  # type: ignore[no-untyped-def]
    """Answer every attack that began today on ground inside a red line, with its probability.

    For each faction f and slot k, in order, that is ATTACKING and fresh (it is not any more):

    1. If a faction h holds the target, `clashes` of f with h rises by 1 and the alarm of h at f
       rises (`raise_alarm`).
    2. All lines that are `drawn` against f answer at once, each as `_cross` says.
    3. If any struck, the army loses the sum of their hits, no more than it has, counted as `lost`
       of f, and the campaign ends: what is left stands down (`muster.stand_down`) where it is.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        day: days since the origin.
    """
    for f in range(world.side.size):
        for k in range(world.campaign.shape[1]):
            c = world.campaign[f, k]
            if c.phase != ATTACKING or not c.fresh:
                continue
            c.fresh = False
            h = np.int64(world.holder[c.target])
            if h >= 0:
                world.pair[f, h].clashes += 1
                raise_alarm(world, rules, h, f)
            struck, loss = False, 0
            for g in range(world.side.size):
                if drawn(world, rules, g, f):
                    hit = _cross(world, geo, rules, f, k, g, day)
                    struck = struck or hit >= 0
                    loss += max(hit, 0)
            if struck:
                loss = min(loss, c.army)
                c.army -= loss
                world.side[f].lost += loss
                stand_down(world, f, k)


@kernel
def _cross(world, geo, rules, f, k, g, day):  # type: ignore[no-untyped-def]
    """Army k of f attacks near the red line of g: fighters hit by a strike, -1 for no strike.

    1. `share` is the share of the target's hex that lies inside the line; if it is 0, -1.
    2. `crossings` of g rises by 1, and the alarm of g at f.
    3. u is uniform (STRIKE, number of the fight, `both` of f and g, key of the target, FIRST). If u
       < line_chance * share, it strikes: `strikes` of g and `clashes` of g with f rise by 1, the
       alarm of f at g rises, the chance that f perceives moves by LEARN * (1 - perceived), and
       line_damage * army are hit, rounded randomly (ROUND_ATTACK, day, `both`, key of the target,
       k).
    4. Else the chance perceived moves by -LEARN * share * perceived, and it is -1.
    """
    c = world.campaign[f, k]
    share = rules.line_share[g, c.target]
    if share <= 0.0:
        return -1
    world.side[g].crossings += 1
    raise_alarm(world, rules, g, f)
    unit, pair = geo.unit[c.target].key, both(rules, f, g)
    seen = world.pair[f, g].perceived
    line = rules.faction[g]
    if uniform(world.key, STRIKE, c.number, pair, unit, FIRST) < line.line_chance * share:
        hit = line.line_damage * c.army
        world.side[g].strikes += 1
        world.pair[g, f].clashes += 1
        raise_alarm(world, rules, f, g)
        world.pair[f, g].perceived = seen + LEARN * (1.0 - seen)
        return round_randomly(hit, world.key, ROUND_ATTACK, day, pair, unit, k)
    world.pair[f, g].perceived = seen - LEARN * share * seen
    return -1
