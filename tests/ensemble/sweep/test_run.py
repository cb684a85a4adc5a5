"""Sweeps of the fake model: contents, growth, damage, refusals, and what others can read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import sim
from sim.cli import main
from sim.commands.shared.progress import Display
from sim.config.compose import Composer
from sim.ensemble.schedule import Progress
from sim.ensemble.store.parts import Parts
from sim.errors import LandbridgeError
from sim.show.sweep.data import Swept
from sim.show.sweep.figures import pages
from tests.support.fakes import FakeSimulator, holding

KEYS = ("scenario=baseline,tanf_withdrawal", "corridor.hold_days=7,30")


@pytest.fixture(scope="module")
def composer() -> Composer:
    """Reading the configs takes most of the time of a fake sweep."""
    return Composer()


@pytest.fixture(autouse=True)
def here(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, composer: Composer) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sim.analysis.sweep.plan.Composer", lambda config_dir: composer)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("once") / "s"


@pytest.fixture
def finished(once: Path) -> list[str]:
    """A finished sweep in `s`, made once and copied; its contents."""
    if not once.exists():
        assert sweep(str(once)) == 0
    shutil.copytree(once, "s")
    return contents("s")


def sweep(
    folder: str, *overrides: str, worlds: int = 60, simulator: FakeSimulator | None = None
) -> int:
    given = overrides if any("," in one for one in overrides) else (*KEYS, *overrides)
    size = (f"ensemble.worlds={worlds}", "ensemble.replications_per_draw=1", "ensemble.block=10")
    at = f"hydra.sweep.dir={folder}"
    return main(["sweep", *given, *size, at], simulator or FakeSimulator())


def manifest(folder: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(folder, "manifest.json").read_text())
    return found


def contents(folder: str) -> list[str]:
    found = manifest(folder)
    assert found["complete"]
    return [found["content_hash"], *(one["content_hash"] for one in found["points"])]


def test_a_sweep_folder_holds_what_was_promised(finished: list[str]) -> None:
    design, rows = pd.read_csv("s/design.csv"), pd.read_csv("s/summary.csv")
    assert list(design.columns) == ["point", "scenario", "corridor.hold_days"]
    assert rows["point"].tolist() == design["point"].tolist() == [0, 1, 2, 3]
    worlds = pd.read_parquet("s/worlds.parquet")
    assert worlds["point"].tolist() == sorted([0, 1, 2, 3] * 60)
    for number in range(4):
        own = pd.read_parquet(f"s/points/{number}/worlds.parquet")
        part = worlds[worlds["point"] == number].drop(columns="point").reset_index(drop=True)
        pd.testing.assert_frame_equal(part, own)
        said = json.loads(Path(f"s/points/{number}/summary.json").read_text())
        row = rows.iloc[number]
        for kind in ("road", "territory"):
            p = said["p_corridor"][kind]
            low, high = row[f"p_{kind}_low"], row[f"p_{kind}_high"]
            assert (row[f"p_{kind}"], low, high) == (p["estimate"], p["low"], p["high"])
            when = row[f"median_date_{kind}"]
            assert (None if pd.isna(when) else when) == said["median_date"][kind]
            doubt, parts = said["doubt"][kind], row[[f"p_{kind}_inputs", f"p_{kind}_rules"]]
            assert parts.isna().tolist() == [doubt[k] is None for k in ("inputs", "rules")]
            assert row[f"mean_days_{kind}_low"] < row[f"mean_days_{kind}"]
        south = np.mean(own["route_road"] == "south")
        assert row["p_road_south"] == pytest.approx(south)
        assert row["p_road_south_low"] < south < row["p_road_south_high"]
    assert not [*Path("s").rglob("*.tmp"), *Path("s").rglob("part-*")]


def test_contents_do_not_depend_on_threads_blocks_or_way_there(finished: list[str]) -> None:
    given = [
        "run",
        "-m",
        *KEYS,
        "ensemble.worlds=60",
        "ensemble.replications_per_draw=1",
        "hydra.sweep.dir=b",
    ]
    assert main(given, FakeSimulator()) == 0
    assert contents("b") == finished


def test_points_advance_together() -> None:
    order: list[tuple[int, int]] = []

    class Noting(FakeSimulator):
        def simulate(self, setup: Any, draws: Any, per_draw: Any) -> Any:
            order.append((draws[0], round(setup.chance_of_road * 10)))
            return super().simulate(setup, draws, per_draw)

    sweep("s", "executor.threads=1", simulator=Noting())
    assert [start for start, _ in order] == sorted([0, 10, 20, 30, 40, 50] * 4)


def test_more_worlds_and_more_points_run_only_what_is_new() -> None:
    sweep("s", "scenario=baseline,tanf_withdrawal", worlds=20)
    later = FakeSimulator()
    sweep("s", "scenario=baseline,tanf_withdrawal", worlds=50, simulator=later)
    assert sorted(later.calls) == sorted([*range(20, 50)] * 2)
    sweep("whole", "scenario=baseline,tanf_withdrawal", worlds=50)
    assert contents("s") == contents("whole")
    arguments = ("design=zip", "scenario=baseline,tanf_withdrawal,baseline",
                 "corridor.hold_days=30,30,7")  # fmt: skip
    sweep("z", "design=zip", "scenario=baseline,tanf_withdrawal", "corridor.hold_days=30,30")
    later = FakeSimulator()
    assert sweep("z", *arguments, simulator=later) == 0
    assert sorted(later.calls) == list(range(60))
    assert len(manifest("z")["points"]) == 3


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (("ensemble.seed=1",), "point 0 is another: ensemble.seed (0 -> 1)"),
        (("scenario=baseline,tanf_withdrawal", "corridor.hold_days=7,31"),
         "point 1 is another: corridor.hold_days (30 -> 31)"),
        (("corridor.hold_days=7,30",), "holds a sweep of 4 points, not 2"),
        (("executor.threads=1", "ensemble.worlds=50"), "point 0 in s already holds 60 worlds"),
    ],
)  # fmt: skip
def test_another_sweep_is_refused_and_nothing_touched(
    finished: list[str],
    capsys: pytest.CaptureFixture[str],
    overrides: tuple[str, ...],
    said: str,
) -> None:
    before = Path("s/manifest.json").read_text()
    worlds = 50 if "ensemble.worlds=50" in overrides else 60
    capsys.readouterr()
    assert sweep("s", *overrides[:1], *overrides[1:], worlds=worlds) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert Path("s/manifest.json").read_text() == before


def test_other_code_is_refused(
    finished: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.ensemble.store.manifest.code_hash", lambda: "changed")
    assert sweep("s") == 2
    assert "another version of the model" in capsys.readouterr().err


def truncate(file: str) -> None:
    with Path(file).open("r+b") as stream:
        stream.truncate(Path(file).stat().st_size // 2)


DAMAGE = {
    "a point's worlds": (lambda: truncate("s/points/1/worlds.parquet"), 60),
    "a point's cells": (lambda: truncate("s/points/1/cells.parquet"), 0),
    "a point's counts": (lambda: truncate("s/points/2/parts/total.npz"), 60),
    "all worlds": (lambda: truncate("s/worlds.parquet"), 0),
    "the design": (lambda: Path("s/design.csv").write_text("x"), 0),
    "a point is gone": (lambda: shutil.rmtree("s/points/3"), 60),
}


UNSAID = {"a point is gone"}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_mended_by_the_next_run(
    what: str, finished: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    damage, again = DAMAGE[what]
    damage()
    later = FakeSimulator()
    assert sweep("s", simulator=later) == 0
    assert len(later.calls) == again
    assert contents("s") == finished
    assert main(["verify", "s"], FakeSimulator()) == 0
    assert ("damaged" in capsys.readouterr().out) == (what not in UNSAID)


def test_truncated_parts_are_run_again(finished: list[str]) -> None:
    shutil.rmtree("s")
    assert sweep("s", simulator=FakeSimulator(fail_at=55)) == 1
    parts = sorted(Path("s/points/0/parts").glob("part-*"))
    assert len(parts) == 5
    truncate(str(parts[1]))
    parts[2].write_bytes(b"")
    later = FakeSimulator()
    assert sweep("s", simulator=later) == 0
    assert sorted(set(later.calls)) == [*range(10, 30), *range(50, 60)]
    assert contents("s") == finished


def test_a_full_disk_is_one_line_and_nothing_is_lost(
    finished: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree("s")
    write, written = Parts.write, []

    def full(self: Parts, *given: Any) -> None:
        if len(written) == 7:
            raise OSError(28, "No space left on device")
        written.append(given)
        write(self, *given)

    with monkeypatch.context() as patch:
        patch.setattr(Parts, "write", full)
        assert sweep("s", "executor.threads=1") == 2
    err = capsys.readouterr().err
    assert "--out=s: cannot be written (No space left on device)" in err
    assert err.count("\n") == 1
    later = FakeSimulator()
    assert sweep("s", simulator=later) == 0
    assert len(later.calls) == 240 - 70
    assert contents("s") == finished


def test_a_running_sweep_can_be_read_by_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.ensemble.sweep.run._LEAST", 0.0)
    monkeypatch.setattr("sim.ensemble.sweep.run._SHARE", 1e9)
    monkeypatch.setattr("sim.ensemble.sweep.run._FIRST", 0.0)
    read: list[tuple[int, int, int]] = []
    show = Display.show

    def reading(self: Display, progress: Progress) -> None:
        if len(calls) > 4:
            named = duckdb.sql("select count(*) from 's/worlds.parquet'").fetchall()
            frame = pd.read_parquet("s/worlds.parquet")
            read.append((len(frame), pl.read_parquet("s/worlds.parquet").height, named[0][0]))
            rows = pd.read_csv("s/summary.csv")
            assert set(rows["status"]) <= {"running", "done"}
            assert rows["p_road"].between(rows["p_road_low"], rows["p_road_high"]).all()
        calls.append(progress)
        show(self, progress)

    calls: list[Progress] = []
    monkeypatch.setattr(Display, "show", reading)
    assert sweep("s", "executor.threads=1") == 0
    assert all(a == b == c > 0 for a, b, c in read)
    assert len({a for a, _, _ in read}) > 15


def test_two_sweeps_cannot_work_in_one_folder(
    finished: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with holding(Path("s").resolve()):
        assert sweep("s", worlds=70) == 2
    assert "s: another run is working in this folder" in capsys.readouterr().err


def test_columns_of_some_points_only_are_null_in_the_others() -> None:
    class Odd(FakeSimulator):
        def simulate(self, setup: Any, draws: Any, per_draw: Any) -> Any:
            found = super().simulate(setup, draws, per_draw)
            if setup.chance_of_road > 0.5:
                found.worlds["extra"] = np.arange(len(draws))
            return found

    assert sweep("s", "scenario=baseline,tanf_withdrawal", simulator=Odd()) == 0
    table = pq.read_table("s/worlds.parquet").to_pandas()
    assert table.groupby("point")["extra"].count().tolist() == [0, 60]


def test_from_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.ensemble.run.LandbridgeModel", FakeSimulator)
    result = sim.sweep(*KEYS, worlds=30, directory="s")
    assert len(result.worlds) == 120
    assert result.points["worlds"].tolist() == [30] * 4
    assert result.failed == {}
    with pytest.raises(LandbridgeError, match="needs design=lhs"):
        sim.sweep("clock.tick_days=interval(1,2)")


def test_settings_of_all_points_broken_leave_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert sweep("s", "corridor.hold_days=0,999") == 2
    assert "corridor.hold_days=0: must be from 1" in capsys.readouterr().err
    assert not Path("s").exists()


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("losses", 77777, "world 33: losses is 77777, made again "),
        ("route_road", "nowhere", "world 33: route_road is nowhere, made again "),
    ],
)
def test_verify_names_the_first_row_that_differs(
    finished: list[str],
    capsys: pytest.CaptureFixture[str],
    column: str,
    value: object,
    said: str,
) -> None:
    assert main(["verify", "s", "--blocks", "8"], FakeSimulator()) == 0
    file = Path("s/points/2/worlds.parquet")
    schema = pq.read_schema(file)
    frame = pq.read_table(file).to_pandas(date_as_object=True)
    frame.loc[[33, 41], column] = value
    pq.write_table(pa.Table.from_pandas(frame, schema, preserve_index=False), file)
    capsys.readouterr()
    assert main(["verify", "s/points/2", "--blocks", "6"], FakeSimulator()) == 1
    out = capsys.readouterr().out
    assert "check sums of files: changed: worlds.parquet" in out
    assert "hash of the contents: is not that of the manifest" in out
    assert f"worlds 30 to 39, run again: {said}" in out
    assert main(["verify", "s"], FakeSimulator()) == 1
    assert "point 2: check sums of files: changed" in capsys.readouterr().out


def test_verify_says_what_it_cannot_check(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["verify", "none"], FakeSimulator()) == 2
    assert "none: not a run folder" in capsys.readouterr().err
    sweep("s", simulator=FakeSimulator(fail_at=55))
    assert main(["verify", "s"], FakeSimulator()) == 1
    assert "point 0: finished: RuntimeError: the model broke" in capsys.readouterr().out
    sweep("s")
    monkeypatch.setattr("sim.ensemble.store.manifest.code_hash", lambda: "changed")
    assert main(["verify", "s/points/0"], FakeSimulator()) == 1
    assert "settings, seeds and code: worlds from another version" in capsys.readouterr().out


def design(folder: str) -> list[str]:
    return Path(folder, "design.csv").read_text().splitlines()


def test_a_later_key_gets_more_values(finished: list[str]) -> None:
    """Points that are there keep their numbers, whatever the order of the new design."""
    later = FakeSimulator()
    assert sweep("s", KEYS[0], "corridor.hold_days=7,14,30", simulator=later) == 0
    assert len(later.calls) == 2 * 60
    assert design("s") == [
        "point,scenario,corridor.hold_days",
        "0,baseline,7", "1,baseline,30", "2,tanf_withdrawal,7", "3,tanf_withdrawal,30",
        "4,baseline,14", "5,tanf_withdrawal,14",
    ]  # fmt: skip
    assert set(finished[1:]) <= set(contents("s"))
    assert main(["verify", "s"], FakeSimulator()) == 0


def test_another_key_may_be_swept_too(finished: list[str]) -> None:
    later = FakeSimulator()
    more = (*KEYS, "faction.tanf.rationality=4.0,1.0")
    assert sweep("s", *more, simulator=later) == 0
    assert len(later.calls) == 4 * 60
    assert design("s")[1:3] == ["0,baseline,7,4.0", "1,baseline,30,4.0"]


def test_one_value_is_a_sweep_that_grows() -> None:
    given = ["ensemble.worlds=20", "hydra.sweep.dir=s"]
    assert main(["sweep", "corridor.hold_days=7", *given], FakeSimulator()) == 0
    assert design("s") == ["point,corridor.hold_days", "0,7"]
    later = FakeSimulator()
    assert main(["sweep", "corridor.hold_days=3,7", *given], later) == 0
    assert design("s") == ["point,corridor.hold_days", "0,7", "1,3"]
    assert len(later.calls) == 20
    assert main(["plot", "s"], FakeSimulator()) == 0


def test_a_point_that_failed_may_be_replaced() -> None:
    assert sweep("s", "corridor.hold_days=7,0,30") == 1
    later = FakeSimulator()
    assert sweep("s", "corridor.hold_days=7,9,30,31", simulator=later) == 0
    assert design("s")[1:] == ["0,7", "1,9", "2,30", "3,31"]
    assert len(later.calls) == 2 * 60
    assert main(["verify", "s"], FakeSimulator()) == 0


def test_a_point_that_was_stopped_by_an_error_may_be_replaced() -> None:
    class Broken(FakeSimulator):
        def prepare(self, config, seeds):
            if config.corridor.hold_days == 9:
                raise LandbridgeError("cannot be set up")
            return super().prepare(config, seeds)

    assert sweep("s", "corridor.hold_days=7,9", simulator=Broken()) == 1
    assert sweep("s", "corridor.hold_days=7,10") == 0
    assert design("s")[1:] == ["0,7", "1,10"]
    assert main(["verify", "s"], FakeSimulator()) == 0


@pytest.mark.parametrize("swept", ["corridor.hold_days=7,30", "ensemble.precision=0.1,0.2"])
def test_precision_is_refused(capsys: pytest.CaptureFixture[str], swept: str) -> None:
    given = [swept, "ensemble.worlds=20", "hydra.sweep.dir=s"]
    more = ["ensemble.precision=0.1"] if "precision" not in swept else []
    for last in ([], ["--dry-run"]):
        assert main(["sweep", *given, *more, *last], FakeSimulator()) == 2
        assert "ensemble.precision=0.1: the points" in capsys.readouterr().err
    assert not Path("s").exists()


def test_a_sweep_knows_all_seeds_and_what_its_points_share() -> None:
    assert sweep("s", "ensemble.seed=0,3", "corridor.hold_days=7") == 0
    said = json.loads(Path("s/summary.json").read_text())
    assert said["seeds"] == [0, 3]
    assert "corridor.hold_days=7" in said["fixed"]
    found = Swept.read(Path("s"))
    assert found.words == "Scenario: baseline; corridor hold 7 days."
    figure = next(iter(pages(found).values()))()
    said = " ".join(text.get_text() for text in figure.texts)
    assert "corridor hold 7 days" in said
    assert "2 seeds (0, 3)" in said
    assert "same luck" not in said
