from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.image import imread

from sim import disk
from sim.ensemble import folder
from sim.errors import LandbridgeError
from sim.show.scores import draw_scores, reliability_page, score_page, skill_page
from sim.show.style import styled


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
        assert "persistence +0.50 and hazard +0.30" in texts(skill_page(scores))
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


def test_figures_are_written_and_not_empty(tmp_path: Path) -> None:
    with folder.opened(tmp_path, "forecast"):
        disk.stage(tmp_path / "scores.json", json.dumps(_scores()).encode())
        folder.commit(tmp_path, ["scores.json"])
    drawn = draw_scores(tmp_path)
    assert [file.name for file in drawn] == ["scores.png", "skill.png", "reliability.png"]
    for file in drawn:
        image = imread(file)
        assert image.shape[1] > 1000
        assert np.ptp(image[:, :, :3]) > 0.5


def test_a_folder_without_scores_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LandbridgeError, match="not a run folder"):
        draw_scores(tmp_path)
    with folder.opened(tmp_path, "forecast"):
        pass
    with pytest.raises(LandbridgeError, match="holds no scored backtest"):
        draw_scores(tmp_path)
