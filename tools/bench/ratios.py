"""The engine beside the plain model, two threads beside one, a tick beside a copy of the state."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import mesa
import numpy as np

from sim.ensemble.execute.threads import stream
from sim.model.model import WorldBatch
from sim.model.setup import Setup
from sim.model.simulate import simulate
from tests.oracle.world import World
from tools.bench.setups import cpu_seconds

BLOCK = 128  # worlds stepped together, the default of `ensemble.block`


def run_block(setup: Setup, first: int = 0) -> None:
    """One block of worlds to the horizon."""
    simulate(setup, range(first, first + BLOCK), [0] * BLOCK)


def run_plain(model: type[mesa.Model], setup: Setup, draw: int) -> None:
    """One world to the horizon by Mesa's own runner, in this process."""
    mesa.batch_run(
        model, {"setup": setup, "draw": [draw], "chance": 0}, number_processes=1,
        max_steps=setup.days, display_progress=False,
    )  # fmt: skip


def to_plain(setup: Setup, turns: int) -> dict[str, Any]:
    """Worlds a second of one core: the engine and the reference, in turns."""
    actions: dict[str, Callable[[int], None]] = {
        "engine": lambda turn: run_block(setup, turn * BLOCK),
        "oracle": lambda turn: run_plain(World, setup, turn),
    }
    run_block(setup)
    seconds: dict[str, list[float]] = {name: [] for name in actions}
    for turn in range(turns):
        for name, action in actions.items():
            took = cpu_seconds(partial(action, turn))
            seconds[name].append(took / BLOCK if name == "engine" else took)
    middle = {name: median(times) for name, times in seconds.items()}
    ratios = [o / e for o, e in zip(seconds["oracle"], seconds["engine"], strict=True)]
    return {
        "ratio_to_oracle_per_core": middle["oracle"] / middle["engine"],
        "ratio_to_oracle_turns": sorted(ratios),
        "worlds_per_second": 1.0 / middle["engine"],
        "oracle_worlds_per_second": 1.0 / middle["oracle"],
    }


def two_threads(setup: Setup, turns: int, blocks: int = 4) -> dict[str, Any]:
    """Time of the same blocks on one thread over that on two, in turns.

    On a machine that others use, the clock says how much of a second core there was to be had;
    the processor's time says what two threads cost each other.
    """

    def on(threads: int) -> tuple[float, float]:
        work = range(0, blocks * BLOCK, BLOCK)
        start = time.perf_counter()
        cpu = cpu_seconds(lambda: list(stream(partial(run_block, setup), work, threads)))
        return time.perf_counter() - start, cpu

    run_block(setup)
    pairs = [(on(1), on(2)) for _ in range(turns)]
    ratios = sorted(alone[0] / two[0] for alone, two in pairs)
    return {
        "two_threads_to_one": median(ratios),
        "two_threads_to_one_turns": ratios,
        "two_threads_to_one_by_processor": 2.0 * median(alone[1] / two[1] for alone, two in pairs),
    }


def memory_floor(setup: Setup, turns: int) -> dict[str, Any]:
    """A tick of a world beside one copy of its state: no tick can cost less than reading it."""
    model = WorldBatch(setup, range(BLOCK), [0] * BLOCK)
    arrays = [getattr(model.state, name) for name in model.state._fields if name != "scratch"]
    room = [np.empty_like(array) for array in arrays]

    def copy(times: int) -> None:
        for _ in range(times):
            for target, array in zip(room, arrays, strict=True):
                np.copyto(target, array)

    model.step()
    ticks, copies = [], []
    for _ in range(turns):
        ticks.append(cpu_seconds(model.step))
        copies.append(cpu_seconds(partial(copy, 20)) / 20)
    tick, floor = median(ticks) / BLOCK, median(copies) / BLOCK
    return {
        "tick_microseconds": 1e6 * tick,
        "copy_microseconds": 1e6 * floor,
        "tick_to_copy": tick / floor,
        "state_kb": sum(array.nbytes for array in arrays) / BLOCK / 1e3,
    }
