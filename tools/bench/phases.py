"""Where the time of a tick goes: every kernel that the model calls is timed, by phase."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import sim.model.faction
import sim.model.model
from sim.model.model import Worlds
from sim.model.simulate import Setup
from tools.bench.ratios import BLOCK

# Kernels are of the phase that their file is named after, but these.
PHASE = {"move": "move", "lapse": "mobilise", "alarm": "mobilise", "corridor": "record",
         "control": "take control", "corridor_slack": "appraise"}  # fmt: skip


def by_phase(setup: Setup) -> dict[str, float]:
    """Share of the processor's time by phase, for one block to the horizon."""
    spent: dict[str, float] = defaultdict(float)
    with ExitStack() as stack:
        for module in (sim.model.model, sim.model.faction):
            for name, kernel in vars(module).copy().items():
                if hasattr(kernel, "signatures"):
                    stack.enter_context(patch.object(module, name, _timed(kernel, spent)))
        objectives = tuple(
            replace(o, add=_timed(o.add, spent, "appraise")) for o in setup.objectives
        )
        model = Worlds(replace(setup, objectives=objectives), range(BLOCK), [0] * BLOCK)
        spent.clear()
        start = time.process_time()
        model.run()
        total = time.process_time() - start
    spent["calls from Python"] = max(0.0, total - sum(spent.values()))
    return {name: seconds / total for name, seconds in sorted(spent.items(), key=lambda s: -s[1])}


def _timed(kernel: Any, spent: dict[str, float], phase: str = "") -> Callable[..., Any]:
    file = kernel.__module__.rpartition(".")[2]
    phase = phase or PHASE.get(kernel.__name__) or PHASE.get(file, file)

    def timed(*args: Any) -> Any:
        start = time.process_time()
        result = kernel(*args)
        spent[phase] += time.process_time() - start
        return result

    return timed
