"""Importance splitting at fixed times: an unbiased estimate of the probability of a rare event.

Particles are stepped together. After each step they are resampled: those that look promising are
cloned, those that do not mostly end, and every particle carries the weight that makes up for it
(Del Moral and Garnier 2005, doi:10.1214/105051605000000566; Cerou and Guyader 2007,
doi:10.1080/07362990601139628). A particle with weight W is given a number of children whose mean is
proportional to W x importance, and each child the weight that keeps the expected sum of weights of
whatever it does later. So the estimate, the sum of the weights of the particles that reach the
event, is unbiased for any importance, also one that is worked out from the population as it stands;
a good importance, close to the probability of the event from here, makes its variance small.
Children are numbered by systematic resampling (Kitagawa 1996, doi:10.2307/1390750; Douc, Cappe and
Moulines 2005, arXiv:cs/0507025).

Particles whose event is certain leave with their weight, those for which it has become impossible
leave with none; neither costs anything further.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from sim.arrays import Flags, Floats, Ints
from sim.rng import world_key

# Log of the importance (n,), up to a constant, from the time (0 to steps - 1) and features (n, d)
ImportanceFunction = Callable[[int, Floats], Floats]

SPLITTING = -1  # in the place of a draw of the inputs, which is never negative
CALM = 0.7  # effective share of the particles above which nothing is resampled
FLOOR = 0.25  # and below which the importance is flattened
DEFENCE = 0.2  # share of the children given out by weight alone, whatever the importance says


class Population(Protocol):
    """Particles of a Markov process at one time."""

    def features(self) -> Floats:
        """(n, d) what the importance of each is worked out from; d may depend on the time."""

    def certain(self) -> Flags:
        """(n,) whether the event is certain: it has happened."""

    def possible(self) -> Flags:
        """(n,) whether the event may still happen."""

    def split(self, parents: Ints) -> Population:
        """The children of some particles (m,), in order; clones have a future of their own."""

    def advance(self) -> None:
        """One step further."""

    def close(self) -> None:
        """Let go of all particles; nothing else is asked of them."""


class System(Protocol):
    """A Markov process of a fixed number of steps, and an event that is known at their end."""

    @property
    def steps(self) -> int:
        """Number of steps."""

    @property
    def candidates(self) -> int:
        """Particles that are started for each one that is stepped, at least 1."""

    def start(self, repeat: int, size: int) -> Population:
        """Particles at time 0, independent from repetition to repetition."""


@dataclass
class Stage:
    """The population at a time, before it is resampled, and what became of it."""

    features: Floats  # (n, d)
    weight: Floats  # (n,)
    certain: Flags  # (n,)
    parents: Ints  # (m,) of the population of the next stage


@dataclass
class Repetition:
    """One estimate."""

    estimate: float
    steps: int  # particles stepped, summed over time
    stages: list[Stage] = field(default_factory=list)  # if they were asked for

    def contributions(self) -> list[Floats]:
        """By stage: (n,) the part of the estimate that each particle's descendants make up."""
        parts: list[Floats] = []
        later = np.zeros(0)
        for stage in reversed(self.stages):
            own = np.where(stage.certain, stage.weight, 0.0)
            later = own + np.bincount(stage.parents, later, len(own))
            parts.append(later)
        return parts[::-1]


def repetition(
    system: System,
    importance: ImportanceFunction,
    particles: int,
    repeat: int,
    seed: int = 0,
    keep: bool = False,
) -> Repetition:
    """Run one population of `particles` and estimate P(event); `keep` its stages to learn from.

    Unbiased for any importance that does not depend on this repetition's own random numbers. The
    importance that a particle's ancestor had at time 0 is the last of its features from then on.
    """
    rng = np.random.default_rng(int(world_key(seed, SPLITTING, repeat, 0)))
    size = particles * system.candidates
    population = system.start(repeat, size)
    weight, first = np.full(size, 1.0 / size), np.zeros((size, 0))
    done = Repetition(0.0, 0)
    for time in range(system.steps + 1):
        certain = population.certain()
        done.estimate += float(weight[certain].sum())
        live = population.possible() & ~certain
        last = time == system.steps or not live.any()
        features = first if last else np.hstack([population.features(), first])
        parents, after = np.zeros(0, np.int64), weight
        if not last:
            log = importance(time, features)
            parents, after = _resample(weight, live, log, particles, rng)
            first = first[parents] if time else log[parents, None]
        if keep:
            done.stages.append(Stage(features, weight, certain, parents))
        if last:
            break
        population, weight = population.split(parents), after
        population.advance()
        done.steps += len(parents)
    population.close()
    return done


def _resample(
    weight: Floats, live: Flags, log: Floats, particles: int, rng: np.random.Generator
) -> tuple[Ints, Floats]:
    """Parents and weights of the next population; the living as they are if nothing is gained."""
    index = np.flatnonzero(live)
    weight = weight[index]
    mean = _children(weight, log[index])
    if len(index) <= particles and _effective(mean) > CALM * particles:
        return index, weight
    mean *= particles / mean.sum()
    number = _systematic(mean, np.argsort(log[index], kind="stable"), rng)
    return np.repeat(index, number), np.repeat(weight / mean, number)


def _children(weight: Floats, log: Floats) -> Floats:
    """(n,) mean numbers of children, up to a factor: weight x importance, flattened, defended."""
    log = log - log.max()
    power = 1.0
    for _ in range(20):  # flatter until the effective number of parents is no less than the floor
        mean = weight * np.exp(power * log)
        if _effective(mean) >= FLOOR * _effective(weight):
            break
        power *= 0.7
    return (1.0 - DEFENCE) * mean / mean.sum() + DEFENCE * weight / weight.sum()


def _effective(mean: Floats) -> float:
    """Kish's effective number of equal weights."""
    return float(mean.sum() ** 2 / (mean**2).sum())


def _systematic(mean: Floats, order: Ints, rng: np.random.Generator) -> Ints:
    """(n,) whole numbers with these means that sum to their sum, a whole number itself.

    Each has its mean in any order; neighbours in `order` are balanced against each other.
    """
    edges = np.cumsum(mean[order])
    edges *= round(float(edges[-1])) / edges[-1]
    marks = np.floor(edges - rng.random()).astype(np.int64)
    counts = np.zeros(len(mean), np.int64)
    counts[order] = np.diff(marks, prepend=-1)
    return counts
