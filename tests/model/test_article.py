"""Rows 1 to 5 of the founding article: each mechanism works, and its outcome goes without it."""

from __future__ import annotations

import csv
from typing import Any

import numpy as np
import pytest

from sim.config.schema import Alarm as AlarmConfig
from sim.config.schema import AllySupport
from sim.model.kernels.alarm import update_alarm
from sim.model.kernels.control import lapse
from sim.model.kernels.deter import deter
from sim.model.kernels.mobilise import reinforce, support_ally
from sim.model.model import WorldBatch
from sim.model.outcomes import outcomes
from tests.support import real
from tests.support import small_map as small
from tests.support.folders import SEEDS
from tests.support.play import each, march, seen, unit, worlds
from tests.support.small_map import Place, side

# 1. Iraqi militias took villages west of Mosul and south of Sinjar: control from dated places.


@pytest.mark.parametrize("origin", ["2017-03-01", "2017-05-28", "2017-06-04"])
def test_control_at_the_origin_is_that_of_the_dated_places(origin: str) -> None:
    """Every place of the map, by the last line of control.csv up to the origin."""
    setup = real.setup("2017-06-18", f"clock.origin={origin}")
    latest: dict[str, tuple[str, str]] = {}
    with (SEEDS / "control.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["date"] <= origin and row["place"] in setup.unit_ids:
                latest[row["place"]] = max(
                    latest.get(row["place"], ("", "")), (row["date"], row["controller"])
                )
    holder = worlds(setup).state.holder[0]
    assert len(latest) > 50
    for place, (_, who) in latest.items():
        if who in setup.factions:
            assert holder[unit(setup, place)] == setup.factions.index(who), place


def test_the_front_moves_with_the_origin() -> None:
    """Villages south of Sinjar are ISIS's in March and the militias' on 4 June 2017."""
    taken = []
    for origin in ("2017-03-01", "2017-06-04"):
        setup = real.setup("2017-06-18", f"clock.origin={origin}")
        holder = worlds(setup).state.holder[0]
        taken.append(int((holder == setup.factions.index("pmf")).sum()))
    assert taken[0] < taken[1]


# 2. The Kurdistan Region fears them near the peshmerga.

POST = {"post": Place(0, 0, "kurds", "base")}


def alarmed(at: int, fighters: int, days: int = 60, **alarm: Any) -> WorldBatch:
    """Kurds with a post in the west, militias in the hex `at` steps east of it."""
    sides = {"kurds": side({"militia": "avoid"}, alarm=AlarmConfig(**(small.WATCH | alarm)),
                           depots=["post"]), "militia": side()}  # fmt: skip
    forces = [("militia", f"h0_{at}", fighters)] if fighters else []
    setup = small.toy("Ik Im Im Im Im", sides, POST, forces=forces)
    model = seen(worlds(setup, 20))
    for day in range(0, days, 5):
        each(update_alarm, model, day, 5)
        each(reinforce, model, day, 5)
    return model


def alarm_of(model: WorldBatch) -> float:
    return float(model.state.pair[:, 0, 1].alarm.mean())


def test_alarm_rises_with_strength_and_nearness() -> None:
    """Of the militias to the guarded post."""
    near, far = alarm_of(alarmed(1, 4000)), alarm_of(alarmed(3, 4000))
    few, none = alarm_of(alarmed(1, 400)), alarm_of(alarmed(1, 0))
    assert near > far > none == 0.0
    assert near > few > none


def test_alarm_decays_when_they_leave_and_not_without_decay() -> None:
    """As exp(-decay x days)."""
    assert alarm_of(alarmed(1, 0, initial=0.8)) == pytest.approx(0.8 * np.exp(-1.2))
    assert alarm_of(alarmed(1, 0, initial=0.8, decay=0.0)) == pytest.approx(0.8)


def test_without_sensitivity_there_is_no_alarm() -> None:
    """However many stand next to the post."""
    assert alarm_of(alarmed(1, 9000, sensitivity=0.0)) == 0.0


def test_alarm_does_not_depend_on_the_length_of_a_tick() -> None:
    """Solved exactly over the days."""
    setup = alarmed(1, 4000, 0).setup
    found = []
    for step in (1, 7, 28):
        model = seen(worlds(setup))
        for day in range(0, 28, step):
            each(update_alarm, model, day, step)
        found.append(alarm_of(model))
    assert found == pytest.approx([found[0]] * 3, rel=1e-12)


def test_raised_alarm_becomes_posture_reinforcement_and_worse_relations() -> None:
    """And calm alarm nothing of it."""
    raised = alarmed(1, 9000).state
    assert raised.pair[:, 0, 1].posture.all()
    assert raised.force[:, 0, -1].tolist() == [700] * 20  # all of it, at the post, and no more
    assert (raised.pair[:, 0, 1].stance == 3).any()
    calm = alarmed(3, 500).state
    assert not calm.pair[:, 0, 1].posture.any()
    assert calm.force[:, 0].sum() == 0
    assert (calm.pair[:, 0, 1].stance == 2).all()


def test_an_attack_is_a_clash_and_alarms_the_attacked() -> None:
    """Counted for the pair, once an attack, whoever began it."""
    model = alarmed(1, 0, 0)
    march(model, "militia", "h0_1", "h0_0", 500, fresh=True)
    before = alarm_of(model)
    each(deter, model, 0)
    each(deter, model, 1)
    assert alarm_of(model) == pytest.approx(before + 0.1 * (1.0 - before))
    assert outcomes(model).worlds["clashes_kurds_militia"].tolist() == [1] * 20


def test_the_krg_is_less_alarmed_by_fewer_militias() -> None:
    """On the map: a fifth of the PMF's strength, everything else the same."""
    fewer = [f"faction.pmf.strength.{k}={n}" for k, n in
             (("low", 1000), ("central", 1500), ("high", 3000))]  # fmt: skip
    assert real.mean("alarm_peshmerga", *fewer) < real.mean("alarm_peshmerga")


# 3. Sunni Arabs see the border militias as cutting their unity.


def held(community: str, garrison: int, rate: float = 0.5) -> float:
    """Share of worlds that still hold a hex of 20,000 people after 60 days."""
    sides = {"a": side(communities={"sunni_arab": 0.9, "shia_arab": 0.0}, depots=["p"])}
    word = {"sunni_arab": "Ias", "shia_arab": "Iah"}[community]
    setup = small.toy(f"{word} Iah", sides, {"p": Place(1, 0, "a")}, hex_people=20_000,
                      forces=[("a", "h0_0", garrison)], rule={"lapse_per_month": rate})  # fmt: skip
    model = seen(worlds(setup, 200))
    for day in range(0, 60, 7):
        each(lapse, model, day, 7)
    return float((model.state.holder[:, 0] == 0).mean())


def test_hostile_ground_needs_a_garrison() -> None:
    """Without one it slips away; with one, or among friends, or without the rule, it stays."""
    assert 0.2 < held("sunni_arab", 0) < 0.55  # exp(-63 / 60) is 0.35
    assert held("sunni_arab", 0) < held("sunni_arab", 200) < 1.0
    assert held("sunni_arab", 1000) == 1.0
    assert held("shia_arab", 0) == 1.0
    assert held("sunni_arab", 0, rate=0.0) == 1.0


@pytest.mark.parametrize(
    ("drawing", "share"),
    [
        ("Iis Iis Iis Sis Sis", 1.0),
        ("Iis Iis Ims Sis Sis", 0.4),  # the coalition cuts it and rules a fifth
        ("Ims Iis Iis Sis Sis", 0.8),
        ("Iis Ims Iis Sms Sis", 0.2),
        ("Iis I-s Ims Sis Sis", 0.4),
        ("Iis Iis Ifs Sis Sis", 1.0),  # others than the coalition do not cut it
        ("Iis Iis Imk Sis Sis", 0.5),  # counted are Sunni Arabs, wherever the cut is
    ],
)
def test_sunni_contiguity(drawing: str, share: float) -> None:
    """The largest connected part of the Sunni Arabs outside the coalition's control."""
    sides = {"militia": side(), "isis": side(), "friend": side()}
    setup = small.toy(drawing, sides, hex_people=1000, transit=["friend"])
    found = outcomes(worlds(setup)).worlds["contiguity_sunni_arab"]
    assert found.tolist() == pytest.approx([share])


# 4. Controlling the border lets militias promise more help to Damascus.


def helped(drawing: str, partner: str = "damascus", month: float = 600.0, unlock: float = 0.5,
           fighters: int = 3000) -> WorldBatch:  # fmt: skip
    """Militias on the Iraqi side of a border two hexes long, with fighters on both."""
    support = AllySupport(partner, month, ["IQ", "SY"] if partner else [], unlock)
    sides = {"militia": side({"damascus": "ally"}, ally_support=support),
             "damascus": side({"militia": "ally"}, depots=["seat"])}  # fmt: skip
    forces = [("militia", "h0_1", fighters), ("militia", "h1_1", fighters)]
    setup = small.toy(drawing, sides, {"seat": Place(3, 0, "damascus")}, forces=forces)
    model = seen(worlds(setup, 20))
    for day in range(0, 28, 7):
        each(support_ally, model, day, 7)
    return model


NONE, HALF, WHOLE = (
    f"Im I{a} Sd Sd\nIm I{b} Sd Sd" for a, b in (("-", "-"), ("m", "-"), ("m", "m"))
)


def test_help_flows_in_proportion_to_the_border_held() -> None:
    """Nothing below the share that unlocks it."""
    given = [float(helped(d).state.side.given[:, 0].mean()) for d in (NONE, HALF, WHOLE)]
    assert given == pytest.approx([0.0, 280.0, 560.0], abs=1.0)
    assert helped(HALF, unlock=0.6).state.side.given.sum() == 0


def test_help_moves_fighters_and_makes_none() -> None:
    """They leave the border and arrive at the partner's depot."""
    state = helped(WHOLE).state
    given = state.side.given[:, 0]
    assert (state.force[:, 1, -1] == given).all()
    assert (state.force[:, 0].sum(axis=1) == 6000 - given).all()


def test_no_help_without_support_or_partner() -> None:
    """Switched off either way; and never more than part of those on the border."""
    assert helped(WHOLE, month=0.0).state.side.given.sum() == 0
    assert helped(WHOLE, partner="").state.side.given.sum() == 0
    few = helped(WHOLE, month=1e6, fighters=100).state
    assert (few.force[:, 0].sum(axis=1) > 0).all()


def test_ally_support_off_gives_the_regime_nothing() -> None:
    """On the map: nothing is passed on, and the regime has fewer fighters."""
    off = "faction.pmf.ally_support.fighters_per_month=0"
    assert real.mean("transferred_pmf_regime", off) == 0.0 < real.mean("transferred_pmf_regime")
    assert real.mean("fighters_regime", off) < real.mean("fighters_regime")


# 5. Pro-Assad militias move towards Iraq from the west.


def eastward(weight: float) -> tuple[float, float]:
    """Share of worlds in which the regime moves east, on the way to Iraq, or west, away from it."""
    drawing = "S- S- S- Sr S- S- Im Im"
    wants = {"corridor": weight, "territory": 0.5}
    sides = {"regime": side(objectives=wants, depots=["seat"], planning_days=7.0, rationality=3.0),
             "militia": side(countries={"IQ": 1.0})}  # fmt: skip
    setup = small.toy(
        drawing, sides, {"seat": Place(3, 0, "regime")}, forces=[("regime", "seat", 3000)],
        days=14, source="h0_7", sink="h0_3", coalition=["regime", "militia"],
    )  # fmt: skip
    model = worlds(setup, 100)
    model.run()
    first = model.state.holder == 0
    return float(first[:, 4].mean()), float(first[:, 2].mean())


def test_the_corridor_objective_turns_the_regime_east() -> None:
    """Without it both directions are the same to it."""
    with_east, with_west = eastward(4.0)
    without_east, without_west = eastward(0.0)
    assert with_east - with_west > 0.3
    assert abs(without_east - without_west) < 0.2
