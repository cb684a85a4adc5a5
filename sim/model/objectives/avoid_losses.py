"""Sparing its own fighters."""

from sim.jit import kernel
from sim.model.kernels.perceive import hostile_to
from sim.model.objectives import Objective
from sim.model.state import one

# Inferred: the size of a brigade, whose attack is costly for all sides here.
HALF = 1000.0  # defenders whose attack costs half of the most


@kernel
def add(state, geo, rules, f, weight):  # type: ignore[no-untyped-def]
    """A stand-in for the losses to expect: n / (n + HALF), half of it outside towns.

    n is the holder's garrison, if the holder is hostile to f; else the cost is 0.
    """
    for w in range(state.value.shape[0]):
        if not state.side[w, f].awake:
            continue
        world = one(state, w)
        hostile = world.scratch.open_to
        for g in range(world.side.size):
            hostile[g] = g != f and hostile_to(world, f, g)
        for u in range(world.value.size):
            h = int(world.holder[u])
            if hostile[h]:
                n = float(world.force[h, u])
                if n > 0.0:
                    world.value[u] += weight * n / (n + HALF) * (1.0 if geo.unit[u].town else 0.5)


OBJECTIVE = Objective("avoid_losses", "cost", add)
