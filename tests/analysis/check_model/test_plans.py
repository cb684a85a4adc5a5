"""Why a plan came to nothing: a row of hexes, one side that plans, and one reason at a time."""

from __future__ import annotations

import pytest

from sim.analysis.check_model.plans import REASONS, outcome
from sim.analysis.check_model.watch import Watched
from sim.config.schema import FactionConfig
from sim.model.kernels.decide import choose_start
from tests.support.play import VIEWS
from tests.support.small_map import fixed, side, toy

ROW = "Sa Sa Sb Sb"
EAGER = {"depots": ["h0_0"], "objectives": {"territory": 5.0}, "rationality": 50.0,
         "planning_days": 0.001, "campaigns": 1}  # fmt: skip


def planned(defenders: int, army: int, at: str, stance: str = "hostile", **changed: object) -> str:
    """What came of the first plan of `a`, whose garrison stands on the border (h0_1) or behind."""
    a: FactionConfig = side({"b": stance}, **(EAGER | changed))
    sides = {"a": a, "b": side({"a": "hostile"}, planning_days=1e9)}
    setup = toy(ROW, sides, forces=[("a", at, army), ("b", "h0_2", defenders)], days=7)
    model = Watched(setup, [0], [0])
    seen: list[str] = []
    plain = model.resolve

    def resolve() -> None:
        if model.day == 0:
            seen.append(REASONS[outcome(model.state, setup, 0, 0, 0, 0)])
        plain()

    model.resolve = resolve
    model.step()
    assert model.log().plans[0, 0, REASONS.index(seen[0])] >= 1
    return seen[0]


@pytest.mark.parametrize(
    ("reason", "defenders", "army", "at", "changed"),
    [
        ("attack begun", 10, 3000, "h0_1", {}),
        ("waits", 10, 3000, "h0_1", {"objectives": {}}),
        ("hold begun", 2000, 3000, "h0_0", {"stance": "avoid"}),
        ("waits", 90, 3000, "h0_0", {"stance": "avoid"}),
        ("all committed", 10, 3000, "h0_1", {"strength": fixed(50.0)}),
        ("nobody to muster", 0, 90, "h0_0", {}),
        ("odds too poor", 5900, 6000, "h0_1", {"strength": fixed(100_000.0)}),
    ],
)
def test_reasons(
    reason: str, defenders: int, army: int, at: str, changed: dict[str, object]
) -> None:
    assert planned(defenders, army, at, **changed) == reason


def test_the_second_look_chooses_as_the_first() -> None:
    """Where an attack was begun, the model's choice and its target are one."""
    setup = toy(ROW, {"a": side({"b": "hostile"}, **EAGER), "b": side({"a": "hostile"})},
                forces=[("a", "h0_1", 3000)], days=7)  # fmt: skip
    model = Watched(setup, [0], [0])
    plain, chosen = model.agents.do, []

    def do(what: str) -> object:
        if what == "decide" and model.day == 0:
            world = VIEWS(model.state, 0)
            refused = world.scratch.refused
            chosen.append(choose_start(world, *setup.fixed, 0, 0, 0, refused, 0))
        return plain(what)

    model.agents.do = do
    model.step()
    assert chosen == [model.log().fights["unit"][0]]
