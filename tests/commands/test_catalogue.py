"""`landbridge list`, `explain` and `clean`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.cli import main
from sim.config.catalogue import find, settings
from sim.config.compose import compose
from sim.config.saved import flatten, plain
from sim.ensemble.store.outputs import output_file
from sim.paths import KERNELS


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 0
    return capsys.readouterr().out


def test_there_is_a_setting_for_every_key_of_the_tree() -> None:
    for key in flatten(plain(compose([]))):
        (one,) = find(key)
        assert one.what or one.allowed or key == "changes", key
    assert len(settings()) > 100


def test_what_a_setting_is(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "explain", "faction.tanf.red_line.radius_km")
    for part in ("from 0 to 300", "default   55", "55 km zone", "sim.model.build.rules"):
        assert part in text
    text = said(capsys, "explain", "faction.tanf.strength.low")
    assert "fighters usable for campaigns" in text
    assert "300 / 1500 / 3150" in text
    assert "threads, dask, slurm" in said(capsys, "explain", "executor.kind")
    assert "a group of" in said(capsys, "explain", "faction.tanf")
    assert "sim.ensemble" in said(capsys, "explain", "executor.retries")
    assert main(["explain", "worlds"]) == 2
    assert "did you mean ensemble.worlds?" in capsys.readouterr().err


def test_what_there_is(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    own = tmp_path / "scenario" / "mine.yaml"
    own.parent.mkdir()
    own.write_text("# @package _global_\nscenario: mine\ntitle: My own\n")
    text = said(capsys, "list", "scenarios", "--config-dir", str(tmp_path))
    assert re.search(r"^tanf_withdrawal +US forces leave al-Tanf$", text, re.M)
    assert re.search(r"^mine +My own$", text, re.M)
    assert "tanf" in said(capsys, "list", "factions")
    assert "clock.until" in said(capsys, "list", "settings")
    assert "overview" in said(capsys, "list", "figures")
    assert "deny_corridor" in said(capsys, "list", "objectives")
    assert "first_date_WAY" in said(capsys, "list", "columns")
    assert "landbridge list columns" in said(capsys, "list")
    assert main(["list", "colums"]) == 2
    assert "did you mean columns?" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name",
    ["first_date_beyond_clear", "route_road", "route_territory", "transferred_pmf_regime",
     "share_held_south",
     "breach_date_jordan", "clashes_jordan_pmf", "contiguity_sunni_arab", "variant", "draw"],
)  # fmt: skip
def test_columns_are_known(name: str) -> None:
    worlds = output_file("worlds.parquet", "run")
    assert worlds is not None
    assert worlds.find(name) is not None


def test_caches_are_shown_and_emptied(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert "nothing in" in said(capsys, "clean")
    kernels, other = tmp_path / "landbridge" / f"{KERNELS}1", tmp_path / "landbridge" / "mine"
    for folder in (kernels, other):
        folder.mkdir(parents=True)
        (folder / "file").write_bytes(b"0" * 2_000_000)
    assert "2.0 MB" in said(capsys, "clean", "--dry-run")
    assert kernels.is_dir()
    assert f"{KERNELS}1" in said(capsys, "clean")
    assert not kernels.exists()
    assert other.is_dir()
