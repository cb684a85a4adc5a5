"""Tuples of arrays in kernels: what is read by address is what is there."""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
import pytest

from sim.jit import kernel
from sim.jit.tuples import address_of, by_address, item_of

ITEM = np.dtype([("worth", np.int64), ("is_big", np.bool_)], align=True)


class Room(NamedTuple):
    """Arrays within."""

    heads: Any


class Batch(NamedTuple):
    """Fields of every kind."""

    key: Any  # B
    grid: Any  # (B, 2, 3)
    items: Any  # (B, 2)
    flag: Any  # B
    scale: float
    count: int
    room: Room


class Single(NamedTuple):
    """Of a batch."""

    key: Any
    grid: Any
    items: Any
    flag: Any
    scale: float
    count: int
    room: Room


def item(batch: Any, w: Any) -> Single:
    """One of a batch."""
    return Single(
        batch.key[w], batch.grid[w], batch.items[w], batch.flag[w : w + 1],
        batch.scale, batch.count, batch.room,
    )  # fmt: skip


by_address(Room, Batch)
item_of(Batch, Single, item, "flag")


@kernel
def total(single):  # type: ignore[no-untyped-def]
    """A number that depends on every field; marks the item."""
    found = 0.0
    for i in range(single.grid.shape[0]):
        for j in range(single.grid.shape[1]):
            found += single.grid[i, j] * (10 * i + j)
        found += single.items[i].worth * (2.0 if single.items[i].is_big else 1.0)
    single.flag[0] = True
    return found * single.scale + single.count + single.room.heads[-1] + np.int64(single.key)


@kernel
def totals(batch, found):  # type: ignore[no-untyped-def]
    """The same of every item."""
    for w in range(batch.key.size):
        found[w] = total(item(batch, w))


def batch(seed: int = 0) -> Batch:
    draw = np.random.default_rng(seed)
    items = np.zeros((4, 2), ITEM).view(np.recarray)
    items["worth"], items["is_big"] = draw.integers(0, 9, (4, 2)), draw.random((4, 2)) < 0.5
    return Batch(
        key=draw.integers(0, 99, 4).astype(np.uint64), grid=draw.random((4, 2, 3)), items=items,
        flag=np.zeros(4, np.bool_), scale=-1.5, count=-7, room=Room(np.arange(5)),
    )  # fmt: skip


def by_python(worlds: Batch) -> list[float]:
    plain = getattr(total, "py_func", total)
    return [plain(item(worlds, w)) for w in range(worlds.key.size)]


def test_a_kernel_reads_what_python_reads() -> None:
    """From a batch, and item by item."""
    worlds, found = batch(), np.zeros(4)
    totals(worlds, found)
    assert worlds.flag.all()
    assert found.tolist() == by_python(worlds)
    assert [total(item(worlds, w)) for w in range(4)] == by_python(worlds)


def test_an_array_that_takes_the_place_of_another_is_seen() -> None:
    """Tuples share their other arrays, and may lie where one lay that is gone."""
    worlds, found = batch(), np.zeros(4)
    for seed in range(20):
        worlds = worlds._replace(grid=batch(seed).grid, count=seed)
        totals(worlds, found)
        assert found.tolist() == by_python(worlds)


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="compiled code only")
def test_only_arrays_in_order_of_c_are_taken() -> None:
    with pytest.raises(TypeError, match="Batch.grid"):
        totals(batch()._replace(grid=np.zeros((3, 2, 4)).T), np.zeros(4))


def test_a_batch_is_let_go() -> None:
    """What is known of it does not keep its arrays."""
    import weakref

    worlds = batch()
    address_of(worlds)
    gone = weakref.ref(worlds.grid)
    del worlds
    assert gone() is None


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="compiled code only")
def test_what_a_kernel_calls_is_a_part_of_it() -> None:
    """And no entry of its own, unless Python calls it."""

    @kernel
    def inner(x):  # type: ignore[no-untyped-def]
        return x + 1

    @kernel
    def outer(x):  # type: ignore[no-untyped-def]
        return 2 * inner(x)

    assert outer(3) == 8
    assert len(inner.part.signatures) == 1
    assert inner.signatures == []
    assert inner(4) == 5
