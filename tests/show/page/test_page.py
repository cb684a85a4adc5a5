"""What stands in the file, without a browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from sim import disk
from sim.analysis.stats.sobol import Plan, sensitivity
from sim.analysis.studies.compare import compare
from sim.config import saved
from sim.config.compose import compose
from sim.ensemble.run import Inputs
from sim.ensemble.store import folder as folders
from sim.ensemble.store.manifest import as_json
from sim.errors import LandbridgeError
from sim.show.base.format import interval
from sim.show.base.run_data import Run
from sim.show.base.style import KIND
from sim.show.page.ground import frame
from sim.show.page.numbers import _settings, counts
from sim.show.page.render import _flat as leaves
from sim.show.page.report import report
from sim.theatre.spec import theatre_spec
from tests.show.conftest import Maker
from tests.show.page.conftest import Reporter, data, told
from tests.support.fakes import FakeSimulator
from tests.support.folders import SEEDS
from tests.support.packed import unpacked

MARKUP = """</script><img src=x onerror=alert(1)>&"'"""


def test_every_number_is_that_of_the_summary(one: Path, folder: Path) -> None:
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    assert data(one, "numbers")["runs"][0]["summary"] == summary
    table = re.search(r'<table class="exact">(.*?)</table>', one.read_text("utf-8"), re.DOTALL)
    assert table
    rows = dict(re.findall(r"<tr><th>([^<]*)<td>([^<]*)", table[1].partition("<tbody>")[2]))
    assert {key: json.loads(text.replace("&#34;", '"')) for key, text in rows.items()} == dict(
        leaves(summary)
    )
    intervals = told(one, "data-interval")
    assert set(intervals) == {"p_corridor.road", "p_corridor.territory"}
    for key, text in intervals.items():
        assert text == interval(summary["p_corridor"][key.partition(".")[2]])
    shown = told(one, "data-n")
    assert "doubt.road.monte_carlo" in shown
    flat = dict(leaves(summary))
    for key, text in shown.items():
        assert text == ("not known" if flat[key] is None else f"{flat[key]:.3f}")


def test_the_weeks_of_the_map_are_the_counts_of_worlds(one: Path, run: Run) -> None:
    (map_,) = data(one, "maps")
    wanted = counts(run)
    assert (unpacked(map_["counts"], wanted.shape) == wanted).all()
    worlds = unpacked(map_["worlds"], (map_["single"], map_["units"], map_["dates"]))
    assert worlds.shape[0] == 10  # as many as there are
    assert (worlds[:, :, 0] == run.history[0].likeliest).all()


def test_the_page_is_small_and_the_same_when_made_again(
    reported: Reporter, one: Path, two: Path, folder: Path
) -> None:
    assert two.stat().st_size < 2 * 5e6 / 9  # of nine 5 MB
    assert reported(folder).read_bytes() == one.read_bytes()


def test_nothing_is_asked_of_any_other_place(one: Path) -> None:
    text = one.read_text("utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    said = policy[1].replace("&#39;", "'")
    assert "default-src 'none'" in said
    for name in ("style", "script"):
        body = re.search(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)
        assert body
        made = base64.b64encode(hashlib.sha256(body[1].encode()).digest()).decode()
        assert f"{name}-src 'sha256-{made}'" in said
    assert not re.search(r'(?:src|href)="(?!#)', text)
    assert not re.search(r"@import|url\((?!#)|https?://", text)


def test_what_settings_say_is_escaped(reported: Reporter, make: Maker) -> None:
    quoted = MARKUP.replace('"', '\\"')
    given = [f'title="{quoted}"', f'faction.pmf.title="{quoted}"', 'faction.pmf.color="red}*{"']
    page = reported(make(overrides=given))
    text = page.read_text("utf-8")
    assert "<img" not in text
    assert "red}*{" not in text.partition("</style>")[0]
    run = data(page, "numbers")["runs"][0]
    assert run["title"] == MARKUP
    assert [one["title"] for one in run["factions"] if one["key"] == "pmf"] == [MARKUP]


def test_several_runs_are_held_against_the_first(two: Path, make: Maker, folder: Path) -> None:
    said = data(two, "numbers")
    rows = {row.kind: row for row in compare([folder, make(territory=(20,) * 10)])}
    assert [row["kind"] for row in said["comparisons"]] == ["territory", "road"]
    for row in said["comparisons"]:
        assert row["difference"] == rows[row["kind"]].difference.as_dict()
        assert row["p_corrected"] == rows[row["kind"]].p_corrected
    labels = [run["label"] for run in said["runs"]]
    assert labels[0] == f"baseline ({folder.name})"
    assert len(set(labels)) == 2


def test_a_sweep_says_what_its_summary_does(reported: Reporter, swept: Callable[..., Path]) -> None:
    folder = swept("faction.tanf.strength.central=1.5,2,2.5", "theatre.hex_km=40")
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    page = data(reported(folder), "numbers")
    assert page["sweep"]["rows"] == summary["points"]
    (axis,) = page["sweep"]["axes"]
    assert (axis["said"], axis["at"]) == (["1.5", "2", "2.5"], [0, 1, 2])
    for one, row in zip(page["runs"], summary["points"], strict=True):
        own = json.loads((folder / row["directory"] / "summary.json").read_text("utf-8"))
        assert one["summary"] == own


def test_a_study_of_criticality_is_told_with_its_names(
    reported: Reporter, folder: Path, tmp_path: Path
) -> None:
    def row(place: str, change: float, p: float) -> dict[str, Any]:
        found = {"estimate": change, "low": change - 0.1, "high": change + 0.1}
        garrison = {"place": place, "faction": "isis", "fighters": 1000}
        return {"garrison": garrison, "difference": found, "p_with": found, "p_corrected": p}

    rows = [row("al_tanf", -0.2, 0.001), row("palmyra", 0.01, 0.9)]
    with folders.opened(tmp_path / "criticality", "criticality"):
        disk.stage(
            tmp_path / "criticality/criticality.json", as_json({"kind": "road", "places": rows})
        )
        folders.commit(tmp_path / "criticality", ["criticality.json"], complete=True)
    found = data(reported(folder, tmp_path / "criticality"), "numbers")["criticality"]
    assert [one["label"] for one in found["all"]] == ["al-Tanf", "Palmyra"]
    assert found["said"] == (
        "By road P changes by points of a hundred: al-Tanf -20.0 [-30.0, -10.0]; "
        "1 of 2 differ by more than chance."
    )


def study_of_sensitivity(at: Path) -> Path:
    """A study in which P goes with the first of two inputs alone."""
    plan = Plan.made(64, 2)
    formed = [int(8 * row[0]) for row in plan.rows]
    found = sensitivity(plan, formed, 8, ["faction.tanf.strength", "rules.response"])
    ranges = {"faction.tanf.strength": "1 to 3", "rules.response": "0 to 1"}
    with folders.opened(at, "sensitivity"):
        tree = {"kind": "road", "ranges": ranges, **found.as_dict()}
        disk.stage(at / "sensitivity.json", as_json(tree))
        folders.commit(at, ["sensitivity.json"], complete=True)
    return at


def test_a_study_of_sensitivity_is_told_with_its_indices(
    reported: Reporter, folder: Path, tmp_path: Path
) -> None:
    study = study_of_sensitivity(tmp_path / "study")
    page = reported(folder, study)
    found = data(page, "numbers")["sensitivity"]
    said = json.loads((study / "sensitivity.json").read_text("utf-8"))
    assert [one["label"] for one in found["all"]] == [
        "tanf: strength", "rules: response", "dummy: does nothing",
    ]  # fmt: skip
    for one in found["all"]:
        for index in ("total", "first", "low", "high"):
            assert one[index] == said["inputs"][one["key"]][index]
    assert "it depends most on tanf: strength (total index " in found["said"]
    total = found["all"][0]["total"]
    text = f"<td>{total['estimate']:.2f} [{total['low']:.2f}, {total['high']:.2f}]</td>"
    assert text in page.read_text("utf-8")


def test_studies_are_told_beside_a_sweep_that_is_not_shown_point_by_point(
    reported: Reporter, swept: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.show.page.report.BRIEF", 1)
    folder = swept("faction.tanf.strength.central=1.5,2", "theatre.hex_km=40")
    page = reported(folder, study_of_sensitivity(tmp_path / "study")).read_text("utf-8")
    assert page.count('id="sensitivity"') == 1


def test_routes_by_day_add_up_to_all_corridors(one: Path) -> None:
    (run,) = data(one, "numbers")["runs"]
    for kind in ("road", "territory"):
        found = run["routes_by_day"][kind]
        (end,) = {len(route["share"]) for route in found["routes"].values()}
        assert end == len(found["day"])
        whole = np.sum([route["share"] for route in found["routes"].values()], axis=0)
        curve = run["curves"][kind]
        for day, share in zip(found["day"], whole, strict=True):
            at = np.searchsorted(curve["day"], day, side="right") - 1
            assert share == pytest.approx(curve["share"][at], abs=3e-5)
        rows = {row["route"]: row[kind] for row in run["routes"] if not row["crossing"]}
        for name, route in found["routes"].items():
            assert route["last"].items() <= rows[name].items()


def test_worlds_of_another_version_are_left_out_and_it_says_so(small: Path, folder: Path) -> None:
    text = report([folder], lambda: Inputs(FakeSimulator())).decode()
    assert "could not be run again: this folder holds worlds from other seeds (" in text
    assert str(folder.parent) not in text
    assert "data-world=" not in text.partition("<script")[0]


def test_a_folder_that_is_no_run_is_refused(reported: Reporter, tmp_path: Path) -> None:
    with pytest.raises(LandbridgeError, match="not a run folder"):
        reported(tmp_path)


ROUTES = {name: one.colour for name, one in theatre_spec(SEEDS).routes.items()}


@pytest.mark.parametrize("colours", [KIND, ROUTES], ids=["kinds", "routes"])
def test_colours_are_told_apart_under_deuteranopia(colours: dict[str, str]) -> None:
    # Machado, Oliveira and Fernandes 2009, doi:10.1109/TVCG.2009.113, severity 1
    seen = np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]])
    for a, b in combinations(colours.values(), 2):
        gap = seen @ (np.array(to_rgb(a)) ** 2.2 - np.array(to_rgb(b)) ** 2.2)
        assert np.abs(gap).max() > 0.15, (a, b)


@pytest.mark.parametrize("theatre", ["archipelago", "posavina_1992"])
def test_settings_are_held_against_the_baseline_of_their_own_theatre(theatre: str) -> None:
    settings = compose([f"theatre={theatre}", "corridor.hold_days=7"])
    changed = _settings(Run.unrun(saved.plain(settings)))["changed"]
    assert changed == [{"key": "corridor.hold_days", "here": "7", "baseline": "30"}]


def test_maps_of_all_theatres_are_about_as_wide() -> None:
    for theatre in ("archipelago", "iraq_syria_jordan", "posavina_1992"):
        run = Run.unrun(saved.plain(compose([f"theatre={theatre}"])))
        width = float(frame(run.base).box.split()[2])
        assert 500.0 < width <= 1000.0  # units, in which names and marks have fixed sizes
