"""Staying clear of red lines, of parties it keeps apart from, and of foreign ground."""

from sim.jit import kernel
from sim.model.kernels.perceive import drawn
from sim.model.objectives import Objective
from sim.model.state import AVOID, one

# Inferred: small beside an attack on a party that answers, which is 1.
FOREIGN = 0.2  # escalation by fighting on ground that is not its own
BESIDE = 0.15  # and next to ground of a party that it neither fights nor tolerates


@kernel
def add(state, geo, rules, f, weight):  # type: ignore[no-untyped-def]
    """Perceived chance that a strike answers the attack; a little for foreign ground and nearness.

    Of each unit u the cost is the sum of:

    - over factions g whose line is `drawn` against f: `perceived` of f at g * share of u inside the
      line;
    - FOREIGN, where f fights, u is not friendly and is not its home ground;
    - BESIDE, where f fights, u is not friendly and a neighbour is held by a faction to which f's
      stance is `avoid`: parties that avoid each other keep their distance.
    """
    for w in range(state.value.shape[0]):
        if not state.side[w, f].awake:
            continue
        world = one(state, w)
        for g in range(world.side.size):
            if drawn(world, rules, g, f):
                risk, share = weight * world.pair[f, g].perceived, rules.line_share[g]
                for u in range(share.size):
                    world.value[u] += risk * share[u]
        avoided, any_avoided = world.scratch.open_to, False
        for h in range(world.side.size):
            avoided[h] = h != f and world.pair[f, h].stance == AVOID
            any_avoided |= avoided[h]
        for u in range(world.value.size):
            if not rules.fights[f, u] or world.friendly[f, u]:
                continue
            if not rules.ground[f, u].home:
                world.value[u] += weight * FOREIGN
            for e in range(geo.edge_start[u], geo.edge_start[u + 1] if any_avoided else 0):
                if avoided[world.holder[geo.edge[e].to]]:
                    world.value[u] += weight * BESIDE
                    break


OBJECTIVE = Objective("avoid_escalation", "cost", add)
