from __future__ import annotations

import pytest

from sim.errors import LandbridgeError
from sim.theatre.load import load_theatre
from sim.theatre.rivers import LEFT, RIGHT, bank
from tests.support.folders import SEEDS


def test_towns_know_their_bank() -> None:
    theatre = load_theatre(40.0, SEEDS)
    side = dict(
        zip(
            theatre.ids,
            bank(theatre, "euphrates", SEEDS).tolist(),
            strict=True,
        )
    )
    for left in ("raqqa", "markada", "hasakah", "mosul"):
        assert side[left] == LEFT, left
    for right in ("deir_ezzor", "mayadin", "abu_kamal", "palmyra", "rutba"):
        assert side[right] == RIGHT, right


def test_a_river_that_is_not_there_is_refused() -> None:
    with pytest.raises(LandbridgeError, match="no such river"):
        bank(
            load_theatre(40.0, SEEDS),
            "euphratis",
            SEEDS,
        )
