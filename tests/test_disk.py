from __future__ import annotations

import ast
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import disk
from sim.errors import LandbridgeError
from sim.paths import located

SIM = Path(__file__).resolve().parents[1] / "sim"
# What writes, makes or removes; each with what it looks like where it is called on a module.
WRITING = {"write_text", "write_bytes", "mkdir", "unlink", "rmdir", "rmtree", "touch", "makedirs"}
WRITING |= {"rename", "to_csv", "to_parquet", "savefig", "symlink_to"}


def test_nothing_else_writes() -> None:
    """A call that writes is in `disk`, but for the text of tables and making a new folder."""
    found = set()
    for file in SIM.rglob("*.py"):
        if file.name == "disk.py" or "_data" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                modes = [one.value for one in node.args if isinstance(one, ast.Constant)]
                opens = name == "open" and any(str(mode)[:1] in "wax+" for mode in modes[:2])
                if name in WRITING or opens:
                    found.add(f"{file.relative_to(SIM).as_posix()}: {name}")
    tables = {"analysis/backtest/backtest.py: to_csv", "analysis/calibration/run.py: to_csv"}
    figures = {"show/base/style.py: savefig"}  # into what `disk` gives it
    temporary = {"analysis/run/estimate.py: rmtree"}
    caches = {"kernel_cache.py: mkdir", "commands/clean.py: rmtree", "commands/clean.py: unlink"}
    folders = {f"ensemble/store/folder.py: {name}" for name in ("mkdir", "rmdir")}
    output = {"streams.py: open"}  # the program's own standard output and error
    assert found == tables | figures | temporary | caches | folders | output


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    file = tmp_path / "new" / "a"

    def broken(stream) -> None:
        stream.write(b"half")
        raise RuntimeError

    for before in (None, b"before"):
        with pytest.raises(RuntimeError):
            disk.write(file, broken)
        assert (file.read_bytes() if file.exists() else None) == before
        disk.write(file, b"before")
    assert [one.name for one in file.parent.iterdir()] == ["a"]


@pytest.mark.parametrize("link", ["file", "folder", "temporary"])
def test_nothing_is_written_through_a_link(tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a").write_text("mine")
    folder = tmp_path / "own"
    if link == "folder":
        folder.symlink_to(outside)
    else:
        folder.mkdir()
        at = folder / "a" if link == "file" else disk.staged(folder / "a")
        at.symlink_to(outside / "a")
    with pytest.raises((LandbridgeError, OSError), match=r"link|[Ll]oop|symbolic"):
        disk.write(folder / "a", b"ours")
    assert (outside / "a").read_text() == "mine"
    assert [one.name for one in outside.iterdir()] == ["a"]


def test_only_what_has_our_mark_is_swept_up(tmp_path: Path) -> None:
    for name in ("a.tmp", ".b.tmp", "c.landbridge-tmp", ".d.landbridge-tmp.txt"):
        (tmp_path / name).touch()
    disk.stage(tmp_path / "e", b"half")
    disk.sweep_up(tmp_path)
    names = {one.name for one in tmp_path.iterdir()}
    assert names == {"a.tmp", ".b.tmp", "c.landbridge-tmp", ".d.landbridge-tmp.txt"}


@given(content=st.binary(max_size=200), key=st.text("0123456789abcdef", min_size=32, max_size=32),
       at=st.integers(0, 263), bit=st.integers(0, 7))  # fmt: skip
def test_a_seal_shows_every_flipped_bit_and_every_cut(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, key: str, at: int, bit: int
) -> None:
    file = tmp_path_factory.getbasetemp() / "sealed"
    raw = disk.sealed(content, key)
    file.write_bytes(raw)
    assert disk.unsealed(file) == (content, key)
    at %= len(raw)
    for broken in (raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :], raw[:at], b"\0" * at):
        file.write_bytes(broken)
        assert disk.seal_of(file) == ""


def test_a_lock_is_held_once_by_each_thread(tmp_path: Path) -> None:
    said = []

    def other() -> None:
        try:
            with disk.held(tmp_path / "lock", "here"):
                said.append("held")
        except LandbridgeError as error:
            said.append(str(error))

    with disk.held(tmp_path / "lock"):
        with disk.held(tmp_path / "lock"):
            pass
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    other()
    assert said == ["here: another run is working in this folder", "held"]


def test_a_name_of_a_place_is_one_absolute_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert located("~/zz", "a") == tmp_path / "home" / "zz"
    assert located("2017_06_04", "a") == tmp_path / "2017_06_04"
    assert located("x/../y", "a") == tmp_path / "y"
    for bad in ("", "  ", "a\0b", "~nobody-at-all/x"):
        with pytest.raises(LandbridgeError, match="^a="):
            located(bad, "a")


def test_two_threads_may_make_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other made it between the look and the making."""
    plain = Path.mkdir

    def late(folder: Path) -> None:
        plain(folder)
        raise FileExistsError(folder)

    monkeypatch.setattr(Path, "mkdir", late)
    assert disk.make(tmp_path / "a" / "b") == []
    assert (tmp_path / "a" / "b").is_dir()
    disk.write(tmp_path / "c" / "file", b"text")
    assert (tmp_path / "c" / "file").read_bytes() == b"text"
