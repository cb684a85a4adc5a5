"""The committed grids: facts that any atlas confirms.

Needs none of the packages that built them.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from sim.theatre.hexes import HexLayout, project

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
GRIDS = (10, 15, 25, 40)
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
COUNTRIES = {"IQ", "SY", "JO", "TR", "IR", "SA", "LB", "KW", "IL", "XX"}
TERRAINS = {"desert", "steppe", "farmland", "marsh_lake", "hills", "mountain"}
RIVERS = {"none", "euphrates", "tigris", "khabur", "other"}
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

Row = dict[str, str]


def table(name: str) -> list[Row]:
    """Rows of a file under `seeds/`."""
    with (SEEDS / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


PLACES = {row["place"]: row for row in table("places.csv")}
GRID = {km: table(f"theatre/hexes_{km}km.csv") for km in GRIDS}


def hex_at(km: int, lon: float, lat: float) -> Row:
    """The row of the hex that holds a point."""
    return GRID[km][HexLayout.covering(km).index_at(*project(lon, lat))]


def hex_of(place: str, km: int = 25) -> Row:
    """The row of the hex that holds a place."""
    return hex_at(km, float(PLACES[place]["lon"]), float(PLACES[place]["lat"]))


# --- the grids


@pytest.mark.parametrize("km", GRIDS)
def test_a_row_for_every_hex_in_index_order(km: int) -> None:
    layout = HexLayout.covering(km)
    rows = GRID[km]
    assert list(rows[0]) == HEX_COLUMNS
    assert len(rows) == layout.size
    for i in range(layout.size):
        assert (int(rows[i]["col"]), int(rows[i]["row"])) == (i % layout.cols, i // layout.cols)
    for i in range(0, layout.size, 37):
        point = project(float(rows[i]["lon"]), float(rows[i]["lat"]))
        assert math.dist(point, layout.centres[i]) < 0.05


@pytest.mark.parametrize("km", GRIDS)
def test_words_and_numbers_of_the_grids_are_known(km: int) -> None:
    for row in GRID[km]:
        assert row["country"] in COUNTRIES
        assert row["terrain"] in TERRAINS
        assert row["river"] in RIVERS
        assert row["road"] in ROADS | {"none"}
        assert row["community"] in COMMUNITIES
        assert row["community_confidence"] in CONFIDENCES
        assert row["nearest_place"] in PLACES
        assert int(row["population"]) >= 0
        assert int(row["relief_m"]) >= 0
        assert -450 < int(row["elevation_m"]) < 4000
        playable = row["country"] in {"IQ", "SY", "JO"}
        assert (row["community"] != "none") == playable
        assert bool(row["governorate"]) == playable


@pytest.mark.parametrize(
    ("place", "country"),
    [
        ("rutba", "IQ"),
        ("al_qaim", "IQ"),
        ("sinjar", "IQ"),
        ("palmyra", "SY"),
        ("deir_ezzor", "SY"),
        ("mayadin", "SY"),
        ("ruwaished", "JO"),
    ],
)
@pytest.mark.parametrize("km", GRIDS)
def test_countries(km: int, place: str, country: str) -> None:
    assert hex_of(place, km)["country"] == country


@pytest.mark.parametrize(
    ("lon", "lat", "country"),
    [
        (39.0, 37.4, "TR"),
        (46.2, 34.4, "IR"),
        (39.5, 31.4, "SA"),
        (36.0, 33.9, "LB"),
        (44.0, 32.0, "IQ"),
        (37.2, 32.0, "JO"),
    ],
)
def test_neighbours(lon: float, lat: float, country: str) -> None:
    assert hex_at(25, lon, lat)["country"] == country


@pytest.mark.parametrize(
    ("place", "river"),
    [
        ("deir_ezzor", "euphrates"),
        ("raqqa", "euphrates"),
        ("haditha", "euphrates"),
        ("abu_kamal", "euphrates"),
        ("mosul", "tigris"),
        ("tikrit", "tigris"),
        ("baghdad", "tigris"),
        ("shaddadi", "khabur"),
        ("hasakah", "khabur"),
        ("rutba", "none"),
        ("palmyra", "none"),
        ("al_tanf", "none"),
    ],
)
def test_rivers(place: str, river: str) -> None:
    assert hex_of(place)["river"] == river


def test_heights() -> None:
    assert 550 < int(hex_of("rutba")["elevation_m"]) < 700
    assert int(hex_of("baghdad")["elevation_m"]) < 60
    assert 200 < int(hex_of("mosul")["elevation_m"]) < 320
    assert 600 < int(hex_of("al_tanf")["elevation_m"]) < 800


@pytest.mark.parametrize("km", GRIDS)
def test_terrain(km: int) -> None:
    for place in ("rutba", "al_tanf", "zaza", "humaymah", "ruwaished"):
        assert hex_of(place, km)["terrain"] == "desert", place
    for place in ("raqqa", "mayadin", "mosul", "baghdad", "hasakah"):
        assert hex_of(place, km)["terrain"] == "farmland", place
    assert hex_of("sinjar", km)["terrain"] in {"hills", "mountain"}
    tharthar = [hex_at(km, 43.26, 33.75 + 0.1 * k)["terrain"] for k in range(6)]
    assert "marsh_lake" in tharthar or km == 40
    assert hex_at(km, 44.4, 37.1)["terrain"] == "mountain"  # Zagros


@pytest.mark.parametrize("km", GRIDS)
def test_communities_of_known_places(km: int) -> None:
    assert hex_of("sinjar", km)["community"] == "yazidi"
    assert hex_of("rutba", km)["community"] == "sunni_arab"
    assert hex_of("suwayda", km)["community"] == "druze"
    assert hex_of("erbil", km)["community"] == "kurd"
    assert hex_of("kirkuk", km)["community"] == "mixed"
    assert hex_of("salamiyah", km)["community"] == "ismaili"


def test_roads_of_hexes() -> None:
    assert hex_of("rutba")["road"] in {"motorway", "paved"}
    assert hex_of("sukhnah")["road"] == "paved"
    assert hex_of("border_badia")["road"] == "track"
    assert hex_at(25, 41.5, 31.8)["road"] == "none"


@pytest.mark.parametrize("km", GRIDS)
def test_population_outside_places_is_plausible(km: int) -> None:
    people = sum(int(r["population"]) for r in GRID[km] if r["country"] in {"IQ", "SY", "JO"})
    assert 10e6 < people < 25e6
    assert int(hex_of("mosul", km)["population"]) < 100_000  # no second Mosul
    assert int(hex_of("baghdad", km)["population"]) < 1_000_000
