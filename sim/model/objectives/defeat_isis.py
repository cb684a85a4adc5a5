"""Fighting ISIS where it is."""

from sim.jit import kernel
from sim.model.objectives import Objective

HALF = 500.0  # fighters of a garrison that is worth half of the largest


@kernel
def add(state, geo, rules, f, weight):  # type: ignore[no-untyped-def]
    """0.2 for any unit that ISIS holds, and up to 0.8 more for its garrison, n / (n + 500)."""
    if rules.isis < 0:
        return
    for w in range(state.value.shape[0]):
        if not state.side[w, f].awake:
            continue
        for u in range(state.value.shape[1]):
            if state.holder[w, u] == rules.isis:
                n = float(state.force[w, rules.isis, u])
                state.value[w, u] += weight * (0.2 + 0.8 * n / (n + HALF))


OBJECTIVE = Objective("defeat_isis", "prize", add)
