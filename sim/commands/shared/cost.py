"""What a command is going to cost, said before it is spent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.commands.shared.progress import duration

if TYPE_CHECKING:
    from sim.config.schema import Config
    from sim.ensemble.sweep.points import Sweep


def announce(parts: Sequence[tuple[Config, int]], what: str = "", at_most: bool = False) -> None:
    """Print how many worlds of each scenario a command asks for, and about how long they take.

    Args:
        parts: scenarios and their numbers of worlds.
        what: how the number comes about, in words.
        at_most: whether it may be fewer.
    """
    from sim.config.schema import ExecutorKind
    from sim.ensemble.cost import compiling, expected
    from sim.ensemble.execute.threads import cores

    worlds, seconds = sum(number for _, number in parts), expected(parts)
    executor = parts[0][0].executor
    workers = executor.threads or cores()
    if seconds is None:
        time = "expected time unknown: no run of 100 worlds on this machine yet"
    elif executor.kind is ExecutorKind.threads:
        time = f"about {duration(seconds / workers)} on {workers} cores of this machine"
    else:
        time = f"about {duration(seconds)} of a core"
    if compiling():
        time += f"; before that the model is compiled, about {duration(compiling())}"
    how = f" ({what})" if what else ""
    print(f"{'At most ' * at_most}{worlds:,} worlds{how}, {time}", flush=True)


def announce_sweep(sweep: Sweep) -> None:
    """Say what all points of a sweep or study cost."""
    configs = [point.scenario.config for point in sweep.points if point.scenario]
    parts = [(config, config.ensemble.worlds) for config in configs]
    announce(parts, f"{len(sweep.points)} points")
