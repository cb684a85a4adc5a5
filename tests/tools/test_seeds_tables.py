"""The committed road legs, people, pockets and outlines: tables that fit together.

Needs none of the packages that built them.
"""

from __future__ import annotations

import csv
import math
from itertools import pairwise
from pathlib import Path

import pytest

from sim.theatre.hexes import HexLayout, project

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
GRIDS = (10, 15, 25, 40)
COLUMNS = {
    "communities.csv": "country,governorate,district,community,confidence,source,note",
    "populations.csv": "place,population,year,low,high,source,note",
    "roads.csv": "leg,from,to,class,km,source,note,surface",
    "junctions.csv": "junction,name,lat,lon,country,source,note",
    "commitments.csv": "who,date,low,central,high,source,note",
    "enclaves.csv": "enclave,name,lat,lon,country,kind,faction,of_place,population,source,note",
    "theatre/outlines.csv": "kind,name,part,lon,lat",
    "theatre/rainfall.csv": "station,lon,lat,mm_per_year,source,note",
    "theatre/place_overrides.csv": "place,community,confidence,source,note",
    "theatre/place_communities.csv": (
        "place,country,governorate,district,community,community_confidence,source"
    ),
    "theatre/sources.csv": (
        "source,package,version,file,sha256,used_for,origin,licence,attribution"
    ),
}
COUNTRIES = {"IQ", "SY", "JO", "TR", "IR", "SA", "LB", "KW", "IL", "XX"}
ROADS = {"motorway", "paved", "track"}
COMMUNITIES = {
    "sunni_arab",
    "shia_arab",
    "kurd",
    "yazidi",
    "turkmen",
    "christian",
    "alawite",
    "druze",
    "ismaili",
    "mixed",
    "none",
}
CONFIDENCES = {"high", "medium", "low"}
FACTIONS = {
    "regime",
    "pmf",
    "isf",
    "isis",
    "sdf",
    "tanf",
    "peshmerga",
    "jordan",
    "rebels",
    "turkey",
}


Row = dict[str, str]


def table(name: str) -> list[Row]:
    """Rows of a file under `seeds/`."""
    with (SEEDS / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


PLACES = {row["place"]: row for row in table("places.csv")}
NODES = PLACES | {row["junction"]: row for row in table("junctions.csv")}
GRID = {km: table(f"theatre/hexes_{km}km.csv") for km in GRIDS}
LEGS = {frozenset((row["from"], row["to"])): row for row in table("roads.csv")}


def country_at(km: int, lon: float, lat: float) -> str:
    """Country of the hex that holds a point."""
    rows = GRID[km]
    return rows[HexLayout.covering(km).index_at(*project(lon, lat))]["country"]


def straight_km(a: str, b: str) -> float:
    """Kilometres between two nodes as the crow flies."""
    ends = [project(float(NODES[n]["lon"]), float(NODES[n]["lat"])) for n in (a, b)]
    return math.dist(*ends)


def route_pairs() -> list[tuple[str, str]]:
    """Consecutive places of every route."""
    pairs = []
    for name in ("routes.csv", "routes_variants.csv"):
        rows = sorted(table(name), key=lambda r: (r["route"], int(r["order"])))
        for a, b in pairwise(rows):
            if a["route"] == b["route"]:
                pairs.append((a["place"], b["place"]))
    return pairs


# --- roads


def test_every_route_pair_is_a_leg() -> None:
    missing = [pair for pair in route_pairs() if frozenset(pair) not in LEGS]
    assert missing == []


def test_legs_are_well_formed() -> None:
    rows = table("roads.csv")
    assert len({row["leg"] for row in rows}) == len(rows) == len(LEGS)
    for row in rows:
        assert row["leg"] == f"{row['from']}-{row['to']}"
        assert row["from"] in NODES
        assert row["to"] in NODES
        assert row["class"] in ROADS
        assert row["source"]


def test_kilometres_of_legs_are_plausible() -> None:
    for row in LEGS.values():
        straight = straight_km(row["from"], row["to"])
        most = 2.0 if straight < 15.0 else 1.6
        assert straight <= int(row["km"]) <= most * straight, row["leg"]


def test_legs_connect_every_node() -> None:
    reached, todo = {"baghdad"}, ["baghdad"]
    while todo:
        here = todo.pop()
        for leg in LEGS:
            if here in leg:
                (there,) = leg - {here}
                if there not in reached:
                    reached.add(there)
                    todo.append(there)
    assert reached == set(NODES)


def test_via_notes_name_a_chain_of_legs() -> None:
    """`via a b;` marks a leg that is the same road as the shorter legs through a and b."""
    marked = 0
    for row in LEGS.values():
        if not row["note"].startswith("via "):
            continue
        marked += 1
        between = row["note"].removeprefix("via ").split(";")[0].split()
        chain = [row["from"], *between, row["to"]]
        total = sum(int(LEGS[frozenset(pair)]["km"]) for pair in pairwise(chain))
        assert 0.8 <= int(row["km"]) / total <= 1.1, row["leg"]
    assert marked >= 10


def test_the_desert_links_are_tracks_and_the_trunk_roads_are_not() -> None:
    kind = {leg: row["class"] for leg, row in LEGS.items()}
    assert kind[frozenset(("rutba", "badia_border_iraq"))] == "track"
    assert kind[frozenset(("badia_border_iraq", "border_badia"))] == "track"
    assert kind[frozenset(("border_badia", "zaza"))] == "track"
    assert kind[frozenset(("ramadi", "rutba"))] == "motorway"
    for pair in (("al_walid", "al_tanf"), ("al_tanf", "zaza"), ("shola", "sukhnah")):
        assert kind[frozenset(pair)] in {"paved", "motorway"}


def test_junctions_are_no_places() -> None:
    for row in table("junctions.csv"):
        assert row["junction"] not in PLACES
        assert 35.3 < float(row["lon"]) < 46.7
        assert 31.0 < float(row["lat"]) < 38.0


# --- people and pockets


@pytest.mark.parametrize("name", COLUMNS)
def test_columns(name: str) -> None:
    rows = table(name)
    assert list(rows[0]) == COLUMNS[name].split(",")
    if "source" in rows[0]:
        assert all(row["source"] for row in rows)


def test_a_population_for_every_place() -> None:
    rows = {row["place"]: row for row in table("populations.csv")}
    assert list(rows) == list(PLACES)
    for row in rows.values():
        low, central, high = (int(row[c]) for c in ("low", "population", "high"))
        assert 0 <= low <= central <= high
        assert row["year"] == "" or 2000 <= int(row["year"]) <= 2017


def test_community_table() -> None:
    rows = table("communities.csv")
    keys = [(r["country"], r["governorate"], r["district"]) for r in rows]
    assert len(set(keys)) == len(keys)
    for row in rows:
        assert row["community"] in COMMUNITIES
        assert row["confidence"] in CONFIDENCES
        if row["district"]:
            assert (row["country"], row["governorate"], "") in keys
    assert {r["country"] for r in rows if r["community"] == "none"} <= COUNTRIES - {
        "IQ",
        "SY",
        "JO",
    }


def test_a_community_for_every_place_and_enclave() -> None:
    rows = {r["place"]: r for r in table("theatre/place_communities.csv")}
    assert set(rows) == set(PLACES) | {r["enclave"] for r in table("enclaves.csv")}
    for key, row in rows.items():
        assert row["community"] in COMMUNITIES - {"none"}
        assert row["country"] == PLACES.get(key, row)["country"]
    assert rows["kobani"]["community"] == "kurd"
    assert rows["tal_afar"]["community"] == "turkmen"
    assert rows["sinjar"]["community"] == "yazidi"


def test_enclaves() -> None:
    rows = table("enclaves.csv")
    for row in rows:
        assert row["enclave"] not in NODES
        assert row["of_place"] in PLACES
        assert row["faction"] in FACTIONS
        assert row["kind"] in {"pocket", "area"}
        assert int(row["population"]) >= 0
        for km in GRIDS:
            assert country_at(km, float(row["lon"]), float(row["lat"])) == row["country"]
    wanted = {"eastern_ghouta", "east_qalamoun", "rastan", "north_hama", "yarmouk_basin"}
    assert wanted <= {row["enclave"] for row in rows}


def test_commitments() -> None:
    """Known factions and air powers, each day once, from the first day on; inferred is said."""
    rows = table("commitments.csv")
    keys = [(row["who"], row["date"]) for row in rows]
    assert len(set(keys)) == len(keys)
    assert {row["who"] for row in rows} <= FACTIONS | {"us", "russia"}
    assert {who for who, day in keys if day == "2015-01-01"} == {who for who, _ in keys}
    for row in rows:
        assert "2015-01-01" <= row["date"] <= "2017-12-31"
        assert 0.0 <= float(row["low"]) <= float(row["central"]) <= float(row["high"]) <= 2.0
        named = [word for word in row["source"].split(",")[0].split(";") if ".csv" in word]
        for word in named:
            assert (SEEDS / word.strip()).is_file()
        assert named or "inferred" in row["source"] or "(20" in row["source"], row


# --- lines and files


def test_outlines() -> None:
    rows = table("theatre/outlines.csv")
    assert len(rows) < 6000
    assert {row["kind"] for row in rows} == {"border", "river", "lake"}
    names = {row["name"] for row in rows}
    assert {"euphrates", "tigris", "khabur", "IQ-SY", "SY-JO", "IQ-JO", "SY-TR"} <= names
    for row in rows:
        assert 35.29 <= float(row["lon"]) <= 46.71
        assert 30.99 <= float(row["lat"]) <= 38.01


def test_sources_carry_digests_and_the_seeds_stay_small() -> None:
    for row in table("theatre/sources.csv"):
        assert len(row["sha256"]) == 64
        assert row["licence"]
        assert row["attribution"]
    assert sum(path.stat().st_size for path in SEEDS.rglob("*.csv")) < 2_500_000
