"""Random small wars: maps, factions and settings from all over their ranges."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

from hypothesis import strategies as st

from sim.config.schema import (
    AirPower,
    Alarm,
    AllySupport,
    Change,
    FactionConfig,
    Line,
    RedLine,
    Surface,
)
from sim.model.build.start import Siege
from sim.model.inputs import CHOICES
from sim.model.setup import Setup
from sim.theatre.theatre import ROADS
from tests.oracle.objectives import COSTS, PRIZES
from tests.support import small_map as small
from tests.support.small_map import Place, fixed, side

NAMES = ("regime", "isis", "militia", "us")
STANCES = st.sampled_from(["ally", "tolerate", "avoid", "hostile", "hostile"])
PEOPLE = st.sampled_from([0, 3000, 20_000, 150_000])
SHARE = st.floats(0.0, 1.0)
ORIGIN = date(2017, 6, 4)  # of hand-drawn maps
FACTOR = st.floats(0.3, 3.0)
RULES = {
    "lapse_per_month": st.floats(0.0, 3.0), "cut_off_loss": st.floats(0.0, 0.05),
    "shared_recruits_per_month": st.floats(0.0, 5000.0), "supply_km": st.floats(50.0, 800.0),
    "tempo": FACTOR, "initiative": FACTOR, "attrition": FACTOR, "recruitment": FACTOR,
    "rationality": FACTOR, "alarm": FACTOR, "tempo_drift": FACTOR,
    "pace_shock": SHARE, "wars_per_year": st.floats(0.0, 20.0),
    "strokes_per_year": st.floats(0.0, 80.0), "surprise": st.floats(0.0, 3.0),
    "stroke_ratio": st.floats(0.5, 4.0), "war_days": st.floats(1.0, 90.0),
    "town_worth": st.floats(0.0, 3.0), "pocket_worth": st.floats(0.0, 2.0),
    "under_way_worth": st.floats(0.0, 3.0),
}  # fmt: skip


@st.composite
def wars(draw: st.DrawFn, dated: bool = False) -> Setup:
    """A scenario of four weeks on a map of up to 40 hexes; `dated`: with changes in that time."""
    names = draw(st.permutations(NAMES))[: draw(st.sampled_from([3, 4, 2]))]
    rows, cols = draw(st.integers(2, 5)), draw(st.integers(3, 8))
    row = st.lists(st.sampled_from(_words(names)), min_size=cols, max_size=cols).map(" ".join)
    drawing = "\n".join(draw(st.lists(row, min_size=rows, max_size=rows)))
    at = st.tuples(st.integers(0, cols - 1), st.integers(0, rows - 1))
    kinds = st.sampled_from(["town", "city", "base", "border", "junction"])
    holders = [*names, *draw(st.lists(st.sampled_from([*names, ""]), min_size=1, max_size=3))]
    places = {
        letter: Place(*draw(at), holder, draw(kinds), draw(PEOPLE))
        for letter, holder in zip("abcdefg", holders, strict=False)
    }
    country = small.words(drawing)
    open_to = [p for p, at_p in places.items() if country[at_p.row][at_p.col][0] != "T"]
    sink = draw(st.sampled_from(sorted(places)[2:]))
    seats = dict(zip(names, places, strict=False))  # of each faction one place, with a depot
    ends, surface = st.sampled_from(sorted(places)), st.sampled_from(["", "", "sand", "gravel"])
    roads = st.tuples(ends, ends, st.sampled_from(ROADS[1:]), surface)
    spots = [f"h{r}_{c}" for r in range(rows) for c in range(cols)] + list(places)
    force = st.tuples(st.sampled_from(names), st.sampled_from(spots), st.integers(0, 4000))
    forces = [(name, seats[name], draw(st.integers(500, 6000))) for name in names]
    legs = [road for road in draw(st.lists(roads)) if road[0] != road[1]]
    known = {"sand": Surface(draw(SHARE), "made up")} if any("sand" in leg for leg in legs) else {}
    change = _change(names, sorted(places), open_to)
    changes = draw(st.lists(change, min_size=2, max_size=6)) if dated else []
    setup = small.toy(
        drawing,
        {name: draw(_faction(name, names, sorted(places), seats[name])) for name in names},
        places,
        [("a", sink, "paved"), *legs],
        forces + draw(st.lists(force, min_size=4, max_size=12)),
        hex_people=draw(PEOPLE),
        tick_days=draw(st.sampled_from([7.0, 7.0, 3.5, 1.0, 10.0])),
        air={"sky": draw(_air(names))},
        rule={name: draw(values) for name, values in RULES.items()},
        source="a", sink=sink,
        hold_days=draw(st.integers(1, 10)),
        choices=draw(st.lists(st.sampled_from(CHOICES), unique=True)),
        line=Line("brook", [names[0]], names[1:2], draw(SHARE), "made up"),
        taken={names[0]: draw(st.lists(st.sampled_from(sorted(places)), unique=True, max_size=3))},
        surfaces=known,
        changes=changes,
        coalition=[names[0], *names[2 : draw(st.sampled_from([2, 3]))]],
        transit=names[2:],
    )  # fmt: skip
    setup.rules.faction.recruits = [draw(SHARE) for _ in names]
    return _besieged(setup) if draw(st.booleans()) else setup


@st.composite
def _change(draw: st.DrawFn, names: list[str], places: list[str], open_to: list[str]) -> Change:
    """Something that happens on a day, or new settings, or both."""
    day = (ORIGIN + timedelta(draw(st.integers(1, 28)))).isoformat()
    name, other = draw(st.permutations(names))[:2]
    ground, new = draw(st.sampled_from([(True, False), (False, True), (True, True)]))
    wanted = draw(_settings(name, other, names, places)) if new else {}
    if not (ground and open_to):
        return Change(date=day, set=wanted)
    faction = draw(st.sampled_from(["", *names]))
    return Change(
        date=day, set=wanted, place=draw(st.sampled_from(open_to)), faction=faction,
        holder=draw(st.sampled_from(["", "none", *names])),
        factor=draw(st.sampled_from([1.0, 0.0, 0.4, 2.5])) if faction else 1.0,
        add=draw(st.sampled_from([0, 700, 4000])) if faction else 0,
    )  # fmt: skip


def _settings(
    name: str, other: str, names: list[str], places: list[str]
) -> st.SearchStrategy[dict[str, Any]]:
    """Some of what may change during a war."""
    size = st.integers(0, 9000).map(lambda n: {"low": n, "central": n, "high": n})
    one = f"faction.{name}"
    known = {
        f"{one}.relations.{other}.stance": STANCES,
        f"{one}.relations.{other}.worst": STANCES,
        f"{one}.red_line.radius_km": st.floats(10.0, 120.0),
        f"{one}.red_line.probability": SHARE,
        f"{one}.red_line.place": st.sampled_from(["", *places]),
        f"{one}.red_line.against": _some(names),
        f"{one}.alarm.watches": _some([n for n in names if n != name]),
        f"{one}.alarm.guards": _some(places),
        f"{one}.strength": size,
        f"{one}.intake_per_month": size,
        f"{one}.campaigns": st.integers(0, 4),
        f"{one}.planning_days": st.floats(0.1, 4.0),
        f"{one}.depots": _some(places),
        f"{one}.countries": st.dictionaries(st.sampled_from(["IQ", "SY", "JO"]), SHARE),
        f"{one}.objectives": st.dictionaries(st.sampled_from(sorted(PRIZES)), st.floats(0.0, 5.0)),
        f"{one}.ally_support.partner": st.just(other),
        f"{one}.quality": st.floats(0.2, 3.0),
        "corridor.coalition": st.lists(st.sampled_from(names), min_size=1, unique=True),
        "corridor.transit": _some(names),
        "air.sky.capacity": size,
        f"air.sky.backs.{name}": SHARE,
    }
    chosen = st.lists(st.sampled_from(sorted(known)), min_size=1, max_size=6, unique=True)
    return chosen.flatmap(lambda keys: st.fixed_dictionaries({k: known[k] for k in keys}))


def _words(names: list[str]) -> list[str]:
    holders = [names[0][0]] * 4 + [*(name[0] for name in names), "-"]
    return ["".join(word) for word in product("SIJT", holders, ["", "s", "k"])]


def _some(names: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), unique=True, max_size=2)


def _air(names: list[str]) -> st.SearchStrategy[AirPower]:
    capacity = st.builds(fixed, st.floats(0.0, 500.0))
    return st.builds(AirPower, capacity, st.dictionaries(st.sampled_from(names), SHARE),
                     _some(names))  # fmt: skip


@st.composite
def _faction(
    draw: st.DrawFn, name: str, names: list[str], places: list[str], seat: str
) -> FactionConfig:
    others = [n for n in names if n != name]
    some = st.lists(st.sampled_from(places), unique=True, max_size=3)
    days, scale = st.floats(0.5, 30.0), st.floats(1.0, 3000.0)
    weights = st.dictionaries(st.sampled_from(sorted([*PRIZES, *COSTS])), st.floats(0.0, 5.0))
    settings: dict[str, Any] = {
        "objectives": draw(weights) | {"territory": draw(st.floats(1.0, 3.0))},
        "quality": draw(st.floats(0.2, 3.0)),
        "strength": fixed(draw(st.integers(500, 12_000))),
        "intake_per_month": fixed(draw(st.floats(-3000.0, 3000.0))),
        "rationality": draw(st.floats(0.5, 10.0)),
        "campaigns": draw(st.sampled_from([3, 2, 4, 1, 0])),
        "planning_days": draw(st.floats(0.1, 4.0)),
        "campaign_days": draw(st.floats(2.0, 40.0)),
        "mobility_km_day": draw(st.floats(20.0, 100.0)),
        "muster_km": draw(st.floats(30.0, 400.0)),
        "depots": sorted({seat, *draw(some)}),
        "countries": {"IQ": draw(SHARE), "SY": 1.0, "JO": 0.5},
        "home": draw(st.lists(st.sampled_from(["IQ", "SY", "JO"]), unique=True)),
        "communities": {"sunni_arab": draw(SHARE), "kurd": draw(SHARE)},
        "withdraw": draw(SHARE),
        "airlift": draw(SHARE),
        "alarm": Alarm(
            initial=draw(SHARE), sensitivity=draw(st.floats(0.0, 0.3)), decay=draw(SHARE) / 5.0,
            range_km=draw(st.floats(5.0, 100.0)), scale=draw(scale), incident=draw(SHARE),
            threshold=draw(SHARE) / 2.0, guards=[seat, *draw(some)], watches=others,
            reinforcement=draw(st.integers(0, 900)), reinforcement_days=draw(days),
        ),
        "ally_support": AllySupport(draw(st.sampled_from(["", *others])), draw(scale),
                                    draw(st.permutations(["IQ", "SY"])), draw(SHARE) / 5.0),
        "red_line": RedLine(draw(st.sampled_from([seat, seat, ""])), draw(st.floats(10.0, 120.0)),
                            draw(st.floats(0.5, 1.0)), draw(SHARE), others),
    }  # fmt: skip
    relations = {n: draw(STANCES) for n in others}
    if name in names[:2]:  # at war from the first day
        relations[others[0]] = "hostile"
    yields = [n for n in others if relations[n] == "ally" and draw(st.booleans())]
    return side(relations, yields, **settings)


def _besieged(setup: Setup) -> Setup:
    """The first force that stands on the hex around an enemy's place besieges it from day one."""
    found, start, hex_of = setup.start.situation, setup.start, setup.theatre.hex_of
    for row, (f, unit) in enumerate(zip(found.faction, found.unit, strict=True)):
        for place in range(setup.hexes, len(setup.unit_ids)):
            holder = found.holder[place]
            stance = setup.rules.relation.stance
            if hex_of[place] == unit and holder >= 0 and stance[f, holder] == 3:
                siege_of = found.siege_of.copy()
                siege_of[row] = place
                start.situation, start.sieges = replace(found, siege_of=siege_of), [Siege(row, 0)]
                return setup
    return setup
