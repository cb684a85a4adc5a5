"""One world, day by day, for whoever wants to see armies move.

It is a world of an ensemble: what is seen of it draws no random number and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.model.model import WorldBatch
from sim.model.setup import Setup
from sim.model.state import Bools, Bytes, Ints, Longs, Records


@dataclass(frozen=True, eq=False)
class Day:
    """A world at the end of a day; F factions, U units, K campaign slots, D definitions."""

    day: int  # since the origin
    holder: Bytes  # (U,) faction, NOBODY or NEUTRAL
    garrison: Ints  # (F, U) fighters that stand there
    campaign: Records  # (F, K) armies
    crossings: Longs  # (F,) of its red line so far
    strikes: Longs  # (F,) with which it answered
    crossers: Bools  # (F, F) [g, f]: what f expects of the red line of g changed today
    is_open: Bools  # (D,) whether there is a corridor by each definition
    streak: Longs  # (D,) days in a row for which it has been open


class WatchedWorld(WorldBatch):
    """A batch of one world that keeps what it looked like at the end of each day of the tick."""

    def __init__(self, setup: Setup, draw: int, replication: int) -> None:
        """World (draw, replication) at the origin."""
        super().__init__(setup, [draw], [replication])
        self.seen = [self._look(0, self._perceived())]

    def step(self) -> None:
        """One tick; `seen` holds its days."""
        self.seen = []
        super().step()

    def resolve(self) -> None:
        """A day, as in every world; then it is looked at."""
        before = self._perceived()
        super().resolve()
        self.seen.append(self._look(self.day + 1, before))

    def _perceived(self) -> Records:
        return self.state.pair.perceived[0].copy()

    def _look(self, day: int, perceived: Records) -> Day:
        state = self.state
        side, corridor = state.side[0], state.corridor[0]
        return Day(
            day=day,
            holder=state.holder[0].copy(),
            garrison=state.force[0].copy(),
            campaign=state.campaign[0].copy(),
            crossings=side.crossings.copy(),
            strikes=side.strikes.copy(),
            crossers=(self._perceived() != perceived).T,
            is_open=corridor.is_open.copy(),
            streak=corridor.streak.copy(),
        )


def watch(setup: Setup, draw: int, replication: int) -> Iterator[list[Day]]:
    """The days of a world from the origin to the horizon.

    Args:
        setup: of its scenario.
        draw: the sample of the uncertain inputs.
        replication: which of the worlds that share it.

    Yields:
        The origin alone, then the days of each tick.
    """
    world = WatchedWorld(setup, draw, replication)
    yield world.seen
    while world.day < world.end:
        world.step()
        yield world.seen
