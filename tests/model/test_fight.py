"""Fighting and changing hands on hand-drawn maps: rules that a whole war would hide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from sim.config.schema import AirPower, AllySupport, FactionConfig, RedLine
from sim.model.kernels.control import lapse, take_control
from sim.model.kernels.decide import wake
from sim.model.kernels.deter import deter
from sim.model.kernels.fight import fight
from sim.model.kernels.mobilise import recruit, starve, support_ally
from sim.model.state import FREE, NOBODY, SEEKING
from tests.support import small_map as small
from tests.support.play import each, march, seen, through, unit, worlds
from tests.support.small_map import Place, fixed, side


def hostile(*names: str, **settings: Mapping[str, Any]) -> dict[str, FactionConfig]:
    """Factions at war with each other."""
    return {
        name: side({o: "hostile" for o in names if o != name}, **settings.get(name, {}))
        for name in names
    }


def test_the_largest_army_takes_what_two_reach_at_once() -> None:
    """And the loser of the race has to fight its way from the start."""
    setup = small.toy("Ia I- Ib", hostile("a", "b"))
    model = seen(worlds(setup))
    enough = through(setup, "h0_1")
    march(model, "a", "h0_0", "h0_1", 900, progress=enough)
    b = march(model, "b", "h0_2", "h0_1", 1000, progress=enough)
    each(take_control, model, 0)
    holder = model.state.holder[0]
    assert holder[1] == 1
    assert b.phase.tolist() == [SEEKING]
    each(take_control, model, 1)
    assert holder[1] == 1, "taken back on the next day by the army that came second"
    assert model.state.campaign[0, 0, 0].progress == 0.0


def test_ground_lost_today_is_nobody_elses_base_tomorrow() -> None:
    """The loser no longer counts it as friendly, though it looks around only once a tick."""
    setup = small.toy("Ia Ib Ib", hostile("a", "b", b={"depots": ["p"]}), {"p": Place(2, 0, "b")})
    model = seen(worlds(setup))
    lost = unit(setup, "h0_1")
    assert model.state.friendly[0, 1, lost]
    march(model, "a", "h0_0", "h0_1", 900, progress=through(setup, "h0_1"))
    each(take_control, model, 0)
    assert model.state.holder[0, lost] == 0
    assert not model.state.friendly[0, 1, lost]
    assert model.state.friendly[0, 0, lost]


def test_defenders_fall_back_if_they_can_and_are_lost_if_not() -> None:
    """To friendly ground beside, or nowhere."""
    places = {"p": Place(2, 0, "b")}
    for drawing, lost in (("Ia Ib Ib", 0), ("Ia Ib Ia", 400)):
        sides = hostile("a", "b", b={"depots": ["p"]})
        setup = small.toy(drawing, sides, places, forces=[("b", "h0_1", 400)])
        model = seen(worlds(setup))
        march(model, "a", "h0_0", "h0_1", 3000, progress=through(setup, "h0_1"))
        each(take_control, model, 0)
        assert model.state.side[0, 1].lost == lost
        assert model.state.force[0, 1].sum() == 400 - lost


def withdrawn(order: tuple[str, ...]) -> dict[str, int]:
    """b leaves h0_1 (attacked by a) for h0_2, which it leaves too (attacked by c) for h0_3."""
    settings = {"b": {"withdraw": 1.0, "depots": ["p"]}}
    sides = hostile("a", "b", "c", **settings)
    setup = small.toy(
        "Ic Ic Ic Ic Ic\nIa Ib Ib Ib Ib", {n: sides[n] for n in order}, {"p": Place(4, 0, "b")},
        forces=[("b", "h0_1", 50), ("b", "h0_2", 70)],
    )  # fmt: skip
    model = seen(worlds(setup, 400))
    march(model, "a", "h0_0", "h0_1", 5000)
    march(model, "c", "h1_2", "h0_2", 5000)
    each(fight, model, 0, setup.hex_scale)
    at = setup.factions.index("b")
    names = ("h0_1", "h0_2", "h0_3")
    found = {n: model.state.force[:, at, unit(setup, n)].tolist() for n in names}
    left = model.state.force[:, at, unit(setup, "h0_3")]
    assert (left > 0).any(), "nobody withdrew"
    assert (left < 50).any()
    return found


def test_garrisons_withdraw_all_at_once() -> None:
    """The order of factions does not decide whether one falls back through another."""
    assert withdrawn(("a", "b", "c")) == withdrawn(("c", "b", "a"))


def test_withdrawing_saves_the_garrison() -> None:
    """It leaves when the odds turn; a city's garrison stands."""
    for people, stays in ((0, False), (200_000, True)):
        sides = hostile("a", "b", b={"withdraw": 1.0, "depots": ["q"]})
        places = {"p": Place(1, 0, "b", "city", people), "q": Place(2, 0, "b")}
        setup = small.toy("Ia Ib Ib", sides, places, forces=[("b", "p", 100)])
        model = seen(worlds(setup, 30))
        march(model, "a", "h0_1", "p", 4000)
        each(fight, model, 0, setup.hex_scale)
        assert (model.state.force[:, 1, unit(setup, "p")] > 0).all() == stays


def struck(order: tuple[str, ...]) -> tuple[list[int], ...]:
    """x attacks ground inside the red lines of both g and h."""
    line = {"place": "base", "radius_km": 200.0, "probability": 0.5, "damage": 0.3}
    sides = {
        "x": side(),
        "g": side({"x": "avoid"}, red_line=RedLine(against=["x"], **line)),
        "h": side({"x": "avoid"}, red_line=RedLine(against=["x"], **(line | {"place": "fort"}))),
    }
    places = {"base": Place(0, 0, "g"), "fort": Place(3, 0, "h")}
    setup = small.toy("Ix Ix I- Ix", {n: sides[n] for n in order}, places)
    model = seen(worlds(setup, 60))
    march(model, "x", "h0_1", "h0_2", 1000, fresh=True)
    each(deter, model, 0)
    side_ = {n: model.state.side[:, setup.factions.index(n)] for n in sides}
    counts = (side_["g"].strikes, side_["h"].strikes, side_["x"].lost, side_["h"].crossings)
    return tuple(c.tolist() for c in counts)


def test_two_red_lines_are_crossed_at_once() -> None:
    """Both answer or not by their own chance, whichever faction is listed first."""
    found = struck(("x", "g", "h"))
    assert found == struck(("h", "g", "x"))
    both = np.array(found[0]) & np.array(found[1])
    assert 5 < both.sum() < 25


def test_decisions_of_a_day_do_not_see_each_other() -> None:
    """What a calls up today is still there for b, whoever is listed first."""
    results = []
    for order in (("a", "b"), ("b", "a")):
        wants = {"objectives": {"territory": 3.0}, "planning_days": 1e-9, "campaigns": 1}
        sides = hostile("a", "b", a=wants | {"depots": ["p"]}, b=wants | {"depots": ["q"]})
        places = {"p": Place(0, 0, "a"), "q": Place(3, 0, "b")}
        forces = [("a", "h0_1", 3000), ("b", "h0_2", 2000)]
        drawing = "I- I- I- I-\nIa Ia Ib Ib"
        setup = small.toy(drawing, {n: sides[n] for n in order}, places, forces=forces, days=21)
        model = worlds(setup, 30)
        model.run()
        results.append([model.state.side[:, setup.factions.index(n)].lost.tolist() for n in "ab"])
        assert sum(results[-1][0]) > 0
    assert results[0] == results[1]


def test_those_called_up_leave_their_garrison_on_that_day() -> None:
    """An army gathers from its garrison, and nobody is in two places."""
    wants = {"objectives": {"territory": 3.0}, "planning_days": 1e-9, "depots": ["p"]}
    sides = hostile("a", "b", a=wants | {"campaigns": 3})
    setup = small.toy("Ia Ib", sides, {"p": Place(0, 0, "a")}, forces=[("a", "h0_0", 5000)])
    model = seen(worlds(setup, 10))
    wake(model.state, setup.rules, 0, 7)
    model.agents.do("appraise")
    model.agents.do("decide")
    model.resolve()
    assert (model.state.campaign.army[:, 0].sum(axis=1) > 0).any()
    total = model.state.force[:, 0].sum(axis=1) + model.state.campaign.army[:, 0].sum(axis=1)
    assert total.tolist() == [5000] * 10


@pytest.mark.parametrize(("army", "odds"), [(3000, "good"), (300, "poor")])
def test_the_stronger_gains_ground(army: int, odds: str) -> None:
    """Three times the defenders get on; a tenth does not."""
    setup = small.toy("Ia Ib", hostile("a", "b"), forces=[("b", "h0_1", 1000)])
    model = seen(worlds(setup, 50))
    c = march(model, "a", "h0_0", "h0_1", army)
    for day in range(5):
        each(fight, model, day, setup.hex_scale)
    assert (c.progress.mean() > 1.0) == (odds == "good")
    assert (model.state.side.lost > 0).all()


def test_air_support_is_shared_by_need() -> None:
    """Twice the enemies to strike at twice the places, half the help for each."""
    lost = []
    for capacity in (0.0, 30.0, 240.0):
        air = {"sky": AirPower(fixed(capacity), {"a": 1.0}, [])}
        setup = small.toy("Ia Ib", hostile("a", "b"), forces=[("b", "h0_1", 1000)], air=air)
        model = seen(worlds(setup, 50))
        march(model, "a", "h0_0", "h0_1", 3000)
        each(fight, model, 0, setup.hex_scale)
        lost.append(model.state.side[:, 1].lost.mean())
    assert lost[0] < lost[1] < lost[2]
    assert lost[2] == pytest.approx(2.0 * lost[0], rel=0.1)  # air_bonus 1: twice the worth


def test_hunger_is_slowed_by_an_airlift() -> None:
    """A cut-off garrison loses a share a day; supply from the air saves its share of that."""
    lost = []
    for airlift in (0.0, 0.8, 1.0):
        setup = small.toy("Ia Ib", {"a": side(), "b": side(airlift=airlift)},
                          forces=[("b", "h0_1", 2000)])  # fmt: skip
        model = seen(worlds(setup, 50))
        each(starve, model, 0, 28)
        lost.append(model.state.side[:, 1].lost.mean())
    assert lost == pytest.approx([56.0, 11.2, 0.0], rel=0.05)


def test_deserters_leave_their_garrisons() -> None:
    """A negative intake takes from those who are there, never more, and none below zero."""
    for standing, gone in ((500, 280), (100, 100)):
        sides = {"a": side(intake_per_month=fixed(-300.0), depots=["p"])}
        forces = [("a", "h0_0", standing - 40), ("a", "p", 40)]
        setup = small.toy("Ia Ia", sides, {"p": Place(1, 0, "a")}, forces=forces)
        model = worlds(setup, 20)
        for day in range(0, 28, 7):
            each(recruit, model, day, 7)
        assert (model.state.force >= 0).all()
        lost, left = model.state.side.lost[:, 0], model.state.force[:, 0].sum(axis=1)
        assert (lost + left == standing).all()
        assert lost.mean() == pytest.approx(gone, rel=0.02)


def test_the_pool_of_recruits_follows_losses() -> None:
    """Divided equally at first, then to those who have lost more."""
    sides = {"a": side(depots=["p"]), "b": side(depots=["q"])}
    places = {"p": Place(0, 0, "a"), "q": Place(1, 0, "b")}
    setup = small.toy("Ia Ib", sides, places, rule={"shared_recruits_per_month": 3000.0})
    setup.rules.faction.recruits = 1.0
    model = worlds(setup)
    each(recruit, model, 0, 1)
    assert model.state.side.joined[0].tolist() == pytest.approx([50, 50], abs=1)
    model.state.side.lost[0] = [999, 0]
    each(recruit, model, 1, 1)
    assert model.state.side.joined[0].tolist() == pytest.approx([150, 50], abs=2)


def given(days: int, steps: int) -> float:
    """Fighters passed to b by a, whose hex of the border has 400, in so many steps."""
    support = AllySupport("b", 30_000.0, ["IQ", "SY"], 0.1)
    sides = {"a": side({"b": "ally"}, ally_support=support), "b": side(depots=["q"])}
    setup = small.toy("Ia Sb", sides, {"q": Place(1, 0, "b")}, forces=[("a", "h0_0", 4000)])
    model = worlds(setup, 10)
    for step in range(steps):
        each(support_ally, model, step * days, days)
    return float(model.state.side.given[:, 0].mean())


def test_what_an_ally_can_spare_does_not_depend_on_the_tick() -> None:
    """A week at once or seven days, when the border garrison is the limit."""
    assert given(7, 1) == pytest.approx(given(1, 7), rel=0.02)


def test_a_garrison_too_small_leaves_with_the_ground_it_lost() -> None:
    """Ground that slips away strands nobody who has a way out."""
    sides = {"a": side(communities={"sunni_arab": 1.0, "none": 0.0}, depots=["p"])}
    setup = small.toy(
        "Ias Ia", sides, {"p": Place(1, 0, "a")}, forces=[("a", "h0_0", 20)], hex_people=20_000
    )
    model = seen(worlds(setup, 50))
    each(lapse, model, 0, 60)
    gone = model.state.holder[:, 0] == NOBODY
    assert 10 < gone.sum() < 50
    assert (model.state.force[gone, 0, 0] == 0).all()
    assert (model.state.force[:, 0].sum(axis=1) == 20).all()


def test_free_slots_are_empty_at_the_start() -> None:
    """No campaign before anyone has decided, but those of sieges."""
    setup = small.toy("Ia Ib", hostile("a", "b"))
    assert (worlds(setup).state.campaign.phase == FREE).all()
