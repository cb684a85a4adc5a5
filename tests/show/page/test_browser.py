"""The page in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.show.conftest import Maker
from tests.show.page.conftest import Reporter
from tests.show.page.test_page import MARKUP

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
Opener = Callable[..., Any]


@pytest.fixture
def opened(browser: Any) -> Iterator[Opener]:
    """Opens a page; at the end it must have said nothing and asked for nothing."""
    contexts, heard = [], []

    def open_(file: Path, **how: Any) -> Any:
        context = browser.new_context(**{"viewport": DESK, **how})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("dialog", lambda dialog: heard.append(dialog.message))
        page.on("request", lambda one: heard.append(one.url) if one.url != file.as_uri() else None)
        page.goto(file.as_uri())
        if how.get("java_script_enabled", True):
            page.wait_for_selector("html[data-ready]")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert heard == []


def paths(markup: str) -> dict[str, str]:
    """Path data of the ground by class."""
    found: dict[str, str] = {}
    for attributes in re.findall(r"<path ([^>]*?)/?>", markup):
        named = dict(re.findall(r'(\w+)="([^"]*)"', attributes))
        if named["d"]:
            found[named["class"]] = named["d"]
    return found


def points(data: str) -> set[tuple[float, ...]]:
    """Where the pieces of a path begin, in tenths of kilometres."""
    starts = re.findall(r"M(-?[\d.]+)[ ]?(-?[\d.]+)", data)
    return {(round(10 * float(x)), round(10 * float(y))) for x, y in starts}


def test_the_script_draws_what_stands_in_the_file(opened: Opener, one: Path) -> None:
    written = re.search(r'<g class="fill">(.*?)</g>', one.read_text("utf-8"), re.DOTALL)
    assert written
    drawn = opened(one).locator("figure svg.ground .fill").first.inner_html()
    before, after = paths(written[1]), paths(drawn)
    assert before.keys() == after.keys()
    for name in before.keys() - {"edge", "front"}:  # sides may begin at either end
        near = {
            (x + a, y + b) for x, y in points(after[name]) for a in (-1, 0, 1) for b in (-1, 0, 1)
        }
        assert points(before[name]) <= near
        assert len(points(before[name])) == len(points(after[name]))
    for name in ("edge", "front"):
        assert before.get(name, "").count("M") == after.get(name, "").count("M")


def test_arrow_keys_move_the_weeks(opened: Opener, one: Path) -> None:
    page = opened(one)
    caption, ground = page.locator(".weekly"), page.locator("svg.ground .fill").first
    last = (caption.inner_text(), ground.inner_html())
    assert last[0].startswith("31 December 2017: ")
    page.locator(".week").first.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert caption.inner_text().startswith("4 June 2017: ")
    assert page.locator(".date").first.inner_text() == "4 June 2017"
    assert page.locator(".week").first.get_attribute("aria-valuetext") == "4 June 2017"
    assert ground.inner_html() != last[1]
    page.keyboard.press("End")
    assert (caption.inner_text(), ground.inner_html()) == last


def test_views_and_places_by_keyboard_alone(opened: Opener, one: Path) -> None:
    page = opened(one)
    page.locator(".view").first.focus()
    page.keyboard.press("ArrowRight")
    assert "more likely than not" in page.locator(".weekly").inner_text()
    assert page.locator("svg.ground .fill").first.locator("[class^=c]").count() > 1
    assert page.locator('[data-legend="probability"]').is_visible()
    assert not page.locator('[data-legend="who"]').is_visible()
    page.keyboard.press("ArrowRight")
    assert page.locator("svg.ground .fill").first.locator("[class^=u]").count() > 0
    assert "is known to within" in page.locator(".weekly").inner_text()
    page.locator(".place").select_option(label="Baghdad")
    assert "ISF 100%" in page.locator(".held").inner_text()
    page.locator(".small-maps button").nth(3).focus()
    page.keyboard.press("Enter")
    assert page.locator(".which").inner_text().startswith("World 4 of 10: a corridor by territory")


def test_play_goes_through_the_weeks_and_stops(opened: Opener, one: Path) -> None:
    page = opened(one)
    button = page.locator('[data-play="week"]')
    button.click()
    assert button.inner_text() == "Pause"
    page.locator('[data-play="week"]', has_text="Play").wait_for()
    assert page.locator(".date").first.inner_text() == "31 December 2017"


@pytest.mark.parametrize(("scheme", "size"), [("light", DESK), ("dark", PHONE)])
def test_axe_finds_nothing(opened: Opener, two: Path, scheme: str, size: dict[str, int]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe")
    page = opened(two, viewport=size, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = axe.Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_paper_has_the_tables(opened: Opener, one: Path) -> None:
    page = opened(one)
    page.emulate_media(media="print")
    tables = page.locator("table")
    assert all(tables.nth(k).is_visible() for k in range(tables.count()))
    assert page.locator(".small-map").first.is_visible()
    assert not page.locator(".play").first.is_visible()
    assert page.pdf().startswith(b"%PDF")


def test_without_script_all_of_it_is_there(opened: Opener, reported: Reporter, make: Maker) -> None:
    page = opened(reported(make(), make()), java_script_enabled=False)
    sections = page.locator("section.run")
    assert [sections.nth(k).is_visible() for k in range(2)] == [True, True]
    assert page.locator("svg.ground").first.is_visible()
    assert not page.locator("input").first.is_visible()
    page.locator("summary").first.click()
    assert page.locator("details table").first.is_visible()


def test_markup_in_titles_stays_text(opened: Opener, reported: Reporter, make: Maker) -> None:
    quoted = MARKUP.replace('"', '\\"')
    page = opened(reported(make(overrides=[f'title="{quoted}"', f'faction.isf.title="{quoted}"'])))
    assert MARKUP in page.inner_text("main")
    page.locator("svg.ground").first.hover()
    assert page.locator("img").count() == 0


def test_another_run_and_the_change_against_the_first(opened: Opener, two: Path) -> None:
    page = opened(two)
    assert page.locator("section.run").nth(1).is_hidden()
    page.locator("#run").select_option("1")
    section = page.locator("section.run").nth(1)
    assert section.is_visible()
    assert "10 of 10 worlds" in section.locator(".lead").inner_text()
    section.locator('.view[value="change"]').check()
    assert section.locator("svg.ground .fill").first.locator(".d4").count() == 1
    assert "points of the ground against" in section.locator(".weekly").inner_text()


def test_controls_of_a_sweep_go_to_its_points(
    opened: Opener, reported: Reporter, swept: Callable[..., Path]
) -> None:
    values = "faction.tanf.strength.central=1.5,2,2.5"
    folder = swept(values, "scenario=baseline,tanf_withdrawal", "theatre.hex_km=40")
    page = opened(reported(folder))
    visible = page.locator("section.run:visible")
    assert visible.locator("h2").first.inner_text() == "central 1.5, scenario baseline"
    page.locator('[data-axis="0"]').focus()
    page.keyboard.press("End")
    assert visible.locator("h2").first.inner_text() == "central 2.5, scenario baseline"
    page.locator('[data-axis="1"]').select_option(label="tanf_withdrawal")
    assert visible.locator("h2").first.inner_text() == "central 2.5, scenario tanf_withdrawal"
    assert page.locator("#axis-0").inner_text() == "2.5"
    assert page.locator(".point.chosen").count() == 2 * 2 * 2  # kinds, keys, widths of screen


def test_eight_thousand_hexes(opened: Opener, reported: Reporter, make: Maker) -> None:
    file = reported(make(hex_km=10.0))
    assert file.stat().st_size < 1.5e6
    page = opened(file)
    assert page.evaluate("JSON.parse(document.querySelector('#maps').textContent)[0].units") > 7000
    page.locator(".week").first.focus()
    took = page.evaluate(
        """async () => {
          const week = document.querySelector(".week"), began = performance.now();
          week.value = 0;
          week.dispatchEvent(new Event("input", { bubbles: true }));
          await new Promise(requestAnimationFrame);
          return performance.now() - began;
        }"""
    )
    assert page.locator(".date").first.inner_text() == "4 June 2017"
    assert took < 3000.0
