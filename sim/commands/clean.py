"""`landbridge clean`: what is kept to save time, and taking it away."""

from __future__ import annotations

import shutil
from pathlib import Path

from sim.paths import KERNELS, caches


def command(dry_run: bool) -> int:
    """Print the caches with their sizes and, unless only that is asked, remove them."""
    found = [*sorted(caches().glob(f"{KERNELS}*")), *caches().glob("pace.json")]
    for one in found:
        print(f"{_megabytes(one):8.1f} MB  {one}")
        if dry_run or one.is_symlink():
            continue
        if one.is_dir():
            shutil.rmtree(one)
        else:
            one.unlink()
    said = "would be removed" if dry_run else "removed; the next run compiles the model again"
    print(said if found else f"nothing in {caches()}")
    return 0


def _megabytes(at: Path) -> float:
    files = [at] if at.is_file() else at.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6
