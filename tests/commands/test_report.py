from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.cli import main
from tests.conftest import Runner
from tests.show.page.conftest import flipped


@pytest.fixture
def folder(fake_run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = fake_run("base", "ensemble.worlds=2", "theatre.hex_km=40").directory
    monkeypatch.setattr("sim.analysis.run.sample_worlds.again", flipped)
    monkeypatch.chdir(tmp_path)
    return made


def test_it_writes_one_file_and_says_how_large(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "base"]) == 0
    size = Path("report.html").stat().st_size / 1e6
    assert capsys.readouterr().out == f"Report                    report.html ({size:.2f} MB)\n"
    text = Path("report.html").read_text("utf-8")
    assert str(folder.parent) not in text  # no place on a disk
    assert main(["report", "base"]) == 0  # over its own
    assert Path("report.html").read_text("utf-8") == text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["base", "out=a.html"], "out=a.html: is an option of report: --out a.html"),
        (
            ["base", "--out=mine.html"],
            "--out=mine.html: is there and no report; choose another name",
        ),
        (["base", "--out=base"], "--out=base: is a folder; name a file"),
        (["base", "--scores=base"], "--scores=base: has no readable scores.json"),
        (["nowhere"], "nowhere: not a run folder of landbridge (no .landbridge)"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    Path("mine.html").write_text("<p>mine</p>", encoding="utf-8")
    assert main(["report", *words]) == 2
    assert capsys.readouterr().err == f"landbridge: {said}\n"
    assert Path("mine.html").read_text("utf-8") == "<p>mine</p>"


def test_scores_of_a_backtest(folder: Path) -> None:
    found = {"estimate": 0.25, "low": 0.125, "high": None}
    brier = dict.fromkeys(("model", "persistence", "hazard"), found)
    scores = {"places": 7, "splits": {"a": {}, "b": {}}, "brier": brier, "skill": {"brier": brier}}
    Path("scored").mkdir()
    Path("scored/scores.json").write_text(json.dumps(scores), encoding="utf-8")
    assert main(["report", "base", "--scores=scored"]) == 0
    text = Path("report.html").read_text("utf-8")
    assert "A forecast of who holds 7 places, 2 origins." in text
    assert "<td>0.25 [0.12, -]</td>" in text
