"""Approximate Bayesian computation from a reference table.

Semi-automatic summaries (Fearnhead and Prangle 2012, doi:10.1111/j.1467-9868.2011.01010.x): each
parameter is regressed on the statistics over the whole table, and its prediction is its summary.
The particles whose summaries come nearest to those of the record are kept, weighted by
Epanechnikov's kernel and moved by local linear regression (Beaumont, Zhang and Balding 2002,
doi:10.1093/genetics/162.4.2025) on the logit of their prior quantiles, so that none leaves its
prior's range. Statistics that the prior predictive all but rules out are left out and named: no
parameter can mend them, and chasing them would bend the rest.

A table made once serves the fits of all dates and, with its own particles for records, shows how
often intervals hold what they should. That is why no sequential sampler (pyABC) is used, which
simulates anew for every fit and a particle at a time; a neural posterior (sbi) needs more
dependencies than all else together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from sim.arrays import Flags, Floats

TAIL = 0.01  # prior predictive share on a side beyond which a statistic counts as out of reach
RIDGE = 1e-6
LEAST = 20  # particles kept for each parameter: fewer, and the regression fits their noise


@dataclass(frozen=True)
class Fit:
    """A posterior sample as quantiles of the prior; R rows, P parameters, K statistics."""

    points: Floats  # (R, P) in (0, 1)
    weights: Floats  # (R,) sum 1
    kept: NDArray[np.intp]  # (R,) rows of the table they come from
    used: Flags  # (K,) statistics that the fit looked at

    def resampled(self, rows: int) -> Floats:
        """(rows, P) rows of equal weight, by systematic resampling."""
        at = (np.arange(rows) + 0.5) / rows
        chosen: Floats = self.points[np.searchsorted(np.cumsum(self.weights), at)]
        return chosen

    def interval(self, level: float) -> Floats:
        """(2, P) equal-tailed interval of each parameter."""
        ends = (1 - level) / 2, (1 + level) / 2
        return np.array([[_quantile(x, self.weights, q) for x in self.points.T] for q in ends])


def features(statistics: Floats, counts: int) -> Floats:
    """Counts (the first columns) as roots, which evens out their spread; logarithms as they are."""
    scaled = statistics.copy()
    scaled[..., :counts] = np.sqrt(scaled[..., :counts] + 0.375)
    return scaled


def within_reach(simulated: Floats, record: Floats) -> Flags:
    """(K,) whether the record has a statistic, and not beyond nearly all that is simulated."""
    below, above = (simulated <= record).mean(axis=0), (simulated >= record).mean(axis=0)
    varies = simulated.max(axis=0) > simulated.min(axis=0)
    return np.isfinite(record) & (np.minimum(below, above) > TAIL) & varies


def fit(points: Floats, simulated: Floats, record: Floats, accept: float) -> Fit:
    """The posterior of parameters given a record.

    Args:
        points: (N, P) prior quantiles of the particles, in (0, 1).
        simulated: (N, K) features of each particle.
        record: (K,) features of the record; nan where it has none.
        accept: share of the particles that is kept; at least LEAST a parameter are.
    """
    used = within_reach(simulated, record)
    z = logit(np.clip(points, 1e-6, 1 - 1e-6))
    if not used.any():
        return Fit(points, np.full(len(points), 1 / len(points)), np.arange(len(points)), used)
    middle, scale = simulated[:, used].mean(axis=0), simulated[:, used].std(axis=0)
    x, x0 = (simulated[:, used] - middle) / scale, (record[used] - middle) / scale
    summary, target = _predict(_terms(x), z, _terms(x), _terms(x0[None]))
    summary, target = summary / summary.std(axis=0), target[0] / summary.std(axis=0)
    away = np.sqrt(((summary - target) ** 2).sum(axis=1))
    keep = max(round(accept * len(points)), LEAST * points.shape[1])
    kept = np.argsort(away, kind="stable")[:keep]
    width = away[kept].max() * (1 + 1e-9) + 1e-12
    weights = 1 - (away[kept] / width) ** 2
    weights = np.maximum(weights, 1e-9) / np.maximum(weights, 1e-9).sum()
    near = np.column_stack([np.ones(len(kept)), summary[kept] - target])
    slope = _least_squares(near, z[kept], weights)
    moved = z[kept] - near[:, 1:] @ slope[1:]
    return Fit(expit(moved), weights, kept, used)


def _terms(x: Floats) -> Floats:
    return np.column_stack([np.ones(len(x)), x, x**2])


def _predict(design: Floats, z: Floats, *at: Floats) -> list[Floats]:
    beta = _least_squares(design, z, np.full(len(z), 1 / len(z)))
    return [np.asarray(rows @ beta) for rows in at]


def _least_squares(design: Floats, values: Floats, weights: Floats) -> Floats:
    """Weighted least squares, with a ridge too small to matter but where columns coincide."""
    heavy = design.T * weights
    solution: Floats = np.linalg.solve(
        heavy @ design + RIDGE * np.eye(design.shape[1]), heavy @ values
    )
    return solution


def _quantile(values: Floats, weights: Floats, q: float) -> float:
    order = np.argsort(values)
    return float(
        values[order][np.searchsorted(np.cumsum(weights[order]), q).clip(0, values.size - 1)]
    )


@dataclass(frozen=True)
class Recovery:
    """Fits to particles of the table whose parameters are known, each left out of its own fit."""

    level: float
    coverage: Floats  # (P,) share of intervals that hold the planted value
    shrinkage: Floats  # (P,) mean width of the intervals over that of the prior
    trials: int


def recovery(
    points: Floats, simulated: Floats, record: Floats, accept: float, trials: int, level: float
) -> Recovery:
    """How well parameters planted in synthetic records are found again.

    The synthetic records are the first particles; they have the statistics that `record` has.
    """
    held, width = np.zeros(points.shape[1]), np.zeros(points.shape[1])
    for i in range(trials):
        others = np.arange(len(points)) != i
        planted = np.where(np.isfinite(record), simulated[i], np.nan)
        low, high = fit(points[others], simulated[others], planted, accept).interval(level)
        held += (low <= points[i]) & (points[i] <= high)
        width += high - low
    return Recovery(level, held / trials, width / trials / level, trials)
