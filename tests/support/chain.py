"""A Markov chain with a known answer: a walk that drifts down and must climb to the top in time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from sim.rng import world_key


def exact(up: float, top: int, steps: int, hidden: tuple[float, ...] = (0.0,)) -> float:
    """P(at `top` within `steps`), by dynamic programming; up + hidden is even over `hidden`."""
    found = []
    for more in hidden:
        p = np.zeros(top + 1)
        p[0] = 1.0
        for _ in range(steps):
            after = np.zeros(top + 1)
            after[top] = p[top]
            after[1:] += p[:top] * (up + more)
            after[: top - 1] += p[1:top] * (1.0 - up - more)
            after[0] += p[0] * (1.0 - up - more)
            p = after
        found.append(p[top])
    return float(np.mean(found))


@dataclass
class Walkers:
    """A population at one time."""

    chain: Chain
    at: np.ndarray
    up: np.ndarray
    left: int
    luck: np.random.Generator

    def features(self) -> np.ndarray:
        return np.column_stack([self.at, self.up]).astype(np.float64)

    def certain(self) -> np.ndarray:
        return self.at == self.chain.top

    def possible(self) -> np.ndarray:
        return self.at + self.left >= self.chain.top

    def split(self, parents: np.ndarray) -> Walkers:
        return replace(self, at=self.at[parents], up=self.up[parents])

    def advance(self) -> None:
        climbs = self.luck.random(len(self.at)) < self.up
        self.at = np.where(climbs, self.at + 1, np.maximum(self.at - 1, 0))
        self.left -= 1

    def close(self) -> None:
        self.chain.closed.append(self.left)


@dataclass(frozen=True)
class Chain:
    """The walk; each particle has one of the `hidden` parts of its chance to climb."""

    up: float
    top: int
    steps: int
    hidden: tuple[float, ...] = (0.0,)
    candidates: int = 1
    seed: int = 0
    closed: list[int] = field(default_factory=list)  # steps left when each repetition ended

    def start(self, repeat: int, size: int) -> Walkers:
        luck = np.random.default_rng(int(world_key(self.seed, -2, repeat)))
        up = self.up + np.array(self.hidden)[luck.integers(len(self.hidden), size=size)]
        return Walkers(self, np.zeros(size, int), up, self.steps, luck)
