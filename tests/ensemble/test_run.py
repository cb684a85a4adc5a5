from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from sim import disk
from sim.analysis.run.estimate import Result
from sim.config.compose import compose
from sim.ensemble.block import Block
from sim.ensemble.run import kept, prepare, run
from sim.ensemble.schedule import Progress
from sim.ensemble.store.parts import Parts
from sim.errors import LandbridgeError
from tests.conftest import Runner
from tests.support.fakes import FakeSimulator, holding


def manifest(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((result.directory / "manifest.json").read_text())
    return found


def content(result: Result) -> str:
    return str(manifest(result)["content_hash"])


def test_a_run_folder_holds_what_was_promised(fake_run: Runner) -> None:
    result = fake_run("a", "ensemble.worlds=120")
    files = {p.relative_to(result.directory).as_posix() for p in result.directory.rglob("*")}
    assert files >= {
        "summary.json", "worlds.parquet", "cells.parquet", "curves.parquet", "manifest.json",
        ".hydra/config.yaml", ".hydra/overrides.yaml",
    }  # fmt: skip
    assert not [name for name in files if name.startswith("parts/part-") or name.endswith(".tmp")]
    assert result.worlds["world"].tolist() == list(range(120))
    assert result.worlds["formed_road"].mean() == result.p_corridor["road"]["estimate"]
    held = result.cells.groupby(["unit", "date"], observed=True)["worlds"].sum()
    assert (held == 120).all()
    found = manifest(result)
    assert found["complete"]
    assert found["worlds"] == 120
    assert {"python", "numpy", "numba", "mesa", "landbridge"} <= found["versions"].keys()
    assert list(found["seeds"]) == ["control.csv"]
    assert len(found["content_hash"]) == 64


def test_contents_do_not_depend_on_blocks_or_threads(fake_run: Runner) -> None:
    hashes = {
        content(fake_run(f"b{size}", "ensemble.worlds=130", f"ensemble.block={size}", threads))
        for size, threads in ((1000, "executor.threads=1"), (7, "executor.threads=3"))
    }
    assert len(hashes) == 1
    other = content(fake_run("other", "ensemble.worlds=130", "ensemble.seed=1"))
    assert other not in hashes


def test_more_worlds_in_the_same_folder_run_only_the_new_ones(fake_run: Runner) -> None:
    fake_run("a", "ensemble.worlds=60")
    later = FakeSimulator()
    grown = fake_run("a", "ensemble.worlds=135", "ensemble.block=20", simulator=later)
    assert sorted(later.calls) == [world // 2 for world in range(60, 135)]
    assert content(grown) == content(fake_run("b", "ensemble.worlds=135"))
    assert grown.summary["worlds"] == len(grown.worlds) == 135
    cells = fake_run("b", "ensemble.worlds=135").cells
    assert grown.cells.equals(cells)


def test_calling_again_runs_nothing_and_keeps_the_time(fake_run: Runner) -> None:
    first = fake_run("a", "ensemble.worlds=60")
    before = (first.directory / "worlds.parquet").stat().st_mtime_ns
    later = FakeSimulator()
    again = fake_run("a", "ensemble.worlds=60", simulator=later)
    assert later.calls == []
    assert again.summary == first.summary
    assert (again.directory / "worlds.parquet").stat().st_mtime_ns == before


@pytest.mark.parametrize("sizes", [(50, 50), (50, 32), (7, 100)])
def test_a_broken_run_continues(fake_run: Runner, tmp_path: Path, sizes: tuple[int, int]) -> None:
    with pytest.raises(RuntimeError, match="the model broke"):
        fake_run(
            "a",
            "ensemble.worlds=300",
            f"ensemble.block={sizes[0]}",
            "executor.threads=2",
            simulator=FakeSimulator(fail_at=85),
        )
    saved = kept(tmp_path / "a", 300)
    assert 0 < saved < 300
    left = disk.staged(tmp_path / "a" / "parts" / "part-left.arrow")
    left.write_bytes(b"half")
    later = FakeSimulator()
    resumed = fake_run("a", "ensemble.worlds=300", f"ensemble.block={sizes[1]}", simulator=later)
    assert len(later.calls) == 300 - saved
    assert content(resumed) == content(fake_run("b", "ensemble.worlds=300"))
    assert not left.exists()


def test_a_kill_between_the_renames_of_compaction_is_harmless(
    fake_run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_run("a", "ensemble.worlds=60")
    for step in ("write_total", "drop"):

        def stop(*_: object) -> None:
            raise RuntimeError("killed")

        with monkeypatch.context() as patched:
            patched.setattr(Parts, step, stop)
            with pytest.raises(RuntimeError, match="killed"):
                fake_run("a", "ensemble.worlds=100")
    again = FakeSimulator()
    resumed = fake_run("a", "ensemble.worlds=100", simulator=again)
    assert again.calls == []
    assert content(resumed) == content(fake_run("b", "ensemble.worlds=100"))


def test_fewer_worlds_than_the_folder_holds_are_refused(fake_run: Runner) -> None:
    fake_run("a", "ensemble.worlds=60")
    with pytest.raises(LandbridgeError, match=r"ensemble.worlds=50: .* already holds 60 worlds"):
        fake_run("a", "ensemble.worlds=50")


def test_fewer_worlds_after_a_break_use_what_fits(fake_run: Runner, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        fake_run(
            "a",
            "ensemble.worlds=300",
            "ensemble.block=40",
            "executor.threads=1",
            simulator=FakeSimulator(fail_at=85),
        )
    small = fake_run("a", "ensemble.worlds=100")
    assert content(small) == content(fake_run("b", "ensemble.worlds=100"))
    assert content(fake_run("a", "ensemble.worlds=300")) == content(
        fake_run("c", "ensemble.worlds=300")
    )


def test_another_configuration_is_refused_by_its_keys(fake_run: Runner) -> None:
    fake_run("a", "ensemble.worlds=10")
    with pytest.raises(LandbridgeError) as caught:
        fake_run("a", "ensemble.worlds=10", "ensemble.seed=3", "scenario=tanf_withdrawal")
    text = str(caught.value)
    assert "ensemble.seed (0 -> 3)" in text
    assert "scenario (baseline -> tanf_withdrawal)" in text
    assert "\n" not in text


def test_other_seeds_or_code_are_refused(
    fake_run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_run("a", "ensemble.worlds=10")
    (tmp_path / "seeds" / "control.csv").write_text("place,date,controller\nx,y,z\n")
    with pytest.raises(LandbridgeError, match="other seeds .control.csv changed since"):
        fake_run("a", "ensemble.worlds=20")
    (tmp_path / "seeds" / "control.csv").write_text("place,date,controller\n")
    monkeypatch.setattr("sim.ensemble.store.manifest.code_hash", lambda: "changed")
    with pytest.raises(LandbridgeError, match="another version of the model"):
        fake_run("a", "ensemble.worlds=20")


def test_two_runs_cannot_work_in_one_folder(fake_run: Runner, tmp_path: Path) -> None:
    fake_run("a", "ensemble.worlds=10")
    before = {file: file.read_bytes() for file in (tmp_path / "a").rglob("*") if file.is_file()}
    with holding(tmp_path / "a"), pytest.raises(LandbridgeError, match="another run"):
        fake_run("a", "ensemble.worlds=20")
    assert before == {one: one.read_bytes() for one in (tmp_path / "a").rglob("*") if one.is_file()}


@pytest.mark.parametrize("override", ["ensemble.worlds=0", "corridor.sink=atlantis"])
def test_bad_settings_leave_no_folder(fake_run: Runner, tmp_path: Path, override: str) -> None:
    with pytest.raises(LandbridgeError):
        fake_run("deep/a", override)
    assert not (tmp_path / "deep").exists()


def test_a_file_in_the_way_is_one_line(fake_run: Runner, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LandbridgeError, match=r"--out=.*: cannot be written .*directory"):
        fake_run("file/a", "ensemble.worlds=10")


def test_a_folder_that_may_not_be_written(
    fake_run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # the superuser may write everywhere
    with pytest.raises(LandbridgeError, match="Permission denied"):
        fake_run("a", "ensemble.worlds=10")
    assert not (tmp_path / "a").exists()


def test_a_folder_that_cannot_be_made_leaves_nothing(
    fake_run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = disk.stage

    def full(file: Path, *rest: Any) -> None:
        if file.name == "manifest.json":
            raise OSError(28, "No space left on device")
        stage(file, *rest)

    monkeypatch.setattr(disk, "stage", full)
    with pytest.raises(LandbridgeError, match="No space left on device"):
        fake_run("deep/a", "ensemble.worlds=10")
    assert not (tmp_path / "deep").exists()


def test_a_full_disk_is_one_line_and_keeps_blocks(
    fake_run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, written = Parts.write, []

    def full(self: Parts, block: Block, *rest: Any) -> None:
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        written.append(block)
        write(self, block, *rest)

    monkeypatch.setattr(Parts, "write", full)
    with pytest.raises(LandbridgeError, match="No space left on device"):
        fake_run("a", "ensemble.worlds=300", "ensemble.block=50", "executor.threads=1")
    assert kept(tmp_path / "a", 300) == 100


def test_progress_counts_to_the_end(fake_run: Runner) -> None:
    seen: list[Progress] = []
    fake_run("a", "ensemble.worlds=60")
    result = fake_run("a", "ensemble.worlds=200", "ensemble.block=20", watch=seen.append)
    assert [p.done for p in seen] == sorted(p.done for p in seen)
    assert (seen[-1].done, seen[-1].total, seen[-1].fresh) == (200, 200, 140)
    assert seen[-1].formed["road"] == result.worlds["formed_road"].sum()


def test_chances_share_a_draw(fake_run: Runner) -> None:
    result = fake_run("a", "ensemble.worlds=25", "ensemble.replications_per_draw=10")
    assert result.worlds["draw"].tolist() == [r // 10 for r in range(25)]
    assert result.worlds["replication"].tolist() == [r % 10 for r in range(25)]
    assert "Korn-Graubard" in result.p_corridor["road"]["method"]


def test_rows_are_grouped_for_reading(fake_run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.ensemble.store.tables._GROUP", 100)
    result = fake_run("a", "ensemble.worlds=260")
    groups = pq.ParquetFile(result.directory / "worlds.parquet").metadata.num_row_groups
    assert groups == 3


class _Wide(FakeSimulator):
    """Outcomes of the size of the real theatre's."""

    def prepare(self, config: Any, seeds: Path) -> Any:
        import dataclasses

        setup = super().prepare(config, seeds)
        return dataclasses.replace(setup, record_days=tuple(range(31)))

    def simulate(self, setup: Any, draws: Any, per_draw: Any) -> Any:
        found = super().simulate(setup, draws, per_draw)
        found.cells.sum()
        return found


def test_memory_is_flat_in_the_number_of_worlds(small: Path, tmp_path: Path) -> None:
    import tracemalloc

    def peak(worlds: int) -> int:
        config = compose([f"ensemble.worlds={worlds}", "ensemble.block=20", "executor.threads=2"])
        prepared = prepare(config, _Wide(), tmp_path)
        tracemalloc.start()
        run(prepared, tmp_path / str(worlds))
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    few, many = peak(200), peak(1000)
    assert many < few + 2_000_000
    assert np.isfinite(few)
