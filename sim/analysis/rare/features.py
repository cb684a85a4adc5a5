"""How near worlds are to a corridor: what the importance of a world is worked out from.

In worlds without splitting, the log of the chance that a corridor opens in time is close to
-PACE x (toll of the way that is easiest to take) / (days in which it must be taken + LAG), from
one day to five months ahead. The tolls below are those that told most about later corridors in
6,000 such worlds (baseline, hexes of 40 km, inputs central); docs/rare.md says how much. The rate
at which lines fall is from 11,000 more, in two of which one fell, and is no better known than so.
Worlds that draw fast fronts have more of a day: in 5,000 worlds with uncertain inputs the time to
a corridor went with the root of each factor on the rates of advance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from sim.analysis.rare.red_lines import STRIKE, Place, ahead, defended, risk, undone
from sim.analysis.rare.road_cost import NO_WAY, Roads
from sim.arrays import Flags, Floats, Ints
from sim.definitions import WAYS
from sim.model.inputs import DRIFT, OPEN, TEMPO
from sim.model.kernels.paths import BLOCKED, spread_past
from sim.model.setup import Setup
from sim.model.state import FAR, HOSTILE, NEUTRAL, TOLERATE, State

CONQUEST_KM = 60  # as in sim.model.kernels.appraise
BARRED = 10.0  # units that ground of those counts for whom it does not fight: seldom to be had
NEAR = 1.0  # and bordering on such ground: they may be there first
PACE, LAG = 30.0, 10.0  # days; see above
FRONTS, ROOT = (OPEN, DRIFT, TEMPO), 0.5  # inputs that the pace of fronts is made of, their power
AT_ONCE, DARE = 0.1, 0.37  # a day: rate of a line's fall at no toll; log lower for each unit


@dataclass(frozen=True)
class Progress:
    """Features of worlds for one way.

    In order: toll of the way that is easiest to take, over the days left to take it and the pace of
    fronts; open today; share of `hold_days` that it has been open. The first is a soft minimum over
    two ways, from the sum of their per_draw: past the red lines, and without strikes should the
    lines fall in time.
    """

    setup: Setup
    way: str
    roads: Roads
    beside: csr_array  # (U, U) 1 for neighbours
    places: tuple[Place, ...]  # that lines are drawn around

    first_guess = np.array([-PACE, 0.0, 0.0])

    @classmethod
    def of(cls, setup: Setup, way: str) -> Progress:
        """For a scenario."""
        edges = np.ones(len(setup.geo.edge), np.float32), setup.geo.edge.to, setup.geo.edge_start
        beside = csr_array(edges, shape=(len(setup.geo.unit),) * 2)
        return cls(setup, way, Roads.of(setup), beside, Place.all_of(setup))

    @property
    def friends(self) -> Ints:
        """Factions whose ground a corridor may pass, if they let it."""
        faction = self.setup.rules.faction
        return np.flatnonzero(faction.coalition | faction.transit)

    def features(self, state: State, day: int) -> Floats:
        """(B, 3) as the class says, at the end of a day."""
        hold = self.setup.rules.hold_days
        days = max(self.setup.days - day, 0) + LAG  # until the last it may open on
        corridor = state.corridor[:, WAYS.index(self.way)]
        streak = np.minimum(corridor.streak / hold, 1.0)
        past, free, rate = self.ways(state)
        with np.errstate(divide="ignore"):
            fallen = np.log(-np.expm1(-rate * days))
        slow = PACE / (days * self.pace(state.inputs))
        chance = np.logaddexp(-slow * past, fallen - slow * free)
        return np.column_stack([-chance / PACE, corridor.is_open, streak])

    def pace(self, inputs: Floats) -> Floats:
        """(n,) how fast fronts move in worlds with these inputs (n, I), 1 at central values."""
        central = [self.setup.start.inputs[i].central for i in FRONTS]
        product: Floats = np.prod(inputs[:, FRONTS] / central, axis=1) ** ROOT
        return product

    def ways(self, state: State) -> tuple[Floats, Floats, Floats]:
        """(B,) each: tolls of the easiest way past red lines, and without; rate of their fall.

        Tolls are in units without defenders. Past the lines, strikes are expected. When their
        places have fallen there are none; the rate is a day, 0 where no strike is expected anyway.
        """
        closed = ~_usable(self.setup, state)
        barred = closed & _barred(self.setup, state)
        near = (barred @ self.beside.T) > 0
        defence, strikes = defended(state), risk(self.setup, state)
        each = 1.0 + defence + BARRED * barred + NEAR * near
        left = undone(state, self.friends)
        strikes *= ahead(left)
        left *= closed
        past = self._way(state, (each + STRIKE * strikes) * left)
        if not strikes.any():
            return past, past, np.zeros(len(past))
        fall = np.sum([place.fall(state, defence) for place in self.places], axis=0)
        rate = np.where(strikes.any(axis=1), AT_ONCE * np.exp(-DARE * fall), 0.0)
        return past, self._way(state, each * left), rate

    def _way(self, state: State, each: Floats) -> Floats:
        """(B,) the least sum of `each` (B, U) along a way."""
        each[state.holder == NEUTRAL] = NO_WAY
        if self.way == "road":
            return self.roads.least(each)
        each[:, self.setup.geo.hexes :] = 0.0  # only countryside must be passed
        return self._over_ground(state, each)

    def _over_ground(self, state: State, cost: Floats) -> Floats:
        """(B,) the least toll of a way over ground, in units of countryside to take."""
        geo, rules, room = self.setup.geo, self.setup.rules, state.scratch
        toll = np.minimum(cost * CONQUEST_KM, 4000).astype(np.int32)
        toll[(state.holder == NEUTRAL) | ~geo.unit.playable] = BLOCKED
        plain = np.where(toll[0] == BLOCKED, BLOCKED, 0).astype(np.int32)
        base = spread_past(room.dist, plain, geo, rules.source, rules.sink, 0, room)
        columns = [
            spread_past(room.dist, row, geo, rules.source, rules.sink, 0, room) for row in toll
        ]
        return np.array([(d - base) / CONQUEST_KM if d < FAR else NO_WAY for d in columns])


def _usable(setup: Setup, state: State) -> Flags:
    """(B, U) whether a corridor may pass, as `sim.model.kernels.appraise.mark_usable` says."""
    faction = setup.rules.faction
    lets = (state.pair.stance[:, :, faction.coalition] <= TOLERATE).all(axis=2)
    open_to = faction.coalition | (faction.transit & lets)  # (B, F)
    open_to = np.column_stack([open_to, np.zeros((len(open_to), 2), np.bool_)])  # NEUTRAL, NOBODY
    return np.take_along_axis(open_to, state.holder.astype(np.int64) % open_to.shape[1], axis=1)


def _barred(setup: Setup, state: State) -> Flags:
    """(B, U) whether a unit is held by a faction that no member of the coalition fights."""
    stance = state.pair.stance[:, setup.rules.faction.coalition]
    fought = (stance == HOSTILE).any(axis=1)  # (B, F)
    fought = np.column_stack([fought, np.ones((len(fought), 2), np.bool_)])  # NEUTRAL, NOBODY
    return ~np.take_along_axis(fought, state.holder.astype(np.int64) % fought.shape[1], axis=1)
