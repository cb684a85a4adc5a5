"""What a theatre is beside its tables: `theatre.yaml` in its folder, typed and checked.

A theatre is a folder. Its tables say what is where and what was reported; this file says what the
codes in them mean, what the map covers, who was at war with whom, what is drawn how, and which
settings its runs start from. Nothing of a theatre stands in the code.
"""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import yaml

from sim.config.saved import read_yaml
from sim.errors import LandbridgeError, bad_value
from sim.theatre.hexes import Box, Projection
from sim.user_files import read_text

FILE = "theatre.yaml"
NO_RIVER, NO_COMMUNITY = "none", "none"


@dataclass(frozen=True)
class Country:
    """A country on the map."""

    name: str
    playable: bool = False  # whether ground in it can be held; else it is neutral
    labels: tuple[tuple[float, float], ...] = ()  # where its name may stand; lon, lat


@dataclass(frozen=True)
class River:
    """A river of the hex tables."""

    crossing_km: int = 0  # km of good road that getting over it without a bridge takes as long as
    great: bool = False  # drawn as a great river


@dataclass(frozen=True)
class Gates:
    """The line that every corridor crosses, and the places that tell where it does.

    The line is the border of two `countries`, or one through points that are given. A corridor is
    told by the gate that is nearest to where it crosses, and so are routes.
    """

    countries: tuple[str, ...] = ()  # two; the gates are the border posts of the first
    line: tuple[tuple[float, float], ...] = ()  # lon and lat of its points
    places: tuple[str, ...] = ()  # the gates of a line
    called: str = "Crossing"  # a gate, in legends


@dataclass(frozen=True)
class Friends:
    """Two factions that may stand on each other's ground, until the day before one."""

    who: tuple[str, str]
    until: datetime.date = datetime.date.max


@dataclass(frozen=True)
class Remainder:
    """Ground that stays with a faction from a day on: the hexes of a community without a place."""

    country: str
    community: str
    faction: str
    since: datetime.date


@dataclass(frozen=True)
class Relations:
    """Who fought whom and who shared ground, as needed to read positions from reports."""

    friends: tuple[Friends, ...] = ()
    at_war: tuple[tuple[str, str], ...] = ()
    at_war_with_all: tuple[str, ...] = ()
    remainders: tuple[Remainder, ...] = ()

    def same_side(self, a: str, b: str, day: datetime.date) -> bool:
        """Whether forces of `a` may stand on ground of `b` on a day."""
        return a == b or any({a, b} == set(pair.who) and day < pair.until for pair in self.friends)

    def hostile(self, a: str, b: str) -> bool:
        """Whether `a` and `b` fight wherever they meet."""
        if a == b:
            return False
        everyone = a in self.at_war_with_all or b in self.at_war_with_all
        return everyone or any({a, b} == set(pair) for pair in self.at_war)


@dataclass(frozen=True)
class Reported:
    """What was claimed of the enemy between two days, to a factor of about exp(`spread`).

    Claims are orders of magnitude: their logarithm has a normal error of standard deviation
    `spread`, which a fit adds to what is simulated (Wilkinson 2013, doi:10.1515/sagmb-2013-0010).
    """

    statistic: str  # killed (fighters a month) or strength (at `end` over that at `start`)
    start: datetime.date
    end: datetime.date
    value: float
    spread: float
    source: str

    @property
    def log(self) -> float:
        """The logarithm of the value; of a ratio of strengths, a quarter's share of it."""
        if self.statistic == "killed":
            return math.log(self.value)
        months = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month
        return 3 * math.log(self.value) / months


@dataclass(frozen=True)
class Calibration:
    """Whose losses a fit looks at, and to whom."""

    enemy: str = ""  # the faction whose captures and losses are counted; empty: no fit
    captors: tuple[str, ...] = ()  # counted each for itself
    reports: tuple[Reported, ...] = ()


@dataclass(frozen=True)
class StrengthReports:
    """A row of support.csv that tells the strength of a faction at several dates."""

    faction: str
    item: str


@dataclass(frozen=True)
class Posterior:
    """The theatre whose fitted inputs are taken where a theatre has none of its own."""

    theatre: str
    until: str  # the fit, by the last day that it knew


@dataclass(frozen=True)
class Route:
    """How a route is called and drawn."""

    colour: str
    phrase: str = ""  # `by the southern route`; empty: `by the NAME route`


@dataclass(frozen=True)
class TheatreSpec:
    """`theatre.yaml`."""

    name: str  # of the folder
    title: str
    box: Box  # what the hexes cover
    centre: tuple[float, float]  # of the equal-area projection, lon and lat
    countries: dict[str, Country]  # by the code of the tables
    communities: tuple[str, ...]  # of people; `none` is added
    first: datetime.date  # the first day for which every place has a known holder
    last: datetime.date  # the last day of the record; no table may know more
    settings: dict[str, Any]  # that runs start from: config groups, clock, rules of the theatre
    rivers: dict[str, River] = field(default_factory=dict)
    gates: Gates = field(default_factory=Gates)
    relations: Relations = field(default_factory=Relations)
    contiguity: tuple[str, ...] = ()  # communities whose contiguous free ground is an outcome
    calibration: Calibration = field(default_factory=Calibration)
    strength_reports: StrengthReports | None = None
    posterior: Posterior | None = None
    routes: dict[str, Route] = field(default_factory=dict)
    factions: dict[str, str] = field(default_factory=dict)  # how one is called in a sentence
    places: dict[str, str] = field(default_factory=dict)  # short names for maps
    attribution: str = ""  # of the map's data, for the foot of figures
    folder: Path = field(default=Path(), metadata={"given": False})  # where it lies

    @property
    def plane(self) -> Projection:
        """The projection of the map."""
        return Projection(*self.centre)

    @property
    def country_codes(self) -> tuple[str, ...]:
        """Codes of countries; their order numbers the arrays."""
        return tuple(self.countries)

    @property
    def playable(self) -> frozenset[str]:
        """Codes of the countries whose ground can be held."""
        return frozenset(code for code, country in self.countries.items() if country.playable)

    @property
    def river_names(self) -> tuple[str, ...]:
        """Names of rivers in the hex tables, `none` first."""
        return (NO_RIVER, *self.rivers)

    @property
    def community_names(self) -> tuple[str, ...]:
        """Names of communities, `none` first."""
        return (NO_COMMUNITY, *self.communities)


def theatre_spec(folder: Path) -> TheatreSpec:
    """The spec of the theatre in a folder.

    Raises:
        LandbridgeError: no such file, or a key that is missing, unknown or of the wrong type; the
            line names the file and the key.
    """
    file = folder / FILE
    try:
        return _read(folder, file.stat().st_mtime_ns)
    except OSError as error:
        raise LandbridgeError(
            f"theatre={folder.name}: no theatre (no {FILE} in {folder})"
        ) from error


@lru_cache(16)
def _read(folder: Path, _changed: int) -> TheatreSpec:
    file = folder / FILE
    try:
        content = read_yaml(read_text(file, f"theatre={folder.name}/{FILE}"))
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f":{where.line + 1}" if where else ""
        raise LandbridgeError(f"{FILE}{line}: cannot be read as YAML") from error
    if not isinstance(content, Mapping):
        raise LandbridgeError(f"{FILE}: must be keys with values")
    spec: TheatreSpec = _made(TheatreSpec, {**content, "name": folder.name}, "")
    spec = dataclasses.replace(spec, folder=folder)
    _check(spec)
    return spec


def _check(spec: TheatreSpec) -> None:
    """Refuse what the types let pass."""
    west, south, east, north = spec.box
    if not (-180.0 <= west < east <= 180.0 and -90.0 <= south < north <= 90.0):
        raise _bad("box", list(spec.box), "must be west, south, east, north in degrees")
    if east - west >= 180.0:
        raise _bad("box", list(spec.box), "must be less than half of the Earth")
    if not spec.playable:
        raise _bad("countries", ", ".join(spec.countries), "must have one that is playable")
    if spec.first > spec.last:
        raise _bad("last", spec.last, f"must not be before first={spec.first}")
    gates = spec.gates
    if gates.countries and len(set(gates.countries)) != 2:
        raise _bad("gates.countries", list(gates.countries), "must be two countries")
    if bool(gates.line) != bool(gates.places) or (gates.line and gates.countries):
        raise _bad("gates", gates.line, "must have countries, or a line with places, and not both")
    for pair in spec.relations.friends:
        if spec.relations.hostile(*pair.who):
            raise _bad("relations.friends", list(pair.who), "are at war with each other")
    for key, used, known in (
        ("gates.countries", gates.countries, spec.countries),
        ("contiguity", spec.contiguity, spec.communities),
        ("relations.remainders.country", [r.country for r in spec.relations.remainders],
         spec.countries),
        ("relations.remainders.community", [r.community for r in spec.relations.remainders],
         spec.communities),
        ("calibration.reports.statistic", [r.statistic for r in spec.calibration.reports],
         ("killed", "strength")),
    ):  # fmt: skip
        for name in used:
            if name not in known:
                raise bad_value(f"{FILE} {key}", name, "not one of those there are", known)


def _bad(key: str, value: object, rule: str) -> LandbridgeError:
    return bad_value(f"{FILE} {key}", value, rule)


def _made(kind: Any, value: Any, key: str) -> Any:
    """A value of YAML as what a field is declared to be; errors name the key."""
    origin, parts = get_origin(kind), get_args(kind)
    if kind is Any:
        return value
    if origin in (Union, UnionType):
        return None if value is None else _made(parts[0], value, key)
    if dataclasses.is_dataclass(kind):
        return _object(kind, value, key)
    if origin is dict:
        if not isinstance(value, Mapping):
            raise _bad(key, value, "must be names with values")
        return {str(name): _made(parts[1], item, f"{key}.{name}") for name, item in value.items()}
    if origin is tuple:
        return _items(parts, value, key)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    if kind is datetime.date and isinstance(value, str):
        return _date(value, key)
    raise _bad(key, value, f"must be {_called(kind)}")


def _items(parts: tuple[Any, ...], value: Any, key: str) -> tuple[Any, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise _bad(key, value, "must be a list")
    if parts[-1] is not Ellipsis:
        if len(value) != len(parts):
            raise _bad(key, value, f"must have {len(parts)} items")
        return tuple(_made(part, item, key) for part, item in zip(parts, value, strict=True))
    return tuple(_made(parts[0], item, f"{key}[{i}]") for i, item in enumerate(value))


def _object(kind: Any, value: Any, key: str) -> Any:
    if not isinstance(value, Mapping):
        raise _bad(key, value, "must be keys with values")
    fields = {f.name: f for f in dataclasses.fields(kind) if f.metadata.get("given", True)}
    hints = get_type_hints(kind)
    before = f"{key}." if key else ""
    for name in value:
        if name not in fields:
            raise bad_value(f"{FILE} {key or 'keys'}", str(name), "no such key", fields)
    for name, known in fields.items():
        needed = (
            known.default is dataclasses.MISSING and known.default_factory is dataclasses.MISSING
        )
        if needed and name not in value:
            raise LandbridgeError(f"{FILE} {before}{name}: is missing")
    return kind(**{str(n): _made(hints[n], item, f"{before}{n}") for n, item in value.items()})


def _date(value: str, key: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        raise _bad(key, value, f"must be {_called(datetime.date)}") from None


def _called(kind: Any) -> str:
    names = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
    return names.get(kind, "a date such as 2017-06-04")
