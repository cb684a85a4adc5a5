"""Lay out what the site is built from: `python -m tools.docs.site`, part of `make docs`.

Pages keep their paths of the repository, so that their links hold in both places. Pages of the
menu that are not there are left out of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "docs"
PATTERNS = (
    "*.md", "LICENSE", "CITATION.cff", "docs/**/*", "seeds/**/*.md",
    "experiments/**/*.md", "experiments/**/*.png", "experiments/**/*.patch",
)  # fmt: skip


def sources() -> Iterator[Path]:
    """Pages and figures of the repository, by their paths in it."""
    for pattern in PATTERNS:
        yield from (file.relative_to(ROOT) for file in ROOT.glob(pattern) if file.is_file())


def present(menu: Any) -> Any:
    """A menu without pages that are not there."""
    if isinstance(menu, list):
        return [entry for entry in map(present, menu) if entry]
    if isinstance(menu, dict):
        return {title: below for title, entry in menu.items() if (below := present(entry))}
    return menu if (ROOT / menu).is_file() else None


def main() -> None:
    """Copy the pages, and the settings of the site beside them."""
    shutil.rmtree(BUILD, ignore_errors=True)
    for file in sources():
        to = BUILD / "pages" / file
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, to)
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    settings["nav"] = present(settings["nav"])
    settings |= {"docs_dir": "pages", "site_dir": "site"}
    (BUILD / "mkdocs.yml").write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main()
