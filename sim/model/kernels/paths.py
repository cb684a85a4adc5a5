"""Shortest paths over units with whole-number costs (Dial 1969, bucket queue).

Dial, Algorithm 360, Commun. ACM 12(11), doi:10.1145/363269.363610. Costs are whole kilometres,
so one bucket a kilometre gives exact distances in time linear in units, edges and `limit`. A
bucket is a list of entries, the last made first. A unit that is found nearer is entered again and
its old entry passed over when its turn comes: `dist` says which is right.
"""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
from sim.model.state import FAR

BLOCKED = -1  # toll of a unit that may not be entered
KM, WAITING, MADE = 0, 1, 2  # places in `scratch.cursor`
NOTHING = np.int64(-1)


@kernel
def clear_queue(limit, room):  # type: ignore[no-untyped-def]
    """Empty the queue; it then takes distances up to `limit`."""
    room.heads[: limit + 1] = -1
    room.cursor[:] = 0


@kernel
def enqueue(unit, km, room):  # type: ignore[no-untyped-def]
    """Put a unit into the queue at a distance, not below the one that is looked at now."""
    entry = room.cursor[MADE]
    room.queue[entry, 0], room.queue[entry, 1] = unit, room.heads[km]
    room.heads[km] = entry
    room.cursor[MADE] = entry + 1
    room.cursor[WAITING] += 1


@kernel
def pop(dist, room):  # type: ignore[no-untyped-def]
    """The unit that comes next, its distance being where the cursor is; NOTHING if none waits."""
    km, waiting = room.cursor[KM], room.cursor[WAITING]
    while waiting > 0:
        entry = room.heads[km]
        if entry < 0:
            km += 1
            continue
        unit = np.int64(room.queue[entry, 0])
        room.heads[km] = room.queue[entry, 1]
        waiting -= 1
        if dist[unit] == km:
            room.cursor[KM], room.cursor[WAITING] = km, waiting
            return unit
    room.cursor[WAITING] = 0
    return NOTHING


@kernel
def settle_next(dist, toll, geo, limit, room):  # type: ignore[no-untyped-def]
    """Settle the nearest unit in the queue and enter what is reached from it; NOTHING at the end.

    Entering unit v by an edge costs the edge's cost + toll[v]; a toll of BLOCKED forbids it.
    """
    unit = pop(dist, room)
    if unit >= 0:
        _relax(unit, dist, toll, geo, limit, room)
    return unit


@kernel
def _relax(unit, dist, toll, geo, limit, room):  # type: ignore[no-untyped-def]
    """Lower the distance of all units to which the way by this one is shorter, and enter them."""
    here = dist[unit]
    for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
        v = geo.edge[e].to
        if toll[v] == BLOCKED:
            continue
        new = here + geo.edge[e].cost + toll[v]
        if new < dist[v] and new <= limit:
            dist[v] = new
            enqueue(v, new, room)


@kernel
def spread(dist, toll, geo, limit, room):  # type: ignore[no-untyped-def]
    """Lower `dist` (U,) to the shortest distance from its finite entries; count of units found.

    Tolls are as in `settle_next`. Distances beyond `limit` (at most LONGEST_KM) stay FAR.
    `room.order` then lists the units found, nearest first.
    """
    clear_queue(limit, room)
    for unit in range(dist.size):
        if dist[unit] <= limit:
            enqueue(unit, dist[unit], room)
        else:
            dist[unit] = FAR
    found = 0
    unit = settle_next(dist, toll, geo, limit, room)
    while unit >= 0:
        room.order[found] = unit
        found += 1
        unit = settle_next(dist, toll, geo, limit, room)
    return found


@kernel
def spread_past(dist, toll, geo, source, goal, beyond, room):  # type: ignore[no-untyped-def]
    """As `spread` from one source, no further than `beyond` km past the goal; its distance.

    Entries of `dist` (U,) above that sum are no distances.
    """
    limit = room.heads.size - 1
    clear_queue(limit, room)
    dist[:] = FAR
    dist[source] = 0
    enqueue(source, 0, room)
    unit = settle_next(dist, toll, geo, limit, room)
    while unit >= 0:
        if unit == goal:
            limit = min(limit, dist[goal] + beyond)
        unit = settle_next(dist, toll, geo, limit, room)
        if unit >= 0 and dist[unit] > limit:
            break
    return dist[goal]


@kernel
def mend(dist, toll, source, geo, limit, n, room):  # type: ignore[no-untyped-def]
    """Bring `dist` (U,) up to date after the first n units of `room.order` opened or closed.

    Distances are from the units marked in `source` (U,), tolls 0 or BLOCKED, costs the same both
    ways and above 0. First come the units all of whose shortest paths are gone, nearest first,
    then they are settled anew with what opened (Ramalingam and Reps 1996, J. Algorithms 21,
    doi:10.1006/jagm.1996.0046): the work is that of what changes, not of the map.
    """
    order = room.order
    clear_queue(limit, room)
    for i in range(n):
        dist[order[i]] = FAR
    for i in range(n):
        _doubt(order[i], -1, dist, geo, room)
    unit = pop(dist, room)
    while unit >= 0:
        if not source[unit] and _nearest(unit, dist, geo) != dist[unit]:
            gone = dist[unit]
            dist[unit] = FAR
            order[n] = unit
            n += 1
            _doubt(unit, gone, dist, geo, room)
        unit = pop(dist, room)
    clear_queue(limit, room)
    for i in range(n):
        unit = order[i]
        if toll[unit] == BLOCKED:
            continue
        found = 0 if source[unit] else _nearest(unit, dist, geo)
        if found <= limit:
            dist[unit] = found
            enqueue(unit, found, room)
    while settle_next(dist, toll, geo, limit, room) >= 0:
        pass


@kernel
def _doubt(unit, km, dist, geo, room):  # type: ignore[no-untyped-def]
    """Queue the neighbours further than km, whose shortest path may be gone."""
    for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
        v = geo.edge[e].to
        if km < dist[v] < FAR:
            enqueue(v, dist[v], room)


@kernel
def _nearest(unit, dist, geo):  # type: ignore[no-untyped-def]
    """Distance of a unit by way of the best of its neighbours, FAR or more if there is none."""
    best = FAR
    for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
        best = min(best, dist[geo.edge[e].to] + geo.edge[e].cost)
    return best
