"""The property of Hex, on which the corridor rests: a path or a barrier, never both or neither."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.model.kernels.paths import BLOCKED, spread
from sim.model.state import FAR
from sim.theatre.hexes import HexLayout
from tests.support import small_map as small
from tests.support.play import worlds
from tests.support.small_map import side


def barrier(shape: HexLayout, other: NDArray[np.bool_]) -> bool:
    """Whether others join the bottom row to the top row, by union-find."""
    parent = list(range(shape.size + 2))
    bottom, top = shape.size, shape.size + 1

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i in range(shape.size):
        col, row = i % shape.cols, i // shape.cols
        if not other[i]:
            continue
        if row == 0:
            parent[root(i)] = root(bottom)
        if row == shape.rows - 1:
            parent[root(i)] = root(top)
        # an axis of its own: east, and the two neighbours to the north
        shift = 1 if row % 2 == 0 else 0
        beside = [(col + 1, row), (col - 1 + shift, row + 1), (col + shift, row + 1)]
        for c, r in beside:
            if 0 <= c < shape.cols and r < shape.rows and other[r * shape.cols + c]:
                parent[root(i)] = root(r * shape.cols + c)
    return root(bottom) == root(top)


@pytest.mark.parametrize(("cols", "rows"), [(1, 1), (2, 2), (3, 5), (7, 4), (6, 6), (12, 11)])
def test_hex_property(cols: int, rows: int) -> None:
    """A path of members from west to east or a barrier of others from south to north, never both.

    Gale (1979, Amer. Math. Monthly 86:818-827); by the project's own search and by union-find.
    """
    drawing = "\n".join([" ".join(["I-"] * cols)] * rows)
    setup = small.toy(drawing, {"a": side()})
    room = worlds(setup).state.scratch
    shape = setup.theatre.layout
    column = np.arange(shape.size) % cols
    draw = np.random.default_rng(cols * 100 + rows)
    paths = 0
    for _ in range(800):
        member = draw.random(shape.size) < draw.uniform(0.3, 0.7)
        toll = np.where(member, 0, BLOCKED).astype(np.int32)
        dist = np.where(member & (column == 0), 0, FAR).astype(np.int32)
        spread(dist, toll, setup.geo, 6000, room)
        path = bool((dist[column == cols - 1] < FAR).any())
        assert path != barrier(shape, ~member)
        paths += path
    assert 80 < paths < 720  # the random maps are of both kinds
