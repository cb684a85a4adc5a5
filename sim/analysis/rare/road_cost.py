"""The paved roads as graphs over a batch of worlds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from sim.arrays import Floats, Ints
from sim.model.setup import Setup
from sim.model.state import PAVED

NO_WAY = 1e4


@dataclass(frozen=True)
class Roads:
    """The paved legs as one graph for each world of a batch."""

    heads: Ints  # (2 legs,) node where each leg starts, both ways, in order of nodes
    tails: Ints
    leg: Ints  # (2 legs,) which leg it is
    passed: csr_array  # (legs, U) weight of each unit in the length of a leg
    nodes: int
    source: int
    sink: int

    @classmethod
    def of(cls, setup: Setup) -> Roads:
        """From the road legs of the map. A place where legs meet is half in each."""
        geo, rules = setup.geo, setup.rules
        paved = np.flatnonzero(geo.leg.road >= PAVED)
        a, b = geo.leg.a[paved], geo.leg.b[paved]
        units, nodes = np.unique(
            np.concatenate([a, b, [rules.source, rules.sink]]), return_inverse=True
        )
        na, nb = nodes[: len(a)], nodes[len(a) : 2 * len(a)]
        heads, tails = np.concatenate([na, nb]), np.concatenate([nb, na])
        order = np.argsort(heads, kind="stable")
        weights = np.zeros((len(paved), len(geo.unit)))
        for row, leg in enumerate(paved):
            weights[row, geo.leg_places[geo.leg_stop[leg] : geo.leg_stop[leg + 1]]] = 1.0
            weights[row, [a[row], b[row]]] *= 0.5
        return cls(
            heads[order],
            tails[order],
            np.tile(np.arange(len(paved)), 2)[order],
            csr_array(weights),
            len(units),
            int(nodes[-2]),
            int(nodes[-1]),
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
