"""Dated changes: what they do, what they leave alone, and when."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis.rare.corridor_event import Corridor
from sim.config.schema import Alarm, Change, RedLine
from sim.errors import LandbridgeError
from sim.model.model import WorldBatch
from sim.model.outcomes import outcomes
from sim.model.setup import Setup
from sim.model.simulate import prepare
from sim.model.state import ATTACKING, NEVER, NOBODY
from tests.model.test_conservation import Watch
from tests.support import digest, real
from tests.support import small_map as small
from tests.support.folders import SEEDS
from tests.support.play import march, unit, worlds
from tests.support.small_map import Place, side
from tests.support.wars import wars

DAY = "2017-06-07"  # day 3 of a hand-drawn map


def on_day_3(setup: Setup, model: WorldBatch | None = None) -> WorldBatch:
    """Worlds of the origin on which the changes of day 3 fall."""
    model = model or worlds(setup)
    model.day = 3
    model.apply_changes(7)
    return model


def border(*changes: Change, **settings: Any) -> Setup:
    """Red holds the west with a town, blue the east; nobody wants anything."""
    hostile = {"red": "hostile", "blue": "hostile"}
    sides = {
        "red": side({"blue": "hostile"}, depots=["seat"]),
        "blue": side({"red": "hostile"}, depots=["port"], red_line=RedLine(
            "port", 30.0, 0.5, 0.1, ["red"]), alarm=Alarm(initial=0.25, guards=["port"])),
        "green": side(dict.fromkeys(hostile, "tolerate")),
    }  # fmt: skip
    places = {"seat": Place(0, 0, "red"), "town": Place(2, 0, "red"), "port": Place(5, 0, "blue")}
    forces = [("red", "town", 900), ("red", "h0_2", 100), ("blue", "port", 500)]
    return small.toy(
        "Sr Sr Sr Sb Sb Sb", sides, places, forces=forces, changes=changes, days=14, **settings
    )


class Days(WorldBatch):
    """Worlds with a digest of their state in the morning of every day."""

    def __init__(self, *args: Any) -> None:
        self.mornings: list[str] = []
        super().__init__(*args)
        self.note()

    def note(self) -> None:
        """Of all but what is worked out in every tick, and only for those who are awake."""
        found = digest.hashlib.blake2b(digest_size=16)
        for name in ("holder", "force", "campaign", "pair", "side", "corridor", "begun", "turns"):
            table = getattr(self.state, name).copy()
            if name == "side":
                table.awake, table.best = True, 0.0
            if name == "campaign":
                table.plans = 0  # bits of days that are over say nothing
            digest._update(found, table)
        self.mornings.append(found.hexdigest())

    def resolve(self) -> None:
        super().resolve()
        self.note()


def mornings(setup: Setup, draw: int = 0) -> list[str]:
    model = Days(setup, [draw], [0])
    model.run()
    return model.mornings


def without(setup: Setup) -> Setup:
    return replace(setup, turns=())


def test_worlds_are_the_same_until_the_day() -> None:
    """To the last bit, whatever changes; and then most often not."""
    parted = 0

    @settings(max_examples=40, deadline=None, derandomize=True)
    @given(setup=wars(dated=True), draw=st.integers(0, 10**6))
    def same(setup: Setup, draw: int) -> None:
        nonlocal parted
        first = setup.turns[0].day
        changed, plain = mornings(setup, draw), mornings(without(setup), draw)
        assert changed[: first + 1] == plain[: first + 1]
        parted += changed != plain

    same()
    assert parted > 20


@pytest.mark.parametrize("day", ["2017-06-05", "2017-06-11", "2017-06-15", "2017-06-30"])
def test_what_changes_nothing_changes_no_world(day: str) -> None:
    """Nor luck: not on the first day of a tick, and not within one."""
    plain = real.setup("2017-07-09")
    line = "faction.tanf.red_line.damage: 0.1, corridor.transit: [isf], faction.isf.quality: 1"
    move = "place: abu_kamal, holder: isis, faction: isis, factor: 1, add: 0"
    same = real.setup("2017-07-09", f"changes=[{{date: {day}, {move}, set: {{{line}}}}}]")
    assert len(same.turns) == 1
    for draw in range(3):
        assert mornings(plain, draw) == mornings(same, draw)


def test_the_origin_is_a_day_like_any() -> None:
    """A change dated there is one without a date, and what it sets is an override."""
    move = "place: abu_kamal, holder: none, faction: isis, factor: 0.5"
    dated = f"changes=[{{date: 2017-06-04, {move}, set: {{faction.tanf.strength.high: 9000}}}}]"
    plain = real.setup("2017-06-25", f"changes=[{{{move}}}]", "faction.tanf.strength.high=9000")
    assert mornings(real.setup("2017-06-25", dated)) == mornings(plain)


def test_no_fighter_comes_from_nowhere() -> None:
    """On every tick: who comes and goes is counted as joined, who has no way out as lost."""
    changes = (
        "changes=[{date: 2017-06-21, place: al_tanf, holder: none, faction: tanf, factor: 0.4},"
        "{date: 2017-07-01, place: rutba, holder: jordan, faction: jordan, add: 3000},"
        "{date: 2017-07-20, place: palmyra, holder: isis, faction: isis, add: 2000},"
        "{date: 2017-07-20, place: deir_ezzor, holder: regime}]"
    )
    found = real.stepped(real.setup("2017-09-02", changes), 24, Watch())
    assert (outcomes(found).worlds["recruited_jordan"] >= 3000).all()
    for overrides in (["scenario=jordan_intervenes"],):
        real.stepped(real.setup("2017-09-10", *overrides), 24, Watch())


def test_enemies_fall_back_from_a_place_that_is_handed_over() -> None:
    model = on_day_3(border(Change("town", "blue", date=DAY)))
    town, hex_of = unit(model.setup, "town"), unit(model.setup, "h0_2")
    assert model.state.holder[0, [town, hex_of]].tolist() == [1, 1]
    assert model.state.force[0, 0, unit(model.setup, "h0_1")] == 100  # by the hex's own way out
    assert model.state.side.lost[0, 0] == 900  # the town had no other than the hex
    assert model.state.friendly[0, 1, town]
    assert not model.state.friendly[0, 0, town]


def test_others_stay_where_they_are() -> None:
    model = on_day_3(border(Change("town", "green", date=DAY)))
    assert model.state.holder[0, unit(model.setup, "town")] == 2
    assert model.state.force[0, 0, unit(model.setup, "town")] == 900
    assert model.state.side.lost.sum() == 0


def test_where_nobody_comes_the_garrison_leaves_if_it_can() -> None:
    model = on_day_3(border(Change("port", "none", "blue", 0.5, date=DAY)))
    port, hex_of = unit(model.setup, "port"), unit(model.setup, "h0_5")
    assert model.state.holder[0, [port, hex_of]].tolist() == [NOBODY, NOBODY]
    assert model.state.force[0, 1, port] == 250
    assert model.state.side.joined[0, 1] == -250
    assert model.state.side.lost.sum() == 0


def test_a_force_is_scaled_with_its_armies_then_added_to() -> None:
    setup = border(Change("town", faction="red", factor=0.5, add=70, date=DAY))
    model = worlds(replace(setup, tick_days=3.0))
    march(model, "red", "h0_2", "h0_3", 300, raised=400)
    model.state.campaign.phase[:, 0, 0] = 1  # gathering
    model.state.campaign.ready[:, 0, 0] = 100
    on_day_3(model.setup, model)
    army = model.state.campaign[0, 0, 0]
    assert (int(army.army), int(army.raised)) == (150, 200)
    assert model.state.force[0, 0, unit(setup, "town")] == 450 + 70
    assert model.state.force[0, 0, unit(setup, "h0_2")] == 50
    assert model.state.side.joined[0, 0] == -450 - 50 - 150 + 70


def test_an_army_that_is_gone_ends_its_campaign() -> None:
    setup = border(Change("town", faction="red", factor=0.0, date=DAY))
    model = worlds(setup)
    march(model, "red", "town", "h0_3", 300, tied=True)
    on_day_3(model.setup, model)
    assert model.state.campaign.phase[0, 0, 0] == 0
    assert not model.state.campaign.tied[0, 0, 0]
    assert model.state.force[0, 0].sum() == 0


def test_a_fight_for_a_place_that_is_handed_over_begins_anew() -> None:
    setup = border(Change("town", "green", date=DAY))
    model = worlds(setup)
    march(model, "blue", "h0_3", "h0_2", 300, progress=5.0)
    on_day_3(model.setup, model)
    assert model.state.campaign.progress[0, 1, 0] == 0.0
    assert model.state.campaign.phase[0, 1, 0] == ATTACKING


def test_campaigns_over_the_number_that_is_set_stand_down() -> None:
    """But no siege from before the origin."""
    setup = border(Change(date=DAY, set={"faction.red.campaigns": 1}))
    model = worlds(setup)
    for slot in range(3):
        march(model, "red", "town", "h0_3", 100, slot=slot, tied=slot == 2)
    on_day_3(model.setup, model)
    assert model.state.campaign.army[0, 0].tolist() == [100, 0, 100, 0]
    assert model.state.force[0, 0, unit(setup, "town")] == 1000


def test_relations_are_what_they_are_set_to() -> None:
    """Whatever had become of them; a milder worst holds at once."""
    wanted = {
        "faction.green.relations.red.stance": "ally",
        "faction.blue.relations.red.worst": "avoid",
        "faction.blue.relations.red.stance": "avoid",
        "faction.blue.red_line.probability": 0.9,
        "faction.blue.alarm.watches": ["red"],
    }
    model = worlds(border(Change(date=DAY, set=wanted)))
    model.state.pair.stance[:, 2, 0] = 3
    model.state.pair.perceived[:, 0, 1] = 0.1
    on_day_3(model.setup, model)
    pair = model.state.pair[0]
    assert pair.stance[2, 0] == 0
    assert pair.stance[1, 0] == 2
    assert pair.perceived[0, 1] == 0.9
    assert pair.alarm[1, 0] == 0.25


def test_a_new_range_is_drawn_from_at_the_same_share() -> None:
    """A world in the upper tenth of the old range is in that of the new one."""
    ranges = {"faction.tanf.strength": "low: 100, central: 200, high: 300",
              "faction.isf.intake_per_month": "low: 0, central: 300, high: 600",
              "air.us.capacity": "low: 10, central: 20, high: 30"}  # fmt: skip
    wanted = ", ".join(f"{key}: {{{value}}}" for key, value in ranges.items())
    setup = real.setup("2017-06-25", f"changes=[{{date: 2017-06-10, set: {{{wanted}}}}}]")
    origin = real.setup("2017-06-25", *(f"{key}={{{value}}}" for key, value in ranges.items()))
    later, first = (WorldBatch(one, range(6), [0] * 6) for one in (setup, origin))
    later.run()
    tanf, isf, us = (*map(setup.factions.index, ("tanf", "isf")), setup.airs.index("us"))
    np.testing.assert_array_equal(later.state.side.intake[:, isf], first.state.side.intake[:, isf])
    np.testing.assert_array_equal(later.state.capacity[:, us], first.state.capacity[:, us])
    np.testing.assert_array_equal(
        later.state.side.usable[:, tanf], first.state.side.usable[:, tanf]
    )
    assert len(set(later.state.capacity[:, us])) == 6


def test_columns_are_those_of_all_rules_of_a_run() -> None:
    """A red line that is drawn later, or given up, has its crossings; so have alarms."""
    wanted = (
        "faction.tanf.red_line.place: '', "
        "faction.jordan.red_line: {place: ruwaished, against: [regime]}, "
        "faction.rebels.alarm: {watches: [regime], sensitivity: 0.1}"
    )
    plain = outcomes(WorldBatch(real.setup("2017-06-25"), [0], [0])).worlds
    setup = real.setup("2017-06-25", f"changes=[{{date: 2017-06-10, set: {{{wanted}}}}}]")
    model = WorldBatch(setup, [0], [0])
    model.run()
    found = outcomes(model).worlds
    assert "rebels" in setup.curves
    assert set(found) - set(plain) == {
        "red_line_crossings_jordan",
        "strikes_jordan",
        "alarm_rebels",
        "breach_date_rebels",
        "clashes_rebels_regime",
    }
    assert set(plain) <= set(found)


def test_a_breach_is_ground_that_a_rival_is_given() -> None:
    watch = {"faction.blue.alarm": {"watches": ["red"], "sensitivity": 0.1, "range_km": 60.0}}
    setup = border(Change(date="2017-06-05", set=watch), Change("port", "red", date=DAY))
    model = worlds(replace(setup, tick_days=1.0))
    model.run()
    assert model.state.side.breach[0].tolist() == [NEVER, 3, NEVER]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change("nowhere", "red", date=DAY), "changes.place=nowhere: no such place on the map"),
        (Change("abroad", "red", date=DAY), "changes.place=abroad: neutral ground stays so"),
    ],
)
def test_places_that_nobody_can_be_given_are_refused(change: Change, said: str) -> None:
    sides, places = {"red": side(), "blue": side()}, {"abroad": Place(1, 0, "")}
    with pytest.raises(LandbridgeError, match=said):
        small.toy("Sr T- Sb", sides, places, changes=[change])


def test_the_shipped_scenario_is_the_baseline_until_its_day() -> None:
    base, dated = (
        mornings(real.setup("2017-09-10", *o)) for o in ((), ("scenario=jordan_intervenes",))
    )
    assert base[:73] == dated[:73]
    assert base[-1] != dated[-1]


def test_a_stance_can_be_set_with_its_dates_in_any_order() -> None:
    """Days are gone through in order of time, those of one day in the order given."""
    stance = "faction.isf.relations.peshmerga.stance"
    late = Change(date="2017-10-16", set={stance: "hostile"})
    early = Change(date="2017-09-01", set={stance: "avoid"})
    config = replace(real.settings("2017-12-31"), changes=[late, early])
    setup = prepare(config, SEEDS)
    isf, peshmerga = (setup.factions.index(name) for name in ("isf", "peshmerga"))
    stances = [int(turn.rules.relation.stance[isf, peshmerga]) for turn in setup.turns]
    assert [turn.day for turn in setup.turns] == [89, 134]
    assert stances == [2, 3]


def test_clones_draw_again_from_their_ancestor() -> None:
    """Worlds that splitting clones keep the draw of their inputs."""
    wanted = "faction.tanf.strength: {low: 100, central: 5000, high: 9000}"
    setup = real.setup("2017-06-25", f"changes=[{{date: 2017-06-14, set: {{{wanted}}}}}]")
    population = Corridor.of(setup, "territory").start(0, 2).split(np.array([0, 1]))
    for parents in ([0, 1], [1, 1, 1]):
        population = population.split(np.array(parents))
        population.advance()
    plain = WorldBatch(setup, [1], [0])
    plain.run()
    tanf = setup.factions.index("tanf")
    model = population.model  # type: ignore[attr-defined]
    assert model.day == 14
    assert (model.state.side.usable[:, tanf] == plain.state.side.usable[0, tanf]).all()
    population.close()
