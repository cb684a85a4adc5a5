"""Reliability: of all that was given probability p, how much happened?

A case is a pair of a place at a date and a holder to whom any probability was given, or who did
hold it. The band of a bin is where the share that happened lies, 95 times in 100, if the forecasts
are right (consistency bars of Broecker and Smith 2007, doi:10.1175/WAF993.1). Truth is drawn from
the forecasts with one number a place for all its dates, since what has fallen stays fallen: the
widest band that the forecasts allow for a place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats, Ints

BINS = 10
_DRAWS = 400


@dataclass(frozen=True)
class Bin:
    """Cases whose probability lies from `low` to `high`."""

    low: float
    high: float
    cases: int
    forecast: float  # mean probability
    happened: float  # share of the cases
    band_low: float
    band_high: float


def reliability(
    probability: Sequence[Floats], outcome: Sequence[Ints], level: float = 0.95, seed: int = 0
) -> list[Bin]:
    """Bins that are not empty, over one or more forecasts.

    Each forecast is (T, P, K) with its outcomes (T, P), -1 where nothing is known.
    """
    rng = np.random.default_rng(seed)
    parts = [_counts(p, o, rng) for p, o in zip(probability, outcome, strict=True)]
    cases, total, happened, drawn = (np.sum([part[i] for part in parts], axis=0) for i in range(4))
    tail = (1.0 - level) / 2.0
    curve = []
    for b in np.flatnonzero(cases):
        low, high = np.quantile(drawn[:, b] / cases[b], [tail, 1.0 - tail])
        curve.append(
            Bin(
                b / BINS,
                (b + 1) / BINS,
                int(cases[b]),
                float(total[b] / cases[b]),
                float(happened[b] / cases[b]),
                float(low),
                float(high),
            )
        )
    return curve


def _counts(
    p: Floats, outcome: Ints, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats, Floats]:
    """By bin: cases, sum of probabilities, what happened; and (draws, bins) what might have."""
    known = outcome >= 0
    places = np.broadcast_to(np.arange(p.shape[1]), outcome.shape)[known]
    p, outcome = p[known], outcome[known]
    holders = np.arange(p.shape[1])
    did = holders == outcome[:, None]
    used = (p > 0.0) | did
    code = np.minimum((p * BINS).astype(np.int64), BINS - 1)

    def by_bin(weights: Floats) -> Floats:
        return np.bincount(code[used], weights[used], BINS).astype(np.float64)

    edges = p.cumsum(axis=1)
    drawn = []
    for _ in range(_DRAWS):
        level = rng.random(int(places.max(initial=-1)) + 1)[places, None]
        might = np.minimum((edges <= level).sum(axis=1), p.shape[1] - 1)
        drawn.append(by_bin((holders == might[:, None]).astype(np.float64)))
    whole = by_bin(np.ones_like(p)), by_bin(p), by_bin(did.astype(np.float64))
    return *whole, np.array(drawn)
