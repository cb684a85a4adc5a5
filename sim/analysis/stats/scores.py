"""Scores of forecasts of who holds what; all are negatively oriented: less is better.

**Brier** (1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2), over all holders: 0 for a
certain and right forecast, 2 for a certain and wrong one. Shares among the members of an ensemble
are estimates of the model's probabilities, and their own error would count against it, so the
expected part of that is taken off (the *fair* score of Ferro 2014, doi:10.1002/qj.2270): its
expectation does not depend on the number of members, and it can be a little below 0.

**Log score** (Good 1952, doi:10.1111/j.2517-6161.1952.tb00104.x), in nats. A share of 0 would
make it infinite, so every forecast, the baselines' too, is first mixed with 1% of the uniform
distribution over the K holders that are possible: the worst score is -ln(0.01 / K).

**Skill** is 1 - score / score of a reference: 1 is perfect, 0 as good as the reference, below 0
worse.
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats, Ints

UNIFORM_SHARE = 0.01  # of the uniform distribution in what the log score sees


def brier(probability: Floats, outcome: Ints, members: int = 0) -> Floats:
    """(...) Brier score from 0 to 2 of forecasts (..., K) given which of the K came true (...).

    `members` is the size of the ensemble that the probabilities are shares of, for the fair
    score; 0 if they are exact. Raises ValueError for an ensemble of one, which has no fair score.
    """
    if members == 1 or members < 0:
        raise ValueError(f"an ensemble of {members} has no fair score")
    happened = np.arange(probability.shape[-1]) == outcome[..., None]
    squares = ((probability - happened) ** 2).sum(axis=-1)
    if members:
        squares = squares - (probability * (1.0 - probability)).sum(axis=-1) / (members - 1.0)
    return np.asarray(squares, dtype=np.float64)


def log_score(probability: Floats, outcome: Ints, uniform: float = UNIFORM_SHARE) -> Floats:
    """(...) minus the log of the probability (..., K) given to what came true (...), in nats.

    `uniform` is the share of the uniform distribution that is mixed in first.
    """
    given = np.take_along_axis(probability, outcome[..., None], axis=-1)[..., 0]
    return np.asarray(-np.log((1.0 - uniform) * given + uniform / probability.shape[-1]))


def skill(score: Floats, reference: Floats) -> Floats:
    """1 - score / reference, elementwise; where the reference is 0: 0 for the same, else -inf."""
    score, reference = np.broadcast_arrays(np.asarray(score), np.asarray(reference))
    same = np.where(score <= 0.0, 0.0, -np.inf)
    safe = np.where(reference == 0.0, 1.0, reference)
    return np.asarray(np.where(reference == 0.0, same, 1.0 - score / safe))
