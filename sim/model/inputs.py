"""The uncertain inputs: which they are, and their values in each world.

Each is a `Range` (low, central, high) in the settings and is sampled from the triangular
distribution with that mode, by inversion of one uniform number whose key is the draw and the
input's own name: adding an input changes no other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.rng import INPUT, key32, uniform, world_key

RULES = (
    "open_km_week",
    "prepared_km_week",
    "urban_km_week",
    "tempo_drift",
    "attacker_loss",
    "defender_loss",
    "contest_power",
    "defence_bonus",
    "urban_bonus",
    "air_bonus",
    "air_weapons",
    "supply_km",
    "cut_off_loss",
    "lapse_per_month",
    "restive_per_1000",
    "peaceful_per_1000",
    "shared_recruits_per_month",
    "tempo",
    "initiative",
    "attrition",
    "recruitment",
    "rationality",
    "alarm",
    "pace_shock",
    "wars_per_year",
    "strokes_per_year",
    "surprise",
    "stroke_ratio",
    "war_days",
    "town_worth",
    "pocket_worth",
    "under_way_worth",
)
(
    OPEN,
    PREPARED,
    URBAN,
    DRIFT,
    ATTACKER_LOSS,
    DEFENDER_LOSS,
    POWER,
    DEFENCE,
    URBAN_DEFENCE,
    AIR_BONUS,
    AIR_WEAPONS,
    SUPPLY_KM,
    CUT_OFF,
    LAPSE,
    RESTIVE,
    PEACEFUL,
    RECRUITS,
    TEMPO,
    INITIATIVE,
    ATTRITION,
    RECRUITMENT,
    RATIONALITY,
    ALARM,
    PACE_SHOCK,
    WARS,
    STROKES,
    SURPRISE,
    STROKE_RATIO,
    WAR_DAYS,
    TOWN_WORTH,
    POCKET_WORTH,
    UNDER_WAY_WORTH,
) = range(len(RULES))

# Structural choices that believable people make differently: on or off in each world, by its
# variant (`rules.variants`). They follow the uncertain inputs in the table of a world.
CHOICES = (
    "next_best", "thinning", "towns", "under_way", "lines", "shocks", "strokes", "periods", "joint",
)  # fmt: skip
NEXT_BEST, THINNING, TOWNS, UNDER_WAY, LINES, SHOCKS, STROKING, PERIODS, JOINT = range(
    len(RULES), len(RULES) + len(CHOICES)
)

# Keys that an input had under an earlier name and keeps, so that worlds stay what they were.
_KEYS = {"rules.shared_recruits_per_month": np.uint64(0xF531E4BC)}


class Uncertain(NamedTuple):
    """One uncertain input by name, with low <= central <= high."""

    name: str
    low: float
    central: float
    high: float


def triangular(u: float, low: float, central: float, high: float) -> float:
    """The quantile `u` of the triangular distribution on [low, high] with mode `central`."""
    if high <= low:
        return central
    split = (central - low) / (high - low)
    if u < split:
        return low + math.sqrt(u * (high - low) * (central - low))
    return high - math.sqrt((1.0 - u) * (high - low) * (high - central))


class Joint(NamedTuple):
    """Values of some inputs that go together: a sample of their joint distribution.

    A draw takes one row at random; with `each`, draw d takes row d // each.
    """

    names: tuple[str, ...]
    values: NDArray[np.float64]  # (rows, names)
    each: int = 0

    def row(self, seed: int, draw: int) -> int:
        """The row that a draw takes: int(u * rows), u as in `sample`, of the name `posterior`."""
        if self.each:
            return draw // self.each
        u = uniform(world_key(seed, draw), INPUT, 0, np.uint64(0), key32("posterior"), 0)
        return int(u * len(self.values))


def sample(
    inputs: Sequence[Uncertain],
    seed: int,
    draws: Sequence[int],
    central: bool,
    joints: Sequence[Joint | None] = (None,),
    which: Sequence[int] | None = None,
) -> NDArray[np.float64]:
    """(draws, inputs) values; all at their central value if `central`.

    Else `triangular` of u, u uniform (INPUT, 0, 0, key32 of the input's name, 0) of the draw's key;
    but `rules.shared_recruits_per_month` has the key 0xF531E4BC.

    What is in the joint sample of a draw, number `which` of `joints` (the first if that is None),
    comes from there.
    """
    values = np.empty((len(draws), len(inputs)))
    keys = [_KEYS.get(item.name, key32(item.name)) for item in inputs]
    nowhere = np.uint64(0)
    for row, draw in enumerate(draws):
        world = world_key(seed, draw)
        for column, item in enumerate(inputs):
            if central:
                values[row, column] = item.central
            else:
                u = uniform(world, INPUT, 0, nowhere, keys[column], 0)
                values[row, column] = triangular(u, item.low, item.central, item.high)
    at = {item.name: column for column, item in enumerate(inputs)}
    columns = [None if joint is None else [at[name] for name in joint.names] for joint in joints]
    for row, draw in enumerate(draws):
        number = 0 if which is None else which[row]
        joint = joints[number]
        if joint is not None:
            values[row, columns[number]] = joint.values[joint.row(seed, draw)]
    return values
