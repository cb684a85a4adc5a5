"""What the project's own seeds must give: a map that a reader of the news would know."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theatre.history import reports
from sim.theatre.history.situation import NEUTRAL, NOBODY, Situation, situation_at
from sim.theatre.load import load_theatre
from sim.theatre.spec import theatre_spec
from sim.theatre.theatre import Theatre
from tests.support.folders import SEEDS

World = tuple[Theatre, Path]
DAY = datetime.date.fromisoformat
REAL = SEEDS
SPEC = theatre_spec(SEEDS)
FACTIONS = reports.factions_known(REAL)


def _name(code: int) -> str:
    return {NOBODY: "nobody", NEUTRAL: "neutral"}.get(code) or FACTIONS[code]


def _around(theatre: Theatre, now: Situation, place: str) -> str:
    return _name(int(now.holder[theatre.hex_of[theatre.ids.index(place)]]))


@settings(max_examples=12, deadline=None)
@given(st.dates(SPEC.first, SPEC.last))
def test_every_day_of_the_record_gives_a_sound_situation(date: datetime.date) -> None:
    theatre = _THEATRE.setdefault(0, load_theatre(25, REAL))
    now = situation_at(date, theatre, REAL, FACTIONS)
    held = reports.controllers_at(date, REAL)
    for place, faction in held.items():
        assert _name(int(now.holder[theatre.ids.index(place)])) == faction
    assert now.holder.min() >= NEUTRAL
    assert now.holder.max() < len(FACTIONS)
    assert ((now.holder == NEUTRAL) == ~theatre.playable).all()
    assert (now.low >= 0).all()
    assert (now.low <= now.central).all()
    assert (now.central <= now.high).all()
    assert theatre.playable[now.unit].all()
    assert len(set(now.key.tolist())) == len(now.key)
    foes = now.siege_of >= 0
    assert (now.holder[now.siege_of[foes]] != now.faction[foes]).all()
    for country in ("IQ", "SY"):
        ground = now.holder[: theatre.hexes][
            theatre.country[: theatre.hexes] == theatre.country_code(country)
        ]
        assert (ground == NOBODY).mean() < 0.5  # most of the land has a holder
        assert np.bincount(ground[ground >= 0]).max() < 0.9 * len(ground)  # no one holds it all


_THEATRE: dict[int, Theatre] = {}


@pytest.mark.parametrize(
    "date", ["2016-10-16", "2017-02-01", "2017-06-04", "2017-09-01", "2017-12-31"]
)
def test_the_tables_are_placed_whole(real: World, date: str) -> None:
    now = situation_at(DAY(date), *real, FACTIONS)
    for code, faction in enumerate(FACTIONS):
        for field in ("low", "central", "high"):
            listed = sum(
                getattr(row, field)
                for row in reports.dispositions(REAL)
                if (row.as_of, row.faction) == (DAY(date), faction)
            )
            assert int(getattr(now, field)[now.faction == code].sum()) == listed


def test_the_fronts_of_june_2017(real: World) -> None:
    theatre, _ = real
    now = situation_at(DAY("2017-06-04"), *real, FACTIONS)
    for place, faction in {
        "mosul": "isf",  # the ring; the place itself is isis
        "raqqa": "sdf",
        "sinjar": "peshmerga",
        "palmyra": "regime",
        "baaj": "pmf",
        "deir_ezzor": "isis",
        "deir_ezzor_airbase": "isis",  # the base is shut in
        "mayadin": "isis",
        "rutba": "isf",
        "baghdad": "isf",
        "erbil": "peshmerga",
        "damascus": "regime",
        "shaddadi": "sdf",
    }.items():
        assert _around(theatre, now, place) == faction, place
    besiegers = {
        FACTIONS[f]
        for f, s in zip(now.faction, now.siege_of, strict=True)
        if s == theatre.ids.index("mosul")
    }
    assert besiegers == {"isf", "pmf", "peshmerga"}
    hexes = np.arange(theatre.hexes)
    jordan = theatre.country[hexes] == theatre.country_code("JO")
    assert (now.holder[hexes][jordan] == FACTIONS.index("jordan")).all()
    deep_south = (
        (theatre.country == theatre.country_code("IQ")) & (theatre.y < -200) & (theatre.x > 200)
    )
    assert (now.holder[deep_south] == FACTIONS.index("isf")).all()


def test_the_country_beside_a_besieged_city_is_the_besiegers(real: World) -> None:
    """Else the army before Mosul is shut in by the peshmerga of Bashiqa, who besiege nobody."""
    theatre, _ = real
    now = situation_at(DAY("2017-06-04"), *real, FACTIONS)
    mosul = theatre.ids.index("mosul")
    around = int(theatre.hex_of[mosul])
    edges = slice(theatre.edge_start[around], theatre.edge_start[around + 1])
    beside = {_name(now.holder[v]) for v in theatre.edge_to[edges] if v < theatre.hexes}
    assert "isf" in beside


@pytest.mark.parametrize("date", ["2016-10-16", "2017-02-01", "2017-06-04"])
def test_no_force_stands_shut_in_on_the_ground_of_those_it_is_at_peace_with(
    real: World, date: str
) -> None:
    """The militias listed at Khanaqin, which the peshmerga hold, are in Diyala."""
    theatre, _ = real
    now = situation_at(DAY(date), *real, FACTIONS)
    pmf = FACTIONS.index("pmf")
    for unit in now.unit[now.faction == pmf]:
        assert _name(now.holder[unit]) in ("pmf", "isf"), theatre.ids[unit]


@pytest.mark.parametrize("day", ["2017-10-15", "2017-10-20", "2017-12-30", "2017-12-31"])
def test_the_peshmerga_withdraw_to_their_own_ground(real: World, day: str) -> None:
    now = situation_at(DAY(day), *real, FACTIONS)
    rows = now.faction == FACTIONS.index("peshmerga")
    assert {_name(int(code)) for code in now.holder[now.unit[rows]]} == {"peshmerga"}
    assert (now.siege_of[rows] == -1).all()


def test_the_fronts_at_the_end_of_2017(real: World) -> None:
    theatre, _ = real
    now = situation_at(DAY("2017-12-31"), *real, FACTIONS)
    for place, faction in {
        "mosul": "isf",
        "raqqa": "sdf",
        "sinjar": "pmf",
        "kirkuk": "isf",
        "abu_kamal": "regime",
        "mayadin": "regime",
        "al_qaim": "isf",
        "al_tanf": "tanf",
        "erbil": "peshmerga",
    }.items():
        assert _around(theatre, now, place) == faction, place
    isis = FACTIONS.index("isis")
    held = np.flatnonzero(now.holder == isis)
    assert [theatre.ids[u] for u in held] == ["yarmouk_basin"]
    assert 2000 <= now.central[now.faction == isis].sum() <= 4000
    assert not np.isin(now.siege_of[now.faction == isis], held).any()


def test_the_eve_of_mosul_is_no_siege_yet(real: World) -> None:
    theatre, _ = real
    now = situation_at(DAY("2016-10-16"), *real, FACTIONS)
    for place in ("mosul", "raqqa", "tal_afar", "sukhnah"):
        assert _around(theatre, now, place) == "isis"
        assert theatre.ids.index(place) not in now.siege_of


@pytest.mark.parametrize("size", [15, 40])
def test_the_map_does_not_depend_much_on_the_size_of_hexes(real: World, size: float) -> None:
    theatre = load_theatre(size, REAL)
    assert theatre.ids[theatre.hexes :] == real[0].ids[real[0].hexes :]
    now = situation_at(DAY("2017-06-04"), theatre, REAL, FACTIONS)
    was = situation_at(DAY("2017-06-04"), *real, FACTIONS)
    for name in ("isis", "isf", "regime", "sdf", "peshmerga"):
        code = FACTIONS.index(name)
        ground = theatre.area_km2[now.holder == code].sum()
        before = real[0].area_km2[was.holder == code].sum()
        assert ground == pytest.approx(before, rel=0.3), name


@pytest.mark.parametrize(
    "origin",
    ["2015-07-01", "2016-03-01", "2016-10-16", "2017-02-01", "2017-06-04", "2017-12-31"],
)
def test_a_run_begins_as_the_record_says(real: World, origin: str) -> None:
    """At the origins that forecasts are scored from, every place is with its recorded holder."""
    theatre, _ = real
    now = situation_at(DAY(origin), *real, FACTIONS)
    held = reports.controllers_at(DAY(origin), REAL)
    assert len(held) == len(reports.places_known(REAL))
    found = {place: _name(int(now.holder[theatre.ids.index(place)])) for place in held}
    assert found == held
