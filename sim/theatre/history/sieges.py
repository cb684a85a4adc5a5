"""Which places are under siege, and by whom.

The tables list some forces at a place that an enemy holds; that is a siege, or only a front whose
nearest named place it is. It is a siege if the force is at least as large as the garrison and
its side holds **two places** within `BASE_KM` (a place is invested from two sides; where a
battle was only about to begin there was one), or none within `FRONT_KM`
(it has to stand somewhere, so it stands there). The largest such force holds
the hex around the place and its friends join it.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sim.theatre.history.order_of_battle import Listed, distance
from sim.theatre.history.reports import Enclave
from sim.theatre.theatre import Theatre

# Inferred from the bases of the sieges that are on record.
BASE_KM = 55.0  # the bases of the two great sieges of the first theatre lay 24 to 50 km off
FRONT_KM = 80.0  # farther from its own ground than this a force is not facing that place


@dataclass(frozen=True)
class Siege:
    """`place` (a unit) is invested by `leader` from the hex around it, with `members`."""

    place: int
    leader: str
    members: frozenset[str]


def find_sieges(
    theatre: Theatre,
    rows: list[Listed],
    holder_of: dict[int, str],
    pockets: list[Enclave],
    day: datetime.date,
) -> dict[str, Siege]:
    """Sieges on a day by the id of the place; its garrison alone is shut in."""
    shut = {(e.faction, e.of_place) for e in pockets}
    relations, besieged = theatre.spec.relations, {}
    for unit, holder in holder_of.items():
        place = theatre.ids[unit]
        around = int(theatre.hex_of[unit])
        here = [row for row in rows if row.place == place and not row.beaten]
        garrison = sum(row.central for row in here if relations.same_side(row.faction, holder, day))
        attackers = [
            row
            for row in here
            if relations.hostile(row.faction, holder) and (row.faction, place) not in shut
        ]
        able = [
            row
            for row in attackers
            if row.central >= max(1, garrison)
            and _invests(theatre, row.faction, unit, holder_of, day)
        ]
        if able and theatre.country[around] == theatre.country[unit]:
            leader = min(able, key=lambda row: (-row.central, row.faction)).faction
            members = {r.faction for r in attackers if relations.same_side(r.faction, leader, day)}
            besieged[place] = Siege(unit, leader, frozenset(members))
    return besieged


def _invests(
    theatre: Theatre, faction: str, place: int, holder_of: dict[int, str], day: datetime.date
) -> bool:
    """Whether the side of `faction` has two bases near the place, or no ground to fall back on."""
    bases = sorted(
        distance(theatre, unit, place)
        for unit, holder in holder_of.items()
        if theatre.spec.relations.same_side(faction, holder, day)
    )
    return not bases or bases[0] > FRONT_KM or (len(bases) > 1 and bases[1] <= BASE_KM)
