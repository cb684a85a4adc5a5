"""Shortest paths over units with whole-number costs (Dial 1969, bucket queue).

Dial, Algorithm 360, Commun. ACM 12(11), doi:10.1145/363269.363610. Costs are whole kilometres, so
one bucket a kilometre gives exact distances in time linear in units, edges and `limit`. A bucket is
a list of entries, the last made first. A unit that is found nearer is entered again and its old
entry passed over when its turn comes: `dist` says which is right. Edges are gone through in the
order of the map. Only the order of units at the same distance hangs on this; it decides who is
mustered first.
"""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
from sim.model.state import FAR

BLOCKED = -1  # toll of a unit that may not be entered
NOTHING = np.int64(-1)
NONE = np.int64(0)  # 0 of a type: numba compiles callees of a plain 0 once more, just for it


@kernel
def enqueue(unit, km, made, room):  # type: ignore[no-untyped-def]
    """Make entry number `made` of the queue, a unit at a distance.

    Args:
        unit: the unit.
        km: its distance.
        made: entries made before.
        room: the scratch.

    Returns:
        Entries made.
    """
    entry, bucket = np.uint64(made), np.uint64(km)  # unsigned, see state.EDGE
    room.queue[entry, 0], room.queue[entry, 1] = unit, room.heads[bucket]
    room.heads[bucket] = made
    return made + 1


@kernel
def pop(km, left, made, dist, room):  # type: ignore[no-untyped-def]
    """Take the unit that comes next: of the nearest bucket the entry made last.

    A queue stands at a distance `km`, with `left` of its `made` entries behind it. It is kept in
    variables, not in the scratch, since this is the innermost loop of all.

    Args:
        km: where the queue stands.
        left: entries taken.
        made: entries made.
        dist: (U,) distances, km.
        room: the scratch.

    Returns:
        The unit (NOTHING if no entry is left), and the new `km` and `left`.
    """
    while left < made:
        entry = room.heads[np.uint64(km)]
        if entry < 0:
            km += 1
            continue
        unit = np.uint64(room.queue[np.uint64(entry), 0])
        room.heads[np.uint64(km)] = room.queue[np.uint64(entry), 1]
        left += 1
        if dist[unit] == km:
            return np.int64(unit), km, left
    return NOTHING, km, left


@kernel
def relax(unit, made, dist, toll, geo, limit, room):  # type: ignore[no-untyped-def]
    """Lower the distances to which the way by a unit is shorter, and enter them.

    Entering unit v by an edge costs the edge's cost + toll[v]; a toll of BLOCKED forbids it.

    Args:
        unit: the unit.
        made: entries made before.
        dist: (U,) distances, km.
        toll: (U,) added on entering a unit, km; BLOCKED forbids it.
        geo: the map (`Geography`).
        limit: km beyond which no distance is looked for.
        room: the scratch.

    Returns:
        Entries made.
    """
    here = dist[unit]
    for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
        v = geo.edge[e].to
        if toll[v] == BLOCKED:
            continue
        new = here + geo.edge[e].cost + toll[v]
        if new < dist[v] and new <= limit:
            dist[v] = new
            made = enqueue(np.int64(v), new, made, room)
    return made


@kernel
def spread(dist, toll, geo, limit, room):  # type: ignore[no-untyped-def]
    """Lower `dist` (U,) to the shortest distance from its finite entries.

    An entry is a start at that distance; starts are entered in the order of units. Distances beyond
    `limit` are FAR. `room.order` then lists the units found, nearest first.

    Args:
        dist: (U,) distances, km.
        toll: (U,) added on entering a unit, km; BLOCKED forbids it.
        geo: the map (`Geography`).
        limit: km, at most LONGEST_KM.
        room: the scratch.

    Returns:
        Number of units found.
    """
    room.heads[: limit + 1] = -1
    made = NONE
    for unit in range(dist.size):
        if dist[unit] <= limit:
            made = enqueue(unit, np.int64(dist[unit]), made, room)
        else:
            dist[unit] = FAR
    reached = 0
    unit, km, left = pop(NONE, NONE, made, dist, room)
    while unit >= 0:
        room.order[reached] = unit
        reached += 1
        made = relax(unit, made, dist, toll, geo, limit, room)
        unit, km, left = pop(km, left, made, dist, room)
    return reached


@kernel
def spread_past(dist, toll, geo, source, goal, beyond, room):  # type: ignore[no-untyped-def]
    """As `spread` from one source, no further than `beyond` km past the goal.

    Entries of `dist` (U,) above that sum are no distances.

    Args:
        dist: (U,) distances, km.
        toll: (U,) added on entering a unit, km; BLOCKED forbids it.
        geo: the map (`Geography`).
        source: unit to start from.
        goal: unit.
        beyond: km.
        room: the scratch.

    Returns:
        Distance of the goal, km.
    """
    limit = room.heads.size - 1
    room.heads[:] = -1
    dist[:] = FAR
    dist[source] = 0
    made = enqueue(source, NONE, NONE, room)
    unit, km, left = pop(NONE, NONE, made, dist, room)
    while unit >= 0 and km <= limit:
        if unit == goal:
            limit = min(limit, km + beyond)
        made = relax(unit, made, dist, toll, geo, limit, room)
        unit, km, left = pop(km, left, made, dist, room)
    return dist[goal]


@kernel
def mend(dist, toll, source, geo, limit, n, room):  # type: ignore[no-untyped-def]
    """Bring `dist` (U,) up to date after the first n units of `room.order` opened or closed.

    Distances are from the units marked in `source`, tolls 0 or BLOCKED, costs the same both ways
    and above 0. First come the units all of whose shortest paths are gone, nearest first, then they
    are settled anew with what opened (Ramalingam and Reps 1996, J. Algorithms 21,
    doi:10.1006/jagm.1996.0046): the work is that of what changes, not of the map. The result is
    that of `spread` from all sources that are not BLOCKED, at distance 0.

    Args:
        dist: (U,) distances, km.
        toll: (U,) added on entering a unit, km; BLOCKED forbids it.
        source: (U,) whether a unit is a source.
        geo: the map (`Geography`).
        limit: km beyond which no distance is looked for.
        n: how many units changed.
        room: the scratch.
    """
    n = _forget(dist, source, geo, limit, n, room)
    room.heads[: limit + 1] = -1
    made = NONE
    for i in range(n):
        unit = room.order[i]
        if toll[unit] == BLOCKED:
            continue
        next_dist = 0 if source[unit] else _nearest(unit, dist, geo)
        if next_dist <= limit:
            dist[unit] = next_dist
            made = enqueue(unit, np.int64(next_dist), made, room)
    unit, km, left = pop(_least(made, dist, room), NONE, made, dist, room)
    while unit >= 0:
        made = relax(unit, made, dist, toll, geo, limit, room)
        unit, km, left = pop(km, left, made, dist, room)


@kernel
def _forget(dist, source, geo, limit, n, room):  # type: ignore[no-untyped-def]
    """Make FAR the first n units of `room.order` and all that are near only by way of them.

    Lists these there too; how many they are then.
    """
    order = room.order
    near = 0
    for i in range(n):
        unit = order[i]
        if dist[unit] < FAR:  # others may be near by way of it: these come first
            order[i], order[near] = order[near], unit
            near += 1
            dist[unit] = FAR
    if near == 0:
        return n
    room.heads[: limit + 1] = -1
    made = NONE
    for i in range(near):
        made = _doubt(order[i], NOTHING, made, dist, geo, room)
    unit, km, left = pop(_least(made, dist, room), NONE, made, dist, room)
    while unit >= 0:
        if not source[unit] and _nearest(unit, dist, geo) != km:
            dist[unit] = FAR
            order[n] = unit
            n += 1
            made = _doubt(unit, km, made, dist, geo, room)
        unit, km, left = pop(km, left, made, dist, room)
    return n


@kernel
def _least(made, dist, room):  # type: ignore[no-untyped-def]
    """The least distance in the queue, where to begin to look."""
    least = room.heads.size - 1
    for entry in range(made):
        least = min(least, dist[room.queue[entry, 0]])
    return least


@kernel
def _doubt(unit, km, made, dist, geo, room):  # type: ignore[no-untyped-def]
    """Enter the neighbours further than km, whose shortest path may be gone; entries made."""
    for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
        v = geo.edge[e].to
        if km < dist[v] < FAR:
            made = enqueue(np.int64(v), np.int64(dist[v]), made, room)
    return made


@kernel
def _nearest(unit, dist, geo):  # type: ignore[no-untyped-def]
    """Distance of a unit by way of the best of its neighbours, FAR or more if there is none."""
    best = FAR
    for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
        best = min(best, dist[geo.edge[e].to] + geo.edge[e].cost)
    return best
