"""Scenarios that are measured, and clocks."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from sim.config.compose import compose, typed
from sim.config.schema import Config
from sim.model.setup import Setup
from sim.model.simulate import prepare
from sim.paths import theatre_folder

ORIGIN = date(2017, 6, 4)
WEEK = 7


def until(days: int) -> str:
    return f"clock.until={ORIGIN + timedelta(days)}"


@cache
def theatre(hex_km: int = 25, weeks: int = 30, tick_days: float = 7.0) -> Setup:
    """The baseline scenario, prepared once."""
    clock = [until(WEEK * weeks), "clock.beyond_days=0", f"clock.tick_days={tick_days}"]
    settings: Config = typed(compose([f"theatre.hex_km={hex_km}", *clock]))
    return prepare(settings, theatre_folder("iraq_syria_jordan"))


def cpu_seconds(action: Callable[[], object]) -> float:
    """Processor time of all threads of this process."""
    start = time.process_time()
    action()
    return time.process_time() - start
