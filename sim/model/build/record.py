"""What the tables of a theatre say of its ground and of a day, read once while they stay the same.

A sweep prepares thousands of scenarios from the same tables. Nobody changes what is returned here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np

from sim.model.build.geography import geography, routes_of
from sim.model.state import Geography, Ints
from sim.theatre.csv_table import read_table
from sim.theatre.gazetteer import GROUND
from sim.theatre.history.reports import (
    Share,
    Strength,
    captured,
    factions_known,
    free_shares,
    strengths,
)
from sim.theatre.history.situation import Situation, situation_at
from sim.theatre.load import load_theatre
from sim.theatre.spec import FILE
from sim.theatre.theatre import Theatre

_Stamps = tuple[tuple[str, int, int], ...]  # of files: path, time of the last change (ns), bytes


@dataclass(frozen=True)
class Ground:
    """The map, as tables and as arrays."""

    theatre: Theatre
    geo: Geography
    crossings: tuple[str, ...]  # gates, by the numbers that worlds have for them
    routes: tuple[str, ...]  # of each crossing
    axes: Mapping[str, Ints]  # units of the places along each route, in order


@dataclass(frozen=True)
class Day:
    """What was reported of a day."""

    situation: Situation
    free: Mapping[str, Share]  # of factions and air powers, what was free for the theatre
    captured: Mapping[str, Sequence[int]]  # units that each faction took lately, the latest first
    strengths: Mapping[str, Strength]


def ground(hex_km: float, seeds: Path) -> Ground:
    """The map of the theatre in a folder; raises LandbridgeError for tables that are broken."""
    return _ground(hex_km, seeds, _stamps(seeds))


def day(origin: date, hex_km: float, seeds: Path, factions: tuple[str, ...]) -> Day:
    """What was reported of a day, with holders and forces by their place in `factions`.

    Factions that the tables do not know hold nothing and have nobody.

    Raises:
        LandbridgeError: tables that are broken, a day outside of the record.
    """
    return _day(origin, hex_km, seeds, factions, _stamps(seeds))


def _stamps(seeds: Path) -> _Stamps:
    files = sorted([*seeds.glob("*.csv"), seeds / FILE, *(seeds / GROUND).glob("*.csv")])
    stats = [(str(file), file.stat()) for file in files]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


@lru_cache(4)
def _ground(hex_km: float, seeds: Path, _: _Stamps) -> Ground:
    theatre = load_theatre(hex_km, seeds)
    geo, crossings = geography(theatre)
    routes = routes_of(crossings, theatre, seeds)
    return Ground(theatre, geo, crossings, routes, _axes(theatre, seeds))


@lru_cache(16)
def _day(
    origin: date, hex_km: float, seeds: Path, factions: tuple[str, ...], stamps: _Stamps
) -> Day:
    theatre = _ground(hex_km, seeds, stamps).theatre
    known = tuple(name for name in factions if name in factions_known(seeds))
    reported = situation_at(origin, theatre, seeds, known)
    place = np.array([factions.index(name) for name in known], np.int32)
    holder = np.where(reported.holder >= 0, place[reported.holder], reported.holder)
    situation = replace(reported, factions=factions, holder=holder, faction=place[reported.faction])
    for field in fields(situation):
        if isinstance(array := getattr(situation, field.name), np.ndarray):
            array.flags.writeable = False
    units = {name: unit for unit, name in enumerate(theatre.ids)}
    taken = {name: [units[p] for p in at] for name, at in captured(origin, seeds).items()}
    return Day(situation, free_shares(origin, seeds), taken, strengths(seeds))


def _axes(theatre: Theatre, seeds: Path) -> dict[str, Ints]:
    index = {name: i for i, name in enumerate(theatre.ids)}
    along: dict[str, list[int]] = {}
    for row in read_table(seeds / "routes.csv", ("route", "place")):
        along.setdefault(row.text("route"), []).append(index[row.text("place")])
    return {name: np.array(units, np.int32) for name, units in along.items()}
