"""Room around the places it guards, and relief of its garrisons that are cut off."""

from sim.jit import kernel
from sim.model.objectives import Objective
from sim.model.state import FAR

# Inferred: the garrison of a large base.
RELIEF_HALF = 1000.0  # besieged fighters whose relief is worth half of the most


@kernel
def add(state, geo, rules, f, weight):  # type: ignore[no-untyped-def]
    """Nearness to guarded places, and what surrounds a cut-off garrison of its own.

    - For playable units guard_weight, exp(-straight distance to the nearest guarded place /
      range_km).
    - For each place that f holds, without supply (FAR) and whose hex is not friendly: n / (n +
      RELIEF_HALF) for that hex, n being the garrison of f in the place.
    """
    for w in range(state.value.shape[0]):
        if not state.side[w, f].awake:
            continue
        value, near = state.value[w], rules.guard_weight[f]
        for u in range(value.size):
            if near[u] > 0.0 and geo.unit[u].playable:
                value[u] += weight * near[u]
        for u in range(geo.hexes, state.value.shape[1]):
            cut_off = state.holder[w, u] == f and state.supply[w, f, u] >= FAR
            if cut_off and not state.friendly[w, f, geo.unit[u].hex_of]:
                garrison = float(state.force[w, f, u])
                state.value[w, geo.unit[u].hex_of] += weight * garrison / (garrison + RELIEF_HALF)


OBJECTIVE = Objective("guard_bases", "prize", add)
