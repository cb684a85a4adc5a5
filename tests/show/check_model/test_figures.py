"""Figures of a check: what their titles say, and that no text leaves the page or covers another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.analysis.check_model.examine import examine
from sim.show.base.style import styled
from sim.show.check_model.factions import never_page, pace_page, plan_page
from sim.show.check_model.figures import plan_map
from sim.show.check_model.page import Scene
from sim.show.check_model.times import siege_page, speed_page, wait_page
from tests.support import real
from tests.support.folders import SEEDS

UNTIL = "2017-10-22"  # 140 days
PAGES = {"map": lambda scene: plan_map(scene, real.setup(UNTIL)), "speed": speed_page,
         "wait": wait_page, "siege": siege_page, "plan": plan_page, "pace": pace_page,
         "never": never_page}  # fmt: skip


@cache
def scene() -> Scene:
    found, known, checks = examine(real.setup(UNTIL), date(2017, 6, 4), SEEDS,
                                   list(range(8)), [0] * 8)  # fmt: skip
    return Scene(found, known, {one.key: one for one in checks}, real.settings(UNTIL))


def texts(figure: Figure) -> list[Text]:
    figure.canvas.draw()
    return [one for one in figure.findobj(Text) if one.get_visible() and one.get_text().strip()]


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_texts_stay_on_the_page_and_off_each_other(page: Callable[[Scene], Figure]) -> None:
    with styled():
        figure = page(scene())
        found = texts(figure)
        boxes = [one.get_window_extent() for one in found]
        for one, box in zip(found, boxes, strict=True):
            assert figure.bbox.contains(box.x0, box.y0), one.get_text()
            assert figure.bbox.contains(box.x1, box.y1), one.get_text()
        upright = [(one.get_text(), box.padded(-2.0)) for one, box in
                   zip(found, boxes, strict=True) if not one.get_rotation() % 90.0]  # fmt: skip
        covered = [(a, b) for (a, x), (b, y) in combinations(upright, 2) if x.overlaps(y)]
        assert not covered


def head(figure: Figure) -> str:
    return figure.texts[0].get_text()


def test_titles_say_what_is_wrong() -> None:
    plain = scene()
    hexes = plain.findings.plan.barred.copy()
    hexes[[3, 9]] = 1.0
    barred = replace(
        plain, findings=replace(plain.findings, plan=replace(plain.findings.plan, barred=hexes))
    )
    none = np.zeros_like(plain.findings.plans)
    none[:, [0, -1]] = 1
    half = replace(plain, findings=replace(plain.findings, plans=none))
    with styled():
        assert "no hex that its members could not" in head(PAGES["map"](plain))
        assert "2 hexes that no member may ever attack or pass" in head(PAGES["map"](barred))
        assert head(plan_page(half)).startswith("50% of plans")
        assert head(never_page(plain)).startswith("Of 90 ordered pairs")
        cannot = int((~plain.findings.possible.fights & ~np.eye(10, dtype=bool)).sum())
        assert f"{cannot} cannot" in head(never_page(plain))


def test_names_of_rows() -> None:
    names = [scene().named(one) for one in ("pmf", "tanf", "peshmerga", "isis", "jordan")]
    assert names == ["PMF", "al-Tanf", "Peshmerga", "ISIS", "Jordan"]
