"""The committed grids: facts that any atlas confirms.

Needs none of the packages that built them.
"""

from __future__ import annotations

import math

import pytest

from tests.tools.folders import EACH_GRID, FIRST, GRIDS, POSAVINA, Folder

HEX_COLUMNS = [
    "col",
    "row",
    "lon",
    "lat",
    "country",
    "terrain",
    "elevation_m",
    "relief_m",
    "river",
    "road",
    "population",
    "community",
    "community_confidence",
    "governorate",
    "nearest_place",
]
TERRAINS = {"desert", "steppe", "farmland", "marsh_lake", "hills", "mountain"}
ROADS = {"motorway", "paved", "track"}
CONFIDENCES = {"high", "medium", "low"}
each_grid = pytest.mark.parametrize(("name", "km"), EACH_GRID)


def at_sizes(name: str, *facts: tuple[str, ...]) -> pytest.MarkDecorator:
    """Facts about places of a theatre, at each of its hex sizes."""
    cases = [(name, km, *fact) for km in GRIDS[name] for fact in facts]
    return pytest.mark.parametrize(("name", "km", "place", "value"), cases)


# --- the grids


@each_grid
def test_a_row_for_every_hex_in_index_order(name: str, km: int) -> None:
    folder = Folder(name)
    layout, rows = folder.layout(km), folder.grid(km)
    assert list(rows[0]) == HEX_COLUMNS
    assert len(rows) == layout.size
    for i in range(layout.size):
        assert (int(rows[i]["col"]), int(rows[i]["row"])) == (i % layout.cols, i // layout.cols)
    for i in range(0, layout.size, 37):
        point = layout.plane.project(float(rows[i]["lon"]), float(rows[i]["lat"]))
        assert math.dist(point, layout.centres[i]) < 0.05


@each_grid
def test_words_and_numbers_of_the_grids_are_known(name: str, km: int) -> None:
    folder = Folder(name)
    spec, places = folder.spec, folder.places
    for row in folder.grid(km):
        assert row["country"] in spec.countries
        assert row["terrain"] in TERRAINS
        assert row["river"] in spec.river_names
        assert row["road"] in ROADS | {"none"}
        assert row["community"] in spec.community_names
        assert row["community_confidence"] in CONFIDENCES
        assert row["nearest_place"] in places
        assert int(row["population"]) >= 0
        assert int(row["relief_m"]) >= 0
        assert -450 < int(row["elevation_m"]) < 4000
        playable = row["country"] in spec.playable
        assert (row["community"] != "none") == playable
        assert bool(row["governorate"]) == playable


def test_the_way_past_brcko_is_there_at_the_size_that_runs_take() -> None:
    """Bosnian hexes join Loncari and Bijeljina between the Sava and the places south of Brcko."""
    folder = Folder(POSAVINA)
    km = int(folder.spec.settings["theatre"]["hex_km"])
    layout, rows, places = folder.layout(km), folder.grid(km), folder.places
    at = {
        name: layout.index_at(*layout.plane.project(float(row["lon"]), float(row["lat"])))
        for name, row in places.items()
    }
    south = layout.centres[at["celic"]][1]
    barred = {at[name] for name in ("brka", "gradacac", "celic", "orasje")}
    reached, todo = {at["loncari"]}, [at["loncari"]]
    while todo:
        for there in layout.neighbours[todo.pop()].tolist():
            free = there >= 0 and rows[there]["country"] == "BA" and there not in barred
            if free and layout.centres[there][1] > south and there not in reached:
                reached.add(there)
                todo.append(there)
    assert {at["brcko"], at["bijeljina"]} <= reached


@at_sizes(
    FIRST,
    ("rutba", "IQ"),
    ("al_qaim", "IQ"),
    ("sinjar", "IQ"),
    ("palmyra", "SY"),
    ("deir_ezzor", "SY"),
    ("mayadin", "SY"),
    ("ruwaished", "JO"),
)
def test_countries(name: str, km: int, place: str, value: str) -> None:
    assert Folder(name).hex_of(place, km)["country"] == value


@at_sizes(
    POSAVINA,
    ("banja_luka", "BA"),
    ("doboj", "BA"),
    ("tuzla", "BA"),
    ("bijeljina", "BA"),
    ("vinkovci", "HR"),
    ("nova_gradiska", "HR"),
    ("sremska_mitrovica", "RS"),
)
def test_countries_of_posavina(name: str, km: int, place: str, value: str) -> None:
    assert Folder(name).hex_of(place, km)["country"] == value


@pytest.mark.parametrize(
    ("name", "lon", "lat", "country"),
    [
        (FIRST, 39.0, 37.4, "TR"),
        (FIRST, 46.2, 34.4, "IR"),
        (FIRST, 39.5, 31.4, "SA"),
        (FIRST, 36.0, 33.9, "LB"),
        (FIRST, 44.0, 32.0, "IQ"),
        (FIRST, 37.2, 32.0, "JO"),
        (POSAVINA, 17.7, 45.3, "HR"),  # Pozega
        (POSAVINA, 18.4, 45.3, "HR"),  # Dakovo
        (POSAVINA, 19.7, 44.75, "RS"),  # Sabac
        (POSAVINA, 19.2, 44.5, "RS"),  # Loznica
        (POSAVINA, 17.0, 44.3, "BA"),  # Sipovo
    ],
)
def test_what_lies_where(name: str, lon: float, lat: float, country: str) -> None:
    assert Folder(name).hex_at(25, lon, lat)["country"] == country


@pytest.mark.parametrize(
    ("name", "place", "river"),
    [
        (FIRST, "deir_ezzor", "euphrates"),
        (FIRST, "raqqa", "euphrates"),
        (FIRST, "haditha", "euphrates"),
        (FIRST, "abu_kamal", "euphrates"),
        (FIRST, "mosul", "tigris"),
        (FIRST, "tikrit", "tigris"),
        (FIRST, "baghdad", "tigris"),
        (FIRST, "shaddadi", "khabur"),
        (FIRST, "hasakah", "khabur"),
        (FIRST, "rutba", "none"),
        (FIRST, "palmyra", "none"),
        (FIRST, "al_tanf", "none"),
        (POSAVINA, "bosanski_brod", "sava"),
        (POSAVINA, "brcko", "sava"),
        (POSAVINA, "sremska_mitrovica", "sava"),
        (POSAVINA, "doboj", "bosna"),
        (POSAVINA, "zenica", "bosna"),
        (POSAVINA, "maglaj", "bosna"),
        (POSAVINA, "zvornik", "drina"),
        (POSAVINA, "banja_luka", "vrbas"),
        (POSAVINA, "jajce", "vrbas"),
        (POSAVINA, "kostajnica", "una"),
        (POSAVINA, "tuzla", "none"),
        (POSAVINA, "prnjavor", "none"),
    ],
)
def test_rivers(name: str, place: str, river: str) -> None:
    assert Folder(name).hex_of(place)["river"] == river


@pytest.mark.parametrize(
    ("name", "place", "low", "high"),
    [
        (FIRST, "rutba", 550, 700),
        (FIRST, "baghdad", 0, 60),
        (FIRST, "mosul", 200, 320),
        (FIRST, "al_tanf", 600, 800),
        (POSAVINA, "sremska_mitrovica", 70, 100),
        (POSAVINA, "vinkovci", 75, 110),
        (POSAVINA, "travnik", 600, 1200),
    ],
)
def test_heights(name: str, place: str, low: int, high: int) -> None:
    assert low < int(Folder(name).hex_of(place)["elevation_m"]) < high


@pytest.mark.parametrize("km", GRIDS[FIRST])
def test_terrain(km: int) -> None:
    folder = Folder(FIRST)
    for place in ("rutba", "al_tanf", "zaza", "humaymah", "ruwaished"):
        assert folder.hex_of(place, km)["terrain"] == "desert", place
    for place in ("raqqa", "mayadin", "mosul", "baghdad", "hasakah"):
        assert folder.hex_of(place, km)["terrain"] == "farmland", place
    assert folder.hex_of("sinjar", km)["terrain"] in {"hills", "mountain"}
    tharthar = [folder.hex_at(km, 43.26, 33.75 + 0.1 * k)["terrain"] for k in range(6)]
    assert "marsh_lake" in tharthar or km == 40
    assert folder.hex_at(km, 44.4, 37.1)["terrain"] == "mountain"  # Zagros


@pytest.mark.parametrize("km", GRIDS[POSAVINA])
def test_terrain_of_posavina(km: int) -> None:
    """No rain is known, so nothing is dry; the plain of the Sava is flat, Vlasic is a mountain."""
    folder = Folder(POSAVINA)
    assert {row["terrain"] for row in folder.grid(km)} == {"farmland", "hills", "mountain"}
    for place in ("bijeljina", "samac", "orasje", "brcko", "vinkovci", "sremska_mitrovica"):
        assert folder.hex_of(place, km)["terrain"] == "farmland", place
    for place in ("jajce", "zenica", "zepce", "lopare"):
        assert folder.hex_of(place, km)["terrain"] in {"hills", "mountain"}, place
    assert folder.hex_of("travnik", km)["terrain"] == "mountain"


@at_sizes(
    FIRST,
    ("sinjar", "yazidi"),
    ("rutba", "sunni_arab"),
    ("suwayda", "druze"),
    ("erbil", "kurd"),
    ("kirkuk", "mixed"),
    ("salamiyah", "ismaili"),
)
def test_communities_of_known_places(name: str, km: int, place: str, value: str) -> None:
    assert Folder(name).hex_of(place, km)["community"] == value


@at_sizes(
    POSAVINA,
    ("banja_luka", "serb"),
    ("bijeljina", "serb"),
    ("lukavac", "bosniak"),
    ("sanski_most", "mixed"),
    ("nova_gradiska", "croat"),
)
def test_communities_of_posavina(name: str, km: int, place: str, value: str) -> None:
    assert Folder(name).hex_of(place, km)["community"] == value


def test_roads_of_hexes() -> None:
    folder = Folder(FIRST)
    assert folder.hex_of("rutba")["road"] in {"motorway", "paved"}
    assert folder.hex_of("sukhnah")["road"] == "paved"
    assert folder.hex_of("border_badia")["road"] == "track"
    assert folder.hex_at(25, 41.5, 31.8)["road"] == "none"
    assert Folder(POSAVINA).hex_of("slavonski_brod")["road"] == "motorway"
    assert Folder(POSAVINA).hex_of("doboj")["road"] == "paved"
    assert Folder(POSAVINA).hex_at(10, 16.35, 44.45)["road"] == "none"  # Grmec and Osjecenica


@pytest.mark.parametrize(
    ("name", "km", "low", "high"),
    [(FIRST, km, 10e6, 25e6) for km in GRIDS[FIRST]]
    + [(POSAVINA, km, 3e6, 4e6) for km in GRIDS[POSAVINA]],
)
def test_population_outside_places_is_plausible(
    name: str, km: int, low: float, high: float
) -> None:
    folder = Folder(name)
    rows = [row for row in folder.grid(km) if row["country"] in folder.spec.playable]
    assert low < sum(int(row["population"]) for row in rows) < high


@pytest.mark.parametrize("km", GRIDS[FIRST])
def test_no_city_is_counted_twice(km: int) -> None:
    assert int(Folder(FIRST).hex_of("mosul", km)["population"]) < 100_000
    assert int(Folder(FIRST).hex_of("baghdad", km)["population"]) < 1_000_000
