"""Finding what is damaged in a run folder, and taking it away so that it is made again.

Worlds are pure functions of settings and world: what is made again is what was there.
"""

from __future__ import annotations

from pathlib import Path

from sim import disk
from sim.ensemble.store import folder, manifest
from sim.ensemble.store.parts import Parts
from sim.ensemble.store.tables import TABLES
from sim.errors import LandbridgeError
from sim.paths import shown

SUMMARY = "summary.json"
_MADE_AGAIN = {*TABLES, SUMMARY}  # when worlds are finished; all else whenever a command is


def repair(directory: Path, key: str) -> list[str]:
    """Remove what is damaged in a run folder that is held; returns a line for each thing.

    Damaged parts are run again, and so are the worlds of a damaged `worlds.parquet`; other damaged
    tables are written again from the counts. `key` stands for what its worlds are made from.

    Raises LandbridgeError if there are worlds made from something else.
    """
    parts, stored = Parts(directory), manifest.read(directory) or {}
    keys = parts.keys()
    if other := [file for file, known in keys.items() if known not in ("", key)]:
        raise LandbridgeError(
            f"{shown(other[0])}: holds worlds of other settings, seeds or code; "
            "choose another folder"
        )
    files = stored.get("files", {})
    wrong = folder.damaged(directory, files)
    total = parts.total() if keys.get(parts.totals) else None
    sums = {total.sum, files.get(TABLES[0])} if total else set()  # a kill may fall between the two
    known_once = stored.get("complete") or parts.totals in keys
    if known_once and disk.sha256(directory / TABLES[0]) not in sums:
        keys[parts.totals] = ""
        wrong = sorted({*wrong, TABLES[0]})
    for file in (file for file, known in keys.items() if not known):
        disk.remove(file)
    if stored.get("complete") and _MADE_AGAIN.intersection(wrong):
        folder.commit(directory, complete=False)
    broken = [file.name for file, known in keys.items() if not known and file != parts.totals]
    return [*wrong, *(f"parts/{name}" for name in broken)]
