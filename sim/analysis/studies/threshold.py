"""At which value of a setting P(corridor) crosses a target.

All values are tried under common random numbers, so that the response is smooth and its slope sure,
first over the whole range, then where the crossing can still be. The response is taken as monotone:
its estimate is the isotonic regression of the shares (Barlow, Bartholomew, Bremner and Brunk 1972),
joined by straight lines, which crosses the target once. The interval of the crossing inverts those
of P at each value: a value is in it unless P there is surely above or below the target. So its
level is that of an interval of P at the true crossing, and where P is flat it is as wide as it must
be. A response that surely turns round is reported as such.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import isotonic_regression

from sim.analysis.stats.intervals import Interval, holm, paired_flags, share
from sim.arrays import Flags, Floats
from sim.errors import LandbridgeError

Ask = Callable[[float], Flags]  # the value of the setting -> (W,) has a corridor, by world


@dataclass(frozen=True)
class Crossing:
    """Where P crosses the target; `low` and `high` may be the ends of the range."""

    status: str  # crosses, never (surely above or below throughout), unclear
    interval: Interval  # of the value; the estimate is nan if the response does not cross
    rises: bool  # whether P rises with the setting
    open_low: bool  # whether the crossing may lie below the range
    open_high: bool
    turns: float  # p that the response is monotone, corrected for the number of steps


@dataclass(frozen=True)
class Response:
    """What was asked and answered, by value of the setting in order."""

    values: tuple[float, ...]
    p: tuple[Interval, ...]
    fitted: tuple[float, ...]  # isotonic
    crossing: Crossing
    target: float

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        crossing = self.crossing
        rows = zip(self.values, self.p, self.fitted, strict=True)
        return {
            "target": self.target,
            "status": crossing.status,
            "crossing": crossing.interval.as_dict(),
            "open_low": crossing.open_low,
            "open_high": crossing.open_high,
            "rises": crossing.rises,
            "p_monotone": crossing.turns,
            "points": [{"value": v, **p.as_dict(), "fitted": fit} for v, p, fit in rows],
        }


def solve(
    ask: Ask,
    low: float,
    high: float,
    target: float,
    *,
    points: int = 7,
    rounds: int = 2,
    whole: bool = False,
    per_draw: int = 1,
    level: float = 0.95,
) -> Response:
    """Find the crossing between two values of a setting.

    `ask` runs the worlds at a value; `points` values are tried in each of `rounds`; `whole` for a
    setting that takes whole numbers only.
    """
    if rounds < 1:
        raise LandbridgeError(f"--rounds={rounds}: must be at least 1")
    known: dict[float, Flags] = {}
    ends = (low, high)
    for number in range(rounds):
        inner = 0 if number == 0 else 1  # the ends are known from the round before
        grid = np.linspace(*ends, points + 2 * inner)[inner : points + inner]
        for value in grid:
            rounded = round(float(value)) if whole else float(f"{value:.6g}")
            if rounded not in known:
                known[rounded] = ask(rounded)
        values = sorted(known)
        response = respond(values, [known[v] for v in values], target, per_draw, level)
        crossing = response.crossing
        if crossing.status == "never":
            break
        ends = _around(values, crossing.interval.low, crossing.interval.high)
    return response


def _around(values: Sequence[float], low: float, high: float) -> tuple[float, float]:
    """The values tried that are nearest outside an interval."""
    below = [v for v in values if v <= low] or [values[0]]
    above = [v for v in values if v >= high] or [values[-1]]
    return max(below), min(above)


def respond(
    values: Sequence[float],
    formed: Sequence[Flags],
    target: float,
    per_draw: int = 1,
    level: float = 0.95,
) -> Response:
    """The response and its crossing, from the worlds (W,) at each of the values, in order."""
    x = np.array(values)
    p = [share(flags, per_draw, level=level) for flags in formed]
    rises = p[-1].estimate >= p[0].estimate
    estimate, lower, upper = (
        _monotone(np.array([getattr(interval, name) for interval in p]), rises)
        for name in ("estimate", "low", "high")
    )
    # where P is below the target before the crossing, its upper end reaches the target first
    first, last = (upper, lower) if rises else (lower, upper)
    start, end = _cross(x, first, target, rises), _cross(x, last, target, rises)
    middle = _cross(x, estimate, target, rises)
    surely = bool((upper < target).all() or (lower > target).all())
    inside = math.isfinite(middle)
    interval = Interval(
        min(max(middle, x[0]), x[-1]) if inside and not surely else math.nan,
        float(np.clip(start, x[0], x[-1])),
        float(np.clip(end, x[0], x[-1])),
        level,
        f"inverted {p[0].method}, isotonic response",
    )
    status = "never" if surely else "crosses" if inside else "unclear"
    crossing = Crossing(
        status,
        interval,
        bool(rises),
        bool(start < x[0]),
        bool(end > x[-1]),
        _turns(formed, rises, per_draw),
    )
    return Response(tuple(map(float, values)), tuple(p), tuple(estimate.tolist()), crossing, target)


def _monotone(values: Floats, rises: bool) -> Floats:
    fitted: Floats = isotonic_regression(values, increasing=rises).x
    return fitted


def _cross(x: Floats, y: Floats, target: float, rises: bool) -> float:
    """Where a monotone line through (x, y) crosses: -inf before the first x, inf after the last."""
    beyond = y >= target if rises else y <= target
    if beyond[0]:
        return float(x[0]) if y[0] == target else -math.inf
    if not beyond.any():
        return math.inf
    k = int(beyond.argmax())
    part = (target - y[k - 1]) / (y[k] - y[k - 1])
    return float(x[k - 1] + part * (x[k] - x[k - 1]))


def _turns(formed: Sequence[Flags], rises: bool, per_draw: int) -> float:
    """The least p, by Holm, of the steps against the direction; 1 if there is none."""
    steps = []
    for before, other in itertools.pairwise(formed):
        with_it, against = (
            (other & ~before, before & ~other) if rises else (before & ~other, other & ~before)
        )
        p = paired_flags(before, other, per_draw)[1]
        steps.append(p if against.sum() > with_it.sum() else 1.0)
    return min(holm(steps), default=1.0)
