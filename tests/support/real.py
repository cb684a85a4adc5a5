"""The project's own theatre with hexes of 40 km, prepared once for each set of overrides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from sim.config.compose import compose, typed
from sim.config.schema import Config
from sim.model.model import WorldBatch
from sim.model.outcomes import Outcomes
from sim.model.setup import Setup
from sim.model.simulate import prepare, simulate
from tests.support.folders import SEEDS

HEXES = "theatre.hex_km=40"


def settings(until: str, *overrides: str) -> Config:
    """Typed settings of the small theatre to a horizon."""
    return typed(compose([HEXES, f"clock.until={until}", *overrides]))


@cache
def setup(until: str, *overrides: str) -> Setup:
    """The prepared scenario; not to be changed."""
    return prepare(settings(until, *overrides), SEEDS)


@cache
def sample(count: int, until: str, *overrides: str) -> Outcomes:
    """Outcomes of the worlds 0 to `count` - 1, one chance each."""
    return simulate(setup(until, *overrides), list(range(count)), [0] * count)


def same(a: Outcomes, b: Outcomes, names: Sequence[str] | None = None) -> list[str]:
    """The columns (of `names`, or all) in which two results differ."""
    columns = list(a.worlds) if names is None else list(names)
    return [name for name in columns if not np.array_equal(a.worlds[name], b.worlds[name])]


def stepped(scenario: Setup, count: int, each: Callable[[WorldBatch], Any]) -> WorldBatch:
    """Worlds that are stepped to the horizon, with a look at them before and after every tick."""
    model = WorldBatch(scenario, list(range(count)), [0] * count)
    each(model)
    while model.day < scenario.days:
        model.step()
        each(model)
    return model


AUTUMN, COUNT = "2017-10-02", 80  # 120 days


def autumn(*overrides: str) -> Outcomes:
    """The same worlds to the autumn under other settings."""
    return sample(COUNT, AUTUMN, *overrides)


def mean(name: str, *overrides: str) -> float:
    """Mean of a column over those worlds."""
    return float(autumn(*overrides).worlds[name].mean())
