"""What comes after the horizon settles whether a corridor formed, and changes nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.definitions import WAYS
from sim.model.model import WorldBatch
from sim.model.outcomes import outcomes
from sim.model.setup import Setup
from sim.model.simulate import simulate
from sim.model.state import NEVER
from tests.oracle.world import World
from tests.support import digest

DRAWS, HOLD = range(48), 6
SETTLED = ("formed", "first_date", "crossing", "route", "road_capacity_index")


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
    model = WorldBatch(war(10), DRAWS, [0] * len(DRAWS))
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


@pytest.mark.parametrize(("beyond", "tick"), [(1, 3.5), (9, 7.0), (16, 1.0)])
def test_worlds_run_on_and_the_horizon_stays_as_it_was(beyond: int, tick: float) -> None:
    """Dates of later corridors are those of a longer run; no other column changes at all."""
    setup = replace(war(10), tick_days=tick)
    plain = simulate(setup, DRAWS, [0] * len(DRAWS)).worlds
    further = simulate(replace(setup, beyond=beyond), DRAWS, [0] * len(DRAWS)).worlds
    for name, values in plain.items():
        if not name.startswith("first_date_beyond"):
            assert values.tolist() == further[name].tolist(), name
    later = 0
    for way in WAYS:
        first, after = (further[f"first_date_{one}{way}"] for one in ("", "beyond_"))
        assert (plain[f"first_date_beyond_{way}"] == -1).all()
        assert not ((first >= 0) & (after >= 0)).any()
        assert set(after.tolist()) <= {-1, *range(10, 10 + beyond)}
        later += int((after >= 0).sum())
        if tick == 1.0:  # ticks are cut at the horizon: a longer run has others
            longer = replace(setup, days=10 + beyond, record_days=(0, 10 + beyond))
            known = simulate(longer, DRAWS, [0] * len(DRAWS)).worlds[f"first_date_{way}"]
            assert np.where(after >= 0, after, first).tolist() == known.tolist()
    assert later > 0 or beyond == 1, "none formed after the horizon"


@pytest.mark.parametrize(("beyond", "tick"), [(0, 1.0), (9, 1.0), (5, 3.5), (12, 7.0)])
def test_the_reference_settles_it_alike(beyond: int, tick: float) -> None:
    setup = replace(war(10), beyond=beyond, tick_days=tick)
    found = simulate(setup, DRAWS, [0] * len(DRAWS)).worlds
    for draw in DRAWS:
        world = World(setup, draw, 0)
        while world.running:
            world.step()
        world.follow_up()
        for way, corridor in world.corridors.items():
            first, formed = corridor.formed, corridor.formed < setup.days
            assert found[f"formed_{way}"][draw] == formed
            assert found[f"first_date_{way}"][draw] == (first if formed else -1)
            late = first if setup.days <= first < NEVER else -1
            assert found[f"first_date_beyond_{way}"][draw] == late
            assert found[f"opened_{way}"][draw] == (corridor.opened < setup.days)
