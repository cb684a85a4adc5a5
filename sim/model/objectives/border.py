"""The border of its own countries with the next one."""

from sim.jit import kernel
from sim.model.objectives import Objective


@kernel
def add(state, geo, rules, f, weight):  # type: ignore[no-untyped-def]
    """1 for border places and half for hexes at the line of gates on the faction's side.

    Such units are playable, have a gate (`crossing`) and are home ground of f.
    """
    for u in range(state.value.shape[1]):
        if geo.unit[u].playable and geo.unit[u].crossing >= 0 and rules.ground[f, u].home:
            worth = weight * (1.0 if geo.unit[u].is_place else 0.5)
            for w in range(state.value.shape[0]):
                state.value[w, u] += worth


OBJECTIVE = Objective("border", "prize", add, static=True)
