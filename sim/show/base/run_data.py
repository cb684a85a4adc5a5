"""What the figures show, read from a run folder: settings, summary, control, alarm.

The folder may have been moved: nothing in it names a place on a disk. The map is the packaged one
at the size of hex that the run had; the model is not run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis.run import summary as summaries
from sim.arrays import Floats, Ints
from sim.config import saved
from sim.definitions import EPOCH
from sim.ensemble.store import folder
from sim.ensemble.store.read import WorldsFile
from sim.ensemble.store.tables import NOBODY, QUANTILES, TABLES
from sim.errors import LandbridgeError
from sim.paths import theatre_folder
from sim.show.base.basemap import Basemap, ground
from sim.show.base.differences import named
from sim.show.base.format import place, within
from sim.theatre.load import load_theatre
from sim.theatre.spec import TheatreSpec
from sim.theatre.theatre import Theatre


@dataclass(frozen=True, eq=False)
class Control:
    """Who holds what at a date; F factions and then nobody, U units (hexes, then places)."""

    when: date
    share: Floats  # (F + 1, U) of worlds; all zero on neutral ground

    @cached_property
    def likeliest(self) -> Ints:
        """(U,) the holder in most worlds; F is nobody, -1 neutral ground."""
        likeliest = self.share.argmax(axis=0)
        return np.where(self.share.sum(axis=0) > 0.0, likeliest, -1)

    @cached_property
    def certainty(self) -> Floats:
        """(U,) share of worlds in which the likeliest holder is it."""
        certainty: Floats = self.share.max(axis=0)
        return certainty


@dataclass(frozen=True, eq=False)
class Curve:
    """Alarm over time; quantiles over worlds by their name, such as `q50`, a value a date."""

    dates: list[date]
    value: Mapping[str, Floats]


@dataclass(frozen=True, eq=False)
class Run:
    """A finished run folder."""

    directory: Path
    settings: dict[str, Any]  # as composed
    summary: dict[str, Any]
    theatre: Theatre
    controls: tuple[Control, Control]  # at the first and the last recorded date
    curves: Mapping[str, Curve]  # by name; empty where the folder has none

    @classmethod
    def read(cls, directory: Path) -> Run:
        """Read a run folder; raises LandbridgeError for one that is not finished or was changed."""
        folder.refuse_damaged(directory, (*saved.FILES, *TABLES))
        settings, summary = saved.load(directory), summaries.read(directory)
        theatre = map_of(str(settings["theatre"]["name"]), float(settings["theatre"]["hex_km"]))
        factions = (*settings["faction"], NOBODY)
        with WorldsFile(directory, "cells") as cells:
            first, last = _controls(cells, theatre, factions, int(summary["worlds"]), (0, -1))
        return cls(directory, settings, summary, theatre, (first, last), _curves(directory))

    @classmethod
    def unrun(cls, settings: dict[str, Any]) -> Run:
        """Settings of which no world is run yet: all hold everything alike."""
        theatre = map_of(str(settings["theatre"]["name"]), float(settings["theatre"]["hex_km"]))
        holders = len(settings["faction"]) + 1
        when = date.fromisoformat(str(settings["clock"]["origin"]))
        even = Control(when, np.full((holders, theatre.units), 1.0 / holders))
        run = cls(Path(), settings, {"worlds": 1}, theatre, (even, even), {})
        run.__dict__["history"] = [even]
        return run

    @cached_property
    def history(self) -> list[Control]:
        """Control at all recorded dates, in order."""
        holders = (*self.factions, NOBODY)
        with WorldsFile(self.directory, "cells") as cells:
            return _controls(cells, self.theatre, holders, self.worlds)

    @property
    def scenario(self) -> str:
        """Name of the scenario."""
        return str(self.settings.get("scenario", self.summary.get("scenario", "")))

    @property
    def title(self) -> str:
        """The scenario in words."""
        return str(self.settings.get("title") or self.scenario)

    @property
    def scenario_words(self) -> str:
        """The scenario as a sentence."""
        title = self.title
        if title[1:2].islower() or title[1:2] == " ":  # no initials
            title = title[:1].lower() + title[1:]
        return f"Scenario: {named(title, self.overrides)}."

    @cached_property
    def overrides(self) -> list[str]:
        """What it was run with beside its scenario."""
        return saved.load_overrides(self.directory)

    @property
    def origin(self) -> date:
        """First day."""
        return date.fromisoformat(str(self.settings["clock"]["origin"]))

    @property
    def until(self) -> date:
        """The horizon."""
        return date.fromisoformat(str(self.settings["clock"]["until"]))

    @property
    def beyond(self) -> int:
        """Days past the horizon for which worlds were followed."""
        return int(self.settings["clock"].get("beyond_days", 0))

    @property
    def followed(self) -> date:
        """The last day on which a corridor is looked for."""
        return self.until + timedelta(self.beyond)

    @property
    def worlds(self) -> int:
        """Number of worlds."""
        return int(self.summary["worlds"])

    @property
    def per_draw(self) -> int:
        """Worlds that share a draw of the uncertain inputs."""
        return int(self.summary.get("replications_per_draw", 1))

    @property
    def seed(self) -> int:
        """The seed of the ensemble."""
        return int(self.settings["ensemble"]["seed"])

    @property
    def uncertainty(self) -> str:
        """Where the uncertain inputs come from: central, prior or posterior."""
        return str(self.settings.get("uncertainty", "prior"))

    @property
    def hold_days(self) -> int:
        """Days in a row that a corridor must be open to count."""
        return int(self.settings["corridor"].get("hold_days", 1))

    @property
    def factions(self) -> tuple[str, ...]:
        """Keys of the factions, in order."""
        return tuple(self.settings["faction"])

    @property
    def coalition(self) -> tuple[str, ...]:
        """Members of the coalition, of those that there are."""
        return tuple(f for f in self.settings["corridor"]["coalition"] if f in self.factions)

    @property
    def transit(self) -> tuple[str, ...]:
        """Factions whose ground the corridor may cross, not counting members."""
        asked = self.settings["corridor"]["transit"]
        return tuple(f for f in asked if f in self.factions and f not in self.coalition)

    def name(self, faction: str) -> str:
        """A faction's title."""
        return str(self.settings["faction"][faction].get("title") or faction)

    @property
    def spec(self) -> TheatreSpec:
        """What the theatre is beside its tables."""
        return self.theatre.spec

    @property
    def base(self) -> Basemap:
        """The ground under its maps."""
        return ground(str(self.settings["theatre"]["name"]), self.theatre.layout)

    def called(self, faction: str) -> str:
        """A faction inside a sentence."""
        return within(faction, self.spec)

    def place_name(self, key: str) -> str:
        """A place's name, short enough for a map."""
        names = dict(zip(self.theatre.ids, self.theatre.names, strict=True))
        return place(key, names.get(key, key), self.spec)

    def colour(self, faction: str) -> str:
        """A faction's colour."""
        return str(self.settings["faction"][faction].get("color") or "#888888")

    def hostile(self, a: str, b: str) -> bool:
        """Whether either of two factions begins hostile to the other."""
        pairs = ((a, b), (b, a))
        return any(self._stance(first, other) == "hostile" for first, other in pairs)

    def _stance(self, first: str, other: str) -> str:
        relation = self.settings["faction"][first].get("relations", {}).get(other) or {}
        return str(relation.get("stance", "avoid"))

    def share(self, control: Control, factions: tuple[str, ...]) -> Floats:
        """(U,) share of worlds in which one of `factions` holds a unit."""
        rows = [self.factions.index(f) for f in factions]
        summed: Floats = control.share[rows].sum(axis=0)
        return summed

    def ground(self, control: Control) -> Floats:
        """(F + 1,) expected share of the ground that is not neutral, by holder."""
        hexes = control.share[:, : self.theatre.hexes]
        held = hexes.sum(axis=1)
        return np.asarray(held / max(1.0, float(held.sum())), dtype=np.float64)

    def worlds_file(self) -> WorldsFile:
        """The table of worlds, opened."""
        return WorldsFile(self.directory)


@lru_cache(4)
def map_of(theatre: str, hex_km: float) -> Theatre:
    """The map of a theatre, by its name or path, with hexes of that size."""
    return load_theatre(hex_km, theatre_folder(theatre))


def _controls(
    cells: WorldsFile,
    theatre: Theatre,
    holders: tuple[str, ...],
    worlds: int,
    at: tuple[int, ...] | None = None,
) -> list[Control]:
    """Control at the dates of `cells`, all or `at` some; units that the map lacks are left out."""
    if not cells.rows:
        raise LandbridgeError("cells.parquet: has no rows")
    unit = _codes(cells, "unit", {name: i for i, name in enumerate(theatre.ids)})
    holder = _codes(cells, "faction", {name: i for i, name in enumerate(holders)})
    counts, days = cells.values("worlds"), cells.day_or("date", 0)
    dates = np.unique(days)
    controls = []
    for day in dates if at is None else dates[list(at)]:
        rows = (days == day) & (unit >= 0) & (holder >= 0)
        share = np.zeros((len(holders), theatre.units))
        share[holder[rows], unit[rows]] = counts[rows] / worlds
        controls.append(Control(_date(day), share))
    return controls


def _codes(table: WorldsFile, column: str, index: dict[str, int]) -> Ints:
    """A column of texts as positions in `index`, -1 for what it lacks."""
    codes, names = table.coded(column)
    known = np.array([*(index.get(str(name), -1) for name in names), -1], dtype=np.int64)
    numbers: Ints = known[codes]
    return numbers


def _curves(directory: Path) -> dict[str, Curve]:
    """The curves of a run folder by name, in their order; none where it has no such table."""
    if not (directory / "curves.parquet").is_file():
        return {}
    with WorldsFile(directory, "curves") as table:
        codes, names = table.coded("curve")
        days = table.day_or("date", 0)
        values = {name: table.values(name) for name in QUANTILES}
    curves = {}
    for code in dict.fromkeys(codes.tolist()):
        rows = np.flatnonzero(codes == code)
        rows = rows[np.argsort(days[rows], kind="stable")]
        dates = [_date(day) for day in days[rows]]
        curves[str(names[code])] = Curve(dates, {q: value[rows] for q, value in values.items()})
    return curves


def _date(days: Any) -> date:
    """A day as its number since 1970-01-01."""
    return EPOCH + timedelta(int(days))
