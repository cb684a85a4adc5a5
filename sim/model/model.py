"""The model: a batch of worlds that one Mesa model steps together.

A tick (a week, or whatever `clock.tick_days` says) goes through these phases:

====  ============  =========================================================  =====================
 no.  phase         what happens                                               kernels
====  ============  =========================================================  =====================
 1    perceive      every faction sees what ground it can use and its supply   perceive
 2    appraise      every faction values all units under its objectives        detour, appraise
 3    decide        free slots begin campaigns, armies on the march turn       decide, muster, march
 4    move          armies that have gathered set out                          decide
 5    deter         attacks inside a red line are answered by strikes, or not  deter
 6    fight         losses, ground gained, withdrawal, breaking off            fight, contest
 7    take control  units that were fought through change hands                control
 8    mobilise      recruits, alarm, reinforcement, help to allies, hunger     mobilise, alarm
 9    record        the corridor (every day); control and alarm (some days)    corridor, record
====  ============  =========================================================  =====================

Phases 3 to 7 and the corridor run day by day inside the tick, on the appraisal of its first day:
rates are per day, so the length of a tick is numerical only. All factions decide before anything
resolves. Nothing in a world depends on the other worlds of the batch. Changes that a scenario dates
happen at the beginning of their day (`sim.model.build.dated_changes`).
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import replace

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.model.build.dated_changes import AS_IT_WAS, Turn
from sim.model.inputs import sample
from sim.model.kernels.appraise import keep_cost, look_ahead
from sim.model.kernels.change import change_force, change_holder, disband
from sim.model.kernels.decide import call, decide, strike_back, wake
from sim.model.kernels.detour import corridor_slack
from sim.model.kernels.perceive import perceive
from sim.model.kernels.phases import mobilise, resolve
from sim.model.kernels.record import count_alarm, count_holders
from sim.model.setup import Setup
from sim.model.state import NEVER, chosen

logging.getLogger("MESA").setLevel(logging.WARNING)  # it logs every step at INFO
logging.getLogger("mesa").setLevel(logging.WARNING)

_THINNED = 0.75  # worlds past the horizon are copied together when no more than that are left


class Faction(mesa.Agent):  # type: ignore[misc]
    """One side of the war; `index` is its place in every array with a factions axis."""

    model: WorldBatch

    def __init__(self, model: WorldBatch, index: int, name: str) -> None:
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

        1. Each cost of a weight above 0 adds to `value`, in the order of names.
        2. They are kept, and `value` begins with the fixed prizes (`appraise.keep_cost`).
        3. Each prize that is not fixed adds to `value`, in the order of names.
        4. Worth and pull are kept (`appraise.look_ahead`).

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


class WorldBatch(mesa.Model):  # type: ignore[misc]
    """B worlds of one scenario, each with its own draw of the inputs and its own random numbers."""

    def __init__(self, setup: Setup, draws: Sequence[int], replications: Sequence[int]) -> None:
        """Worlds (draw, replication) at the origin; the batch may be of any size and order."""
        super().__init__(rng=0)  # Mesa's generator is not used: see sim.rng
        self.setup = setup  # with the rules of today: see `apply_changes`
        self.draws = np.array(draws, np.int64)
        self.state = setup.start.batch(setup.rules, setup.geo, draws, replications)
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
        """One tick: the phases above, in that order.

        The tick of number n (from 1) ends before day floor(n * tick_days), the last at the horizon.

        1. What a scenario changes today happens (`apply_changes`).
        2. Every faction perceives (`perceive.perceive`), in the order of the settings.
        3. Detours of the corridor are found (`detour.corridor_slack`).
        4. Strokes and openings of wars are marked (`decide.strike_back`); it is looked up on which
           days of the tick factions plan (`decide.wake`).
        5. Every faction appraises (`Faction.appraise`).
        6. Each day of the tick: what a scenario changes on a day after the first happens; every
           faction decides (`decide.decide`); then all resolves (`phases.resolve`); the day is over,
           and is recorded if it is one of the days to record (`record`).
        7. All mobilise, over the days of the tick (`phases.mobilise`).

        Decisions are free of order, since they change only what is the faction's own until all
        have decided. State is updated at once wherever a kernel does not say otherwise.
        """
        state = self.state
        self.ticks += 1
        end = min(math.floor(self.ticks * self.setup.tick_days), self.end)
        self.began, days = self.day, end - self.day
        self.apply_changes(end)
        self.agents.do("observe")
        corridor_slack(state, *self.setup.fixed)
        strike_back(state, self.setup.rules, self.day, days)
        wake(state, self.setup.rules, self.day, days)
        self._keep_awake(end)
        self.agents.do("appraise")
        while self.day < end:
            if self.day > self.began:
                self.apply_changes(end)
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
        unsettled: NDArray[np.bool_] = ((corridor.formed == NEVER) & could).any(axis=1)
        return unsettled

    def close(self) -> None:
        """Let go of everything: model and agents refer to each other, so nothing goes by itself."""
        self.__dict__.clear()

    def _record(self) -> None:
        if self.day in self.setup.record_days:
            at = self.setup.record_days.index(self.day)
            count_holders(self.state, self.holders[at])
            count_alarm(self.state, self.setup.watchers, self.alarms[:, at])

    def apply_changes(self, end: int) -> None:
        """Let the changes of today happen; `end` is the day after the tick's last.

        1. Settings that are set hold from today: rules, weights of objectives.
        2. A stance, an expected strike or an alarm that is set takes its value; no stance is
           nearer to war than its `worst`, but in a war that broke out.
        3. Inputs whose range is set are drawn again, by the same uniform number.
        4. Who gains or loses a depot finds all its supply anew; slots beyond a faction's
           `campaigns` stand down (`change.disband`).
        5. Forces and holders change, in the order given (`change.change_force`,
           `change.change_holder`).
        6. `changed` is set; on a day within a tick, plans of the days left are looked up again.
        """
        turn = next((later for later in self.setup.turns if later.day == self.day), None)
        if turn is None:
            return
        state, before = self.state, self.setup.rules
        self.setup = replace(self.setup, rules=turn.rules, weights=turn.weights)
        self.agents.do("want")
        for pair in turn.pairs:
            state.pair[pair.field][:, pair.f, pair.g] = pair.value
        limit = np.minimum(state.pair.stance, turn.rules.relation.worst)
        state.pair.stance = np.where(state.pair.war_until > 0, state.pair.stance, limit)
        self._draw_again(turn)
        # supply is mended where ground changed, which does not see that a depot came or went
        state.guessed[:, (before.depot != turn.rules.depot).any(axis=1)] = True
        disband(state, turn.rules)
        for move in turn.moves:
            if move.faction >= 0:
                change_force(state, move.place, move.around, move.faction, move.factor, move.add)
            if move.holder != AS_IT_WAS:
                change_holder(state, *self.setup.fixed, move.place, move.holder, self.day)
        state.changed[:] = True
        if self.day > self.began:  # plans of the days that are left, by the same numbers
            wake(state, turn.rules, self.began, end - self.began)
            call(state, turn.rules, self.day - self.began)

    def _keep_awake(self, end: int) -> None:
        """Let all appraise who may have to decide because of a change before `end`."""
        if any(self.day < turn.day < end for turn in self.setup.turns):
            self.state.side.awake = True

    def _draw_again(self, turn: Turn) -> None:
        """Inputs whose range was set, at the share of it that the world's draw has."""
        if not turn.inputs:
            return
        state, start, names = self.state, self.setup.start, self.setup.factions
        values = sample(turn.inputs, start.seed, self.draws.tolist(), start.central)
        for item, column in zip(turn.inputs, values.T, strict=True):
            _, name, what = item.name.split(".")
            if what == "strength":
                state.side.usable[:, names.index(name)] = np.rint(column)
            elif what == "intake_per_month":
                state.side.intake[:, names.index(name)] = column / 30.0
            else:
                state.capacity[:, self.setup.airs.index(name)] = column
