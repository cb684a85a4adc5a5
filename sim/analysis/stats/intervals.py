"""Intervals for a probability and for the difference of two paired ones.

- One probability, independent worlds: Clopper and Pearson (1934), doi:10.1093/biomet/26.4.404;
  exact, never covers less than its level.
- One probability where worlds share draws of the inputs: Korn and Graubard (1998), Survey
  Methodology 24(2), 193-201: Clopper-Pearson at the sample size that independent worlds would
  need for the same variance, with Student's quantile for the number of draws.
- Difference of paired probabilities: Tango (1998),
  doi:10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B, inverting the score test;
  p of the same score (McNemar's test; Fagerland, Lydersen and Laake 2013,
  doi:10.1186/1471-2288-13-91, prefer it to the exact one).
- Difference of paired probabilities where worlds share draws: Tango's interval at the number of
  independent pairs with the same variance (Obuchowski 1998, doi:10.1002/(SICI)1097-0258
  (19980715)17:13<1495::AID-SIM863>3.0.CO;2-I), as Korn and Graubard do for one probability, and
  p of the same score.

`scipy.special` only: `scipy.stats` takes two seconds to import.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.special import betaincinv, ndtri, stdtrit

from sim.arrays import Flags, Floats, Ints


@dataclass(frozen=True)
class Interval:
    """An estimate with an interval of confidence `level`, and how it was made."""

    estimate: float
    low: float
    high: float
    level: float
    method: str

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def clopper_pearson(successes: float, trials: float, level: float = 0.95) -> tuple[float, float]:
    """The exact interval for a probability; whole numbers, or effective ones (then not exact)."""
    tail = (1.0 - level) / 2.0
    failures = trials - successes
    low = 0.0 if successes <= 0 else float(betaincinv(successes, failures + 1.0, tail))
    high = 1.0 if failures <= 0 else float(betaincinv(successes + 1.0, failures, 1.0 - tail))
    return low, high


def share(
    flags: Flags, per_draw: int = 1, among: Flags | None = None, level: float = 0.95
) -> Interval:
    """The share of worlds with a flag, `among` some of them or all, with its interval.

    `flags` and `among` are (worlds,) in order; `per_draw` worlds in a row share a draw of
    the uncertain inputs and are not independent.
    """
    within = np.ones(len(flags), np.bool_) if among is None else among
    successes, trials = int(np.count_nonzero(flags & within)), int(np.count_nonzero(within))
    if trials == 0:
        return Interval(math.nan, 0.0, 1.0, level, "none: no worlds")
    estimate = successes / trials
    if per_draw == 1:
        low, high = clopper_pearson(successes, trials, level)
        return Interval(estimate, low, high, level, "Clopper-Pearson")
    by_draw, size = sums_by_draw(flags & within, per_draw), sums_by_draw(within, per_draw)
    effective = effective_trials(by_draw[size > 0], size[size > 0], level)
    low, high = clopper_pearson(estimate * effective, effective, level)
    return Interval(estimate, low, high, level, "Korn-Graubard (worlds clustered by draw)")


def bounded_mean(values: Floats, per_draw: int = 1, level: float = 0.95) -> Interval:
    """The mean of `values` (worlds,) between 0 and 1, `per_draw` in a row sharing a draw.

    Clopper-Pearson at the sample size at which a proportion would have the variance seen: as good
    as Student's interval where many values differ. So that it is honest where hardly any does,
    the variance is mixed with that of zeros and ones, which counts as much as three draws.
    """
    worlds, mean = len(values), float(values.mean())
    sums, sizes = _sums(values, per_draw), _sums(np.ones(worlds), per_draw)
    draws = len(sums)
    method = "Clopper-Pearson at the effective number of worlds"
    if draws < 2:
        return Interval(mean, 0.0, 1.0, level, method)
    variance = draws / (draws - 1.0) * float(((sums - mean * sizes) ** 2).sum()) / worlds**2
    extreme = mean * (1.0 - mean) / draws
    differ = min(np.count_nonzero(sums > 0.0), np.count_nonzero(sums < sizes))
    variance = (differ * variance + 3.0 * extreme) / (differ + 3.0)
    tail = (1.0 + level) / 2.0
    student = float(ndtri(tail) / stdtrit(draws - 1.0, tail)) ** 2
    size = mean * (1.0 - mean) / variance * student if variance > 0.0 else float(draws)
    low, high = clopper_pearson(mean * size, size, level)
    return Interval(mean, min(low, mean), max(high, mean), level, method)


def _sums(values: Floats, per_draw: int) -> Floats:
    """(draws,) sums over the worlds of each draw."""
    sums: Floats = np.add.reduceat(values, np.arange(0, len(values), per_draw))
    return sums


def effective_trials(successes: Ints, trials: Ints, level: float) -> float:
    """How many independent worlds tell as much as these clusters (Korn and Graubard 1998).

    `successes` and `trials` are (draws,). Never more than the worlds there are; where no variance
    can be seen, no more than the draws.
    """
    draws, worlds = len(trials), float(trials.sum())
    p = float(successes.sum()) / worlds
    if draws == 1:
        return 1.0
    residual = successes - p * trials
    variance = draws / (draws - 1.0) * float((residual**2).sum()) / worlds**2
    if variance <= 0.0:
        return float(draws) if p in (0.0, 1.0) else worlds
    tail = (1.0 + level) / 2.0
    quantiles = stdtrit(worlds - 1.0, tail) / stdtrit(draws - 1.0, tail)
    return min(worlds, p * (1.0 - p) / variance * float(quantiles) ** 2)


def sums_by_draw(flags: Flags, per_draw: int) -> Ints:
    """(draws,) number of flags among the worlds of each draw."""
    return np.add.reduceat(flags.astype(np.int64), np.arange(0, len(flags), per_draw))


def paired_difference(
    only_first: float, only_second: float, pairs: float, level: float = 0.95
) -> Interval:
    """P(first) - P(second) from discordant counts among independent pairs (Tango 1998).

    Whole numbers, or effective ones.
    """
    estimate = (only_first - only_second) / pairs
    z = float(ndtri((1.0 + level) / 2.0))

    def end(sign: float, outer: float) -> float:
        inner = estimate  # the score is 0 here and beyond z at `outer`
        if outer == estimate:
            return outer
        for _ in range(100):
            middle = (inner + outer) / 2.0
            if sign * _tango_score(only_first, only_second, pairs, middle) < z:
                inner = middle
            else:
                outer = middle
        return (inner + outer) / 2.0

    return Interval(estimate, end(1.0, -1.0), end(-1.0, 1.0), level, "Tango score (paired)")


def _tango_score(b: float, c: float, n: float, delta: float) -> float:
    """The score statistic for a true difference `delta`, with q its restricted estimate."""
    minus_half = b + c - (2.0 * n - b + c) * delta
    product = -c * delta * (1.0 - delta)
    root = math.sqrt(max(0.0, minus_half**2 - 8.0 * n * product))
    q = max(0.0, (root + minus_half) / (4.0 * n))
    variance = n * (2.0 * q + delta * (1.0 - delta))
    gap = b - c - n * delta
    return gap / math.sqrt(variance) if variance > 0.0 else math.copysign(math.inf, gap)


def no_difference(only_first: float, only_second: float) -> float:
    """Two-sided p that a discordant pair is as likely one way as the other (McNemar 1947).

    Of the score that Tango's interval inverts, so that it is below 5% where the interval of 95%
    leaves out 0, and only there. Whole numbers, or effective ones.
    """
    gap, discordant = only_first - only_second, only_first + only_second
    return math.erfc(abs(gap) / math.sqrt(2.0 * discordant)) if discordant else 1.0


def clustered_difference(
    gained: Ints,
    lost: Ints,
    sizes: Ints,
    level: float = 0.95,
) -> tuple[Interval, float]:
    """P(second) - P(first) and its two-sided p where the pairs of a draw are not independent.

    Args:
        gained: (draws,) pairs that only the second has.
        lost: (draws,) pairs that only the first has.
        sizes: (draws,) pairs, 1 or more.
        level: confidence of the interval.
    """
    draws, pairs = len(sizes), float(sizes.sum())
    b, c = float(gained.sum()), float(lost.sum())
    estimate = (b - c) / pairs
    method = "Tango score (paired), effective size over draws"
    if draws < 2:
        return Interval(estimate, -1.0, 1.0, level, method), 1.0
    residual = gained - lost - estimate * sizes
    variance = draws / (draws - 1.0) * float((residual**2).sum()) / pairs**2
    alone = (b + c - (b - c) ** 2 / pairs) / pairs**2  # if pairs were independent
    if variance > 0.0:
        tail = (1.0 + level) / 2.0
        quantiles = float(stdtrit(pairs - 1.0, tail) / stdtrit(draws - 1.0, tail))
        size = min(pairs, pairs * alone / variance * quantiles**2)
    else:  # all draws alike
        size = float(draws)
    b, c = b * size / pairs, c * size / pairs
    difference = paired_difference(b, c, size, level)
    return Interval(estimate, difference.low, difference.high, level, method), no_difference(b, c)


def paired_flags(
    first: Flags,
    second: Flags,
    per_draw: int = 1,
    among: Flags | None = None,
    level: float = 0.95,
) -> tuple[Interval, float]:
    """P(second) - P(first) over paired worlds and its two-sided p.

    `first`, `second` and `among` (which pairs count, None: all) are (worlds,) in order;
    `per_draw` worlds in a row share a draw. p and interval are of one score.
    """
    within = np.ones(len(first), np.bool_) if among is None else among
    gained, lost = second & ~first & within, first & ~second & within
    if per_draw == 1:
        b, c = int(np.count_nonzero(gained)), int(np.count_nonzero(lost))
        pairs = int(np.count_nonzero(within))
        return paired_difference(b, c, pairs, level), no_difference(b, c)
    sizes = sums_by_draw(within, per_draw)
    there = sizes > 0
    b_by_draw, c_by_draw = (sums_by_draw(flags, per_draw)[there] for flags in (gained, lost))
    return clustered_difference(b_by_draw, c_by_draw, sizes[there], level)


def normal_quantile(level: float) -> float:
    """Standard deviations from the middle to each end of an interval of this level."""
    return float(ndtri((1.0 + level) / 2.0))


def holm(p_values: list[float]) -> list[float]:
    """p-values corrected for their number (Holm 1979, www.jstor.org/stable/4615733)."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    corrected, highest = [0.0] * len(p_values), 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[i]))
        corrected[i] = highest
    return corrected
