"""What comes of a plan: a free slot for which a faction plans on a day begins a campaign, or not.

The model keeps no account of plans that fail. Here the choice is made again, by the model's own
kernels, right after all have decided and before anything moves: it comes out as it did. Only for
a faction that plans two campaigns on one day in one world, where the later one was begun, there
are fewer fighters left at the second look than at the first.
"""

from __future__ import annotations

from sim.model.kernels.decide import HOLD, choose_start, staging_for
from sim.model.kernels.march import WAIT
from sim.model.kernels.muster import ARMY_LEAST, muster, uncommitted
from sim.model.kernels.perceive import count_enemies
from sim.model.setup import Setup
from sim.model.state import FREE, State, one

REASONS = (
    "attack begun",
    "hold begun",
    "waits",
    "all committed",
    "nobody to muster",
    "odds too poor",
)
ATTACK, HELD, WAITS, COMMITTED, NOBODY, ODDS = range(len(REASONS))
_VIEWS = getattr(one, "py_func", one)  # what a compiled kernel returns is no view for Python
FAILED = (COMMITTED, NOBODY, ODDS)  # something was wanted, and nothing came of it


def outcome(state: State, setup: Setup, w: int, f: int, k: int, day: int) -> int:
    """Position in REASONS of what came of faction f's plan for slot k in world w on a day.

    Args:
        state: the worlds, when all have decided and nothing has moved.
        setup: the scenario, with the rules of the day.
        w: world.
        f: faction.
        k: slot, free before the decision.
        day: since the origin.

    Returns:
        Of the option that was chosen first, where a variant of the rules goes on to the next best.
    """
    world, (geo, rules) = _VIEWS(state, w), setup.fixed
    slot = world.campaign[f, k]
    if slot.phase != FREE:
        return HELD if world.holder[slot.target] == f else ATTACK
    if uncommitted(world, f) < ARMY_LEAST:
        return COMMITTED
    count_enemies(world, f)
    option = int(choose_start(world, geo, rules, f, k, day, world.scratch.refused, 0))
    if option == WAIT:
        return WAITS
    unit = option - HOLD if option >= HOLD else option
    staging = unit if option >= HOLD else int(staging_for(world, geo, f, unit))
    gathered, _ = muster(world, geo, rules, f, staging, ARMY_LEAST)
    return NOBODY if gathered < ARMY_LEAST else ODDS
