"""What an executor does: a task (a scenario and a block) in, the packed block out.

A pure function, wherever it runs: a task names the code and the seeds it was made for, and a
process that has others refuses it. Setups are kept by scenario in each process, the last used ones.
"""

from __future__ import annotations

import pickle
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.arrays import Flags
from sim.config import saved
from sim.config.check import horizon
from sim.config.schema import Config
from sim.definitions import KINDS
from sim.ensemble.block import Block
from sim.ensemble.simulator import Simulator
from sim.ensemble.store import manifest
from sim.ensemble.store.block_file import pack
from sim.ensemble.store.columns import world_table
from sim.errors import LandbridgeError
from sim.paths import theatre_folder

SETUPS_KEPT = 256  # about a megabyte each


@dataclass(frozen=True)
class Scenario:
    """All that a process needs to step worlds of a scenario; can be sent to another machine."""

    config: Config
    simulator: Simulator
    seeds: Path | None  # folder of the theatre; None: the one that the settings name
    config_hash: str
    code: str  # hash of the model's code
    seed_hashes: Mapping[str, str]
    versions: Mapping[str, str]  # of all that results pass through, for manifests

    @property
    def made_from(self) -> dict[str, Any]:
        """What decides its worlds, as manifests record it."""
        return {
            "config_hash": self.config_hash,
            "code": self.code,
            "seeds": dict(self.seed_hashes),
        }

    @property
    def key(self) -> str:
        """A hash of that, with which its parts are sealed."""
        return saved.tree_hash(self.made_from)


@dataclass(frozen=True)
class Task:
    """A block to run, of the point `number` of a sweep (0 for a single run)."""

    number: int
    scenario: Scenario
    block: Block


@dataclass(frozen=True)
class Packed:
    """A finished block."""

    block: Block
    data: bytes  # as `packed.pack` makes it
    formed: dict[str, Flags]  # by road and territory: (worlds,) has a corridor
    seconds: float  # that one core took


class Worker:
    """Runs tasks in this process, from several threads if wanted."""

    def __init__(self) -> None:
        """No setups yet."""
        self._setups: OrderedDict[str, Any] = OrderedDict()
        self._busy: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def setup(self, scenario: Scenario) -> Any:
        """The setup of a scenario, made once; raises LandbridgeError for unusable seeds."""
        key = scenario.config_hash
        with self._lock:
            busy = self._busy.setdefault(key, threading.Lock())
        with busy:
            with self._lock:
                if key in self._setups:
                    self._setups.move_to_end(key)
                    return self._setups[key]
            setup = scenario.simulator.prepare(scenario.config, _seeds(scenario))
            with self._lock:
                self._setups[key] = setup
                while len(self._setups) > SETUPS_KEPT:
                    self._busy.pop(self._setups.popitem(last=False)[0], None)
            return setup

    def run(self, task: Task) -> Packed:
        """Step the worlds of a block and pack them."""
        scenario, block = task.scenario, task.block
        setup = self.setup(scenario)
        per_draw = scenario.config.ensemble.replications_per_draw
        began = time.perf_counter()
        simulated = scenario.simulator.simulate(setup, *block.keys(per_draw))
        table = world_table(block, per_draw, horizon(scenario.config)[0], simulated.worlds)
        data = pack(table, simulated.cells, simulated.curves)
        formed = {kind: np.asarray(simulated.worlds[f"formed_{kind}"], np.bool_) for kind in KINDS}
        return Packed(block, data, formed, time.perf_counter() - began)


def _seeds(scenario: Scenario) -> Path:
    return scenario.seeds or theatre_folder(scenario.config.theatre.name)


_HERE = Worker()  # of a process that a cluster started
_CHECKED: set[bytes] = set()  # packed scenarios, which name their code and seeds
Parcel = tuple[int, bytes, Block]  # a task whose scenario is packed, so that many go in a message


def parcels(tasks: Iterable[Task]) -> Iterator[Parcel]:
    """Tasks to be sent to `run_parcel`."""
    wrapped: dict[int, bytes] = {}
    for task in tasks:
        if task.number not in wrapped:
            wrapped[task.number] = zlib.compress(pickle.dumps(task.scenario), 1)
        yield task.number, wrapped[task.number], task.block


def run_parcel(sent: Parcel) -> Packed:
    """`Worker.run` in a process of a cluster, after checking that it has the same inputs.

    Raises LandbridgeError if its code or seeds are not those that the task was made for.
    """
    number, raw, block = sent
    scenario = _unwrapped(raw)
    if raw not in _CHECKED:
        if manifest.code_hash() != scenario.code:
            raise LandbridgeError("a worker has another version of the model's code")
        here = manifest.seed_hashes(_seeds(scenario), scenario.config.theatre.hex_km)
        if here != dict(scenario.seed_hashes):
            raise LandbridgeError("a worker has other seeds")
        _CHECKED.add(raw)
    return _HERE.run(Task(number, scenario, block))


@lru_cache(SETUPS_KEPT)
def _unwrapped(raw: bytes) -> Scenario:
    scenario: Scenario = pickle.loads(zlib.decompress(raw))
    return scenario
