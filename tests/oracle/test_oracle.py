"""The engine is the same model as a plain one: equal trajectories, day by day, to the last bit."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from importlib import import_module

import mesa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import rng
from sim.config.compose import compose, typed
from sim.config.schema import Change
from sim.model.model import WorldBatch
from sim.model.setup import Setup
from sim.model.simulate import prepare, simulate
from tests.oracle.luck import Luck, key_of
from tests.oracle.world import World
from tests.support import digest, real
from tests.support import small_map as small
from tests.support.differences import first_difference
from tests.support.folders import SEEDS
from tests.support.small_map import Place, side
from tests.support.wars import wars

TEN_WEEKS, HORIZON = "2017-08-13", "2017-12-31"
EVENTS = ("lost", "joined", "given", "surged", "taken", "crossings", "strikes", "by road",
          "by territory")  # fmt: skip
WORD = st.integers(0, 2**32 - 1)


def test_default_theatre_for_ten_weeks() -> None:
    """Hexes of 25 km, two worlds of different inputs and luck."""
    setup = prepare(typed(compose([f"clock.until={TEN_WEEKS}"])), SEEDS)
    assert first_difference(setup, [(0, 0), (7, 3)]) is None


AUGUST = (
    "{date: 2017-08-02, place: al_tanf, holder: none, faction: tanf, factor: 0.3, set: {"
    "faction.regime.strength: {low: 9000, central: 20000, high: 40000}, air.us.backs.tanf: 0, "
    "faction.isis.intake_per_month.high: 4000, air.russia.capacity.low: 9, faction.isf: "
    "{relations: {peshmerga: {stance: hostile}}}}}, {date: 2017-08-09, place: rutba, "
    "holder: jordan, faction: jordan, add: 3000}"
)
SURGE = ["scenario=iran_surge", "clock.tick_days=3.5", "clock.until=2017-08-13", "ensemble.seed=11"]


@pytest.mark.parametrize(
    "overrides",
    [
        ["scenario=no_red_line"],
        ["scenario=tanf_withdrawal", "clock.until=2017-10-01"],
        SURGE,
        ["scenario=krg_blocks", "clock.tick_days=1", "clock.until=2017-07-15"],
        ["clock.origin=2017-02-01", "clock.until=2017-06-04", "uncertainty=central"],
        ["scenario=jordan_intervenes", "clock.until=2017-10-01"],
        [f"changes=[{AUGUST}]", "clock.until=2017-09-01", "clock.tick_days=5"],
        ["corridor.source=damascus", "corridor.sink=baghdad", "clock.until=2017-08-13"],
    ],
    ids=" ".join,
)
def test_scenarios(overrides: list[str]) -> None:
    """Hexes of 40 km, scenarios that differ in forces, relations, lines, ticks, origin and ends."""
    setup = prepare(real.settings(HORIZON, *overrides), SEEDS)
    assert first_difference(setup, [(1, 2)]) is None


def test_a_small_war_with_everything() -> None:
    """Help, hunger, strikes and desertion: see `test_compiled` for what happens in it."""
    assert first_difference(digest.war(), [(d, c) for d in range(4) for c in range(2)]) is None


def test_random_wars() -> None:
    """Maps, factions and settings from all over their ranges; and much happens in them."""
    happened: Counter[str] = Counter()

    @settings(max_examples=40, deadline=None, derandomize=True)
    @given(setup=wars(), draw=st.integers(0, 10**6))
    def same(setup: Setup, draw: int) -> None:
        assert first_difference(setup, [(draw, 0)]) is None
        model = World(setup, draw, 0)
        while model.running:
            model.step()
        happened.update(events(model))

    same()
    assert set(EVENTS) <= set(happened), happened


def test_random_wars_with_dated_changes() -> None:
    """Holders, forces, stances, red lines, members of the corridor and more, on random days."""

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(setup=wars(dated=True), draw=st.integers(0, 10**6))
    def same(setup: Setup, draw: int) -> None:
        assert first_difference(setup, [(draw, 0)]) is None

    same()


def quiet_war(*changes: Change) -> Setup:
    """Red is far stronger than blue and plans once in ten years, unless that changes."""
    sides = {
        "red": side({"blue": "hostile"}, objectives={"territory": 5.0}, planning_days=3650.0,
                    depots=["seat"], campaigns=2, campaign_days=300.0),
        "blue": side({"red": "hostile"}, depots=["port"]),
    }  # fmt: skip
    places = {"seat": Place(0, 0, "red"), "port": Place(3, 2, "blue")}
    forces = [("red", name, 3000) for name in ("seat", "h0_1", "h1_1", "h2_1")]
    drawing = "Sr Sr Sb Sb\nSr Sr Sb Sb\nSr Sr Sb Sb"
    return small.toy(drawing, sides, places, forces=forces, changes=changes, days=28)


def busy(setup: Setup, days: int) -> int:
    """Campaigns that are under way in the morning of a day."""
    model = WorldBatch(replace(setup, days=days, record_days=()), [0], [0])
    model.run()
    return int((model.state.campaign.phase != 0).sum())


def test_plans_and_campaigns_that_change_within_a_tick() -> None:
    """Red wakes up on its fourth day, has three campaigns, and then may have but one."""
    more = Change(date="2017-06-14", set={"faction.red.planning_days": 0.2,
                                          "faction.red.campaigns": 4})  # fmt: skip
    less = Change(date="2017-06-21", set={"faction.red.campaigns": 1})
    setup = quiet_war(more, less)
    assert [busy(quiet_war(), 14), busy(setup, 10)] == [0, 0]
    assert [busy(setup, day) for day in (14, 17)] == [3, 3]
    assert busy(setup, 18) <= 1
    assert first_difference(setup, [(d, 0) for d in range(3)]) is None
    # a world at a time: in a batch, what one is due to decide calls upon all
    seldom = Change(date="2017-06-14", set={"faction.red.planning_days": 3.0})
    for draw in range(16):
        assert first_difference(quiet_war(seldom), [(draw, 0)]) is None


def events(model: World) -> list[str]:
    """What has happened in a world."""
    found = [n for n in EVENTS if any(getattr(f, n, 0) for f in model.factions)]
    corridors = {"by road": model.road, "by territory": model.territory}
    return found + [way for way, corridor in corridors.items() if corridor.open_days]


@settings(deadline=None)
@given(key=st.integers(0, 2**64 - 1), day=st.integers(0, 2000), stream=st.integers(1, 16),
       faction=WORD, unit=WORD, index=st.integers(0, 50))  # fmt: skip
def test_random_numbers(
    key: int, day: int, stream: int, faction: int, unit: int, index: int
) -> None:
    """Plain Philox against the kernel, whatever the key."""
    luck = Luck()
    luck.key = key & 0xFFFFFFFF, key >> 32
    at = (stream, day, np.uint64(faction), np.uint64(unit), index)
    plain = (stream, day, faction, unit, index)
    assert luck.uniform(*plain) == rng.uniform(np.uint64(key), *at)
    assert luck.gumbel(*plain) == rng.gumbel(np.uint64(key), *at)
    assert luck.logistic(*plain) == rng.logistic(np.uint64(key), *at)


def test_keys() -> None:
    """Of worlds and of names."""
    assert key_of("palmyra") == rng.key32("palmyra")
    assert Luck(3, 1, 4, 0).key[0] + (Luck(3, 1, 4, 0).key[1] << 32) == rng.world_key(3, 1, 4, 0)


def test_mesas_own_runner_runs_it() -> None:
    """`mesa.batch_run` over worlds gives the engine's outcomes."""
    setup = replace(digest.war(), days=14, record_days=(0, 14))
    found = mesa.batch_run(
        World, {"setup": setup, "draw": range(3), "chance": 0}, display_progress=False
    )
    outcomes = simulate(setup, range(3), [0] * 3).worlds
    for way in ("road", "territory"):
        assert [row[f"formed_{way}"] for row in found] == outcomes[f"formed_{way}"].tolist()


RULES = [
    ("muster", "THREAT_SHARE", 0.8), ("muster", "SPARE_LEAST", 40), ("decide", "ARMY_LEAST", 150),
    ("decide", "FORCE_RATIO", 4.0), ("decide", "ODDS_LEAST", 0.5), ("deter", "LEARN", 0.2),
    ("contest", "CUT_OFF_WORTH", 0.6), ("fight", "BREAK_CHANCE", 0.2), ("fight", "LIGHT", 100.0),
    ("fight", "BROKEN", 0.8), ("control", "GARRISON_SHARE", 4), ("control", "GARRISON_LEAST", 31),
    ("appraise", "REACH_KM", 40), ("mobilise", "SPARE_RATE", 0.05),
    ("perceive", "SUPPLY_LIMIT", 20), ("corridor", "LENGTH_LIMIT", 50),
]  # fmt: skip


@pytest.mark.parametrize(("module", "rule", "value"), RULES)
def test_a_rule_changed_in_one_of_them_is_found(
    module: str, rule: str, value: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the day, what differs, where, and both values."""
    monkeypatch.setattr(import_module(f"tests.oracle.{module}"), rule, value)
    where = first_difference(digest.war(), [(d, 0) for d in range(4)])
    where = where or first_difference(prepare(real.settings(TEN_WEEKS), SEEDS), [(0, 0), (1, 0)])
    assert where is not None, "no world showed it"
    assert "day" in where
    assert "engine" in where
    assert "reference" in where
