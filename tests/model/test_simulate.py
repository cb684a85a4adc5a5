"""The block of worlds as a whole."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Sequence
from typing import Any

import pytest

from sim.model import simulate as module
from sim.model.model import WorldBatch
from tests.support import real


def test_a_block_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even until the garbage collector comes by: memory must not grow with blocks."""
    seen: list[weakref.ref[Any]] = []

    class Watched(WorldBatch):
        def __init__(self, setup: module.Setup, draws: Sequence[int], per_draw: Sequence[int]):
            super().__init__(setup, draws, per_draw)
            seen.extend(map(weakref.ref, (self, self.state.force, self.holders, *self.agents)))

    monkeypatch.setattr(module, "WorldBatch", Watched)
    setup = real.setup("2017-06-12")
    gc.disable()
    try:
        module.simulate(setup, [0, 1], [0, 0])
        assert len(seen) == 3 + len(setup.factions)
        assert [one() for one in seen] == [None] * len(seen)
    finally:
        gc.enable()
