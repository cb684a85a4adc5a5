"""One scenario in one folder: run the blocks that are missing, then bring the tables up to date.

Calling `run` again continues where it was left, after Ctrl-C, a kill, or with more worlds asked
for. All that can be wrong with settings, seeds or folder is found before anything is created.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from sim.config import record
from sim.config.check import check, horizon
from sim.config.compose import typed
from sim.config.schema import Config
from sim.ensemble import manifest
from sim.ensemble.block import Block, missing
from sim.ensemble.columns import world_table
from sim.ensemble.engine import stream
from sim.ensemble.folder import create, disk_errors, refuse_unwritable, remove
from sim.ensemble.parts import Parts
from sim.ensemble.simulator import LandbridgeModel, Simulator
from sim.ensemble.store import compact
from sim.errors import LandbridgeError
from sim.paths import seeds as packaged_seeds

INTERVAL_LEVEL = 0.95


@dataclass(frozen=True)
class Progress:
    """How far a run is, after a block: of `total` worlds asked for, `done` are there."""

    done: int
    total: int
    fresh: int  # worlds stepped by this call
    formed_road: int  # of the fresh worlds
    formed_territory: int


Watch = Callable[[Progress], None]


@dataclass(frozen=True)
class Finished:
    """A run folder whose tables are up to date."""

    directory: Path
    worlds: int
    fresh: int  # worlds stepped by this call
    seconds: float  # wall time of this call


@dataclass(frozen=True)
class Prepared:
    """Checked settings and the model's setup: nothing is on disk yet."""

    config: record.Settings
    typed: Config
    setup: Any
    simulator: Simulator
    seeds: Path

    @property
    def origin(self) -> date:
        """The day the worlds start."""
        return horizon(self.typed)[0]


def prepare(
    config: record.Settings, simulator: Simulator | None = None, seeds: Path | None = None
) -> Prepared:
    """Check the settings and the seeds and set the model up; raises LandbridgeError."""
    simulator = simulator or LandbridgeModel()
    seeds = seeds or packaged_seeds()
    settings = typed(config)
    check(settings, simulator.known(seeds))
    return Prepared(config, settings, simulator.prepare(settings, seeds), simulator, seeds)


def run(
    prepared: Prepared,
    directory: Path,
    overrides: Sequence[str] = (),
    watch: Watch | None = None,
) -> Finished:
    """Run what is missing in `directory` of the scenario's `ensemble.worlds` worlds.

    Raises LandbridgeError for a folder that cannot be written or holds other settings, seeds or
    more worlds than asked for; KeyboardInterrupt passes through, with all finished blocks kept.
    """
    began = time.perf_counter()
    expected = {
        "config_hash": record.config_hash(prepared.config),
        "code": manifest.code_hash(),
        "seeds": manifest.seed_hashes(prepared.seeds, prepared.typed.theatre.hex_km),
    }
    refuse_foreign(directory, prepared, expected)
    with disk_errors(directory):
        created = create(directory)
        try:
            record.save(prepared.config, overrides, directory)
        except OSError:
            remove(created)
            raise
        with Parts(directory).lock():
            if manifest.read(directory) is None:
                versions = manifest.versions()
                manifest.write(directory, {"complete": False, **expected, "versions": versions})
            fresh = _run_missing(prepared, directory, watch)
            _finish(prepared, directory, expected)
    seconds = time.perf_counter() - began
    return Finished(directory, prepared.typed.ensemble.worlds, fresh, seconds)


def refuse_foreign(directory: Path, prepared: Prepared, expected: dict[str, Any]) -> None:
    """Refuse a folder that this scenario cannot be run in, without touching it."""
    refuse_unwritable(directory)
    if not (directory / record.FOLDER / "config.yaml").exists():
        return
    old = record.identity(record.load(directory))
    changed = record.differences(old, record.identity(prepared.config))
    if changed:
        raise LandbridgeError(
            f"hydra.run.dir={directory}: holds a run with other settings: {', '.join(changed)}; "
            "choose another folder"
        )
    found = manifest.read(directory)
    if found is not None:
        manifest.refuse_other(directory, found, expected)
    held, asked = Parts(directory).count(), prepared.typed.ensemble.worlds
    if held > asked:
        raise LandbridgeError(
            f"ensemble.worlds={asked}: {directory} already holds {held} worlds; "
            f"ask for {held} or more, or choose another folder"
        )


def kept(directory: Path, worlds: int) -> int:
    """Number of finished worlds in a run folder, compacted or not."""
    parts = Parts(directory)
    count = parts.count()
    return count + sum(block.size for block in parts.usable(count, worlds))


def _run_missing(prepared: Prepared, directory: Path, watch: Watch | None) -> int:
    """Step the blocks that are not on disk; returns the number of worlds stepped."""
    ensemble, parts = prepared.typed.ensemble, Parts(directory)
    count = parts.count()
    done = [Block(0, count), *parts.usable(count, ensemble.worlds)]
    held = sum(block.size for block in done)
    fresh = road = territory = 0

    def one(block: Block) -> tuple[int, int, int]:
        outcomes = prepared.simulator.simulate(prepared.setup, *block.keys(ensemble.chances))
        worlds = world_table(block, ensemble.chances, prepared.origin, outcomes.worlds)
        parts.write(block, worlds, outcomes.cells, outcomes.curves)
        road = int(np.count_nonzero(outcomes.worlds["formed_road"]))
        territory = int(np.count_nonzero(outcomes.worlds["formed_territory"]))
        return block.size, road, territory

    blocks = missing(ensemble.worlds, ensemble.block, done)
    with closing(stream(one, blocks, prepared.typed.engine.threads)) as results:
        for size, by_road, by_territory in results:
            fresh, road, territory = fresh + size, road + by_road, territory + by_territory
            if watch is not None:
                watch(Progress(held + fresh, ensemble.worlds, fresh, road, territory))
    return fresh


def _finish(prepared: Prepared, directory: Path, expected: dict[str, Any]) -> None:
    """Compact, and write the manifest of a whole run; nothing to do if that is done already."""
    worlds = prepared.typed.ensemble.worlds
    found = manifest.read(directory) or {}
    if found.get("complete") and found.get("worlds") == worlds and not Parts(directory).blocks():
        return
    content = compact(directory, worlds, prepared.setup, prepared.origin)
    manifest.write(
        directory,
        {
            "complete": True,
            "worlds": worlds,
            "replicates": [0, worlds - 1],
            "seed": prepared.typed.ensemble.seed,
            "content_hash": content,
            **expected,
            "versions": manifest.versions(),
            "interval_level": INTERVAL_LEVEL,
        },
    )
