"""Where the time of a tick goes: every kernel that the model calls is timed, by phase.

The phases after the decisions are one kernel, world after world; here each is a loop of its own.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numba

import sim.model.model
from sim.model.kernels import phases
from sim.model.model import WorldBatch
from sim.model.setup import Setup
from sim.model.state import one
from tools.bench.ratios import BLOCK

# Kernels are of the phase that their file is named after, but these.
PHASE = {"move": "move", "lapse": "mobilise", "alarm": "mobilise", "detour": "appraise",
         "control": "take control", "_break_out": "mobilise"}  # fmt: skip


@numba.njit(nogil=True, error_model="numpy", _nrt=False)
def _break_out(world, geo, rules, day, days):  # type: ignore[no-untyped-def]
    phases.break_out(world, rules, day, days)


DAY = (phases.move, phases.deter, phases.fight, phases.take_control, phases.watch_corridor)
TICK = (phases.update_alarm, _break_out, phases.recruit, phases.reinforce, phases.support_ally,
        phases.starve, phases.lapse)  # fmt: skip


def by_phase(setup: Setup) -> dict[str, float]:
    """Share of the processor's time by phase, for one block to the horizon."""
    _, spent, total = run_timed(setup)
    return shares(spent, total)


def shares(spent: dict[str, float], total: float) -> dict[str, float]:
    """Share of each phase in all the seconds, the largest first."""
    spent["calls from Python"] = max(0.0, total - sum(spent.values()))
    return {name: seconds / total for name, seconds in sorted(spent.items(), key=lambda s: -s[1])}


def run_timed(setup: Setup) -> tuple[WorldBatch, dict[str, float], float]:
    """A block at the horizon, the seconds that each phase took, and those of all of it."""
    spent: dict[str, float] = defaultdict(float)
    with ExitStack() as stack:
        for module in (sim.model.model,):
            for name, kernel in vars(module).copy().items():
                if hasattr(kernel, "signatures"):
                    stack.enter_context(patch.object(module, name, _timed(kernel, spent)))
        stack.enter_context(patch.object(sim.model.model, "resolve", _resolve(spent)))
        stack.enter_context(patch.object(sim.model.model, "mobilise", _mobilise(spent)))
        objectives = tuple(
            replace(o, add=_timed(o.add, spent, "appraise")) for o in setup.objectives
        )
        setup = replace(setup, objectives=objectives)
        WorldBatch(setup, [0], [0]).step()  # compiles the loops
        model = WorldBatch(setup, range(BLOCK), [0] * BLOCK)
        spent.clear()
        start = time.process_time()
        model.run()
        return model, spent, time.process_time() - start


def _resolve(spent: dict[str, float]) -> Callable[..., None]:
    """As `phases.resolve`, phase after phase."""
    loops = [_timed(_loop(kernel), spent, _phase(kernel)) for kernel in DAY]
    call = _timed(phases.call, spent)

    def resolve(
        state: Any, geo: Any, rules: Any, day: int, nth: int, last: int, hex_scale: float
    ) -> None:
        more = {phases.fight: [hex_scale], phases.watch_corridor: [last]}
        for kernel, loop in zip(DAY, loops, strict=True):
            loop(state, geo, rules, day, *more.get(kernel, []))
        call(state, rules, nth + 1)

    return resolve


def _mobilise(spent: dict[str, float]) -> Callable[..., None]:
    """As `phases.mobilise`, one after the other."""
    loops = [_timed(_loop(kernel), spent, _phase(kernel)) for kernel in TICK]

    def mobilise(*args: Any) -> None:
        for loop in loops:
            loop(*args)

    return mobilise


def _phase(kernel: Any) -> str:
    file = kernel.__module__.rpartition(".")[2]
    return PHASE.get(kernel.__name__) or PHASE.get(file, file)


def _loop(kernel: Any) -> Any:
    """A kernel of one world, for every world of a batch."""

    @numba.njit(nogil=True, error_model="numpy", _nrt=False)
    def over(state, geo, rules, *args):  # type: ignore[no-untyped-def]
        for w in range(state.holder.shape[0]):
            kernel(one(state, w), geo, rules, *args)

    return over


def _timed(kernel: Any, spent: dict[str, float], phase: str = "") -> Callable[..., Any]:
    phase = phase or _phase(kernel)

    def timed(*args: Any) -> Any:
        start = time.process_time()
        result = kernel(*args)
        spent[phase] += time.process_time() - start
        return result

    return timed
