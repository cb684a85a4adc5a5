"""The catalogue of outputs: its page, and that commands write all that it lists.

`tests/test_archipelago.py` holds what every command writes to it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli import main
from sim.ensemble.store.folder import KINDS
from sim.ensemble.store.outputs import output_file, output_files
from tests.support.outputs import data_files, keys_of, undescribed
from tests.test_archipelago import LINES, SMALL, WORLDS
from tools.docs.outputs import PAGE, page

EVENTS = """event,date,route,reading,confidence,source,note
territory,1903-02-20,north,,high,invented,
road,,,,high,invented,
"""
LATER = {
    "backtest": ("theatre=archipelago", "theatre.hex_km=40", "--origin", "1902-09-30,1902-12-31",
                 "--until", "1903-03-31", WORLDS, "changes=[{place: keep, holder: corsairs}]",
                 "--out", "forecasts"),
    "run": ("theatre.hex_km=40", "clock.until=2017-07-02", "ensemble.worlds=64",
            "ensemble.precision=0.4", "--out", "precise"),
}  # fmt: skip


def test_the_page_is_made_from_it() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "make reference"


def test_files_are_of_kinds_of_folders() -> None:
    for file in output_files():
        assert set(file.kinds) <= {*KINDS, "all"}
        assert file.what
        assert all(output.what for output in file.outputs), file.name


def test_units_of_a_shape() -> None:
    study = output_file("sensitivity.json", "sensitivity")
    assert study is not None
    keys = {output.key: output.unit for output in study.outputs}
    for key, unit in {"estimate": "variance", "level": "probability", "method": ""}.items():
        assert keys[f"variance_from_inputs.{key}"] == unit
    assert not [file.name for file in output_files() for out in file.outputs if out.unit == "same"]


def test_a_key_that_is_not_there_is_not_found() -> None:
    runs, sweeps = output_file("summary.json", "run"), output_file("summary.json", "sweep")
    assert runs is not None
    assert sweeps is not None
    assert runs.find("p_corridor.road.estimate") is not None
    assert runs.find("p_corridor.road.guess") is None
    assert runs.find("points[].worlds") is None
    assert sweeps.find("points[].worlds") is not None
    assert output_file("notes.txt", "run") is None


@pytest.mark.slow
def test_commands_write_all_that_it_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "events.csv").write_text(EVENTS)
    other = (*SMALL, "scenario=keep_falls", WORLDS, "--out", "other")
    for command, arguments in (("run", LINES["run"]), ("run", other), *LINES.items()):
        if "--out" in arguments:
            extra = ("--events", "events.csv") if command == "backtest" else ()
            assert main([command, *arguments, *extra]) in (0, 1)
    for command, arguments in LATER.items():
        assert main([command, *arguments]) == 0
    assert undescribed(tmp_path) == []
    written = {
        (entry.name, output.entry)
        for entry, file in data_files(tmp_path)
        if entry is not None
        for key in keys_of(file)
        if (output := entry.find(key)) is not None
    }
    listed = {(file.name, output.key) for file in output_files() for output in file.entries}
    assert listed - written <= {
        ("summary.json", "doubt.KIND.lowest"),
        ("summary.json", "doubt.KIND.highest"),
    }
