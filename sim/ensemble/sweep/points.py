"""The points of a sweep, what is known of each, and whether a folder holds the same ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path
from typing import Any

from sim import disk
from sim.config import saved
from sim.ensemble.execute.tasks import Scenario
from sim.ensemble.schedule import Job
from sim.ensemble.store import folder, manifest
from sim.ensemble.store.folder import POINTS
from sim.ensemble.store.parts import Parts
from sim.errors import LandbridgeError
from sim.paths import shown

DESIGN, WORLDS = "design.csv", "worlds.parquet"
FILES = (DESIGN, WORLDS, "summary.csv", "summary.json")
SETTING = "--out"


@dataclass(frozen=True)
class Point:
    """One point: its settings, or why they cannot be run."""

    number: int
    values: Mapping[str, str]  # swept key to value
    overrides: Sequence[str]
    settings: Mapping[str, Any]  # none if they cannot be run; points share parts of them
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
    base: saved.Settings | None = None  # the settings where nothing is swept
    kind: str = "sweep"
    jobs: dict[int, Job] = field(default_factory=dict)  # by point, once it runs
    repaired: list[str] = field(default_factory=list)
    seconds: float = 0.0  # wall time of this call

    def __post_init__(self) -> None:
        """Refuse what only a single run can do; raises LandbridgeError."""
        for point in self.points:
            if point.scenario and (asked := point.scenario.config.ensemble.precision):
                raise LandbridgeError(
                    f"ensemble.precision={asked:g}: the points of a sweep or study have as many "
                    "worlds as ensemble.worlds says; leave it out"
                )

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
        return sum(scenario.config.ensemble.worlds for scenario in scenarios)

    def error(self, point: Point) -> str:
        """Why a point failed, in one line; '' if it did not."""
        job = self.jobs.get(point.number)
        if job is None or not job.failed:
            return point.error
        block, error = min(job.failed.items())
        more = f" (and {len(job.failed) - 1} more blocks)" if len(job.failed) > 1 else ""
        message = " ".join(str(error).split())
        if isinstance(error, LandbridgeError):
            return message + more
        where = f"worlds {block.start} to {block.stop - 1}"
        return f"{type(error).__name__}: {message} ({where}){more}"

    def status(self, point: Point) -> str:
        """`done`, `failed`, `running` or `waiting`."""
        job = self.jobs.get(point.number)
        if self.error(point):
            return "failed"
        if job is None or not job.done:
            return "waiting"
        return "done" if job.whole else "running"


def renumbered(root: Path, points: Sequence[Point]) -> Sequence[Point]:
    """Points by number, where those that a folder holds keep theirs.

    New ones follow, the first of them in place of points that failed and are no longer asked for.
    Where something else is held, all stay as they are, to be refused.
    """
    held = (manifest.read(root) or {}).get("points", [])
    known: dict[str, list[int]] = {}
    for old in held:
        known.setdefault(_name(old["config_hash"], old["values"]), []).append(old["point"])
    numbers = [known.get(_name(point.config_hash, point.values), []) for point in points]
    earlier = [same.pop(0) if same else None for same in numbers]
    free = [old["point"] for old in held if old["point"] not in earlier and _is_void(root, old)]
    later = chain(free, count(len(held)))
    new = [
        replace(point, number=next(later) if number is None else number)
        for point, number in zip(points, earlier, strict=True)
    ]
    new.sort(key=lambda point: point.number)
    return new if [point.number for point in new] == list(range(len(new))) else points


def _name(config_hash: str, values: Mapping[str, str]) -> str:
    """What a point is known by: what its worlds are made from or, if they cannot be, its values."""
    return config_hash or saved.tree_hash(dict(values))


def _is_void(root: Path, old: Mapping[str, Any]) -> bool:
    """Whether a point failed and left no worlds."""
    return old["status"] == "failed" and not Parts(root / old["directory"]).keys()


def refuse_other_sweep(sweep: Sweep) -> None:
    """Refuse a folder that holds another sweep, without touching it.

    More worlds, and more points after those that it holds, are the same sweep.
    """
    root = sweep.directory
    stored = manifest.read(root) or {}
    held = stored.get("points")
    if held is None:
        return
    if len(held) > len(sweep.points):
        raise LandbridgeError(
            f"{SETTING}={shown(root)}: holds a sweep of {len(held)} points, not "
            f"{len(sweep.points)}; choose another folder"
        )
    made = next((point.scenario for point in sweep.points if point.scenario), None)
    if made is not None:
        manifest.refuse_other(root, stored, made.made_from, SETTING)
    for point, old in zip(sweep.points, held, strict=False):
        _refuse_other_point(root, point, old)


def _refuse_other_point(root: Path, point: Point, old: Mapping[str, Any]) -> None:
    if _is_void(root, old):
        return
    hash_changed = old["config_hash"] != point.config_hash
    changed = saved.differences(old["values"], point.values) if hash_changed else []
    if hash_changed and not changed and point.settings and old["config_hash"]:
        before, now = saved.load(root / point.directory), point.settings
        changed = saved.differences(*(saved.deciding(saved.flatten(t)) for t in (before, now)))
    if changed or hash_changed:
        text = ", ".join(changed) or f"it could not be run, or no longer can ({point.error})"
        raise LandbridgeError(
            f"{SETTING}={shown(root)}: holds a sweep whose point {point.number} is another: "
            f"{text}; choose another folder"
        )
    asked = point.scenario.config.ensemble.worlds if point.scenario else 0
    if old["worlds"] > asked:
        raise LandbridgeError(
            f"ensemble.worlds={asked}: point {point.number} in {shown(root)} already holds "
            f"{old['worlds']} worlds; ask for {old['worlds']} or more, or choose another folder"
        )


def write_manifest(sweep: Sweep, content: str) -> None:
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
    complete = bool(content) and all(row["status"] == "done" for row in points)
    made = next((point.scenario for point in sweep.points if point.scenario), None)
    # while it runs its tables are renewed without a word in here: ours, whatever is in them
    known = (manifest.read(sweep.directory) or {}).get("files", {})
    own = {name: disk.sha256(sweep.directory / name) if content else None for name in FILES}
    folder.commit(
        sweep.directory,
        kind=sweep.kind,
        complete=complete,
        worlds=sweep.done,
        keys=sweep.keys,
        content_hash=content,
        code=made.code if made else "",
        seeds=dict(made.seed_hashes) if made else {},
        versions=dict(made.versions) if made else {},
        points=points,
        files={**known, **own},
    )
