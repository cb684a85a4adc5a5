"""Runs against each other: P(corridor) and the time to it, world by world under the same luck.

Every run is compared with the first one. Worlds are paired by replicate (common random numbers),
which is refused where replicates do not meet the same luck; independent runs are compared as such
when asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim import disk
from sim.analysis import contrasts
from sim.analysis.intervals import (
    Interval,
    clustered_difference,
    holm,
    mcnemar,
    normal_quantile,
    paired_difference,
    per_draw,
    share,
)
from sim.analysis.summary import KINDS
from sim.analysis.survival import Times, log_rank, paired_log_rank, two_sided
from sim.config import record
from sim.ensemble import folder
from sim.ensemble.manifest import as_json
from sim.ensemble.read import WorldsFile
from sim.ensemble.store import TABLES
from sim.errors import LandbridgeError

FILE = "comparison.json"
NEVER = "none"

# What must be the same for worlds to be about the same question, and to meet the same luck.
_SAME = ("theatre.name", "theatre.hex_km", "clock.origin", "clock.until")
_PAIRED = ("ensemble.seed", "ensemble.chances", *_SAME)


@dataclass(frozen=True)
class Comparison:
    """`second` against `first`, by one kind of corridor; differences are second less first."""

    first: Path
    second: Path
    kind: str  # road or territory
    paired: bool
    pairs: int  # worlds of each run if they are paired, of the first if not
    table: contrasts.Table | None  # None where worlds are not paired
    p_first: Interval
    p_second: Interval
    difference: Interval  # of P(corridor)
    ratio: Interval | None  # None where worlds share draws
    odds: Interval | None
    days: Interval  # difference of the restricted mean time
    p: float  # of the difference: exact McNemar; Student's where worlds share draws
    p_corrected: float  # for the number of comparisons of this call (Holm)
    p_log_rank: float  # of the times
    p_log_rank_corrected: float
    variance_ratio: Interval | None  # worlds that independent runs would need, times
    flips: dict[str, dict[str, int]]  # worlds by route in the first and in the second, if other
    flipped: dict[str, list[int]]  # replicates that gain and that lose a corridor


def compare(
    directories: Sequence[Path], level: float = 0.95, paired: bool = True
) -> list[Comparison]:
    """Every run against the first one, by road and by territory.

    Raises LandbridgeError for a folder that is no finished run, and for runs that cannot be
    compared, or not world by world: it says which settings differ.
    """
    if len(directories) < 2:
        raise LandbridgeError("compare: needs at least two run folders")
    first, *others = [_Run(directory) for directory in directories]
    found = []
    for other in others:
        _refuse(first, other, paired)
        one = _paired if paired else _independent
        found += [one(first, other, kind, level) for kind in KINDS]
    corrected = holm([one.p for one in found])
    times = holm([one.p_log_rank for one in found])
    return [
        replace(one, p_corrected=p, p_log_rank_corrected=q)
        for one, p, q in zip(found, corrected, times, strict=True)
    ]


def write(rows: Sequence[Comparison], directory: Path) -> Path:
    """Write `comparison.json` into a folder that is held; returns the file."""
    tree = {
        "paired": rows[0].paired,
        "comparisons": [{**asdict(one), **_folders(one)} for one in rows],
        "correction": f"Holm, {len(rows)} comparisons",
    }
    disk.stage(directory / FILE, as_json(tree))
    folder.commit(directory, [FILE], complete=True)
    return directory / FILE


def _folders(one: Comparison) -> dict[str, str]:
    return {"first": str(one.first), "second": str(one.second)}


class _Run:
    """The columns of a run folder that comparing needs."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        folder.refuse_other(directory, folder.RUNS)
        folder.refuse_damaged(directory, (*record.FILES, *TABLES))
        self.settings = record.flatten(record.load(directory))
        self.chances = int(str(self.setting("ensemble.chances")))
        span = [date.fromisoformat(str(self.setting(f"clock.{k}"))) for k in ("origin", "until")]
        with WorldsFile(directory) as worlds:
            self.replicates: NDArray[np.int64] = worlds.values("replicate")
        self.times = {
            kind: Times.read(directory, kind, span[0], span[1], self.chances) for kind in KINDS
        }

    def setting(self, key: str) -> object:
        """The value of a dotted key."""
        return self.settings.get(key)


def _refuse(first: _Run, other: _Run, paired: bool) -> None:
    differ = [
        f"{key} ({first.setting(key)} and {other.setting(key)})"
        for key in (_PAIRED if paired else _SAME)
        if first.setting(key) != other.setting(key)
    ]
    if paired and not np.array_equal(first.replicates, other.replicates):
        differ.append(f"ensemble.worlds ({len(first.replicates)} and {len(other.replicates)})")
    if not differ:
        return
    both = f"{first.directory} and {other.directory}"
    if any(one.startswith(_SAME) for one in differ):
        raise LandbridgeError(f"compare: {both} do not pair; they differ in {', '.join(differ)}")
    raise LandbridgeError(
        f"compare: the replicates of {both} do not pair; they differ in {', '.join(differ)}; "
        "paired=false compares them as independent runs"
    )


def _paired(first: _Run, second: _Run, kind: str, level: float) -> Comparison:
    ta, tb, chances = first.times[kind], second.times[kind], first.chances
    a, b = ta.formed, tb.formed
    table = contrasts.Table.of(a, b)
    ratio = odds = None
    if chances == 1:
        difference = paired_difference(table.only_second, table.only_first, table.pairs, level)
        p = mcnemar(table.only_second, table.only_first)
        ratio, odds = contrasts.paired_ratio(table, level), contrasts.paired_odds(table, level)
    else:
        gained = per_draw(b & ~a, chances) - per_draw(a & ~b, chances)
        sizes = per_draw(np.ones(len(a), np.bool_), chances)
        difference, p = clustered_difference(gained, sizes, level)
    times = paired_log_rank(ta, tb)
    return Comparison(
        first=first.directory,
        second=second.directory,
        kind=kind,
        paired=True,
        pairs=len(a),
        table=table,
        p_first=share(a, chances, level=level),
        p_second=share(b, chances, level=level),
        difference=difference,
        ratio=ratio,
        odds=odds,
        days=contrasts.mean_time_difference(ta, tb, True, level),
        p=p,
        p_corrected=p,
        p_log_rank=times,
        p_log_rank_corrected=times,
        variance_ratio=contrasts.variance_ratio(a, b, chances, level),
        flips=_flips(ta, tb),
        flipped={
            "gained": first.replicates[b & ~a].tolist(),
            "lost": first.replicates[a & ~b].tolist(),
        },
    )


def _independent(first: _Run, second: _Run, kind: str, level: float) -> Comparison:
    ta, tb = first.times[kind], second.times[kind]
    shares = [share(t.formed, t.chances, level=level) for t in (ta, tb)]
    counts = [(int(t.formed.sum()), len(t.day)) for t in (ta, tb)]
    ratio: Interval | None
    odds: Interval | None
    difference, ratio, odds, p = contrasts.independent(*counts[0], *counts[1], level)
    if max(ta.chances, tb.chances) > 1:
        method = "variance estimates recovery (worlds clustered by draw)"
        difference = contrasts.joined(shares[1], shares[0], method)
        deviation = (difference.high - difference.low) / (2.0 * normal_quantile(level))
        p, ratio, odds = two_sided(difference.estimate, deviation**2), None, None
    times = log_rank(ta, tb)
    return Comparison(
        first=first.directory,
        second=second.directory,
        kind=kind,
        paired=False,
        pairs=len(ta.day),
        table=None,
        p_first=shares[0],
        p_second=shares[1],
        difference=difference,
        ratio=ratio,
        odds=odds,
        days=contrasts.mean_time_difference(ta, tb, False, level),
        p=p,
        p_corrected=p,
        p_log_rank=times,
        p_log_rank_corrected=times,
        variance_ratio=None,
        flips={},
        flipped={},
    )


def _flips(a: Times, b: Times) -> dict[str, dict[str, int]]:
    """Worlds by route in the first and route in the second, where they differ."""
    names = (*a.routes, NEVER), (*b.routes, NEVER)
    pairs, counts = np.unique(np.stack([a.route, b.route]), axis=1, return_counts=True)
    found: dict[str, dict[str, int]] = {}
    for (i, j), count in zip(pairs.T, counts, strict=True):
        if names[0][i] != names[1][j]:
            found.setdefault(names[0][i], {})[names[1][j]] = int(count)
    return found
