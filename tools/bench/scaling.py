"""Cost against the number of worlds, of cells and of ticks; time until the answer is known."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from statistics import median
from typing import Any

import numpy as np

from sim.analysis.stats.intervals import clopper_pearson
from sim.ensemble.execute.threads import cores, stream
from sim.model.setup import Setup
from sim.model.simulate import simulate
from tools.bench.ratios import BLOCK
from tools.bench.setups import cpu_seconds, theatre

HALF_WIDTH = 0.01
SIZES = (40, 25, 15, 10)  # km across a hex


def against_worlds(counts: tuple[int, ...], *overrides: str) -> list[dict[str, Any]]:
    """A row for each number of worlds, each run by a process of its own (`tools.bench.one`)."""
    overrides = ("clock.beyond_days=0", *overrides)
    rows = []
    for count in counts:
        done = subprocess.run(
            [sys.executable, "-m", "tools.bench.one", str(count), *overrides],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr)
        rows.append(json.loads(done.stdout.splitlines()[-1]))
    return rows


def against_cells(turns: int, weeks: int = 8, worlds: int = 4) -> dict[str, Any]:
    """Milliseconds a world and weekly tick by number of units, and the exponent of the fit."""
    setups = {size: theatre(size, weeks) for size in SIZES}
    return _cost(
        setups, {size: len(s.unit_ids) for size, s in setups.items()}, turns, weeks, worlds
    )


def against_ticks(turns: int, weeks: int = 8, worlds: int = 4) -> dict[str, Any]:
    """The same by ticks a week: weekly, half-weekly and daily, over the same days."""
    setups = {round(7 / days): theatre(25, weeks, days) for days in (7.0, 3.5, 1.0)}
    return _cost(setups, {n: n for n in setups}, turns, weeks, worlds)


def _cost(
    setups: dict[int, Setup], size: dict[int, int], turns: int, weeks: int, worlds: int
) -> dict[str, Any]:
    """Time of each setup, in turns, and the slope of log time on log size (least squares)."""
    times: dict[int, list[float]] = {name: [] for name in setups}
    for turn in range(turns):
        for name, setup in setups.items():
            draws = range(turn * worlds, (turn + 1) * worlds)
            seconds = cpu_seconds(lambda s=setup, d=draws: simulate(s, d, [0] * worlds))  # type: ignore[misc]
            times[name].append(1e3 * seconds / worlds / weeks)
    cost = {name: median(spent) for name, spent in times.items()}
    slope = np.polyfit([math.log(size[n]) for n in cost], [math.log(c) for c in cost.values()], 1)
    rows = [{"name": n, "size": size[n], "ms_per_world_week": cost[n]} for n in cost]
    return {"rows": rows, "exponent": float(slope[0])}


def time_to_answer(setup: Setup) -> dict[str, Any]:
    """Seconds on all cores until the 95% interval of P(corridor by road) is +-0.01 or narrower."""

    def block(first: int) -> int:
        outcome = simulate(setup, range(first, first + BLOCK), [0] * BLOCK)
        return int(np.count_nonzero(outcome.worlds["formed_road"]))

    start, formed, worlds = time.perf_counter(), 0, 0
    results = stream(block, range(0, 10**9, BLOCK))
    for count in results:
        formed, worlds = formed + count, worlds + BLOCK
        low, high = clopper_pearson(formed, worlds)
        if high - low <= 2.0 * HALF_WIDTH:
            break
    seconds = time.perf_counter() - start
    results.close()
    return {"seconds": seconds, "worlds": worlds, "low": low, "high": high, "cores": cores()}
