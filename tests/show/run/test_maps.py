from __future__ import annotations

import copy
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.transforms import Bbox

from sim.show.base.basemap import Basemap, map_axes
from sim.show.base.labels import Label, Placer
from sim.show.base.place_names import border_posts
from sim.show.base.run_data import Run
from sim.show.base.style import NEUTRAL, NOBODY_HATCH, TRANSIT_HATCH, page
from sim.show.run.map_pages import (
    chance_page,
    chance_words,
    front_page,
    front_words,
    weakest_places,
)
from sim.show.run.maps import draw_control, holder_colour, pale
from tests.show.conftest import Maker, holders
from tests.support.fakes import FACTIONS
from tests.support.folders import SEEDS


def test_control_is_read_by_unit_date_and_holder(run: Run) -> None:
    theatre = run.theatre
    wanted = holders(theatre.hexes, theatre.x, theatre.playable)
    start, end = run.controls
    assert (str(start.when), str(end.when)) == ("2017-06-04", "2017-12-31")
    assert np.array_equal(start.likeliest, wanted)
    assert np.array_equal(end.likeliest, wanted)  # 3 worlds in 10 change no likeliest holder
    middle = wanted == FACTIONS.index("isis")
    assert end.certainty[middle] == pytest.approx(0.7)
    assert run.share(end, ("regime", "pmf"))[middle] == pytest.approx(0.3)
    assert run.ground(end).sum() == pytest.approx(1.0)


def test_titles_of_maps_are_counted_from_the_hexes(run: Run) -> None:
    theatre = run.theatre
    holder = holders(theatre.hexes, theatre.x, theatre.playable)[: theatre.hexes]
    held = (holder >= 0).sum()
    west, middle = (
        (holder == FACTIONS.index("regime")).sum(),
        (holder == FACTIONS.index("isis")).sum(),
    )
    before, after = round(100 * west / held), round(100 * (west + 0.3 * middle) / held)
    assert f"hold {before}% of the ground" in front_words(run, end=False)[0]
    assert (
        f"hold {after}% of the ground on average, against {before}%"
        in front_words(run, end=True)[0]
    )
    assert chance_words(run)[0].startswith(f"{before}% of the ground")  # nowhere else 50%
    assert "10 worlds" in front_words(run, end=True)[1]


def test_colours_come_from_the_config_and_pale_with_doubt(run: Run) -> None:
    regime = FACTIONS.index("regime")
    sure, unsure = holder_colour(run, regime, 1.0), holder_colour(run, regime, 0.4)
    own = np.array(to_rgb("#336699"))  # of every faction in the small configs
    assert np.abs(np.array(sure) - own).max() < np.abs(np.array(unsure) - own).max()
    assert holder_colour(run, -1, 0.0) == to_rgb(NEUTRAL)
    assert [pale(p) for p in (1.0, 0.9, 0.89, 0.5, 0.0)] == [0.16, 0.16, 0.42, 0.62, 0.78]


def test_fronts_are_the_sides_between_hostile_holders(run: Run, base: Basemap) -> None:
    beside = base.layout.neighbours
    holder = run.controls[0].likeliest[: run.theatre.hexes]
    pairs = {
        frozenset((i, int(j)))
        for i in range(len(holder))
        for j in beside[i]
        if j >= 0 and min(holder[i], holder[j]) >= 0 and holder[i] != holder[j]
    }
    assert pairs  # every faction of the small configs is hostile to isis
    assert _fronts(run, base) == len(pairs)
    settings = copy.deepcopy(run.settings)
    for faction in settings["faction"].values():
        faction["relations"] = {}
    assert _fronts(replace(run, settings=settings), base) == 0


def _fronts(run: Run, base: Basemap) -> int:
    axes = map_axes(page(), base, 0.35, 0.5, 8.0)
    draw_control(axes, run, base, run.controls[0], names=0)
    black = [c for c in axes.collections if np.allclose(c.get_linewidth(), 1.7)]
    return sum(len(c.get_paths()) for c in black)


def test_sides_lie_between_the_two_hexes(base: Basemap) -> None:
    between = base.layout.neighbours >= 0
    sides = base.sides(between)
    centres = base.layout.centres
    index, k = np.nonzero(between & (np.arange(base.layout.size)[:, None] < base.layout.neighbours))
    middle = (centres[index] + centres[base.layout.neighbours[index, k]]) / 2.0
    assert sides.mean(axis=1) == pytest.approx(middle)
    assert np.hypot(*(sides[:, 0] - sides[:, 1]).T) == pytest.approx(40.0 / np.sqrt(3.0))


@pytest.mark.parametrize("hex_km", [25.0, 15.0])
def test_names_cover_neither_each_other_nor_the_edge(make: Maker, hex_km: float) -> None:
    other = Run.read(make(hex_km=hex_km))
    base = Basemap.read(other.theatre.layout, SEEDS)
    figure = page()
    axes = map_axes(figure, base, 0.35, 0.5, 8.0)
    draw_control(axes, other, base, other.controls[1], names=60)
    boxes = [text.get_window_extent() for text in axes.texts]
    edge = axes.get_window_extent()
    shrunk = [Bbox.from_extents(b.x0 + 2, b.y0 + 2, b.x1 - 2, b.y1 - 2) for b in boxes]
    assert not [1 for a, b in combinations(shrunk, 2) if a.overlaps(b)]
    assert all(edge.x0 < b.x0 and b.x1 < edge.x1 for b in boxes)
    texts = {text.get_text() for text in axes.texts}
    wanted = {"Damascus", "Baghdad", "al-Walid", "Rabia", "Deir ez-Zor", "REGIME", "ISIS", "ISF"}
    assert wanted <= texts
    assert len(texts) > 40


def test_a_name_without_room_is_left_out(base: Basemap) -> None:
    placer = Placer(map_axes(page(), base, 0.35, 0.5, 8.0))
    written = sum(placer.beside(Label(f"Place {k}", 0.0, 0.0)) for k in range(20))
    assert 2 <= written == len(placer.taken) < 8  # about one point there is no room for more
    west, _, south, _ = base.window
    assert not placer.on(Label("beyond the edge", 0.0, 0.0), np.array([(west, south)]))


def test_crossings_of_the_border_are_found(run: Run) -> None:
    found = border_posts(run.theatre)
    assert {"al_walid", "husaybah_crossing", "rabia", "um_jaris"} <= found
    assert not found & {"trebil", "nasib", "tal_abyad"}


def test_weakest_place_of_each_route(run: Run, base: Basemap) -> None:
    found = weakest_places(run, base)
    assert set(found) == {"south", "centre", "north"}
    names = {name: run.theatre.ids[unit] for name, (unit, _) in found.items()}
    assert all(share == pytest.approx(0.3) for _, share in found.values())  # under isis in 7 of 10
    assert all(-200.0 < run.theatre.x[run.theatre.ids.index(key)] < 150.0 for key in names.values())
    text = "\n".join(t.get_text() for axes in chance_page(run, base).axes for t in axes.texts)
    assert "held in 30% of worlds" in text


def hatched(figure, hatch: str) -> int:
    """Hexes of the map of a page that have a hatching."""
    return sum(
        len(drawn.get_paths()) for drawn in figure.axes[0].collections if drawn.get_hatch() == hatch
    )


def test_ground_that_may_be_passed_is_hatched_and_told(run: Run, base: Basemap) -> None:
    settings = {**run.settings, "corridor": {**run.settings["corridor"], "transit": ["isis"]}}
    passed = replace(run, settings=settings)
    held = run.share(run.controls[1], ("isis",))[: run.theatre.hexes] >= 0.5
    figure = chance_page(passed, base)
    assert hatched(figure, TRANSIT_HATCH) == held.sum() > 0
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert any("May be passed" in text for text in texts)


def test_empty_ground_is_told_from_a_holder_in_doubt_by_hatching(run: Run, base: Basemap) -> None:
    nobody = len(run.factions)
    control = copy.copy(run.controls[1])
    share = control.share.copy()
    share[:, :5] = 0.0
    share[nobody, :5] = 1.0
    empty = replace(run, controls=(run.controls[0], replace(control, share=share)))
    assert hatched(front_page(run, base, end=True), NOBODY_HATCH) == 0
    assert hatched(front_page(empty, base, end=True), NOBODY_HATCH) == 5
