"""The model: a batch of worlds that one Mesa model steps together.

A tick (a week, or whatever `clock.tick_days` says) goes through these phases:

====  ============  ==========================================================  ===============
 no.  phase         what happens                                                 kernels
====  ============  ==========================================================  ===============
 1    perceive      every faction sees what ground it can use and its supply    perceive
 2    appraise      every faction values all units under its objectives         appraise
 3    decide        free slots begin campaigns, armies on the march turn        decide, muster
 4    move          armies that have gathered set out                           decide
 5    deter         attacks inside a red line are answered by strikes, or not   deter
 6    fight         losses, ground gained, withdrawal, breaking off             fight, contest
 7    take control  units that were fought through change hands                 control
 8    mobilise      recruits, alarm, reinforcement, help to allies, hunger      mobilise, alarm
 9    record        the corridor (every day); control and alarm (some days)     corridor, record
====  ============  ==========================================================  ===============

Phases 3 to 7 and the corridor run day by day inside the tick, on the appraisal of its first day:
rates are per day, so the length of a tick is numerical only. All factions decide before anything
resolves. Nothing in a world depends on the other worlds of the batch.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.model.faction import Faction
from sim.model.kernels.alarm import update_alarm
from sim.model.kernels.appraise import corridor_slack
from sim.model.kernels.control import lapse, take_control
from sim.model.kernels.corridor import watch_corridor
from sim.model.kernels.decide import move
from sim.model.kernels.deter import deter
from sim.model.kernels.fight import fight
from sim.model.kernels.mobilise import recruit, reinforce, starve, support_ally
from sim.model.kernels.record import count_alarm, count_holders

if TYPE_CHECKING:
    from sim.model.simulate import Setup

logging.getLogger("MESA").setLevel(logging.WARNING)  # it logs every step at INFO
logging.getLogger("mesa").setLevel(logging.WARNING)


class Worlds(mesa.Model):  # type: ignore[misc]
    """B worlds of one scenario, each with its own draw of the inputs and its own luck."""

    def __init__(self, setup: Setup, draws: Sequence[int], chances: Sequence[int]) -> None:
        """Worlds number (draw, chance) at the origin; the batch may be of any size and order."""
        super().__init__(rng=0)  # Mesa's generator is not used: see sim.rng
        self.setup = setup
        self.state = setup.start.batch(setup.rules, setup.geo, draws, chances)
        self.day = 0
        self.ticks = 0
        shape = (len(setup.record_days), len(setup.factions) + 1, len(setup.unit_ids))
        self.holders = np.zeros(shape, np.int32)
        self.alarms = np.zeros((len(setup.curves), len(setup.record_days), 101), np.int32)
        for index, name in enumerate(setup.factions):
            Faction(self, index, name)
        self._record()

    def step(self) -> None:
        """One tick: the phases above, in that order."""
        start = self.day
        self.ticks += 1
        end = min(math.floor(self.ticks * self.setup.tick_days), self.setup.days)
        self.agents.do("observe")
        corridor_slack(self.state, *self.setup.fixed)
        self.agents.do("appraise", end - start)
        while self.day < end:
            self.agents.do("decide")
            self.resolve()
            self.day += 1
            self._record()
        self.mobilise(start, self.day - start)

    def resolve(self) -> None:
        """Phases 4 to 7 and the corridor: one day, after every faction has decided."""
        state, fixed, day = self.state, self.setup.fixed, self.day
        move(state, *fixed, day)
        deter(state, *fixed, day)
        fight(state, *fixed, day, self.setup.hex_scale)
        take_control(state, *fixed, day)
        watch_corridor(state, *fixed, day)

    def mobilise(self, day: int, days: int) -> None:
        """Phase 8: what grows, arrives, hungers and slips away in the days of the tick."""
        state, fixed = self.state, self.setup.fixed
        update_alarm(state, *fixed, day, days)
        recruit(state, *fixed, day, days)
        reinforce(state, *fixed, day, days)
        support_ally(state, *fixed, day, days)
        starve(state, *fixed, day, days)
        lapse(state, *fixed, day, days)

    def run(self) -> None:
        """Step to the horizon."""
        while self.day < self.setup.days:
            self.step()

    def _record(self) -> None:
        if self.day in self.setup.record_days:
            at = self.setup.record_days.index(self.day)
            count_holders(self.state, self.holders[at])
            count_alarm(self.state, self.setup.watchers, self.alarms[:, at])
