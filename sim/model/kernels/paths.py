"""Shortest paths over units with whole-number costs (Dial 1969, bucket queue).

Dial, Algorithm 360, Commun. ACM 12(11), doi:10.1145/363269.363610. Costs are whole kilometres,
so one bucket a kilometre gives exact distances in time linear in units, edges and `limit`.
"""

from __future__ import annotations

from sim.jit import kernel
from sim.model.state import FAR

BLOCKED = -1  # toll of a unit that may not be entered


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


@kernel
def spread(dist, toll, geo, limit, scratch):  # type: ignore[no-untyped-def]
    """Lower `dist` (U,) to the shortest distance from its finite entries; count of units found.

    Entering unit v by an edge costs the edge's cost + toll[v]; a toll of BLOCKED forbids it.
    Distances beyond `limit` (at most LONGEST_KM) stay FAR. `scratch.order` then lists the units
    found, nearest first.
    """
    heads, links, order = scratch.heads, scratch.links, scratch.order
    heads[: limit + 1] = -1
    waiting = 0
    for unit in range(dist.size):
        if dist[unit] <= limit:
            _put(unit, int(dist[unit]), heads, links)
            waiting += 1
        else:
            dist[unit] = FAR
    found, d = 0, 0
    while waiting > 0:
        unit = int(heads[d])
        if unit < 0:
            d += 1
            continue
        _take(unit, d, heads, links)
        waiting -= 1
        order[found] = unit
        found += 1
        for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
            v = geo.edge[e].to
            if toll[v] == BLOCKED:
                continue
            new = d + geo.edge[e].cost + toll[v]
            if new < dist[v] and new <= limit:
                if dist[v] <= limit:
                    _take(v, int(dist[v]), heads, links)
                else:
                    waiting += 1
                dist[v] = new
                _put(v, new, heads, links)
    return found
