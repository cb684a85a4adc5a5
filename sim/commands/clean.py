"""`landbridge clean`: what is kept to save time, and taking it away."""

from __future__ import annotations

import shutil
from argparse import ArgumentParser, Namespace
from pathlib import Path

from sim.paths import KERNELS, caches

HELP = "Shows the caches of compiled kernels and of speeds with their sizes, and removes them."


def add_arguments(parser: ArgumentParser) -> None:
    """What it can be given."""
    parser.add_argument("--dry-run", action="store_true", help="only show them")


def main(arguments: Namespace) -> int:
    """Print the caches with their sizes and, unless only that is asked, remove them."""
    dry_run = arguments.dry_run
    cached = [*sorted(caches().glob(f"{KERNELS}*")), *caches().glob("pace.json")]
    for folder in cached:
        print(f"{_megabytes(folder):8.1f} MB  {folder}")
        if dry_run or folder.is_symlink():
            continue
        if folder.is_dir():
            shutil.rmtree(folder)
        else:
            folder.unlink()
    done = "would be removed" if dry_run else "removed; the next run compiles the model again"
    print(done if cached else f"nothing in {caches()}")
    return 0


def _megabytes(at: Path) -> float:
    files = [at] if at.is_file() else at.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6
