"""Sobol' indices of a probability that is only known from a few worlds at each point.

Pick-freeze: two independent samples A and B of the inputs, and for each input j the points A with
column j of B (Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018). Every point has rng of its
own, so that noise enters squares only, where it is known and taken out:

- V, the variance of P over the inputs: the variance of the shares less their mean noise;
- first order: covariance of fB and fABj, over V (Janon et al. 2014, doi:10.1051/ps/2013040), less
  what fA makes of it by chance: the covariance of fA and fB, which is 0 but for the sample, times
  the share of fABj that goes with fA (a control variate; all or nothing of it errs more);
- total: half the mean of (fA - fABj)^2 (Jansen 1999, doi:10.1016/S0010-4655(98)00154-4) less the
  mean noise of both, over V.

The noise of a share p of m independent worlds is p (1 - p) / (m - 1), without bias. Intervals are
percentiles of a bootstrap over the rows of A, all matrices together. A dummy input that does
nothing shows what the method makes of pure noise.

SALib and scipy.stats.sobol_indices take what they are given for exact: with noise, total indices
of inputs that do nothing come out large (see the tests).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.analysis.stats.intervals import Interval
from sim.arrays import Floats, Ints

DUMMY = "dummy"
_RESAMPLES = 1000


@dataclass(frozen=True, eq=False)
class Plan:
    """Points of the unit cube: (d + 2, base, d): A, B, then A with each column of B."""

    shares: Floats

    @property
    def rows(self) -> list[list[float]]:
        """Every point to run, one after the other; after those of the plan A again, the dummy."""
        points: list[list[float]] = np.concatenate([*self.shares, self.shares[0]]).tolist()
        return points

    @classmethod
    def made(cls, base: int, inputs: int, seed: int = 0) -> Plan:
        """Scrambled Sobol' points, `base` (best a power of 2) rows for `inputs` columns."""
        from scipy.stats.qmc import Sobol

        rows = Sobol(2 * inputs, rng=np.random.default_rng(seed)).random(base)
        a, b = rows[:, :inputs], rows[:, inputs:]
        mixed = [np.where(np.arange(inputs) == j, b, a) for j in range(inputs)]
        return cls(np.stack([a, b, *mixed]))


@dataclass(frozen=True)
class Effect:
    """What one input does."""

    name: str
    first: Interval  # share of the variance over inputs that goes if it alone were known
    total: Interval  # share that stays if all others were known
    low: Interval  # P where the input is in the lowest third of its range
    high: Interval  # and in the highest


@dataclass(frozen=True)
class Sensitivity:
    """What P(corridor) is sensitive to."""

    p: Interval  # mean over the inputs
    inputs: Interval  # variance of a world's outcome that is due to the inputs
    replications: Interval  # and that the worlds of a point differ by
    effects: tuple[Effect, ...]  # the last is the dummy
    worlds: int  # at each point
    points: int

    @property
    def seen(self) -> bool:
        """Whether the inputs make any difference that can be told from noise."""
        return self.inputs.low > 0.0

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        effects = {
            effect.name: {
                k: getattr(effect, k).as_dict() for k in ("first", "total", "low", "high")
            }
            for effect in self.effects
        }
        return {
            "points": self.points,
            "worlds_a_point": self.worlds,
            "p": self.p.as_dict(),
            "variance_from_inputs": self.inputs.as_dict(),
            "variance_from_replications": self.replications.as_dict(),
            "told_from_noise": self.seen,
            "inputs": effects,
        }


def sensitivity(
    plan: Plan,
    formed: Sequence[int] | Ints,
    worlds: int,
    names: Sequence[str],
    level: float = 0.95,
) -> Sensitivity:
    """Indices from the worlds with a corridor among `worlds` (2 or more) at each of `plan.rows`."""
    counts = np.asarray(formed).reshape(len(plan.shares) + 1, -1)
    p = counts / worlds
    noise = p * (1.0 - p) / (worlds - 1.0)
    base = counts.shape[1]
    rng = np.random.default_rng(0)
    weights = np.r_[np.ones((1, base)), rng.multinomial(base, [1 / base] * base, _RESAMPLES)]
    thirds = _thirds(plan)
    estimates = _estimates(p, noise, weights / base, thirds, worlds)
    return _as_effects(estimates, [*names, DUMMY], worlds, p.size, level)


def _thirds(plan: Plan) -> tuple[Floats, Floats]:
    """(d + 3, d + 1, base) whether each input is in its lowest, highest third at each point."""
    a = plan.shares[0]
    points = np.concatenate([plan.shares, a[None]])
    other = np.random.default_rng(1).random((len(points), len(a), 1))  # values of the dummy
    values = np.concatenate([points, other], axis=2).transpose(0, 2, 1)
    return (values < 1.0 / 3.0).astype(np.float64), (values > 2.0 / 3.0).astype(np.float64)


def _estimates(
    p: Floats, noise: Floats, weights: Floats, thirds: tuple[Floats, Floats], worlds: int
) -> dict[str, Floats]:
    """Each estimate for each row of `weights` (resamples, base); the first row is the sample's."""

    def mean(values: Floats) -> Floats:
        """(base,) or (k, base) -> (resamples,) or (resamples, k)."""
        means: Floats = weights @ values.T
        return means

    a, b, mixed = p[0], p[1], p[2:]
    center = mean((a + b) / 2.0)
    spread = mean((a**2 + b**2) / 2.0) - center**2
    variance = spread - mean((noise[0] + noise[1]) / 2.0)
    # the centre is an estimate too: what it takes off is given back
    variance = variance + spread / (2.0 * p.shape[1])
    means = [mean(values) for values in (a, b, mixed)]
    by_chance = (mean(a * b) - means[0] * means[1])[:, None]  # A and B are independent
    alike = mean(a * mixed) - means[0][:, None] * means[2]
    share = np.clip(alike / np.maximum(mean(a**2) - means[0] ** 2, 1e-12)[:, None], 0.0, 1.0)
    first = mean(b * mixed) - means[1][:, None] * means[2] - share * by_chance
    total = 0.5 * mean((a - mixed) ** 2) - 0.5 * mean(noise[0] + noise[2:])
    safe = np.where(variance > 0.0, variance, np.nan)[:, None]
    sides = []
    for inside in thirds:
        weight = np.maximum(np.einsum("rb,kjb->rj", weights, inside), 1e-12)
        sides.append(np.einsum("rb,kjb,kb->rj", weights, inside, p, optimize=True) / weight)
    return {
        "p": mean(p.mean(axis=0)),
        "inputs": variance,
        "replications": mean((noise * worlds).mean(axis=0)),
        "first": first / safe,
        "total": total / safe,
        "low": sides[0],
        "high": sides[1],
    }


def _as_effects(
    estimates: dict[str, Floats], names: Sequence[str], worlds: int, points: int, level: float
) -> Sensitivity:
    method = f"bootstrap over base points, {_RESAMPLES} resamples (percentiles)"
    tails = [(1.0 - level) / 2.0, (1.0 + level) / 2.0]

    def interval(values: Floats) -> Interval:
        rest = np.where(np.isnan(values[1:]), np.inf, values[1:])
        with np.errstate(invalid="ignore"):
            low, high = np.quantile(rest, tails, method="lower")
        return Interval(float(values[0]), float(min(low, values[0])), float(high), level, method)

    effects = tuple(
        Effect(name, *(interval(estimates[key][:, j]) for key in ("first", "total", "low", "high")))
        for j, name in enumerate(names)
    )
    intervals = {key: interval(estimates[key]) for key in ("p", "inputs", "replications")}
    return Sensitivity(**intervals, effects=effects, worlds=worlds, points=points)
