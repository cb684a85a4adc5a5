"""Bootstrap over spatial blocks of places (after Kuensch 1989, doi:10.1214/aos/1176347265).

Neighbouring places fall together, and a place that has fallen stays so month after month. So what
is drawn with replacement are whole blocks: all the places of a region with all their dates. Blocks
are clusters by complete linkage, no two places of one further apart than `BLOCK_KM`, about five
times the median distance from a place to the next: 21 blocks of the packaged places.

Intervals are percentiles, widened for the number of blocks (Hesterberg 2015, expanded percentile,
doi:10.1080/00031305.2015.1089789). They say how well these places and dates pin a score down as
a sample of such places; they cannot say how other years would have gone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtrit

from sim.arrays import Floats, Ints

BLOCK_KM = 150.0
RESAMPLES = 2000
METHOD = "bootstrap over spatial blocks, expanded percentile"


@dataclass(frozen=True)
class Estimate:
    """A statistic with its interval; None where fewer than two blocks leave it open."""

    estimate: float
    low: float | None
    high: float | None


def spatial_blocks(xy: Floats, diameter_km: float = BLOCK_KM) -> Ints:
    """(P,) block of each place, from 0; `xy` is (P, 2) projected km.

    Numbers go by first occurrence, so they do not depend on the clustering library.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(xy) < 2:
        return np.zeros(len(xy), np.int64)
    labels = fcluster(linkage(xy, "complete"), diameter_km, "distance")
    _, first, number = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return np.asarray(rank[number], dtype=np.int64)


def by_block(values: Floats, blocks: Ints, count: int) -> Floats:
    """(count,) sums of values (N,) by block (N,)."""
    return np.bincount(blocks, weights=values, minlength=count).astype(np.float64)


def bootstrap(
    statistic: Callable[..., Floats],
    *sums: Floats,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """A statistic of sums over blocks, with its interval.

    Each of `sums` is (blocks,); `statistic` takes as many arrays (R,) of totals and gives (R,).
    The first is the number of cases: blocks without any are no part of the sample.
    """
    used = sums[0] > 0
    blocks = int(used.sum())
    table = np.stack([by_block[used] for by_block in sums])  # (sums, blocks)
    estimate = float(statistic(*table.sum(axis=1)[:, None])[0])
    if blocks < 2:
        return Estimate(estimate, None, None)
    draws = np.random.default_rng(seed).multinomial(
        blocks, np.full(blocks, 1.0 / blocks), size=resamples
    )
    drawn = statistic(*(draws @ table.T).T)
    reach = math.sqrt(blocks / (blocks - 1.0)) * float(stdtrit(blocks - 1.0, (1.0 + level) / 2.0))
    tail = float(ndtr(-reach))
    low, high = np.quantile(drawn, [tail, 1.0 - tail], method="inverted_cdf")
    return Estimate(estimate, _finite(low), _finite(high))


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def mean(cases: Floats, total: Floats) -> Floats:
    """Mean score, for `bootstrap`."""
    return total / cases
