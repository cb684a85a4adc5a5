"""The rules of ground and forces, on the made-up world."""

from __future__ import annotations

import datetime
import math
from pathlib import Path

import numpy as np
import pytest

from sim.errors import LandbridgeError
from sim.theatre.history import reports, territory
from sim.theatre.history.order_of_battle import apportion
from sim.theatre.history.situation import NEUTRAL, NOBODY, Situation, situation_at
from sim.theatre.load import load_theatre
from sim.theatre.spec import theatre_spec
from sim.theatre.theatre import TERRAINS, Theatre
from tests.support.folders import SEEDS

World = tuple[Theatre, Path]
DAY = datetime.date.fromisoformat
SPEC = theatre_spec(SEEDS)
RELATIONS = SPEC.relations
FACTIONS = (
    "isf", "isis", "jordan", "peshmerga", "pmf", "rebels", "regime", "sdf", "tanf", "turkey",
)  # fmt: skip
LAST = "2017-06-04"


def _at(world: World, date: str, factions: tuple[str, ...] = FACTIONS) -> Situation:
    return situation_at(DAY(date), world[0], world[1], factions)


def _holder(world: World, now: Situation, name: str) -> str:
    code = int(now.holder[world[0].ids.index(name)])
    return {NOBODY: "nobody", NEUTRAL: "neutral"}.get(code) or now.factions[code]


def _around(world: World, now: Situation, name: str) -> str:
    theatre = world[0]
    return _holder(world, now, theatre.ids[theatre.hex_of[theatre.ids.index(name)]])


def _rows(world: World, now: Situation, faction: str) -> list[tuple[str, int, str]]:
    """(where it stands, central, what it besieges) of a faction's forces."""
    ids = world[0].ids
    return [
        (ids[now.unit[r]], int(now.central[r]), ids[s] if (s := int(now.siege_of[r])) >= 0 else "")
        for r in range(len(now.unit))
        if now.factions[now.faction[r]] == faction
    ]


def test_relations_are_symmetric_and_friends_do_not_fight() -> None:
    for a in FACTIONS:
        for b in FACTIONS:
            for day in (SPEC.first, SPEC.last):
                assert RELATIONS.same_side(a, b, day) == RELATIONS.same_side(b, a, day)
                assert not (RELATIONS.same_side(a, b, day) and RELATIONS.hostile(a, b))
            assert RELATIONS.hostile(a, b) == RELATIONS.hostile(b, a)


def test_the_army_and_the_peshmerga_part_at_kirkuk() -> None:
    assert RELATIONS.same_side("peshmerga", "isf", DAY("2017-10-15"))
    assert not RELATIONS.same_side("isf", "peshmerga", DAY("2017-10-16"))
    assert RELATIONS.same_side("isf", "isf", DAY("2017-10-16"))


def test_a_town_and_a_base_in_one_hex_keep_their_own_holders(small: World) -> None:
    now = _at(small, LAST)
    ids = small[0].ids
    town, base = ids.index("river_city"), ids.index("river_base")
    assert small[0].hex_of[town] == small[0].hex_of[base]
    assert _holder(small, now, "river_city") == "isis"
    assert _holder(small, now, "river_base") == "regime"
    assert _around(small, now, "river_base") == "isis"  # the base is cut off and holds no more


def test_a_base_with_relief_near_is_not_cut_off(seeds: Path) -> None:
    with (seeds / "control.csv").open("a") as file:
        file.write("upstream,2017-01-01,regime\n")
    world = load_theatre(40, seeds), seeds
    ids = world[0].ids
    units = {name: ids.index(name) for name in ("river_city", "river_base", "upstream")}
    shut = dict.fromkeys(units.values(), "isis") | {units["river_base"]: "regime"}
    assert territory.cut_off(world[0], shut) == {units["river_base"]}
    assert territory.cut_off(world[0], shut | {units["upstream"]: "regime"}) == {
        units["river_city"]
    }
    assert territory.cut_off(world[0], shut | {units["upstream"]: "sdf"}) == {units["river_city"]}
    assert _around(world, _at(world, LAST), "river_city") == "regime"


def test_a_larger_force_with_two_bases_besieges_and_holds_the_hex(small: World) -> None:
    now = _at(small, LAST)
    ids, hexes = small[0].ids, small[0].hex_of
    ring = ids[hexes[ids.index("metropolis")]]
    assert _holder(small, now, "metropolis") == "isis"
    assert _around(small, now, "metropolis") == "isf"
    assert _rows(small, now, "isf") == [(ring, 38000, "metropolis")]
    assert _rows(small, now, "peshmerga") == [(ring, 500, "metropolis")]  # too few, but a friend
    assert _around(small, now, "target") == "sdf"
    assert _rows(small, now, "sdf")[0][2] == "target"


def test_with_one_base_it_is_a_front_on_its_own_sides_ground(small: World) -> None:
    theatre = small[0]
    now = _at(small, "2016-10-16")
    assert _around(small, now, "target") == "isis"
    (stand, central, siege), *_ = [r for r in _rows(small, now, "sdf") if r[1] == 8000]
    assert (central, siege) == (8000, "")
    a, b = theatre.ids.index(stand), theatre.ids.index("target")
    assert _holder(small, now, stand) == "sdf"
    ours = np.flatnonzero(now.holder == FACTIONS.index("sdf"))
    km = np.hypot(theatre.x - theatre.x[b], theatre.y - theatre.y[b])
    assert km[a] == km[ours].min() <= 80.0
    (stand, _, siege), *_ = _rows(small, now, "isf")
    assert siege == ""
    assert _holder(small, now, stand) == "peshmerga"


def test_a_smaller_force_at_an_enemy_place_is_a_front(small: World) -> None:
    now = _at(small, LAST)
    (stand, central, siege), *_ = _rows(small, now, "tanf")
    assert (central, siege) == (1500, "")
    assert _holder(small, now, stand) != "regime" or stand.startswith("h")
    assert ("oasis", 3000, "") in _rows(small, now, "regime")


def test_a_pocket_takes_its_fighters_and_ties_the_army_round_it(small: World) -> None:
    now = _at(small, LAST)
    assert _holder(small, now, "pocket") == "rebels"
    assert _around(small, now, "pocket") == "regime"
    assert _rows(small, now, "rebels") == [("pocket", 12000, "")]
    assert ("capital", 22000, "pocket") in _rows(small, now, "regime")


def test_a_pocket_stronger_than_the_army_round_it_is_not_shut_in(seeds: Path) -> None:
    table = seeds / "dispositions.csv"
    table.write_text(table.read_text().replace("capital,10000,22000", "capital,10000,11999"))
    world = load_theatre(40, seeds), seeds
    assert ("capital", 11999, "") in _rows(world, _at(world, LAST), "regime")


def test_a_force_goes_to_its_own_pocket_before_a_friends(seeds: Path) -> None:
    with (seeds / "enclaves.csv").open("a") as file:
        file.write("annexe,Annexe,33.9,36.9,SY,pocket,tanf,capital,0\n")
    with (seeds / "dispositions.csv").open("a") as file:
        file.write("2017-06-04,tanf,capital,1,700,900\n2017-06-04,turkey,capital,1,70,90\n")
    world = load_theatre(40, seeds), seeds
    now = _at(world, LAST)
    assert ("annexe", 700, "") in _rows(world, now, "tanf")
    assert ("pocket", 12000, "") in _rows(world, now, "rebels")  # though annexe comes first
    assert _rows(world, now, "turkey") == [("pocket", 70, "")]


def test_a_beaten_force_does_not_besiege_what_it_lost(seeds: Path) -> None:
    with (seeds / "control.csv").open("a") as file:
        file.write("metropolis,2017-01-01,isf\npass,2017-01-01,isis\nhill,2017-01-01,isis\n")
    world = load_theatre(40, seeds), seeds
    now = _at(world, "2017-01-01")  # the table of October lists 5000 of isis, 45000 of isf
    assert ("metropolis", 45000, "") in _rows(world, now, "isf")
    assert all(siege == "" for *_, siege in _rows(world, now, "isis"))
    table = seeds / "dispositions.csv"
    table.write_text(table.read_text().replace("metropolis,30000,45000", "metropolis,3,4"))
    now = _at(world, "2017-01-01")  # two bases and the larger force, yet it has just fled
    assert all(siege == "" for *_, siege in _rows(world, now, "isis"))
    assert _around(world, now, "metropolis") == "isf"


def test_an_area_holds_country_and_control_may_date_an_enclave(seeds: Path) -> None:
    area = "afar,Afar,36.6,37.0,SY,area,sdf,capital,0\n"
    with (seeds / "enclaves.csv").open("a") as file:
        file.write(area)
    with (seeds / "control.csv").open("a") as file:
        file.write("afar,2016-08-24,turkey\npocket,2017-06-01,regime\n")
    world = load_theatre(40, seeds), seeds
    before, after = _at(world, "2016-08-23"), _at(world, "2016-08-24")
    assert (_holder(world, before, "afar"), _around(world, before, "afar")) == ("sdf", "sdf")
    assert (_holder(world, after, "afar"), _around(world, after, "afar")) == ("turkey", "turkey")
    last = _at(world, LAST)
    assert _holder(world, last, "pocket") == "regime"
    assert "pocket" not in [unit for unit, *_ in _rows(world, last, "rebels")]
    assert ("capital", 22000, "") in _rows(world, last, "regime")


def test_borders_are_respected_and_neutral_ground_is_neutral(small: World) -> None:
    theatre = small[0]
    for date in ("2015-01-01", LAST):
        now = _at(small, date)
        hexes = np.arange(theatre.hexes)
        assert ((now.holder[hexes] == NEUTRAL) == ~theatre.playable[hexes]).all()
        jordan = theatre.country[hexes] == 2
        assert (now.holder[hexes][jordan] == FACTIONS.index("jordan")).all()
        assert (now.holder[hexes][~jordan] != FACTIONS.index("jordan")).all()


def test_deserts_edge_is_nobodys_and_the_rear_is_not(small: World) -> None:
    theatre = small[0]
    now = _at(small, LAST)
    nobody = np.flatnonzero(now.holder[: theatre.hexes] == NOBODY)
    assert len(nobody)
    km = np.array([
        min(math.hypot(theatre.x[i] - theatre.x[u], theatre.y[i] - theatre.y[u])
            for u in range(theatre.hexes, theatre.units))
        for i in nobody
    ])  # fmt: skip
    assert km.min() > 20.0  # the hex of a place, or one beside it, is somebody's
    assert (theatre.terrain[nobody] == TERRAINS.index("desert")).mean() > 0.5
    south_east = np.flatnonzero((theatre.x > 300) & (theatre.y < -200))
    assert {FACTIONS[h] for h in now.holder[south_east] if h >= 0} == {"isf"}
    assert (now.holder[south_east] != NOBODY).all()


@pytest.mark.parametrize("date", ["2016-10-16", "2017-02-10", "2017-03-02", LAST])
def test_no_fighter_is_lost(small: World, date: str) -> None:
    rows = reports.dispositions(small[1])
    as_of = max(row.as_of for row in rows if row.as_of <= DAY(date))
    now = _at(small, date)
    for code, faction in enumerate(FACTIONS):
        for field in ("low", "central", "high"):
            listed = sum(
                getattr(row, field) for row in rows if (row.as_of, row.faction) == (as_of, faction)
            )
            placed = int(getattr(now, field)[now.faction == code].sum())
            assert placed == listed or field != "central", (faction, field)
            assert abs(placed - listed) <= 2 * len(rows)


def test_what_changed_hands_since_the_table(small: World) -> None:
    before, after = _at(small, "2017-03-01"), _at(small, "2017-03-02")
    assert ("oasis", 801, "") in _rows(small, before, "isis")
    assert "oasis" not in [unit for unit, *_ in _rows(small, before, "regime")]
    assert ("oasis", 801, "") not in _rows(small, after, "isis")
    (beaten,) = [r for r in _rows(small, after, "isis") if r[1] == 801]
    assert beaten[2] == ""  # it may not besiege what it just lost
    regime = {unit: size for unit, size, _ in _rows(small, after, "regime")}
    assert regime["oasis"] > 0
    assert sum(regime.values()) == 29_000


def test_before_the_first_table_strengths_are_spread(small: World) -> None:
    now = _at(small, "2016-01-01")
    for code, faction in enumerate(FACTIONS):
        held = (now.holder[small[0].hexes :] == code).any()
        total = {"isis": 22000, **{"regime": 25000, "isf": 30000, "rebels": 25000}}.get(faction)
        placed = int(now.central[now.faction == code].sum())
        assert (placed > 0) == held
        assert total is None or placed == total
    of_isf = now.faction == FACTIONS.index("isf")
    assert now.low[of_isf].sum() == pytest.approx(15000, abs=2)
    assert now.high[of_isf].sum() == pytest.approx(42000, abs=2)
    assert (now.holder[now.unit] == now.faction).all()
    regime = {unit: size for unit, size, _ in _rows(small, now, "regime")}
    assert regime["capital"] > regime["river_base"] > regime["outpost"]  # people, then a front


def test_apportion_gives_everything_away() -> None:
    assert apportion(10, [1, 1, 1]) == [4, 3, 3]
    assert apportion(7, [3, 0, 4]) == [3, 0, 4]
    assert apportion(0, [1, 2]) == [0, 0]


def test_the_order_of_lines_does_not_matter(small: World, seeds: Path) -> None:
    for path in seeds.glob("*.csv"):
        head, *lines = path.read_text().splitlines()
        path.write_text("\n".join([head, *reversed(lines)]) + "\n")
    other = load_theatre(40, seeds), seeds
    for date in ("2015-05-25", "2017-03-02", LAST):
        _same(_at(small, date), _at(other, date))


def _same(a: Situation, b: Situation) -> None:
    for field in Situation.__dataclass_fields__:
        assert np.array_equal(getattr(a, field), getattr(b, field)), field


def test_leaving_factions_out_moves_nobody(small: World) -> None:
    whole, part = _at(small, LAST), _at(small, LAST, ("regime", "isf"))
    for name in ("isf", "regime"):
        assert _rows(small, whole, name) == _rows(small, part, name)
    left_out = ~np.isin(whole.holder, [FACTIONS.index("regime"), FACTIONS.index("isf"), NOBODY])
    assert (part.holder[left_out] == NEUTRAL).all()
    assert set(part.key.tolist()) <= set(whole.key.tolist())


@pytest.mark.parametrize(
    ("factions", "said"),
    [(("isf", "isys"), "factions=isys: .*did you mean isis"), (("isf", "isf"), "named twice")],
)
def test_bad_factions_are_refused(small: World, factions: tuple[str, ...], said: str) -> None:
    with pytest.raises(LandbridgeError, match=said):
        _at(small, LAST, factions)


@pytest.mark.parametrize("date", ["2014-12-31", "2018-01-01"])
def test_a_day_out_of_the_record_is_refused(small: World, date: str) -> None:
    with pytest.raises(LandbridgeError, match=f"^date={date}: control is known from"):
        _at(small, date)
