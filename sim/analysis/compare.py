"""Two runs under common random numbers: the difference of P(corridor) by paired replicates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.analysis.intervals import (
    Flags,
    Interval,
    clustered_difference,
    holm,
    mcnemar,
    paired_difference,
    per_draw,
)
from sim.analysis.summary import KINDS
from sim.config import record
from sim.ensemble.read import WorldsFile
from sim.errors import LandbridgeError

# What must be the same for a replicate to meet the same luck and count the same days.
_PAIRED = (
    "ensemble.seed",
    "ensemble.chances",
    "theatre.name",
    "theatre.hex_km",
    "clock.origin",
    "clock.until",
)


@dataclass(frozen=True)
class Comparison:
    """P(corridor) of `second` less that of `first`, by one kind of corridor."""

    first: Path
    second: Path
    kind: str  # road or territory
    pairs: int
    only_first: int  # worlds in which only the first has a corridor
    only_second: int
    difference: Interval
    p: float  # exact McNemar, or Student's where worlds share draws
    p_corrected: float  # for the number of comparisons of this call (Holm)


def compare(directories: Sequence[Path], level: float = 0.95) -> list[Comparison]:
    """Every run against the first one, by road and by territory.

    Raises LandbridgeError for a folder that is no finished run, and for runs whose replicates do
    not pair: it says which settings differ.
    """
    if len(directories) < 2:
        raise LandbridgeError("compare: needs at least two run folders")
    first, *others = [_Run(directory) for directory in directories]
    found = []
    for other in others:
        _refuse_unpaired(first, other)
        found += [_one(first, other, kind, level) for kind in KINDS]
    corrected = holm([one.p for one in found])
    return [replace(one, p_corrected=p) for one, p in zip(found, corrected, strict=True)]


class _Run:
    """The columns of a run folder that comparing needs."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.config = record.load(directory)
        with WorldsFile(directory) as worlds:
            self.replicates: NDArray[np.int64] = worlds.values("replicate")
            self.formed: dict[str, Flags] = {
                kind: worlds.values(f"formed_{kind}") for kind in KINDS
            }

    def setting(self, key: str) -> object:
        """The value of a dotted key."""
        return record.value(self.config, key)


def _refuse_unpaired(first: _Run, other: _Run) -> None:
    differ = [
        f"{key} ({first.setting(key)} and {other.setting(key)})"
        for key in _PAIRED
        if first.setting(key) != other.setting(key)
    ]
    if not np.array_equal(first.replicates, other.replicates):
        differ.append(f"ensemble.worlds ({len(first.replicates)} and {len(other.replicates)})")
    if differ:
        raise LandbridgeError(
            f"compare: the replicates of {first.directory} and {other.directory} do not pair; "
            f"they differ in {', '.join(differ)}"
        )


def _one(first: _Run, second: _Run, kind: str, level: float) -> Comparison:
    a, b = first.formed[kind], second.formed[kind]
    only_first, only_second = int(np.count_nonzero(a & ~b)), int(np.count_nonzero(b & ~a))
    chances = int(first.config.ensemble.chances)
    if chances == 1:
        difference = paired_difference(only_second, only_first, len(a), level)
        p = mcnemar(only_second, only_first)
    else:
        gained = per_draw(b & ~a, chances) - per_draw(a & ~b, chances)
        sizes = per_draw(np.ones(len(a), np.bool_), chances)
        difference, p = clustered_difference(gained, sizes, level)
    return Comparison(
        first.directory, second.directory, kind, len(a), only_first, only_second, difference, p, p
    )
