"""The range of every number in the tree of settings, as one table.

A key is a dotted path in which `*` stands for a name (faction, objective, ...) or list index. A
`Range` is checked at its three numbers. Whole numbers and fractions alike must be finite.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from sim.config.schema import Range
from sim.errors import LandbridgeError

Bound = tuple[float, float]
MOST_POINTS = 20_000  # of a design: reading their settings takes two minutes
_ABOVE_0 = 5e-324  # the least number above 0: an open lower end

_SET_LATER = re.compile(r"^changes\.\d+\.set\.")

_SHARE = (0.0, 1.0)
_COUNT = (0.0, 1e7)
_DAYS = (_ABOVE_0, 3650.0)

BOUNDS: dict[str, Bound] = {
    "clock.beyond_days": (0, 3653),
    "clock.tick_days": (1.0, 28.0),
    "clock.record_days": (1, 92),
    "theatre.hex_km": (-math.inf, math.inf),  # one of the sizes that are built, see `check`
    "corridor.hold_days": (1, 365),
    "corridor.surfaces.*.paved": _SHARE,
    "ensemble.worlds": (1, 10_000_000),
    "ensemble.seed": (-math.inf, math.inf),
    "ensemble.replications_per_draw": (1, 1000),
    "ensemble.precision": (0.0, 0.5),
    "ensemble.max_worlds": (32, 10_000_000),
    "ensemble.block": (1, 1000),
    "executor.threads": (0, 1024),
    "executor.retries": (0, 100),
    "executor.jobs.count": (1, 10_000),
    "executor.jobs.cores": (1, 1024),
    "design.points": (1, MOST_POINTS),
    "design.seed": (0, math.inf),
    "faction.*.strength": _COUNT,
    "faction.*.quality": (0.1, 5.0),
    "faction.*.intake_per_month": (-1e6, 1e6),
    "faction.*.objectives.*": (0.0, 100.0),
    "faction.*.rationality": (0.0, 100.0),
    "faction.*.campaigns": (0, 4),
    "faction.*.planning_days": _DAYS,
    "faction.*.campaign_days": _DAYS,
    "faction.*.mobility_km_day": (_ABOVE_0, 2000.0),
    "faction.*.muster_km": (0.0, 5000.0),
    "faction.*.countries.*": _SHARE,
    "faction.*.communities.*": _SHARE,
    "faction.*.withdraw": _SHARE,
    "faction.*.airlift": _SHARE,
    "faction.*.red_line.radius_km": (0.0, 300.0),
    "faction.*.red_line.probability": _SHARE,
    "faction.*.red_line.damage": _SHARE,
    "faction.*.alarm.initial": _SHARE,
    "faction.*.alarm.sensitivity": _SHARE,
    "faction.*.alarm.decay": _SHARE,
    "faction.*.alarm.range_km": (1.0, 500.0),
    "faction.*.alarm.scale": (_ABOVE_0, 1e7),
    "faction.*.alarm.incident": _SHARE,
    "faction.*.alarm.threshold": _SHARE,
    "faction.*.alarm.reinforcement": _COUNT,
    "faction.*.alarm.reinforcement_days": _DAYS,
    "faction.*.ally_support.fighters_per_month": _COUNT,
    "faction.*.ally_support.unlock_share": _SHARE,
    "air.*.capacity": (0.0, 1e6),
    "air.*.backs.*": _SHARE,
    "rules.*_per_1000": (0.0, 1000.0),
    "rules.*_km_week": (0.0, 2000.0),
    "rules.tempo_drift": (_ABOVE_0, 100.0),
    "rules.attacker_loss": (0.0, 10.0),
    "rules.defender_loss": (0.0, 10.0),
    "rules.contest_power": (_ABOVE_0, 20.0),
    "rules.*_bonus": (0.0, 100.0),
    "rules.air_weapons": (_ABOVE_0, 1e6),
    "rules.supply_km": (_ABOVE_0, 1e5),
    "rules.cut_off_loss": _SHARE,
    "rules.lapse_per_month": (0.0, 100.0),
    "rules.response": _SHARE,
    "rules.shared_recruits_per_month": _COUNT,
    "rules.shared_recruits.*": _SHARE,
    "rules.tempo": (_ABOVE_0, 100.0),
    "rules.initiative": (_ABOVE_0, 100.0),
    "rules.attrition": (_ABOVE_0, 100.0),
    "rules.recruitment": (_ABOVE_0, 100.0),
    "rules.rationality": (_ABOVE_0, 100.0),
    "rules.alarm": (_ABOVE_0, 100.0),
    "rules.pace_shock": (0.0, 5.0),
    "rules.wars_per_year": (0.0, 365.0),
    "rules.strokes_per_year": (0.0, 365.0),
    "rules.surprise": (0.0, 20.0),
    "rules.stroke_ratio": (0.0, 1000.0),
    "rules.war_days": (_ABOVE_0, 3650.0),
    "rules.*_worth": (0.0, 100.0),
    "rules.line.chance": _SHARE,
    "rules.variants.*.weight": (0.0, 1e6),
    "changes.*.factor": (0.0, 100.0),
    "changes.*.add": _COUNT,
}


@cache
def bound_of(key: str) -> Bound | None:
    """The range of a number's key (a list index counts as a name), None if the table lacks it.

    What a change sets has the range of what it sets.
    """
    parts = _SET_LATER.sub("", key).split(".")
    for pattern, bound in BOUNDS.items():
        names = pattern.split(".")
        if len(names) == len(parts) and all(map(fnmatchcase, parts, names)):
            return bound
    return None


def numbers(config: object, group: str = "") -> list[tuple[str, Range | float | int]]:
    """Every number and `Range` of the settings, or of a `group` of them, with its dotted key."""
    listed: list[tuple[str, Range | float | int]] = []
    _list_numbers(group, config, listed)
    return listed


def _list_numbers(key: str, value: Any, listed: list[tuple[str, Range | float | int]]) -> None:
    kind = type(value)
    if kind is str or kind is bool:
        return
    if kind is float or kind is int or kind is Range:
        listed.append((key, value))
        return
    below: Iterable[tuple[object, Any]] = ()
    if kind is dict:
        below = value.items()
    elif kind is list:
        below = enumerate(value)
    elif dataclasses.is_dataclass(value):
        below = vars(value).items()
    stem = f"{key}." if key else ""
    for name, part in below:
        _list_numbers(f"{stem}{name}", part, listed)


def check_bounds(config: object, group: str = "") -> None:
    """Refuse a number of the settings, or of a `group` of them, that is out of its range.

    Raises:
        LandbridgeError: naming the key, the value and the range.
    """
    for key, value in numbers(config, group):
        bound = bound_of(key) or (-math.inf, math.inf)
        if not isinstance(value, Range):
            _check_number(key, value, bound)
            continue
        for end in ("low", "central", "high"):
            _check_number(f"{key}.{end}", getattr(value, end), bound)
        if not value.low <= value.central <= value.high:
            raise LandbridgeError(
                f"{key}={value.low:g}/{value.central:g}/{value.high:g}: "
                "must be low <= central <= high"
            )


def _check_number(key: str, value: float, bound: Bound) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise LandbridgeError(f"{key}={value}: must be a finite number {in_words(bound)}")
    if not bound[0] <= value <= bound[1]:
        raise LandbridgeError(f"{key}={value}: must be {in_words(bound)}")


def in_words(bound: Bound) -> str:
    """A range as people say it."""
    low, high = (f"{end:.10g}" for end in bound)
    if bound[0] == _ABOVE_0:
        return f"above 0 and at most {high}"
    if math.isinf(bound[1]):
        return "of any size" if math.isinf(bound[0]) else f"at least {low}"
    return f"from {low} to {high}"
