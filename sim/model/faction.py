"""A faction: the Mesa agent that observes, appraises and decides, in all worlds at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from sim.model.kernels.appraise import keep_cost, look_ahead
from sim.model.kernels.decide import decide
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
        self.want()

    def want(self) -> None:
        """Take the weights of the objectives that the setup has today."""
        setup = self.model.setup
        weights = setup.weights[self.name]
        valued = [(o, weights[o.name]) for o in setup.objectives
                  if weights.get(o.name, 0.0) > 0.0 and not o.static]  # fmt: skip
        self.prizes = [(o, weight) for o, weight in valued if o.kind == "prize"]
        self.costs = [(o, weight) for o, weight in valued if o.kind == "cost"]

    def observe(self) -> None:
        """See which ground can be used, and how far it is from supply."""
        perceive(self.model.state, *self.model.setup.fixed, self.index)

    def appraise(self) -> None:
        """Value every unit under the faction's objectives, and what attacking it would cost.

        Only in worlds in which it is awake.
        """
        state, fixed = self.model.state, self.model.setup.fixed
        for objective, weight in self.costs:
            objective.add(state, *fixed, self.index, weight)
        keep_cost(state, self.model.setup.rules, self.index)
        for objective, weight in self.prizes:
            objective.add(state, *fixed, self.index, weight)
        look_ahead(state, *fixed, self.index)

    def decide(self) -> None:
        """Begin campaigns, turn armies on the march, or wait: one day, if there is anything to."""
        model = self.model
        if model.state.scratch.due[self.index]:
            nth = model.day - model.began
            decide(model.state, *model.setup.fixed, self.index, model.day, nth)
