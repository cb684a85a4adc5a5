"""How fast worlds were stepped here last, to say what a sweep will cost before it runs.

One small file in the user's cache folder; it only ever feeds an estimate.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from sim import disk
from sim.config.schema import Config
from sim.ensemble.compile_lock import is_cold, waited
from sim.ensemble.schedule import Job
from sim.ensemble.simulator import LandbridgeModel
from sim.ensemble.store.manifest import as_json
from sim.errors import LandbridgeError
from sim.paths import caches

COMPILING = 35.0  # seconds of a core, on one of 2023; no world is stepped meanwhile


def compiling() -> float:
    """Seconds until the kernels are compiled, about; 0 if they are there."""
    return COMPILING if is_cold() else 0.0


def _file() -> Path:
    return caches() / "pace.json"


def _ticks(config: Config) -> float:
    days = date.fromisoformat(config.clock.until) - date.fromisoformat(config.clock.origin)
    return (days.days + config.clock.beyond_days) / config.clock.tick_days


def remember(jobs: Sequence[Job]) -> None:
    """Keep the seconds of a core that a tick of a world took, by size of hexes."""
    seconds: dict[str, float] = {}
    for job in jobs:
        is_real = isinstance(job.scenario.simulator, LandbridgeModel)
        if is_real and job.fresh >= 100 and not waited():  # fewer are mostly setup
            config = job.scenario.config
            spent = job.seconds / (job.fresh * _ticks(config))
            seconds[f"{config.theatre.hex_km:g}"] = spent
    if seconds:
        with suppress(OSError, ValueError, LandbridgeError):
            disk.write(_file(), as_json({**_known(), **seconds}), sync=False)


def expected(parts: Sequence[tuple[Config, int]]) -> float | None:
    """Seconds of a core for so many worlds of each scenario, None if nothing like them was run."""
    known = _known()
    total = 0.0
    for config, worlds in parts:
        a_tick = known.get(f"{config.theatre.hex_km:g}")
        if a_tick is None:
            return None
        total += worlds * _ticks(config) * a_tick
    return total


def _known() -> dict[str, float]:
    with suppress(OSError, ValueError, AttributeError, TypeError):
        costs = json.loads(_file().read_text(encoding="utf-8"))
        return {str(size): float(seconds) for size, seconds in costs.items()}
    return {}
