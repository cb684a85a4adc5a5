"""Perceive: the ground a faction can use, how far it is from supply, and who stands where.

Every faction looks around once a tick. Between ticks it knows what it saw then, and of each unit
that changes hands what `control.learn` makes of it.
"""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
from sim.model.inputs import PEACEFUL, RESTIVE
from sim.model.kernels.paths import BLOCKED, mend
from sim.model.state import ATTACKING, HOSTILE, TOLERATE, one

SUPPLY_LIMIT = np.int64(2500)  # km of good road beyond which nothing is supplied


@kernel
def passable(world, f, unit):  # type: ignore[no-untyped-def]
    """Whether faction f may use a unit: its own, or that of a holder at peace with it.

    Two factions are at peace if the stance of each to the other is `ally` or `tolerate`. Ground
    that nobody holds and neutral ground cannot be used.

    Args:
        world: one world (`World`).
        f: the faction.
        unit: the unit.

    Returns:
        True or False.
    """
    h = int(world.holder[unit])
    if h < 0:
        return False
    if h == f:
        return True
    return world.pair[f, h].stance <= TOLERATE and world.pair[h, f].stance <= TOLERATE


@kernel
def perceive(state, geo, rules, f):  # type: ignore[no-untyped-def]
    """Fill `friendly`, `front` and `supply` of faction f in every world.

    - `friendly[f, u]`: f may use unit u (`passable`).
    - `front[f, u]`: some neighbour of u differs from u in `friendly[f]`.
    - `supply[f, u]`: length of the shortest way from u to a depot of f that is friendly, over
      friendly units alone: the sum of the costs of its edges, whole km of good road. FAR where
      there is none within SUPPLY_LIMIT, and on all ground that is not friendly.

    Only what changed since the last look is worked out anew (`paths.mend`), which gives the same.

    Args:
        state: a batch of worlds (`State`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        f: the faction.
    """
    room = state.scratch
    toll = room.toll
    for w in range(state.holder.shape[0]):
        world = one(state, w)
        changed = _look_around(world, f)
        if changed == 0:
            continue
        for i in range(changed):
            mark_front(world, geo, f, room.order[i])
        friendly = world.friendly[f]
        for unit in range(toll.size):
            toll[unit] = 0 if friendly[unit] else BLOCKED
        mend(world.supply[f], toll, rules.depot[f], geo, SUPPLY_LIMIT, changed, room)


@kernel
def _look_around(world, f):  # type: ignore[no-untyped-def]
    """Bring `friendly` of f up to date; list and count the units whose supply is stale.

    These are the units that became friendly or ceased to be, and those that `control.learn` wrote
    of, whose guess ends here. A guessed supply is set to 0 first, so that what seemed near by way
    of it is found anew too.
    """
    peace = world.scratch.open_to
    for h in range(world.side.size):
        ours = world.pair[f, h].stance <= TOLERATE and world.pair[h, f].stance <= TOLERATE
        peace[h] = h == f or ours
    holder, friendly = world.holder, world.friendly[f]
    supply, guessed = world.supply[f], world.guessed[f]
    stale = False
    for unit in range(holder.size):  # most often nothing has changed, which this sees soonest
        stale |= (friendly[unit] != peace[holder[unit]]) | guessed[unit]
    n = 0
    for unit in range(holder.size if stale else 0):
        now = peace[holder[unit]]
        if friendly[unit] != now or guessed[unit]:
            if guessed[unit]:
                supply[unit] = 0  # no distance, so that what was near by way of it is seen again
            friendly[unit], guessed[unit] = now, False
            world.scratch.order[n] = unit
            n += 1
    return n


@kernel
def mark_front(world, geo, f, changed):  # type: ignore[no-untyped-def]
    """Bring `front` of f up to date at and around a unit whose friendliness changed.

    A unit is at the front if a neighbour differs from it in `friendly[f]`.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        f: the faction.
        changed: the unit.
    """
    _mark(world, geo, f, changed)
    for e in range(geo.edge_start[changed], geo.edge_start[changed + 1]):
        _mark(world, geo, f, np.int64(geo.edge[e].to))


@kernel
def _mark(world, geo, f, unit):  # type: ignore[no-untyped-def]
    """Set `front` of f in one unit: whether any neighbour differs from it in `friendly`."""
    friendly, changed = world.friendly[f], False
    for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
        changed |= friendly[geo.edge[e].to] != friendly[unit]
    world.front[f, unit] = changed


@kernel
def hostile_to(world, f, g):  # type: ignore[no-untyped-def]
    """Whether f and g fight when they meet: the stance of either to the other is hostile.

    Args:
        world: one world (`World`).
        f: the faction.
        g: the other faction.

    Returns:
        True or False.
    """
    return world.pair[f, g].stance == HOSTILE or world.pair[g, f].stance == HOSTILE


@kernel
def presence(world, f, unit):  # type: ignore[no-untyped-def]
    """Fighters of f in a unit: its garrison and the armies that stand there.

    An army stands there if it is `at` the unit and its phase is ATTACKING, SEEKING or DONE. One
    that still gathers does not count.

    Args:
        world: one world (`World`).
        f: the faction.
        unit: the unit.

    Returns:
        Fighters.
    """
    n = world.force[f, unit]
    for k in range(world.campaign.shape[1]):
        if world.campaign[f, k].at == unit and world.campaign[f, k].phase >= ATTACKING:
            n += world.campaign[f, k].army
    return n


@kernel
def enemies_at(world, f, unit):  # type: ignore[no-untyped-def]
    """Fighters in a unit that would fight f: `presence` of all factions hostile to it.

    Args:
        world: one world (`World`).
        f: the faction.
        unit: the unit.

    Returns:
        Fighters.
    """
    total = 0
    for g in range(world.side.size):
        if g != f and hostile_to(world, f, g):
            total += presence(world, g, unit)
    return total


@kernel
def count_enemies(world, f):  # type: ignore[no-untyped-def]
    """Fill `scratch.tally`: in each unit the fighters that would fight f (`enemies_at`).

    Args:
        world: one world (`World`).
        f: the faction.
    """
    enemies = world.scratch.tally
    enemies[:] = 0
    for g in range(world.side.size):
        if g == f or not hostile_to(world, f, g):
            continue
        for unit in range(enemies.size):
            enemies[unit] += world.force[g, unit]
        for k in range(world.campaign.shape[1]):
            if world.campaign[g, k].phase >= ATTACKING:
                enemies[world.campaign[g, k].at] += world.campaign[g, k].army


@kernel
def enemies_beside(world, geo, unit):  # type: ignore[no-untyped-def]
    """Fighters in a unit and its neighbours that would fight the faction last counted for.

    They are those of `scratch.tally`, as `count_enemies` found them on the morning of the day.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        unit: the unit.

    Returns:
        Fighters.
    """
    enemies = world.scratch.tally
    total = enemies[unit]
    for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
        total += enemies[geo.edge[e].to]
    return total


@kernel
def garrison_need(world, geo, rules, f, unit):  # type: ignore[no-untyped-def]
    """Fighters that f needs to hold a unit against its people, in proportion to their number.

        need = int(population * (calm + (restive - calm) * hostility) / 1000)

    `calm` and `restive` are the inputs `peaceful_per_1000` and `restive_per_1000` of the world,
    `hostility` (0 to 1) that of the unit's people to f (Quinlivan 1995, Parameters 25:59-69).

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        f: the faction.
        unit: the unit.

    Returns:
        Fighters.
    """
    calm, restive = world.inputs[PEACEFUL], world.inputs[RESTIVE]
    share = calm + (restive - calm) * rules.ground[f, unit].hostility
    return int(geo.unit[unit].population * share / 1000.0)


@kernel
def drawn(world, rules, g, f):  # type: ignore[no-untyped-def]
    """Whether g draws a red line against f today.

    It does if it has one, f is named in its `against`, g itself holds the place around which it is
    drawn, and its stance to f is `avoid` or `hostile`.

    Args:
        world: one world (`World`).
        rules: what the scenario fixes (`Rules`).
        g: the faction whose line it is.
        f: the one that might cross it.

    Returns:
        True or False.
    """
    place = rules.faction[g].line_place
    if place < 0 or not rules.relation[g, f].against:
        return False
    return world.holder[place] == g and world.pair[g, f].stance > TOLERATE
