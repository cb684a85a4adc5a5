"""Keeping the coalition from a land corridor."""

from sim.jit import kernel
from sim.model.objectives import Objective
from sim.model.objectives.corridor import NEAR
from sim.model.state import DETOUR_KM


@kernel
def add(state, geo, rules, f, weight):  # type: ignore[no-untyped-def]
    """As `corridor`, for the ground that the coalition does not yet hold: to be there first.

    Ground that a member holds already counts a quarter: taking it back means war with the
    coalition.
    """
    for w in range(state.value.shape[0]):
        if not state.side[w, f].awake:
            continue
        for u in range(state.value.shape[1]):
            detour = state.slack[w, u]
            if geo.unit[u].playable and detour < DETOUR_KM:
                h = int(state.holder[w, u])
                held = 0.25 if h >= 0 and rules.faction[h].coalition else 1.0
                near = NEAR[detour]
                half = 1.0 if geo.unit[u].is_place else 0.5
                state.value[w, u] += weight * held * half * near


OBJECTIVE = Objective("deny_corridor", "prize", add)
