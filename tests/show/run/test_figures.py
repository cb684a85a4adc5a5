from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text

from sim.errors import LandbridgeError
from sim.show.base.basemap import Basemap
from sim.show.base.run_data import Run
from sim.show.base.style import DPI
from sim.show.run.alarm import alarm_page
from sim.show.run.dates import date_page
from sim.show.run.figures import draw_all, pages
from sim.show.run.overview import overview_page
from sim.show.run.routes import route_page
from tests.show.conftest import Maker

NAMES = {
    "overview",
    "front_start",
    "front_end",
    "control_probability",
    "corridor_date",
    "routes",
    "alarm",
}


def words(figure: Figure) -> str:
    return "\n".join(text.get_text() for text in figure.findobj(Text))


def said(found: dict[str, float]) -> str:
    """An estimate as a reader expects it, for shares that need no decimals."""
    return f"{100 * found['estimate']:.0f}% [{100 * found['low']:.0f}, {100 * found['high']:.0f}]"


def test_all_figures_are_written_and_the_folder_may_have_been_moved(
    folder: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "elsewhere"
    shutil.copytree(folder, moved)
    files = draw_all(moved)
    assert {file.stem for file in files} == NAMES
    assert {file.name for file in (moved / "figures").iterdir()} == {f"{n}.png" for n in NAMES}
    for file in files:
        assert file.stat().st_size > 20_000
        image = imread(file)
        assert image.shape[1] > 10 * DPI
        assert image[..., :3].std() > 0.05  # not an empty page
        assert image[:, -12:, :3].min() > 0.95  # nothing runs off the right edge


@pytest.mark.parametrize("page", [date_page, route_page, overview_page])
def test_titles_state_the_estimates_of_the_summary(run: Run, base: Basemap, page) -> None:
    p = json.loads((run.directory / "summary.json").read_text())["p_corridor"]
    figure = page(run, base) if page is overview_page else page(run)
    title = figure.texts[0].get_text()
    for kind in ("territory", "road"):
        assert said(p[kind]) in title
    assert p["territory"]["estimate"] == pytest.approx(0.4)  # as written by the fixture


def test_every_page_names_its_run_and_maps_their_sources(run: Run) -> None:
    for name, draw in pages(run).items():
        text = words(draw())
        assert "10 worlds" in text
        assert "Scenario baseline" in text
        is_map = name not in ("corridor_date", "routes", "alarm")
        assert ("GeoNames, CC BY 4.0" in text) == is_map
        assert ("Natural Earth" in text) == is_map


def test_the_overview_begins_with_the_curve_and_says_what_is_in_doubt(
    make: Maker, base: Basemap
) -> None:
    """Twenty draws of each of two variants: one has a road, the other has it late or never."""
    variant = ["plain"] * 40 + ["towns"] * 40
    road = [100] * 40 + [-1] * 40
    late = [-1] * 40 + [50, -1] * 20
    run = Run.read(make(territory=[40] * 80, road=road, route=["south"] * 80, late=late,
                        variant=variant, per_draw=2))  # fmt: skip
    figure = overview_page(run, base)
    text, curve = words(figure), figure.axes[1]
    assert figure.axes[1].get_title(loc="left") == "Worlds with a corridor, by its first day"
    assert curve.get_position().x0 < figure.axes[0].get_position().x0
    assert curve.get_xlim()[1] == pytest.approx(date2num(run.until) + 183)
    assert "By road: 50% by 31 December 2017" in text
    assert "rules 51 points (0% towns to 100% plain)" in text
    assert "median 12 September 2017 [12 September 2017 to 19 February 2018]" in text
    marks = [line for line in curve.get_lines() if line.get_marker() == "_"]
    assert sorted(marks[-1].get_ydata()) == [0.0, 1.0]


@pytest.mark.parametrize(("days", "never"), [(-1, "none\n100%"), (50, "corridor\n100%")])
def test_one_world(make: Maker, days: int, never: str) -> None:
    one = Run.read(make(territory=(days,), road=(-1,), route=("south",)))
    text = words(date_page(one))
    assert never in text
    assert "By road: 0% by 31 December 2017" in text
    assert "by road 0% [0, 98]" in text
    assert "doubt not known" in text
    assert "1 world," in text
    for page in (alarm_page, route_page):
        assert page(one).axes


def test_a_folder_without_curves(folder: Path, tmp_path: Path, make: Maker) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(folder, bare)
    (bare / "curves.parquet").unlink()
    assert "no alarm to show" in words(alarm_page(Run.read(bare)))
    assert "no alarm to show" in words(alarm_page(Run.read(make(curves=()))))


def test_an_unfinished_folder_is_refused_in_one_line(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(LandbridgeError, match="not a run folder"):
        draw_all(tmp_path)
    for missing in ("summary.json", "cells.parquet", "worlds.parquet"):
        bare = tmp_path / missing
        shutil.copytree(folder, bare)
        (bare / missing).unlink()
        with pytest.raises(LandbridgeError, match=missing):
            draw_all(bare)
