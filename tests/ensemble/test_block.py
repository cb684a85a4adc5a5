from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sim.ensemble.block import Block, missing


def test_worlds_are_draw_and_chance() -> None:
    assert Block(5, 9).keys(3) == ([1, 2, 2, 2], [2, 0, 1, 2])
    assert Block(5, 7).keys(1) == ([5, 6], [0, 0])


@given(
    worlds=st.integers(1, 300),
    size=st.integers(1, 60),
    cuts=st.lists(st.integers(0, 300), max_size=12, unique=True),
    keep=st.lists(st.booleans(), min_size=12, max_size=12),
)
def test_missing_blocks_fill_the_gaps_exactly(
    worlds: int, size: int, cuts: list[int], keep: list[bool]
) -> None:
    edges = sorted({0, worlds, *(cut for cut in cuts if cut < worlds)})
    pieces = [Block(a, b) for a, b in pairwise(edges)]
    done = [piece for piece, kept in zip(pieces, keep * 30, strict=False) if kept]
    todo = list(missing(worlds, size, done))
    assert all(0 < block.size <= size for block in todo)
    assert all(block.start // size == (block.stop - 1) // size for block in todo)
    covered = [r for block in [*done, *todo] for r in range(block.start, block.stop)]
    assert sorted(covered) == list(range(worlds))


def test_nothing_is_missing_when_more_is_done_than_asked() -> None:
    assert list(missing(10, 4, [Block(0, 12)])) == []
