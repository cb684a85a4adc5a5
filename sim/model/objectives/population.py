"""People to rule, tax and recruit."""

from sim.jit import kernel
from sim.model.objectives import Objective

# Inferred: saturates between a town and a city.
HALF = 50_000.0  # people of a place that is worth half of the largest


@kernel
def add(state, geo, rules, f, weight):  # type: ignore[no-untyped-def]
    """People / (people + HALF), less where they are hostile: who resists pays no tax.

        (1 - hostility) * people / (people + HALF)

    for playable units with people.
    """
    for u in range(state.value.shape[1]):
        people = float(geo.unit[u].population)
        if geo.unit[u].playable and people > 0.0:
            welcome = 1.0 - rules.ground[f, u].hostility
            worth = weight * welcome * people / (people + HALF)
            for w in range(state.value.shape[0]):
                state.value[w, u] += worth


OBJECTIVE = Objective("population", "prize", add, static=True)
