"""Staying clear of red lines, and of fighting outside its own countries."""

from sim.jit import kernel
from sim.model.kernels.deter import drawn
from sim.model.objectives import Objective
from sim.model.state import one

FOREIGN = 0.2  # escalation by fighting on ground that is not its own


@kernel
def add(state, geo, rules, f, weight):  # type: ignore[no-untyped-def]
    """Perceived chance that a strike answers the attack, and a little for foreign ground."""
    for w in range(state.value.shape[0]):
        world = one(state, w)
        for g in range(world.side.size):
            if drawn(world, rules, g, f):
                risk = weight * world.pair[f, g].perceived
                for u in range(world.value.size):
                    world.value[u] += risk * rules.ground[g, u].line_share
        for u in range(world.value.size):
            if geo.unit[u].playable and not rules.ground[f, u].home:
                world.value[u] += weight * FOREIGN


OBJECTIVE = Objective("avoid_escalation", "cost", add)
