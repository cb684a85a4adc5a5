"""Many scenarios in one folder: every point of a sweep, all on one executor.

Each point is a run folder below `points/`, filled by the same loop as a single run. Beside them
lie `design.csv` (the points), `worlds.parquet` (all worlds that are there, by point and world;
renewed while the sweep runs, always whole) and `manifest.json`. Called again, a sweep continues.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from sim import csv_text, disk
from sim.config.schema import Executor as ExecutorConfig
from sim.ensemble.cost import remember
from sim.ensemble.execute.choose import executor, refuse_absent
from sim.ensemble.execute.tasks import Worker
from sim.ensemble.run import SumUp, begin, finish, is_finished
from sim.ensemble.schedule import Job, Progress, Watch, fill
from sim.ensemble.store import folder, manifest
from sim.ensemble.store.repair import repair
from sim.ensemble.sweep.merge import gather
from sim.ensemble.sweep.points import (
    DESIGN,
    FILES,
    SETTING,
    WORLDS,
    Sweep,
    refuse_other_sweep,
    write_manifest,
)

_SHARE = 0.02  # of the time of a sweep, at most, goes into renewing its tables
_FIRST, _LEAST = 1.0, 5.0  # seconds to the first renewal, and at least between two


Report = Callable[[Sweep], None]


def run_sweep(
    sweep: Sweep,
    where: ExecutorConfig,
    report: Report,
    sum_up: SumUp,
    watch: Watch | None = None,
    start: Callable[[Sequence[Progress]], None] | None = None,
) -> None:
    """Run what is missing of all points; errors of points are in `sweep`.

    `start` is told how far each point is, `watch` after each block of one. `sum_up` stages the
    summary of a point, `report` writes that of the sweep when `worlds.parquet` has been renewed.

    Raises LandbridgeError for a folder that cannot be written or holds another sweep, and
    KeyboardInterrupt, when finished blocks have been kept and the tables renewed.
    """
    began = time.perf_counter()
    root, worker = sweep.directory, Worker()
    refuse_absent(where)
    with folder.opened(root, sweep.kind, FILES, SETTING):
        refuse_other_sweep(sweep)
        _open(sweep)
        if _is_complete(sweep):
            sweep.seconds = time.perf_counter() - began
            return
        write_manifest(sweep, "")
        _write_design(sweep)
        renewal = _Renewal(sweep, report, watch)
        jobs = list(sweep.jobs.values())
        if start is not None:
            start([job.progress() for job in jobs])

        def finished(job: Job) -> None:
            if not is_finished(job):
                finish(job, worker, sum_up)

        runs = executor(where, worker)
        try:
            fill(jobs, runs, renewal.watch, finished)
        finally:
            runs.close()
            sweep.seconds = time.perf_counter() - began
            remember(jobs)
            renewal.now()
        write_manifest(sweep, renewal.content)


class _Renewal:
    """Renews the tables of a sweep while it runs, within a share of its time."""

    def __init__(self, sweep: Sweep, report: Report, watch: Watch | None) -> None:
        self._sweep, self._report, self._watch = sweep, report, watch
        self._next = time.perf_counter() + _FIRST
        self.content = ""

    def watch(self, progress: Progress) -> None:
        """After each block."""
        if self._watch is not None:
            self._watch(progress)
        if time.perf_counter() >= self._next:
            self.now()

    def now(self) -> None:
        """Write `worlds.parquet`, and what is reported from it."""
        began = time.perf_counter()
        jobs = list(self._sweep.jobs.values())
        self.content = gather(jobs, self._sweep.directory / WORLDS)
        self._report(self._sweep)
        now = time.perf_counter()
        self._next = now + max(_LEAST, (now - began) / _SHARE)


def _open(sweep: Sweep) -> None:
    """Make the folders of all points, mend what is damaged, find out what is missing."""
    for point in sweep.points:
        if point.scenario is None:
            continue
        at = sweep.directory / point.directory
        disk.make(at, sync=False)
        folder.clear(at)
        sweep.repaired += [f"{point.directory}: {line}" for line in repair(at, point.scenario.key)]
        own = [override for override in point.overrides if not override.startswith("hydra.")]
        begin(at, "point", point.scenario, point.settings, own)
        worlds = point.scenario.config.ensemble.worlds
        sweep.jobs[point.number] = Job(point.number, point.scenario, at, worlds)
    if sweep.jobs:
        disk.settle(sweep.directory / folder.POINTS)


def _write_design(sweep: Sweep) -> None:
    rows = ([point.number, *point.values.values()] for point in sweep.points)
    text = csv_text.written([["point", *sweep.keys], *rows])
    disk.write(sweep.directory / DESIGN, text.encode(), sync=False)


def _is_complete(sweep: Sweep) -> bool:
    """Whether nothing is left to do and the tables are as they were written."""
    stored = manifest.read(sweep.directory) or {}
    whole = all(is_finished(job) for job in sweep.jobs.values())
    same = [row["worlds"] for row in stored.get("points", [])] == [
        job.worlds for job in sweep.jobs.values()
    ]
    wrong = folder.damaged(sweep.directory, stored.get("files", {}))
    sweep.repaired += wrong
    return bool(stored.get("complete")) and whole and same and not sweep.repaired
