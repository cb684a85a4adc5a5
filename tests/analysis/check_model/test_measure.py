from __future__ import annotations

import math

import numpy as np
import pytest

from sim.analysis.check_model import measure
from sim.analysis.check_model.measure import Spells
from sim.analysis.check_model.plans import ATTACK, COMMITTED, HELD, NOBODY, ODDS, WAITS
from sim.analysis.check_model.watch import BEFORE, OPEN
from tests.support.logs import FACTIONS, MAP, UNITS, log


def spells(*rows: tuple[int, bool]) -> Spells:
    days, ended = zip(*rows, strict=True)
    return Spells(np.array(days), np.array(ended))


def test_what_is_cut_off_counts_for_as_long_as_it_was_seen() -> None:
    """Eight lives, four of them cut off: 7/8, then 4 of 5, 3 of 4 and 1 of 2 live on."""
    lives = spells((8, True), (10, False), (27, False), (31, True), (34, True), (70, False),
                   (81, True), (150, False))  # fmt: skip
    ends, stay = lives.curve
    assert ends.tolist() == [8, 31, 34, 81]
    assert stay == pytest.approx([0.875, 0.7, 0.525, 0.2625])
    assert lives.beyond(7) == 1.0
    assert lives.beyond(8) == pytest.approx(0.875)
    assert lives.beyond(1000) == pytest.approx(0.2625)
    assert lives.median == 81
    assert lives.of(lives.days > 80).median == 81
    assert spells((3, False)).median == math.inf
    none = lives.of(lives.days > 1000)
    assert math.isnan(none.median)
    assert math.isnan(none.beyond(1))


def test_speed_is_from_the_first_capture_to_the_last() -> None:
    """Out 30 km and back 10 in two weeks: 20 km as the crow flies, 40 km of path."""
    rows = [(0, 3, 1, 7, 0, 2), (0, 10, 1, 7, 3, 2), (0, 17, 1, 7, 2, 2),
            (1, 3, 2, 8, 5, 2),  # one capture alone has no speed
            (1, 5, 0, 9, 4, 2), (1, 12, 0, 9, 5, 2)]  # fmt: skip
    found = measure.speeds(log(captures=[rows[i] for i in (2, 5, 0, 3, 1, 4)]), MAP)
    assert found.faction.tolist() == [1, 0]
    assert found.straight == pytest.approx([10.0, 10.0])
    assert found.path == pytest.approx([20.0, 10.0])
    assert len(measure.speeds(log(), MAP).faction) == 0


def test_waits_and_sieges_leave_out_what_began_before_the_origin() -> None:
    waits = [(0, 6, 10, 15, 1), (1, 6, 20, OPEN, 0), (1, 7, 30, 44, 0), (0, 7, BEFORE, 3, 1)]
    place, found = measure.waits(log(waits=waits))
    assert place.tolist() == [6, 6, 7]
    assert found.days.tolist() == [5, 50, 14]  # the horizon is on day 70
    assert found.ended.tolist() == [True, False, False]
    fights = [(0, 1, 6, 2, 10, 10, 1), (0, 1, 7, 2, 5, OPEN, 0), (0, 0, 7, 2, BEFORE, 9, 1)]
    unit, lasted = measure.sieges(log(fights=fights))
    assert unit.tolist() == [6, 7]
    assert lasted.days.tolist() == [1, 65]  # taken on the day of the attack is a day of fighting
    assert lasted.ended.tolist() == [True, False]


def test_waiting_is_no_failure() -> None:
    plans = np.zeros((2, 7), np.int64)
    plans[0, [ATTACK, HELD, WAITS]] = 3, 1, 2
    plans[1, [COMMITTED, NOBODY, ODDS]] = 1, 2, 1
    assert measure.failing(plans[0]) == 0.0
    assert measure.failing(plans[1]) == 1.0
    assert measure.failing(plans) == 0.4
    assert math.isnan(measure.failing(plans[:0]))


def test_first_captures_are_by_world() -> None:
    found = log(captures=[(0, 9, 1, 0, 2, 0), (0, 4, 1, 1, 3, 0), (1, 6, 0, 2, 2, 1)])
    day = measure.first_captures(found, FACTIONS)
    assert day.tolist() == [[math.inf, 4, math.inf], [6, math.inf, math.inf]]


def test_losses_are_a_week_and_a_world() -> None:
    lost = [[[0, 0, 0], [0, 0, 0]], [[10, 0, 4], [20, 0, 0]], [[30, 0, 4], [20, 0, 0]]]
    found = log(lost=lost, fallen=[[30, 0, 3], [15, 0, 0]], hungered=[[0, 0, 1], [5, 0, 0]])
    assert measure.losses(found).tolist() == [[15.0, 0.0, 2.0], [10.0, 0.0, 0.0]]
    share = measure.hunger(found)
    assert share[[0, 2]] == pytest.approx([0.1, 0.25])
    assert math.isnan(share[1])


def test_who_fought_whom_is_a_share_of_worlds() -> None:
    """Twice in one world is once, and ground that nobody holds is no enemy's."""
    fights = [(0, 1, 3, 2, 1, 2, 1), (0, 1, 4, 2, 4, 5, 0), (1, 0, 5, -1, 1, 2, 1)]
    share = measure.fought(log(fights=fights), FACTIONS)
    assert share[1, 2] == 0.5
    assert share.sum() == 0.5


def test_who_gained_and_lost_what() -> None:
    found = log(captures=[(0, 9, 1, 0, 6, 2)], changes=[(1, 4, 7, 0, -1), (1, 9, 2, -1, 2)])
    changed, gained, lost = measure.moved(found, UNITS, FACTIONS)
    assert np.flatnonzero(changed).tolist() == [2, 6, 7]
    assert np.argwhere(gained).tolist() == [[1, 6], [2, 2]]
    assert np.argwhere(lost).tolist() == [[0, 7], [2, 6]]
