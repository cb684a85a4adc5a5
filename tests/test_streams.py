"""Standard streams of a process of its own that are closed, full, left or of few signs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def shell(line: str, **environment: str) -> tuple[int, str, str]:
    """Run a line of bash in which `landbridge` is this one."""
    call = f'landbridge() {{ "{sys.executable}" -m sim.cli "$@"; }}; set -o pipefail; {line}'
    done = subprocess.run(
        ["bash", "-c", call], cwd=ROOT, env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_nobody_reads_to_the_end() -> None:
    code, out, err = shell("landbridge list settings | head -1")
    assert (code, out.split()[0], err) == (0, "scenario", "")


@pytest.mark.parametrize("streams", [">&-", "2>&-", "<&-", ">&- 2>&- <&-", "2>/dev/full"])
@pytest.mark.parametrize(("what", "code"), [("scenarios", 0), ("scenarix", 2)])
def test_closed(streams: str, what: str, code: int) -> None:
    assert shell(f"landbridge list {what} {streams}")[0] == code


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("words", ["list settings", "--help", "run --help"])
def test_full(words: str) -> None:
    code, _, err = shell(f"landbridge {words} > /dev/full")
    assert code == 2
    assert err == "landbridge: standard output: cannot be written (No space left on device)\n"


def test_signs_that_the_encoding_lacks() -> None:
    code, out, err = shell('landbridge run --cfg "title=\\"é \\$x\\$\\""', PYTHONIOENCODING="ascii")
    assert (code, err) == (0, "")
    assert "title: \\xe9 $x$\n" in out


def test_bytes_that_are_no_text() -> None:
    code, out, err = shell("landbridge run --cfg $'title=\\xff'")
    assert (code, out) == (2, "")
    assert err == "landbridge: 'title=\\udcff': is no text in UTF-8\n"


def test_no_home(tmp_path: Path) -> None:
    code = "import pwd, sim.paths; pwd.getpwuid = {}.__getitem__; print(sim.paths.caches())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)},
        capture_output=True, encoding="utf-8", timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout == "/dev/null/landbridge\n"
    assert not list(tmp_path.iterdir())
