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
    """Whether a leg is of class `least` or better, as its surface turns out in this world."""
    surface = geo.leg[leg].surface
    if surface >= 0:
        return world.paved[surface] and least <= PAVED
    return geo.leg[leg].road >= least


@kernel
def _leg_is_open(geo, toll, leg, clear):  # type: ignore[no-untyped-def]
    """Whether all places on a road leg, and with `clear` the country it passes, are usable."""
    for i in range(geo.leg_stop[leg], geo.leg_stop[leg + 1]):
        if toll[geo.leg_places[i]] == BLOCKED:
            return False
    for i in range(geo.leg_start[leg], geo.leg_start[leg + 1] if clear else 0):
        if toll[geo.leg_hexes[i]] == BLOCKED:
            return False
    return True


@kernel
def road_path(world, geo, rules, toll, least, clear, dist, by_leg, scratch):  # type: ignore[no-untyped-def]
    """Shortest way by open legs of class `least` or better (Bellman-Ford); whether there is one.

    `toll` (U,) is BLOCKED where a corridor may not pass. Fills `dist` (U,) with km from the source
    and `by_leg` (U,) with the leg each unit is reached by.
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
    """Where the path found by `road_path` crosses the border, and its worst class of road."""
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
    """Where a shortest way over ground, followed from `unit` back to the source, crosses."""
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
    """See whether the corridor is open today, by road and by territory, and through where."""
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
    """One day of the corridor; looks again only if something changed.

    A streak counts that began by the day `last`, the horizon's, however late its days are over.
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
