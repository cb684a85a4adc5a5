"""Worlds of a hand-drawn map, and armies put on it by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.model.model import WorldBatch
from sim.model.setup import Setup
from sim.model.state import ATTACKING, NEVER, one

VIEWS = getattr(one, "py_func", one)  # what a compiled kernel returns is no view for Python


def worlds(setup: Setup, count: int = 1) -> WorldBatch:
    """Worlds 0, 1, ... of a scenario at the origin."""
    return WorldBatch(setup, list(range(count)), [0] * count)


def unit(setup: Setup, name: str) -> int:
    """The index of a unit by its id, such as `h0_3` or a place's."""
    return setup.unit_ids.index(name)


def march(
    model: WorldBatch, faction: str, at: str, target: str, army: int, slot: int = 0, **fields: Any
) -> Any:
    """Put an army of a faction at a unit, attacking another, in every world."""
    setup = model.setup
    c = model.state.campaign[:, setup.factions.index(faction), slot]
    c.phase, c.at, c.target = ATTACKING, unit(setup, at), unit(setup, target)
    c.army, c.raised, c.until = army, army, NEVER
    for name, value in fields.items():
        c[name] = value
    return c


def each(kernel: Callable[..., Any], model: WorldBatch, *args: Any) -> None:
    """Call a kernel that takes one world for every world of a batch."""
    for w in range(len(model.state.key)):
        kernel(VIEWS(model.state, w), *model.setup.fixed, *args)


def seen(model: WorldBatch) -> WorldBatch:
    """The worlds, each faction having looked around."""
    model.agents.do("observe")
    return model


def through(setup: Setup, name: str) -> float:
    """Progress that is enough to take a unit."""
    return float(setup.geo.unit[unit(setup, name)].depth_km)
