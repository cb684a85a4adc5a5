"""Packages of others with objectives are part of what a world is made from."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import outside
from sim.ensemble.store import manifest
from sim.kernel_cache import cache_folder
from sim.paths import KERNELS


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an installed package that offers an objective."""
    site = tmp_path / "site"
    info = site / "far_coast-1.5.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: far-coast\nVersion: 1.5\n")
    offer = f"[{outside.OBJECTIVES}]\ncoast = far_coast.objective:OBJECTIVE\n"
    (info / "entry_points.txt").write_text(offer)
    code = site / "far_coast"
    code.mkdir()
    (code / "__init__.py").write_text("")
    (code / "objective.py").write_text("OBJECTIVE = 1\n")
    (code / "worth.py").write_text("WORTH = 1\n")
    monkeypatch.syspath_prepend(site)
    return code


def test_without_any_nothing_is_added() -> None:
    assert outside.packages() == {}


def test_an_edit_of_any_of_its_files_is_another_model(package: Path) -> None:
    before, made = manifest.code_hash(), manifest.versions()["far-coast"]
    assert made.startswith("1.5+")
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "worth.pyc").write_bytes(b"made by Python")
    assert manifest.code_hash() == before
    (package / "worth.py").write_text("WORTH = 2\n")
    assert manifest.code_hash() != before
    assert manifest.versions()["far-coast"] != made


def test_a_folder_says_which_package_is_another(package: Path, tmp_path: Path) -> None:
    old = {"code": manifest.code_hash(), "versions": manifest.versions(), "seeds": {}}
    (package / "worth.py").write_text("WORTH = 2\n")
    with pytest.raises(manifest.LandbridgeError, match=r"another version .*\(far-coast \(1\.5\+"):
        manifest.refuse_other(tmp_path, old, {"code": manifest.code_hash(), "seeds": {}})


def test_kernels_are_compiled_anew(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(package.parent / "kernels"))
    before = cache_folder()
    assert before.name.startswith(KERNELS)
    (package / "worth.py").write_text("WORTH = 2\n")
    assert cache_folder() != before
