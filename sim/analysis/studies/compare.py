"""Runs against each other, world by world: when a corridor forms, by which route and whether.

Every run is compared with the first one. Worlds are paired by world (common random numbers),
which is refused where worlds do not share random numbers; independent runs are compared as such
when asked. Of runs of other lengths the common part is compared: the worlds that both have, if
they are paired, up to the earlier horizon.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import disk
from sim.analysis.run.doubt import differences_by_variant, shares_by_variant, sign_holds
from sim.analysis.stats import contrasts
from sim.analysis.stats.intervals import Interval, holm, paired_flags, share
from sim.analysis.stats.survival import Times, log_rank, median, paired_log_rank
from sim.arrays import Flags, Ints
from sim.config import saved
from sim.definitions import KINDS
from sim.ensemble.store import folder, manifest
from sim.ensemble.store.manifest import as_json
from sim.ensemble.store.read import WorldsFile
from sim.ensemble.store.tables import TABLES
from sim.errors import LandbridgeError
from sim.paths import located

FILE = "comparison.json"
FOLDER, NEVER = "comparison", "none"

# What must be the same for worlds to be about the same question, and to share random numbers.
_SAME = ("theatre.name", "theatre.hex_km", "clock.origin")
_PAIRED = ("ensemble.seed", "ensemble.replications_per_draw", *_SAME)


@dataclass(frozen=True)
class Comparison:
    """`second` against `first`, by one kind of corridor; differences are second less first."""

    first: Path
    second: Path
    kind: str  # road or territory
    paired: bool
    pairs: int  # worlds of each run if they are paired, of the first if not
    until: date  # P is of corridors by then
    followed: date  # times are censored then
    notes: tuple[str, ...]  # what the runs do not have in common, in words
    table: contrasts.Table | None  # None where worlds are not paired
    p_first: Interval
    p_second: Interval
    difference: Interval  # of P(corridor)
    ratio: Interval | None  # None where worlds share draws
    odds: Interval | None
    days: Interval  # difference of the restricted mean time
    medians: tuple[str | None, str | None]  # dates by which half of the worlds have one
    routes: dict[str, Interval]  # difference of P(corridor by this route)
    by_variant: dict[str, Interval | None]  # of `difference`; None where too few worlds follow it
    sign_holds: str | None  # in all variants: "surely", "by estimate", "no"
    p: float  # of the difference, of the same family as its interval
    p_corrected: float  # for the number of comparisons of this call (Holm)
    p_log_rank: float  # of the times
    p_log_rank_corrected: float
    variance_ratio: Interval | None  # worlds that independent runs would need, times
    flips: dict[str, dict[str, int]]  # worlds by route in the first and in the second, if other
    flipped: dict[str, list[int]]  # worlds that gain and that lose a corridor


def compare(
    directories: Sequence[Path], level: float = 0.95, paired: bool = True
) -> list[Comparison]:
    """Every run against the first one, by road and by territory.

    Raises LandbridgeError for a folder that is no finished run, and for runs that cannot be
    compared, or not world by world: it says which settings differ.
    """
    if len(directories) < 2:
        raise LandbridgeError("compare: needs at least two run folders")
    first, *others = [_Run.read(directory) for directory in directories]
    rows = []
    for other in others:
        _refuse(first, other, paired)
        a, b, notes = _alike(first, other, paired)
        compared = _paired if paired else _independent
        rows += [replace(compared(a, b, kind, level), notes=notes) for kind in KINDS]
    corrected = holm([row.p for row in rows])
    times = holm([row.p_log_rank for row in rows])
    return [
        replace(row, p_corrected=p, p_log_rank_corrected=q)
        for row, p, q in zip(rows, corrected, times, strict=True)
    ]


def write(rows: Sequence[Comparison], directory: Path) -> Path:
    """Write `comparison.json` into a folder that is held; returns the file."""
    tree = {
        "paired": rows[0].paired,
        "comparisons": [{**asdict(row), **_plain(row)} for row in rows],
        "correction": f"Holm, {len(rows)} comparisons",
    }
    disk.stage(directory / FILE, as_json(tree))
    folder.commit(directory, [FILE], complete=True)
    return directory / FILE


def _plain(comparison: Comparison) -> dict[str, str]:
    days = {name: str(getattr(comparison, name)) for name in ("until", "followed")}
    return {"first": str(comparison.first), "second": str(comparison.second), **days}


def free_folder(rows: Sequence[Comparison]) -> Path:
    """A folder that holds no comparison, or this one: another one is not written over unasked."""
    names = itertools.chain([FOLDER], (f"{FOLDER}-{number}" for number in itertools.count(2)))
    return next(at for name in names if not _holds_another(at := located(name, "--out"), rows))


def _holds_another(directory: Path, rows: Sequence[Comparison]) -> bool:
    """Whether a folder holds a comparison of other runs."""
    try:
        tree = json.loads((directory / FILE).read_bytes())
        held = [
            (tree["paired"], comparison["first"], comparison["second"])
            for comparison in tree["comparisons"]
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return held != [(row.paired, str(row.first), str(row.second)) for row in rows]


@dataclass(frozen=True, eq=False)
class _Run:
    """The columns of a run folder that comparing needs; W worlds."""

    directory: Path
    settings: dict[str, Any]  # by dotted key
    made: dict[str, Any]  # its manifest
    origin: date
    until: date
    followed: date
    index: Ints  # (W,)
    variant: NDArray[Any]  # (W,) names, '' where there are none
    times: dict[str, Times]  # by kind

    @classmethod
    def read(cls, directory: Path) -> _Run:
        """Raises LandbridgeError for a folder that is no finished run."""
        folder.refuse_other(directory, folder.RUNS)
        folder.refuse_damaged(directory, (*saved.FILES, *TABLES))
        settings = saved.flatten(saved.load(directory))
        origin, until = (date.fromisoformat(settings[f"clock.{k}"]) for k in ("origin", "until"))
        per_draw = int(settings["ensemble.replications_per_draw"])
        beyond = int(settings.get("clock.beyond_days", 0))
        with WorldsFile(directory) as worlds:
            index = worlds.values("world")
            variant: NDArray[Any] = np.full(len(index), "", object)
            if worlds.has("variant"):
                codes, names = worlds.coded("variant")
                variant = np.array([*names, ""], object)[codes]
        return cls(
            directory=directory,
            settings=settings,
            made=manifest.read(directory) or {},
            origin=origin,
            until=until,
            followed=until + timedelta(beyond),
            index=index,
            variant=variant,
            times={
                kind: Times.read(directory, kind, origin, until, per_draw, beyond) for kind in KINDS
            },
        )

    @property
    def per_draw(self) -> int:
        """Worlds in a row that share a draw of the inputs."""
        return self.times[KINDS[0]].per_draw

    def cut(self, worlds: int, until: date, followed: date) -> _Run:
        """Of its first worlds, what is known of them until an earlier day."""
        days = [(day - self.origin).days for day in (until, followed)]
        return replace(
            self,
            until=until,
            followed=followed,
            index=self.index[:worlds],
            variant=self.variant[:worlds],
            times={kind: times.cut(worlds, *days) for kind, times in self.times.items()},
        )

    def median(self, kind: str) -> str | None:
        """The date by which half of the worlds have a corridor."""
        day = median(self.times[kind])["estimate"]
        return None if day is None else str(self.origin + timedelta(day))

    def variants(self, kind: str, level: float) -> dict[str, Interval | None]:
        """P within each variant of the rules."""
        names, codes = np.unique(self.variant.astype(str), return_inverse=True)
        formed = self.times[kind].formed
        return shares_by_variant(formed, self.per_draw, codes, names.tolist(), level)

    def setting(self, key: str) -> object:
        """The value of a dotted key."""
        return self.settings.get(key)


def _refuse(first: _Run, other: _Run, paired: bool) -> None:
    differ = [
        f"{key} ({first.setting(key)} and {other.setting(key)})"
        for key in (_PAIRED if paired else _SAME)
        if first.setting(key) != other.setting(key)
    ]
    if not differ:
        return
    both = f"{first.directory} and {other.directory}"
    if any(difference.startswith(_SAME) for difference in differ):
        raise LandbridgeError(f"compare: {both} do not pair; they differ in {', '.join(differ)}")
    raise LandbridgeError(
        f"compare: the worlds of {both} do not pair; they differ in {', '.join(differ)}; "
        "--no-paired (paired=False) compares them as independent runs"
    )


def _alike(first: _Run, other: _Run, paired: bool) -> tuple[_Run, _Run, tuple[str, ...]]:
    """Both runs cut to what they have in common, and what they do not, in words."""
    until, followed = min(first.until, other.until), min(first.followed, other.followed)
    sizes = [len(run.index) for run in (first, other)]
    notes = []
    if paired and sizes[0] != sizes[1]:
        notes.append(f"the {min(sizes)} worlds that both have ({sizes[0]} and {sizes[1]})")
    if first.until != other.until:
        notes.append(f"until {until}, the earlier horizon ({first.until} and {other.until})")
    if first.followed != other.followed:
        ends = f"({first.followed} and {other.followed})"
        notes.append(f"times censored on {followed}, the earlier end {ends}")
    if other_code := manifest.other_code(first.made, other.made):
        notes.append(f"made by different code: {other_code}")
    before, now = (run.made.get("seeds", {}) for run in (first, other))
    if tables := sorted({name for name, _ in {*before.items()} ^ {*now.items()}}):
        notes.append(f"made from different seeds: {', '.join(tables)}")
    sizes = [min(sizes)] * 2 if paired else sizes
    a, b = (run.cut(size, until, followed) for run, size in zip((first, other), sizes, strict=True))
    return a, b, tuple(notes)


def _paired(first: _Run, second: _Run, kind: str, level: float) -> Comparison:
    ta, tb, per_draw = first.times[kind], second.times[kind], first.per_draw
    a, b = ta.formed, tb.formed
    table = contrasts.Table.of(a, b)
    difference, p = paired_flags(a, b, per_draw, level=level)
    ratio = odds = None
    if per_draw == 1:
        ratio, odds = contrasts.paired_ratio(table, level), contrasts.paired_odds(table, level)
    times = paired_log_rank(ta, tb)
    names = sorted({*first.variant, *second.variant})
    same = first.variant == second.variant
    follows = np.where(same, np.searchsorted(names, first.variant.astype(str)), -1)
    variants = differences_by_variant(a, b, per_draw, follows, names, level)
    return Comparison(
        first=first.directory,
        second=second.directory,
        kind=kind,
        paired=True,
        pairs=len(a),
        until=first.until,
        followed=first.followed,
        notes=(),
        table=table,
        p_first=share(a, per_draw, level=level),
        p_second=share(b, per_draw, level=level),
        difference=difference,
        ratio=ratio,
        odds=odds,
        days=contrasts.mean_time_difference(ta, tb, True, level),
        medians=(first.median(kind), second.median(kind)),
        routes={
            name: paired_flags(first, other, per_draw, level=level)[0]
            for name, first, other in _by_route(ta, tb)
        },
        by_variant=variants,
        sign_holds=sign_holds(variants),
        p=p,
        p_corrected=p,
        p_log_rank=times,
        p_log_rank_corrected=times,
        variance_ratio=contrasts.variance_ratio(a, b, per_draw, level),
        flips=_flips(ta, tb),
        flipped={
            "gained": first.index[b & ~a].tolist(),
            "lost": first.index[a & ~b].tolist(),
        },
    )


def _independent(first: _Run, second: _Run, kind: str, level: float) -> Comparison:
    ta, tb = first.times[kind], second.times[kind]
    shares = [share(t.formed, t.per_draw, level=level) for t in (ta, tb)]
    counts = [(int(t.formed.sum()), len(t.day)) for t in (ta, tb)]
    ratio: Interval | None
    odds: Interval | None
    difference, ratio, odds, p = contrasts.independent(*counts[0], *counts[1], level)
    if max(ta.per_draw, tb.per_draw) > 1:

        def apart(at: float) -> Interval:
            return _apart(*(share(t.formed, t.per_draw, level=at) for t in (ta, tb)))

        difference, p, ratio, odds = apart(level), contrasts.inverted(apart), None, None
    times = log_rank(ta, tb)
    sides = [run.variants(kind, level) for run in (first, second)]
    variants = {
        name: None if first is None or other is None else _apart(first, other)
        for name, first in sides[0].items()
        for other in [sides[1].get(name)]
    }
    return Comparison(
        first=first.directory,
        second=second.directory,
        kind=kind,
        paired=False,
        pairs=len(ta.day),
        until=first.until,
        followed=first.followed,
        notes=(),
        table=None,
        p_first=shares[0],
        p_second=shares[1],
        difference=difference,
        ratio=ratio,
        odds=odds,
        days=contrasts.mean_time_difference(ta, tb, False, level),
        medians=(first.median(kind), second.median(kind)),
        routes={
            name: _apart(share(first, ta.per_draw), share(other, tb.per_draw))
            for name, first, other in _by_route(ta, tb)
        },
        by_variant=variants,
        sign_holds=sign_holds(variants),
        p=p,
        p_corrected=p,
        p_log_rank=times,
        p_log_rank_corrected=times,
        variance_ratio=None,
        flips={},
        flipped={},
    )


def _apart(first: Interval, second: Interval) -> Interval:
    """Second less first, of independent runs."""
    return contrasts.joined(second, first, "variance estimates recovery (independent)")


def _by_route(a: Times, b: Times) -> Iterator[tuple[str, Flags, Flags]]:
    """By route that either has: (W,) worlds with a corridor by it, in the first and the second."""

    def by(times: Times, name: str) -> Flags:
        code = times.routes.index(name) if name in times.routes else len(times.routes)
        flags: Flags = times.route == code
        return flags

    for name in sorted({*a.routes, *b.routes}):
        yield name, by(a, name), by(b, name)


def _flips(a: Times, b: Times) -> dict[str, dict[str, int]]:
    """Worlds by route in the first and route in the second, where they differ."""
    names = (*a.routes, NEVER), (*b.routes, NEVER)
    pairs, counts = np.unique(np.stack([a.route, b.route]), axis=1, return_counts=True)
    flips: dict[str, dict[str, int]] = {}
    for (i, j), count in zip(pairs.T, counts, strict=True):
        if names[0][i] != names[1][j]:
            flips.setdefault(names[0][i], {})[names[1][j]] = int(count)
    return flips
