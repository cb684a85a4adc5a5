"""The model: a batch of worlds that one Mesa model steps together.

A tick (a week, or whatever `clock.tick_days` says) goes through these phases:

====  ============  ==========================================================  ===============
 no.  phase         what happens                                                 kernels
====  ============  ==========================================================  ===============
 1    perceive      every faction sees what ground it can use and its supply    perceive
 2    appraise      every faction values all units under its objectives         detour, appraise
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
resolves. Nothing in a world depends on the other worlds of the batch. Changes that a scenario dates
happen at the beginning of their day (`sim.model.dated`).
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.model.dated import keep_awake, take_effect
from sim.model.faction import Faction
from sim.model.kernels.decide import strike_back, wake
from sim.model.kernels.detour import corridor_slack
from sim.model.kernels.phases import mobilise, resolve
from sim.model.kernels.record import count_alarm, count_holders
from sim.model.state import NEVER, chosen

if TYPE_CHECKING:
    from sim.model.simulate import Setup

logging.getLogger("MESA").setLevel(logging.WARNING)  # it logs every step at INFO
logging.getLogger("mesa").setLevel(logging.WARNING)

_THINNED = 0.75  # worlds past the horizon are copied together when no more than that are left


class Worlds(mesa.Model):  # type: ignore[misc]
    """B worlds of one scenario, each with its own draw of the inputs and its own luck."""

    def __init__(self, setup: Setup, draws: Sequence[int], chances: Sequence[int]) -> None:
        """Worlds number (draw, chance) at the origin; the batch may be of any size and order."""
        super().__init__(rng=0)  # Mesa's generator is not used: see sim.rng
        self.setup = setup  # with the rules of today: see `sim.model.dated`
        self.draws = np.array(draws, np.int64)
        self.state = setup.start.batch(setup.rules, setup.geo, draws, chances)
        self.day = self.began = 0  # today, and the first day of the tick
        self.ticks = 0
        self.end = setup.days  # on this day it stops
        self.last = setup.days - 1  # until when a streak may begin that counts
        shape = (len(setup.record_days), len(setup.factions) + 1, len(setup.unit_ids))
        self.holders = np.zeros(shape, np.int32)
        self.alarms = np.zeros((len(setup.curves), len(setup.record_days), 101), np.int32)
        for index, name in enumerate(setup.factions):
            Faction(self, index, name)
        self._record()

    def step(self) -> None:
        """One tick: the phases above, in that order."""
        state = self.state
        self.ticks += 1
        end = min(math.floor(self.ticks * self.setup.tick_days), self.end)
        self.began, days = self.day, end - self.day
        take_effect(self, end)
        self.agents.do("observe")
        corridor_slack(state, *self.setup.fixed)
        strike_back(state, self.setup.rules, self.day, days)
        wake(state, self.setup.rules, self.day, days)
        keep_awake(self, end)
        self.agents.do("appraise")
        while self.day < end:
            if self.day > self.began:
                take_effect(self, end)
            self.agents.do("decide")
            self.resolve()
            self.day += 1
            self._record()
        mobilise(state, *self.setup.fixed, self.began, days)

    def resolve(self) -> None:
        """Phases 4 to 7 and the corridor: one day, after every faction has decided."""
        nth = self.day - self.began
        resolve(self.state, *self.setup.fixed, self.day, nth, self.last, self.setup.hex_scale)

    def run(self) -> None:
        """Step to the horizon."""
        while self.day < self.end:
            self.step()

    def follow_up(self) -> None:
        """Settle, at the horizon, when corridors form by then and in the `beyond` days after it.

        The worlds in which one has not yet formed run on, until all have or no streak that began
        in time is left, and what they say of it is kept; all else stays as it was at the horizon.
        """
        whole, setup, draws = self.state, self.setup, self.draws
        day, ticks, last = self.day, self.ticks, self.last
        self.last += setup.beyond
        self.end = self.last + setup.rules.hold_days
        pending = np.flatnonzero(self._unsettled())
        self.state, self.draws = chosen(whole, pending), draws[pending]
        while pending.size and self.day < self.end:
            self.step()
            for field in ("formed", "crossing", "worst"):
                whole.corridor[field][pending] = self.state.corridor[field]
            left = np.flatnonzero(self._unsettled())
            if left.size <= _THINNED * pending.size:
                pending = pending[left]
                self.state, self.draws = chosen(self.state, left), self.draws[left]
        self.state, self.setup, self.draws = whole, setup, draws
        self.day, self.ticks, self.end, self.last = day, ticks, day, last

    def _unsettled(self) -> NDArray[np.bool_]:
        """(B,) worlds in which a corridor that has not formed still can."""
        corridor = self.state.corridor
        in_time = self.day - corridor.streak <= self.last
        could = (self.day <= self.last) | ((corridor.streak > 0) & in_time)
        found: NDArray[np.bool_] = ((corridor.formed == NEVER) & could).any(axis=1)
        return found

    def close(self) -> None:
        """Let go of everything: model and agents refer to each other, so nothing goes by itself."""
        self.__dict__.clear()

    def _record(self) -> None:
        if self.day in self.setup.record_days:
            at = self.setup.record_days.index(self.day)
            count_holders(self.state, self.holders[at])
            count_alarm(self.state, self.setup.watchers, self.alarms[:, at])
