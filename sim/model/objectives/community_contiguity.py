"""Joining up the ground of its own community."""

from sim.jit import kernel
from sim.model.objectives import Objective


@kernel
def add(state, geo, rules, f, weight):  # type: ignore[no-untyped-def]
    """For playable units whose people are friendly: share of neighbours that f itself holds.

    Friendly is a hostility to f under 0.25.
    """
    for w in range(state.value.shape[0]):
        if not state.side[w, f].awake:
            continue
        for u in range(state.value.shape[1]):
            if not geo.unit[u].playable or rules.ground[f, u].hostility >= 0.25:
                continue
            near, held = 0, 0
            for e in range(geo.edge_start[u], geo.edge_start[u + 1]):
                near += 1
                held += state.holder[w, geo.edge[e].to] == f
            if near > 0:
                state.value[w, u] += weight * held / near


OBJECTIVE = Objective("community_contiguity", "prize", add)
