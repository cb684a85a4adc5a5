"""A few possible worlds of a run, drawn evenly over its outcomes, and who held what in each.

A run folder keeps in how many worlds a hex was held, not in which. A world is a pure function of
the settings and its world, so that those asked for are run again: by the code and the seeds
that made the folder, or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.analysis.stats.survival import Times
from sim.config.compose import composed_before
from sim.ensemble.block import Block
from sim.ensemble.execute.tasks import Worker
from sim.ensemble.run import Inputs
from sim.ensemble.store import manifest

DOZEN = 12


@dataclass(frozen=True, eq=False)
class History:
    """Who held what in one world; T recorded dates, U units (hexes, then places)."""

    world: int
    holder: NDArray[np.int8]  # (T, U) the faction; F is nobody, -1 neutral ground


def evenly(by_road: Times, by_territory: Times, number: int = DOZEN) -> list[int]:
    """Replicates in the middle of as many equal parts of the worlds, put in order of outcome.

    The order is by the first day of a corridor by road, then by territory; never comes last. As
    many of them have a corridor as of all worlds, to within one.
    """
    order = np.lexsort((by_territory.day, by_road.day))
    number = min(number, len(order))
    at = ((np.arange(number) + 0.5) * len(order) / number).astype(np.int64)
    return [int(world) for world in order[at]]


def again(directory: Path, worlds: Sequence[int], inputs: Inputs) -> list[History]:
    """Run these worlds of a run folder again.

    Args:
        directory: a finished run.
        worlds: which of its worlds.
        inputs: the model and the seeds.

    Raises:
        LandbridgeError: the folder was made by another version of the model or from other seeds.
    """
    scenario = inputs.scenario(composed_before(directory))
    stored = manifest.read(directory) or {}
    manifest.refuse_other(directory, stored, scenario.made_from)
    setup, per_draw = Worker().setup(scenario), scenario.config.ensemble.replications_per_draw
    histories = []
    for world in worlds:
        draws = Block(world, world + 1).keys(per_draw)
        cells = scenario.simulator.simulate(setup, *draws).cells
        holder = np.where(cells.any(axis=1), cells.argmax(axis=1), -1)
        histories.append(History(world, holder.astype(np.int8)))
    return histories


def outcome(times: Times, world: int, origin: date) -> date | None:
    """The first day of a corridor in a world, None if there is none while it is followed."""
    day = int(times.day[world])
    return date.fromordinal(origin.toordinal() + day) if day <= times.followed else None
