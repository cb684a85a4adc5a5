"""The made-up theatre runs every command there is, and a faction is data alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from sim.cli import COMMANDS, main
from sim.paths import theatre_folder
from tests.support.outputs import undescribed

SMALL = ("theatre=archipelago", "theatre.hex_km=40", "clock.until=1903-03-15")
WORLDS = "ensemble.worlds=16"
LINES = {
    "run": (*SMALL, WORLDS, "--out", "run"),
    "sweep": (*SMALL, WORLDS, "scenario=baseline,keep_falls", "--out", "sweep"),
    "compare": ("run", "other", "--out", "compared"),
    "solve": ("faction.crown.red_line.radius_km", "--target", "0.5", *SMALL, WORLDS, "--out",
              "solve"),
    "sensitivity": (*SMALL, "faction.crown.red_line.probability=interval(0,1)", "--base", "8",
                    "--worlds", "2", "--out", "sensitivity"),
    "criticality": (*SMALL, WORLDS, "--places", "keep,northgate", "--out", "criticality"),
    "rare": (*SMALL, "--kind", "territory", "--particles", "20", "--repeats", "2", "--pilots", "1",
             "--out", "rare"),
    "backtest": ("theatre=archipelago", "theatre.hex_km=40", "--origin", "1902-12-31", "--until",
                 "1903-03-31", WORLDS, "--out", "backtest"),
    "calibrate": ("theatre=archipelago", "theatre.hex_km=40", "--until", "1901-07-01",
                  "--particles", "64", "--rows", "10", "rules.variant=plain", "--out", "fit"),
    "check-model": (*SMALL, "--worlds", "4", "--out", "check"),
    "report": ("run", "--out", "page.html"),
    "odd": ("theatre=archipelago", "--out", "odd.md"),
    "plot": ("run", "--only", "overview"),
    "verify": ("run", "--blocks", "1"),
    "list": ("scenarios", "--theatre", "archipelago"),
    "explain": ("corridor.hold_days",),
    "theatre": ("check", "archipelago"),
}  # fmt: skip
NOT_HERE = {"view", "clean"}  # a server; and it would take away what other tests compiled


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two runs."""
    at = tmp_path_factory.mktemp("isles")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(at)
        assert main(["run", *LINES["run"]], draw=lambda folder: []) == 0
        other = (*SMALL, "scenario=keep_falls", WORLDS, "--out", "other")
        assert main(["run", *other], draw=lambda folder: []) == 0
    return at


def test_every_command_is_tried() -> None:
    assert set(LINES) | NOT_HERE == set(COMMANDS)


@pytest.mark.parametrize("command", LINES)
def test_it_runs_every_command(
    command: str, here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(here)
    codes = (0, 1) if command == "check-model" else (0,)  # 1: a check fails
    assert main([command, *LINES[command]]) in codes, capsys.readouterr().err
    assert "isis" not in capsys.readouterr().out.lower()
    for arguments in (LINES[command], LINES["run"]):
        if "--out" in arguments and (folder := Path(arguments[-1])).is_dir():
            assert not undescribed(folder)


def test_a_report_of_its_sweep_tells_nothing_of_another_theatre(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scores of the registered forecast are of the first theatre."""
    monkeypatch.chdir(tmp_path)
    small = (*SMALL, "ensemble.worlds=2", "corridor.hold_days=7,30", "--out", "s")
    assert main(["sweep", *small], draw=lambda folder: []) == 0
    assert main(["report", "s", "--out", "s.html"]) == 0
    assert "Brier" not in (tmp_path / "s.html").read_text(encoding="utf-8")


def test_what_differs_between_its_scenarios_is_paired(here: Path) -> None:
    """The Keep's red line and garrison go in February: nothing before that differs."""
    runs = [json.loads((here / name / "summary.json").read_text()) for name in ("run", "other")]
    assert [one["worlds"] for one in runs] == [16, 16]
    assert set(runs[0]["routes"]["territory"]) <= {"north", "centre", "south"}


def test_a_faction_is_data_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pilgrims: a file, a name in the list, a row of strengths, a place that they hold."""
    mine = Path(shutil.copytree(theatre_folder("archipelago"), tmp_path / "mine"))
    corsairs = (mine / "configs/faction/corsairs.yaml").read_text(encoding="utf-8")
    pilgrims = corsairs.replace("corsairs", "pilgrims").replace("[tern_rock, fen]", "[tern_rock]")
    (mine / "configs/faction/pilgrims.yaml").write_text(pilgrims, encoding="utf-8")
    for name, before, after in (
        ("theatre.yaml", "crown, corsairs]\n  theatre", "crown, corsairs, pilgrims]\n  theatre"),
        ("strengths.csv", "crown,3500", "pilgrims,100,300,500,1903,invented,\ncrown,3500"),
        ("control.csv", "tern_rock,1901-01-01,corsairs", "tern_rock,1901-01-01,pilgrims"),
        ("dispositions.csv", "corsairs,tern_rock,150,300,600", "pilgrims,tern_rock,150,300,600"),
    ):
        text = (mine / name).read_text(encoding="utf-8")
        assert before in text, name
        (mine / name).write_text(text.replace(before, after, 1), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["theatre", "check", "mine"]) == 0
    small = ("theatre.hex_km=40", "clock.until=1903-02-15", "ensemble.worlds=4")
    assert main(["run", "theatre=./mine", *small, "--out", "run"], draw=lambda folder: []) == 0
    assert json.loads((tmp_path / "run/manifest.json").read_text())["worlds"] == 4


def test_a_new_theatre_is_a_copy_that_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["theatre", "new", "mine"]) == 0
    assert "landbridge run theatre=" in capsys.readouterr().out
    assert main(["theatre", "check", "mine"]) == 0
    assert main(["theatre", "new", "mine"]) == 2  # nothing is written over
    assert "is there already" in capsys.readouterr().err
    (tmp_path / "mine" / "control.csv").unlink()
    assert main(["theatre", "check", "mine"]) == 1
    assert "no such file" in capsys.readouterr().out
