"""Ground of its own countries and people, to defend and to win back."""

from sim.jit import kernel
from sim.model.objectives import Objective

# Inferred: saturates at a town.
HALF = 20_000.0  # people of a place that is worth half of the largest, beyond the least


@kernel
def add(state, geo, rules, f, weight):  # type: ignore[no-untyped-def]
    """0.2 for home ground, up to 0.8 more for the people there; less where they are hostile.

        (1 - 0.5 * hostility) * (0.2 + 0.8 * people / (people + HALF))

    for playable units that are home ground of f.
    """
    for u in range(state.value.shape[1]):
        if geo.unit[u].playable and rules.ground[f, u].home:
            people = float(geo.unit[u].population)
            welcome = 1.0 - 0.5 * rules.ground[f, u].hostility
            worth = weight * welcome * (0.2 + 0.8 * people / (people + HALF))
            for w in range(state.value.shape[0]):
                state.value[w, u] += worth


OBJECTIVE = Objective("homeland", "prize", add, static=True)
