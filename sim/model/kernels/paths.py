"""Shortest paths over units with whole-number costs (Dial 1969, bucket queue).

Dial, Algorithm 360, Commun. ACM 12(11), doi:10.1145/363269.363610. Costs are whole kilometres,
so one bucket a kilometre gives exact distances in time linear in units, edges and `limit`. A
bucket is a list linked both ways, of the units now at that distance.
"""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
from sim.model.state import FAR

BLOCKED = -1  # toll of a unit that may not be entered
OUT = -2  # mark of a unit that is in no bucket
NO_GOAL = np.int64(-1)


@kernel
def _put(unit, d, heads, links):  # type: ignore[no-untyped-def]
    first = int(heads[d])
    links[0, unit], links[1, unit] = first, -1
    if first >= 0:
        links[1, first] = unit
    heads[d] = unit


@kernel
def _take(unit, d, heads, links):  # type: ignore[no-untyped-def]
    after, before = links[0, unit], links[1, unit]
    if before >= 0:
        links[0, before] = after
    else:
        heads[d] = after
    if after >= 0:
        links[1, after] = before
    links[0, unit] = OUT


@kernel
def spread(dist, toll, geo, limit, scratch):  # type: ignore[no-untyped-def]
    """Lower `dist` (U,) to the shortest distance from its finite entries; count of units found.

    Entering unit v by an edge costs the edge's cost + toll[v]; a toll of BLOCKED forbids it.
    Distances beyond `limit` (at most LONGEST_KM) stay FAR. `scratch.order` then lists the units
    found, nearest first.
    """
    heads, links = scratch.heads, scratch.links
    heads[: limit + 1] = -1
    links[0, :] = OUT
    waiting = 0
    for unit in range(dist.size):
        if dist[unit] <= limit:
            _put(unit, int(dist[unit]), heads, links)
            waiting += 1
        else:
            dist[unit] = FAR
    return _settle(dist, toll, geo, limit, waiting, NO_GOAL, NO_GOAL, scratch)


@kernel
def spread_past(dist, toll, geo, source, goal, beyond, scratch):  # type: ignore[no-untyped-def]
    """As `spread` from one source, no further than `beyond` km past the goal; its distance.

    Entries of `dist` (U,) above that sum are no distances.
    """
    heads, links = scratch.heads, scratch.links
    heads[:] = -1
    links[0, :] = OUT
    dist[:] = FAR
    dist[source] = 0
    _put(source, 0, heads, links)
    _settle(dist, toll, geo, heads.size - 1, 1, goal, beyond, scratch)
    return dist[goal]


@kernel
def _settle(dist, toll, geo, limit, waiting, goal, beyond, scratch):  # type: ignore[no-untyped-def]
    """Settle the `waiting` units in the buckets and all that is reached from them, nearest first.

    Once the goal is settled the limit is `beyond` km further.
    """
    heads, links, order = scratch.heads, scratch.links, scratch.order
    found, d = 0, 0
    while waiting > 0 and d <= limit:
        unit = int(heads[d])
        if unit < 0:
            d += 1
            continue
        _take(unit, d, heads, links)
        waiting -= 1
        order[found] = unit
        found += 1
        if unit == goal:
            limit = min(limit, d + beyond)
        for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
            v = geo.edge[e].to
            if toll[v] == BLOCKED:
                continue
            new = d + geo.edge[e].cost + toll[v]
            if new < dist[v] and new <= limit:
                if links[0, v] != OUT:
                    _take(v, int(dist[v]), heads, links)
                else:
                    waiting += 1
                dist[v] = new
                _put(v, new, heads, links)
    return found


@kernel
def mend(dist, toll, source, geo, limit, n, scratch):  # type: ignore[no-untyped-def]
    """Bring `dist` (U,) up to date after the first n units of `scratch.order` opened or closed.

    Distances are from the units marked in `source` (U,), tolls 0 or BLOCKED, costs the same both
    ways. First come the units all of whose shortest paths are gone, nearest first, then they are
    settled anew with what opened (Ramalingam and Reps 1996, J. Algorithms 21,
    doi:10.1006/jagm.1996.0046): the work is that of what changes, not of the map.
    """
    heads, links, order = scratch.heads, scratch.links, scratch.order
    heads[: limit + 1] = -1
    links[0, :] = OUT
    for i in range(n):
        dist[order[i]] = FAR
    waiting, d = 0, 0
    for i in range(n):
        waiting += _doubt(order[i], NO_GOAL, dist, geo, heads, links)
    while waiting > 0:
        unit = int(heads[d])
        if unit < 0:
            d += 1
            continue
        _take(unit, d, heads, links)
        waiting -= 1
        if not source[unit] and _nearest(unit, dist, geo) != d:
            dist[unit] = FAR
            order[n] = unit
            n += 1
            waiting += _doubt(unit, d, dist, geo, heads, links)
    for i in range(n):
        unit = order[i]
        if toll[unit] == BLOCKED:
            continue
        found = 0 if source[unit] else _nearest(unit, dist, geo)
        if found <= limit:
            dist[unit] = found
            _put(unit, found, heads, links)
            waiting += 1
    _settle(dist, toll, geo, limit, waiting, NO_GOAL, NO_GOAL, scratch)


@kernel
def _doubt(unit, d, dist, geo, heads, links):  # type: ignore[no-untyped-def]
    """Queue the neighbours further than d, whose shortest path may be gone; how many."""
    queued = 0
    for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
        v = geo.edge[e].to
        if d < dist[v] < FAR and links[0, v] == OUT:
            _put(v, int(dist[v]), heads, links)
            queued += 1
    return queued


@kernel
def _nearest(unit, dist, geo):  # type: ignore[no-untyped-def]
    """Distance of a unit by way of the best of its neighbours, FAR or more if there is none."""
    best = FAR
    for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
        best = min(best, dist[geo.edge[e].to] + geo.edge[e].cost)
    return best
