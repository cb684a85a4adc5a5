"""Variants of the rules: structural choices that go together, drawn for each world by weight.

A variant is like an uncertain input, except that nobody can say by how much one differs from
another: what is uncertain is which of some rules is nearest to the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.config.schema import Config
from sim.errors import bad_value
from sim.model.inputs import CHOICES
from sim.model.state import Floats, Longs
from sim.rng import INPUT, key32, uniform, world_key

AUTO = "auto"


class Variants(NamedTuple):
    """The V variants of a scenario, and the chance of each."""

    names: tuple[str, ...]
    chance: Floats  # (V,) sums to 1
    choices: Floats  # (V, CHOICES) 1 where a choice is made

    def drawn(self, seed: int, draws: Sequence[int], central: bool) -> Longs:
        """(draws,) the variant of each draw of the inputs; the likeliest if `central`.

        The first up to which the chances sum to more than u, u as in `inputs.sample`, of the
        name `variant`.
        """
        if central:
            return np.full(len(draws), self.chance.argmax(), np.int64)
        key, nowhere = key32("variant"), np.uint64(0)
        u = [uniform(world_key(seed, draw), INPUT, 0, nowhere, key, 0) for draw in draws]
        numbers = np.searchsorted(self.chance.cumsum(), u, side="right")
        return np.minimum(numbers, len(self.names) - 1).astype(np.int64)


def variants(config: Config) -> Variants:
    """The variants that the settings allow: all with a weight, or the one that is named.

    Raises:
        LandbridgeError: no such variant or choice, or no variant with a weight.
    """
    known, asked = config.rules.variants, config.rules.variant
    if asked != AUTO and asked not in known:
        raise bad_value("rules.variant", asked, "no such variant of the rules", [AUTO, *known])
    used = {
        name: variant
        for name, variant in known.items()
        if (variant.weight > 0.0 if asked == AUTO else name == asked)
    }
    if not used:
        raise bad_value("rules.variants", "weights", "at least one must be above 0")
    table = np.zeros((len(used), len(CHOICES)))
    for row, (name, variant) in zip(table, used.items(), strict=True):
        for choice in variant.choices:
            if choice not in CHOICES:
                key = f"rules.variants.{name}.choices"
                raise bad_value(key, choice, "no such choice", CHOICES)
            row[CHOICES.index(choice)] = 1.0
    weight = (
        np.array([variant.weight for variant in used.values()]) if asked == AUTO else np.ones(1)
    )
    return Variants(tuple(used), weight / weight.sum(), table)
