"""What a faction wants more of it gets no less of: metamorphic laws over the default theatre.

Worlds meet the same random numbers under every weight, so differences are taken world by world; a
law is broken when the mean difference goes the wrong way beyond chance.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.model.kernels.detour import corridor_slack, mark_usable
from sim.model.kernels.march import attackable
from sim.model.model import WorldBatch
from sim.model.outcomes import outcomes
from sim.model.setup import Setup
from sim.model.simulate import prepare
from sim.model.state import DETOUR_KM, one
from tests.support import real
from tests.support.folders import SEEDS

WORLDS = 64
SCENARIOS = ("baseline", "tanf_withdrawal", "jordan_forward", "krg_cooperates")
Measure = Callable[[WorldBatch], NDArray[np.float64]]


def weighted(
    until: str, scenario: str, factions: tuple[str, ...], objective: str, factor: float
) -> Setup:
    """The scenario with an objective weighted anew by some factions."""
    plain = real.settings(until, f"scenario={scenario}")
    weights = {f: plain.faction[f].objectives.get(objective, 0.0) or 1.0 for f in factions}
    changed = [f"faction.{f}.objectives.{objective}={factor * w}" for f, w in weights.items()]
    return prepare(real.settings(until, f"scenario={scenario}", *changed), SEEDS)


def played(setup: Setup) -> WorldBatch:
    model = WorldBatch(setup, range(WORLDS), [0] * WORLDS)
    model.run()
    model.follow_up()
    return model


def formed(model: WorldBatch) -> NDArray[np.float64]:
    return outcomes(model).worlds["formed_territory"].astype(float)


def sooner(model: WorldBatch) -> NDArray[np.float64]:
    """Days without a corridor over any ground, to the horizon at most; less is sooner."""
    first = model.state.corridor[:, 1].formed
    return -np.minimum(first, model.setup.days).astype(float)


def held(*factions: str) -> Measure:
    def count(model: WorldBatch) -> NDArray[np.float64]:
        members = [model.setup.factions.index(name) for name in factions]
        return np.isin(model.state.holder, members).sum(axis=1).astype(float)

    return count


def column(name: str) -> Measure:
    return lambda model: outcomes(model).worlds[name].astype(float)


def check(
    until: str, scenario: str, factions: tuple[str, ...], objective: str, measure: Measure
) -> None:
    """More weight never lowers the measure beyond chance (a one-sided paired test at 0.1%)."""
    setups = [weighted(until, scenario, factions, objective, w) for w in (0.0, 1.0, 4.0)]
    values = [measure(played(setup)) for setup in setups]
    for less, more in pairwise(values):
        gap = more - less
        error = float(gap.std(ddof=1)) / math.sqrt(WORLDS)
        assert gap.mean() >= -3.1 * error, (objective, [one.mean() for one in values])


def plain(kernel: Any) -> Any:
    """A kernel as the Python that it is made of."""
    return getattr(kernel, "py_func", kernel)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nobody_plans_a_corridor_over_ground_that_cannot_be_had(scenario: str) -> None:
    """Every unit near the planned corridor is passable to it or may be attacked by a member."""
    setup = prepare(real.settings("2017-07-16", f"scenario={scenario}"), SEEDS)
    model = WorldBatch(setup, range(4), [0] * 4)
    members = np.flatnonzero(setup.rules.faction.coalition)
    for _ in range(6):
        corridor_slack(model.state, *setup.fixed)
        for w in range(4):
            world = plain(one)(model.state, w)
            plain(mark_usable)(world, setup.rules)
            for unit in np.flatnonzero(model.state.slack[w, : setup.hexes] < DETOUR_KM):
                usable = world.scratch.open_to[world.holder[unit]]
                takeable = any(plain(attackable)(world, setup.rules, f, unit) for f in members)
                assert usable or takeable, setup.unit_ids[unit]
        model.step()


@pytest.mark.parametrize("scenario", SCENARIOS[:2])
def test_who_wants_a_corridor_more_has_it_no_later(scenario: str) -> None:
    check("2017-09-30", scenario, ("regime", "pmf"), "corridor", sooner)


LAWS: list[tuple[tuple[str, ...], str, Measure]] = [
    (("regime", "pmf"), "corridor", formed),
    (("tanf", "sdf"), "deny_corridor", lambda model: -formed(model)),
    (("regime", "isf", "sdf"), "defeat", lambda model: -held("isis")(model)),
    (("sdf",), "territory", held("sdf")),
    (("regime",), "avoid_losses", lambda model: -column("lost_regime")(model)),
    (("regime",), "avoid_escalation", lambda model: -column("red_line_crossings_tanf")(model)),
]


NO_LINE = ("avoid_escalation", "tanf_withdrawal")  # nothing to avoid: nobody is left to answer
# Many small prizes spread the few armies of the SDF: it holds 54.7 units on average where it wants
# open country, 56.2 where it wants none.
BROKEN = ("territory", "baseline")


def cases() -> list[Any]:
    """Every law in every scenario to which it applies."""
    found = []
    for law in LAWS:
        for scenario in SCENARIOS:
            key = (law[1], scenario)
            marks = (
                [pytest.mark.xfail(reason="docs/model.md", strict=True)] if key == BROKEN else []
            )
            if key != NO_LINE:
                found.append(pytest.param(scenario, *law, id=f"{law[1]}-{scenario}", marks=marks))
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("scenario", "factions", "objective", "measure"), cases())
def test_objectives_keep_their_promise(
    scenario: str, factions: tuple[str, ...], objective: str, measure: Measure
) -> None:
    check("2017-12-31", scenario, factions, objective, measure)
