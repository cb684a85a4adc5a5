"""Worlds that are watched: who took what and when, which fights were fought, what plans came to.

A day is watched twice, when all have decided and when it is over. Nothing that is watched changes
a world. Days count from the origin, which is day 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.check_model.plans import REASONS, outcome
from sim.arrays import Floats
from sim.model.kernels.detour import corridor_slack
from sim.model.model import WorldBatch
from sim.model.setup import Setup
from sim.model.state import ATTACKING, FAR, FREE, GATHERING, HOSTILE, Bools, Longs

WEEK = 7
BEFORE = -1  # the day on which something began that was under way at the origin
OPEN = -1  # the day on which something ended that still went on at the horizon
COLUMNS = {
    "captures": ("world", "day", "faction", "campaign", "unit", "before"),
    "fights": ("world", "faction", "unit", "holder", "begun", "ended", "fell"),
    "changes": ("world", "day", "unit", "before", "after"),
    "waits": ("world", "place", "begun", "ended", "fell"),
}
_NONE = -2

Events = dict[str, Longs]  # a value an event, by column


@dataclass(frozen=True, eq=False)
class Log:
    """What was seen of W worlds; F factions, U units.

    Attributes:
        captures: units taken by a campaign of a faction, and who held them `before`. Campaigns
            have a number in all worlds together.
        fights: for a unit that `holder` held, from the day `begun` (BEFORE for a siege from before
            the origin) to the day `ended` or OPEN; whether the unit `fell` to this attacker. Else
            the army broke off, or the unit went to another.
        changes: units that changed hands without a fight: lapse, dated changes.
        waits: times in which a `place` (a unit) was held by an enemy of whoever held its hex, from
            the day `begun` or BEFORE to the day on which its holder changed (`fell`) or the hex
            was lost again, `ended`, or OPEN.
        plans: (W, F, REASONS) plans by what came of them.
        lost: (weeks + 1, W, F) fighters lost since the origin.
        fallen: (W, F) fighters lost in fights by the horizon.
        hungered: (W, F) and otherwise: garrisons without supply, and what dated changes take away.
        stranded: (F, U) garrisons without supply on day 0, fighters, mean over worlds.
        slack: (W, U) detour of the best planned corridor through a unit on day 0, km.
        holder: (U,) who held what on day 0.
        days: from origin to horizon.
    """

    captures: Events
    fights: Events
    changes: Events
    waits: Events
    plans: Longs
    lost: Longs
    fallen: Longs
    hungered: Longs
    stranded: Floats
    slack: NDArray[np.int32]
    holder: Longs
    days: int

    @property
    def worlds(self) -> int:
        """Number of worlds."""
        return len(self.slack)


class Watched(WorldBatch):
    """Worlds that keep a log of what happens in them."""

    def __init__(self, setup: Setup, draws: Sequence[int], replications: Sequence[int]) -> None:
        """As `WorldBatch`; the corridor that is planned on day 0 is found first."""
        super().__init__(setup, draws, replications)
        state = self.state
        corridor_slack(state, *setup.fixed)
        self._slack, self._first = state.slack.copy(), state.holder[0].astype(np.int64)
        self._stranded = np.where(state.supply >= FAR, state.force, 0).mean(axis=0)
        self._rows: dict[str, list[Longs]] = {name: [] for name in COLUMNS}
        shape = state.campaign.shape
        self._plans = np.zeros((*shape[:2], len(REASONS)), np.int64)
        self._lost: list[Longs] = []
        self._fallen = np.zeros(shape[:2], np.int64)  # lost in fights
        self._holder = state.holder.copy()  # when last looked at
        self._campaign, self._campaigns = np.full(shape, _NONE), 0  # number of that in each slot
        self._unit = np.full(shape, _NONE)  # what each slot fights for,
        self._begun, self._met = np.zeros(shape, np.int64), np.zeros(shape, np.int64)  # since, whom
        self._places = np.arange(setup.hexes, len(setup.unit_ids))
        self._around = setup.geo.unit.hex_of[self._places]
        self._held = state.holder[:, self._places].copy()
        self._since = np.where(self._shut_in(), BEFORE, _NONE)  # (W, P) day on which a wait began

    def resolve(self) -> None:
        """One day, watched."""
        state = self.state
        campaign = state.campaign
        self._look_for_changes()
        self._count_lost()
        self._count_plans()
        gathering = campaign.phase == GATHERING
        self._number(gathering & campaign.fresh)
        attacking = campaign.phase == ATTACKING
        self._number(attacking & (self._campaign == _NONE))
        self._open(attacking & (self._unit == _NONE), state.holder)
        w, f, k = np.nonzero(gathering)
        target = campaign.target[w, f, k]
        count = state.begun[w, f, target]
        lost = state.side.lost.copy()
        super().resolve()
        self._fallen += state.side.lost - lost
        begun = np.zeros_like(gathering)
        set_out = campaign.phase[w, f, k] != GATHERING
        begun[w, f, k] = set_out & (state.begun[w, f, target] > count)
        self._open(begun, self._holder)
        self._close()
        self._look_at_places()
        self._holder[:] = state.holder

    def log(self) -> Log:
        """What was seen, once the worlds have been run to the horizon."""
        self._look_for_changes()
        self._count_lost()
        self._end_fights(self._unit != _NONE, OPEN, np.zeros_like(self._unit))
        self._end_waits(self._since != _NONE, OPEN, 0)
        tables = {}
        for name, columns in COLUMNS.items():
            rows = np.concatenate([np.zeros((0, len(columns)), np.int64), *self._rows[name]])
            tables[name] = dict(zip(columns, rows.T, strict=True))
        return Log(**tables, plans=self._plans, lost=np.array(self._lost), fallen=self._fallen,
                   hungered=self.state.side.lost - self._fallen, stranded=self._stranded,
                   slack=self._slack, holder=self._first, days=self.end)  # fmt: skip

    def _add(self, name: str, *columns: Any) -> None:
        """Add events; a column that is one number is the same for all."""
        self._rows[name].append(np.stack(np.broadcast_arrays(*columns), axis=-1).astype(np.int64))

    def _look_for_changes(self) -> None:
        """Units that changed hands since the last day was over: nobody fought for them."""
        world, unit = np.nonzero(self.state.holder != self._holder)
        after = self.state.holder[world, unit]
        self._add("changes", world, self.day, unit, self._holder[world, unit], after)
        self._holder[:] = self.state.holder

    def _count_plans(self) -> None:
        """What came of today's plans, once all have decided."""
        campaign, nth = self.state.campaign, self.day - self.began
        slot = np.arange(campaign.shape[2])
        asked = (campaign.plans >> nth & 1 == 1) & (slot < self._limit())
        begun = (campaign.phase == GATHERING) & campaign.fresh
        for w, f, k in np.argwhere(asked & ((campaign.phase == FREE) | begun)):
            reason = outcome(self.state, self.setup, int(w), int(f), int(k), self.day)
            self._plans[w, f, reason] += 1

    def _count_lost(self) -> None:
        """Who has been lost until now, once a week."""
        if self.day % WEEK == 0:
            self._lost.append(self.state.side.lost.astype(np.int64))

    def _limit(self) -> Longs:
        """(F, 1) campaigns that each faction may have at a time."""
        limit: Longs = self.setup.rules.faction.campaigns[:, None]
        return limit

    def _number(self, new: Bools) -> None:
        """Number the campaigns in these slots (W, F, K)."""
        count = int(new.sum())
        self._campaign[new] = self._campaigns + np.arange(count)
        self._campaigns += count

    def _open(self, new: Bools, holder: NDArray[np.int8]) -> None:
        """Note that fights have begun in these slots (W, F, K), for units so held (W, U)."""
        w, f, k = np.nonzero(new)
        campaign = self.state.campaign
        target = campaign.target[w, f, k]
        self._unit[w, f, k] = target
        before = campaign.tied[w, f, k] & (self.day == 0)
        self._begun[w, f, k] = np.where(before, BEFORE, self.day)
        self._met[w, f, k] = holder[w, target]

    def _close(self) -> None:
        """Note the fights that are over, and the units that were taken in them."""
        campaign, holder = self.state.campaign, self.state.holder
        w, f, k = np.nonzero((self._unit != _NONE) & (campaign.phase != ATTACKING))
        unit = self._unit[w, f, k]
        fell = (holder[w, unit] == f) & (self._holder[w, unit] != f)
        fell &= campaign.at[w, f, k] == unit
        over, taken = np.zeros_like(self._unit, np.bool_), np.zeros_like(self._unit)
        over[w, f, k], taken[w, f, k] = True, fell
        number = self._campaign[w, f, k]
        rows = (w, self.day, f, number, unit, self._holder[w, unit])
        self._add("captures", *(np.broadcast_to(row, fell.shape)[fell] for row in rows))
        self._end_fights(over, self.day, taken)
        self._campaign[campaign.phase == FREE] = _NONE

    def _end_fights(self, over: Bools, day: int, fell: Longs) -> None:
        w, f, k = np.nonzero(over)
        unit, begun, met = (table[w, f, k] for table in (self._unit, self._begun, self._met))
        self._add("fights", w, f, unit, met, begun, day, fell[w, f, k])
        self._unit[over] = _NONE

    def _shut_in(self) -> Bools:
        """(W, P) whether a place is held by an enemy of whoever holds the hex around it."""
        holder, stance = self.state.holder, self.state.pair.stance
        inside, outside = holder[:, self._places], holder[:, self._around]
        world = np.arange(len(holder))[:, None]
        war = (stance[world, inside, outside] == HOSTILE) | (
            stance[world, outside, inside] == HOSTILE
        )
        shut: Bools = war & (inside >= 0) & (outside >= 0)
        return shut

    def _look_at_places(self) -> None:
        """Note the waits that are over, and those that begin."""
        now, shut = self.state.holder[:, self._places], self._shut_in()
        waiting, changed = self._since != _NONE, now != self._held
        self._end_waits(waiting & changed, self.day, 1)
        self._end_waits(waiting & ~changed & ~shut, self.day, 0)
        self._since[shut & (self._since == _NONE)] = self.day
        self._held = now.copy()

    def _end_waits(self, over: Bools, day: int, fell: int) -> None:
        world, place = np.nonzero(over)
        self._add("waits", world, self._places[place], self._since[world, place], day, fell)
        self._since[over] = _NONE
