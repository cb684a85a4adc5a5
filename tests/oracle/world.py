"""The reference model: one world of a scenario as a plain Mesa model, in pure Python.

It has the rules of `sim.model` and none of its code: objects, dictionaries and loops in place of
records, kernels and a batch. The same settings and the same (draw, chance) give the same
trajectory, to the last bit; `tests/oracle/test_oracle.py` holds both to that.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import mesa

from tests.oracle import mobilise
from tests.oracle.alarm import break_out, update_alarm
from tests.oracle.appraise import detours
from tests.oracle.board import plain, read_board
from tests.oracle.control import lapse, take_control
from tests.oracle.corridor import Corridor, watch_corridor
from tests.oracle.dated import take_effect
from tests.oracle.decide import move, wake
from tests.oracle.deter import deter
from tests.oracle.faction import Faction
from tests.oracle.fight import fight
from tests.oracle.luck import PACE, Luck
from tests.oracle.start import choose_variant, pave, place_forces, sample_inputs

if TYPE_CHECKING:
    from sim.model.setup import Setup


PERIOD = 91  # days for which all fronts go a little better or worse


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
        self.draw = draw
        self.paved = pave(setup.start, draw)  # stretches of road of uncertain surface
        self.luck = Luck(setup.start.seed, draw, chance, 0)
        self.inputs: dict[str, float] = {}
        self.choices = choose_variant(setup.start, draw)  # structural choices that are made
        self.pace = 1.0  # factor on all rates of advance in this period
        self.capacity: list[float] = []
        self.detour: list[float] = []
        self.road, self.territory, self.clear = Corridor(), Corridor(), Corridor()
        self.corridors = {"road": self.road, "territory": self.territory, "clear": self.clear}
        self.end = setup.days  # on this day it stops
        self.last = setup.days - 1  # until when a streak may begin that counts
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
        end = min(math.floor(self.ticks * self.setup.tick_days), self.end)
        take_effect(self)
        self.agents.do("observe")
        self.detour = detours(self)
        self.pace = self.pace_of(first)
        for f in self.factions:
            wake(self, f, end - first)
        self.agents.do("appraise")
        while self.day < end:
            if self.day > first:
                take_effect(self)
            self.agents.do("decide")
            self.resolve()
            self.day += 1
        self.mobilise(first, end - first)
        self.running = self.day < self.end
        self.datacollector.collect(self)

    def pace_of(self, day: int) -> float:
        """Factor on all rates of advance in the period of a day."""
        if not self.choices["periods"]:
            return 1.0
        z = self.luck.logistic(PACE, day // PERIOD, 0, 0)
        return math.exp(self.inputs["pace_shock"] * (math.sqrt(3.0) / math.pi) * z)

    def follow_up(self) -> None:
        """Run on past the horizon, and for as long as a corridor must be open to count."""
        self.last += self.setup.beyond
        self.end = self.last + self.setup.rules.hold_days
        while self.day < self.end:
            self.step()

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
        break_out(self, day, days)
        mobilise.recruit(self, day, days)
        mobilise.reinforce(self, day, days)
        mobilise.support_ally(self, day, days)
        mobilise.starve(self, day, days)
        lapse(self, day, days)
