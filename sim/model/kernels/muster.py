"""Muster: gather a field army from what garrisons can spare, at the pace of the roads."""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
from sim.model.kernels.paths import BLOCKED, NONE, enqueue, pop, relax
from sim.model.kernels.perceive import enemies_beside, garrison_need, passable
from sim.model.state import FAR, FREE

# Inferred: a garrison that faces an equal force keeps most of what would hold it; a platoon, a
# company.
THREAT_SHARE = 0.7  # of the enemies beside it that a garrison keeps fighters against
SPARE_LEAST = 20  # fighters below which a garrison sends nobody
ARMY_LEAST = 100  # fighters below which there is no army


@kernel
def at_hand(world, f, unit):  # type: ignore[no-untyped-def]
    """Garrison of f in a unit, those called up today left out.

    Args:
        world: one world (`World`).
        f: the faction.
        unit: the unit.

    Returns:
        Fighters.
    """
    return int(world.force[f, unit] - world.called[f, unit])


@kernel
def spare(world, geo, rules, f, unit):  # type: ignore[no-untyped-def]
    """Fighters of f in a unit beyond what its people and its neighbours call for.

    1. n is the garrison `at_hand`; under SPARE_LEAST nobody is spared.
    2. Nobody is spared while the unit is tied down by a siege (`pinned_by`) whose place f cannot
       use.
    3. `garrison_need` is taken off; if less than SPARE_LEAST are left, nobody is spared.
    4. int(THREAT_SHARE * `enemies_beside`) is taken off; under SPARE_LEAST it is nobody.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        f: the faction.
        unit: the unit.

    Returns:
        Fighters, 0 or at least SPARE_LEAST.
    """
    n = at_hand(world, f, unit)
    if n < SPARE_LEAST:
        return 0
    siege = rules.ground[f, unit].pinned_by
    if siege >= 0 and not passable(world, f, siege):
        return 0
    n -= garrison_need(world, geo, rules, f, unit)
    if n < SPARE_LEAST:
        return 0
    n -= int(THREAT_SHARE * enemies_beside(world, geo, unit))
    return n if n >= SPARE_LEAST else 0


@kernel
def uncommitted(world, f):  # type: ignore[no-untyped-def]
    """Fighters that f may still put into campaigns.

    `usable` less the armies of all slots that are not free, sieges from before the origin (`tied`)
    left out. It may be below 0.

    Args:
        world: one world (`World`).
        f: the faction.

    Returns:
        Fighters.
    """
    n = int(world.side[f].usable)
    for k in range(world.campaign.shape[1]):
        if world.campaign[f, k].phase != FREE and not world.campaign[f, k].tied:
            n -= world.campaign[f, k].army
    return n


@kernel
def muster(world, geo, rules, f, staging, wanted):  # type: ignore[no-untyped-def]
    """How many of `wanted` fighters can gather at a unit, and the distance of the last of them.

    Units are visited in the order of their distance from `staging` over friendly ground, up to
    `muster_km` of the faction. Each gives what it can `spare`, no more than is still wanted, until
    all are found. Nobody moves yet. `scratch.order` is left with the units that give, nearest
    first; units at the same distance come in the order of a bucket queue whose buckets give the
    last entry first (`paths`).

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        f: the faction.
        staging: unit where they gather.
        wanted: fighters.

    Returns:
        Fighters that can gather, and the km of good road from which the last come.
    """
    room = world.scratch
    toll, dist, friendly = room.toll, room.dist, world.friendly[f]
    for unit in range(toll.size):
        toll[unit] = 0 if friendly[unit] else BLOCKED
        dist[unit] = FAR
    limit = rules.faction[f].muster_km
    room.heads[: limit + 1] = -1
    dist[staging] = 0
    made = enqueue(np.int64(staging), NONE, NONE, room)
    unit, km, left = pop(NONE, NONE, made, dist, room)
    gathered, furthest, sending = 0, 0, 0
    while unit >= 0 and gathered < wanted:
        n = min(spare(world, geo, rules, f, unit), wanted - gathered)
        if n > 0:
            room.order[sending] = unit
            sending += 1
            gathered += n
            furthest = km
        made = relax(unit, made, dist, toll, geo, limit, room)
        unit, km, left = pop(km, left, made, dist, room)
    return gathered, furthest


@kernel
def call_up(world, geo, rules, f, wanted):  # type: ignore[no-untyped-def]
    """Call up `wanted` fighters from the units that `muster` just listed, nearest first.

    Each gives its `spare` or what is still wanted. They are noted in `called` and leave their
    garrisons when all factions have decided, so that none sees what another decides today.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        f: the faction.
        wanted: fighters, as many as `muster` found.
    """
    order = world.scratch.order
    for i in range(order.size):
        if wanted <= 0:
            break
        n = min(spare(world, geo, rules, f, order[i]), wanted)
        world.called[f, order[i]] += n
        wanted -= n


@kernel
def set_out(world, f):  # type: ignore[no-untyped-def]
    """Those of f called up today leave their garrisons: `force` -= `called`, then `called` is 0.

    Args:
        world: one world (`World`).
        f: the faction.
    """
    for unit in range(world.holder.size):
        world.force[f, unit] -= world.called[f, unit]
        world.called[f, unit] = 0


@kernel
def stand_down(world, f, k):  # type: ignore[no-untyped-def]
    """End a campaign: its army joins the garrison of f where it is `at`, and the slot is free.

    Args:
        world: one world (`World`).
        f: the faction.
        k: slot of the campaign.
    """
    c = world.campaign[f, k]
    world.force[f, c.at] += c.army
    c.army = 0
    c.phase = FREE
    c.tied = c.stroke = False
