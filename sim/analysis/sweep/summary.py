"""What a sweep says: a row a point, from its `worlds.parquet` and its points.

`summary.csv` is flat, for spreadsheets and pandas; `summary.json` says the same and how. While the
sweep runs both are renewed and hold what is there so far, with intervals as wide as that leaves
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim import csv_text, disk
from sim.analysis.run.doubt import doubt, shares_by_variant
from sim.analysis.run.summary import dates_of, summarise
from sim.analysis.stats.intervals import share
from sim.analysis.stats.survival import Times, first_days, restricted_mean
from sim.arrays import Flags, Ints
from sim.config import saved
from sim.config.check import horizon
from sim.config.schema import Config, Executor
from sim.definitions import KINDS
from sim.ensemble.schedule import Job, Progress, Watch
from sim.ensemble.store import folder
from sim.ensemble.store.manifest import INTERVAL_LEVEL, as_json
from sim.ensemble.store.read import WorldsFile, frame
from sim.ensemble.store.repair import SUMMARY
from sim.ensemble.sweep.merge import POINT
from sim.ensemble.sweep.points import DESIGN, WORLDS, Sweep
from sim.ensemble.sweep.run import run_sweep

if TYPE_CHECKING:
    import pandas as pd

FILE, TABLE = SUMMARY, "summary.csv"


@dataclass(frozen=True)
class SweepResult:
    """A sweep's folder; tables are read when asked for."""

    directory: Path
    failed: dict[int, str]  # point to error

    @cached_property
    def summary(self) -> pd.DataFrame:
        """A row a point: its values, P with interval and doubt, median dates, mean days."""
        import pandas

        return pandas.read_csv(self.directory / TABLE)

    @cached_property
    def design(self) -> pd.DataFrame:
        """A row a point: its number and the values it takes."""
        import pandas

        return pandas.read_csv(self.directory / DESIGN)

    @cached_property
    def worlds(self) -> pd.DataFrame:
        """A row a world, by `point` and `world`."""
        return frame(self.directory, "worlds")


def sweep_all(
    sweep: Sweep,
    where: Executor,
    watch: Watch | None = None,
    start: Callable[[Sequence[Progress]], None] | None = None,
) -> SweepResult:
    """Run what is missing of a sweep, and sum up every point and the whole.

    Raises what `run_sweep` raises; points that fail are in the result.
    """
    run_sweep(sweep, where, write_summary, _sum_up, watch, start)
    failed = {point.number: sweep.error(point) for point in sweep.points if sweep.error(point)}
    return SweepResult(sweep.directory, failed)


def _sum_up(job: Job) -> None:
    """Stage the summary of a point."""
    settings = job.scenario.config
    summary = summarise(
        job.directory, settings.scenario, settings.ensemble.replications_per_draw, job.seconds
    )
    disk.stage(job.directory / FILE, as_json(summary), sync=False)


def write_summary(sweep: Sweep) -> None:
    """Write `summary.csv` and `summary.json` from `worlds.parquet` and the state of the points."""
    measured, base = dict(_measured(sweep)), sweep.base
    configs = [point.scenario.config for point in sweep.points if point.scenario]
    settings = next(iter(configs), None)
    rows: list[dict[str, Any]] = []
    for point in sweep.points:
        row = {
            "point": point.number,
            "directory": point.directory if point.number in sweep.jobs else "",
            "values": dict(point.values),
            "status": sweep.status(point),
            "error": sweep.error(point),
            "worlds": 0,
        }
        rows.append({**row, **measured.get(point.number, {})})
    tree = {
        "kind": "sweep",
        "keys": sweep.keys,
        "unswept": {key: str(saved.value(base, key)) for key in sweep.keys} if base else {},
        "scenario": settings.scenario if settings else "",
        "until": settings.clock.until if settings else "",
        "theatre": configs[0].theatre.name,
        "seeds": sorted({config.ensemble.seed for config in configs}),
        "fixed": _fixed(sweep),
        "complete": all(row["status"] == "done" for row in rows),
        "worlds": sweep.done,
        "failed": sum(row["status"] == "failed" for row in rows),
        "seconds": round(sweep.seconds, 3),
        "points": rows,
    }
    disk.write(sweep.directory / FILE, as_json(tree), sync=False)
    _write_table(sweep.directory / TABLE, [flat(row) for row in rows])


def _fixed(sweep: Sweep) -> list[str]:
    """The overrides that all points share, but for those of Hydra."""
    swept = ("hydra.", *(f"{key}=" for key in sweep.keys))
    given = sweep.points[0].overrides
    return [override for override in given if not override.lstrip("+").startswith(swept)]


def read(directory: Path) -> dict[str, Any]:
    """The summary of a sweep folder; raises LandbridgeError if there is none or it was changed."""
    return folder.read_json(directory, FILE, f"not a sweep folder (no {FILE})")


def _measured(sweep: Sweep) -> Iterator[tuple[int, dict[str, Any]]]:
    """By point: what its worlds say."""
    if not (sweep.directory / WORLDS).exists():
        return
    with WorldsFile(sweep.directory) as worlds:
        number, index = worlds.values(POINT), worlds.values("world")
        formed = {kind: worlds.values(f"formed_{kind}").astype(np.bool_) for kind in KINDS}
        first = {kind: first_days(worlds, kind) for kind in KINDS}
        variant, variants = worlds.coded("variant") if worlds.has("variant") else (None, [])
        routes = {
            kind: worlds.coded(name)
            for kind in KINDS
            if (name := f"route_{kind}") in worlds.texts()
        }
    names = {kind: names for kind, (_, names) in routes.items()}
    for job in sweep.jobs.values():
        edges = np.searchsorted(number, [job.number, job.number + 1])
        rows = slice(int(edges[0]), int(edges[1]))
        if rows.start == rows.stop:
            continue
        settings = job.scenario.config
        codes = None if variant is None else variant[rows]
        sample = _Sample(index[rows], settings.ensemble.replications_per_draw, codes, variants)
        days = {kind: first[kind][rows] for kind in KINDS}
        taken = {kind: coded[rows] for kind, (coded, _) in routes.items()}
        there = {kind: formed[kind][rows] for kind in KINDS}
        yield (
            job.number,
            {
                "worlds": rows.stop - rows.start,
                "p_corridor": {kind: sample.share(there[kind]) for kind in KINDS},
                "doubt": {kind: sample.doubt(there[kind]) for kind in KINDS},
                "median_date": {
                    kind: dates_of(days[kind][days[kind] >= 0], len(index[rows]))["q50"]
                    for kind in KINDS
                },
                "mean_days": {
                    kind: sample.mean_days(there[kind], days[kind], settings) for kind in KINDS
                },
                "routes": {
                    kind: {
                        name: sample.share(taken[kind] == code)
                        for code, name in enumerate(names[kind])
                    }
                    for kind in taken
                },
            },
        )


@dataclass(frozen=True)
class _Sample:
    """The worlds of a point that are there: perhaps not the first ones, while it runs."""

    index: Ints
    per_draw: int
    variant: NDArray[np.int32] | None  # codes of `names`
    names: list[str]

    def share(self, flags: Flags) -> dict[str, Any]:
        """The share of worlds with a flag, with its interval."""
        size = int(self.index[-1]) + 1
        there, spread = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
        there[self.index], spread[self.index] = True, flags
        return share(spread, self.per_draw, there, INTERVAL_LEVEL).as_dict()

    def doubt(self, flags: Flags) -> dict[str, Any]:
        """What P is in doubt by, of the worlds before the first that is missing."""
        flags = flags[: self._whole]
        if self.variant is None:
            return doubt(flags, self.per_draw, None, {}).as_dict()
        codes = self.variant[: self._whole]
        known = shares_by_variant(flags, self.per_draw, codes, self.names, INTERVAL_LEVEL)
        return doubt(flags, self.per_draw, codes, known).as_dict()

    def mean_days(self, flags: Flags, first: NDArray[np.int32], config: Config) -> dict[str, Any]:
        """The restricted mean time to corridor, of the same worlds."""
        span, end = horizon(config), slice(0, self._whole)
        beyond = config.clock.beyond_days
        times = Times.of(flags[end], first[end], *span, self.per_draw, beyond)
        return restricted_mean(times, INTERVAL_LEVEL).as_dict()

    @cached_property
    def _whole(self) -> int:
        """How many worlds there are before the first that is missing; all of them if it is 0.

        In a sweep that runs, blocks come in any order; a gap would shift which worlds share a draw.
        """
        gaps = np.flatnonzero(self.index != np.arange(len(self.index)))
        return int(gaps[0]) if len(gaps) and gaps[0] else len(self.index)


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the summary as columns: keys by their own names, `p_road`, `p_road_low`, ..."""
    cells: dict[str, Any] = {"point": row["point"], "directory": row["directory"]}
    cells |= {**row["values"], "status": row["status"], "worlds": row["worlds"]}
    for kind, p in row.get("p_corridor", {}).items():
        cells |= _columns(f"p_{kind}", p)
    for kind, parts in row.get("doubt", {}).items():
        ends = {name: (parts[name] or {}).get("estimate") for name in ("lowest", "highest")}
        columns = {"inputs": parts["inputs"], "rules": parts["rules"], **ends}
        columns["share_of_rules"] = parts["share_of_rules"]
        cells |= {f"p_{kind}_{name}": value for name, value in columns.items()}
    for kind, when in row.get("median_date", {}).items():
        cells[f"median_date_{kind}"] = when
    for kind, mean in row.get("mean_days", {}).items():
        cells |= _columns(f"mean_days_{kind}", mean)
    for kind, by_route in row.get("routes", {}).items():
        for route in sorted(by_route):
            cells |= _columns(f"p_{kind}_{route}", by_route[route])
    return {**cells, "error": row["error"]}


def _columns(name: str, p: Mapping[str, Any]) -> dict[str, float]:
    return {name: p["estimate"], f"{name}_low": p["low"], f"{name}_high": p["high"]}


def _write_table(file: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row if name != "error"))
    columns.append("error")
    text = csv_text.written([columns, *([row.get(name, "") for name in columns] for row in rows)])
    disk.write(file, text.encode(), sync=False)
