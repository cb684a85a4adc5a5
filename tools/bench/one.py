"""One run of an ensemble in this process, for its time and its peak memory: `one WORLDS [KEY=...]`.

Prints one line of JSON. A process of its own, since peak memory never falls again.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.config.compose import compose
from sim.ensemble.run import prepare, run
from sim.ensemble.simulator import LandbridgeModel, Outcomes


class Timed(LandbridgeModel):
    """The model, adding up the processor's time in simulation alone."""

    seconds = 0.0

    def simulate(self, setup: Any, draws: Sequence[int], per_draw: Sequence[int]) -> Outcomes:
        """As the model does."""
        start = time.thread_time()
        simulated = super().simulate(setup, draws, per_draw)
        self.seconds += time.thread_time() - start
        return simulated


def peak_mb() -> float:
    """The most memory that this process has held.

    Linux counts what the parent held in `ru_maxrss`, so its own record is asked first.
    """
    status = Path("/proc/self/status")
    if status.exists():
        kb = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if kb:
            return int(kb[1]) / 1024.0
    unit = 1024.0**2 if sys.platform == "darwin" else 1024.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def main(worlds: int, overrides: list[str]) -> None:
    """Run once for the compiled kernels, then measure the run as a user would have it."""
    model = Timed()
    prepared = prepare(compose([f"ensemble.worlds={worlds}", *overrides]), model)
    model.simulate(prepared.setup, [0], [0])
    model.seconds = 0.0
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        run(prepared, Path(folder) / "run")
        wall = time.perf_counter() - start
    row = {
        "worlds": worlds,
        "days": prepared.setup.days,
        "simulation_ms_per_world": 1e3 * model.seconds / worlds,
        "run_seconds": wall,
        "peak_mb": peak_mb(),
    }
    print(json.dumps(row))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
