from __future__ import annotations

import numpy as np

from sim.analysis.rare.splitting import repetition
from sim.analysis.rare.worlds import CANDIDATES, Corridor, _Particles
from sim.model.kernels.corridor import watch_corridor
from sim.model.model import Worlds
from sim.model.simulate import simulate
from tests.model import real
from tests.model.play import each

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


def test_worlds_of_one_draw_share_inputs_but_not_luck() -> None:
    found = particles("road", [3, 3, 5], "uncertainty=prior")
    state = found.model.state
    assert np.array_equal(state.inputs[0], state.inputs[1])
    assert not np.array_equal(state.inputs[0], state.inputs[2])
    assert state.key[0] != state.key[1]
    assert found.system.candidates == CANDIDATES
    assert Corridor.of(real.setup(*ASKED, "uncertainty=central"), "road").candidates == 1


def looked(way: str) -> np.ndarray:
    """Features of worlds in all weeks, right after the corridor has been looked at."""
    system = Corridor.of(real.setup(*ASKED, "uncertainty=prior"), way)
    model = Worlds(system.setup, list(range(40)), [0] * 40)
    rows = []
    for _ in range(7):
        model.step()
        model.state.changed[:] = True
        each(watch_corridor, model, model.day)
        rows.append(system.progress.features(model.state))
    return np.vstack(rows)


def test_nothing_is_left_to_take_where_the_road_is_open() -> None:
    fewest, root, is_open, *_ = looked("road").T
    assert np.array_equal(fewest < 0.01, is_open == 1.0)
    assert np.array_equal(root < 0.1, is_open == 1.0)
    assert 0.0 < is_open.mean() < 1.0


def test_little_is_left_to_take_where_the_ground_is_open() -> None:
    fewest, root, is_open, *_ = looked("territory").T
    assert 0.0 < is_open.mean() < 1.0
    assert np.median(fewest[is_open == 1.0]) < np.median(fewest[is_open == 0.0]) - 1.0
    assert (root**2 >= fewest - 1e-9).all()


def test_what_can_no_longer_form_is_given_up() -> None:
    found = particles("road", [0, 1], "uncertainty=central")
    found.model.day = found.system.setup.days - 5
    corridor = found.model.state.corridor
    corridor.streak[:] = [[1, 0], [2, 0]]
    assert found.possible().tolist() == [False, True]
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
