"""A faction: the Mesa agent that observes, appraises and decides, in all worlds at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from sim.model.kernels.appraise import clear_value, look_ahead, store_cost
from sim.model.kernels.decide import decide, wake
from sim.model.kernels.perceive import perceive

if TYPE_CHECKING:
    from sim.model.model import Worlds


class Faction(mesa.Agent):  # type: ignore[misc]
    """One side of the war; `index` is its place in every array with a factions axis."""

    model: Worlds

    def __init__(self, model: Worlds, index: int, name: str) -> None:
        """A faction of `model`; its weights are those of the objectives it has."""
        super().__init__(model)
        self.index, self.name = index, name
        weights = model.setup.weights[name]
        self.prizes = [(o, weights[o.name]) for o in model.setup.objectives
                       if o.kind == "prize" and weights.get(o.name, 0.0) > 0.0]  # fmt: skip
        self.costs = [(o, weights[o.name]) for o in model.setup.objectives
                      if o.kind == "cost" and weights.get(o.name, 0.0) > 0.0]  # fmt: skip

    def observe(self) -> None:
        """See which ground can be used, and how far it is from supply."""
        perceive(self.model.state, *self.model.setup.fixed, self.index)

    def appraise(self, days: int) -> None:
        """Value every unit under the faction's objectives, and what attacking it would cost.

        Only in worlds in which it may decide anything in the `days` to come.
        """
        state, fixed = self.model.state, self.model.setup.fixed
        wake(state, self.model.setup.rules, self.index, self.model.day, days)
        clear_value(state)
        for objective, weight in self.costs:
            objective.add(state, *fixed, self.index, weight)
        store_cost(state, self.index)
        clear_value(state)
        for objective, weight in self.prizes:
            objective.add(state, *fixed, self.index, weight)
        look_ahead(state, *fixed, self.index)

    def decide(self) -> None:
        """Begin campaigns, turn armies on the march, or wait: one day."""
        decide(self.model.state, *self.model.setup.fixed, self.index, self.model.day)
