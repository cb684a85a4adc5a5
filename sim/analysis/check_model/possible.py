"""What the rules of a scenario make impossible, whatever is drawn: what cannot be.

Read off stances, willingness, red lines of conduct (`worst`) and the rest of the rules' tables, at
the origin and after every dated change. What is called possible may still never happen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.model.inputs import CHOICES
from sim.model.kernels.control import GARRISON_LEAST
from sim.model.setup import Setup
from sim.model.state import ALLY, HOSTILE, NOBODY, Bools, Rules

HAPPENS, APART, NO_CAMPAIGN, NO_GROUND = range(4)
WHY = (
    "can fight",
    "keeps apart: its stance is not hostile, and nothing makes it so",
    "begins no campaigns: none allowed, or no ground on which it is willing to fight",
    "no common ground: it fights nowhere that the other holds or could take",
)


@dataclass(frozen=True, eq=False)
class Possible:
    """What can happen in some world; F factions, U units of which P are places.

    Attributes:
        why: (F, F) position in WHY: whether a faction can ever attack another.
        holds: (F, U) units that it holds at the origin or could take.
        takers: (F, U) who can take a unit from whoever holds it at the origin.
        changes: (U,) whether a unit can change hands.
        gains: (F,) whether a faction can gain a place.
        loses: (F,) and lose one.
    """

    why: Any
    holds: Bools
    takers: Bools
    changes: Bools
    gains: Bools
    loses: Bools

    @property
    def fights(self) -> Bools:
        """(F, F) whether a faction can ever attack another."""
        happens: Bools = self.why == HAPPENS
        return happens

    @classmethod
    def of(cls, setup: Setup) -> Possible:
        """Of a scenario."""
        holder = np.array(setup.start.situation.holder)
        able, ground = _able(setup), _any(setup, "fights")
        hostile = _hostile(setup)
        factions = len(setup.factions)
        starts = holder == np.arange(factions)[:, None]
        starts |= _given(setup, factions)
        open_ = holder == NOBODY
        holds, before = starts, np.zeros_like(starts)
        partners = _partners(setup)
        while (holds != before).any():  # what is taken from one can be taken from the next
            before = holds
            taken = able[:, None] & ground & (open_ | _matmul(hostile, before))
            holds = starts | taken | (_matmul(partners, taken) & ground)
        why = np.full((factions, factions), HAPPENS)
        why[~_matmul(ground, holds.T)] = NO_GROUND
        why[~able] = NO_CAMPAIGN
        why[~hostile] = APART
        np.fill_diagonal(why, APART)
        fights, taker, lapses = why == HAPPENS, able[:, None] & ground, _lapses(setup)
        held, given = holder == np.arange(factions)[:, None], _given(setup, factions)
        takers = taker & (open_ | _matmul(fights, held))
        lost = holds & (_matmul(fights.T, taker) | lapses | given.any(axis=0))
        changes = takers.any(axis=0) | (held & lapses).any(axis=0) | given.any(axis=0)
        nobodys = open_ | (holds & lapses).any(axis=0)
        gains = (taker & (nobodys | _matmul(fights, holds))) | given
        gains |= _matmul(partners, gains) & ground
        places = slice(setup.hexes, None)
        return cls(why, holds, takers, changes, gains[:, places].any(axis=1),
                   lost[:, places].any(axis=1))  # fmt: skip


def _matmul(a: Bools, b: Bools) -> Bools:
    """Whether any middle index holds in both."""
    product: Bools = a.astype(np.float32) @ b.astype(np.float32) > 0.0
    return product


def _any(setup: Setup, field: str) -> Bools:
    in_some: Bools = np.any([getattr(table, field) for table in setup.tables], axis=0)
    return in_some


def _able(setup: Setup) -> Bools:
    """(F,) whether a faction may begin an attack, or is in a siege at the origin."""
    able = [
        (t.faction.campaigns > 0) & (t.faction.plan_rate > 0.0) & t.fights.any(axis=1)
        for t in setup.tables
    ]
    in_some: Bools = np.any(able, axis=0)
    in_some[setup.start.situation.faction[[siege.row for siege in setup.start.sieges]]] = True
    return in_some


def _hostile(setup: Setup) -> Bools:
    """(F, F) whether the stance of one towards another can become hostile, or is."""
    in_some: Bools = np.any([_stances(table) for table in setup.tables], axis=0)
    shocks = setup.start.variants.choices[:, CHOICES.index("shocks")].any()
    rate = next(item.high for item in setup.start.inputs if item.name == "rules.wars_per_year")
    if shocks and rate > 0.0:
        stance = np.min([table.relation.stance for table in setup.tables], axis=0)
        in_some |= (stance != ALLY) & (stance.T != ALLY)
    return in_some


def _partners(setup: Setup) -> Bools:
    """(F, F) whether one may hold what another took, since the other yields to it."""
    joint = setup.start.variants.choices[:, CHOICES.index("joint")].any()
    in_some: Bools = np.any([t.relation.yields.T for t in setup.tables], axis=0) & bool(joint)
    return in_some


def _stances(table: Rules) -> Bools:
    relation = table.relation
    alarmed = relation.watches & (table.faction.sensitivity > 0.0)[:, None]
    hostile: Bools = (relation.stance == HOSTILE) | (alarmed & (relation.worst == HOSTILE))
    return hostile


def _given(setup: Setup, factions: int) -> Bools:
    """(F, U) units that dated changes give to a faction."""
    given = np.zeros((factions, len(setup.unit_ids)), np.bool_)
    for turn in setup.turns:
        for move in turn.moves:
            if move.holder >= 0:
                given[move.holder, [move.place, move.around]] = True
    return given


def _lapses(setup: Setup) -> Bools:
    """(F, U) whether a unit can slip from a faction: hostile people, and enough of them."""
    highs = {item.name: item.high for item in setup.start.inputs}
    calm, restive = (highs[f"rules.{name}_per_1000"] for name in ("peaceful", "restive"))
    if highs["rules.lapse_per_month"] <= 0.0:
        return np.zeros_like(setup.rules.fights)
    by_rules = []
    for table in setup.tables:
        hostility = table.ground.hostility
        need = setup.geo.unit.population * (calm + (restive - calm) * hostility) / 1000.0
        by_rules.append((hostility > 0.5) & ~table.depot & (need >= GARRISON_LEAST))
    lapses: Bools = np.any(by_rules, axis=0)
    return lapses
