"""Numbers with as many digits as their intervals need, and never as nan, inf or -0."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.analysis.stats.intervals import Interval

_MOST = 9  # decimals


def places(low: float | None, high: float | None, least: int) -> int:
    """Decimals, `least` or more, at which the width of an interval has two digits."""
    width = (high or 0.0) - (low or 0.0)
    if not math.isfinite(width) or width <= 0.0:
        return least
    return min(_MOST, max(least, 1 - math.floor(math.log10(width))))


def number(value: float | None, decimals: int, sign: str = "") -> str:
    """A value with so many decimals; `sign` is + where gains have one."""
    if value is None or math.isnan(value):
        return "not known"
    if math.isinf(value):
        return "unbounded"
    return f"{value:{sign}z.{decimals}f}"


def ranged(interval: Interval, least: int = 3, sign: str = "") -> str:
    """`0.034  [0.021, 0.052]`: an estimate with its interval."""
    return _ranged(interval.estimate, interval.low, interval.high, least, sign)


def ranged_of(interval: Mapping[str, Any], of: str = "", value: str = "estimate") -> str:
    """The same of an entry of a summary, whose ends have names that begin with `of`."""
    return _ranged(interval[value], interval[f"{of}low"], interval[f"{of}high"])


def _ranged(
    value: float | None, low: float | None, high: float | None, least: int = 3, sign: str = ""
) -> str:
    decimals = places(low, high, least)
    ends = (number(end, decimals, sign) for end in (low, high))
    return f"{number(value, decimals, sign)}  [{', '.join(ends)}]"


def bracketed(interval: Mapping[str, Any], form: str, scale: float = 1.0) -> str:
    """`0.34 [0.21, 0.52]`: an entry of a summary in a given form; a dash for what is not known."""
    parts = (interval[name] for name in ("estimate", "low", "high"))
    middle, low, high = ("-" if part is None else format(scale * part, form) for part in parts)
    return f"{middle} [{low}, {high}]"


def chance(p: float) -> str:
    """A p value."""
    return "<1e-12" if p < 1e-12 else f"{p:.2g}"
