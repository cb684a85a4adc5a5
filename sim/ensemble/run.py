"""One scenario in one folder: run the blocks that are missing, then bring the tables up to date.

Calling `run` again continues where it was left, after Ctrl-C, a kill, or with more worlds asked
for; what is found damaged is made again. All that can be wrong with settings, seeds or folder is
found before anything is created.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sim.config import record
from sim.config.check import check, horizon
from sim.config.compose import typed
from sim.config.schema import Config
from sim.ensemble import manifest
from sim.ensemble.engine import engine
from sim.ensemble.fill import Enough, Job, Watch, fill
from sim.ensemble.folder import create, disk_errors, refuse_unwritable, remove
from sim.ensemble.packed import BROKEN
from sim.ensemble.parts import Parts
from sim.ensemble.repair import TABLES, check_sums, repair
from sim.ensemble.simulator import LandbridgeModel, Simulator
from sim.ensemble.store import compact
from sim.ensemble.work import Scenario, Worker
from sim.errors import LandbridgeError
from sim.paths import seeds as packaged_seeds


@dataclass(frozen=True)
class Finished:
    """A run folder whose tables are up to date."""

    directory: Path
    worlds: int
    fresh: int  # worlds stepped by this call
    seconds: float  # wall time of this call
    repaired: tuple[str, ...] = ()  # what was damaged and has been made again


@dataclass(frozen=True)
class Prepared:
    """Checked settings and the model's setup: nothing is on disk yet."""

    config: record.Settings
    scenario: Scenario
    worker: Worker

    @property
    def typed(self) -> Config:
        """The settings as plain typed objects."""
        return self.scenario.config

    @property
    def seeds(self) -> Path:
        """The folder of the sourced inputs."""
        return self.scenario.seeds or packaged_seeds()

    @property
    def setup(self) -> Any:
        """The model's `Setup`."""
        return self.worker.setup(self.scenario)

    @property
    def origin(self) -> date:
        """The day the worlds start."""
        return horizon(self.typed)[0]


class Inputs:
    """What scenarios are made from beside their settings: the model, its code and its seeds."""

    def __init__(self, simulator: Simulator | None = None, seeds: Path | None = None) -> None:
        """The real model and the packaged seeds, unless others are given."""
        self.simulator, self.seeds = simulator or LandbridgeModel(), seeds
        self._at = seeds or packaged_seeds()
        self._known = self.simulator.known(self._at)
        self._code = manifest.code_hash()
        self._seed_hashes: dict[float, dict[str, str]] = {}

    def scenario(self, config: record.Settings) -> Scenario:
        """The scenario of checked settings; raises LandbridgeError."""
        settings = typed(config)
        check(settings, self._known)
        size = settings.theatre.hex_km
        if size not in self._seed_hashes:
            self._seed_hashes[size] = manifest.seed_hashes(self._at, size)
        return Scenario(
            config=settings,
            simulator=self.simulator,
            seeds=self.seeds,
            config_hash=record.config_hash(config),
            code=self._code,
            seed_hashes=self._seed_hashes[size],
        )


def prepare(
    config: record.Settings, simulator: Simulator | None = None, seeds: Path | None = None
) -> Prepared:
    """Check the settings and the seeds and set the model up; raises LandbridgeError."""
    prepared = Prepared(config, Inputs(simulator, seeds).scenario(config), Worker())
    assert prepared.setup is not None  # made here, so that its errors come before a folder does
    return prepared


def run(
    prepared: Prepared,
    directory: Path,
    overrides: Sequence[str] = (),
    watch: Watch | None = None,
    enough: Enough | None = None,
) -> Finished:
    """Run what is missing in `directory` of the scenario's `ensemble.worlds` worlds.

    `enough` may end it with fewer (`sim.ensemble.fill`).

    Raises LandbridgeError for a folder that cannot be written or holds other settings, seeds or
    more worlds than asked for; the error of the first block that failed, when the others have
    been kept; KeyboardInterrupt, with all finished blocks kept.
    """
    began = time.perf_counter()
    scenario, worker = prepared.scenario, prepared.worker
    refuse_foreign(directory, prepared.config, scenario)
    with disk_errors(directory):
        created = create(directory)
        try:
            record.save(prepared.config, overrides, directory)
        except OSError:
            remove(created)
            raise
        with Parts(directory).lock():
            repaired = repair(directory)
            job = begin(0, scenario, directory)
            where = engine(prepared.typed.engine, worker)
            try:
                fill([job], where, watch, enough=enough)
            finally:
                where.close()
            for error in job.failed.values():
                raise error
            finish(job, worker)
    seconds = time.perf_counter() - began
    return Finished(directory, job.worlds, job.fresh, seconds, tuple(repaired))


def refuse_foreign(directory: Path, config: record.Settings, scenario: Scenario) -> None:
    """Refuse a folder that this scenario cannot be run in, without touching it."""
    refuse_unwritable(directory)
    found = manifest.read(directory)
    if found is None or found.get("config_hash") != scenario.config_hash:
        _refuse_other_settings(directory, config)
    if found is None:
        return
    manifest.refuse_other(directory, found, scenario.made_from)
    held, asked = _held(directory, found), scenario.config.ensemble.worlds
    if held > asked:
        raise LandbridgeError(
            f"ensemble.worlds={asked}: {directory} already holds {held} worlds; "
            f"ask for {held} or more, or choose another folder"
        )


def _held(directory: Path, found: Mapping[str, Any]) -> int:
    """Number of compacted worlds; a folder whose counts are broken counts as empty."""
    try:
        return max(Parts(directory).count(), int(found.get("worlds", 0)))
    except BROKEN:
        return 0


def _refuse_other_settings(directory: Path, config: record.Settings) -> None:
    if not (directory / record.FOLDER / "config.yaml").exists():
        return
    changed = record.differences(record.identity(record.load(directory)), record.identity(config))
    if changed:
        raise LandbridgeError(
            f"hydra.run.dir={directory}: holds a run with other settings: {', '.join(changed)}; "
            "choose another folder"
        )


def kept(directory: Path, worlds: int) -> int:
    """Number of finished worlds in a run folder, compacted or not."""
    parts = Parts(directory)
    count = parts.count()
    return count + sum(block.size for block in parts.usable(count, worlds))


def begin(number: int, scenario: Scenario, directory: Path) -> Job:
    """What is there and what is missing; the manifest of a folder that is not whole says so."""
    job = Job(number, scenario, directory, scenario.config.ensemble.worlds)
    found = manifest.read(directory)
    if found is None:
        versions = manifest.versions()
        found = {"complete": True, **scenario.made_from, "versions": versions}
    if found["complete"] and not (job.whole and found.get("worlds") == job.worlds):
        manifest.write(directory, {**found, "complete": False})
    return job


def finish(job: Job, worker: Worker) -> None:
    """Compact, and write the manifest of a whole run; nothing to do if that is done already."""
    found = manifest.read(job.directory) or {}
    if found.get("complete") and found.get("worlds") == job.worlds:
        return
    setup, origin = worker.setup(job.scenario), horizon(job.scenario.config)[0]
    content = compact(job.directory, job.worlds, setup, origin)
    manifest.write(
        job.directory,
        {
            "complete": True,
            "worlds": job.worlds,
            "replicates": [0, job.worlds - 1],
            "seed": job.scenario.config.ensemble.seed,
            "content_hash": content,
            "files": check_sums(job.directory, TABLES),
            **job.scenario.made_from,
            "versions": manifest.versions(),
            "interval_level": manifest.INTERVAL_LEVEL,
        },
    )
