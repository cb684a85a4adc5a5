"""One scenario in one folder: run the blocks that are missing, then bring the tables up to date.

Calling `run` again continues where it was left, after Ctrl-C, a kill, or with more worlds asked
for; what is found damaged is made again. All that can be wrong with settings, seeds or folder is
found before anything is created.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sim import disk
from sim.config import saved
from sim.config.check import Known, check, horizon
from sim.config.points import Settings
from sim.config.schema import Config
from sim.ensemble.cost import remember
from sim.ensemble.execute.choose import executor, refuse_absent
from sim.ensemble.execute.tasks import Scenario, Worker
from sim.ensemble.schedule import Enough, Job, Watch, fill
from sim.ensemble.simulator import LandbridgeModel, Simulator
from sim.ensemble.store import folder, manifest
from sim.ensemble.store.block_file import BROKEN
from sim.ensemble.store.parts import Parts
from sim.ensemble.store.repair import SUMMARY, repair
from sim.ensemble.store.tables import TABLES, stage_tables
from sim.errors import LandbridgeError
from sim.paths import shown, theatre_folder

# Stages what is said of a job whose tables are up to date; `SUMMARY` is its name.
SumUp = Callable[[Job], None]


@dataclass(frozen=True)
class Finished:
    """A run folder whose tables are up to date."""

    directory: Path
    worlds: int
    fresh: int  # worlds stepped by this call
    repaired: tuple[str, ...] = ()  # what was damaged and has been made again


@dataclass(frozen=True)
class Prepared:
    """Checked settings and the model's setup: nothing is on disk yet."""

    config: saved.Settings
    scenario: Scenario
    worker: Worker

    @property
    def typed(self) -> Config:
        """The settings as plain typed objects."""
        return self.scenario.config

    @property
    def seeds(self) -> Path:
        """The folder of the sourced inputs."""
        return self.scenario.seeds or theatre_folder(self.typed.theatre.name)

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
        """The real model and the theatres that settings name, unless others are given."""
        self.simulator, self.seeds = simulator or LandbridgeModel(), seeds
        self._code, self._versions = manifest.code_hash(), manifest.versions()
        self._known: dict[Path, Known] = {}
        self._seed_hashes: dict[tuple[Path, float], dict[str, str]] = {}

    def scenario(self, config: saved.Settings) -> Scenario:
        """The scenario of settings; raises LandbridgeError for those that cannot be run."""
        return self.checked(Settings.of(config))

    def checked(self, made: Settings) -> Scenario:
        """As `scenario`."""
        settings = made.typed
        folder = self.seeds or theatre_folder(settings.theatre.name)
        if folder not in self._known:
            self._known[folder] = self.simulator.known(folder)
        check(settings, self._known[folder])
        made_from = (folder, settings.theatre.hex_km)
        if made_from not in self._seed_hashes:
            self._seed_hashes[made_from] = manifest.seed_hashes(*made_from)
        return Scenario(
            config=settings,
            simulator=self.simulator,
            seeds=self.seeds,
            config_hash=saved.config_hash(made.plain),
            code=self._code,
            seed_hashes=self._seed_hashes[made_from],
            versions=self._versions,
        )


def prepare(
    config: saved.Settings, simulator: Simulator | None = None, seeds: Path | None = None
) -> Prepared:
    """Check the settings and the seeds and set the model up; raises LandbridgeError."""
    prepared = Prepared(config, Inputs(simulator, seeds).scenario(config), Worker())
    _ = prepared.setup  # made here, so that its errors come before a folder does
    return prepared


def run(
    prepared: Prepared,
    directory: Path,
    overrides: Sequence[str] = (),
    watch: Watch | None = None,
    enough: Enough | None = None,
    sum_up: SumUp | None = None,
    kind: str = "run",
) -> Finished:
    """Run what is missing in `directory` of the scenario's `ensemble.worlds` worlds.

    `enough` may end it with fewer (`sim.ensemble.schedule`); `sum_up` stages its summary.

    Raises LandbridgeError for a folder that cannot be written or holds other settings, seeds or
    more worlds than asked for; the error of the first block that failed, when the others have
    been kept; KeyboardInterrupt, with all finished blocks kept.
    """
    scenario, worker = prepared.scenario, prepared.worker
    refuse_absent(prepared.typed.executor)
    with folder.opened(directory, kind, (*TABLES, SUMMARY, *saved.FILES)):
        refuse_foreign(directory, prepared.config, scenario)
        repaired = repair(directory, scenario.key)
        begin(directory, kind, scenario, prepared.config, overrides)
        job = Job(0, scenario, directory, scenario.config.ensemble.worlds)
        where = executor(prepared.typed.executor, worker)
        try:
            fill([job], where, watch, enough=enough)
        finally:
            where.close()
            remember([job])
        for error in job.failed.values():
            raise error
        finish(job, worker, sum_up)
    return Finished(directory, job.worlds, job.fresh, tuple(repaired))


def refuse_foreign(directory: Path, config: saved.Settings, scenario: Scenario) -> None:
    """Refuse a folder that this scenario cannot be run in, without touching it."""
    stored = manifest.read(directory) or {}
    if stored.get("config_hash") != scenario.config_hash:
        _refuse_other_settings(directory, config)
    if "code" in stored:
        manifest.refuse_other(directory, stored, scenario.made_from)
    asked, have = scenario.config.ensemble.worlds, held(directory)
    if have > asked:
        raise LandbridgeError(
            f"ensemble.worlds={asked}: {shown(directory)} already holds {have} worlds; "
            f"ask for {have} or more, or choose another folder"
        )


def held(directory: Path) -> int:
    """Number of compacted worlds; a folder whose counts are broken counts as empty."""
    stored = manifest.read(directory) or {}
    try:
        return max(Parts(directory).count(), int(stored.get("worlds", 0)))
    except BROKEN:
        return 0


def _refuse_other_settings(directory: Path, config: saved.Settings) -> None:
    try:
        before = saved.flatten(saved.load(directory))
    except LandbridgeError:  # none, or damaged: parts say themselves what they were made from
        return
    changed = saved.differences(saved.deciding(before), saved.identity(config))
    if changed:
        raise LandbridgeError(
            f"{folder.SETTING}={shown(directory)}: holds a run with other settings: "
            f"{', '.join(changed)}; choose another folder"
        )


def kept(directory: Path, worlds: int) -> int:
    """Number of finished worlds in a run folder, compacted or not."""
    parts = Parts(directory)
    count = parts.count()
    return count + sum(block.size for block in parts.usable(count, worlds))


def begin(
    directory: Path,
    kind: str,
    scenario: Scenario,
    settings: saved.Settings | Mapping[str, Any],
    overrides: Sequence[str],
) -> None:
    """Say in a folder what it is run with, unless it does already."""
    new, sync = saved.as_files(settings, overrides), kind != "point"
    changed = [name for name, raw in new.items() if not _holds(directory / name, raw)]
    for name in changed:
        disk.stage(directory / name, new[name], sync)
    stored = manifest.read(directory) or {}
    if changed or stored.get("config_hash") != scenario.config_hash:
        whole = stored.get("complete") and stored.get("worlds") == scenario.config.ensemble.worlds
        made = {**scenario.made_from, "versions": scenario.versions}
        made = {} if stored.get("config_hash") == scenario.config_hash else made
        folder.commit(directory, changed, sync=sync, kind=kind, complete=bool(whole), **made)


def _holds(file: Path, raw: bytes) -> bool:
    try:
        return file.read_bytes() == raw
    except OSError:
        return False


def is_finished(job: Job) -> bool:
    """Whether the tables of a whole job, and what is said of them, are up to date."""
    stored = manifest.read(job.directory) or {}
    there = bool(stored.get("complete")) and stored.get("worlds") == job.worlds
    return there and job.parts.count() == job.worlds


def finish(job: Job, worker: Worker, sum_up: SumUp | None = None) -> None:
    """Bring the tables of a whole job up to date, and sum it up.

    The order makes a kill harmless: the manifest names a table before it is there, and
    `worlds.parquet` may run ahead of the totals, whose count says how many of its rows are
    counted; a part goes only when all that replaces it is on the disk. A summary can be made again
    and is not waited for: it is named before, and a run that is not complete is finished again.
    """
    at, stored = job.directory, manifest.read(job.directory) or {}
    if not is_finished(job):
        setup, origin = worker.setup(job.scenario), horizon(job.scenario.config)[0]
        content, total = stage_tables(at, job.worlds, setup, origin)
        made: dict[str, Any] = {
            "worlds": job.worlds,
            "indices": [0, job.worlds - 1],
            "seed": job.scenario.config.ensemble.seed,
            "content_hash": content,
            **job.scenario.made_from,
            "versions": job.scenario.versions,
            "interval_level": manifest.INTERVAL_LEVEL,
            "files": {**stored.get("files", {}), SUMMARY: None},
        }
        folder.commit(at, TABLES, complete=sum_up is None, **made)
        job.parts.write_total(total, job.scenario.key)
        job.parts.drop(job.worlds)
    if sum_up is not None:
        sum_up(job)
        folder.commit(at, [SUMMARY], sync=stored.get("kind") != "point", complete=True)
