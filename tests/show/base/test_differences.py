"""What differs from a scenario is in every title, and titles fit."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from matplotlib.figure import Figure

import sim
from sim.analysis.studies.compare import compare
from sim.show.base.differences import labels, named, phrases
from sim.show.base.run_data import Run
from sim.show.base.style import head, page, small_print, styled
from sim.show.studies.comparison import curves_page, forest_page
from tests.show.conftest import Maker

SHOW = Path(sim.__file__).parent / "show"


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("faction.regime.objectives.corridor=0", "corridor weight of the regime 0"),
        ("faction.tanf.red_line.radius_km=110", "red line radius of al-Tanf 110 km"),
        ("faction.pmf.intake_per_month.central=500", "intake per month central of the PMF 500"),
        ("clock.until=2018-06-30", "until 30 June 2018"),
        ("clock.origin=2017-05-01", "from 1 May 2017"),
        ("corridor.hold_days=7", "corridor hold 7 days"),
        ("+corridor.transit=[isf,sdf]", "corridor transit [isf,sdf]"),
        ("rules.response=0.10", "rules response 0.10"),
        ("~faction.tanf", "without faction.tanf"),
        ("rules.variant='plain'", "rules variant plain"),
        ("ensemble.worlds=9", ""),
        ("executor.threads=2", ""),
        ("executor=dask", ""),
        ("scenario=tanf_withdrawal", ""),
        ("clock.beyond_days=0", ""),
    ],
)
def test_a_setting_in_words(override: str, said: str) -> None:
    assert ", ".join(phrases([override])) == said


def test_a_title_says_how_a_run_differs() -> None:
    given = ["faction.regime.objectives.corridor=0", "clock.until=2018-06-30"]
    title = "As it stood; corridor weight of the regime 0, until 30 June 2018"
    assert named("As it stood", given) == title
    assert named("As it stood", []) == "As it stood"


def test_runs_are_told_apart_by_what_differs() -> None:
    a, b, c = Path("/a"), Path("/b"), Path("/c")
    radius, until = "faction.tanf.red_line.radius_km", "clock.until=2018-06-30"
    assert labels({a: ("baseline", [until]), b: ("baseline", [until, f"{radius}=0"])}) == {
        a: "baseline",
        b: "red line radius of al-Tanf 0 km",
    }
    assert labels({a: ("baseline", []), b: ("other", [f"{radius}=0"]), c: ("other", [])}) == {
        a: "baseline",
        b: "other, red line radius of al-Tanf 0 km",
        c: "other",
    }
    assert labels({a: ("baseline", []), b: ("baseline", [])}) == {
        a: "baseline (/a)",
        b: "baseline (/b)",
    }


def texts(figure: Figure) -> str:
    legends = [one.get_legend() for one in figure.axes if one.get_legend()]
    ticks = [one.get_text() for axes in figure.axes for one in axes.get_yticklabels()]
    named = [one.get_text() for legend in legends for one in legend.get_texts()]
    return "\n".join([*(one.get_text() for one in figure.texts), *ticks, *named])


def test_figures_of_a_comparison_name_runs_by_their_differences(make: Maker) -> None:
    base, other = make(), make(overrides=["corridor.hold_days=7"])
    rows = compare([base, other])
    runs = {at: Run.read(at) for at in (base, other)}
    assert "corridor hold 7 days" in runs[other].scenario_words
    names = labels({at: (run.scenario, run.overrides) for at, run in runs.items()})
    with styled():
        for figure in (forest_page(rows, runs, names), curves_page([*runs.values()], names)):
            said = texts(figure)
            assert "corridor hold 7 days" in said
            assert "baseline and baseline" not in said


def calls(function: ast.FunctionDef) -> set[str]:
    """Names of the functions that one calls."""
    made = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {one.id for one in made if isinstance(one, ast.Name)}


@pytest.mark.parametrize("file", sorted(SHOW.glob("*.py")), ids=lambda file: file.stem)
def test_every_figure_says_that_it_is_a_model_estimate(file: Path) -> None:
    """What writes a heading writes the small print too, which begins with that."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name not in ("head", "_head"):
            found = calls(node)
            if found & {"head", "_head"}:
                assert found & {"foot", "_foot", "small_print"}, node.name
    with styled():
        for scored, said in ((False, "model estimate, no obs"), (True, "model estimates beside")):
            figure = page()
            small_print(figure, "Words.", scored)
            assert said in texts(figure)


@pytest.mark.parametrize("letters", [20, 150, 260, 2000])
@pytest.mark.parametrize(
    "script",
    [
        "a long title of words ",
        "\u0437\u0430\u0433\u043e\u043b\u043e\u0432\u043e\u043a ",
        "\u0645\u0639\u0628\u0631 ",
    ],
)
def test_titles_fit_on_the_page(letters: int, script: str) -> None:
    text = (script * letters)[:letters].strip()
    with styled():
        figure = page((8.5, 5.0))
        head(figure, text, text)
        for one in figure.texts:
            box = one.get_window_extent()
            assert box.x1 <= 8.5 * 150
            assert box.y1 <= 5.0 * 150
        above, below = (one.get_window_extent() for one in figure.texts)
        assert above.y0 >= below.y1
        assert figure.texts[0].get_text().replace("\n", " ")[:100] == text[:100]
