"""A world that is watched is the world of a run."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from sim.config.compose import compose, typed
from sim.model.setup import Setup
from sim.model.simulate import prepare, simulate
from sim.model.state import NEUTRAL
from sim.model.watched_world import Day, watch
from tests.support.folders import SEEDS


@pytest.fixture(scope="module")
def setup() -> Setup:
    settings = ("theatre.hex_km=40", "clock.until=2017-09-03", "scenario=tanf_withdrawal")
    return prepare(typed(compose([*settings, "clock.beyond_days=0"])), SEEDS)


@pytest.fixture(scope="module")
def days(setup: Setup) -> list[Day]:
    return [day for tick in watch(setup, 1, 1) for day in tick]


def test_each_day_is_there_and_the_recorded_ones_are_those_of_a_run(
    setup: Setup, days: list[Day]
) -> None:
    assert [day.day for day in days] == list(range(setup.days + 1))
    outcomes = simulate(setup, [1], [1])
    for at, day in enumerate(setup.record_days):
        holder = days[day].holder
        rows, units = np.nonzero(outcomes.cells[at])
        assert (units.size, holder[holder == NEUTRAL].size) == ((holder > NEUTRAL).sum(), (
            outcomes.cells[at].sum(axis=0) == 0).sum())  # fmt: skip
        nobody = len(setup.factions)
        assert (np.where(holder[units] < 0, nobody, holder[units]) == rows).all()


def test_a_streak_of_days_is_a_corridor_of_the_run(setup: Setup, days: list[Day]) -> None:
    worlds = simulate(setup, [1], [1]).worlds
    hold = setup.rules.hold_days
    for way, kind in enumerate(("road", "territory")):
        reached = [day.day - hold for day in days if day.streak[way] == hold]
        first = int(worlds[f"first_date_{kind}"][0])
        assert reached[:1] == ([first] if 0 <= first <= setup.days - hold else [])
    assert any(day.is_open.any() for day in days)


def test_a_red_line_is_crossed_by_who_attacks(setup: Setup) -> None:
    line = prepare(typed(compose(["theatre.hex_km=40", "clock.until=2017-09-03"])), SEEDS)
    named = 0
    for draw in range(4):
        days = [day for tick in watch(line, draw, 0) for day in tick]
        for before, day in pairwise(days):
            crossed = day.crossings > before.crossings
            assert not day.crossers[~crossed].any()
            named += int(day.crossers[crossed].any(axis=1).sum())
    assert named > 0
