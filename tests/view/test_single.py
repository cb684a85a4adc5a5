"""One world of the view, without a browser."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from sim.ensemble.simulator import LandbridgeModel
from sim.errors import LandbridgeError
from sim.view.session import Session
from sim.view.single import MOST, number_of

SMALL = ("theatre.hex_km=40", "ensemble.worlds=16", "clock.until=2017-09-30")
MOVED = "scenario=tanf_withdrawal"


@pytest.fixture(scope="module")
def real() -> Iterator[Session]:
    made = Session(SMALL, simulator=LandbridgeModel())
    yield made
    made.close()


def days(session: Session, settings: list[str], number: str) -> list[dict]:
    ticks = list(session.world(settings, [number], lambda: False))
    assert len(ticks) > 2  # they come while it is stepped
    return [day for tick in ticks for day in tick["days"]]


def test_the_world_is_that_of_the_ensemble(real: Session) -> None:
    ensemble = real._ensembles.ensemble([MOVED])
    setup = ensemble.setup
    outcomes = LandbridgeModel().simulate(setup, [1], [1])  # world 3, at two a draw
    holder = np.full(len(setup.unit_ids), -1)
    recorded = iter(outcomes.cells)
    for day in days(real, [MOVED], "3"):
        for unit, now in day["held"]:
            assert holder[unit] != now or day["day"] == 0
            holder[unit] = now
        if day["day"] in setup.record_days:
            cells = next(recorded)
            assert (holder == np.where(cells.any(axis=0), cells.argmax(axis=0), -1)).all()
    assert next(recorded, None) is None
    assert ensemble.per_draw == 2


def test_events_are_told_on_their_day(real: Session) -> None:
    hexes = real._ensembles.ensemble([MOVED]).setup.hexes
    texts = []
    for day in days(real, [MOVED], "0")[1:]:
        taken = [unit for unit, _ in day["held"] if unit >= hexes]
        assert len([text for text in day["events"] if " passes " in text]) == len(taken)
        texts += day["events"]
    assert "The corridor by territory opens" in texts


def test_fighters_are_those_in_garrisons_and_armies(real: Session) -> None:
    for day in days(real, [], "1"):
        total = np.zeros(len(day["fighters"]), np.int64)
        for faction, _, fighters in day["garrisons"]:
            total[faction] += fighters
        for faction, _, _, _, fighters, _, share in day["armies"]:
            total[faction] += fighters
            assert 0 <= share <= 100
        assert total.tolist() == day["fighters"]


def test_a_world_that_nobody_waits_for_is_given_up(real: Session) -> None:
    answers = iter([False, True])
    assert len(list(real.world([], ["2"], lambda: next(answers)))) == 1


@pytest.mark.parametrize("text", ["", "-1", "1.5", "x", "²", "1" * 30, str(MOST + 1)])
def test_other_numbers_are_refused(text: str) -> None:
    with pytest.raises(LandbridgeError, match=f"number={text}: must be a whole number from 0 to"):
        number_of([text])
    assert number_of([str(MOST)]) == MOST
