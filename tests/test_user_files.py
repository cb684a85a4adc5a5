from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import sim.user_files
from sim.errors import LandbridgeError
from sim.user_files import read_text


def test_text_is_read_as_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes("\ufeffé\r\n".encode())
    assert read_text(file, "a") == "é\r\n"


WRONG: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda _: None, "no such file"),
    "folder": (Path.mkdir, "is a folder"),
    "pipe": (os.mkfifo, "not a regular file"),
    "device": (lambda at: at.symlink_to("/dev/zero"), "not a regular file"),
    "latin": (lambda at: at.write_bytes(b"caf\xe9"), "not UTF-8 at byte 3"),
    "large": (lambda at: at.write_bytes(b"123456"), "larger than"),
    "loop": (lambda at: at.symlink_to(at), "symbolic links"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_no_text_file_is_not_waited_for(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sim.user_files, "MOST_BYTES", 5)
    make, reason = WRONG[kind]
    make(tmp_path / "a")
    with pytest.raises(LandbridgeError, match=f"^--truth=a: .*{reason}"):
        read_text(tmp_path / "a", "--truth=a")
