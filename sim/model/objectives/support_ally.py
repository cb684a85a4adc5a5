"""Standing by allies: relieving their cut-off garrisons, pushing back what presses on them."""

from sim.jit import kernel
from sim.model.objectives import Objective
from sim.model.objectives.guard_bases import RELIEF_HALF
from sim.model.state import ALLY, FAR


@kernel
def add(state, geo, rules, f, weight):  # type: ignore[no-untyped-def]
    """What surrounds an ally's cut-off garrison, and a tenth for ground next to an ally's.

    An ally is a faction h to which f's stance is `ally`.

    - For each place that an ally h holds without supply of h (FAR): n / (n + RELIEF_HALF) for its
      hex, n being the garrison of h in the place.
    - 0.1 for each playable hex that is not friendly to f and has a neighbour that an ally holds.
    """
    for w in range(state.value.shape[0]):
        if not state.side[w, f].awake:
            continue
        allied, any_allied = state.scratch.open_to, False
        for h in range(state.pair.shape[2]):
            allied[h] = h != f and state.pair[w, f, h].stance == ALLY
            any_allied |= allied[h]
        if not any_allied:
            continue
        for u in range(geo.hexes, state.value.shape[1]):
            h = int(state.holder[w, u])
            if allied[h] and state.supply[w, h, u] >= FAR:
                garrison = float(state.force[w, h, u])
                state.value[w, geo.unit[u].hex_of] += weight * garrison / (garrison + RELIEF_HALF)
        for u in range(geo.hexes):
            if not geo.unit[u].playable or state.friendly[w, f, u]:
                continue
            for e in range(geo.edge_start[u], geo.edge_start[u + 1]):
                if allied[state.holder[w, geo.edge[e].to]]:
                    state.value[w, u] += weight * 0.1
                    break


OBJECTIVE = Objective("support_ally", "prize", add)
