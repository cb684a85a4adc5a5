"""How near worlds are to a corridor: what the promise of a world is worked out from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from sim.analysis.rare.splitting import Bools, Floats, Longs
from sim.model.kernels.paths import BLOCKED, spread_past
from sim.model.simulate import Setup
from sim.model.state import ATTACKING, FAR, NEUTRAL, PAVED, TOLERATE, State

WAYS = ("road", "territory")
GARRISON = 600.0  # defenders that count as much as a unit that has none
CONQUEST_KM = 60  # as in sim.model.kernels.appraise
NO_WAY = 1e4


@dataclass(frozen=True)
class Roads:
    """The paved legs as one graph for each world of a batch."""

    heads: Longs  # (2 legs,) node where each leg starts, both ways, in order of nodes
    tails: Longs
    leg: Longs  # (2 legs,) which leg it is
    passed: csr_array  # (legs, U) weight of each unit in the length of a leg
    nodes: int
    source: int
    sink: int

    @classmethod
    def of(cls, setup: Setup) -> Roads:
        """From the road legs of the map. A unit where legs meet is half in each."""
        geo, rules = setup.geo, setup.rules
        paved = np.flatnonzero(geo.leg.road >= PAVED)
        a, b = geo.leg.a[paved], geo.leg.b[paved]
        units, ends = np.unique(
            np.concatenate([a, b, [rules.source, rules.sink]]), return_inverse=True
        )
        na, nb = ends[: len(a)], ends[len(a) : 2 * len(a)]
        heads, tails = np.concatenate([na, nb]), np.concatenate([nb, na])
        order = np.argsort(heads, kind="stable")
        weights = np.zeros((len(paved), len(geo.unit)))
        for row, leg in enumerate(paved):
            through = geo.leg_hexes[geo.leg_start[leg] : geo.leg_start[leg + 1]]
            weights[row, through] = 1.0
            weights[row, [a[row], b[row]]] = 0.5
        return cls(
            heads[order],
            tails[order],
            np.tile(np.arange(len(paved)), 2)[order],
            csr_array(weights),
            len(units),
            int(ends[-2]),
            int(ends[-1]),
        )

    def least(self, toll: Floats) -> Floats:
        """(B,) the least sum of tolls (B, U) on a way by paved road."""
        batch = len(toll)
        lengths = np.minimum(toll @ self.passed.T, NO_WAY) + 1e-6
        step = np.arange(batch)[:, None] * self.nodes
        starts = np.searchsorted(self.heads, np.arange(self.nodes))
        size = len(self.heads)
        indptr = np.append((starts + np.arange(batch)[:, None] * size).ravel(), batch * size)
        graph = csr_array(
            (lengths[:, self.leg].ravel(), (self.tails + step).ravel(), indptr),
            shape=(batch * self.nodes,) * 2,
        )
        sources = np.arange(batch) * self.nodes + self.source
        far: Floats = dijkstra(graph, indices=sources, min_only=True)
        return np.minimum(far.reshape(batch, -1)[:, self.sink], NO_WAY)


@dataclass(frozen=True)
class Progress:
    """Features of worlds for one way: what is still to be taken, and what the coalition has.

    In order: units to take on the way with the fewest; root of what stands there, on the way with
    least resistance; open today; share of `hold_days` that it has been open; log of the
    coalition's fighters; strikes that it expects.
    """

    setup: Setup
    way: str
    roads: Roads

    first_guess = np.array([-0.5, -0.5, 0.5, 1.0, 0.0, 0.0])  # to begin with, at the end

    @classmethod
    def of(cls, setup: Setup, way: str) -> Progress:
        """For a scenario."""
        return cls(setup, way, Roads.of(setup))

    def features(self, state: State) -> Floats:
        """(B, 6) as the class says."""
        rules = self.setup.rules
        closed = ~_usable(self.setup, state)
        closed_cost = closed * (1.0 + np.minimum(_defenders(state), 3000) / GARRISON)
        closed_cost[state.holder == NEUTRAL] = NO_WAY
        if self.way == "road":
            fewest, least = self.roads.least(closed.astype(float)), self.roads.least(closed_cost)
        else:
            ground = closed.astype(float)
            ground[:, self.setup.geo.hexes :] = 0.0  # only countryside must be passed
            fewest = self._over_ground(state, ground)
            least = self._over_ground(state, closed_cost)
        corridor = state.corridor[:, WAYS.index(self.way)]
        streak = np.minimum(corridor.streak / rules.hold_days, 1.0)
        ours = rules.faction.coalition
        fighters = sum(a[:, ours].sum(axis=(1, 2)) for a in (state.force, state.campaign.army))
        expected = state.pair.perceived[:, ours].max(axis=(1, 2))
        return np.column_stack(
            [fewest, np.sqrt(least), corridor.is_open, streak, np.log1p(fighters), expected]
        )

    def _over_ground(self, state: State, cost: Floats) -> Floats:
        """(B,) the least resistance on a way over ground, in units of countryside to take."""
        geo, rules, room = self.setup.geo, self.setup.rules, state.scratch
        toll = np.minimum(cost * CONQUEST_KM, 4000).astype(np.int32)
        for unit in range(geo.hexes, len(geo.unit)):
            toll[:, geo.unit[unit].hex_of] += toll[:, unit]
        toll[(state.holder == NEUTRAL) | ~geo.unit.playable] = BLOCKED
        plain = np.where(toll[0] == BLOCKED, BLOCKED, 0).astype(np.int32)
        base = spread_past(room.dist, plain, geo, rules.source, rules.sink, 0, room)
        found = [
            spread_past(room.dist, row, geo, rules.source, rules.sink, 0, room) for row in toll
        ]
        return np.array([(d - base) / CONQUEST_KM if d < FAR else NO_WAY for d in found])


def _usable(setup: Setup, state: State) -> Bools:
    """(B, U) whether a corridor may pass, as `sim.model.kernels.appraise.mark_usable` says."""
    faction = setup.rules.faction
    lets = (state.pair.stance[:, :, faction.coalition] <= TOLERATE).all(axis=2)
    open_to = faction.coalition | (faction.transit & lets)  # (B, F)
    open_to = np.column_stack([open_to, np.zeros((len(open_to), 2), np.bool_)])  # NEUTRAL, NOBODY
    return np.take_along_axis(open_to, state.holder.astype(np.int64) % open_to.shape[1], axis=1)


def _defenders(state: State) -> Floats:
    """(B, U) fighters of the holder: its garrison, and its armies that stand there."""
    held = np.maximum(state.holder, 0).astype(np.int64)
    found = np.take_along_axis(state.force, held[:, None, :], axis=1)[:, 0].astype(np.float64)
    found[state.holder < 0] = 0.0
    world, f, k = np.nonzero(state.campaign.phase >= ATTACKING)
    at, army = state.campaign.at[world, f, k], state.campaign.army[world, f, k]
    own = state.holder[world, at] == f
    np.add.at(found, (world[own], at[own]), army[own])
    return found
