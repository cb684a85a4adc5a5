"""The folder of compiled kernels is named by all that they are made of."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import sim
from sim import kernel_cache

ROOT = Path(sim.__file__).parent


def imported(file: Path) -> set[Path]:
    """Files of sim that a file imports from."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sim."):
            path = ROOT.parent / (node.module or "").replace(".", "/")
            found.add(path / "__init__.py" if path.is_dir() else path.with_suffix(".py"))
    return found


def test_every_kernel_and_all_it_uses_is_in_the_hash() -> None:
    """A stale kernel would give wrong worlds and no error."""
    known = set(kernel_cache.sources())
    kernels = {f for f in ROOT.rglob("*.py") if "@kernel" in f.read_text()}
    assert len(kernels) > 20
    assert kernels <= known
    harmless = {ROOT / "errors.py"}
    assert {used for f in known for used in imported(f)} <= known | harmless


def test_a_folder_that_the_user_names_gets_one_for_these_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    made = kernel_cache.cache_folder()
    assert made.parent == tmp_path
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(made))
    assert kernel_cache.cache_folder() == made


@pytest.mark.parametrize("name", ["NUMBA_CACHE_DIR", "XDG_CACHE_HOME"])
def test_where_nothing_can_be_written_kernels_are_temporary(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """numba would put them beside their sources, where it misses an edit of another file."""
    (tmp_path / "file").write_text("in the way")
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv(name, str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    made = kernel_cache.cache_folder()
    assert made.parent == tmp_path
    assert made.is_dir()
