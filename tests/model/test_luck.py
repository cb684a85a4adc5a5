"""Luck belongs to the how-manieth fight or turn it is, not to its day or to who leads it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.config.check import LONGEST_DAYS
from sim.config.schema import RedLine
from sim.model.model import WorldBatch
from sim.model.setup import Setup
from sim.model.state import GATHERING, SEEKING, SLOTS
from tests.support import real
from tests.support import small_map as small
from tests.support.play import march, unit, worlds
from tests.support.small_map import Place, side

COUNT = 40
LATER = [(1, 0), (5, 0), (0, 2), (3, 1)]  # day and slot, other than 0 and 0
FIELDS = ("luck", "number", "target")


def front() -> Setup:
    """x beside three hexes of y, in whose middle a strike by y is as likely as not."""
    never: dict[str, Any] = {"planning_days": 3650.0, "campaigns": 3}
    line = RedLine("base", 10.0, 0.5, 0.3, ["x"])
    sides = {
        "x": side({"y": "hostile"}, objectives={"territory": 2.0}, depots=["p"], rationality=1.0,
                  **never),
        "y": side({"x": "hostile"}, red_line=line, **never),
    }  # fmt: skip
    places = {"p": Place(1, 0, "x"), "base": Place(1, 1, "y")}
    forces = [("y", name, 400) for name in ("h1_0", "h1_1", "h1_2")]
    return small.toy("Iy Iy Iy\nIx Ix Ix", sides, places, forces=forces, tick_days=1.0)


def arrive(model: WorldBatch, day: int, slot: int) -> dict[str, Any]:
    """Step to the day on which an army of x begins the fight for h1_1: the fight, and strikes."""
    before = model.state.side.strikes[:, 1].copy()
    fights = model.state.begun[:, 0, unit(model.setup, "h1_1")]
    begun = fights + 1
    c = march(model, "x", "h0_1", "h1_1", 2000, slot, phase=GATHERING, ready=day)
    while model.day <= day:
        model.step()
    assert (fights == begun).all()
    struck = model.state.side.strikes[:, 1] - before
    return {name: c[name].copy() for name in FIELDS} | {"struck": struck}


def same(a: dict[str, Any], b: dict[str, Any]) -> bool:
    return all(np.array_equal(a[name], b[name]) for name in a)


@pytest.mark.parametrize(("day", "slot"), LATER)
def test_a_fight_has_the_same_luck_and_strike_on_another_day_in_another_slot(
    day: int, slot: int
) -> None:
    """The first fight for a unit; worlds have random numbers of their own."""
    first = arrive(worlds(front(), COUNT), 0, 0)
    assert same(arrive(worlds(front(), COUNT), day, slot), first)
    assert np.unique(first["luck"]).size == COUNT
    assert 5 < first["struck"].sum() < COUNT - 5


def test_the_second_fight_for_a_unit_has_other_luck() -> None:
    """And the same in whatever slots and on whatever days the two are fought."""
    found = []
    for (one_day, one_slot), (day, slot) in [((0, 0), (1, 1)), ((3, 2), (4, 0))]:
        model = worlds(front(), COUNT)
        first = arrive(model, one_day, one_slot)
        second = arrive(model, day, slot)
        assert second["number"].tolist() == [1] * COUNT
        assert (second["luck"] != first["luck"]).all()
        assert (second["struck"] != first["struck"]).any()
        found.append(second)
    assert same(*found)


def test_fights_are_counted_by_world_faction_and_unit() -> None:
    """A fight in one world of a batch is none in another, nor another faction's or unit's."""
    setup = front()
    model = worlds(setup, 3)
    c = march(model, "x", "h0_1", "h1_1", 2000, phase=GATHERING)
    c.ready[1] = 9
    model.step()
    count = np.zeros_like(model.state.begun)
    count[[0, 2], 0, unit(setup, "h1_1")] = 1
    np.testing.assert_array_equal(model.state.begun, count)


def turned(day: int, slot: int, turns: int = 0) -> list[int]:
    """Where an army of x that looks round at h0_1 on a day turns; -1 where it stays."""
    setup = front()
    model = worlds(setup, COUNT)
    while model.day < day:
        model.step()
    model.state.turns[:, 0, unit(setup, "h0_1")] = turns
    c = march(model, "x", "h0_1", "h0_1", 2000, slot, phase=SEEKING)
    model.step()
    assert (model.state.turns[:, 0, unit(setup, "h0_1")] == turns + 1).all()
    assert model.state.turns.sum() == COUNT * (turns + 1)
    went = model.state.begun.sum(axis=(1, 2)) == 1
    return list(np.where(went, c.target, -1).tolist())


@pytest.mark.parametrize(("day", "slot"), LATER)
def test_an_army_turns_the_same_way_on_another_day_in_another_slot(day: int, slot: int) -> None:
    """By its first look round; worlds differ, and some armies stay."""
    assert turned(day, slot) == turned(0, 0)
    assert len(set(turned(0, 0))) > 2


def test_the_second_look_round_has_other_luck() -> None:
    """Or an army that once stayed would stay for ever."""
    assert turned(0, 0, turns=1) != turned(0, 0)


def test_a_siege_from_before_the_origin_is_the_first_fight() -> None:
    """Number 0 of its faction for the place, counted."""
    setup = real.setup("2017-06-18")
    state = worlds(setup, 2).state
    assert state.campaign.tied.any()
    assert (state.campaign.number[state.campaign.tied] == 0).all()
    w, f, k = np.nonzero(state.campaign.tied)
    assert (state.begun[w, f, state.campaign.target[w, f, k]] == 1).all()
    assert state.begun.sum() == state.campaign.tied.sum()


def test_counts_hold_all_that_may_happen_in_the_longest_run() -> None:
    """A fight and a turn a day for each slot until the latest horizon that is allowed."""
    for counts in (worlds(front()).state.begun, worlds(front()).state.turns):
        assert np.iinfo(counts.dtype).max > LONGEST_DAYS * SLOTS
