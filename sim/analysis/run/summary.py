"""`summary.json`: what a run says, from its `worlds.parquet` alone.

Dates are of corridors that form while worlds are followed, by the horizon or beyond it
(`clock.beyond_days`); all else is by the horizon. Worlds where none forms count: a quantile of its
date that falls among them is null, said as "never". Columns are read one at a time.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.run.doubt import doubt, shares_by_variant
from sim.analysis.stats.confidence_sequence import Precision, by_draw, sequence
from sim.analysis.stats.intervals import share
from sim.analysis.stats.survival import Times, describe, first_days
from sim.arrays import Flags, Ints
from sim.definitions import DEFINITIONS, EPOCH, KINDS, STAGES
from sim.ensemble.store import folder
from sim.ensemble.store.manifest import INTERVAL_LEVEL, finite
from sim.ensemble.store.read import NO_DAY, WorldsFile
from sim.ensemble.store.repair import SUMMARY

_LEVELS = {"q10": 0.1, "q50": 0.5, "q90": 0.9}
_KEYS = ("world", "draw", "replication")


def read(directory: Path) -> dict[str, Any]:
    """The summary of a run folder; raises LandbridgeError if there is none or it was changed."""
    return folder.read_json(directory, SUMMARY, f"not a finished run folder (no {SUMMARY})")


def summarise(
    directory: Path,
    scenario: str,
    per_draw: int,
    seconds: float,
    precision: Precision | None = None,
    span: tuple[date, date] | None = None,
    beyond: int = 0,
) -> dict[str, Any]:
    """What a run folder with tables says, for `summary.json`.

    `per_draw` is the number of worlds that share a draw of the inputs, `seconds` what the run took.
    With `precision` the intervals of P(corridor) are those of its confidence sequence; with `span`,
    origin and horizon, there is the time to corridor as well, to `beyond` days past the horizon.
    """
    tuned = precision.tuned if precision else None
    with WorldsFile(directory) as worlds:
        rows = worlds.rows
        formed = {kind: worlds.values(f"formed_{kind}").astype(np.bool_) for kind in KINDS}
        first = {kind: first_days(worlds, kind) for kind in KINDS}
        dates = {kind: dates_of(days[days != NO_DAY], rows) for kind, days in first.items()}
        others = [name for name in worlds.dates() if not name.startswith("first_date_")]
        events = {name.replace("_date", ""): dates_of(worlds.days(name), rows) for name in others}
        shares = {name: _shares(*worlds.coded(name), per_draw) for name in worlds.texts()}
        means = {name: _moments(worlds.values(name)) for name in worlds.numbers()}
        definitions = _definitions(worlds, per_draw)
        doubts, variants = _doubts(worlds, formed, per_draw)
    for name in _KEYS:
        means.pop(name, None)
    summary: dict[str, Any] = {
        "scenario": scenario,
        "worlds": rows,
        "replications_per_draw": per_draw,
        "p_corridor": {kind: probability(formed[kind], per_draw, tuned) for kind in KINDS},
        "doubt": doubts,
        "definitions": definitions,
        "variants": variants,
        "median_date": {kind: dates[kind]["q50"] for kind in KINDS},
        "dates": dates,
        "events": events,
        "routes": _by_kind(shares, "route"),
        "crossings": _by_kind(shares, "crossing"),
        "shares": shares,
        "means": means,
        "seconds": round(seconds, 3),
    }
    if span is not None:
        summary["time_to_corridor"] = {
            "level": INTERVAL_LEVEL,
            **{
                k: describe(
                    Times.read(directory, k, *span, per_draw, beyond), months(*span, beyond)
                )
                for k in KINDS
            },
        }
    if precision is not None:
        summary["precision"] = precision.as_dict(summary["p_corridor"])
    plain: dict[str, Any] = finite(summary)
    return plain


def _definitions(worlds: WorldsFile, per_draw: int) -> dict[str, Any]:
    """P by definition and stage, of those that the table has."""
    flags = set(worlds.numbers())
    return {
        way: {
            stage: share(
                worlds.values(f"{stage}_{way}").astype(np.bool_), per_draw, level=INTERVAL_LEVEL
            ).as_dict()
            for stage in STAGES
            if f"{stage}_{way}" in flags
        }
        for way in DEFINITIONS
        if f"formed_{way}" in flags
    }


def _doubts(
    worlds: WorldsFile, formed: dict[str, Flags], per_draw: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """By kind: the doubt about P. By variant of the rules: how many worlds, and P by kind."""
    codes: NDArray[np.int32] | None = None
    names: list[str] = []
    if worlds.has("variant"):
        codes, names = worlds.coded("variant")
    by_variant: dict[str, dict[str, Any]] = {
        name: {"worlds": int(np.count_nonzero(codes == k))}
        for k, name in sorted(enumerate(names), key=lambda coded: coded[1])
    }
    doubts = {}
    for kind, flags in formed.items():
        shares = {}
        if codes is not None:
            shares = shares_by_variant(flags, per_draw, codes, names, INTERVAL_LEVEL)
        doubts[kind] = doubt(flags, per_draw, codes, shares).as_dict()
        for name, interval in shares.items():
            by_variant[name][kind] = None if interval is None else interval.as_dict()
    return doubts, by_variant


def probability(formed: Flags, per_draw: int, tuned: float | None = None) -> dict[str, Any]:
    """P(corridor) with the interval of its Monte Carlo error alone."""
    if tuned is not None:
        trials = by_draw(formed, per_draw)
        return sequence(float(trials.sum()), len(trials), tuned, INTERVAL_LEVEL).as_dict()
    return share(formed, per_draw, level=INTERVAL_LEVEL).as_dict()


def dates_of(days: NDArray[np.int32], worlds: int) -> dict[str, Any]:
    """Quantiles over all worlds (null: never), over those that form, and the share that do not."""
    days = np.sort(days)
    described: dict[str, Any] = {
        key: _quantile(days, level, worlds) for key, level in _LEVELS.items()
    }
    described["median_if_formed"] = _quantile(days, 0.5, len(days))
    described["never"] = 1.0 - len(days) / worlds
    return described


def _quantile(days: NDArray[np.int32], level: float, worlds: int) -> str | None:
    """The first date by which at least a share `level` of `worlds` worlds have one, or None."""
    rank = math.ceil(level * worlds - 1e-9) - 1
    if not 0 <= rank < len(days):
        return None
    return (EPOCH + timedelta(int(days[rank]))).isoformat()


def months(origin: date, until: date, beyond: int = 0) -> Ints:
    """Days from the origin to the last days of months, to the horizon and to the censoring."""
    horizon = (until - origin).days
    last = horizon + beyond
    ends = [d for d in range(1, last) if (origin + timedelta(d + 1)).day == 1]
    return np.array(sorted({*ends, horizon, last}), np.int64)


def _shares(codes: NDArray[np.int32], values: list[str], per_draw: int) -> dict[str, Any]:
    """Share of each value among the worlds that have one, the most common first."""
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    described = {}
    for code in sorted(range(len(values)), key=lambda i: (-counts[i], values[i])):
        interval = share(codes == code, per_draw, codes >= 0, INTERVAL_LEVEL).as_dict()
        described[values[code]] = {"worlds": int(counts[code]), **interval}
    return described


def _by_kind(shares: dict[str, Any], name: str) -> dict[str, Any]:
    """Take the columns of a name out of `shares`."""
    return {kind: shares.pop(f"{name}_{kind}", {}) for kind in KINDS}


def _moments(values: NDArray[Any]) -> dict[str, float | None]:
    """Mean and standard deviation over worlds; null where there is no finite one."""
    finite = values.astype(np.float64)
    finite = finite[np.isfinite(finite)]
    if not len(finite):
        return {"mean": None, "sd": None}
    return {"mean": float(finite.mean()), "sd": float(finite.std(ddof=min(1, len(finite) - 1)))}
