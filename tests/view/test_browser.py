"""The live view in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sim.view.server import Server
from sim.view.session import Session
from tests.view.conftest import served

Opener = Callable[..., Any]


@pytest.fixture
def opened(browser: Any, server: Server) -> Iterator[Opener]:
    """Opens the view in a context of its own; it must say nothing and ask nobody else."""
    contexts, heard = [], []

    def open_(hash_: str = "", **how: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **how})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on(
            "request",
            lambda one: None if one.url.startswith(server.address) else heard.append(one.url),
        )
        page.goto(server.address + hash_)
        page.wait_for_selector("html[data-ready=yes]")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert heard == []


def count(page: Any, kind: str = "road") -> str:
    text: str = page.locator(f"#{kind} .count").inner_text()
    return text


def moved(page: Any) -> None:
    page.locator("#road .difference", has_text="against the baseline, 60 pairs").wait_for()


def test_a_slider_moves_the_estimate_by_keyboard(opened: Opener) -> None:
    page = opened()
    before = count(page)
    assert before.endswith("of 60 worlds")
    assert page.locator("#road .difference").inner_text() == "This is the baseline."
    slider = page.get_by_label("tanf: strength")
    slider.focus()
    page.keyboard.press("End")
    moved(page)
    assert count(page) != before  # twice the strength: half the chance of a road
    assert "set=faction.tanf.strength.central" in page.url
    page.locator("#start").focus()
    page.keyboard.press("Enter")
    page.locator("#road .difference", has_text="This is the baseline.").wait_for()
    assert count(page) == before


def test_the_address_holds_the_settings(opened: Opener) -> None:
    first = opened()
    first.locator("#scenario").select_option("tanf_withdrawal")
    first.locator("#other").fill("corridor.hold_days=7")
    moved(first)
    first.wait_for_timeout(800)  # the box waits until one has done with typing
    moved(first)
    hash_ = "#" + first.url.partition("#")[2]
    assert hash_ == "#set=scenario%3Dtanf_withdrawal&set=corridor.hold_days%3D7"
    second = opened(hash_)
    assert second.locator("#scenario").input_value() == "tanf_withdrawal"
    assert second.locator("#other").input_value() == "corridor.hold_days=7"
    assert count(second) == count(first)


def test_two_tabs_do_not_disturb_each_other(opened: Opener) -> None:
    one, other = opened(), opened()
    before = count(other)
    one.locator("#scenario").select_option("tanf_withdrawal")
    moved(one)
    other.wait_for_timeout(300)
    assert count(other) == before
    assert count(one) != before
    assert other.locator("#scenario").input_value() == "baseline"


def test_the_command_stands_there_to_be_copied(opened: Opener) -> None:
    page = opened("#set=faction.tanf.red_line.place%3D")
    page.locator("#copy").click()
    assert page.locator("#told").inner_text() == (
        "landbridge run clock.beyond_days=0 theatre.hex_km=40 ensemble.worlds=60 "
        "faction.tanf.red_line.place="
    )


def test_keep_makes_the_settings_the_baseline(opened: Opener) -> None:
    page = opened("#set=scenario%3Dtanf_withdrawal")
    moved(page)
    page.locator("#keep").click()
    page.locator("#road .difference", has_text="This is the baseline.").wait_for()
    page.locator("#scenario").select_option("baseline")
    moved(page)


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """Of the fake model; of the real one where a test asks for it by `real`."""
    if "real" not in request.fixturenames:
        yield request.getfixturevalue("fake_server")
        return
    yield from served(request.getfixturevalue("real"))


@pytest.fixture(scope="module")
def real() -> Iterator[Session]:
    made = Session(("theatre.hex_km=40", "ensemble.worlds=16", "clock.until=2017-08-31"))
    yield made
    made.close()


def day(page: Any) -> int:
    return int(page.locator(".day").input_value())


def test_one_world_is_stepped_and_played_by_keyboard(opened: Opener, real: Session) -> None:
    page = opened()
    page.locator("#number").fill("3")
    page.keyboard.press("Enter")
    page.wait_for_selector(".stage[data-ready]")
    assert page.url.endswith("#world=3")
    page.locator("[data-step='7']").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert day(page) == 14
    assert page.locator(".armies circle").count() > 0
    page.locator("[data-step='-1']").focus()
    page.keyboard.press("Enter")
    assert (day(page), page.locator(".world .controls .when").inner_text()) == (13, "17 June 2017")
    page.locator(".run").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => +document.querySelector('.day').value > 16")
    page.keyboard.press("Enter")
    stopped = day(page)
    page.wait_for_timeout(500)
    assert day(page) == stopped
    event = page.locator(".events button").last
    event.focus()
    page.keyboard.press("Enter")
    assert page.locator(".today").inner_text().startswith(event.inner_text().partition(":")[0])
    rows = page.locator(".forces tbody tr").all_inner_texts()
    assert len(rows) > 5


def test_a_world_follows_the_settings_and_the_address(opened: Opener, real: Session) -> None:
    page = opened("#world=2")
    page.wait_for_selector(".stage[data-ready]")
    for _ in range(8):
        page.locator("[data-step='7']").click()
    before = page.locator(".events").inner_text()
    page.locator("#scenario").select_option("tanf_withdrawal")
    page.wait_for_function(
        "text => document.querySelector('.events').innerText !== text", arg=before
    )
    page.wait_for_selector(".stage[data-ready]")
    assert day(page) == 56  # where it was
    assert page.url.endswith("#set=scenario%3Dtanf_withdrawal&world=2")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_beside_a_world(opened: Opener, real: Session, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe")
    page = opened("#world=0", color_scheme=scheme, viewport={"width": 390, "height": 844})
    page.wait_for_selector(".stage[data-ready]")
    page.locator("[data-step='7']").click()
    page.locator(".world summary").click()
    found = axe.Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(opened: Opener, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe")
    page = opened(color_scheme=scheme, viewport={"width": 390, "height": 844})
    found = axe.Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
