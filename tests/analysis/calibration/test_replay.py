"""Operations of the record, replayed."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from sim.analysis.calibration.replay import NEVER, Operation, Replay, operations, replay
from tests.support import real
from tests.support.folders import SEEDS


def test_operations_that_ended_at_a_place_their_side_then_held() -> None:
    found = operations(SEEDS, date(2017, 6, 4))
    named = {one.name: one for one in found}
    assert named["Palmyra 2017"] == Operation(
        "Palmyra 2017", "regime", "palmyra", date(2017, 1, 13), 48, 70.0
    )
    assert "Mosul west 2017 (to 4 June)" not in named  # it had not fallen
    assert "ISIS Palmyra May 2015" not in named  # by ISIS
    assert "PMF to Tal Safouk 2017" not in named  # over only later
    assert len(operations(SEEDS, date(2017, 12, 31))) > len(found) > 10


def test_shares_and_medians() -> None:
    operation = Operation("x", "isf", "hit", date(2016, 3, 12), 30, 55.0)
    half = Replay(operation, np.array([10, 30, 31, NEVER]))
    assert (half.sooner, half.median) == (0.5, 30)
    assert Replay(operation, np.array([5, NEVER, NEVER])).median is None


def test_a_place_that_is_being_taken_falls_in_some_worlds_sooner_than_in_others() -> None:
    (found,) = [o for o in operations(SEEDS, date(2017, 6, 4)) if o.name == "Palmyra 2017"]
    config = real.settings("2017-06-04", "executor.threads=1")
    (first,), (again,) = (replay(config, [found], SEEDS, 16) for _ in range(2))
    assert np.array_equal(first.fell, again.fell)
    assert np.unique(first.fell).size > 4
    assert first.fell[first.fell != NEVER].min() >= 1
    assert first.fell.max() <= 3 * 48
    assert first.sooner == pytest.approx(((first.fell >= 1) & (first.fell <= 48)).mean())
