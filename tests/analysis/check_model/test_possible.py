"""What the rules make impossible, on maps where it is plain to see, and on the real one."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.check_model.measure import enterable, planned
from sim.analysis.check_model.possible import APART, HAPPENS, NO_CAMPAIGN, NO_GROUND, Possible
from sim.config.schema import Change
from tests.support import real
from tests.support.logs import log
from tests.support.small_map import WATCH, Place, side, toy

WEEKS = "2017-07-09"


def why(**sides: object) -> tuple[int, int]:
    """Why a cannot attack b, and the other way round, on ground of Syria and of Iraq."""
    setup = toy("Sa Sa Ib Ib", sides)
    found = Possible.of(setup).why
    return int(found[0, 1]), int(found[1, 0])


def test_reasons_of_pairs() -> None:
    a, b = side({"b": "hostile"}), side({"a": "hostile"})
    assert why(a=a, b=b) == (HAPPENS, HAPPENS)
    assert why(a=a, b=side({"a": "avoid"})) == (HAPPENS, APART)
    assert why(a=side({"b": "hostile"}, campaigns=0), b=b) == (NO_CAMPAIGN, HAPPENS)
    assert why(a=side({"b": "hostile"}, countries={}), b=b) == (NO_CAMPAIGN, HAPPENS)
    home = side({"b": "hostile"}, countries={"SY": 1.0}), side({"a": "hostile"}, countries={})
    assert why(a=home[0], b=home[1]) == (NO_GROUND, NO_CAMPAIGN)  # b never comes to Syria


def test_alarm_makes_hostile_only_those_who_watch() -> None:
    """`worst: hostile` says nothing of a side that nobody is alarmed about."""
    places = {"post": Place(0, 0, "guard")}
    for alarm, found in ((WATCH, HAPPENS), ({**WATCH, "watches": []}, APART)):
        from sim.config.schema import Alarm

        guard = side({"militia": "avoid"}, alarm=Alarm(**alarm))
        setup = toy("Sg Sg Sm Sm", {"guard": guard, "militia": side()}, places)
        assert Possible.of(setup).why[0, 1] == found


def test_shocks_part_all_but_allies() -> None:
    sides = {"a": side({"b": "ally", "c": "avoid"}), "b": side(), "c": side()}
    setup = toy("Sa Sb Sc", sides, choices=["shocks"], rule={"wars_per_year": 0.1})
    fights = Possible.of(setup).fights
    assert not fights[0, 1]
    assert not fights[1, 0]
    assert fights[0, 2]
    assert fights[2, 0]


def test_ground_can_pass_through_several_hands() -> None:
    """a takes from b what b took from c: only so do a and c's ground meet."""
    sides = {"a": side({"b": "hostile"}), "b": side({"c": "hostile"}), "c": side()}
    setup = toy("Sa Sb Sc", sides)
    found = Possible.of(setup)
    assert found.holds.tolist() == [[True] * 3, [False, True, True], [False, False, True]]
    assert found.takers[:, 2].tolist() == [False, True, False]
    assert found.changes.tolist() == [False, True, True]


def test_places_are_gained_and_lost() -> None:
    places = {"p": Place(2, 0, "b", people=0)}
    sides = {"a": side({"b": "hostile"}), "b": side()}
    found = Possible.of(toy("Sa Sb Sb", sides, places))
    assert found.gains.tolist() == [True, False]
    assert found.loses.tolist() == [False, True]
    none = Possible.of(toy("Sa Sb Sb", {"a": side(), "b": side()}, places))
    assert not none.gains.any()
    assert not none.loses.any()
    assert not none.changes.any()


def test_hostile_people_may_slip_away() -> None:
    """People enough for a garrison that is missed, and hostile: with nobody to fight, still so."""
    places = {"many": Place(1, 0, "a", people=50_000), "few": Place(2, 0, "a", people=100)}
    sides = {"a": side(communities={"none": 1.0})}
    found = Possible.of(toy("Sa Sa Sa", sides, places))
    assert found.changes.tolist() == [False, False, False, True, False]


def test_a_partner_holds_what_was_taken_with_it() -> None:
    places = {"p": Place(2, 0, "c", people=0)}
    a, b = side({"b": "ally", "c": "hostile"}, ["b"]), side({"a": "ally"})
    allies = {"a": a, "b": b, "c": side()}
    for choices, gains in (([], False), (["joint"], True)):
        found = Possible.of(toy("Sa Sb Sc", allies, places, choices=choices))
        assert found.gains.tolist() == [True, gains, False]


def test_a_dated_change_makes_possible() -> None:
    change = Change(date="2017-06-10", place="p", holder="b")
    setup = toy("Sa Sa Sb", {"a": side(), "b": side()}, {"p": Place(1, 0, "a", people=0)},
                changes=[change])  # fmt: skip
    found = Possible.of(setup)
    assert found.changes.tolist() == [False, True, False, True]
    assert found.gains.tolist() == [False, True]


def test_the_real_rules() -> None:
    setup = real.setup(WEEKS, "rules.variant=plain")
    f = {name: i for i, name in enumerate(setup.factions)}
    found = Possible.of(setup)
    assert found.fights[f["isis"]].sum() == len(f) - 1
    assert found.why[f["regime"], f["jordan"]] == APART
    assert found.why[f["isf"], f["peshmerga"]] == APART
    careful = Possible.of(real.setup(WEEKS, "rules.variant=careful"))
    assert careful.fights[f["isf"], f["peshmerga"]]


@pytest.mark.parametrize("country", ["IQ", "JO"])
def test_a_corridor_through_ground_that_nobody_may_enter_is_seen(country: str) -> None:
    """The fault that this page is for: planned through Jordan, in every world."""

    setup, found = real.setup(WEEKS), log(worlds=4)
    holder = setup.start.situation.holder
    inside = np.flatnonzero(
        (setup.theatre.country == setup.theatre.country_code(country)) & (holder >= 0)
    )
    theirs = [u for u in inside if u < setup.hexes and setup.factions[holder[u]] in
              ("jordan", "isf")]  # fmt: skip
    slack = np.ones((4, len(holder)), np.int32)
    slack[:3, theirs[0]] = 0
    plan = planned(
        type(found)(**{**vars(found), "slack": slack, "holder": np.array(holder)}),
        setup,
        Possible.of(setup).fights,
    )
    assert plan.share[theirs[0]] == 0.75
    assert plan.none == 0.25
    assert plan.barred[theirs[0]] == (0.75 if country == "JO" else 0.0)
    assert plan.barred.sum() == plan.barred[theirs[0]]


def test_members_may_come_to_attack_who_they_may_not_attack_today() -> None:
    sides = {"m": side({"e": "hostile"}), "e": side(), "n": side()}
    setup = toy("Sm Se Sn T-", sides, coalition=["m"], source="h0_0", sink="h0_1")
    holder = np.array(setup.start.situation.holder)
    open_ = enterable(setup, holder, Possible.of(setup).fights)
    assert open_.tolist() == [True, True, False, False]
