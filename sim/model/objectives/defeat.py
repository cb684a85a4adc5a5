"""Fighting one enemy wherever it is."""

from sim.jit import kernel
from sim.model.objectives import Objective

# Inferred: a battalion is worth a campaign.
HALF = 500.0  # fighters of a garrison that is worth half of the largest


@kernel
def add(state, geo, rules, f, weight):  # type: ignore[no-untyped-def]
    """0.2 for any unit that the faction's `enemy` holds, and up to 0.8 more for its garrison.

    That is 0.8 n / (n + HALF), n being the garrison of the enemy there; 0 if f has no enemy.
    """
    enemy = rules.faction[f].enemy
    if enemy < 0:
        return
    for w in range(state.value.shape[0]):
        if not state.side[w, f].awake:
            continue
        for u in range(state.value.shape[1]):
            if state.holder[w, u] == enemy:
                n = float(state.force[w, enemy, u])
                state.value[w, u] += weight * (0.2 + 0.8 * n / (n + HALF))


OBJECTIVE = Objective("defeat", "prize", add)
