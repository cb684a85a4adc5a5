"""Critical places: what a garrison of the opponents would change, place by place.

An intervention, not a correlation: the same worlds are run again with the garrison there from the
first day. Worlds are paired by world and share random numbers; intervals and p are those of
`landbridge compare`, p corrected for the number of places (Holm 1979).

Whose garrison: that of whoever holds the place, if it is a faction whose ground the corridor may
not use; otherwise that of the nearest such faction that is hostile to a member of the coalition,
which then holds the place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis.stats.contrasts import Table
from sim.analysis.stats.intervals import Interval, holm, paired_flags, share
from sim.arrays import Flags
from sim.config.schema import Stance
from sim.errors import LandbridgeError
from sim.model.setup import Setup
from sim.theatre.csv_table import read_table

LEVEL = 0.95
NAMED = 5  # places that are called the most critical


@dataclass(frozen=True)
class Garrison:
    """Fighters at a place that are not there otherwise."""

    place: str
    faction: str
    holder: str  # who holds the place without them; `none` for nobody
    fighters: int

    @property
    def change(self) -> dict[str, Any]:
        """As an entry of `changes` in the settings."""
        takes = {"holder": self.faction} if self.holder != self.faction else {}
        return {"place": self.place, **takes, "faction": self.faction, "add": self.fighters}


@dataclass(frozen=True)
class Criticality:
    """What a garrison changes; differences are with it less without it."""

    garrison: Garrison
    p_with: Interval
    table: Table
    difference: Interval
    p: float
    p_corrected: float

    @property
    def sure(self) -> bool:
        """Whether it changes anything for sure, however many places were tried."""
        return self.p_corrected < 1.0 - LEVEL


def on_routes(seeds: Path, but: Sequence[str]) -> list[str]:
    """Crossings, towns and junctions on the routes and their variants, without the places `but`."""
    places: dict[str, None] = {}
    for table in ("routes.csv", "routes_variants.csv"):
        for row in read_table(seeds / table, ("route", "place")):
            places.setdefault(row.text("place"))
    return [place for place in places if place not in but]


def garrison(setup: Setup, place: str, fighters: int) -> Garrison:
    """Whose garrison a place is given; raises LandbridgeError if the coalition has no enemies."""
    unit = setup.unit_ids.index(place)
    holders, names = setup.start.situation.holder, setup.factions
    friendly = setup.rules.faction.coalition | setup.rules.faction.transit
    held_by = int(holders[unit])
    holder = names[held_by] if held_by >= 0 else "none"
    if held_by >= 0 and not friendly[held_by]:
        return Garrison(place, holder, holder, fighters)
    at_war = setup.rules.relation.stance == Stance.hostile.value
    hostile = ~friendly & at_war[:, setup.rules.faction.coalition].any(axis=1)
    theirs = np.flatnonzero(np.isin(holders, np.flatnonzero(hostile)))
    if not theirs.size:
        raise LandbridgeError("corridor.coalition: no faction that is hostile to it holds ground")
    x, y = setup.theatre.x, setup.theatre.y
    nearest = theirs[np.argmin(np.hypot(x[theirs] - x[unit], y[theirs] - y[unit]))]
    return Garrison(place, names[int(holders[nearest])], holder, fighters)


def measure(
    base: Flags, with_each: Mapping[Garrison, Flags], per_draw: int = 1
) -> list[Criticality]:
    """Every garrison against none, that under which P falls most first.

    `base` and those `with_each` are (W,) has a corridor, in order.
    """
    rows = [_one(base, flags, garrison, per_draw) for garrison, flags in with_each.items()]
    corrected = holm([row.p for row in rows])
    rows = [replace(row, p_corrected=p) for row, p in zip(rows, corrected, strict=True)]
    return sorted(rows, key=lambda row: (row.difference.estimate, row.p))


def _one(base: Flags, flags: Flags, garrison: Garrison, per_draw: int) -> Criticality:
    table = Table.of(base, flags)
    difference, p = paired_flags(base, flags, per_draw, level=LEVEL)
    return Criticality(garrison, share(flags, per_draw, level=LEVEL), table, difference, p, p)


def most_critical(rows: Sequence[Criticality]) -> list[Criticality]:
    """The places under whose garrisons P falls most, a few at most."""
    return [row for row in rows if row.difference.estimate < 0.0][:NAMED]


def as_dict(base: Interval, rows: Sequence[Criticality]) -> dict[str, Any]:
    """For JSON."""
    return {
        "p_without": base.as_dict(),
        "correction": f"Holm, {len(rows)} places",
        "most_critical": [row.garrison.place for row in most_critical(rows)],
        "places": [asdict(row) for row in rows],
    }
