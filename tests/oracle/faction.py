"""A faction of one world: what it is, what it has, what it thinks; it observes and decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa

from tests.oracle import appraise, decide, perceive
from tests.oracle.board import plain
from tests.oracle.objectives import STATIC
from tests.oracle.terms import NEVER, SLOTS, Campaign

if TYPE_CHECKING:
    from tests.oracle.world import World


class Faction(mesa.Agent):  # type: ignore[misc]
    """One side of the war."""

    model: World

    def __init__(self, model: World, index: int, name: str) -> None:
        """Read its settings off the model's `Setup`; see `meet` for the other factions."""
        super().__init__(model)
        units = model.setup.geo.unit.size
        self.index, self.name = index, name
        self.read(model.setup.rules, model.setup.weights)
        # fighters
        self.garrison = [0] * units
        self.called: dict[int, int] = {}  # called up today: they leave once all have decided
        self.campaigns = [Campaign() for _ in range(SLOTS)]
        self.usable, self.intake = 0, 0.0  # for campaigns; a day
        self.reserve = self.surged = 0
        # what it makes of the units
        self.friendly: set[int] = set()
        self.supply: dict[int, int] = {}  # km to a depot, of units that are not cut off
        self.worth: list[int] = []  # in 1/64
        self.cost: list[int] = []  # of attacking it, in 1/64
        self.reach: dict[int, int] = {}  # how far the best prize beyond a unit seems, km
        self.best = 0.0  # largest value not in friendly hands
        self.fights = [0] * units  # that it began for each
        self.turns = [0] * units  # times that an army of it looked round there
        # what happened to it
        self.lost = self.joined = self.given = self.taken = self.crossings = self.strikes = 0
        self.breach = NEVER

    def read(self, rules: Any, weights: dict[str, dict[str, float]]) -> None:
        """Take the settings that rules and weights give it."""
        index, units = self.index, self.model.setup.geo.unit.size
        # the fields of `sim.model.state.FACTION`, and by unit those of GROUND
        self.traits = plain(rules.faction[index])
        self.ground = plain(rules.ground[index])
        self.key: int = self.traits.key
        self.depots = [u for u in range(units) if self.ground.depot[u]]
        self.guarded = [u for u in range(units) if self.ground.guarded[u]]
        self.border = [u for u in range(units) if self.ground.border[u]]
        self.near_guarded = [u for u in range(units) if self.ground.guard_weight[u] > 0.0]
        self.line_place = None if self.traits.line_place < 0 else self.traits.line_place
        # what it wants everywhere and always is added up first
        wants = sorted(weights[self.name].items(), key=lambda w: (w[0] not in STATIC, w[0]))
        self.weights = {k: v for k, v in wants if v > 0.0}

    def meet(self, factions: list[Faction]) -> None:
        """Take up relations with all factions."""
        start, here = self.model.setup.start, self.index
        self.know(factions, self.model.setup.rules)
        self.stance = dict(self.base)
        self.alarm = {g: float(start.alarm[here][g.index]) for g in factions}
        self.perceived = {g: float(start.perceived[here][g.index]) for g in factions}
        self.posture = dict.fromkeys(factions, False)
        self.war_from = dict.fromkeys(factions, 0)
        self.war_until = dict.fromkeys(factions, 0)
        self.clashes = dict.fromkeys(factions, 0)

    def know(self, factions: list[Faction], rules: Any) -> None:
        """What rules say of it and the others."""
        here = self.index
        partner = self.traits.partner
        self.partner = factions[partner] if partner >= 0 else None
        others = [(g, rules.relation[here, g.index]) for g in factions]
        self.base = {g: int(row.stance) for g, row in others}
        self.worst = {g: int(row.worst) for g, row in others}
        self.line_against = {g for g, row in others if row.against}
        self.watches = {g for g, row in others if row.watches}
        self.yields_to = [g for g, row in others if row.yields]

    def observe(self) -> None:
        """Phase 1 of the tick."""
        perceive.observe(self.model, self)

    def appraise(self) -> None:
        """Phase 2."""
        appraise.appraise(self.model, self)

    def decide(self) -> None:
        """Phase 3, on every day of the tick."""
        decide.decide(self.model, self)
