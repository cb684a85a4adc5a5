"""Finding what is damaged in a run folder, and taking it away so that it is made again.

Worlds are pure functions of settings and replicate: what is made again is what was there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sim.ensemble import manifest
from sim.ensemble.packed import BROKEN
from sim.ensemble.parts import Parts
from sim.ensemble.read import WorldsFile
from sim.errors import LandbridgeError

TABLES = ("worlds.parquet", "cells.parquet", "curves.parquet")


def sha256(file: Path) -> str:
    """The check sum of a file's bytes, 64 hex digits; '' if it cannot be read."""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def check_sums(directory: Path, names: tuple[str, ...]) -> dict[str, str]:
    """Check sums by name of file, for the manifest."""
    return {name: sha256(directory / name) for name in names}


def damaged(directory: Path, recorded: Mapping[str, Any]) -> list[str]:
    """The files of a finished folder that are not what its manifest says."""
    sums = recorded.get("files", {})
    return [name for name in sorted(sums) if sha256(directory / name) != sums[name]]


def repair(directory: Path) -> list[str]:
    """Remove what is damaged in a run folder that is held; returns a line for each thing.

    Damaged parts are run again, and so are the worlds of a damaged `worlds.parquet`; other damaged
    tables are written again from the counts.
    """
    parts = Parts(directory)
    said = [f"replicates {b.start} to {b.stop - 1} of parts" for b in parts.drop_broken()]
    recorded = manifest.read(directory) or {}
    wrong = damaged(directory, recorded) if recorded.get("complete") else []
    if not _usable(directory, parts) or "worlds.parquet" in wrong:
        for file in (parts.folder / "total.npz", directory / "worlds.parquet"):
            file.unlink(missing_ok=True)
        wrong = sorted({*wrong, "worlds.parquet"})
    if wrong:
        manifest.write(directory, {**recorded, "complete": False})
    return [*wrong, *said]


def _usable(directory: Path, parts: Parts) -> bool:
    """Whether the compacted worlds and their counts can be read."""
    with suppress(*BROKEN, LandbridgeError):
        total = parts.total()
        if total is None:
            return True
        with WorldsFile(directory) as worlds:
            return worlds.rows >= total.count
    return False
