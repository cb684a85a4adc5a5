from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.image import imread

from sim import disk
from sim.analysis.backtest.event_scores import Outcome, as_csv, score_event
from sim.analysis.stats.survival import Times
from sim.ensemble.store import folder
from sim.errors import LandbridgeError
from sim.show.base.style import save, styled
from sim.show.studies.event_scores import event_page
from sim.show.studies.forecast_map import RING, outcome_page, read_held
from sim.show.studies.scores import (
    draw_scores,
    reliability_page,
    score_page,
    score_pages,
    skill_page,
)


def _found(estimate: float | None, low: float | None, high: float | None) -> dict[str, Any]:
    return {"estimate": estimate, "low": low, "high": high}


def _entry(model: float) -> dict[str, Any]:
    score = {
        "model": _found(model, model - 0.05, model + 0.05),
        "persistence": _found(0.2, 0.1, 0.3),
        "hazard": _found(0.15, 0.1, 0.2),
    }
    skill = {"persistence": _found(0.5, 0.1, 0.7), "hazard": _found(1 - model / 0.15, None, 0.6)}
    return {
        "cases": 20,
        "places": 10,
        "blocks": 4,
        "brier": score,
        "log": score,
        "skill": {"brier": skill, "log": skill},
    }


def _scores() -> dict[str, Any]:
    one = {"low": 0.0, "high": 0.1, "cases": 9, "forecast": 0.04, "happened": 0.1}
    two = {"low": 0.9, "high": 1.0, "cases": 30, "forecast": 0.97, "happened": 1.0}
    bins = [{**one, "band_low": 0.0, "band_high": 0.05}, {**two, "band_low": 0.9, "band_high": 1.0}]
    lone = {**_entry(0.1), "brier": {**_entry(0.1)["brier"], "model": _found(0.1, None, None)}}
    scores = {
        **_entry(0.1),
        "scenario": "baseline",
        "origin": "2017-02-01",
        "until": "2017-06-04",
        "dates": ["2017-02-28"],
        "worlds": 40,
        "seed": 0,
        "uncertainty": "prior",
        "groups": {
            "front": {"front": _entry(0.1), "quiet": lone},
            "holder": {"isis": _entry(0.2)},
            "kind": {"town": _entry(0.3)},
            "months": {"1": _entry(0.1)},
            "changed": {"changed": _entry(0.1)},
        },
        "reliability": {"model": bins, "hazard": bins},
    }
    copied: dict[str, Any] = json.loads(json.dumps(scores))  # so that no part is shared
    return copied


def texts(figure: Any) -> str:
    axes = [text.get_text() for ax in figure.axes for text in (*ax.texts, ax.title)]
    return "\n".join([*(text.get_text() for text in figure.texts), *axes])


def test_titles_say_what_was_found() -> None:
    scores = _scores()
    with styled():
        assert "cannot be told from the hazard baseline, by either" in texts(score_page(scores))
        scores["skill"]["brier"]["hazard"] = _found(0.3, 0.1, 0.5)
        assert "beats the hazard baseline by Brier score, and" in texts(score_page(scores))
        assert "persistence +0.50 [+0.10, +0.70] and hazard +0.30 [+0.10, +0.50]" in texts(
            skill_page(scores)
        )
        said = texts(reliability_page(scores))
    assert "In 1 of 2 bins what happened lies outside" in said


def test_rows_of_the_skill_page() -> None:
    scores = _scores()
    scores["groups"]["kind"]["base"] = _entry(0.1)
    scores["groups"]["kind"]["base"]["brier"]["persistence"] = _found(0.0, 0.0, 0.0)
    scores["splits"] = {"2016-03-01": _entry(0.1)}
    with styled():
        said = texts(skill_page(scores))
    for row in ("All places (10)", "from 2016-03-01 (10)", "held by isis (10)", "1 month ahead"):
        assert row in said
    assert "base (10)" not in said  # nothing changed there


SETTINGS = {
    "theatre": {"name": "iraq_syria_jordan", "hex_km": 40.0},
    "clock": {"origin": "2017-02-01"},
    "faction": {"isf": {"title": "Iraqi forces", "color": "#2060a0"}, "isis": {"color": "#303030"}},
}


def _tables(at: Path) -> None:
    """A forecast of three places at a date, and who held them."""
    at.joinpath("forecast.csv").write_text(
        "date,place,controller,probability\n"
        "2017-02-28,mosul,isf,0.4\n2017-02-28,mosul,isis,0.6\n"
        "2017-02-28,hit,isf,0.9\n2017-02-28,hit,isis,0.1\n"
        "2017-02-28,baghdad,isf,1\n2017-02-28,baghdad,isis,0\n"
    )
    at.joinpath("cases.csv").write_text(
        "date,place,outcome\n2017-02-28,mosul,isf\n2017-02-28,hit,isf\n2017-02-28,baghdad,none\n"
    )


def _events() -> dict[str, Any]:
    days = np.array([20, 50, 90, 101], np.int64)
    times = Times(days, 100, 100, np.array([0, 0, 1, -1], np.int32), ("south", "north"), 1)
    outcomes = (
        Outcome("road", "towns", date(2017, 3, 1), "south"),
        Outcome("road", "all", None, ""),
    )
    return {
        "origin": "2017-02-01",
        "until": "2017-05-12",
        "worlds": 4,
        "hold_days": 30,
        "events": [
            score_event(times, one, date(2017, 2, 1), 30, ("south", "north")) for one in outcomes
        ],
    }


def test_the_map_says_what_was_missed(tmp_path: Path) -> None:
    _tables(tmp_path)
    when, held = read_held(tmp_path)
    assert when == date(2017, 2, 28)
    assert {one.place: (one.forecast, one.certainty, one.truth) for one in held} == {
        "mosul": ("isis", 0.6, "isf"),
        "hit": ("isf", 0.9, "isf"),
        "baghdad": ("isf", 1.0, "none"),
    }
    with styled():
        figure = outcome_page(tmp_path, SETTINGS, 40)
        said = texts(figure)
    assert "held 1 of 3 places, and missed 2" in said
    rings = [line for line in figure.axes[0].lines if line.get_markeredgecolor() == RING]
    assert len(rings) == 2
    assert "Iraqi forces" in said


def test_the_date_says_what_was_given_and_what_came(tmp_path: Path) -> None:
    times = Times(np.array([20, 50, 90, 101]), 100, 100, np.full(4, -1, np.int32), (), 1)
    (tmp_path / "event_forecast.csv").write_bytes(as_csv({"road": times}, date(2017, 2, 1)))
    with styled():
        said = texts(event_page(tmp_path, _events()))
    assert "holds what happened in 2 of 2 events" in said
    assert "towns: given 75%, formed." in said
    assert "all: given 75%, not formed by the horizon." in said


def test_figures_are_written_and_not_empty(tmp_path: Path) -> None:
    scores = _scores()
    scores["groups"]["months"]["2"] = _entry(0.2)
    (tmp_path / "scores.json").write_text(json.dumps(scores), encoding="utf-8")
    _tables(tmp_path)
    with styled():
        pages = score_pages(tmp_path, SETTINGS)
        assert list(pages) == ["scores", "skill", "reliability", "months", "outcome"]
        for name, draw in pages.items():
            disk.publish(save(draw(), tmp_path / f"{name}.png"))
            image = imread(tmp_path / f"{name}.png")
            assert image.shape[1] > 1000
            assert np.ptp(image[:, :, :3]) > 0.5


def test_a_folder_without_scores_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LandbridgeError, match="holds no scored backtest"):
        score_pages(tmp_path)
    with pytest.raises(LandbridgeError, match="not a run folder"):
        draw_scores(tmp_path)
    with folder.opened(tmp_path, "forecast"):
        pass
    with pytest.raises(LandbridgeError, match="holds no scored backtest"):
        draw_scores(tmp_path)
