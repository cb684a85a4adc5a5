from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim import disk
from sim.ensemble.store import folder as folders
from sim.errors import LandbridgeError
from sim.show.sweep.data import Axis, Swept
from sim.show.sweep.figures import corridor_words, draw_sweep, pages, route_words

RADIUS = "faction.tanf.strength.central=1.5,2,2.5"


def test_one_key(swept) -> None:
    folder = swept(RADIUS)
    found = Swept.read(folder)
    (axis,) = found.axes
    assert axis.at.tolist() == [1.5, 2.0, 2.5]
    assert axis.unswept == 2.0
    estimate, low, high = found.p("road")
    assert (low < estimate).all()
    assert (estimate < high).all()
    assert estimate[0] > estimate[2]
    by_route = sum(found.p("road", route)[0] for route in found.routes)
    assert by_route == pytest.approx(estimate)
    title, _ = corridor_words(found)
    assert title.startswith("P(corridor) by road: ")
    assert "at central 2.5; " in title
    assert title.endswith("at central 1.5")
    assert [file.name for file in draw_sweep(folder)] == ["corridor.png", "dates.png", "routes.png"]
    (top, bottom) = pages(found)["corridor"]().axes
    line = top.get_lines()[0]
    assert line.get_ydata().tolist() == estimate.tolist()
    days = pages(found)["dates"]().axes[0].get_lines()[0]
    assert days.get_ydata().tolist() == found.days("road")[0].tolist()
    assert (np.diff(days.get_ydata()) > 0.0).all()  # the less likely, the later
    assert np.isnan(found.rules("road")).all()  # all worlds follow one variant
    assert bottom.get_xlabel() == "tanf: strength central"


def test_variants_of_the_rules_are_marked(swept) -> None:
    other = "rules.variants.other.weight=1"
    found = Swept.read(swept(RADIUS, other, "ensemble.worlds=200"))
    low, high = found.rules("road")
    assert (low < found.p("road")[0]).all()
    assert (found.p("road")[0] < high).all()
    top = pages(found)["corridor"]().axes[0]
    marks = [line.get_ydata().tolist() for line in top.get_lines() if line.get_marker() == "_"]
    assert marks == [low.tolist(), high.tolist()]
    assert "variants of the rules" in corridor_words(found)[1]


def test_two_keys_have_a_line_each_and_a_heat_map(swept) -> None:
    found = Swept.read(swept(RADIUS, "corridor.hold_days=7,30"))
    figures = pages(found)
    assert list(figures) == ["corridor", "dates", "routes", "heat"]
    corridor = figures["corridor"]()
    curves = [line for line in corridor.axes[0].get_lines() if len(line.get_xdata()) == 3]
    assert len(curves) == 2
    heat = figures["heat"]()
    (image,) = heat.axes[0].get_images()
    table = np.asarray(image.get_array())
    assert table.shape == (2, 3)
    assert table[0].tolist() == found.p("road")[0][::2].tolist()
    assert "route by" in route_words(found)[0]


def test_a_colour_bar_has_more_than_one_value(swept) -> None:
    """P is the same at all points: hold_days does nothing to the fake model."""
    found = Swept.read(swept("corridor.hold_days=7,9", "clock.tick_days=7,14"))
    assert np.ptp(found.p("road")[0]) == 0.0
    assert len(pages(found)["heat"]().axes) == 2  # and no bars


def test_texts_and_points_in_the_open(swept) -> None:
    found = Swept.read(swept("scenario=baseline,tanf_withdrawal"))
    assert found.axes[0].names == ("baseline", "tanf_withdrawal")
    assert found.axes[0].said(1.0) == "tanf_withdrawal"
    for draw in pages(found).values():
        draw()


def test_many_keys_are_drawn_one_by_one(swept) -> None:
    found = Swept.read(
        swept(
            "design=lhs",
            "design.points=8",
            "faction.tanf.strength.central=interval(1.5,2.5)",
            "faction.tanf.rationality=interval(1,4)",
            "clock.tick_days=int(interval(1,7))",
        )
    )
    assert len(pages(found)["corridor"]().axes) == 6
    assert not found.plain(0).all()


def test_a_sweep_with_no_worlds_is_refused(swept, tmp_path: Path) -> None:
    folder = swept("scenario=baseline,tanf_withdrawal")
    import json

    file = folder / "summary.json"
    tree = json.loads(file.read_text())
    for row in tree["points"]:
        row["worlds"] = 0
    file.write_text(json.dumps(tree))
    with pytest.raises(LandbridgeError, match="is damaged or was changed"):
        draw_sweep(folder)
    disk.stage(file, file.read_bytes())
    folders.commit(folder, ["summary.json"])
    with pytest.raises(LandbridgeError, match="nothing to draw yet"):
        draw_sweep(folder)


@pytest.mark.parametrize(
    ("key", "label", "where"),
    [
        ("faction.tanf.red_line.radius_km", "tanf: red line radius (km)", "radius 3 km"),
        ("faction.pmf.objectives.corridor", "pmf: corridor", "corridor 3"),
        ("corridor.hold_days", "corridor: hold (days)", "hold 3 days"),
        ("scenario", "scenario", "scenario 3"),
    ],
)
def test_keys_in_words(key: str, label: str, where: str) -> None:
    axis = Axis(key, np.array([3.0]), (), None)
    assert axis.label == label
    assert axis.where(3.0) == where
