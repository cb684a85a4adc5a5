"""`landbridge calibrate` over a runner that costs nothing, with the packaged settings and seeds."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread

from sim.analysis.calibration.table import FITTED
from sim.cli import main
from sim.config.compose import Job, compose_job
from sim.errors import LandbridgeError
from sim.model.build.posterior import load_posterior
from sim.show.studies.calibration import draw_calibration
from tests.support.calibration import FakeRunner

DATES = ["2015-08-15", "2017-06-04"]
PLAIN = "rules.variant=plain"
CALL = ["calibrate", PLAIN, f"--until={DATES[1]},{DATES[0]}", "--particles=256", "--rows=50"]

Command = Callable[..., tuple[int, str, str]]


_composed = cache(compose_job)  # composing takes most of the time


def _quick(overrides: Sequence[str], config_dir: Path | None) -> Job:
    """As `compose_job`, with the folder put in afterwards."""
    at = [one.removeprefix("hydra.run.dir=") for one in overrides if one.startswith("hydra.")]
    job = _composed(tuple(one for one in overrides if not one.startswith("hydra.")), config_dir)
    return replace(job, run_dir=Path(at[0]).resolve(), is_dated=False) if at else job


@pytest.fixture
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.analysis.calibration.table.Runner", FakeRunner)
    monkeypatch.setattr("sim.config.compose.compose_job", _quick)
    monkeypatch.setattr("sim.analysis.calibration.run.TRIALS", 20)
    monkeypatch.setattr(
        "sim.ensemble.store.manifest.code_hash", lambda: "fake"
    )  # someone may be editing
    monkeypatch.setattr(FakeRunner, "ran", [])


@pytest.fixture
def landbridge(
    _fake: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str, figures: bool = False) -> tuple[int, str, str]:
        draw = None if figures else lambda directory: [directory / "figures" / "a.png"]
        code = main(arguments, None, draw)
        return code, *capsys.readouterr()

    return call


def result(folder: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(folder, "calibration.json").read_text())
    return found


def test_a_fit_for_every_day(landbridge: Command) -> None:
    code, out, err = landbridge(*CALL, "--out=a", figures=True)
    assert (code, err) == (0, "")
    assert "Until 2015-08-15: 3 windows, 2015-01-01 to 2015-08-15" in out
    assert "not reported: killed, strength" in out
    assert all(len(line) <= 100 for line in out.splitlines())
    for day in DATES:
        text = Path(f"a/posterior/{day}.csv").read_text().splitlines()
        assert text[0] == ",".join(FITTED)
        assert len(text) == 51
        assert all(len(cell.replace(".", "").lstrip("0")) <= 4 for cell in text[1].split(","))
    one = result("a")["until"][DATES[1]]
    assert one["statistics"]["gained"]["status"] == "out of reach"
    assert one["statistics"]["lost_to_isf"]["status"] == "used"
    tempo = one["parameters"]["tempo"]
    assert 0.5 < tempo["prior"]["low"] < tempo["posterior"]["median"] < tempo["prior"]["high"] < 2
    assert one["recovery"]["parameters"]["tempo"]["shrinkage"] < 0.9
    assert one["recovery"]["parameters"]["alarm"]["shrinkage"] > 0.9
    particles = pd.read_csv(f"a/particles/{DATES[1]}.csv")
    assert len(particles) == 256
    assert particles["weight"].sum() == pytest.approx(1.0, abs=1e-4)
    figures = sorted(Path("a/figures").iterdir())
    assert len(figures) == 5
    assert all(np.ptp(imread(file)[:, :, :3]) > 0.5 for file in figures)


def test_what_it_writes_is_what_a_run_reads(landbridge: Command) -> None:
    landbridge(*CALL, "--out=seeds")
    config: Any = SimpleNamespace(posterior="auto", clock=SimpleNamespace(origin="2016-01-01"))
    found = load_posterior(config, Path("seeds/posterior"))
    assert found is not None
    assert found.names == tuple(f"rules.{name}" for name in FITTED)
    assert found.values.shape == (50, len(FITTED))


def test_called_again_it_goes_on_and_gives_the_same(
    landbridge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    landbridge(*CALL, "--out=a")
    monkeypatch.setattr(FakeRunner, "stop_after", len(FakeRunner.ran) + 3)
    code, _, err = landbridge(*CALL, "--out=b", "executor.threads=1")
    assert code == 130
    assert "3 pieces of the table are kept in b; continue with: landbridge calibrate " in err
    assert "--out=b executor.threads=1" in err
    monkeypatch.setattr(FakeRunner, "stop_after", -1)
    FakeRunner.ran.clear()
    assert landbridge(*CALL, "--out=b")[0] == 0
    assert len(FakeRunner.ran) == 4 * 11 - 3
    assert result("a") == result("b")
    FakeRunner.ran.clear()
    assert landbridge(*CALL[:3], "--particles=256", "--accept=0.7", "--out=b")[0] == 0
    assert FakeRunner.ran == []
    assert result("b")["until"][DATES[1]]["kept"] == 179


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--until=soon"], "--until=soon: must be a date such as 2017-06-04"),
        (["--until=2018-01-01"], "--until=2018-01-01: the record ends on 2017-12-31"),
        (["rules.variant=auto"], "rules.variant=auto: name the variant of the rules to fit"),
        (["rules.variant=plane"], "rules.variant=plane: no such variant"),
        (["--until=2015-01-20"], "--until=2015-01-20: less than 42 days"),
        (["--particles=63"], "--particles=63: must be a whole number from 64 to"),
        (["--particles=many"], "--particles=many: must be a whole number"),
        (["--rows=0"], "--rows=0: must be a whole number from 10"),
        (["--accept=0"], "--accept=0: must be a number above 0, at most 1"),
        (["--accept=nan"], "--accept=nan: must be"),
        (
            ["clock.origin=2016-01-01"],
            "clock.origin=2016-01-01: calibrate sets that itself; give --until",
        ),
        (["uncertainty=central"], "uncertainty=central: calibrate sets that itself; leave it out"),
        (["rules.tmpo=1"], "did you mean tempo?"),
        (["theatre.hex_km=26"], "theatre.hex_km=26"),
        (["--out=/dev/null/a"], "--out=/dev/null/a: cannot be written"),
    ],
)
def test_errors_are_one_line_and_leave_nothing(
    landbridge: Command, tmp_path: Path, arguments: list[str], said: str
) -> None:
    code, out, err = landbridge("calibrate", PLAIN, *arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert said in err
    assert list(tmp_path.iterdir()) == []


def test_a_table_of_other_settings_is_not_gone_on_with(
    landbridge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = ["calibrate", PLAIN, "--until=2015-07-01", "--particles=64", "--out=a"]
    landbridge(*small)
    code, _, err = landbridge(*small, "ensemble.seed=1")
    assert (code, "ensemble.seed (0 -> 1); choose another folder" in err) == (2, True)
    code, _, err = landbridge(*small[:2], "--until=2015-10-01", *small[3:])
    assert (code, "until (2015-07-01 -> 2015-10-01" in err) == (2, True)
    monkeypatch.setattr("sim.ensemble.store.manifest.code_hash", lambda: "other")
    assert "another version of the model" in landbridge(*small)[2]
    Path("a/manifest.json").unlink()
    assert "holds a table made from something else" in landbridge(*small)[2]


def test_a_folder_without_a_calibration_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LandbridgeError, match="not a run folder"):
        draw_calibration(tmp_path)
