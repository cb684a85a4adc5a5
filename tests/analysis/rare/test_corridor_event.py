from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from sim.analysis.rare.corridor_event import CANDIDATES, Corridor, _Particles
from sim.analysis.rare.features import AT_ONCE, DARE, LAG, ROOT
from sim.analysis.rare.red_lines import OUT_OF_SIGHT, UNDONE, Place, ahead, defended, risk, undone
from sim.analysis.rare.splitting import repetition
from sim.model.inputs import TEMPO
from sim.model.kernels.corridor import watch_corridor
from sim.model.model import WorldBatch
from sim.model.simulate import simulate
from sim.model.state import ATTACKING, AVOID, GATHERING, State
from tests.support import real
from tests.support.play import each

ASKED = ("2017-07-23", "scenario=no_red_line", "corridor.hold_days=7")


def particles(way: str, parents: list[int], *more: str) -> _Particles:
    system = Corridor.of(real.setup(*ASKED, *more), way)
    found = system.start(0, 8).split(np.array(parents))
    assert isinstance(found, _Particles)
    return found


def test_the_first_child_goes_on_and_the_others_have_luck_of_their_own() -> None:
    alone = particles("road", [0, 1, 2], "uncertainty=central")
    cloned = particles("road", [0, 1, 2], "uncertainty=central")
    for one in (alone, cloned):
        one.advance()
    cloned = cloned.split(np.array([0, 2, 2, 2]))
    assert np.array_equal(cloned.model.state.holder[1], cloned.model.state.holder[2])
    assert len(set(cloned.model.state.key.tolist())) == 4
    for _ in range(3):
        alone.advance()
        cloned.advance()
    a, b = alone.model.state, cloned.model.state
    assert np.array_equal(a.force[[0, 2]], b.force[[0, 1]])
    assert not np.array_equal(b.force[1], b.force[2])
    assert not np.array_equal(b.force[2], b.force[3])


def test_what_is_let_go_does_not_wait_for_the_garbage_collector() -> None:
    found = particles("road", [0, 1], "uncertainty=central")
    gc.disable()
    try:
        held = weakref.ref(found.model.state.holder)
        found.close()
        assert held() is None
    finally:
        gc.enable()


def test_worlds_of_one_draw_share_inputs_but_not_luck() -> None:
    found = particles("road", [3, 3, 5], "uncertainty=prior")
    state = found.model.state
    assert np.array_equal(state.inputs[0], state.inputs[1])
    assert not np.array_equal(state.inputs[0], state.inputs[2])
    assert state.key[0] != state.key[1]
    assert found.system.candidates == CANDIDATES
    assert Corridor.of(real.setup(*ASKED, "uncertainty=central"), "road").candidates == 1


def looked(way: str) -> tuple[Corridor, list[State], np.ndarray]:
    """Worlds in all weeks, right after the corridor has been looked at, and their features."""
    system = Corridor.of(real.setup(*ASKED, "uncertainty=prior"), way)
    model = WorldBatch(system.setup, list(range(40)), [0] * 40)
    rows, states = [], []
    for _ in range(7):
        model.step()
        model.state.changed[:] = True
        each(watch_corridor, model, model.day, system.setup.days)
        rows.append(system.progress.features(model.state, model.day))
        fields = {k: v.copy() for k, v in model.state._asdict().items() if k != "scratch"}
        states.append(model.state._replace(**fields))
    return system, states, np.vstack(rows)


def test_nothing_is_left_to_take_where_the_road_is_open() -> None:
    toll, is_open, streak = looked("road")[2].T
    assert np.array_equal(toll < 1e-3, is_open == 1.0)
    assert np.array_equal(streak > 0.0, is_open == 1.0)
    assert 0.0 < is_open.mean() < 1.0


def test_little_is_left_to_take_where_the_ground_is_open() -> None:
    system, states, rows = looked("territory")
    toll, is_open = np.concatenate([system.progress.ways(s)[0] for s in states]), rows[:, 1] == 1.0
    assert 0.0 < is_open.mean() < 1.0
    assert np.median(toll[is_open]) < np.median(toll[~is_open]) - 1.0


def test_toll_falls_with_ground_taken_and_rises_with_what_is_in_the_way() -> None:
    system, states, _ = looked("road")
    progress, state, faction = system.progress, states[0], system.setup.factions.index
    toll = progress.ways(state)[0]
    units = system.setup.unit_ids.index
    assert (toll > 1.0).all()

    def with_holder(name: str, *places: str) -> np.ndarray:
        holder = state.holder.copy()
        holder[:, [units(place) for place in places]] = faction(name)
        return progress.ways(state._replace(holder=holder))[0]

    river = ("abu_kamal", "mayadin", "deir_ezzor")
    assert (with_holder("regime", *river, "al_tanf") <= toll).all()
    assert with_holder("regime", *river, "al_tanf").mean() < toll.mean() - 1.0
    # what the SDF holds it will keep: the coalition does not fight it
    both = (*river, "al_tanf", "al_walid")
    assert with_holder("sdf", *both).mean() > with_holder("isis", *both).mean() + 1.0


def test_a_town_on_the_way_counts_once_and_its_country_does_not() -> None:
    """Two legs meet there; by road asks for towns alone."""
    system, _, _ = looked("road")
    geo, passed = system.setup.geo, system.progress.roads.passed
    town = system.setup.unit_ids.index("al_tanf")
    assert sorted(passed[:, [town]].data) == [0.5, 0.5]
    assert not passed[:, [int(geo.unit.hex_of[town])]].data.any()


def test_the_same_toll_is_worse_the_fewer_days_are_left() -> None:
    system, states, _ = looked("road")
    early, late = (system.progress.features(states[3], day)[:, 0] for day in (7, 35))
    days = system.setup.days
    assert (late > early).all()
    assert late * (days - 35 + LAG) == pytest.approx(early * (days - 7 + LAG))


def test_worlds_with_fast_fronts_promise_more_from_the_start() -> None:
    system, states, _ = looked("road")
    state, plain = states[3], system.progress.features(states[3], 28)[:, 0]
    fast = state.inputs.copy()
    fast[:, TEMPO] *= 4.0
    sooner = system.progress.features(state._replace(inputs=fast), 28)[:, 0]
    assert sooner == pytest.approx(plain / 4.0**ROOT)
    central = Corridor.of(real.setup(*ASKED, "uncertainty=central"), "road")
    assert central.progress.pace(WorldBatch(central.setup, [0], [0]).state.inputs) == pytest.approx(
        1.0
    )
    inputs = system.start(0, 50).features()
    chosen = system.guide()(0, inputs)
    assert np.argmax(chosen) == np.argmax(system.progress.pace(inputs))
    assert np.ptp(chosen) > 1.0


def test_an_expected_strike_counts_while_its_base_is_held() -> None:
    setup = real.setup("2017-07-23", "uncertainty=central")
    progress = Corridor.of(setup, "road").progress
    state = WorldBatch(setup, [0, 1], [0, 0]).state
    unit, at = setup.unit_ids.index("al_tanf"), setup.factions.index
    calm = state._replace(pair=state.pair.copy())
    calm.pair.perceived[:] = 0.0
    line = setup.rules.ground.line_share[at("tanf"), unit]
    assert risk(setup, state)[:, unit] == pytest.approx(0.5 * line)
    assert (risk(setup, calm) == 0.0).all()
    assert (progress.ways(calm)[0] < progress.ways(state)[0]).all()
    state.holder[:, unit] = at("regime")
    assert (risk(setup, state) == 0.0).all()


def at_the_line() -> tuple[Corridor, State, Place, int]:
    """Two worlds at the origin, the place of the red line, and who may take it."""
    setup = real.setup("2017-07-23", "uncertainty=central")
    system = Corridor.of(setup, "road")
    (place,) = system.progress.places
    return system, WorldBatch(setup, [0, 1], [0, 0]).state, place, setup.factions.index("isis")


def test_the_place_of_a_line_falls_the_sooner_the_nearer_its_enemies_are() -> None:
    system, state, place, isis = at_the_line()
    unit, around = place.units[:2]
    far = place.fall(state, defended(state))
    state.holder[0, around] = isis
    near = place.fall(state, defended(state))
    assert near[0] < far[0]
    assert near[1] == far[1]
    state.force[0, place.owner, unit] = 0
    assert place.fall(state, defended(state))[0] < near[0]
    state.campaign[0, isis, 0].phase, state.campaign[0, isis, 0].target = ATTACKING, unit
    assert place.fall(state, defended(state))[0] == pytest.approx(UNDONE[ATTACKING])
    state.holder[0, unit] = isis
    assert place.fall(state, defended(state))[0] == 0.0
    assert risk(system.setup, state)[0].max() == 0.0


def test_only_who_is_hostile_to_its_owner_takes_the_place() -> None:
    _, state, place, _ = at_the_line()
    state.force[:, place.owner] = 0
    stance = state.pair.stance
    stance[0, :, place.owner] = np.minimum(stance[0, :, place.owner], AVOID)
    fall = place.fall(state, defended(state))
    assert fall[0] == OUT_OF_SIGHT
    assert fall[1] < OUT_OF_SIGHT


def test_the_way_without_strikes_is_promising_where_the_place_is_about_to_fall() -> None:
    system, state, place, isis = at_the_line()
    progress, unit = system.progress, place.units[0]
    state.pair.perceived[:] = 1.0
    far, (past, free, rare) = progress.features(state, 7)[:, 0], progress.ways(state)
    assert (free < past - 5.0).all()
    assert (rare > 0.0).all()
    state.holder[0, place.units[1]], state.force[0, place.owner, unit] = isis, 0
    state.campaign[0, isis, 0].phase, state.campaign[0, isis, 0].target = ATTACKING, unit
    near, rate = progress.features(state, 7)[:, 0], progress.ways(state)[2]
    assert rate[0] == pytest.approx(AT_ONCE * np.exp(-DARE * UNDONE[ATTACKING]))
    assert near[0] < 0.8 * far[0]
    assert near[1] == far[1]
    state.pair.perceived[:] = 0.0
    assert (progress.ways(state)[2] == 0.0).all()


def test_a_garrison_deters_from_its_hex_too() -> None:
    _, state, place, _ = at_the_line()
    fighters = np.zeros(state.holder.shape)
    fighters[:, place.units[0]] = 0.1
    met = place._met(fighters)
    assert met[0, :2] == pytest.approx([0.1, 0.1])
    assert met[0, 2:].sum() == 0.0


def test_an_attack_that_was_not_answered_has_no_strike_to_come() -> None:
    system, state, place, _ = at_the_line()
    regime, unit = system.setup.factions.index("regime"), place.units[1]
    state.pair.perceived[:] = 1.0
    left = undone(state, np.array([regime]))
    assert ahead(left)[:, unit].all()
    state.campaign[0, regime, 0].phase, state.campaign[0, regime, 0].target = GATHERING, unit
    state.campaign[1, regime, 0].phase, state.campaign[1, regime, 0].target = ATTACKING, unit
    left = undone(state, np.array([regime]))
    assert ahead(left)[:, unit].tolist() == [True, False]
    assert left[:, unit].tolist() == [UNDONE[GATHERING], UNDONE[ATTACKING]]


def test_what_can_no_longer_form_is_given_up() -> None:
    found = particles("road", [0, 1], "uncertainty=central")
    corridor = found.model.state.corridor
    corridor.streak[:] = [[0, 0, 0], [2, 0, 0]]
    found.model.day = found.system.setup.days - 1
    assert found.possible().tolist() == [True, True]  # one may open on the last day
    found.model.day += 1
    assert found.possible().tolist() == [False, True]  # and what is open is followed
    corridor.formed[0, 0] = 3
    assert found.certain().tolist() == [True, False]


def test_unbiased_against_plain_worlds() -> None:
    """By territory within seven weeks, where the answer is neither 0 nor 1."""
    setup = real.setup(*ASKED, "uncertainty=prior")
    worlds = simulate(setup, list(range(1000, 1160)), [0] * 160).worlds
    plain = float(worlds["formed_territory"].mean())
    assert 0.02 < plain < 0.98
    system = Corridor.of(setup, "territory")
    found = [repetition(system, system.guide(), 16, i).estimate for i in range(10)]
    error = np.hypot(np.std(found, ddof=1) / 10**0.5, (plain * (1 - plain) / 160) ** 0.5)
    assert abs(np.mean(found) - plain) < 3.0 * error
