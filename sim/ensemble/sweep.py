"""Many scenarios in one folder: every point of a sweep, all on one engine.

Each point is a run folder below `points/`, filled by the same loop as a single run. Beside them
lie `design.csv` (the points), `worlds.parquet` (all worlds that are there, by point and replicate;
renewed while the sweep runs, always whole) and `manifest.json`. Called again, a sweep continues.
"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.config import record
from sim.config.schema import Engine as EngineConfig
from sim.ensemble import manifest
from sim.ensemble.engine import engine
from sim.ensemble.fill import Job, Progress, Watch, fill
from sim.ensemble.folder import create, disk_errors, refuse_unwritable
from sim.ensemble.gather import gather
from sim.ensemble.parts import hold, write_whole
from sim.ensemble.repair import check_sums, damaged, repair
from sim.ensemble.run import begin, finish
from sim.ensemble.work import Scenario, Worker
from sim.errors import LandbridgeError

DESIGN, WORLDS, POINTS = "design.csv", "worlds.parquet", "points"
SETTING = "hydra.sweep.dir"
_SHARE = 0.05  # of the time of a sweep, at most, goes into renewing its tables
_FIRST, _LEAST = 1.0, 5.0  # seconds to the first renewal, and at least between two


@dataclass(frozen=True)
class Point:
    """One point: its settings, or why they cannot be run."""

    number: int
    values: Mapping[str, str]  # swept key to value
    overrides: Sequence[str]
    config: record.Settings | None
    scenario: Scenario | None
    error: str = ""

    @property
    def directory(self) -> str:
        """Its run folder, below the sweep's."""
        return f"{POINTS}/{self.number}"

    @property
    def config_hash(self) -> str:
        """What its worlds are made from; '' if they cannot be."""
        return self.scenario.config_hash if self.scenario else ""


@dataclass
class Sweep:
    """A sweep in its folder."""

    directory: Path
    points: Sequence[Point]
    jobs: dict[int, Job] = field(default_factory=dict)  # by point, once it runs
    repaired: list[str] = field(default_factory=list)
    seconds: float = 0.0  # wall time of this call

    @property
    def keys(self) -> list[str]:
        """What is swept."""
        return list(self.points[0].values)

    @property
    def fresh(self) -> int:
        """Worlds stepped by this call."""
        return sum(job.fresh for job in self.jobs.values())

    @property
    def done(self) -> int:
        """Worlds that are there."""
        return sum(job.done for job in self.jobs.values())

    @property
    def worlds(self) -> int:
        """Worlds asked for."""
        scenarios = [point.scenario for point in self.points if point.scenario]
        return sum(one.config.ensemble.worlds for one in scenarios)

    def error(self, point: Point) -> str:
        """Why a point failed, in one line; '' if it did not."""
        job = self.jobs.get(point.number)
        if job is None or not job.failed:
            return point.error
        block, error = min(job.failed.items())
        more = f" (and {len(job.failed) - 1} more blocks)" if len(job.failed) > 1 else ""
        said = " ".join(str(error).split())
        if isinstance(error, LandbridgeError):
            return said + more
        where = f"replicates {block.start} to {block.stop - 1}"
        return f"{type(error).__name__}: {said} ({where}){more}"

    def status(self, point: Point) -> str:
        """`done`, `failed`, `running` or `waiting`."""
        job = self.jobs.get(point.number)
        if self.error(point):
            return "failed"
        if job is None or not job.done:
            return "waiting"
        return "done" if job.whole else "running"


Report = Callable[[Sweep], None]


def run_sweep(
    sweep: Sweep,
    where: EngineConfig,
    report: Report,
    watch: Watch | None = None,
    start: Callable[[Sequence[Progress]], None] | None = None,
) -> None:
    """Run what is missing of all points; errors of points are in `sweep`.

    `start` is told how far each point is, `watch` after each block of one.

    `report` is called when `worlds.parquet` has been renewed, and at the end.

    Raises LandbridgeError for a folder that cannot be written or holds another sweep, and
    KeyboardInterrupt, when finished blocks have been kept and the tables renewed.
    """
    began = time.perf_counter()
    root, worker = sweep.directory, Worker()
    refuse_other_sweep(sweep)
    with disk_errors(root, SETTING):
        root.mkdir(parents=True, exist_ok=True)
        with hold(root / ".lock"):
            for left in root.rglob("*.tmp"):
                left.unlink()
            _open(sweep)
            if _is_complete(sweep):
                sweep.seconds = time.perf_counter() - began
                return
            _write_manifest(sweep, "")
            renewal = _Renewal(sweep, report, watch)
            jobs = list(sweep.jobs.values())
            if start is not None:
                start([job.progress() for job in jobs])
            runs = engine(where, worker)
            try:
                fill(jobs, runs, renewal.watch, lambda job: finish(job, worker))
            finally:
                runs.close()
                sweep.seconds = time.perf_counter() - began
                renewal.now()
            _write_manifest(sweep, renewal.content)


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


def refuse_other_sweep(sweep: Sweep) -> None:
    """Refuse a folder that holds another sweep, without touching it.

    More worlds, and more points after those that it holds, are the same sweep.
    """
    root = sweep.directory
    refuse_unwritable(root, SETTING)
    found = manifest.read(root)
    if found is None:
        return
    held = found.get("points")
    if held is None:
        raise LandbridgeError(f"{SETTING}={root}: holds a run, not a sweep; choose another folder")
    if len(held) > len(sweep.points):
        raise LandbridgeError(
            f"{SETTING}={root}: holds a sweep of {len(held)} points, not {len(sweep.points)}; "
            "choose another folder"
        )
    made = next((point.scenario for point in sweep.points if point.scenario), None)
    if made is not None:
        manifest.refuse_other(root, found, made.made_from, SETTING)
    for point, old in zip(sweep.points, held, strict=False):
        _refuse_other_point(root, point, old)


def _refuse_other_point(root: Path, point: Point, old: Mapping[str, Any]) -> None:
    changed = record.differences(old["values"], point.values)
    hash_changed = old["config_hash"] != point.config_hash
    if hash_changed and not changed and point.config and old["config_hash"]:
        before = record.identity(record.load(root / point.directory))
        changed = record.differences(before, record.identity(point.config))
    if changed or hash_changed:
        text = ", ".join(changed) or f"it could not be run, or no longer can ({point.error})"
        raise LandbridgeError(
            f"{SETTING}={root}: holds a sweep whose point {point.number} is another: {text}; "
            "choose another folder"
        )
    asked = point.scenario.config.ensemble.worlds if point.scenario else 0
    if old["worlds"] > asked:
        raise LandbridgeError(
            f"ensemble.worlds={asked}: point {point.number} in {root} already holds "
            f"{old['worlds']} worlds; ask for {old['worlds']} or more, or choose another folder"
        )


def _open(sweep: Sweep) -> None:
    """Make the folders of all points, mend what is damaged, find out what is missing."""
    _write_design(sweep)
    for point in sweep.points:
        if point.scenario is None or point.config is None:
            continue
        at = sweep.directory / point.directory
        if not (at / record.FOLDER / "config.yaml").exists():
            create(at)
            own = [one for one in point.overrides if not one.startswith("hydra.")]
            record.save(point.config, own, at)
        else:
            create(at)
        sweep.repaired += [f"{point.directory}: {one}" for one in repair(at)]
        sweep.jobs[point.number] = begin(point.number, point.scenario, at)


def _write_design(sweep: Sweep) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["point", *sweep.keys])
    writer.writerows([point.number, *point.values.values()] for point in sweep.points)
    raw = text.getvalue().encode()
    write_whole(sweep.directory / DESIGN, lambda stream: stream.write(raw))


def _is_complete(sweep: Sweep) -> bool:
    """Whether nothing is left to do and the tables are as they were written."""
    found = manifest.read(sweep.directory) or {}
    whole = all(job.whole for job in sweep.jobs.values())
    same = [one["worlds"] for one in found.get("points", [])] == [
        job.worlds for job in sweep.jobs.values()
    ]
    if not (found.get("complete") and whole and same and not sweep.repaired):
        return False
    wrong = damaged(sweep.directory, found)
    sweep.repaired += wrong
    return not wrong


def _write_manifest(sweep: Sweep, content: str) -> None:
    """The manifest of a sweep; `content` is the hash of all its rows, '' while it runs."""
    points = []
    for point in sweep.points:
        own = manifest.read(sweep.directory / point.directory) or {}
        points.append(
            {
                "point": point.number,
                "directory": point.directory,
                "values": dict(point.values),
                "status": sweep.status(point),
                "error": sweep.error(point),
                "worlds": int(own.get("worlds", 0)),
                "config_hash": point.config_hash,
                "content_hash": own.get("content_hash", "") if own.get("complete") else "",
            }
        )
    complete = bool(content) and all(one["status"] == "done" for one in points)
    made = next((point.scenario for point in sweep.points if point.scenario), None)
    tree: dict[str, Any] = {
        "kind": "sweep",
        "complete": complete,
        "worlds": sweep.done,
        "keys": sweep.keys,
        "content_hash": content,
        "files": check_sums(sweep.directory, (DESIGN, WORLDS)) if content else {},
        "code": made.code if made else "",
        "seeds": dict(made.seed_hashes) if made else {},
        "versions": manifest.versions(),
        "points": points,
    }
    manifest.write(sweep.directory, tree)
