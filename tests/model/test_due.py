"""Who is not called on to decide has nothing to decide."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sim.model.kernels.decide import decide
from sim.model.model import Faction
from sim.model.outcomes import outcomes
from sim.model.setup import Setup
from tests.support import digest, real
from tests.support.play import worlds


def all_of(state: Any) -> dict[str, bytes]:
    """Every field but the scratch."""
    return {name: getattr(state, name).tobytes() for name in state._fields if name != "scratch"}


@pytest.mark.parametrize("tick", [7.0, 3.5, 1.0])
@pytest.mark.parametrize("place", ["toy", "theatre"])
def test_a_faction_that_is_not_due_decides_nothing(
    place: str, tick: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked all the same, on every day of a tick, it changes nothing."""
    setup: Setup = digest.war() if place == "toy" else real.setup("2017-06-25")
    setup = replace(setup, tick_days=tick)
    usual = worlds(setup, 2)
    usual.run()
    asked = {True: 0, False: 0}

    def always(faction: Faction) -> None:
        model = faction.model
        due = bool(model.state.scratch.due[faction.index])
        before = all_of(model.state)
        nth = model.day - model.began
        decide(model.state, *model.setup.fixed, faction.index, model.day, nth)
        assert due or all_of(model.state) == before
        asked[due] += 1

    monkeypatch.setattr(Faction, "decide", always)
    model = worlds(setup, 2)
    model.run()
    assert min(asked.values()) > 10, asked
    assert digest.digest_of(model, outcomes(model)) == digest.digest_of(usual, outcomes(usual))
