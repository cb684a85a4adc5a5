"""Record: counts over the worlds of a batch, and what is read off their last day."""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
from sim.model.state import NEUTRAL, NOBODY, one


@kernel
def count_holders(state, counts):  # type: ignore[no-untyped-def]
    """Count in how many worlds each faction, or nobody, holds each unit.

    Args:
        state: a batch of worlds (`State`).
        counts: (F + 1, U) added to; the last row is nobody's. Neutral ground counts for none.
    """
    nobody = counts.shape[0] - 1
    for w in range(state.holder.shape[0]):
        for unit in range(state.holder.shape[1]):
            h = int(state.holder[w, unit])
            if h != NEUTRAL:
                counts[nobody if h == NOBODY else h, unit] += 1


@kernel
def count_alarm(state, watchers, counts):  # type: ignore[no-untyped-def]
    """Count worlds by each watcher's alarm at whom it fears most, in hundredths.

    Args:
        state: a batch of worlds (`State`).
        watchers: (curves,) factions.
        counts: (curves, 101) added to, at int(100 * alarm + 0.5).
    """
    for w in range(state.holder.shape[0]):
        for i in range(watchers.size):
            most = 0.0
            for g in range(state.pair.shape[2]):
                most = max(most, state.pair[w, watchers[i], g].alarm)
            counts[i, int(most * 100.0 + 0.5)] += 1


@kernel
def largest_free_share(state, geo, rules, people, share):  # type: ignore[no-untyped-def]
    """Fill `share`: the largest connected share of people outside the coalition's control.

    Of `people`, the share that lives on the connected set of free units (`_free`) with most of
    them; 0 where there are no people.

    Args:
        state: a batch of worlds (`State`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        people: (U,) people who count.
        share: (B,) filled, 0 to 1.
    """
    units = geo.unit.size
    seen, stack = state.scratch.seen, state.scratch.order
    everyone = 0
    for unit in range(units):
        everyone += people[unit]
    for w in range(state.holder.shape[0]):
        world = one(state, w)
        seen[:] = False
        best = 0
        for first in range(units):
            if seen[first] or not _free(world, geo, rules, first):
                continue
            seen[first] = True
            stack[0], depth, here = first, 1, 0
            while depth > 0:
                depth -= 1
                unit = stack[depth]
                here += people[unit]
                for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
                    v = np.int64(geo.edge[e].to)
                    if not seen[v] and _free(world, geo, rules, v):
                        seen[v] = True
                        stack[depth] = v
                        depth += 1
            best = max(best, here)
        share[w] = best / everyone if everyone > 0 else 0.0


@kernel
def _free(world, geo, rules, unit):  # type: ignore[no-untyped-def]
    """Whether a unit is playable and not held by a member of the coalition."""
    h = int(world.holder[unit])
    return geo.unit[unit].playable and (h < 0 or not rules.faction[h].coalition)
