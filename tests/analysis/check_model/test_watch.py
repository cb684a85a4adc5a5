"""The log against what the worlds themselves count, on the project's own theatre."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim.analysis.check_model.plans import ATTACK, HELD
from sim.analysis.check_model.watch import BEFORE, OPEN, Log, Watched
from sim.model.model import WorldBatch
from sim.model.state import ATTACKING, HOSTILE
from tests.support import real

COUNT, UNTIL = 6, "2017-08-13"


@cache
def watched(*overrides: str) -> tuple[Watched, Log]:
    model = Watched(real.setup(UNTIL, *overrides), list(range(COUNT)), [0] * COUNT)
    model.run()
    return model, model.log()


@pytest.fixture(params=[(), ("rules.variant=under_way",)], ids=["plain", "under_way"])
def both(request: pytest.FixtureRequest) -> tuple[Watched, Log]:
    return watched(*request.param)


def test_watching_changes_nothing(both: tuple[Watched, Log]) -> None:
    model, _ = both
    alone = WorldBatch(model.setup, list(range(COUNT)), [0] * COUNT)
    alone.run()
    for name, part in alone.state._asdict().items():
        if name not in ("scratch", "slack", "value"):
            assert np.array_equal(part, getattr(model.state, name)), name


def test_every_capture_and_every_fight_is_logged(both: tuple[Watched, Log]) -> None:
    model, log = both
    taken = np.zeros((COUNT, len(model.setup.factions)), int)
    np.add.at(taken, (log.captures["world"], log.captures["faction"]), 1)
    assert np.array_equal(taken, model.state.side.taken)
    begun = np.zeros(model.state.begun.shape, int)
    np.add.at(begun, tuple(log.fights[name] for name in ("world", "faction", "unit")), 1)
    assert np.array_equal(begun, model.state.begun)
    assert log.fights["fell"].sum() == len(log.captures["day"]) > 20
    still = (log.fights["ended"] == OPEN).sum()
    assert still == (model.state.campaign.phase == ATTACKING).sum()
    assert (log.fights["begun"] == BEFORE).sum() == COUNT * len(model.setup.start.sieges)


def test_holders_follow_from_the_log(both: tuple[Watched, Log]) -> None:
    model, log = both
    holder = np.tile(log.holder, (COUNT, 1))
    captures, changes = log.captures, log.changes
    day = np.concatenate([captures["day"] + 0.5, changes["day"]])  # changes come in the morning
    pairs = zip(("world", "unit", "before", "faction"), ("world", "unit", "before", "after"),
                strict=True)  # fmt: skip
    columns = [np.concatenate([captures[a], changes[b]]) for a, b in pairs]
    for i in np.argsort(day, kind="stable"):
        world, unit, before, after = (int(column[i]) for column in columns)
        assert holder[world, unit] == before
        holder[world, unit] = after
    assert np.array_equal(holder, model.state.holder)


def test_losses_are_those_of_the_worlds(both: tuple[Watched, Log]) -> None:
    model, log = both
    assert np.array_equal(log.lost[-1], model.state.side.lost)
    assert len(log.lost) == 11
    assert np.array_equal(log.fallen + log.hungered, model.state.side.lost)
    assert min(log.fallen.min(), log.hungered.min()) == 0
    assert log.hungered.sum() > 0
    f = {name: i for i, name in enumerate(model.setup.factions)}
    shut_in = model.setup.unit_ids.index("deir_ezzor_airbase")  # since 2014
    assert log.stranded[f["regime"], shut_in] > 1000.0
    assert log.stranded[f["jordan"]].sum() == 0.0


def test_campaigns_that_begin_are_plans_that_came_to_something(both: tuple[Watched, Log]) -> None:
    model, log = both
    begun = int(log.plans[..., [ATTACK, HELD]].sum())
    sieges = COUNT * len(model.setup.start.sieges)
    assert model._campaigns == begun + sieges
    assert set(log.captures["campaign"]) <= set(range(begun + sieges))


def test_a_wait_is_open_while_an_enemy_holds_the_hex(both: tuple[Watched, Log]) -> None:
    model, log = both
    waits, state, hexes = log.waits, model.state, model.setup.hexes
    now = set()
    for world in range(COUNT):
        for place in range(hexes, len(model.setup.unit_ids)):
            inside = state.holder[world, place]
            outside = state.holder[world, model.setup.geo.unit[place].hex_of]
            stance = state.pair.stance[world]
            if min(inside, outside) >= 0 and inside != outside:
                if HOSTILE in (stance[inside, outside], stance[outside, inside]):
                    now.add((world, place))
    left = waits["ended"] == OPEN
    assert set(zip(waits["world"][left], waits["place"][left], strict=True)) == now
    over = ~left
    assert (waits["ended"][over] >= waits["begun"][over]).all()
    assert waits["fell"].sum() > 0
