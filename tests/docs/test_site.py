"""The site builds without a broken link, and generated pages are up to date."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tools.docs import architecture, reference, site

ROOT = Path(__file__).resolve().parents[2]


def test_reference_pages_are_those_of_the_code() -> None:
    written = {file.name: file.read_text("utf-8") for file in reference.REFERENCE.glob("*.md")}
    pages = reference.pages()
    assert written.keys() == pages.keys()
    for name, text in pages.items():
        assert written[name] == text, f"{name}: make reference"


def test_the_picture_of_the_wings_is_that_of_the_imports() -> None:
    assert architecture.PICTURE.read_text(encoding="utf-8") == architecture.picture(), (
        "make reference"
    )


def test_every_page_is_in_the_menu() -> None:
    def files(menu: object) -> set[str]:
        if isinstance(menu, str):
            return {menu}
        below = menu.values() if isinstance(menu, dict) else menu
        return set().union(*(files(entry) for entry in below))  # type: ignore[union-attr]

    menu = files(yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"])
    pages = [*ROOT.glob("docs/**/*.md"), *ROOT.glob("experiments/*/README.md")]
    assert {page.relative_to(ROOT).as_posix() for page in pages} <= menu


def test_the_site_builds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("zensical", reason="needs the extra `docs`")
    monkeypatch.setattr(site, "BUILD", tmp_path / "build")
    site.main()
    zensical = shutil.which("zensical", path=str(Path(sys.executable).parent))
    assert zensical is not None
    done = subprocess.run(
        [zensical, "build", "--strict", "-f", str(tmp_path / "build" / "mkdocs.yml")],
        capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    built = tmp_path / "build" / "site"
    assert (built / "index.html").is_file()
    assert "late_withdrawal" in (built / "docs" / "tutorial.html").read_text(encoding="utf-8")
