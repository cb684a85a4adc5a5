"""All that was found in the worlds of a scenario, for the checks, the figures and `check.json`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.check_model import measure
from sim.analysis.check_model.measure import UNTAKEN_DAYS, Plan, Speeds, Spells
from sim.analysis.check_model.plans import REASONS
from sim.analysis.check_model.possible import WHY, Possible
from sim.analysis.check_model.watch import WEEK, Log
from sim.arrays import Floats
from sim.model.setup import Setup
from sim.model.state import Bools, Longs
from sim.theatre.theatre import KINDS

POSTS = ("base", "border", "junction")  # kinds of places that are no towns


@dataclass(frozen=True, eq=False)
class Findings:
    """What was found in W worlds; F factions, U units.

    Attributes:
        factions: their keys, in order.
        places: ids of all units.
        names: and their names.
        hexes: number of units that are no places; these come first.
        days: from origin to horizon.
        worlds: W.
        holder: (U,) on day 0.
        possible: what the rules allow.
        plan: the corridor planned on day 0.
        speeds: of campaigns.
        waits: from the loss of a hex to that of the place in it.
        wait_unit: (n,) the place of each wait,
        wait_kind: (n,) and its kind.
        sieges: fights to the fall of what they are for.
        siege_kind: (n,) kind of what each is for.
        plans: (F, REASONS) plans by what came of them.
        first: (W, F) day of the first capture, inf for none.
        losses: (weeks, F) fighters lost a week.
        hunger: (F,) share of those lost who were not lost in fights.
        stranded: (F, U) garrisons without supply on day 0, fighters.
        fought: (F, F) share of worlds in which one attacked the other.
        changed: (U,) whether a unit changed hands in some world.
        gained: (F,) whether a faction gained a place in some world.
        lost: (F,) and lost one.
    """

    factions: Sequence[str]
    places: Sequence[str]
    names: Sequence[str]
    hexes: int
    days: int
    worlds: int
    holder: Longs
    possible: Possible
    plan: Plan
    speeds: Speeds
    waits: Spells
    wait_unit: Longs
    wait_kind: NDArray[Any]
    sieges: Spells
    siege_kind: NDArray[Any]
    plans: Longs
    first: Floats
    losses: Floats
    hunger: Floats
    stranded: Floats
    fought: Floats
    changed: Bools
    gained: Bools
    lost: Bools

    @classmethod
    def of(cls, log: Log, setup: Setup) -> Findings:
        """What a log says."""
        factions, units = len(setup.factions), len(setup.unit_ids)
        possible = Possible.of(setup)
        kind = np.array(KINDS)[setup.theatre.kind]
        wait_unit, waits = measure.waits(log)
        siege_unit, sieges = measure.sieges(log)
        changed, gained, lost = measure.moved(log, units, factions)
        return cls(
            factions=setup.factions,
            places=setup.unit_ids,
            names=setup.unit_names,
            hexes=setup.hexes,
            days=log.days,
            worlds=log.worlds,
            holder=log.holder,
            possible=possible,
            plan=measure.planned(log, setup, possible.fights),
            speeds=measure.speeds(log, setup),
            waits=waits,
            wait_unit=wait_unit,
            wait_kind=kind[wait_unit],
            sieges=sieges,
            siege_kind=kind[siege_unit],
            plans=log.plans.sum(axis=0),
            first=measure.first_captures(log, factions),
            losses=measure.losses(log),
            hunger=measure.hunger(log),
            stranded=log.stranded,
            fought=measure.fought(log, factions),
            changed=changed,
            gained=gained[:, setup.hexes :].any(axis=1),
            lost=lost[:, setup.hexes :].any(axis=1),
        )

    @property
    def impossible(self) -> int:
        """Pairs that fought and units that changed hands though the rules say that they cannot."""
        pairs = int(((self.fought > 0.0) & ~self.possible.fights).sum())
        return pairs + int((self.changed & ~self.possible.changes).sum())

    def still(self) -> list[int]:
        """Places that changed hands in no world; not those on neutral ground."""
        units = range(self.hexes, len(self.places))
        return [u for u in units if not self.changed[u] and self.holder[u] >= -1]

    def takers(self, unit: int) -> list[str]:
        """Who can take a unit from whoever holds it at the origin."""
        able = self.possible.takers[:, unit].tolist()
        return [name for name, can in zip(self.factions, able, strict=True) if can]

    def as_dict(self) -> dict[str, Any]:
        """For a JSON file: medians, quantiles and shares by faction and place."""
        by_faction = {name: self._faction(f) for f, name in enumerate(self.factions)}
        waits = {self.places[u]: _spells(self.waits.of(self.wait_unit == u))
                 for u in np.unique(self.wait_unit).tolist()}  # fmt: skip
        kinds = [kind for kind in KINDS if (self.siege_kind == kind).any()]
        plan = self.plan.share
        return {
            "planned_corridor": {
                self.places[u]: float(plan[u]) for u in np.flatnonzero(plan).tolist()
            },
            "factions": by_faction,
            "waits": waits,
            "sieges": {kind: _spells(self.sieges.of(self.siege_kind == kind)) for kind in kinds},
            "never": self._never(),
        }

    def _faction(self, f: int) -> dict[str, Any]:
        mine = self.speeds.faction == f
        straight, path = self.speeds.straight[mine], self.speeds.path[mine]
        some = len(straight) > 0
        return {
            "campaigns_with_two_captures": len(straight),
            "km_week_median": float(np.median(straight)) if some else None,
            "km_week_q90": float(np.quantile(straight, 0.9)) if some else None,
            "km_week_path_median": float(np.median(path)) if some else None,
            "plans_failing": _number(measure.failing(self.plans[f])),
            "plans": dict(zip(REASONS, self.plans[f].tolist(), strict=True)),
            "first_capture_median_day": _number(float(np.median(self.first[:, f]))),
            "worlds_without_capture": float(np.isinf(self.first[:, f]).mean()),
            "lost_a_week": float(self.losses[:, f].mean()) if len(self.losses) else None,
            "lost_not_in_fights": _number(float(self.hunger[f])),
            "without_supply_on_day_0": {
                self.places[u]: round(float(self.stranded[f, u]))
                for u in np.flatnonzero(self.stranded[f] >= 1.0).tolist()
            },
            "gained_a_place": bool(self.gained[f]),
            "can_gain_a_place": bool(self.possible.gains[f]),
            "lost_a_place": bool(self.lost[f]),
            "can_lose_a_place": bool(self.possible.loses[f]),
        }

    def _never(self) -> dict[str, Any]:
        names, pairs = self.factions, []
        for f, attacker in enumerate(names):
            for g, holder in enumerate(names):
                if f != g and self.fought[f, g] == 0.0:
                    can = bool(self.possible.fights[f, g])
                    why = "did not" if can else f"cannot: {WHY[self.possible.why[f, g]]}"
                    pairs.append({"attacker": attacker, "holder": holder, "why": why})
        places = {self.places[u]: self.takers(u) for u in self.still()}
        return {"pairs": pairs, "places_and_who_could_take_them": places}


def _spells(spells: Spells) -> dict[str, Any]:
    return {
        "cases": len(spells.days),
        "ended": int(spells.ended.sum()),
        "median_days": _number(spells.median),
        f"beyond_{UNTAKEN_DAYS}_days": _number(spells.beyond(UNTAKEN_DAYS)),
        "median_weeks": _number(spells.median / WEEK),
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
