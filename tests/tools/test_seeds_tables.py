"""The committed road legs, people, pockets and outlines: tables that fit together.

Needs none of the packages that built them.
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.tools.folders import FIRST, GRIDS, POSAVINA, THEATRES, Folder

COLUMNS = {
    "places.csv": "place,name,lat,lon,country,kind,note,source",
    "control.csv": "place,date,controller,confidence,source,note",
    "dispositions.csv": "as_of,faction,place,low,central,high,source,note",
    "strengths.csv": "faction,low,central,high,as_of,source,note",
    "incidents.csv": "date,kind,actor,target,place,source,note",
    "support.csv": "faction,item,low,central,high,unit,as_of,source,note",
    "tempo.csv": (
        "operation,faction,opponent,start,end,from_place,to_place,km,weeks,km_per_week,"
        "losses_attacker,losses_defender,source,note"
    ),
    "routes.csv": "route,order,place",
    "routes_variants.csv": "route,order,place",
    "communities.csv": "country,governorate,district,community,confidence,source,note",
    "populations.csv": "place,population,year,low,high,source,note",
    "roads.csv": "leg,from,to,class,km,source,note,surface",
    "junctions.csv": "junction,name,lat,lon,country,source,note",
    "commitments.csv": "who,date,low,central,high,source,note",
    "enclaves.csv": "enclave,name,lat,lon,country,kind,faction,of_place,population,source,note",
    "ground/outlines.csv": "kind,name,part,lon,lat",
    "ground/names.csv": "kind,geodata,name,note",
    "ground/rainfall.csv": "station,lon,lat,mm_per_year,source,note",
    "ground/plains.csv": "river,within_km,below_m,source,note",
    "ground/people.csv": "country,governorate,district,population,year,source,note",
    "ground/place_overrides.csv": "place,community,confidence,source,note",
    "ground/place_communities.csv": (
        "place,country,governorate,district,community,community_confidence,source"
    ),
    "ground/sources.csv": "source,package,version,file,sha256,used_for,origin,licence,attribution",
}
MAY_BE_ABSENT = {"ground/rainfall.csv", "ground/plains.csv", "ground/people.csv"}
ROADS = {"motorway", "paved", "track"}
CONFIDENCES = {"high", "medium", "low"}
SMALLEST_YEAR = {FIRST: 2000, POSAVINA: 1991}
LINES = {  # of the outlines, by theatre
    FIRST: {"euphrates", "tigris", "khabur", "IQ-SY", "SY-JO", "IQ-JO", "SY-TR"},
    POSAVINA: {"sava", "bosna", "drina", "vrbas", "una", "BA-HR", "BA-RS", "HR-RS"},
}
MARGIN = 0.71, 0.51  # degrees of longitude and latitude beyond the box that are drawn
MOST_BYTES = {FIRST: 2_500_000, POSAVINA: 1_000_000}
WINDING_KM = {FIRST: 15.0, POSAVINA: 30.0}  # below which a road may be twice as long as straight
# Ends of legs whose coordinates are estimates, good to some kilometres, by theatre.
ESTIMATED = {POSAVINA: "estimate, about 3-5 km"}


@pytest.fixture(params=THEATRES)
def folder(request: pytest.FixtureRequest) -> Folder:
    return Folder(request.param)


def route_pairs(folder: Folder) -> list[tuple[str, str]]:
    """Consecutive places of every route."""
    pairs = []
    for name in ("routes.csv", "routes_variants.csv"):
        rows = sorted(folder.table(name), key=lambda r: (r["route"], int(r["order"])))
        for a, b in pairwise(rows):
            if a["route"] == b["route"]:
                pairs.append((a["place"], b["place"]))
    return pairs


# --- places and roads


def test_places_lie_in_the_box_and_in_their_country(folder: Folder) -> None:
    west, south, east, north = folder.spec.box
    assert set(folder.spec.places) <= set(folder.places) | {
        row["enclave"] for row in folder.table("enclaves.csv")
    }
    for name, row in folder.places.items():
        assert west <= float(row["lon"]) <= east, name
        assert south <= float(row["lat"]) <= north, name
        assert row["country"] in folder.spec.playable, name


def test_every_route_pair_is_a_leg(folder: Folder) -> None:
    assert [pair for pair in route_pairs(folder) if frozenset(pair) not in folder.legs] == []


def test_routes_lead_from_one_end_of_the_corridor_to_the_other(folder: Folder) -> None:
    ends = {FIRST: ("baghdad", "damascus"), POSAVINA: ("banja_luka", "bijeljina")}[folder.name]
    for name in ("routes.csv", "routes_variants.csv"):
        places: dict[str, list[str]] = {}
        for row in sorted(folder.table(name), key=lambda r: int(r["order"])):
            places.setdefault(row["route"], []).append(row["place"])
        if name == "routes.csv":
            assert set(places) == set(folder.spec.routes)
        for route in places.values():
            assert (route[0], route[-1]) == ends


def test_legs_are_well_formed(folder: Folder) -> None:
    rows, nodes = folder.table("roads.csv"), folder.nodes
    assert len({row["leg"] for row in rows}) == len(rows) == len(folder.legs)
    for row in rows:
        assert row["leg"] == f"{row['from']}-{row['to']}"
        assert row["from"] in nodes
        assert row["to"] in nodes
        assert row["class"] in ROADS
        assert row["source"]


def test_kilometres_of_legs_are_plausible(folder: Folder) -> None:
    """No shorter than straight and not much longer, but for ends that are estimates."""
    nodes, unsure = folder.nodes, ESTIMATED.get(folder.name, "no such words")
    for row in folder.legs.values():
        straight = folder.straight_km(row["from"], row["to"])
        slack = 5.0 * sum(unsure in nodes[row[end]]["source"] for end in ("from", "to"))
        most = 2.0 if straight < WINDING_KM[folder.name] else 1.6
        assert straight - slack <= float(row["km"]) <= most * (straight + slack), row["leg"]


def test_legs_connect_every_node(folder: Folder) -> None:
    start = next(iter(folder.places))
    legs, reached, todo = list(folder.legs), {start}, [start]
    while todo:
        here = todo.pop()
        for leg in legs:
            if here in leg:
                (there,) = leg - {here}
                if there not in reached:
                    reached.add(there)
                    todo.append(there)
    assert reached == set(folder.nodes)


def test_via_notes_name_a_chain_of_legs() -> None:
    """`via a b;` marks a leg that is the same road as the shorter legs through a and b."""
    legs, marked = Folder(FIRST).legs, 0
    for row in legs.values():
        if not row["note"].startswith("via "):
            continue
        marked += 1
        between = row["note"].removeprefix("via ").split(";")[0].split()
        chain = [row["from"], *between, row["to"]]
        total = sum(int(legs[frozenset(pair)]["km"]) for pair in pairwise(chain))
        assert 0.8 <= int(row["km"]) / total <= 1.1, row["leg"]
    assert marked >= 10


def test_the_desert_links_are_tracks_and_the_trunk_roads_are_not() -> None:
    kind = {leg: row["class"] for leg, row in Folder(FIRST).legs.items()}
    assert kind[frozenset(("rutba", "badia_border_iraq"))] == "track"
    assert kind[frozenset(("badia_border_iraq", "border_badia"))] == "track"
    assert kind[frozenset(("border_badia", "zaza"))] == "track"
    assert kind[frozenset(("ramadi", "rutba"))] == "motorway"
    for pair in (("al_walid", "al_tanf"), ("al_tanf", "zaza"), ("shola", "sukhnah")):
        assert kind[frozenset(pair)] in {"paved", "motorway"}


def test_the_sava_is_crossed_where_a_bridge_stood() -> None:
    """On 1 June 1992 the bridge of Brcko was down and a ferry ran at Orasje."""
    kind = {leg: row["class"] for leg, row in Folder(POSAVINA).legs.items()}
    assert kind[frozenset(("bosanski_brod", "slavonski_brod"))] == "paved"
    assert kind[frozenset(("zupanja", "orasje"))] == "track"
    assert frozenset(("brcko", "zupanja")) not in kind


def test_junctions_are_no_places(folder: Folder) -> None:
    west, south, east, north = folder.spec.box
    for row in folder.table("junctions.csv"):
        assert row["junction"] not in folder.places
        assert west - MARGIN[0] < float(row["lon"]) < east + MARGIN[0]
        assert south - MARGIN[1] < float(row["lat"]) < north + MARGIN[1]


# --- people and pockets


@pytest.mark.parametrize(
    ("theatre", "name"),
    [
        (theatre, name)
        for theatre in THEATRES
        for name in COLUMNS
        if name not in MAY_BE_ABSENT or (Folder(theatre).path / name).exists()
    ],
)
def test_columns(theatre: str, name: str) -> None:
    folder = Folder(theatre)
    assert folder.header(name) == COLUMNS[name].split(",")
    if "source" in folder.header(name) and name not in {"control.csv", "dispositions.csv"}:
        assert all(row["source"] for row in folder.table(name))


def test_a_population_for_every_place(folder: Folder) -> None:
    rows = {row["place"]: row for row in folder.table("populations.csv")}
    assert list(rows) == list(folder.places)
    for row in rows.values():
        low, central, high = (int(row[c]) for c in ("low", "population", "high"))
        assert 0 <= low <= central <= high
        least, most = SMALLEST_YEAR[folder.name], folder.spec.last.year
        assert row["year"] == "" or least <= int(row["year"]) <= most


def test_community_table(folder: Folder) -> None:
    rows, spec = folder.table("communities.csv"), folder.spec
    keys = [(r["country"], r["governorate"], r["district"]) for r in rows]
    assert len(set(keys)) == len(keys)
    for row in rows:
        assert row["country"] in spec.countries
        assert row["community"] in spec.community_names
        assert row["confidence"] in CONFIDENCES
        assert row["community"] != "none" or row["country"] not in spec.playable


def test_people_of_districts_include_those_of_their_places() -> None:
    folder = Folder(POSAVINA)
    left = {
        (r["country"], r["governorate"], r["district"]): int(r["population"])
        for r in folder.table("ground/people.csv")
    }
    assert len(left) == len(folder.table("ground/people.csv"))
    people = {row["place"]: int(row["population"]) for row in folder.table("populations.csv")}
    for row in folder.table("ground/place_communities.csv"):
        left[row["country"], row["governorate"], row["district"]] -= people[row["place"]]
    assert min(left.values()) > 0


def test_a_community_for_every_place_and_enclave(folder: Folder) -> None:
    rows = {r["place"]: r for r in folder.table("ground/place_communities.csv")}
    assert set(rows) == set(folder.places) | {r["enclave"] for r in folder.table("enclaves.csv")}
    for key, row in rows.items():
        assert row["community"] in folder.spec.communities
        assert row["country"] == folder.places.get(key, row)["country"]


@pytest.mark.parametrize(
    ("name", "place", "community"),
    [
        (FIRST, "kobani", "kurd"),
        (FIRST, "tal_afar", "turkmen"),
        (FIRST, "sinjar", "yazidi"),
        (POSAVINA, "johovac", "croat"),
        (POSAVINA, "pelagicevo", "serb"),
        (POSAVINA, "kotorsko", "bosniak"),
        (POSAVINA, "derventa", "mixed"),
    ],
)
def test_communities_of_places(name: str, place: str, community: str) -> None:
    rows = {r["place"]: r for r in Folder(name).table("ground/place_communities.csv")}
    assert rows[place]["community"] == community


def test_enclaves() -> None:
    folder = Folder(FIRST)
    rows = folder.table("enclaves.csv")
    for row in rows:
        assert row["enclave"] not in folder.nodes
        assert row["of_place"] in folder.places
        assert row["faction"] in folder.factions
        assert row["kind"] in {"pocket", "area"}
        assert int(row["population"]) >= 0
        for km in GRIDS[FIRST]:
            hex_row = folder.hex_at(km, float(row["lon"]), float(row["lat"]))
            assert hex_row["country"] == row["country"]
    wanted = {"eastern_ghouta", "east_qalamoun", "rastan", "north_hama", "yarmouk_basin"}
    assert wanted <= {row["enclave"] for row in rows}


def test_commitments(folder: Folder) -> None:
    """Known factions and air powers, each day once, from the first day on; inferred is said."""
    rows, spec = folder.table("commitments.csv"), folder.spec
    first, last = spec.first.isoformat(), spec.last.isoformat()
    keys = [(row["who"], row["date"]) for row in rows]
    assert len(set(keys)) == len(keys)
    assert {row["who"] for row in rows} <= folder.factions | {"us", "russia"}
    assert {who for who, day in keys if day == first} == {who for who, _ in keys}
    for row in rows:
        assert first <= row["date"] <= last
        assert 0.0 <= float(row["low"]) <= float(row["central"]) <= float(row["high"]) <= 2.0
        named = [word for word in row["source"].split(",")[0].split(";") if ".csv" in word]
        for word in named:
            assert (folder.path / word.strip()).is_file()
        assert named or "inferred" in row["source"] or "(20" in row["source"], row


# --- lines and files


def test_outlines(folder: Folder) -> None:
    rows = folder.table("ground/outlines.csv")
    west, south, east, north = folder.spec.box
    assert len(rows) < 6000
    assert {row["kind"] for row in rows} == {"border", "river", "lake"}
    assert LINES[folder.name] <= {row["name"] for row in rows}
    for row in rows:
        assert west - MARGIN[0] <= float(row["lon"]) <= east + MARGIN[0]
        assert south - MARGIN[1] <= float(row["lat"]) <= north + MARGIN[1]


def test_sources_carry_digests_and_the_tables_stay_small(folder: Folder) -> None:
    for row in folder.table("ground/sources.csv"):
        assert len(row["sha256"]) == 64
        assert row["licence"]
        assert row["attribution"]
    files = [file for file in folder.path.rglob("*.csv") if "posterior" not in file.parts]
    assert sum(file.stat().st_size for file in files) < MOST_BYTES[folder.name]
