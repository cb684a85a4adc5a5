"""The loader: a sound graph from the tables, and one-line errors from bad ones."""

from __future__ import annotations

import csv
import io
import itertools
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.errors import LandbridgeError
from sim.theatre import travel_cost
from sim.theatre.hexes import HexLayout
from sim.theatre.load import load_theatre
from sim.theatre.spec import theatre_spec
from sim.theatre.theatre import ROADS, TERRAINS, Theatre
from tests.support.folders import SEEDS

SPEC = theatre_spec(SEEDS)


World = tuple[Theatre, Path]


def _unit(theatre: Theatre, name: str) -> int:
    return theatre.ids.index(name)


def _edges(theatre: Theatre) -> dict[tuple[int, int], int]:
    froms = np.repeat(np.arange(theatre.units), np.diff(theatre.edge_start))
    return dict(
        zip(
            zip(froms.tolist(), theatre.edge_to.tolist(), strict=True),
            theatre.edge_cost.tolist(),
            strict=True,
        )
    )


def test_units_are_hexes_then_places_then_enclaves(small: World) -> None:
    theatre, _ = small
    assert theatre.ids[theatre.hexes] == "capital"
    assert theatre.ids[-1] == "pocket"
    assert theatre.units == theatre.hexes + 18
    for field in ("keys", "x", "y", "country", "playable", "kind", "terrain", "river", "road"):
        assert getattr(theatre, field).shape == (theatre.units,), field
    for field in ("population", "community", "hex_of", "area_km2"):
        assert getattr(theatre, field).shape == (theatre.units,), field
    assert len(set(theatre.keys.tolist())) == theatre.units
    assert theatre.population[_unit(theatre, "pocket")] == 300_000
    assert theatre.population[_unit(theatre, "seat")] == 6_000_000
    people = [
        theatre.spec.community_names[theatre.community[_unit(theatre, p)]]
        for p in ("hill", "pocket", "seat")
    ]
    assert people == ["kurd", "mixed", "sunni_arab"]


@pytest.mark.parametrize("which", ["small", "real"])
def test_edges_are_symmetric_and_places_hang_on_their_hex(
    which: str, request: pytest.FixtureRequest
) -> None:
    theatre: Theatre = request.getfixturevalue(which)[0]
    edges = _edges(theatre)
    assert len(edges) == len(theatre.edge_to)
    assert theatre.edge_cost.min() >= 1
    assert all(edges[b, a] == cost for (a, b), cost in edges.items())
    for place in range(theatre.hexes, theatre.units):
        own = int(theatre.hex_of[place])
        assert (place, own) in edges
        ends = theatre.edge_to[theatre.edge_start[place] : theatre.edge_start[place + 1]]
        at_home = theatre.country[ends] == theatre.country[place]
        assert at_home.any(), f"{theatre.ids[place]} is cut off from its own country"
    neighbours = {(int(i), int(j)) for i, row in enumerate(theatre.hex_neighbours) for j in row}
    assert {(a, b) for a, b in edges if a < theatre.hexes > b} == {
        p for p in neighbours if p[1] >= 0
    }


def test_roads_are_quicker_only_along_the_leg(small: World) -> None:
    theatre, _ = small
    edges = _edges(theatre)
    path = theatre.leg_hexes[theatre.leg_start[1] : theatre.leg_start[2]].tolist()
    assert theatre.leg_from[1] == _unit(theatre, "middle")
    assert theatre.leg_to[1] == path[-1]  # a junction is its hex
    assert all(edges[a, b] == 32 for a, b in itertools.pairwise(path))  # 0.8 x 40 km
    assert (theatre.road[path] == ROADS.index("motorway")).all()
    a = path[len(path) // 2]
    beside = [int(j) for j in theatre.hex_neighbours[a] if j not in path]
    assert {edges[a, j] for j in beside} == {100}  # desert, 2.5 x 40 km


def test_a_leg_via_others_runs_where_they_run(small: World) -> None:
    theatre, _ = small
    a, b, c, d = (
        theatre.leg_hexes[theatre.leg_start[k] : theatre.leg_start[k + 1]] for k in range(4)
    )
    assert d.tolist() == [*a, *b[1:], *c[1:]]


def test_a_river_costs_a_crossing_where_no_road_goes() -> None:
    layout = HexLayout.covering(40, SPEC.box, SPEC.plane)
    terrain = np.full(layout.size, TERRAINS.index("steppe"), dtype=np.int32)
    river = np.zeros(layout.size, dtype=np.int32)
    i = layout.cols * 5 + 5
    west, east = int(layout.neighbours[i, 2]), int(layout.neighbours[i, 3])
    river[[i, int(layout.neighbours[i, 5])]] = 1
    bank = 10.0 * river
    cost = travel_cost.hex_costs(layout, terrain, river, bank, [])
    assert cost[west, 3] + cost[i, 3] == 2 * 80 + 20
    assert cost[i, 5] == 80  # along the bank
    road = travel_cost.hex_costs(
        layout, terrain, river, bank, [(ROADS.index("paved"), [west, i, east])]
    )
    assert road[west, 3] + road[i, 3] == 80


def test_a_post_in_a_foreign_hex_is_joined_to_its_own_country(seeds: Path) -> None:
    table = seeds / "ground" / "hexes_40km.csv"
    theatre = load_theatre(40, seeds)
    i = int(theatre.hex_of[_unit(theatre, "north")])
    lines = table.read_text().splitlines()
    lines[i + 1] = lines[i + 1].replace(",SY,", ",TR,")
    table.write_text("\n".join(lines) + "\n")
    moved = load_theatre(40, seeds)
    place = _unit(moved, "north")
    ends = moved.edge_to[moved.edge_start[place] : moved.edge_start[place + 1]]
    assert ends[0] == i
    assert not moved.playable[i]
    assert moved.playable[place]
    assert len(ends) == 2
    assert moved.spec.country_codes[moved.country[ends[1]]] == "SY"
    assert ends[1] in moved.hex_neighbours[i]


def test_the_order_of_lines_does_not_matter(small: World, seeds: Path) -> None:
    for name in ("places", "roads", "populations", "junctions", "enclaves"):
        path = seeds / f"{name}.csv"
        head, *lines = path.read_text().splitlines()
        path.write_text("\n".join([head, *reversed(lines)]) + "\n")
    a, b = small[0], load_theatre(40, seeds)
    for field in Theatre.__dataclass_fields__:
        assert np.array_equal(getattr(a, field), getattr(b, field)) or field in (
            "layout",
            "spec",
        ), field


@pytest.mark.parametrize("size", [0, -3, 17, float("nan"), 40.5])
def test_a_size_that_is_not_built_is_refused(seeds: Path, size: float) -> None:
    with pytest.raises(LandbridgeError, match=r"^theatre\.hex_km=.*allowed: 40"):
        load_theatre(size, seeds)


SPOILED = [
    ("places.csv", "lat,lon", "lat,long", "places.csv column=lon: missing"),
    ("places.csv", "34.55,38.3", "34.55,58.3", "places.csv:3 place=oasis: outside the map"),
    ("places.csv", "34.55,38.3", "34.55,east", "places.csv:3 lon=east: must be a number"),
    ("places.csv", "34.55,38.3", "nan,38.3", "places.csv:3 lat=nan: must be a number"),
    ("places.csv", "oasis,", "capital,", "places.csv:3 place=capital: twice"),
    ("places.csv", "SY,town", "SX,town", "country=SX: not a known country"),
    ("places.csv", "SY,town", "SY,tuwn", "did you mean town"),
    ("enclaves.csv", "rebels,capital", "rebels,captal", "did you mean capital"),
    ("enclaves.csv", "pocket,", "oasis,", "enclave=oasis: is a place of places.csv already"),
    ("populations.csv", "seat,", "set,", "place=set: not a place"),
    ("populations.csv", "6000000", "-1", "population=-1: must be a whole number, 0 or more"),
    ("roads.csv", "seat,middle", "seat,midle", "to=midle: not a place or junction"),
    ("roads.csv", "track", "trail", "class=trail: not a class of road"),
    ("roads.csv", "seat,middle", "seat,seat", "to=seat: must differ"),
    ("roads.csv", "via middle fork", "via middle fark", "names fark, not a place or junction"),
    ("ground/place_communities.csv", "hill,", "hull,", "place=hull: not a place"),
    ("ground/place_communities.csv", "kurd", "curd", "did you mean kurd?"),
    ("ground/hexes_40km.csv", "farmland", "farmlnd", "did you mean farmland"),
    ("ground/hexes_40km.csv", "sunni_arab", "sunny", "community=sunny"),
    ("ground/hexes_40km.csv", "\n0,0,", "\n1,0,", "col=1: must be 0"),
    ("ground/hexes_40km.csv", ",Somewhere\n", "\n", "cells=10: must have 11 cells"),
]


@pytest.mark.parametrize(("name", "old", "new", "said"), SPOILED)
def test_a_bad_table_is_one_line(seeds: Path, name: str, old: str, new: str, said: str) -> None:
    path = seeds / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(LandbridgeError) as caught:
        load_theatre(40, seeds)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "name", ["places", "roads", "junctions", "populations", "enclaves", "ground/place_communities"]
)
def test_a_missing_file_is_named(seeds: Path, name: str) -> None:
    (seeds / f"{name}.csv").unlink()
    with pytest.raises(LandbridgeError, match=f"{name}.csv: no such file"):
        load_theatre(40, seeds)


def test_too_few_hexes_are_refused(seeds: Path) -> None:
    path = seeds / "ground" / "hexes_40km.csv"
    path.write_text("\n".join(path.read_text().splitlines()[:-1]) + "\n")
    with pytest.raises(LandbridgeError, match="must have a row for each"):
        load_theatre(40, seeds)


def test_the_default_theatre_loads_fast(real: World) -> None:
    """Beside reading the same tables as plain text; measured side by side, a ratio of about 8."""
    tables = [real[1] / "ground" / "hexes_25km.csv", real[1] / "roads.csv", real[1] / "places.csv"]

    def seconds(action: Callable[[], object]) -> float:
        start = time.process_time()
        action()
        return time.process_time() - start

    def read() -> list[object]:
        return [list(csv.DictReader(io.StringIO(table.read_text()))) for table in tables]

    turns = [(seconds(lambda: load_theatre(25, real[1])), seconds(read)) for _ in range(4)]
    assert min(load for load, _ in turns) < 30 * min(plain for _, plain in turns)


def test_the_wing_imports_no_heavy_library() -> None:
    code = (
        "import sys, sim.theatre.load, sim.theatre.history.situation, sim.theatre.hexes;"
        "print([m for m in ('mesa', 'pandas', 'scipy', 'matplotlib', 'numba') if m in sys.modules])"
    )
    root = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
