"""Two probabilities or two mean times against each other, paired or not.

- Ratio of paired probabilities: Bonett and Price (2006), doi:10.1007/s00362-006-0020-8, hybrid
  of Wilson intervals.
- Odds ratio of paired worlds, conditional on the discordant ones: exact, from the binomial
  distribution of the discordant pairs (Breslow and Day 1980, section 5.2).
- Independent probabilities: difference by Newcombe (1998), doi:10.1002/(SICI)1097-0258(19980430)
  17:8<873::AID-SIM779>3.0.CO;2-I (method 10), ratio and odds ratio by logits with half a world
  added to each cell (Gart 1966); p of the difference is found from its interval (`inverted`).
- Difference of means: the intervals of its parts joined by the method of variance estimates
  recovery (Zou and Donner 2008, doi:10.1002/sim.3095), which keeps their asymmetry.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.analysis.stats.intervals import (
    Interval,
    bounded_mean,
    clopper_pearson,
    normal_quantile,
    sums_by_draw,
)
from sim.analysis.stats.survival import Times
from sim.arrays import Flags, Floats


@dataclass(frozen=True)
class Table:
    """Numbers of paired worlds by what happens in the first run and in the second."""

    both: int
    only_first: int
    only_second: int
    neither: int

    @classmethod
    def of(cls, first: Flags, second: Flags) -> Table:
        """From the flags (W,) of paired worlds."""
        sets = (first & second, first & ~second, second & ~first, ~first & ~second)
        return cls(*(int(np.count_nonzero(flags)) for flags in sets))

    @property
    def pairs(self) -> int:
        """Number of pairs."""
        return self.both + self.only_first + self.only_second + self.neither


def wilson(successes: float, trials: float, z: float) -> tuple[float, float]:
    """The score interval for a probability, at a normal quantile `z`."""
    p, w = successes / trials, z * z / trials
    middle, reach = p + w / 2.0, z * math.sqrt(p * (1.0 - p) / trials + w / (4.0 * trials))
    return max(0.0, (middle - reach) / (1.0 + w)), min(1.0, (middle + reach) / (1.0 + w))


def paired_ratio(table: Table, level: float = 0.95) -> Interval:
    """P(second) / P(first)."""
    method = "Bonett-Price (paired)"
    some = table.both + table.only_first + table.only_second
    first, second = table.both + table.only_first, table.both + table.only_second
    if some == 0:
        return Interval(math.nan, 0.0, math.inf, level, method)
    p1, p2 = ((count + 1.0) / (some + 2.0) for count in (first, second))
    joint = math.sqrt((table.only_first + table.only_second + 2.0) / ((first + 1) * (second + 1)))
    apart = math.sqrt((1.0 - p1) / (first + 1.0)) + math.sqrt((1.0 - p2) / (second + 1.0))
    z = normal_quantile(level) * joint / apart
    (low1, high1), (low2, high2) = wilson(first, some, z), wilson(second, some, z)
    estimate = second / first if first else math.inf
    return Interval(
        estimate, low2 / high1 if high1 else 0.0, high2 / low1 if low1 else math.inf, level, method
    )


def paired_odds(table: Table, level: float = 0.95) -> Interval:
    """Odds that a discordant pair has the corridor in the second run, not in the first."""
    method = "exact, conditional on discordant pairs"
    b, c = table.only_first, table.only_second
    if b + c == 0:
        return Interval(math.nan, 0.0, math.inf, level, method)
    low, high = (_odds(end) for end in clopper_pearson(c, b + c, level))
    return Interval(c / b if b else math.inf, low, high, level, method)


def _odds(p: float) -> float:
    return p / (1.0 - p) if p < 1.0 else math.inf


def independent(
    first: int, of_first: int, second: int, of_second: int, level: float = 0.95
) -> tuple[Interval, Interval, Interval, float]:
    """Difference, ratio and odds ratio of P(second) to P(first), and the two-sided p."""
    p1, p2 = first / of_first, second / of_second

    def newcombe(at: float) -> Interval:
        z = normal_quantile(at)
        return joined(
            Interval(p2, *wilson(second, of_second, z), at, ""),
            Interval(p1, *wilson(first, of_first, z), at, ""),
            "Newcombe (independent)",
        )

    z = normal_quantile(level)
    a, b = second + 0.5, of_second - second + 0.5
    c, d = first + 0.5, of_first - first + 0.5
    reach = z * math.sqrt(max(0.0, 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)))
    middle = math.log(a / (a + b) / (c / (c + d)))
    ratio = _of_logs(p2 / p1 if p1 else math.nan, middle, reach, level)
    reach, middle = z * math.sqrt(1 / a + 1 / b + 1 / c + 1 / d), math.log(a * d / (b * c))
    plain = _odds(p2) / _odds(p1) if 0.0 < p1 < 1.0 else math.nan
    contrasts = newcombe(level), ratio, _of_logs(plain, middle, reach, level)
    return (*contrasts, inverted(newcombe))


def inverted(at: Callable[[float], Interval]) -> float:
    """Two-sided p of no difference: 1 less the highest level at which the interval leaves out 0.

    `at` gives the interval of a level. What is less than 1e-12 is given as that.
    """

    def leaves_out(error: float) -> bool:
        interval = at(1.0 - error)
        return interval.low > 0.0 or interval.high < 0.0

    low, high = math.log(1e-12), math.log(0.999)
    if leaves_out(math.exp(low)):
        return math.exp(low)
    if not leaves_out(math.exp(high)):
        return 1.0
    for _ in range(40):
        middle = (low + high) / 2.0
        low, high = (low, middle) if leaves_out(math.exp(middle)) else (middle, high)
    return math.exp(high)


def _of_logs(estimate: float, middle: float, reach: float, level: float) -> Interval:
    low, high = math.exp(middle - reach), math.exp(middle + reach)
    if math.isfinite(estimate):
        low, high = min(low, estimate), max(high, estimate)
    return Interval(estimate, low, high, level, "logit with half a world added (independent)")


def joined(first: Interval, second: Interval, method: str) -> Interval:
    """First - second, of independent or negatively related estimates."""
    gap = first.estimate - second.estimate
    down = math.hypot(first.estimate - first.low, second.high - second.estimate)
    up = math.hypot(first.high - first.estimate, second.estimate - second.low)
    return Interval(gap, gap - down, gap + up, first.level, method)


def mean_time_difference(a: Times, b: Times, paired: bool, level: float = 0.95) -> Interval:
    """Days that the mean of the time to corridor or censoring is longer in `b` than in `a`."""
    last = a.followed
    if paired:
        gap = (b.censored - a.censored) / last
        longer, shorter = np.maximum(gap, 0.0), np.maximum(-gap, 0.0)
        parts = [bounded_mean(part, a.per_draw, level) for part in (longer, shorter)]
    else:
        parts = [bounded_mean(times.censored / last, times.per_draw, level) for times in (b, a)]
    method = "variance estimates recovery" + (" (paired)" if paired else "")
    difference = joined(parts[0], parts[1], method)
    estimate, low, high = (last * v for v in (difference.estimate, difference.low, difference.high))
    return Interval(estimate, low, high, level, difference.method)


def variance_ratio(
    first: Flags, second: Flags, per_draw: int, level: float = 0.95, resamples: int = 1000
) -> Interval:
    """How many times the worlds independent runs would need for the same precision.

    The variance of P(second) - P(first) had the runs been independent, over the paired one; with
    the percentile interval of a bootstrap over draws (Efron and Tibshirani 1993).
    """
    a, b = sums_by_draw(first, per_draw), sums_by_draw(second, per_draw)
    method = f"bootstrap over draws, {resamples} resamples (percentiles)"
    if len(a) < 2:
        return Interval(math.nan, 0.0, math.inf, level, method)
    # draws with the same counts weigh together, so that any number of worlds is resampled at once
    pairs, counts = np.unique(np.stack([a, b]), axis=1, return_counts=True)
    rng = np.random.default_rng(0)
    weights = rng.multinomial(len(a), counts / len(a), resamples).astype(np.float64)
    ratios = np.sort(_ratio(pairs.astype(np.float64), weights))
    estimate = float(_ratio(pairs.astype(np.float64), counts[None, :].astype(np.float64))[0])
    tail = round((1.0 - level) / 2.0 * resamples)
    return Interval(estimate, float(ratios[tail]), float(ratios[-1 - tail]), level, method)


def _ratio(pairs: Floats, weights: Floats) -> Floats:
    """(resamples,) from the values (2, k) and how often they occur (resamples, k)."""
    total = weights.sum(axis=1)

    def variance(values: Floats) -> Floats:
        squares: Floats = weights @ values**2 / total - (weights @ values / total) ** 2
        return squares

    apart = variance(pairs[1] - pairs[0])
    alone = variance(pairs[0]) + variance(pairs[1])
    safe = np.where(apart > 1e-15, apart, 1.0)
    equal = np.where(alone > 1e-15, np.inf, 1.0)  # nothing differs: pairing makes it exact
    return np.where(apart > 1e-15, alone / safe, equal)
