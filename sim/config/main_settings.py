"""The settings to move first: objectives about the corridor, red lines, strengths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.config.schema import Config

OBJECTIVES = ("corridor", "deny_corridor")


@dataclass(frozen=True)
class Lever:
    """A key, and the range in which it is moved."""

    key: str
    low: float
    high: float
    value: float
    is_range: bool = False  # an uncertain input: low, central and high are its own
    log: bool = False


def levers(config: Config) -> Iterator[Lever]:
    """Objectives for and against the corridor, red lines, strengths of the factions."""
    for name, faction in config.faction.items():
        for objective in OBJECTIVES:
            weight = faction.objectives.get(objective, 0.0)
            if weight > 0.0:
                key = f"faction.{name}.objectives.{objective}"
                yield Lever(key, weight / 2.0, min(100.0, weight * 2.0), weight, log=True)
        if faction.red_line.place:
            key = f"faction.{name}.red_line.probability"
            yield Lever(key, 0.0, 1.0, faction.red_line.probability)
    for name, faction in config.faction.items():
        strength = faction.strength
        if strength.high > strength.low:
            yield Lever(
                f"faction.{name}.strength",
                strength.low,
                strength.high,
                strength.central,
                is_range=True,
            )
