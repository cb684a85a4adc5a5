"""Detours: how much longer than the best corridor the best one through a unit is.

The length of a corridor is its road distance plus, for each unit that is not yet held by the
coalition or by those who let it pass, what taking it would add.
"""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
from sim.model.kernels.march import attackable
from sim.model.kernels.paths import BLOCKED, NONE, NOTHING, enqueue, pop
from sim.model.kernels.perceive import drawn
from sim.model.state import (
    ATTACKING,
    DETOUR_KM,
    FAR,
    LONGEST_KM,
    NEUTRAL,
    TERRITORY,
    TOLERATE,
    one,
)

# Inferred: a staff goes some days of road out of its way before it takes a held unit, and a week
# or more before it meets strikes; only their order of size is meant.
CONQUEST_KM = 60  # by which a unit that must be taken lengthens a corridor
GARRISON_KM = 10  # and by which each 100 defenders lengthen it further
STRIKE_KM = 400  # and a strike that is held to be certain
DEFENDERS_MOST = 3000


@kernel
def corridor_slack(state, geo, rules):  # type: ignore[no-untyped-def]
    """Fill `slack`: how much longer than the best corridor the best one through a unit is.

    In each world:

    1. Every unit gets its toll (`_fill_tolls`), km. A unit from which no way leads to the sink even
       if all playable ground were open (`rules.onward` FAR) is BLOCKED.
    2. All `slack` is FAR. It stays so if source or sink is BLOCKED, or the best corridor is longer
       than LONGEST_KM.
    3. A way from source to sink goes along edges over units that are not BLOCKED. Its length is the
       sum of the costs of its edges and of the tolls of all its units but the source. `slack[u]` is
       the length of the shortest way through u less that of the shortest of all, and FAR from
       DETOUR_KM on.
    4. A place gets the `slack` of its hex.

    Two searches led by lower bounds (Hart, Nilsson and Raphael 1968, doi:10.1109/TSSC.1968.300136),
    from the source by `rules.onward` and from the sink by the distances found, look only at units
    near the best corridor. All is in whole km, so the result is exact.

    Args:
        state: a batch of worlds (`State`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
    """
    units, room = geo.unit.size, state.scratch
    toll, there = room.toll, room.dist
    for w in range(state.holder.shape[0]):
        world = one(state, w)
        detour = world.slack
        _fill_tolls(world, geo, rules)
        for unit in range(units):  # a unit that leads nowhere has none
            if rules.onward[unit] >= FAR:
                toll[unit] = BLOCKED
        detour[:] = FAR
        if toll[rules.source] == BLOCKED or toll[rules.sink] == BLOCKED:
            continue
        most = LONGEST_KM - rules.onward[rules.source]
        limit = min(most + DETOUR_KM, LONGEST_KM)
        _search(there, rules.onward, geo, rules.source, rules.sink, limit, room)
        if there[rules.sink] > most:
            continue
        for unit in range(units):  # from the source to here, the unit's own toll left out
            if there[unit] < FAR:
                there[unit] += rules.onward[rules.source] - rules.onward[unit] - toll[unit]
            else:
                toll[unit] = BLOCKED
        _search(detour, there, geo, rules.sink, NOTHING, DETOUR_KM - 1, room)
        for unit in range(geo.hexes, units):
            detour[unit] = detour[geo.unit[unit].hex_of]


@kernel
def _search(dist, rest, geo, start, goal, limit, room):  # type: ignore[no-untyped-def]
    """Fill `dist` (U,): how much longer ways from `start` are than `rest` of the start promises.

    `rest` (U,) is a distance to the other end that falls along an edge by no more than its cost and
    the toll entered, so that no unit is looked at twice. It ends at `limit`, or DETOUR_KM past
    `goal`.
    """
    toll = room.toll
    room.heads[: limit + 1] = -1
    dist[:] = FAR
    dist[start] = 0
    made = enqueue(start, NONE, NONE, room)
    unit, km, left = pop(NONE, NONE, made, dist, room)
    while unit >= 0 and km <= limit:
        here = km - rest[unit]
        if unit == goal:
            limit = min(limit, km + DETOUR_KM)
        for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
            v = geo.edge[e].to
            if toll[v] == BLOCKED:
                continue
            new = here + geo.edge[e].cost + toll[v] + rest[v]
            if new < dist[v] and new <= limit:
                dist[v] = new
                made = enqueue(np.int64(v), new, made, room)
        unit, km, left = pop(km, left, made, dist, room)


@kernel
def mark_usable(world, rules):  # type: ignore[no-untyped-def]
    """Mark in `scratch.open_to` (F,) whose ground a corridor may pass.

    Members of the coalition; and a faction with `transit` as long as its stance to every member is
    `ally` or `tolerate`. Ground of nobody and neutral ground are never usable.

    Args:
        world: one world (`World`).
        rules: what the scenario fixes (`Rules`).
    """
    open_to = world.scratch.open_to
    for h in range(world.side.size):
        lets_pass = rules.faction[h].transit
        for g in range(world.side.size):
            if rules.faction[g].coalition and world.pair[h, g].stance > TOLERATE:
                lets_pass = False
        open_to[h] = rules.faction[h].coalition or lets_pass


@kernel
def usable(world, unit):  # type: ignore[no-untyped-def]
    """Whether a corridor may pass a unit: `open_to` of its holder, after `mark_usable`.

    Args:
        world: one world (`World`).
        unit: the unit.

    Returns:
        True or False.
    """
    return world.scratch.open_to[world.holder[unit]]


@kernel
def is_unpaved(world, geo, unit):  # type: ignore[no-untyped-def]
    """Whether a unit is countryside without a paved road, as it turns out in this world.

    By its code `unpaved`: 0 never, 1 always, 2 + s unless stretch s of uncertain surface is paved
    here.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        unit: the unit.

    Returns:
        True or False.
    """
    code = geo.unit[unit].unpaved
    return code == 1 or (code >= 2 and not world.paved[code - 2])


@kernel
def _fill_tolls(world, geo, rules):  # type: ignore[no-untyped-def]
    """Fill `scratch.toll` (U,): by how much each unit lengthens a corridor, km.

    1. Neutral ground, and ground that is not playable, is BLOCKED.
    2. Other units have the toll `extra` where they are unpaved (`is_unpaved`), else 0. `extra` is
       `rules.track`, and `rules.wanted` more while a corridor by territory is open, since a road is
       wanted then.
    3. On a unit that is not usable, a unit that some member of the coalition may attack has its
       `_conquest` added; one that none may attack is BLOCKED.
    4. For each place that is playable, not neutral and not usable, its `_conquest` is added to the
       toll of its hex, unless that is BLOCKED, whether or not the place can be attacked:
       countryside is little use while its towns are the enemy's.
    """
    toll = world.scratch.toll
    mark_usable(world, rules)
    _count_armies(world)
    _expect_strikes(world, rules)
    extra = rules.track + (rules.wanted if world.corridor[TERRITORY].is_open else 0)
    for unit in range(toll.size):
        if rules.passing[unit] == BLOCKED or world.holder[unit] == NEUTRAL:
            toll[unit] = BLOCKED
        else:
            toll[unit] = extra if is_unpaved(world, geo, unit) else 0
            if not usable(world, unit):
                can_take = _can_take(world, rules, np.int64(unit))
                toll[unit] = toll[unit] + _conquest(world, rules, unit) if can_take else BLOCKED
    for unit in range(geo.hexes, toll.size):
        # countryside is little use while its towns are the enemy's, can they be taken or not
        hex_of = geo.unit[unit].hex_of
        if toll[hex_of] != BLOCKED and rules.passing[unit] != BLOCKED and not usable(world, unit):
            if world.holder[unit] != NEUTRAL:
                toll[hex_of] += _conquest(world, rules, unit)


@kernel
def _can_take(world, rules, unit):  # type: ignore[no-untyped-def]
    """Whether some member of the coalition may attack a unit (`march.attackable`)."""
    for f in range(world.side.size):
        if rules.faction[f].coalition and attackable(world, rules, f, unit):
            return True
    return False


@kernel
def _count_armies(world):  # type: ignore[no-untyped-def]
    """Fill `scratch.tally` (U,): the fighters of the holder's own armies that stand in each unit.

    Phases ATTACKING, SEEKING and DONE count, by the unit that the army is `at`.
    """
    armies = world.scratch.tally
    armies[:] = 0
    for f in range(world.side.size):
        for k in range(world.campaign.shape[1]):
            c = world.campaign[f, k]
            if c.phase >= ATTACKING and world.holder[c.at] == f:
                armies[c.at] += c.army


@kernel
def _expect_strikes(world, rules):  # type: ignore[no-untyped-def]
    """Fill `scratch.expected` (F,): the chance of a strike expected at each red line.

    The largest `perceived` of the members of the coalition against whom the line is drawn
    (`perceive.drawn`); 0 without such a line.
    """
    expected = world.scratch.expected
    expected[:] = 0.0
    for g in range(expected.size):
        if rules.faction[g].line_place >= 0:
            for f in range(expected.size):
                if rules.faction[f].coalition and drawn(world, rules, g, f):
                    expected[g] = max(expected[g], world.pair[f, g].perceived)


@kernel
def _conquest(world, rules, unit):  # type: ignore[no-untyped-def]
    """What taking a unit adds to the length of a corridor, whole km.

        CONQUEST_KM + GARRISON_KM * min(defenders, DEFENDERS_MOST) // 100 + int(STRIKE_KM * risk)

    `defenders` are the holder's garrison and its armies there (0 on nobody's ground), `risk` the
    largest, over factions with a red line, of `expected` times the share of the unit inside the
    line.
    """
    h = int(world.holder[unit])
    defenders = world.force[h, unit] + world.scratch.tally[unit] if h >= 0 else 0
    expected, risk = world.scratch.expected, 0.0
    for g in range(expected.size):
        if expected[g] > 0.0:
            risk = max(risk, expected[g] * rules.line_share[g, unit])
    return CONQUEST_KM + GARRISON_KM * min(defenders, DEFENDERS_MOST) // 100 + int(STRIKE_KM * risk)
