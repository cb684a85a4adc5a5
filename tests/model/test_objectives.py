"""The contract of every objective, and that each one wants what it says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.config.schema import RedLine
from sim.model.kernels.appraise import keep_cost, look_ahead
from sim.model.kernels.detour import corridor_slack
from sim.model.model import WorldBatch
from sim.model.objectives import BUILT_IN, Objective, names, registry
from sim.model.state import NEUTRAL
from tests.support import real
from tests.support import small_map as small
from tests.support.play import worlds
from tests.support.small_map import Place, side

EVERY = sorted(registry())


@pytest.fixture(scope="module")
def model() -> WorldBatch:
    """Three worlds of the small theatre after six weeks."""
    scenario = real.setup("2017-07-16")
    worlds = WorldBatch(scenario, [0, 1, 2], [0, 0, 0])
    worlds.run()
    worlds.agents.do("observe")
    corridor_slack(worlds.state, *scenario.fixed)
    return worlds


def value(
    model: WorldBatch, objective: Objective, f: int, weight: float = 1.0
) -> NDArray[np.float64]:
    """(B, U) what the objective adds."""
    model.state.value[:] = 0.0
    objective.add(model.state, *model.setup.fixed, f, weight)
    return model.state.value.copy()


@contextmanager
def another(model: WorldBatch) -> Iterator[None]:
    """Make world 1 quite another, for a while."""
    state = model.state
    names = ("holder", "force", "slack", "pair", "side", "supply", "friendly")
    kept = {name: getattr(state, name).copy() for name in names}
    try:
        state.holder[1] = np.where(state.holder[1] == NEUTRAL, NEUTRAL, 0)
        state.force[1] += 500
        state.slack[1] = 0
        state.pair.stance[1] = 0
        state.supply[1] = 5
        state.friendly[1] = False
        yield
    finally:
        for name, array in kept.items():
            getattr(state, name)[:] = array


@pytest.mark.parametrize("name", EVERY)
def test_contract(model: WorldBatch, name: str) -> None:
    """Finite, never negative, nothing on neutral ground, linear in its weight, adding to others."""
    objective = registry()[name]
    assert (objective.name, objective.kind in ("prize", "cost")) == (name, True)
    assert objective.doc
    state = model.state
    holder, force = state.holder.copy(), state.force.copy()
    somewhere = False
    for f in range(len(model.setup.factions)):
        one = value(model, objective, f)
        assert np.isfinite(one).all()
        assert (one >= 0.0).all()
        assert one.max() <= (3.0 if objective.kind == "prize" else 1.5)
        assert (one[state.holder == NEUTRAL] == 0.0).all()
        np.testing.assert_allclose(value(model, objective, f, 2.5), 2.5 * one, rtol=1e-12)
        assert (value(model, objective, f, 0.0) == 0.0).all()
        state.value[:] = 7.0
        objective.add(state, *model.setup.fixed, f, 1.0)
        np.testing.assert_allclose(state.value, 7.0 + one, rtol=1e-12)
        somewhere = somewhere or bool(one.any())
    assert somewhere, "it values nothing, for nobody"
    assert (state.holder == holder).all()
    assert (state.force == force).all()


@pytest.mark.parametrize("name", EVERY)
def test_other_worlds_do_not_matter(model: WorldBatch, name: str) -> None:
    """Changing world 1 changes no value in worlds 0 and 2."""
    objective = registry()[name]
    before = [value(model, objective, f) for f in range(len(model.setup.factions))]
    with another(model):
        for f, one in enumerate(before):
            after = value(model, objective, f)
            assert (after[[0, 2]] == one[[0, 2]]).all()


@pytest.mark.parametrize("name", [name for name in EVERY if registry()[name].static])
def test_static_objectives_are_the_same_everywhere_and_always(model: WorldBatch, name: str) -> None:
    """Whatever happened in a world, on the first day as later, and whether or not it is awake."""
    objective, state = registry()[name], model.state
    assert objective.kind == "prize", "a static cost would be added to the prizes"
    first = WorldBatch(model.setup, [5], [9])
    for f in range(len(model.setup.factions)):
        found = value(first, objective, f)[0]
        with another(model):
            state.side.awake[1] = not state.side.awake[1, 0]
            assert (value(model, objective, f) == found).all()


def test_static_objectives_are_added_up_once(model: WorldBatch) -> None:
    """In `rules.base`, to the last bit what they add one after the other."""
    setup, state = model.setup, model.state
    for f, faction in enumerate(setup.factions):
        state.value[:] = 0.0
        for objective in setup.objectives:
            if objective.static and setup.weights[faction].get(objective.name, 0.0) > 0.0:
                objective.add(state, *setup.fixed, f, setup.weights[faction][objective.name])
        assert (state.value == setup.rules.base[f]).all()
    assert setup.rules.base.any(axis=1).sum() > 5


def test_what_others_made_of_units_is_not_in_a_factions_values(model: WorldBatch) -> None:
    """Values are 0 between factions, also where one sleeps, and begin with what it always wants."""
    setup, state = model.setup, model.state
    with another(model):
        state.side.awake[:] = [[True], [False], [True]]
        state.value[:] = 0.0
        for f in range(len(setup.factions)):
            keep_cost(state, setup.rules, f)
            assert (state.value == setup.rules.base[f]).all()
            look_ahead(state, *setup.fixed, f)
            assert (state.value == 0.0).all()


def test_registry_is_complete() -> None:
    """Every built-in objective, in the order of names, and the names without importing kernels."""
    assert sorted(BUILT_IN) == list(BUILT_IN)
    assert set(BUILT_IN) <= set(registry())
    assert tuple(registry()) == names()


def valued(name: str, drawing: str, sides: dict[str, Any], **toy: Any) -> dict[str, float]:
    """What the first faction's objective adds, by unit."""
    setup = small.toy(drawing, sides, **toy)
    model = worlds(setup)
    model.agents.do("observe")
    corridor_slack(model.state, *setup.fixed)
    found = value(model, registry()[name], 0)[0]
    return dict(zip(setup.unit_ids, found.tolist(), strict=True))


ROW = "Ia I- Ib Ib Tb"
SEAT = {"seat": Place(0, 0, "a", "city", 80_000)}


def two(**settings: Any) -> dict[str, Any]:
    return {"a": side({"b": "hostile"}, **settings), "b": side()}


def test_corridor_wants_the_gap_and_less_what_is_off_the_way() -> None:
    """Most on the best way, falling with the detour; a quarter to deny what is held already."""
    drawing = "I- I- I- I- I-\nIa I- I- I- Ia"
    ends = {"source": "h0_0", "sink": "h0_4"}
    found = valued("corridor", drawing, two(), **ends)
    assert found["h0_2"] == max(found.values())
    assert 0.0 < found["h1_2"] < 0.6 * found["h0_2"]
    denied = valued("deny_corridor", drawing, two(), **ends)
    assert denied["h0_2"] == found["h0_2"]
    assert denied["h0_0"] == found["h0_0"] / 4


def test_population_homeland_and_territory() -> None:
    """People, fewer where they resist, own ground and ground."""
    welcome = valued("population", ROW, two(communities={"none": 0.0}), places=SEAT)
    assert welcome["seat"] == pytest.approx(80 / 130)
    people = valued("population", ROW, two(communities={"none": 0.3}), places=SEAT)
    assert people["seat"] == pytest.approx(0.7 * 80 / 130)
    assert people["h0_1"] == 0.0
    home = valued("homeland", ROW, two(home=["IQ"], communities={"none": 0.0}), places=SEAT)
    assert home["seat"] > home["h0_1"] == pytest.approx(0.2)
    assert set(valued("homeland", ROW, two(home=["SY"]), places=SEAT).values()) == {0.0}
    ground = valued("territory", ROW, two(), places=SEAT)
    assert (ground["h0_1"], ground["seat"], ground["h0_4"]) == (1.0, 0.25, 0.0)


def test_border_values_the_own_side() -> None:
    """The hexes and places that have a crossing nearest to them."""
    gate = {"gate": Place(1, 0, "a", "border")}
    found = valued("border", "Ia Ia Sb Sb", two(home=["IQ"]), places=gate)
    assert (found["gate"], found["h0_1"], found["h0_2"], found["h0_0"]) == (1.0, 0.5, 0.0, 0.0)


def test_defeat_goes_for_the_garrisons_of_the_enemy() -> None:
    """0.2 and up to 0.8 more; nothing where it is not, or without an enemy."""
    sides = {"a": side({"isis": "hostile"}, enemy="isis"), "isis": side()}
    found = valued("defeat", "Ia Ii Ii", sides, forces=[("isis", "h0_1", 500)])
    assert (found["h0_0"], found["h0_1"], found["h0_2"]) == pytest.approx((0.0, 0.6, 0.2))
    assert set(valued("defeat", ROW, two()).values()) == {0.0}


def test_guard_bases_and_support_ally_relieve_who_is_cut_off() -> None:
    """The hex around a besieged garrison of one's own, or of an ally."""
    places = {"fort": Place(2, 0, "a", "base"), "seat": Place(0, 0, "a")}
    forces = [("a", "fort", 1000)]
    own = valued("guard_bases", "Ia Ib Ib", two(depots=["seat"]), places=places, forces=forces)
    assert own["h0_2"] == pytest.approx(0.5)
    assert own["h0_1"] == 0.0
    sides = {"a": side({"c": "ally"}), "b": side(), "c": side()}
    places = {"fort": Place(2, 0, "c", "base")}
    found = valued("support_ally", "Ia Ib Ib", sides, places=places, forces=[("c", "fort", 1000)])
    assert found["h0_2"] > found["h0_1"] >= 0.0
    assert found["h0_2"] >= 0.5


def test_community_contiguity_joins_friendly_people() -> None:
    """The share of the neighbours that are held, among friendly people only."""
    sides = two(communities={"kurd": 0.0, "none": 0.9})
    found = valued("community_contiguity", "Iak I-k Iak I-", sides)
    assert found["h0_1"] == 1.0
    assert found["h0_3"] == 0.0


def test_costs_count_where_the_attack_is() -> None:
    """Defenders for `avoid_losses`; foreign ground and red lines for `avoid_escalation`."""
    losses = valued("avoid_losses", "Ia Ib Ib", two(), forces=[("b", "h0_1", 1000)])
    assert (losses["h0_1"], losses["h0_2"], losses["h0_0"]) == (0.25, 0.0, 0.0)
    found = valued("avoid_escalation", "Ia Sb", two(home=["IQ"], communities={"none": 0.0}))
    assert (found["h0_0"], found["h0_1"]) == (0.0, pytest.approx(0.2))


def test_avoid_escalation_knows_the_red_line() -> None:
    """The chance that is perceived, by the share of the ground inside the line."""

    def cost(probability: float) -> dict[str, float]:
        line = RedLine("base", 10.0, probability, 0.1, ["a"])
        sides = {"a": side({"b": "avoid"}, home=["IQ"], communities={"none": 0.0}),
                 "b": side({"a": "avoid"}, red_line=line)}  # fmt: skip
        base = {"base": Place(2, 0, "b", "base")}
        return valued("avoid_escalation", "Ia I- Ib", sides, places=base)

    likely, never = cost(0.5), cost(0.0)
    area = np.pi * 10**2 / (25**2 * 3**0.5 / 2)
    assert likely["h0_2"] - never["h0_2"] == pytest.approx(0.5 * area, rel=0.1)
    assert likely["h0_1"] == never["h0_1"]
