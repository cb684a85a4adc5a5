"""Hand-drawn maps for tests: a few hexes as text, with factions, places, roads and forces.

A drawing has the north on top and a word for each hex: the letter of its country (I, S, J, or T
for neutral ground), the letter of its holder (`-` for nobody), and, if it has people of its own
kind, the letter of their community. As on the real map, rows counted from the south are shifted
right by half a hex when their number is even.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.config.dated import timeline
from sim.config.schema import (
    AirPower,
    Change,
    Clock,
    Config,
    CorridorConfig,
    FactionConfig,
    Line,
    Range,
    Relation,
    Rules,
    Stance,
    Uncertainty,
    Variant,
)
from sim.model import objectives
from sim.model.build.dated_changes import turns
from sim.model.build.geography import geography
from sim.model.build.rules import rules, stances, surface_chances, uncertain
from sim.model.build.start import Start, sieges
from sim.model.inputs import Uncertain
from sim.model.setup import Setup
from sim.model.simulate import watchers
from sim.model.state import NEUTRAL, NOBODY
from sim.rng import key32
from sim.theatre.gazetteer import Site
from sim.theatre.hexes import HexLayout
from sim.theatre.history.situation import Situation
from sim.theatre.load import _edges, _Leg, leg_columns
from sim.theatre.rivers import LEFT, RIGHT
from sim.theatre.spec import theatre_spec
from sim.theatre.theatre import KINDS, ROADS, TERRAINS, Theatre
from tests.support.folders import SEEDS

SPEC = theatre_spec(SEEDS)

COUNTRY = {"I": "IQ", "S": "SY", "J": "JO", "T": "TR"}
COMMUNITY = {"": "none", "s": "sunni_arab", "k": "kurd", "h": "shia_arab"}
HEX_KM = 25.0
RULES = {
    "open_km_week": 70.0,
    "prepared_km_week": 6.0,
    "urban_km_week": 0.9,
    "tempo_drift": 1.0,
    "tempo": 1.0,
    "initiative": 1.0,
    "attrition": 1.0,
    "recruitment": 1.0,
    "rationality": 1.0,
    "alarm": 1.0,
    "attacker_loss": 0.004,
    "defender_loss": 0.007,
    "contest_power": 1.5,
    "defence_bonus": 1.5,
    "urban_bonus": 2.2,
    "air_bonus": 1.0,
    "air_weapons": 120.0,
    "supply_km": 600.0,
    "cut_off_loss": 0.001,
    "lapse_per_month": 0.5,
    "restive_per_1000": 20.0,
    "peaceful_per_1000": 3.0,
    "shared_recruits_per_month": 0.0,
    "pace_shock": 0.0,
    "wars_per_year": 0.0,
    "strokes_per_year": 0.0,
    "surprise": 0.0,
    "stroke_ratio": 2.0,
    "war_days": 30.0,
    "town_worth": 1.0,
    "pocket_worth": 0.5,
    "under_way_worth": 1.0,
}

# A faction that watches `militia` from the place `post`.
WATCH: dict[str, Any] = {
    "sensitivity": 0.05, "decay": 0.02, "range_km": 40.0, "scale": 3000.0, "threshold": 0.5,
    "guards": ["post"], "watches": ["militia"], "reinforcement": 700, "reinforcement_days": 14.0,
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A place in the hex (col, row), rows counted from the south."""

    col: int
    row: int
    holder: str  # faction, or "" for nobody
    kind: str = "town"
    people: int = 1000


def fixed(value: float) -> Range:
    """A number without uncertainty."""
    return Range(value, value, value, "test")


def side(
    relations: Mapping[str, str] | None = None, yields: Sequence[str] = (), **settings: Any
) -> FactionConfig:
    """A faction that wants nothing; `relations` are stances by name, free to worsen.

    It yields places to those named in `yields`.
    """
    at = {k: Relation(Stance[v], Stance.hostile) for k, v in (relations or {}).items()}
    for name in yields:
        at[name].yields = True
    plain: dict[str, Any] = {
        "title": "test", "color": "#000000", "strength": fixed(10_000.0),
        "intake_per_month": fixed(0.0), "objectives": {}, "depots": [],
        "countries": {"IQ": 1.0, "SY": 1.0, "JO": 1.0}, "home": [], "communities": {},
    }  # fmt: skip
    return FactionConfig(**(plain | settings), relations=at)


def layout(cols: int, rows: int, hex_km: float = HEX_KM) -> HexLayout:
    """A rectangle of hexes around the middle of the projection."""
    return HexLayout(hex_km, cols, rows, 0.0, 0.0, SPEC.plane)


def words(drawing: str) -> list[list[str]]:
    """The words of a drawing by row from the south, then column."""
    rows = [line.split() for line in drawing.strip().splitlines()]
    assert len({len(row) for row in rows}) == 1, "rows of different length"
    return rows[::-1]


def theatre(
    drawing: str,
    places: Mapping[str, Place] | None = None,
    roads: Sequence[tuple[str, ...]] = (),
    hex_people: int = 0,
) -> Theatre:
    """The geography of a drawing; roads are (place, place, class[, surface]) in straight lines."""
    grid = words(drawing)
    flat = [word for row in grid for word in row]
    shape = layout(len(grid[0]), len(grid))
    named = dict(places or {})
    country = np.array([SPEC.country_codes.index(COUNTRY[w[0]]) for w in flat], np.int32)
    people = np.array([SPEC.community_names.index(COMMUNITY[w[2:]]) for w in flat], np.int32)
    hexes = {
        "country": country,
        "terrain": np.full(shape.size, TERRAINS.index("desert"), np.int32),
        "river": np.zeros(shape.size, np.int32),
    }
    sites = [_site(shape, name, place, country) for name, place in named.items()]
    unit = {name: shape.size + i for i, name in enumerate(named)}
    legs = [_leg(shape, sites, unit, *road) for road in roads]
    start, to, cost = _edges(shape, hexes, legs, sites, SPEC)
    surfaces = tuple(sorted({leg.surface for leg in legs} - {""}))
    at = np.array([s.hex for s in sites], np.int32)
    ids = [f"h{i // shape.cols}_{i % shape.cols}" for i in range(shape.size)]
    ids += list(named)
    both = np.concatenate([country, country[at]])
    road = np.zeros(shape.size + at.size, np.int32)
    for leg in legs:
        road[leg.path] = np.maximum(road[leg.path], leg.kind)
    points = [shape.centre(i % shape.cols, i // shape.cols) for i in range(shape.size)]
    points += [(s.x, s.y) for s in sites]
    towns = [s.population for s in sites]
    return Theatre(
        spec=SPEC,
        layout=shape,
        ids=tuple(ids),
        names=tuple(ids),
        keys=np.array([key32(i) for i in ids], np.uint64),
        x=np.array([p[0] for p in points]),
        y=np.array([p[1] for p in points]),
        country=both,
        playable=np.isin(both, [SPEC.country_codes.index(c) for c in SPEC.playable]),
        kind=_ints([0] * shape.size + [s.kind for s in sites]),
        terrain=np.full(both.size, TERRAINS.index("desert"), np.int32),
        river=np.zeros(both.size, np.int32),
        road=road,
        population=_ints([hex_people] * shape.size + towns),
        community=np.concatenate([people, people[at]]),
        hex_of=_ints([*range(shape.size), *at]),
        area_km2=np.zeros(both.size),
        hex_neighbours=shape.neighbours,
        edge_start=start,
        edge_to=to,
        edge_cost=cost,
        **leg_columns(legs, surfaces),
        surfaces=surfaces,
    )


def toy(
    drawing: str,
    factions: Mapping[str, FactionConfig],
    places: Mapping[str, Place] | None = None,
    roads: Sequence[tuple[str, ...]] = (),
    forces: Sequence[tuple[str, str, int]] = (),
    *,
    hex_people: int = 0,
    days: int = 28,
    tick_days: float = 7.0,
    air: Mapping[str, AirPower] | None = None,
    rule: Mapping[str, float] | None = None,
    choices: Sequence[str] = (),
    line: Line | None = None,
    taken: Mapping[str, Sequence[str]] | None = None,
    changes: Sequence[Change] = (),
    **corridor: Any,
) -> Setup:
    """A scenario on a drawing; holders there are the first letters of the factions.

    `forces` are (faction, unit id, fighters), `rule` changes numbers of `RULES`, `choices` are
    structural choices that are made, `taken` the units that a faction took just before. The river
    of a `line` runs from south to north through the middle of the map. `changes` have dates after
    the origin, 2017-06-04.
    """
    where = theatre(drawing, places, roads, hex_people)
    names = tuple(factions)
    config = Config(
        clock=Clock("2017-06-04", "2017-12-31"),
        scenario="toy",
        corridor=CorridorConfig(**_corridor(where, names, corridor)),
        faction=dict(factions),
        air=dict(air or {}),
        rules=Rules(**{k: fixed(v) for k, v in (RULES | dict(rule or {})).items()},
                    shared_recruits={}, line=line or Line(),
                    variants={"toy": Variant(1.0, list(choices), "test")}),
        uncertainty=Uncertainty.central, changes=list(changes),
    )  # fmt: skip
    found = _situation(drawing, where, names, places or {}, forces)
    return _setup(config, where, found, days, tick_days, taken or {})


def _corridor(where: Theatre, names: tuple[str, ...], given: dict[str, Any]) -> dict[str, Any]:
    plain = {"source": where.ids[0], "sink": where.ids[where.hexes - 1], "hold_days": 1}
    return plain | {"coalition": [names[0]], "transit": []} | given


def _situation(
    drawing: str,
    where: Theatre,
    names: tuple[str, ...],
    places: Mapping[str, Place],
    forces: Sequence[tuple[str, str, int]],
) -> Situation:
    code = {"-": NOBODY, "": NOBODY} | {n[0]: f for f, n in enumerate(names)}
    code |= {n: f for f, n in enumerate(names)}
    holder = [code[word[1]] for row in words(drawing) for word in row]
    holder += [code[place.holder] for place in places.values()]
    rows = [(names.index(f), where.ids.index(u), n) for f, u, n in forces]
    size = _ints([n for *_, n in rows])
    return Situation(
        date=datetime.date(2017, 6, 4),
        factions=names,
        holder=np.where(where.playable, _ints(holder), NEUTRAL).astype(np.int32),
        faction=_ints([f for f, *_ in rows]),
        unit=_ints([u for _, u, _ in rows]),
        low=size,
        central=size,
        high=size,
        siege_of=np.full(len(rows), -1, np.int32),
        key=np.array([key32(f"{f}:{u}") for f, u, _ in forces], np.uint64),
    )


def _setup(
    config: Config,
    where: Theatre,
    found: Situation,
    days: int,
    tick_days: float,
    taken: Mapping[str, Sequence[str]],
) -> Setup:
    names = found.factions
    geo, crossings = geography(where)
    fought, pins = sieges(found, stances(config, names, "stance"))
    bank = np.where(where.x >= where.x.mean(), LEFT, RIGHT).astype(np.int8)
    units = {name: [where.ids.index(one) for one in at] for name, at in taken.items()}

    def rules_of(settings: Config) -> Any:
        return rules(settings, where, geo, found, pins, {}, units, bank)

    def inputs_of(settings: Config) -> list[Uncertain]:
        return uncertain(settings, names, {})

    table = rules_of(config)
    later = turns(timeline(config), where, rules_of, inputs_of)
    tables = (table, *(turn.rules for turn in later))
    return Setup(
        factions=names,
        theatre=where,
        geo=geo,
        rules=table,
        start=Start(
            config,
            found,
            np.ones(len(names)),
            inputs_of(config),
            fought,
            surface_chances(config, where),
        ),
        objectives=tuple(objectives.registry().values()),
        weights={name: dict(config.faction[name].objectives) for name in names},
        days=days,
        beyond=0,
        tick_days=tick_days,
        record_days=(0, days),
        hex_scale=25.0 / where.layout.hex_km,
        crossings=crossings,
        routes=crossings,
        axes={},
        watchers=watchers(tables),
        airs=tuple(config.air),
        turns=later,
        tables=tables,
    )


def _site(shape: HexLayout, name: str, place: Place, country: Any) -> Site:
    x, y = shape.centre(place.col, place.row)
    at = place.row * shape.cols + place.col
    return Site(name, x, y, at, int(country[at]), KINDS.index(place.kind), place.people)


def _leg(
    shape: HexLayout,
    sites: list[Site],
    unit: dict[str, int],
    a: str,
    b: str,
    kind: str,
    surface: str = "",
) -> _Leg:
    start, end = sites[unit[a] - shape.size], sites[unit[b] - shape.size]
    path = shape.line((start.x, start.y), (end.x, end.y))
    km = max(1, round(shape.hex_km * (len(path) - 1)))
    ends = unit[a], unit[b]
    return _Leg(*ends, ROADS.index(kind), km, path, list(ends), surface)


def _ints(values: Any) -> Any:
    return np.asarray(values, np.int32)
