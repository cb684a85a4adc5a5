"""The yardstick: the reference model as it was when it first agreed with the engine.

Speed is also reported against this copy, so that a reference that grows slow cannot flatter the
engine. It is not to be edited, but where a `Setup` must be read in another way; it need not agree
with rules that have changed since.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import mesa

from tests.reference.yardstick import mobilise
from tests.reference.yardstick.alarm import update_alarm
from tests.reference.yardstick.appraise import detours
from tests.reference.yardstick.board import plain, read_board
from tests.reference.yardstick.control import lapse, take_control
from tests.reference.yardstick.corridor import Corridor, watch_corridor
from tests.reference.yardstick.decide import move
from tests.reference.yardstick.deter import deter
from tests.reference.yardstick.faction import Faction
from tests.reference.yardstick.fight import fight
from tests.reference.yardstick.luck import Luck
from tests.reference.yardstick.start import place_forces, sample_inputs

if TYPE_CHECKING:
    from sim.model.simulate import Setup


class World(mesa.Model):  # type: ignore[misc]
    """One world."""

    def __init__(self, setup: Setup, draw: int, chance: int, rng: Any = None) -> None:
        """World (draw, chance) at the origin; `rng` is for `mesa.batch_run` and not used."""
        super().__init__(rng=rng)
        self.setup = setup
        self.board = read_board(setup)
        self.day = self.ticks = 0
        self.factions = [Faction(self, i, name) for i, name in enumerate(setup.factions)]
        for f in self.factions:
            f.meet(self.factions)
        at = setup.start.situation.holder.tolist()
        self.holder = [self.factions[h] if h >= 0 else None for h in at]
        self.neutral = {unit for unit, h in enumerate(at) if h < -1}
        self.air = [plain(power) for power in setup.rules.air]  # fields of AIR, by faction
        self.luck = Luck(setup.start.seed, draw, chance, 0)
        self.inputs: dict[str, float] = {}
        self.capacity: list[float] = []
        self.detour: list[float] = []
        self.road, self.territory = Corridor(), Corridor()
        sample_inputs(self, draw)
        place_forces(self, draw)
        self.datacollector = mesa.DataCollector(
            {"formed_road": lambda w: w.road.has_formed,
             "formed_territory": lambda w: w.territory.has_formed}
        )  # fmt: skip

    def step(self) -> None:
        """One tick."""
        first = self.day
        self.ticks += 1
        end = min(math.floor(self.ticks * self.setup.tick_days), self.setup.days)
        self.agents.do("observe")
        self.detour = detours(self)
        self.agents.do("appraise")
        while self.day < end:
            self.agents.do("decide")
            self.resolve()
            self.day += 1
        self.mobilise(first, end - first)
        self.running = self.day < self.setup.days
        self.datacollector.collect(self)

    def resolve(self) -> None:
        """The rest of a day, after all have decided."""
        move(self)
        deter(self)
        fight(self)
        take_control(self)
        watch_corridor(self)

    def mobilise(self, day: int, days: int) -> None:
        """What grows, arrives, hungers and slips away in the days of the tick."""
        update_alarm(self, day, days)
        mobilise.recruit(self, day, days)
        mobilise.reinforce(self, day, days)
        mobilise.support_ally(self, day, days)
        mobilise.starve(self, day, days)
        lapse(self, day, days)
