"""docs/odd.md suffices: submodels that were rebuilt from it alone do what the kernels do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import rng
from sim.model import model as engine
from sim.model.kernels.appraise import look_ahead
from sim.model.kernels.contest import defence_strength
from sim.model.kernels.control import lapse
from sim.model.kernels.decide import decide
from sim.model.model import WorldBatch
from sim.model.setup import Setup
from sim.model.state import ATTACKING, DONE, FAR, GATHERING, NOBODY, State, chosen
from tests.docs import rebuilt
from tests.support import real
from tests.support.play import VIEWS

WORLDS, TICKS = 4, 10
WORD = st.integers(0, 2**32 - 1)


@pytest.fixture(scope="module")
def setup() -> Setup:
    return real.setup("2017-12-31", "rules.variant=towns")


@pytest.fixture(scope="module")
def states(setup: Setup) -> list[tuple[int, State]]:
    """Days and copies of worlds of a run, as they went and with holders and forces shuffled."""
    found = []
    model = WorldBatch(setup, list(range(WORLDS)), [0] * WORLDS)
    chance = np.random.default_rng(7)
    for _ in range(TICKS):
        model.step()
        found += [(model.day, copied(model.state)), (model.day, shuffled(model.state, chance))]
    return found


def copied(state: State) -> State:
    return chosen(state, np.arange(len(state.key)))


def shuffled(state: State, chance: np.random.Generator) -> State:
    """A world that no run comes to: any holder, garrison, stance and supply anywhere."""
    mixed = copied(state)
    factions = mixed.force.shape[1]
    playable = mixed.holder >= NOBODY
    mixed.holder[playable] = chance.integers(NOBODY, factions, playable.sum())
    mixed.force[:] = chance.integers(0, 400, mixed.force.shape) * chance.integers(
        0, 2, mixed.force.shape
    )
    mixed.supply[chance.random(mixed.supply.shape) < 0.5] = FAR
    mixed.friendly[:] = chance.random(mixed.friendly.shape) < 0.3
    mixed.pair.stance[:] = chance.integers(0, 4, mixed.pair.stance.shape)
    return mixed


def pairs(states: list[tuple[int, State]]) -> Iterator[tuple[int, Any, Any]]:
    """The day and two copies of each world: for the kernel, and for what was rebuilt."""
    for day, state in states:
        one, other = copied(state), copied(state)
        for w in range(WORLDS):
            yield day, VIEWS(one, w), VIEWS(other, w)


def same(one: Any, other: Any) -> None:
    """All fields of two worlds."""
    for name, a, b in zip(one._fields, one, other, strict=True):
        if name != "scratch":
            assert np.array_equal(a, b), name


@settings(deadline=None)
@given(world=st.integers(0, 2**64 - 1), day=st.integers(0, 4000), stream=st.integers(1, 19),
       faction=WORD, unit=WORD, index=st.integers(0, 100))  # fmt: skip
def test_random_numbers(
    world: int, day: int, stream: int, faction: int, unit: int, index: int
) -> None:
    ours = rng.uniform(
        np.uint64(world), stream, day, np.uint64(faction), np.uint64(unit), np.int64(index)
    )
    assert rebuilt.uniform(world, stream, day, faction, unit, index) == ours


@pytest.mark.parametrize("days", [7, 60])
def test_lapse(setup: Setup, states: list[tuple[int, State]], days: int) -> None:
    lapsed = 0
    for day, one, other in pairs(states):
        before = one.holder.copy()
        lapse(one, setup.geo, setup.rules, day, days)
        rebuilt.lapse(other, setup.geo, setup.rules, day, days)
        same(one, other)
        lapsed += int((one.holder != before).sum())
    assert lapsed > 50


def test_defence_strength(setup: Setup, states: list[tuple[int, State]]) -> None:
    met = 0
    for _, one, other in pairs(states[-4:]):
        for f in range(len(setup.factions)):
            for unit in range(f, len(setup.unit_ids), 13):
                ours = defence_strength(one, setup.geo, setup.rules, f, unit)
                assert rebuilt.defence_strength(other, setup.geo, setup.rules, f, unit) == ours
                met += ours > 0
    assert met > 1000


def test_look_ahead(setup: Setup, states: list[tuple[int, State]]) -> None:
    """With values of every size, and factions awake or not."""
    chance = np.random.default_rng(11)
    reached = 0
    for _, state in states[::2] + states[1::4]:
        for f in range(0, len(setup.factions), 3):
            one, other = copied(state), copied(state)
            value = 10.0 ** chance.uniform(-3, 2, one.value.shape)
            one.value[:] = other.value[:] = value * (chance.random(value.shape) < 0.1)
            one.side.awake[:, f] = other.side.awake[:, f] = chance.random(WORLDS) < 0.8
            look_ahead(one, setup.geo, setup.rules, f)
            for w in range(WORLDS):
                rebuilt.look_ahead(VIEWS(other, w), setup.geo, setup.rules, f)
                same(VIEWS(one, w), VIEWS(other, w))
            reached += int((one.reach[:, f] > 0).sum())
    assert reached > 1000


def test_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every decision in the first weeks of a world of each variant of the rules."""
    happened: Counter[str] = Counter()

    def both(state: State, geo: Any, rules: Any, f: int, day: int, nth: int) -> None:
        before, other = copied(state), copied(state)
        decide(state, geo, rules, f, day, nth)
        for w in range(len(state.key)):
            rebuilt.Morning(VIEWS(other, w), geo, rules, f, day).decide(nth)
            same(VIEWS(state, w), VIEWS(other, w))
        now, was = state.campaign[:, f], before.campaign[:, f]
        moved = now.phase != was.phase
        begun = moved & (now.phase == GATHERING)
        happened["held"] += int((begun & (now.at == now.target)).sum())
        happened["begun"] += int(begun.sum())
        happened["strokes"] += int((begun & now.stroke).sum())
        happened["under way"] += int((begun & (now.ready == 0)).sum())
        happened["turned"] += int((moved & (now.phase == ATTACKING)).sum())
        happened["ended"] += int((moved & (now.phase == DONE)).sum())

    monkeypatch.setattr(engine, "decide", both)
    scenario = real.setup("2017-12-31")
    variants = scenario.start.variants.drawn(0, range(200), False).tolist()
    draws = [variants.index(v) for v in range(4)]
    model = WorldBatch(scenario, draws, [0] * 4)
    for _ in range(4):
        model.step()
    assert min(happened.values()) > 0, happened
    assert len(happened) == 6
