"""The situation on a day: who holds every unit, and where each force stands.

**Ground.** A place is held by whom control.csv says, an enclave by its faction (or control.csv,
if that has rows for it). A hex goes to the place or area that reaches it soonest within its
country (`ground`), except that a place cut off and a pocket reach nothing, that a place under
siege stands for its besieger (`sieges`), and that ground far from every place and off the roads
is nobody's unless it is some side's rear. A force shut in should not own the country round it,
and one patrol does not hold a desert. Country that no place of the tables stands for may stay with
a faction (`remainders` of the theatre).

**Forces** come from the reports of the day (`listed`), each then stands

1. at the place it is listed at, if its own side holds it;
2. else in the pocket of that place which its own faction, or else a friend, holds;
3. else, if it besieges the place, in the hex around it (`siege_of` is the place);
4. else, being a front, on the nearest ground of its side within 80 km of the place, and at any
   distance if a party holds the place that it is not at war with (two allies at one town);
5. else (no such ground) in the country around the place: raiders, or a force from off the map.

A force in a place of its side also besieges the strongest pocket of that place that it is at war
with, if it is at least as large as the garrison: it is tied.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.errors import bad_value
from sim.theatre.history import reports, territory
from sim.theatre.history.order_of_battle import Listed, listed_forces
from sim.theatre.history.reports import Enclave
from sim.theatre.history.sieges import FRONT_KM, Siege, find_sieges
from sim.theatre.theatre import Ints, Theatre

NOBODY = -1  # empty desert
NEUTRAL = -2  # a country that takes no part, or ground of a faction left out of the run


@dataclass(frozen=True, eq=False)
class Situation:
    """Control and forces on a day; U units, R forces in order of faction and listed place.

    A faction may have several forces in one unit. Sizes are fighters.
    """

    date: datetime.date
    factions: tuple[str, ...]
    holder: Ints  # U; index into `factions`, NOBODY or NEUTRAL
    faction: Ints  # R; index into `factions`
    unit: Ints  # R; where it stands
    low: Ints  # R
    central: Ints  # R
    high: Ints  # R
    siege_of: Ints  # R; the place or enclave it besieges, else -1
    key: NDArray[np.uint64]  # R; stable 32-bit random keys, from "faction:place" alone


def situation_at(
    date: datetime.date, theatre: Theatre, seeds: Path, factions: tuple[str, ...]
) -> Situation:
    """Control and forces at the end of `date`, from the tables in the folder `seeds`.

    Positions do not depend on which `factions` are asked for, nor on the order of lines in the
    tables. Raises LandbridgeError for a date out of the record, an unknown or repeated faction,
    or a bad table.
    """
    _check_factions(factions, reports.factions_known(seeds))
    unit = {name: i for i, name in enumerate(theatre.ids)}
    known = reports.controllers_at(date, seeds)
    enclaves = [
        replace(e, faction=known.pop(e.enclave, e.faction))
        for e in reports.enclaves(seeds)
        if e.enclave in unit
    ]
    areas = {e.enclave: e.faction for e in enclaves if e.kind == "area"}
    pockets = [e for e in enclaves if e.kind == "pocket"]
    towns = {unit[name]: who for name, who in sorted((known | areas).items()) if name in unit}
    held = towns | {unit[e.enclave]: e.faction for e in pockets}
    rows = [r for r in listed_forces(date, theatre, seeds, held) if r.place in unit]
    sieges = find_sieges(theatre, rows, towns, pockets, date)
    holders = _holders(theatre, towns, held, sieges, date)
    spots = [_stand(theatre, row, unit, holders, pockets, sieges, date) for row in rows]
    ties = _ties(theatre, rows, [spot for spot, _ in spots], unit, pockets)
    index = {name: i for i, name in enumerate(factions)}
    kept = sorted(
        (index[row.faction], row.place, spot, siege if siege >= 0 else tie, row)
        for row, (spot, siege), tie in zip(rows, spots, ties, strict=True)
        if row.faction in index
    )
    codes = {"": NOBODY, "-": NEUTRAL} | index
    return Situation(
        date=date,
        factions=factions,
        holder=_ints([codes.get(name, NEUTRAL) for name in holders]),
        faction=_ints([f for f, *_ in kept]),
        unit=_ints([spot for _, _, spot, *_ in kept]),
        low=_ints([row.low for *_, row in kept]),
        central=_ints([row.central for *_, row in kept]),
        high=_ints([row.high for *_, row in kept]),
        siege_of=_ints([siege for *_, siege, _ in kept]),
        key=np.array([_key(f"{row.faction}:{row.place}") for *_, row in kept], dtype=np.uint64),
    )


def _check_factions(factions: tuple[str, ...], known: tuple[str, ...]) -> None:
    for name in factions:
        if name not in known:
            raise bad_value("factions", name, "not a faction of strengths.csv", known)
        if factions.count(name) > 1:
            raise bad_value("factions", name, "named twice")


def _holders(
    theatre: Theatre,
    towns: dict[int, str],
    held: dict[int, str],
    sieges: dict[str, Siege],
    day: datetime.date,
) -> list[str]:
    """Holder of every unit: a faction, "" for nobody, "-" for neutral ground."""
    led = {siege.place: siege.leader for siege in sieges.values()}
    shut = territory.cut_off(theatre, towns) - set(led)
    free = {unit: holder for unit, holder in (towns | led).items() if unit not in shut}
    names = territory.hex_holders(theatre, free, day) + [""] * (theatre.units - theatre.hexes)
    for rest in theatre.spec.relations.remainders:
        if day >= rest.since:
            for hex_ in _country_without_places(theatre, rest.country, rest.community):
                names[hex_] = rest.faction
    for siege in sieges.values():
        names[int(theatre.hex_of[siege.place])] = siege.leader
    for unit, holder in held.items():
        names[unit] = holder
    return [name if ok else "-" for name, ok in zip(names, theatre.playable, strict=True)]


def _country_without_places(theatre: Theatre, country: str, community: str) -> Ints:
    """Hexes of a country without a place whose people are of a community."""
    people = theatre.spec.community_names.index(community)
    rest = theatre.community[: theatre.hexes] == people
    rest &= theatre.country[: theatre.hexes] == theatre.country_code(country)
    rest[theatre.hex_of[theatre.hexes :]] = False
    return _ints(np.flatnonzero(rest).tolist())


def _stand(
    theatre: Theatre,
    row: Listed,
    unit: dict[str, int],
    holders: list[str],
    pockets: list[Enclave],
    sieges: dict[str, Siege],
    day: datetime.date,
) -> tuple[int, int]:
    """Where a force stands, and the place it besieges from there, else -1 (rules 1 to 5)."""
    place = unit[row.place]
    relations = theatre.spec.relations
    if relations.same_side(row.faction, holders[place], day):
        return place, -1
    for wanted in (True, False):  # its own pocket first
        for e in pockets:
            if (
                e.of_place == row.place
                and relations.same_side(row.faction, e.faction, day)
                and (e.faction == row.faction) == wanted
            ):
                return unit[e.enclave], -1
    siege = sieges.get(row.place)
    around = int(theatre.hex_of[place])
    if siege is not None and row.faction in siege.members:
        return around, place
    ours = np.array([relations.same_side(row.faction, name, day) for name in holders])
    km = np.hypot(theatre.x - theatre.x[place], theatre.y - theatre.y[place])
    km = np.where(ours, km, np.inf)
    nearest = int(np.argmin(km))
    peaceful = not relations.hostile(row.faction, holders[place])
    return (nearest if peaceful or km[nearest] <= FRONT_KM else around), -1


def _ties(
    theatre: Theatre,
    rows: list[Listed],
    spots: list[int],
    unit: dict[str, int],
    pockets: list[Enclave],
) -> list[int]:
    """The pocket that each force keeps shut in, else -1: the strongest there, if it matches it."""
    garrison: dict[int, int] = defaultdict(int)
    for row, spot in zip(rows, spots, strict=True):
        garrison[spot] += row.central
    ties = []
    for row, spot in zip(rows, spots, strict=True):
        shut = [
            (garrison[unit[e.enclave]], -unit[e.enclave])
            for e in pockets
            if unit[e.of_place] == spot and theatre.spec.relations.hostile(row.faction, e.faction)
        ]
        most, pocket = max(shut, default=(0, 1))
        ties.append(-pocket if 0 < most <= row.central else -1)
    return ties


def _key(name: str) -> int:
    """Stable 32-bit key of a force."""
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "big")


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int32)
