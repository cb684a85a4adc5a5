"""Whose a folder is: strangers' files stay as they are, and each kind of folder is its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.cli import main
from sim.ensemble.store import folder, manifest
from sim.errors import LandbridgeError
from tests.support.fakes import FakeSimulator, holding

SMALL = ["ensemble.worlds=8", "ensemble.block=8", "executor.threads=1"]
RUN = ["run", *SMALL]
SWEEP = ["sweep", "corridor.hold_days=7,30", *SMALL]

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def landbridge(
    quick: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sim.analysis.calibration.run.record_of", lambda *_: None)

    def call(*arguments: str, simulator: FakeSimulator | None = None) -> tuple[int, str]:
        capsys.readouterr()
        code = main(arguments, simulator or FakeSimulator(), lambda directory: [])
        return code, capsys.readouterr().err

    return call


def snapshot(at: Path) -> dict[str, bytes]:
    return {
        one.relative_to(at).as_posix(): one.read_bytes() for one in at.rglob("*") if one.is_file()
    }


WRITERS = {
    "run": [*RUN, "hydra.run.dir=x"],
    "sweep": [*SWEEP, "hydra.sweep.dir=x"],
    "solve": ["solve", "faction.tanf.strength.central", "--target=0.4", "--low=1", "--high=3",
              "--points=3", "--rounds=1", *SMALL, "--out=x"],
    "sensitivity": ["sensitivity", "faction.pmf.strength=prior", "--base=8", "--worlds=2",
                    "--out=x"],
    "calibration": ["calibrate", "--until=2015-07-01", "--particles=64", "--out=x"],
    "forecast": ["backtest", "--origin=2016-10-16", *SMALL, "--out=x"],
    "forecasts": ["backtest", "--origin=2016-03-01,2016-10-16", *SMALL, "--out=x"],
    "comparison": ["compare", "a", "b", "--out=x"],
}  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["x.tmp", "summary.json", "worlds.parquet", "notes/a.txt", ".lock", "parts/part-1.arrow"],
)
@pytest.mark.parametrize("writer", ["run", "sweep", "calibration"])
def test_a_strangers_folder_is_refused_by_name_and_stays(
    landbridge: Command, tmp_path: Path, writer: str, name: str
) -> None:
    file = tmp_path / "x" / name
    file.parent.mkdir(parents=True)
    file.write_text("mine")
    before = snapshot(tmp_path / "x")
    code, err = landbridge(*WRITERS[writer])
    assert code == 2
    assert err.count("\n") == 1
    assert f"it holds {name.partition('/')[0]})" in err
    assert snapshot(tmp_path / "x") == before


def test_what_file_managers_leave_is_no_stranger(landbridge: Command) -> None:
    Path("x").mkdir()
    Path("x/.DS_Store").write_text("finder")
    assert landbridge(*WRITERS["run"])[0] == 0
    assert Path("x/.DS_Store").read_text() == "finder"


def test_each_kind_of_folder_is_refused_for_any_other(tmp_path: Path) -> None:
    for kind, words in folder.KINDS.items():
        at = tmp_path / kind
        with folder.opened(at, kind):
            pass
        before = snapshot(at)
        for other, wanted in folder.KINDS.items():
            if other != kind:
                said = f"{kind}: holds {words}, not {wanted}"
                with pytest.raises(LandbridgeError, match=said), folder.opened(at, other):
                    pass
        assert snapshot(at) == before


@pytest.mark.parametrize("writer", [one for one in WRITERS if one != "sensitivity"])
def test_every_command_says_which_kind_it_wants(
    landbridge: Command, tmp_path: Path, writer: str
) -> None:
    for name in "ab":
        landbridge(*RUN, f"hydra.run.dir={name}")
    with folder.opened(tmp_path / "x", "rare"):
        pass
    before = snapshot(tmp_path / "x")
    for arguments, wanted in (
        (WRITERS[writer], folder.KINDS[writer]),
        (["plot", "x"], "a run or"),
        (["compare", "x", "a"], "a run or"),
    ):
        code, err = landbridge(*arguments)
        assert (code, err.count("\n")) == (2, 1)
        assert f"x: holds {folder.KINDS['rare']}, not {wanted}" in err
    assert snapshot(tmp_path / "x") == before
    with holding(tmp_path / "x"):
        (tmp_path / "x" / ".landbridge").write_bytes(folder._marker(writer))
        (tmp_path / "x" / "manifest.json").unlink()
        before = snapshot(tmp_path / "x")
        code, err = landbridge(*WRITERS[writer])
        assert (code, "x: another run is working in this folder" in err) == (2, True)
    assert snapshot(tmp_path / "x") == before


def test_a_sweep_is_not_run_over_nor_its_points(landbridge: Command, tmp_path: Path) -> None:
    landbridge(*WRITERS["sweep"])
    before = snapshot(tmp_path / "x")
    for at in ("x", "x/points/0", "x/points/9"):
        code, err = landbridge(*RUN, f"hydra.run.dir={at}")
        assert code == 2
        assert "a sweep" in err
    assert snapshot(tmp_path / "x") == before


def test_the_users_own_files_in_a_folder_of_ours_stay(landbridge: Command) -> None:
    landbridge(*WRITERS["run"])
    own = {"notes.md": "mine", "parts/x.tmp": "mine", "figures/mine.png": "mine", "a/b": "mine"}
    for name, text in own.items():
        file = Path("x", name)
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    assert landbridge(*WRITERS["run"], "ensemble.worlds=24")[0] == 0
    assert {name: Path("x", name).read_text() for name in own} == own


@pytest.mark.parametrize("name", ["summary.json", "worlds.parquet"])
def test_a_file_with_a_name_of_ours_that_is_not_ours_is_refused(
    landbridge: Command, name: str
) -> None:
    with pytest.raises(RuntimeError):
        landbridge(*WRITERS["run"], "ensemble.worlds=24", simulator=FakeSimulator(fail_at=10))
    Path("x", name).write_text("mine")
    code, err = landbridge(*WRITERS["run"], "ensemble.worlds=24")
    assert code == 2
    assert f"x/{name}: is in the way and not one of ours" in err
    assert Path("x", name).read_text() == "mine"
    Path("x", name).unlink()
    assert landbridge(*WRITERS["run"], "ensemble.worlds=24")[0] == 0


@pytest.mark.parametrize(
    "link", ["summary.json", "cells.parquet", "manifest.json", ".hydra/config.yaml", "parts",
             ".hydra", "parts/total.npz", ".landbridge"]
)  # fmt: skip
def test_nothing_is_written_through_a_link(landbridge: Command, tmp_path: Path, link: str) -> None:
    landbridge(*WRITERS["run"])
    at, outside = Path("x", link), tmp_path / "outside"
    shutil.move(at, outside)
    at.symlink_to(outside)
    if outside.is_dir():
        before = snapshot(outside)
    else:
        outside.write_bytes(b"mine")
        before = {"": b"mine"}
    code, err = landbridge(*WRITERS["run"], "ensemble.worlds=24")
    assert (code, err.count("\n")) == (2, 1)
    assert "link" in err or "damaged" in err
    assert (snapshot(outside) if outside.is_dir() else {"": outside.read_bytes()}) == before


def test_default_folders_of_the_same_second_are_distinct(
    landbridge: Command, tmp_path: Path
) -> None:
    at = tmp_path / "outputs" / "12-00-00"
    with folder.place(at, True) as a, folder.place(at, True) as b, folder.place(at, False) as c:
        assert (a, b, c) == (at, at.with_name("12-00-00-2"), at)
    assert not (tmp_path / "outputs").exists()  # nothing came of them
    for _ in range(3):
        assert landbridge(*RUN)[0] == 0
    assert len(list(tmp_path.glob("outputs/20*/*/summary.json"))) == 3


@pytest.mark.parametrize("damage", [b"", b'{"kind": "run"}'])
def test_a_broken_manifest_stops_nothing(landbridge: Command, damage: bytes) -> None:
    landbridge(*WRITERS["sweep"])
    expected = json.loads(Path("x/manifest.json").read_text())["content_hash"]
    for name in ("x", "x/points/0"):
        Path(name, "manifest.json").write_bytes(damage)
        later = FakeSimulator()
        assert landbridge(*WRITERS["sweep"], simulator=later)[0] == 0
        assert later.calls == []  # the parts say themselves what they are made from
        found = manifest.read(Path("x"))
        assert found is not None
        assert (found["complete"], found["content_hash"]) == (True, expected)
        assert landbridge("verify", "x")[0] == 0


def test_a_folder_without_manifest_is_not_mixed_with_other_worlds(landbridge: Command) -> None:
    landbridge(*WRITERS["run"])
    Path("x/manifest.json").write_bytes(b"")
    shutil.rmtree("x/.hydra")
    code, err = landbridge(*WRITERS["run"], "ensemble.seed=1")
    assert code == 2
    assert "total.npz: holds worlds of other settings, seeds or code" in err


def test_a_folder_of_which_nothing_is_known_any_more_is_said(landbridge: Command) -> None:
    landbridge(*WRITERS["run"])
    for name in (".landbridge", "manifest.json"):
        Path("x", name).write_bytes(b"?")
    for arguments in (WRITERS["run"], ["verify", "x"], ["plot", "x"]):
        code, err = landbridge(*arguments)
        assert (code, err.count("\n")) == (2, 1)
        assert ".landbridge and manifest.json are damaged" in err


@pytest.mark.parametrize("name", ['"~/zz"', "~/zz"])
def test_home_is_the_same_everywhere(
    landbridge: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert landbridge(*RUN, f"hydra.run.dir={name}")[0] == 0
    assert not Path("~").exists()
    assert Path("home/zz/summary.json").is_file()
    assert landbridge("verify", "~/zz")[0] == 0


def test_a_folder_keeps_the_text_that_was_typed(landbridge: Command) -> None:
    assert landbridge(*RUN, "hydra.run.dir=2017_06_04")[0] == 0
    assert landbridge(*SWEEP, "hydra.sweep.dir=2017_06_05")[0] == 0
    assert {one.name for one in Path().glob("2017*")} == {"2017_06_04", "2017_06_05"}


def test_settings_are_kept_as_they_were_then(
    landbridge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEED", "1")
    assert landbridge(*RUN, "ensemble.seed=${oc.env:SEED}", "hydra.run.dir=x")[0] == 0
    assert (
        landbridge(*SWEEP[:2], *SMALL, "ensemble.seed=${oc.env:SEED}", "hydra.sweep.dir=s")[0] == 0
    )
    monkeypatch.setenv("SEED", "2")
    assert landbridge("verify", "x")[0] == 0
    monkeypatch.delenv("SEED")
    assert landbridge("compare", "x", "s/points/0")[0] == 0
    assert landbridge("verify", "x")[0] == 0
    for at in ("x", "s/points/0"):
        assert "${" not in Path(at, ".hydra/config.yaml").read_text()


def test_a_changed_estimate_is_found_and_not_shown(
    landbridge: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    landbridge(*WRITERS["run"])
    file = Path("x/summary.json")
    said = json.loads(file.read_text())
    said["p_corridor"]["road"]["estimate"] = 0.99
    file.write_text(json.dumps(said, indent=2))
    code = main(["verify", "x"], FakeSimulator())
    assert (code, "changed: summary.json" in capsys.readouterr().out) == (1, True)
    code, err = landbridge("plot", "x")
    assert (code, "x/summary.json: is damaged or was changed" in err) == (2, True)
    assert landbridge(*WRITERS["run"])[0] == landbridge("verify", "x")[0] == 0


def test_a_lock_goes_with_its_process(landbridge: Command, tmp_path: Path) -> None:
    landbridge(*WRITERS["run"])
    code = "import sys, time; from pathlib import Path; from sim import disk\n"
    code += "with disk.held(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    lock = str(tmp_path / "x" / ".lock")
    with subprocess.Popen([sys.executable, "-c", code, lock], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with (
            pytest.raises(LandbridgeError, match="another run"),
            folder.opened(Path(lock).parent, "run"),
        ):
            pass
        process.kill()
    with folder.opened(Path(lock).parent, "run"):
        pass


@pytest.mark.parametrize("content", [b"", b"null", b"[1]", b"\xff", b"[" * 100_000])
def test_json_that_is_no_object_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(LandbridgeError, match="no a.json"):
        folder.read_json(tmp_path, "a.json", "no a.json")
