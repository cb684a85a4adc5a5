from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace

import pytest

import sim
from sim.analysis.studies.criticality import Garrison
from sim.commands.shared.progress import Display
from sim.errors import LandbridgeError
from sim.show.results.base import Shown
from tests.support.fakes import FakeSimulator, PlacesSimulator


@pytest.fixture
def fake_model(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.ensemble.run.LandbridgeModel", FakeSimulator)


def test_run_from_python(fake_model: None, tmp_path: Path) -> None:
    result = sim.run("scenario=tanf_withdrawal", worlds=40, directory=tmp_path / "a")
    assert result.directory == tmp_path / "a"
    assert len(result.worlds) == result.to_dict()["worlds"] == 40
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


KEY = "faction.tanf.strength.central"  # the fake's chance of a road is 0.8 over it


def agrees(result: Shown, words: str) -> None:
    """What every result can do; the text holds some words."""
    assert words in result.summary()
    assert str(result) == result.summary()
    found = result.to_dict()
    assert json.loads((result.directory / result.file).read_text())
    assert found
    assert str(result.directory) in repr(result)


def test_a_run_says_and_hands_over_what_it_found(fake_model: None) -> None:
    result = sim.run("theatre.hex_km=40", worlds=8)
    agrees(result, "8 worlds, 2017-06-04 to 2017-12-31")
    assert result.figure("dates").file.read_bytes()[:4] == b"\x89PNG"


def test_a_sweep(fake_model: None, tmp_path: Path) -> None:
    result = sim.sweep(f"{KEY}=1,2", worlds=20, directory=tmp_path / "s")
    agrees(result, f"1  {KEY}=2")
    assert result.points["worlds"].tolist() == [20, 20]
    assert len(result.worlds) == 40
    assert result.failed == {}
    assert {one.file.suffix for one in result.figures()} == {".png"}


def test_a_comparison_outlives_its_runs(fake_model: None) -> None:
    runs = [sim.run(f"{KEY}={strength}", worlds=60) for strength in (1, 3)]
    result = sim.compare(*runs)
    del runs
    agrees(result, "over 60 paired worlds")
    table = result.differences.set_index("kind")
    assert table.loc["road", "difference"] < 0.0 < table.loc["road", "p"] < 0.05
    with pytest.raises(LandbridgeError, match="at least two"):
        sim.compare(sim.run(worlds=5))


def test_a_threshold(fake_model: None) -> None:
    result = sim.threshold(KEY, target=0.4, low=1, high=3, points=3, worlds=100)
    agrees(result, "Crosses 0.4 at ")
    assert result.to_dict()["crossing"]["low"] <= 2.0 <= result.to_dict()["crossing"]["high"]
    assert result.points["p"].is_monotonic_decreasing
    assert "<pre>P(corridor by road)" in result._repr_html_()
    assert 'src="data:image/png;base64,' in result._repr_html_()
    with pytest.raises(LandbridgeError, match="kind=rail: no such kind"):
        sim.threshold(KEY, target=0.4, kind="rail")
    with pytest.raises(LandbridgeError, match="target=2"):
        sim.threshold(KEY, target=2.0, low=1, high=3)


def test_sensitivity(fake_model: None) -> None:
    given = ("faction.tanf.strength=interval(1,3)", "faction.pmf.strength=prior")
    result = sim.sensitivity(*given, base=8, worlds=24)
    agrees(result, "from these inputs")
    table = result.inputs.set_index("input")
    assert table["total"].idxmax() == "faction.tanf.strength"
    assert len(table) == 3  # and the dummy
    assert result.figure().file.name == "sensitivity.png"


def test_criticality(fake_model: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def garrison(setup: object, place: str, fighters: int) -> Garrison:
        return Garrison(place, "isis", "isis", fighters)

    monkeypatch.setattr("sim.analysis.studies.criticality.garrison", garrison)
    result = sim.criticality(places=["rutba"], garrison=500, worlds=20)
    agrees(result, "500 fighters at one place, over 20 paired worlds")
    assert result.places["place"].tolist() == ["rutba"]
    assert result.to_dict()["most_critical"] == []  # the fake knows no garrisons


def test_a_backtest(fake_model: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.ensemble.run.LandbridgeModel", PlacesSimulator)
    monkeypatch.setattr("sim.analysis.backtest.forecasts.HISTORIES", 50)
    result = sim.backtest(origin="2016-03-01", until="2016-05-20", worlds=8)
    agrees(result, "Backtest from 2016-03-01")
    assert set(result.cases["date"]) == {"2016-03-31", "2016-04-30"}
    assert result.forecast["probability"].between(0.0, 1.0).all()
    two = sim.backtest(origin=["2016-03-01", "2016-04-10"], until="2016-05-20", worlds=8)
    agrees(two, "All splits: ")
    assert set(two.to_dict()["splits"]) == {"2016-03-01", "2016-04-10"}


def test_progress_is_shown_in_a_notebook(monkeypatch: pytest.MonkeyPatch, fake_model: None) -> None:
    shown: list[str] = []

    class Handle:
        def update(self, data: dict[str, str], raw: bool) -> None:
            shown.append(data["text/plain"])

    def display(data: dict[str, str], raw: bool, display_id: bool) -> Handle:
        shown.append(data["text/plain"])
        return Handle()

    shell = SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=display))
    sim.run("ensemble.block=4", "executor.threads=1", worlds=20)
    assert "20/20 worlds" in shown[-2]
    assert shown[-1] == ""  # wiped
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    with Display():
        pass
    assert shown[-1] == ""


def test_all_that_is_offered_is_there_and_importing_sim_is_light() -> None:
    code = "import sim, sys; print({'numpy', 'hydra', 'mesa'} & {*sys.modules}, [*sim.__all__])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("set() ")
    for name in sim.__all__:
        assert getattr(sim, name)
        assert name in dir(sim)
    with pytest.raises(AttributeError, match="no attribute 'hinges'"):
        sim.hinges  # noqa: B018
