"""The probability of a rare event with its interval, and what splitting has saved.

The estimate is the mean of independent repetitions, the interval Student's for their number, on
the scale of logarithms (delta method), since the estimate of a small probability is skewed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
from scipy.special import stdtrit

from sim.analysis.rare.importance import Guide, learn
from sim.analysis.rare.splitting import Repetition, System, repetition
from sim.analysis.stats.intervals import Interval
from sim.ensemble.execute.threads import stream

METHOD = "independent repetitions of splitting, Student on the log scale"


@dataclass(frozen=True)
class Rare:
    """P(event) from repetitions of splitting."""

    interval: Interval
    relative_error: float  # standard error over estimate; nan if the event was never reached
    repetitions: tuple[float, ...]
    steps: int  # particles stepped in the repetitions
    pilot_steps: int  # and in the pilots
    plain_steps: float  # that plain Monte Carlo would need for the same relative error

    @property
    def gain(self) -> float:
        """How many times fewer steps than plain Monte Carlo, pilots included."""
        return self.plain_steps / (self.steps + self.pilot_steps)

    @property
    def largest(self) -> float:
        """Share of the estimate that the largest repetition makes up."""
        return max(self.repetitions) / sum(self.repetitions) if any(self.repetitions) else 0.0

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            **self.interval.as_dict(),
            "relative_error": self.relative_error,
            "repetitions": list(self.repetitions),
            "world_ticks": self.steps,
            "pilot_world_ticks": self.pilot_steps,
            "plain_world_ticks": self.plain_steps,
            "gain": self.gain,
        }


def rare(
    system: System,
    first: Guide,
    particles: int,
    repeats: int,
    rounds: int,
    pilots: int,
    seed: int = 0,
    threads: int = 0,
    watch: Callable[[int, int], None] | None = None,
) -> Rare:
    """Learn a guide by `rounds` of `pilots`, then estimate from `repeats` repetitions of it.

    `threads` as in `sim.ensemble.execute.threads.stream`; the result does not depend on them.
    `watch` is told how many pilots and repetitions are done, and of how many.
    """
    total, began = rounds * pilots + repeats, count(1)

    def seen() -> None:
        if watch is not None:
            watch(next(began), total)

    learned = learn(system, first, particles, rounds, pilots, seed, threads, seen)

    def numbered(number: int) -> tuple[int, Repetition]:
        return number, repetition(system, learned.guide, particles, number, seed)

    done = {}
    for number, result in stream(numbered, range(repeats), threads):
        done[number] = result
        seen()
    estimates = [done[number].estimate for number in range(repeats)]
    return combine(estimates, sum(r.steps for r in done.values()), learned.steps, system.steps)


def combine(
    estimates: Sequence[float], steps: int, pilot_steps: int, horizon: int, level: float = 0.95
) -> Rare:
    """One result from the estimates of repetitions (at least 2) of `horizon` steps a particle."""
    number, mean = len(estimates), float(np.mean(estimates))
    if mean <= 0.0:
        none = Interval(0.0, 0.0, 1.0, level, "none: the event was never reached")
        return Rare(none, math.nan, tuple(estimates), steps, pilot_steps, math.nan)
    error = float(np.std(estimates, ddof=1)) / math.sqrt(number) / mean
    reach = float(stdtrit(number - 1.0, (1.0 + level) / 2.0)) * error
    low, high = mean * math.exp(-reach), min(1.0, mean * math.exp(reach))
    plain = horizon * (1.0 - mean) / mean / error**2 if error > 0.0 else math.inf
    interval = Interval(mean, low, high, level, METHOD)
    return Rare(interval, error, tuple(estimates), steps, pilot_steps, plain)
