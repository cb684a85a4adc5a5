"""The land corridor of the coalition."""

import math

import numpy as np

from sim.jit import kernel
from sim.model.objectives import Objective
from sim.model.state import DETOUR_KM

# Inferred: an hour or two of driving.
SLACK_KM = 60.0  # detour, km of good road, at which a unit is worth 1/e of one on the best route
NEAR = np.array([math.exp(-km / SLACK_KM) for km in range(DETOUR_KM)])  # by detour


@kernel
def add(state, geo, rules, f, weight):  # type: ignore[no-untyped-def]
    """exp(-detour / SLACK_KM) of the best corridor through the unit, half of it in countryside.

    The detour is `slack` (`detour.corridor_slack`); a unit whose detour is DETOUR_KM or more has 0,
    as one that is not playable. Towns and junctions carry the roads, which a corridor that is more
    than a track needs. A corridor's length counts the ground still to be taken, so a route that
    opens pulls harder.
    """
    for w in range(state.value.shape[0]):
        if not state.side[w, f].awake:
            continue
        for u in range(state.value.shape[1]):
            detour = state.slack[w, u]
            if geo.unit[u].playable and detour < DETOUR_KM:
                near = NEAR[detour]
                state.value[w, u] += weight * near * (1.0 if geo.unit[u].is_place else 0.5)


OBJECTIVE = Objective("corridor", "prize", add)
