"""Ground for its own sake."""

from sim.jit import kernel
from sim.model.objectives import Objective


@kernel
def add(state, geo, rules, f, weight):  # type: ignore[no-untyped-def]
    """1 for every playable hex of countryside, a quarter for a place."""
    for w in range(state.value.shape[0]):
        for u in range(state.value.shape[1]):
            if geo.unit[u].playable:
                state.value[w, u] += weight * (0.25 if geo.unit[u].is_place else 1.0)


OBJECTIVE = Objective("territory", "prize", add, static=True)
