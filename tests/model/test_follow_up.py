"""What comes after the horizon settles whether a corridor formed, and changes nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.model.model import Worlds
from sim.model.outcomes import outcomes
from sim.model.simulate import Setup, simulate
from sim.model.state import WAYS
from tests.model import digest
from tests.reference.world import World

DRAWS, HOLD = range(48), 6
SETTLED = ("formed", "first_date", "crossing", "route", "capacity")


def war(days: int) -> Setup:
    """A war with open and shut corridors, whose tick ends on every day that is asked for."""
    setup = digest.war()
    rules = setup.rules._replace(hold_days=HOLD)
    return replace(setup, rules=rules, days=days, record_days=(0, days), tick_days=1.0)


@pytest.mark.parametrize("days", [7, 10, 14])
def test_it_is_what_a_longer_run_says_of_the_days_before(days: int) -> None:
    short = simulate(war(days), DRAWS, [0] * len(DRAWS)).worlds
    longer = simulate(war(days + HOLD), DRAWS, [0] * len(DRAWS)).worlds
    changed = 0
    for way in WAYS:
        first = longer[f"first_date_{way}"]
        began = np.where(first < days, first, -1)
        assert short[f"first_date_{way}"].tolist() == began.tolist()
        assert short[f"formed_{way}"].tolist() == (began >= 0).tolist()
        changed += int((began > days - HOLD).sum())
    assert changed > 0, "none was settled after the horizon"


def test_all_else_is_as_at_the_horizon() -> None:
    model = Worlds(war(10), DRAWS, [0] * len(DRAWS))
    model.run()
    before = outcomes(model)
    cells, day = before.cells.copy(), model.day
    model.follow_up()
    after = outcomes(model)
    assert model.day == day
    assert (after.cells == cells).all()
    for name, values in before.worlds.items():
        if not name.startswith(SETTLED):
            assert values.tolist() == after.worlds[name].tolist(), name


def test_the_reference_settles_it_alike() -> None:
    setup = war(10)
    found = simulate(setup, DRAWS, [0] * len(DRAWS)).worlds
    for draw in DRAWS:
        world = World(setup, draw, 0)
        while world.running:
            world.step()
        world.follow_up()
        for way, corridor in world.corridors.items():
            assert found[f"formed_{way}"][draw] == corridor.has_formed
            assert found[f"opened_{way}"][draw] == (corridor.opened < setup.days)
