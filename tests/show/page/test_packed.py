from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from sim.show.page.packed import packed
from tests.support.packed import unpacked


@given(
    arrays(
        np.int32, array_shapes(min_dims=1, max_dims=3), elements=st.integers(-(2**31), 2**31 - 1)
    )
)
def test_whole_numbers_come_out_as_they_went_in(values: np.ndarray) -> None:
    assert (unpacked(packed(values), values.shape) == values).all()


def test_what_does_not_change_takes_no_room() -> None:
    assert len(packed(np.full((11, 1000, 31), 300))) < 2000
