"""What is measured in a log of watched worlds; no bounds here (see `bounds`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.analysis.check_model.plans import FAILED
from sim.analysis.check_model.watch import BEFORE, OPEN, WEEK, Log
from sim.arrays import Floats
from sim.model.setup import Setup
from sim.model.state import NOBODY, TOLERATE, Bools, Longs

UNTAKEN_DAYS = 120  # after which a town in ground that was taken counts as bypassed


@dataclass(frozen=True, eq=False)
class Spells:
    """Times until something ended, some of them cut off by the horizon.

    Attributes:
        days: (n,) how long each went on, to its end or the horizon.
        ended: (n,) whether it ended in the way that is asked about.
    """

    days: Longs
    ended: Bools

    @property
    def curve(self) -> tuple[Longs, Floats]:
        """Days on which some ended, and the share that lasts beyond each.

        Kaplan and Meier (1958), doi:10.1080/01621459.1958.10501452: what is cut off counts for as
        long as it was seen.
        """
        ends, count = np.unique(self.days[self.ended], return_counts=True)
        seen = (self.days[:, None] >= ends).sum(axis=0)
        return ends, np.cumprod(1.0 - count / seen)

    def beyond(self, days: float) -> float:
        """Share that lasts longer than so many days; nan without spells."""
        if not len(self.days):
            return float("nan")
        ends, stay = self.curve
        return float(np.append(1.0, stay)[np.searchsorted(ends, days, side="right")])

    @property
    def median(self) -> float:
        """First day by which half have ended; inf if the horizon comes first, nan without any."""
        if not len(self.days):
            return float("nan")
        ends, stay = self.curve
        return next((float(day) for day in ends[stay <= 0.5]), float("inf"))

    def of(self, chosen: Bools) -> Spells:
        """Some of them."""
        return Spells(self.days[chosen], self.ended[chosen])


@dataclass(frozen=True, eq=False)
class Speeds:
    """Campaigns that took two units or more, n of them.

    Attributes:
        faction: (n,) whose.
        straight: (n,) km a week from the first unit taken to the last, as the crow flies.
        path: (n,) km a week over all units taken on the way.
    """

    faction: Longs
    straight: Floats
    path: Floats


def speeds(log: Log, setup: Setup) -> Speeds:
    """How fast campaigns went, from their first capture to their last."""
    captures = log.captures
    order = np.lexsort((captures["day"], captures["campaign"]))
    campaign, day, unit = (captures[name][order] for name in ("campaign", "day", "unit"))
    xy = np.stack([setup.theatre.x, setup.theatre.y], axis=1)[unit]
    first = np.flatnonzero(np.diff(campaign, prepend=-1))
    last = np.append(first[1:], len(campaign)) - 1
    if not len(first):
        nothing = np.zeros(0)
        return Speeds(np.zeros(0, np.int64), nothing, nothing)
    step = np.append(0.0, np.hypot(*np.diff(xy, axis=0).T))
    along = np.cumsum(step)
    weeks = (day[last] - day[first]) / WEEK
    long = last > first
    straight = np.hypot(*(xy[last] - xy[first]).T)
    path = along[last] - along[first]
    faction = captures["faction"][order][first]
    return Speeds(faction[long], straight[long] / weeks[long], path[long] / weeks[long])


def waits(log: Log) -> tuple[Longs, Spells]:
    """Units of places, and days from the loss of the hex around each to its own.

    Waits that were under way at the origin are left out: nobody knows when they began.
    """
    waited = log.waits
    new = waited["begun"] != BEFORE
    place, begun, ended, fell = (waited[n][new] for n in ("place", "begun", "ended", "fell"))
    until = np.where(ended == OPEN, log.days, ended)
    return place, Spells(until - begun, fell == 1)


def sieges(log: Log) -> tuple[Longs, Spells]:
    """Units and days of the fights that began after the origin, to the fall of what they are for.

    An army that breaks off, or whose target goes to another, is cut off there: how long it would
    have taken is not seen.
    """
    fights = log.fights
    new = fights["begun"] != BEFORE
    unit, begun, ended, fell = (fights[n][new] for n in ("unit", "begun", "ended", "fell"))
    until = np.where(ended == OPEN, log.days, ended + 1)
    return unit, Spells(until - begun, fell == 1)


def failing(plans: Longs) -> float:
    """Share of plans (..., REASONS) that begin nothing though they want to; nan without any."""
    total = int(plans.sum())
    return float(plans[..., FAILED].sum()) / total if total else float("nan")


def first_captures(log: Log, factions: int) -> Floats:
    """(W, F) day on which a faction first took a unit, inf where it never did."""
    day = np.full((log.worlds, factions), np.inf)
    captures = log.captures
    np.minimum.at(day, (captures["world"], captures["faction"]), captures["day"])
    return day


def losses(log: Log) -> Floats:
    """(weeks, F) fighters lost by each faction in each week, mean over worlds."""
    lost: Floats = np.diff(log.lost, axis=0).mean(axis=1)
    return lost


def hunger(log: Log) -> Floats:
    """(F,) share of the fighters lost who were not lost in fights; nan for who lost none."""
    hungered = log.hungered.sum(axis=0)
    lost = hungered + log.fallen.sum(axis=0)
    return np.where(lost > 0, hungered / np.maximum(lost, 1), np.nan)


def fought(log: Log, factions: int) -> Floats:
    """(F, F) share of worlds in which one began a fight for a unit that the other held."""
    seen = np.zeros((log.worlds, factions, factions), np.bool_)
    fights = log.fights
    real = fights["holder"] >= 0
    seen[fights["world"][real], fights["faction"][real], fights["holder"][real]] = True
    share: Floats = seen.mean(axis=0)
    return share


def moved(log: Log, units: int, factions: int) -> tuple[Bools, Bools, Bools]:
    """In any world: (U,) units that changed hands, (F, U) who gained and who lost them."""
    changed = np.zeros(units, np.bool_)
    gained, lost = np.zeros((2, factions, units), np.bool_)
    captures, changes = log.captures, log.changes
    unit = np.concatenate([captures["unit"], changes["unit"]])
    after = np.concatenate([captures["faction"], changes["after"]])
    before = np.concatenate([captures["before"], changes["before"]])
    changed[unit] = True
    gained[after[after >= 0], unit[after >= 0]] = True
    lost[before[before >= 0], unit[before >= 0]] = True
    return changed, gained, lost


@dataclass(frozen=True, eq=False)
class Plan:
    """The corridor that is planned on day 0.

    Attributes:
        share: (U,) of worlds in which a unit is on a best one.
        barred: (U,) of worlds in which it is, and no member of the coalition may ever take it, nor
            is it held by a faction whose ground may be passed.
        none: share of worlds in which there is no way at all.
    """

    share: Floats
    barred: Floats
    none: float


def planned(log: Log, setup: Setup, can_fight: Bools) -> Plan:
    """The planned corridor, held against what members may ever attack (`can_fight`, F x F)."""
    on = log.slack == 0
    hexes = np.arange(on.shape[1]) < setup.hexes  # places have the detour of their hex
    closed = on & hexes & ~enterable(setup, log.holder, can_fight)
    return Plan(on.mean(axis=0), closed.mean(axis=0), float((~on.any(axis=1)).mean()))


def enterable(setup: Setup, holder: Longs, can_fight: Bools) -> Bools:
    """(U,) units that a corridor may pass, or that a member of the coalition may come to attack.

    Worked out from the tables of the rules alone, not by the kernel that plans the corridor.
    """
    traits, relation = setup.rules.faction, setup.rules.relation
    members = np.flatnonzero(traits.coalition)
    lets = traits.coalition | (
        traits.transit & (relation.stance[:, members] <= TOLERATE).all(axis=1)
    )
    allowed: Bools = (holder >= 0) & lets[np.maximum(holder, 0)]
    for f in members:
        prey = (holder == NOBODY) | ((holder >= 0) & can_fight[f, np.maximum(holder, 0)])
        allowed |= prey & setup.rules.fights[f]
    return allowed
