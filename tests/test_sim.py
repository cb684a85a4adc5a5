from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

import sim
from sim.errors import LandbridgeError
from tests.support.fakes import FakeSimulator


@pytest.fixture
def fake_model(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.ensemble.run.LandbridgeModel", FakeSimulator)


def test_run_from_python(fake_model: None, tmp_path: Path) -> None:
    result = sim.run("scenario=tanf_withdrawal", worlds=40, directory=tmp_path / "a")
    assert result.directory == tmp_path / "a"
    assert len(result.worlds) == result.summary["worlds"] == 40
    assert result.p_corridor["road"]["low"] < result.p_corridor["road"]["estimate"]
    assert str(result.worlds["first_date_road"].dtype).startswith("datetime64")
    assert {"unit", "faction", "worlds"} <= set(result.cells.columns)
    assert {"curve", "mean", "q50"} <= set(result.curves.columns)


def test_a_temporary_folder_goes_with_the_result(fake_model: None) -> None:
    result = sim.run(worlds=5)
    folder = result.directory
    assert folder.is_dir()
    del result
    assert not folder.exists()


def test_a_result_survives_its_process(fake_model: None) -> None:
    """The process that it was made in removes its own folder on its way out."""
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as pool:
        result = pool.submit(sim.run, worlds=5).result()
    assert len(result.worlds) == 5
    folder = result.directory
    del result
    assert not folder.exists()


def test_a_fork_leaves_the_folder_alone(fake_model: None) -> None:
    result = sim.run(worlds=5)
    child = os.fork()
    if not child:
        result = None  # type: ignore[assignment]
        os._exit(0)
    os.waitpid(child, 0)
    assert len(result.worlds) == 5


def test_errors_are_the_same_as_on_the_command_line(fake_model: None) -> None:
    with pytest.raises(LandbridgeError, match="did you mean baseline"):
        sim.run("scenario=basline")


def test_results_show_themselves(fake_model: None, tmp_path: Path) -> None:
    result = sim.run("theatre.hex_km=40", 'title="<b>bold</b>"', worlds=5)
    shown = result._repr_html_()
    assert shown.startswith('<iframe sandbox srcdoc="')  # no script, no style that leaves it
    assert "<b>bold" not in shown
    assert "of 5 worlds" in shown
    with pytest.raises(LandbridgeError, match="figure=date: no such figure"):
        result.figure("date")
    (tmp_path / "mine.html").write_text("mine", encoding="utf-8")
    with pytest.raises(LandbridgeError, match="no report"):
        result.report(tmp_path / "mine.html")
