from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.ensemble.block import Block
from sim.ensemble.store.columns import Digest, world_table

ORIGIN = date(2017, 6, 4)


def columns(size: int, seed: int = 0) -> dict[str, np.ndarray]:
    luck = np.random.default_rng(seed)
    return {
        "formed_road": luck.random(size) < 0.5,
        "first_date_road": luck.integers(-1, 200, size).astype(np.int32),
        "route": luck.choice(["", "south", "süd"], size),
        "road_capacity_index": np.where(luck.random(size) < 0.2, np.nan, luck.random(size)),
        "losses": luck.integers(0, 9, size),
    }


def test_dates_and_texts_become_dates_and_nulls() -> None:
    worlds = {
        "first_date_road": np.array([0, -1, 30], np.int32),
        "end_date": np.array([1, 2, -1], np.int32),
        "route": np.array(["south", "", "north"], object),
    }
    table = world_table(Block(4, 7), 2, ORIGIN, worlds)
    assert table.column("world").to_pylist() == [4, 5, 6]
    assert table.column("draw").to_pylist() == [2, 2, 3]
    assert table.column("replication").to_pylist() == [0, 1, 0]
    assert table.schema.field("first_date_road").type == pa.date32()
    assert table.column("first_date_road").to_pylist() == [ORIGIN, None, date(2017, 7, 4)]
    assert table.column("end_date").to_pylist()[2] is None
    assert table.column("route").to_pylist() == ["south", None, "north"]


def test_a_column_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="route has 1 values for 2 worlds"):
        world_table(Block(0, 2), 1, ORIGIN, {"route": np.array(["a"])})


@given(cuts=st.lists(st.integers(1, 39), unique=True, max_size=6))
def test_hash_does_not_see_how_rows_are_cut(cuts: list[int]) -> None:
    table = world_table(Block(0, 40), 1, ORIGIN, columns(40))
    whole, pieces = Digest(), Digest()
    whole.add(table)
    edges = [0, *sorted(cuts), 40]
    for a, b in pairwise(edges):
        pieces.add(table[a:b])
    assert whole.hexdigest() == pieces.hexdigest()


@pytest.mark.parametrize(
    "name", ["formed_road", "first_date_road", "route", "road_capacity_index", "losses"]
)
def test_hash_sees_every_value(name: str) -> None:
    def digest(values: dict[str, np.ndarray]) -> str:
        found = Digest()
        found.add(world_table(Block(0, 5), 1, ORIGIN, values))
        return found.hexdigest()

    plain = columns(5)
    changed = {**plain, name: np.roll(plain[name], 1)}
    changed[name][0] = {"b": True, "i": 5, "U": "north", "f": 9.0}[plain[name].dtype.kind]
    assert digest(plain) == digest(columns(5))
    assert digest(changed) != digest(plain)


def test_hash_tells_null_from_zero_and_sees_counts() -> None:
    digests = []
    for days, counts in ((-1, 1), (0, 1), (-1, 2)):
        found = Digest()
        days32 = np.array([days], np.int32)
        found.add(world_table(Block(0, 1), 1, date(1970, 1, 1), {"a_date": days32}))
        digests.append(found.hexdigest(np.array([[counts]])))
    assert len(set(digests)) == 3
