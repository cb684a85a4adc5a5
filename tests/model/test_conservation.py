"""What must hold on every tick of every world: fighters, holders, alarms and campaigns."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.model.model import WorldBatch
from sim.model.simulate import prepare
from sim.model.state import ATTACKING, FREE, NEUTRAL, SLOTS, Records
from tests.support import real
from tests.support import small_map as small
from tests.support.folders import SEEDS
from tests.support.play import worlds

UNTIL, COUNT = "2017-09-02", 24  # 90 days


def fighters(model: WorldBatch) -> NDArray[np.int64]:
    """(B, F) all fighters of a faction, wherever they are."""
    state = model.state
    standing = state.force.sum(axis=2, dtype=np.int64)
    return standing + state.campaign.army.sum(axis=2) + state.side.reserve


def received(model: WorldBatch) -> NDArray[np.int64]:
    """(B, F) fighters passed on by an ally."""
    total = np.zeros(model.state.side.shape, np.int64)
    for f, partner in enumerate(model.setup.rules.faction.partner):
        if partner >= 0:
            total[:, partner] += model.state.side.given[:, f]
    return total


def finite(table: Records) -> None:
    for name in table.dtype.names or ():
        if table.dtype[name] == np.float64:
            assert np.isfinite(table[name]).all(), name


class Watch:
    """Checks a batch each time it is called."""

    def __init__(self) -> None:
        self.start: NDArray[np.int64] | None = None
        self.neutral: NDArray[np.bool_] | None = None
        self.looks = 0

    def __call__(self, model: WorldBatch) -> None:
        self.looks += 1
        self.forces(model)
        self.ground(model)
        self.campaigns(model)
        state = model.state
        for table in (state.campaign, state.pair, state.side):
            finite(table)
        for array in (state.inputs, state.capacity, state.value):
            assert np.isfinite(array).all()
        assert (state.pair.alarm >= 0.0).all()
        assert (state.pair.alarm <= 1.0).all()
        assert (state.pair.perceived >= 0.0).all()
        assert (state.pair.perceived <= 1.0).all()

    def forces(self, model: WorldBatch) -> None:
        """start + joined + received - given - lost = now, and never below zero."""
        side = model.state.side
        now = fighters(model)
        if self.start is None:
            self.start = now
        flow = side.joined + received(model) - side.given - side.lost
        np.testing.assert_array_equal(self.start + flow, now)
        assert (model.state.force >= 0).all()
        assert (model.state.campaign.army >= 0).all()
        assert (side.reserve >= 0).all()
        for name in ("lost", "given", "surged", "taken", "crossings", "strikes"):
            assert (side[name] >= 0).all(), name

    def ground(self, model: WorldBatch) -> None:
        """Held by a faction, nobody or neutrals; neutral ground stays so."""
        holder = model.state.holder
        assert holder.min() >= NEUTRAL
        assert holder.max() < len(model.setup.factions)
        neutral = holder == NEUTRAL
        if self.neutral is None:
            self.neutral = neutral
        np.testing.assert_array_equal(neutral, self.neutral)

    def campaigns(self, model: WorldBatch) -> None:
        """Units on the map, phases that exist, no army in a free slot, fights over real ground."""
        c = model.state.campaign
        units = model.state.holder.shape[1]
        for name in ("at", "target"):
            assert (c[name] >= 0).all(), name
            assert (c[name] < units).all(), name
        assert c.shape[2] == SLOTS
        assert np.isin(c.phase, [0, 1, 2, 3]).all()
        assert (c.army[c.phase == FREE] == 0).all()
        assert (c.army[c.phase != FREE] <= c.raised[c.phase != FREE]).all()
        assert (c.progress >= 0.0).all()
        assert model.setup.geo.unit.playable[c.target[c.phase == ATTACKING]].all()


@pytest.mark.parametrize("tick", [7.0, 1.0])
def test_nothing_is_lost_or_made_up(tick: float) -> None:
    """On every tick of 24 worlds of the small theatre."""
    watch = Watch()
    real.stepped(real.setup(UNTIL, f"clock.tick_days={tick}"), COUNT, watch)
    assert watch.looks == 1 + -(-90 // int(tick))
    assert watch.start is not None
    assert watch.start.min() > 0


def test_a_violent_war_is_conserved_too() -> None:
    """All at war with all, strikes that destroy, desertion instead of recruits."""
    names = list(real.settings(UNTIL).faction)
    overrides = [f"faction.{n}.intake_per_month.{k}=-300" for n in names
                 for k in ("low", "central", "high")]  # fmt: skip
    overrides += [f"faction.{n}.objectives.avoid_escalation=0" for n in names]
    line = {"probability": 1, "damage": 1, "radius_km": 150}
    overrides += [f"faction.tanf.red_line.{key}={value}" for key, value in line.items()]
    config = real.settings(UNTIL, *overrides)
    for name in names:
        for relation in config.faction[name].relations.values():
            relation.stance = relation.worst = type(relation.stance).hostile
    watch = Watch()
    model = real.stepped(prepare(config, SEEDS), 8, watch)
    assert (model.state.side.lost.sum(axis=1) > 10_000).all()
    assert model.state.side.strikes.sum() > 0


def test_a_faction_without_depots_keeps_its_recruits_in_reserve() -> None:
    """They are counted, and nobody is placed on ground that is not its own."""
    sides = {"a": small.side(intake_per_month=small.fixed(300.0), depots=["p"]), "b": small.side()}
    setup = small.toy("Ia Ib", sides, {"p": small.Place(1, 0, "b")}, days=28)
    model = worlds(setup)
    model.run()
    side = model.state.side[0]
    assert int(side[0].reserve) == int(side[0].joined) == 280
    assert model.state.force.sum() == 0
