"""The corridor: is there one today, where does it cross the border, how good is its road.

Three definitions: by road (every town on a way over paved legs), over any ground, and by road
through held country (the hexes that the legs pass as well).
"""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
from sim.model.kernels.detour import mark_usable
from sim.model.kernels.paths import BLOCKED, NONE, mend
from sim.model.state import CLEAR, FAR, PAVED, ROAD, TERRITORY

ALONE, CLEARED = np.bool_(False), np.bool_(True)  # a road, with the country that it passes
LENGTH_LIMIT = np.int64(6000)  # length of the longest corridor


@kernel
def _is_paved(world, geo, leg, least):  # type: ignore[no-untyped-def]
    """Whether a leg is of class `least` or better, as its surface turns out in this world.

    A leg of a stretch of uncertain surface is, if that is paved here and `least` is PAVED or less.
    """
    surface = geo.leg[leg].surface
    if surface >= 0:
        return world.paved[surface] and least <= PAVED
    return geo.leg[leg].road >= least


@kernel
def _leg_is_open(geo, toll, leg, clear):  # type: ignore[no-untyped-def]
    """Whether all places on a leg, and with `clear` the hexes it passes, are not BLOCKED."""
    for i in range(geo.leg_stop[leg], geo.leg_stop[leg + 1]):
        if toll[geo.leg_places[i]] == BLOCKED:
            return False
    for i in range(geo.leg_start[leg], geo.leg_start[leg + 1] if clear else 0):
        if toll[geo.leg_hexes[i]] == BLOCKED:
            return False
    return True


@kernel
def road_path(world, geo, rules, toll, least, clear, dist, by_leg, scratch):  # type: ignore[no-untyped-def]
    """Shortest way from source to sink by open legs of a class; whether there is one.

    A leg is open if it is of class `least` or better (`_is_paved`) and open on the ground
    (`_leg_is_open`). Lengths are the km of the legs; legs are used both ways. There is none if
    source or sink is BLOCKED. Bellman-Ford: legs are gone through in order, from a to b before b to
    a, until nothing gets shorter; a way replaces another only if it is shorter.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        toll: (U,) BLOCKED where a corridor may not pass.
        least: class of road.
        clear: whether the country it passes must be open too.
        dist: (U,) filled with km from the source.
        by_leg: (U,) filled with the leg by which each unit is reached, -1 for none.
        scratch: the scratch.

    Returns:
        True or False.
    """
    dist[:] = FAR
    by_leg[:] = -1
    if toll[rules.source] == BLOCKED or toll[rules.sink] == BLOCKED:
        return False
    dist[rules.source] = 0
    is_open = scratch.leg_open
    for leg in range(geo.leg.size):
        is_open[leg] = _is_paved(world, geo, leg, least) and _leg_is_open(geo, toll, leg, clear)
    moved = True
    while moved:
        moved = False
        for leg in range(geo.leg.size):
            a, b, km = geo.leg[leg].a, geo.leg[leg].b, geo.leg[leg].km
            if not is_open[leg]:
                continue
            if dist[a] < FAR and dist[a] + km < dist[b]:
                dist[b], by_leg[b], moved = dist[a] + km, leg, True
            if dist[b] < FAR and dist[b] + km < dist[a]:
                dist[a], by_leg[a], moved = dist[b] + km, leg, True
    return dist[rules.sink] < FAR


@kernel
def _road_crossing(geo, rules, by_leg):  # type: ignore[no-untyped-def]
    """Where the path found by `road_path` crosses the border, and its worst class of road.

    The legs are followed from the sink to the source. On each whose ends are in different
    countries, the crossing is the largest gate number of the hexes it passes (or of a leg before),
    then that of its end a if it has one, then that of its end b. The last such leg counts. A leg of
    uncertain surface counts as PAVED.
    """
    crossing, worst = -1, 9
    unit = int(rules.sink)
    while unit != rules.source:
        leg = by_leg[unit]
        a, b = geo.leg[leg].a, geo.leg[leg].b
        worst = min(worst, PAVED if geo.leg[leg].surface >= 0 else geo.leg[leg].road)
        if geo.unit[a].country != geo.unit[b].country:
            for i in range(geo.leg_start[leg], geo.leg_start[leg + 1]):
                crossing = max(crossing, geo.unit[geo.leg_hexes[i]].crossing)
            # the end that is a border place says best which crossing it is
            crossing = geo.unit[a].crossing if geo.unit[a].crossing >= 0 else crossing
            crossing = geo.unit[b].crossing if geo.unit[b].crossing >= 0 else crossing
        unit = int(a if b == unit else b)
    return crossing, worst


@kernel
def _ground_crossing(geo, dist, unit):  # type: ignore[no-untyped-def]
    """Where a shortest way over ground, followed from `unit` back to the source, crosses.

    Each step goes to the last neighbour, in the order of edges, whose distance plus the cost of the
    edge is the unit's own. Where the two are in different countries and the unit has a gate, the
    crossing is that gate; the last such counts. -1 if there is none.
    """
    crossing = -1
    while dist[unit] > 0:
        back = -1
        for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
            v = geo.edge[e].to
            if dist[v] < FAR and dist[v] + geo.edge[e].cost == dist[unit]:
                back = v
        if back < 0:
            break
        if geo.unit[unit].country != geo.unit[back].country and geo.unit[unit].crossing >= 0:
            crossing = geo.unit[unit].crossing
        unit = back
    return crossing


@kernel
def look(world, geo, rules):  # type: ignore[no-untyped-def]
    """See whether the corridor is open today, by each definition, and through where.

    A unit is open if a corridor may pass it (`detour.usable`).

    1. *By territory*: the shortest way over open units (edge costs) from the hex of the source to
       the hex of the sink is no longer than LENGTH_LIMIT; it crosses at `_ground_crossing`. Only
       what changed is worked out anew (`paths.mend`), which gives the same.
    2. *By road*: there is a `road_path` by legs of class PAVED or better; it crosses and has its
       worst class as `_road_crossing` says.
    3. *By road through held country* (`clear`): both of these are open, and there is a road path on
       which the hexes that legs pass are open too.

    The crossing and the road of one that is closed stay as they were.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
    """
    room, ground, passed = world.scratch, world.ground, world.passed
    toll, order = room.toll, room.order
    mark_usable(world, rules)
    changed = NONE
    for unit in range(toll.size):
        open_to = room.open_to[world.holder[unit]]
        toll[unit] = 0 if open_to else BLOCKED
        if open_to != passed[unit]:
            passed[unit] = open_to
            order[changed] = unit
            changed += 1
    source, sink = geo.unit[rules.source].hex_of, geo.unit[rules.sink].hex_of
    room.seen[:] = False
    room.seen[source] = True
    mend(ground, toll, room.seen, geo, LENGTH_LIMIT, changed, room)
    c = world.corridor[TERRITORY]
    c.is_open = ground[sink] < FAR
    if c.is_open:
        c.through = _ground_crossing(geo, ground, sink)
    c = world.corridor[ROAD]
    c.is_open = road_path(world, geo, rules, toll, PAVED, ALONE, room.dist, room.back, room)
    if c.is_open:
        c.through, c.road = _road_crossing(geo, rules, room.back)
    # a road through held country passes over hexes side by side, and by the towns of one without
    is_open = c.is_open and world.corridor[TERRITORY].is_open
    c = world.corridor[CLEAR]
    c.is_open = is_open and road_path(
        world, geo, rules, toll, PAVED, CLEARED, room.dist, room.back, room
    )
    if c.is_open:
        c.through, c.road = _road_crossing(geo, rules, room.back)


@kernel
def watch_corridor(world, geo, rules, day, last):  # type: ignore[no-untyped-def]
    """One day of the corridor by each definition.

    It looks again only if `changed` is set, and unsets it. For each definition: if it is not open,
    its `streak` is 0. Else the streak rises by 1, and `first` is its first day. By the day `last`,
    open_days rises by 1 and `opened` is the earlier of itself and first. If streak >= hold_days,
    first < formed and first <= last, then `formed` = first, `crossing` = through and `worst` =
    road. So a streak counts that began by the horizon, however late its days are over.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        day: days since the origin.
        last: last day on which a streak may begin that counts: the day before the horizon, later
            for worlds that are followed beyond it.
    """
    if world.changed[0]:
        look(world, geo, rules)
        world.changed[0] = False
    for way in range(world.corridor.size):
        c = world.corridor[way]
        if not c.is_open:
            c.streak = 0
            continue
        c.streak += 1
        first = day - c.streak + 1
        if day <= last:
            c.open_days += 1
            c.opened = min(c.opened, first)
        if c.streak >= rules.hold_days and first < c.formed and first <= last:
            c.formed = first
            c.crossing = c.through
            c.worst = c.road
