"""A bit is flipped in every file of every kind of folder: found and named, or mended, or both."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import sim.show.texts.studies
from sim.analysis.calibration.windows import statistics
from sim.analysis.studies.criticality import Garrison
from sim.cli import main
from sim.ensemble.integrity import verify_files
from sim.theatre.spec import theatre_spec
from tests.support.calibration import FakeRunner
from tests.support.fakes import FakeSimulator, PlacesSimulator
from tests.support.folders import SEEDS

SPEC = theatre_spec(SEEDS)
SMALL = ["ensemble.worlds=24", "ensemble.block=8", "executor.threads=1"]
RUN = ["run", *SMALL, "hydra.run.dir=x"]
SWEEP = ["sweep", "corridor.hold_days=7,30", *SMALL, "hydra.sweep.dir=x"]
ORIGINS = "--origin=2016-03-01,2016-10-16"
FIT = ["calibrate", "--until=2015-07-01", "--particles=64", "--rows=10", "--out=x"]
SOLVE = ["solve", "faction.tanf.strength.central", "--target=0.4", "--low=1", "--high=3",
         "--points=3", "--rounds=1", *SMALL, "--out=x"]  # fmt: skip
SENSITIVITY = ["sensitivity", "faction.pmf.strength=prior", "--base=8", "--worlds=2", "--out=x"]
CRITICALITY = ["criticality", "--places=rutba", *SMALL, "--out=x"]
BACKTEST = ["--until=2016-12-20", *SMALL, "--out=x"]

# What is called, and how many draws are run before the model breaks (none: it does not).
KINDS: dict[str, tuple[list[str], int]] = {
    "run": (RUN, -1),
    "unfinished run": (RUN, 8),
    "grown run": ([*RUN, "ensemble.worlds=16"], -1),
    "sweep": (SWEEP, -1),
    "unfinished sweep": (SWEEP, 8),
    "solve": (SOLVE, -1),
    "sensitivity": (SENSITIVITY, -1),
    "criticality": (CRITICALITY, -1),
    "forecast": (["backtest", "--origin=2016-10-16", *BACKTEST], -1),
    "forecasts": (["backtest", ORIGINS, *BACKTEST], -1),
    "calibration": (FIT, -1),
    "rare": (["rare", "--out=x"], -1),
    "check": (["check-model", "--worlds=2", "--out=x"], -1),
    "comparison": (["compare", "a", "b", "--out=x"], -1),
}


@pytest.fixture(autouse=True)
def here(quick: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sim.analysis.backtest.forecasts.HISTORIES", 20)
    monkeypatch.setattr("sim.analysis.calibration.table.Runner", FakeRunner)
    monkeypatch.setattr("sim.analysis.calibration.run.TRIALS", 5)
    monkeypatch.setattr("sim.analysis.calibration.run.record_of", _record)
    monkeypatch.setattr("sim.ensemble.store.manifest.seed_hashes", lambda *_: {"control.csv": "0"})
    monkeypatch.setattr("sim.analysis.studies.criticality.garrison", _garrison)
    monkeypatch.setattr(
        "sim.show.studies.criticality.draw_criticality", lambda *_: Path("x/criticality.png")
    )
    _no_model(monkeypatch)
    _no_scores(monkeypatch)


def _garrison(setup: Any, place: str, fighters: int) -> Garrison:
    return Garrison(place, "regime", "none", fighters)


def _no_scores(patch: pytest.MonkeyPatch) -> None:
    for user in ("backtest", "rolling_origin"):
        patch.setattr(f"sim.analysis.backtest.{user}.evaluated", lambda *_: {"cases": 1})
    for name in ("scores_text", "splits_text"):
        patch.setattr(f"sim.show.texts.scores.{name}", lambda _: "scored")
    patch.setattr("sim.show.studies.scores.draw_scores", None)  # another draws


def _record(config: Any, found: Any, seeds: Path) -> Any:
    return np.ones((len(found), len(statistics(SPEC))))


def _no_model(patch: pytest.MonkeyPatch) -> None:
    """Splitting that costs nothing, and a calibration of the small settings."""
    event = SimpleNamespace(guide=lambda: None)
    patch.setattr("sim.analysis.rare.run.Corridor.of", lambda *_: event)
    found = SimpleNamespace(as_dict=lambda: {"estimate": 0.25})
    patch.setattr("sim.analysis.rare.run.rare", lambda *_, **__: found)
    patch.setattr(sim.show.texts.studies, "rare_text", lambda *_: "P = 0.25")
    findings = SimpleNamespace(as_dict=lambda: {"plans": 0.25})
    patch.setattr("sim.analysis.check_model.examine.examine", lambda *_: (findings, None, []))


def call(arguments: list[str], fail_at: int = -1) -> int:
    model = PlacesSimulator if arguments[0] == "backtest" else FakeSimulator
    return main(arguments, model(fail_at=fail_at), lambda directory: [directory / "figures" / "a"])


def snapshot(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def make(kind: str) -> list[str]:
    """Make `x` in this folder; returns what is called to go on with it."""
    arguments, fail_at = KINDS[kind]
    if kind == "comparison":
        for name in ("a", "b"):
            call([*RUN[:-1], f"hydra.run.dir={name}"])
    if fail_at >= 0:
        try:
            assert call(arguments, fail_at) == 1
        except RuntimeError as error:
            assert "the model broke" in str(error)  # noqa: PT017
    else:
        assert call(arguments) == 0
    if kind == "grown run":
        arguments = RUN
        with pytest.raises(RuntimeError, match="the model broke"):
            call(arguments, 10)
    return arguments


def flip(file: Path, share: float) -> None:
    raw = bytearray(file.read_bytes())
    raw[int(share * (len(raw) - 1))] ^= 1
    file.write_bytes(raw)


SLOW = {"solve", "sensitivity", "criticality", "forecasts"}


@pytest.mark.parametrize(
    "kind", [pytest.param(one, marks=pytest.mark.slow) if one in SLOW else one for one in KINDS]
)
def test_a_flipped_bit_in_any_file_is_found_and_mended(
    kind: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    record_property: Callable[[str, object], None],
) -> None:
    again = make(kind)
    at, kept = tmp_path / "x", tmp_path / "kept"
    before = snapshot(at)
    at.rename(kept)
    shutil.copytree(kept, at)
    assert call(again) == 0
    whole = snapshot(at)
    assert main(["verify", "x", "--blocks", "0"], FakeSimulator()) == 0
    shutil.rmtree(at)
    folders = sorted(file.parent for file in kept.rglob("manifest.json") if file.parent != kept)
    spared = tuple(f"{one.relative_to(kept).as_posix()}/" for one in folders[1:])  # one is enough
    flipped = [name for name, raw in before.items() if raw and not name.startswith(spared)]
    if kind.startswith("forecast"):  # the rest is as in a run
        flipped = [one for one in flipped if one.endswith((".csv", "s.json", "manifest.json"))]
    assert len(flipped) >= 3
    record_property("flipped files", len(flipped))
    for n, name in enumerate(flipped):
        shutil.copytree(kept, at)
        flip(at / name, (0.5, 0.0, 0.999, 0.3)[n % 4])
        capsys.readouterr()
        code = main(["verify", "x", "--blocks", "0"], FakeSimulator())
        out = capsys.readouterr().out
        by_others = kind == "unfinished sweep" and "/" not in name  # made anew each time
        assert code == 1, name
        assert Path(name).name in out or by_others, name
        assert call(again) == 0, name
        after = snapshot(at)
        assert after.keys() == whole.keys()
        unequal = [one for one in after if after[one] != whole[one] and not volatile(one)]
        assert not unequal, (name, unequal)
        for folder in (at, *(one.parent for one in at.glob("*/**/manifest.json"))):
            assert not [one for one in verify_files(folder) if one.problem], name
        shutil.rmtree(at)


def volatile(name: str) -> bool:
    """Files that say how long it took, and those that have check sums of these."""
    return Path(name).name in ("summary.json", "manifest.json")


def test_another_estimate_is_not_written_over_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make("rare")
    before = snapshot(tmp_path / "x")
    for other in ("--particles=20", "--kind=territory", "ensemble.seed=3"):
        assert call(["rare", other, "--out=x"]) == 2
        err = capsys.readouterr().err
        assert other.partition("=")[0].lstrip("-") in err
        assert err.count("\n") == 1
    assert snapshot(tmp_path / "x") == before
