"""Red lines in the way of a corridor: the strikes they cost, and what it takes that they fall.

A line is drawn for as long as its owner holds the place that it is drawn around
(`sim.model.kernels.perceive.drawn`). When the place falls, to whomever, ground inside the line is
open to the coalition without strikes: a second way to a corridor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Flags, Floats, Ints
from sim.model.setup import Setup
from sim.model.state import ATTACKING, GATHERING, HOSTILE, NOBODY, TOLERATE, State

STEPS = 4  # units from which an attack on the place of a line is seen to come
OUT_OF_SIGHT = 30.0  # the toll of a place that nobody who would fight for it is near
GARRISON = 1200.0  # defenders that count as much as a unit that has none
DEFENDERS_MOST = 3000  # as in sim.model.kernels.detour
DETERS = 7.0  # factor on what defenders count for: whom they would beat does not come
STRIKE = 15.0  # units that a strike held to be certain counts for
UNDONE = {GATHERING: 0.7, ATTACKING: 0.5}  # of a toll where a campaign is under way


def drawn(setup: Setup, state: State, g: int) -> Flags:
    """(B,) whether g draws its line against a member of the coalition today."""
    rules = setup.rules
    asked = rules.relation.against[g] & rules.faction.coalition
    at_odds = (state.pair.stance[:, g, asked] > TOLERATE).any(axis=1)
    is_drawn: Flags = at_odds & (state.holder[:, rules.faction[g].line_place] == g)
    return is_drawn


def risk(setup: Setup, state: State) -> Floats:
    """(B, U) the chance of a strike that the coalition expects, as the model's own toll has it."""
    rules = setup.rules
    ours = np.flatnonzero(rules.faction.coalition)
    at_risk = np.zeros(state.holder.shape)
    for g in np.flatnonzero(rules.faction.line_place >= 0):
        against = rules.relation.against[g, ours] & (state.pair.stance[:, g, ours] > TOLERATE)
        seen = np.where(against, state.pair.perceived[:, ours, g], 0.0).max(axis=1)
        seen = seen * drawn(setup, state, int(g))
        at_risk = np.maximum(at_risk, seen[:, None] * rules.ground.line_share[g])
    return at_risk


def undone(state: State, factions: Ints) -> Floats:
    """(B, U) share of the toll that is left, less where `factions` have a campaign under way."""
    campaign = state.campaign[:, factions]
    least = np.ones(state.holder.shape)
    for phase, left in UNDONE.items():
        world, f, k = np.nonzero(campaign.phase == phase)
        at = world, campaign.target[world, f, k]
        least[at] = np.minimum(least[at], left)
    return least


def ahead(left: Floats) -> Flags:
    """(B, U) whether strikes are still to come: an attack is answered on its first day, or not."""
    still: Flags = left > UNDONE[ATTACKING]
    return still


def defended(state: State) -> Floats:
    """(B, U) toll of the holder's fighters: its garrison, and its armies that stand there."""
    held = np.maximum(state.holder, 0).astype(np.int64)
    forces = np.take_along_axis(state.force, held[:, None, :], axis=1)[:, 0].astype(np.float64)
    forces[state.holder < 0] = 0.0
    world, f, k = np.nonzero(state.campaign.phase >= ATTACKING)
    at, army = state.campaign.at[world, f, k], state.campaign.army[world, f, k]
    own = state.holder[world, at] == f
    np.add.at(forces, (world[own], at[own]), army[own])
    toll: Floats = np.minimum(forces, DEFENDERS_MOST) / GARRISON
    return toll


@dataclass(frozen=True)
class Place:
    """The place of a line, and the ground from which it can be attacked."""

    setup: Setup
    owner: int  # faction
    units: Ints  # (N,) within STEPS of the place, which comes first
    tails: Ints  # (E,) neighbours of each of them, as positions among them
    starts: Ints  # (N,) where each one's neighbours begin

    @classmethod
    def all_of(cls, setup: Setup) -> tuple[Place, ...]:
        """The places of all lines of a scenario."""
        owners = np.flatnonzero(setup.rules.faction.line_place >= 0)
        return tuple(cls._of(setup, int(g)) for g in owners)

    @classmethod
    def _of(cls, setup: Setup, owner: int) -> Place:
        geo, nearest = setup.geo, {int(setup.rules.faction[owner].line_place): 0}
        for _ in range(STEPS):
            for unit in list(nearest):
                for to in geo.edge.to[geo.edge_start[unit] : geo.edge_start[unit + 1]]:
                    nearest.setdefault(int(to), len(nearest))
        beside = [geo.edge.to[geo.edge_start[u] : geo.edge_start[u + 1]].tolist() for u in nearest]
        near = [[nearest[v] for v in some if v in nearest] for some in beside]
        starts = np.cumsum([0, *map(len, near)])[:-1]
        return cls(setup, owner, np.array([*nearest]), np.concatenate(near), starts)

    def fall(self, state: State, defence: Floats) -> Floats:
        """(B,) the toll of whoever takes the place with the least, 0 where no line is drawn.

        `defence` (B, U) is the toll of the defenders of each unit.
        """
        stance = state.pair.stance
        each = 1.0 + DETERS * self._met(defence)
        days = np.full(len(state.holder), OUT_OF_SIGHT)
        for f in np.flatnonzero((stance[:, :, self.owner] == HOSTILE).any(axis=0)):
            hostile = stance[:, f, self.owner] == HOSTILE
            toll = self._least(state, int(f), each)
            days = np.where(hostile, np.minimum(days, toll), days)
        return np.where(drawn(self.setup, state, self.owner), days, 0.0)

    def _met(self, defence: Floats) -> Floats:
        """(B, N) toll of defenders; those of a hex's places defend its countryside in full too."""
        unit, units = self.setup.geo.unit[self.units], self.units
        opposed = defence[:, units].copy()
        for place in np.flatnonzero(unit.is_place):
            opposed[:, units == unit.hex_of[place]] += defence[:, units[place], None]
        return opposed

    def _least(self, state: State, f: int, each: Floats) -> Floats:
        """(B,) the least toll of a way of f from its own ground, each unit (B, N) without strikes.

        Nearest way first (Bellman 1958), a step at a time from all units at once.
        """
        rules, units = self.setup.rules, self.units
        holder = state.holder[:, units]
        fought = np.column_stack([state.pair.stance[:, f] == HOSTILE, np.zeros((len(holder), 2))])
        fought[:, NOBODY] = 1.0
        open_to = np.take_along_axis(fought, holder.astype(np.int64) % fought.shape[1], axis=1) > 0
        left = undone(state, np.array([f]))[:, units]
        line = rules.relation.against[self.owner, f] * rules.ground.line_share[self.owner, units]
        strikes = state.pair.perceived[:, f, self.owner, None] * line
        slow = np.where(left < 1.0, 1.0, 1.0 / self._pace(f))  # until it has planned to come
        cost = (each * slow + STRIKE * strikes * ahead(left)) * left
        cost[~open_to | ~rules.fights[f, units]] = OUT_OF_SIGHT
        far = np.where(holder == f, 0.0, OUT_OF_SIGHT)
        for _ in range(STEPS):
            near = np.minimum.reduceat(far[:, self.tails], self.starts, axis=1)
            far = np.minimum(far, near + cost)
        least: Floats = far[:, 0]
        return least

    def _pace(self, f: int) -> float:
        """How many campaigns f plans for each that the most active member of the coalition does."""
        faction = self.setup.rules.faction
        rate = faction.campaigns * faction.plan_rate
        return min(1.0, float(rate[f] / rate[faction.coalition].max()))
