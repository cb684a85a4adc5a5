"""Shortest ways over the map (Dijkstra 1959), with a heap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush

from tests.oracle.board import Unit


def nearest_first(
    units: Sequence[Unit], starts: Mapping[int, int], toll: Sequence[int | None], limit: int
) -> Iterator[tuple[int, int]]:
    """Units and their distance from the nearest start, within `limit`, nearest first.

    Entering a unit costs the way to it and its toll; None forbids it. Of units equally far the
    one whose way was found last comes first: the engine's rule, on which it depends which of them
    an army is mustered from.
    """
    best = dict(starts)
    queue = [(km, -found, unit) for found, (unit, km) in enumerate(starts.items()) if km <= limit]
    heapify(queue)
    found = len(starts)
    while queue:
        km, _, unit = heappop(queue)
        if km > best[unit]:
            continue  # a shorter way was found meanwhile
        yield unit, km
        for to, cost in units[unit].beside:
            fee = toll[to]
            if fee is None:
                continue
            way = km + cost + fee
            if way <= limit and (to not in best or way < best[to]):
                best[to] = way
                found += 1
                heappush(queue, (way, -found, to))


def distances(
    units: Sequence[Unit], starts: Mapping[int, int], toll: Sequence[int | None], limit: int
) -> dict[int, int]:
    """The distance of every unit within `limit`."""
    return dict(nearest_first(units, starts, toll, limit))
