"""Blocks of worlds: the unit of work, a pure function of the settings and a range.

World w is (draw, replication) = (w // per_draw, w % per_draw): which sample of the uncertain
inputs, and which of the worlds that share it. Worlds do not depend on the block that steps them, so
blocks may be cut anywhere; they are cut at multiples of their size so that a resumed run steps the
same ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice


@dataclass(frozen=True, order=True)
class Block:
    """The worlds from `start` up to but not including `stop`."""

    start: int
    stop: int

    @property
    def size(self) -> int:
        """Number of worlds."""
        return self.stop - self.start

    def keys(self, per_draw: int) -> tuple[list[int], list[int]]:
        """Draw and chance of every world, in order."""
        worlds = range(self.start, self.stop)
        return [r // per_draw for r in worlds], [r % per_draw for r in worlds]


def missing(worlds: int, size: int, done: Iterable[Block]) -> Iterator[Block]:
    """The blocks still to run of worlds 0 to `worlds` - 1, in order.

    `done` are disjoint blocks of any size; gaps between them are cut at multiples of `size`.
    """
    at = 0
    for block in sorted(done):
        yield from _cut(at, min(block.start, worlds), size)
        at = max(at, block.stop)
    yield from _cut(at, worlds, size)


def interleave[T](queues: Sequence[Iterable[T]], stretch: int = 1) -> Iterator[T]:
    """All items of all queues, `stretch` of each in turn, so that all advance together."""
    waiting = [iter(queue) for queue in queues]
    while waiting:
        still = []
        for queue in waiting:
            taken = list(islice(queue, stretch))
            yield from taken
            if len(taken) == stretch:
                still.append(queue)
        waiting = still


def _cut(start: int, stop: int, size: int) -> Iterator[Block]:
    while start < stop:
        end = min(stop, (start // size + 1) * size)
        yield Block(start, end)
        start = end
