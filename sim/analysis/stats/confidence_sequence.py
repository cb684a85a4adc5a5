"""Precision on demand: a confidence sequence for a probability, and when it is narrow enough.

An interval that is looked at again and again until it is narrow covers less than its level. A
confidence sequence covers at all sample sizes at once, so that one may stop when one likes and go
on later. Of those for independent worlds the mixture of binomial likelihood ratios is used
(Robbins 1970, doi:10.1214/aoms/1177696786; Howard, Ramdas, McAuliffe and Sekhon 2021,
doi:10.1214/20-AOS1991): for each p the ratio

    M(p) = B(a + successes, b + failures) / B(a, b) / (p^successes (1 - p)^failures)

is a martingale from 1 if p is the truth, so that by Ville's inequality it ever reaches 1 / (1 -
level) with a chance of at most 1 - level: no approximation. It is simple, and nothing can be much
tighter for zeros and ones: every betting sequence (Waudby-Smith and Ramdas 2024,
doi:10.1093/jrsssb/qkad009) is such a ratio. The mixture Beta(a, b) may depend on p; it is centred
at p with a weight that makes the interval narrowest about the sample size where it has the
half-width asked for. Measured, that needs 2.3 times the worlds of an interval of fixed size, where
the usual Beta(1/2, 1/2) needs 4 times at a half-width of 0.01.

Where worlds share draws of the inputs a draw is the trial, and the share of its worlds its success,
a number from 0 to 1 in place of either. The ratio is convex in it, so that its mean can only be
lower and the interval covers at least its level. A part of a draw does not count.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

import numpy as np
from scipy.special import betaln, xlog1py, xlogy

from sim.analysis.stats.intervals import Interval
from sim.arrays import Flags, Floats, Ints
from sim.definitions import KINDS

METHOD = "confidence sequence (beta-binomial mixture)"
_STEP = 32  # worlds between two looks at the start; then about a thirtieth of what there is
_HALVINGS = 50
_EDGE = 1e-12  # the ratio has no value at 0 and 1


@dataclass(frozen=True)
class Precision:
    """What was asked of a folder's intervals; `summary.json` keeps it."""

    half_width: float  # asked for
    of: str  # road, territory or both
    tuned: float  # the half-width asked for first, at which the confidence sequence is narrowest

    @property
    def kinds(self) -> tuple[str, ...]:
        """Which P must be that precise."""
        return KINDS if self.of == "both" else (self.of,)

    def as_dict(self, p_corridor: Mapping[str, Mapping[str, float]]) -> dict[str, object]:
        """For JSON, with whether it has been reached."""
        widest = max(p_corridor[kind]["high"] - p_corridor[kind]["low"] for kind in self.kinds)
        return {**asdict(self), "reached": widest <= 2.0 * self.half_width}


def sequence(successes: float, trials: int, tuned: float, level: float = 0.95) -> Interval:
    """The interval for a probability that holds at all numbers of trials at once.

    `tuned` is the half-width (0 to 0.5) at which it is narrowest; it must not be chosen by
    looking at the trials.
    """
    if trials == 0:
        return Interval(math.nan, 0.0, 1.0, level, METHOD)
    low, high = bounds(np.array([successes]), np.array([trials]), tuned, level)
    return Interval(successes / trials, float(low[0]), float(high[0]), level, METHOD)


def by_draw(flags: Flags, per_draw: int) -> Floats:
    """(draws,) the trials: the share of flags among the worlds of each whole draw."""
    means: Floats = flags[: len(flags) // per_draw * per_draw].reshape(-1, per_draw).mean(axis=1)
    return means


def bounds(
    successes: Floats, trials: Ints, tuned: float, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Both ends for arrays (n,) of successes and trials (1 or more)."""
    limit = -math.log(1.0 - level)
    estimate = successes / trials

    def refused(p: Floats) -> Flags:
        return log_ratio(successes, trials, p, tuned) >= limit

    def end(edge: float) -> Floats:
        inside = estimate.copy()
        outside = np.full(len(trials), min(max(edge, _EDGE), 1.0 - _EDGE))
        open_ended = ~refused(outside)
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2.0
            out = refused(middle)
            outside, inside = np.where(out, middle, outside), np.where(out, inside, middle)
        return np.where(open_ended, edge, outside)

    low = np.where(successes == 0, 0.0, end(0.0))
    return low, np.where(successes == trials, 1.0, end(1.0))


def log_ratio(successes: Floats, trials: Ints, p: Floats, tuned: float) -> Floats:
    """Log M(p): how much likelier the trials are under the mixture than under p, 0 < p < 1."""
    weight = (tuned / 4.0 + 0.8 * p * (1.0 - p)) / tuned**2
    a, b = weight * p, weight * (1.0 - p)
    failures = trials - successes
    mixed = betaln(a + successes, b + failures) - betaln(a, b)
    ratio: Floats = mixed - xlogy(successes, p) - xlog1py(failures, -p)
    return ratio


def looks(trials: int) -> Ints:
    """The sample sizes up to `trials` at which stopping is thought about.

    Multiples of a power of two, so that they are ends of blocks of any usual size.
    """
    at, counts = 0, []
    while (
        at := at + _STEP * 2 ** max(0, math.floor(math.log2(max(at, 1) / (32 * _STEP))))
    ) <= trials:
        counts.append(at)
    return np.array(counts, np.int64)


def when_narrow(
    half_width: float,
    tuned: float,
    kinds: tuple[str, ...],
    least: int = 0,
    level: float = 0.95,
    per_draw: int = 1,
) -> Callable[[Mapping[str, Flags]], int]:
    """When to stop: `sim.ensemble.schedule.Enough` for intervals of this half-width.

    The answer is the first look at which the intervals of all `kinds` are that narrow, or `least`
    if it is more (worlds that are there already); it does not depend on how far the worlds given
    reach beyond it. `per_draw` worlds in a row share a draw.
    """

    def enough(formed: Mapping[str, Flags]) -> int:
        at = looks(len(formed[kinds[0]]) // per_draw)
        narrow = np.ones(len(at), np.bool_)
        for kind in kinds:
            if len(at):
                trials = by_draw(formed[kind], per_draw)
                counts = np.add.reduceat(trials[: at[-1]], [0, *at[:-1]])
                low, high = bounds(counts.cumsum(), at, tuned, level)
                narrow &= high - low <= 2.0 * half_width
        return max(least, per_draw * int(at[narrow.argmax()])) if narrow.any() else 0

    return enough
