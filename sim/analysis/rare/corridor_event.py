"""Worlds of the model as particles: a clone has random numbers of its own from then on.

The uncertain inputs of a world stay what they are in its clones. So that a few worlds with lucky
inputs do not stand for all, many more inputs are drawn at the origin than there are particles,
which costs next to nothing, and it is from these candidates that the first particles are chosen,
by a importance that pilots have learned: importance sampling of the inputs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.analysis.rare.features import Progress
from sim.analysis.rare.importance import Guide
from sim.analysis.rare.splitting import Population
from sim.arrays import Flags, Floats, Ints
from sim.definitions import WAYS
from sim.model.inputs import sample
from sim.model.model import WorldBatch
from sim.model.setup import Setup
from sim.model.state import NEVER, Records, chosen
from sim.rng import world_key

CANDIDATES = 16  # draws of the inputs for each particle, where inputs are uncertain


@dataclass(frozen=True)
class Corridor:
    """The event that a corridor has formed by the horizon; `way` is road or territory."""

    setup: Setup
    way: str
    candidates: int
    steps: int
    progress: Progress

    @classmethod
    def of(cls, setup: Setup, way: str) -> Corridor:
        """The event in a scenario."""
        steps = 0
        while int(steps * setup.tick_days) < setup.days:
            steps += 1
        candidates = 1 if setup.start.central else CANDIDATES
        # nobody reads what a particle would record, or what comes after the horizon
        bare = replace(setup, record_days=(), beyond=0)
        return cls(bare, way, candidates, steps, Progress.of(setup, way))

    def start(self, repeat: int, size: int) -> Population:
        """Worlds at the origin, none of them made yet."""
        return _Inputs(self, np.arange(repeat * size, (repeat + 1) * size))

    def guide(self) -> Guide:
        """What is promising before anything is learned: fast fronts, a short way that is left."""
        first, later = np.zeros(len(self.setup.start.inputs) + 1), self.progress.first_guess
        state = WorldBatch(self.setup, [0], [0]).state
        toll = self.progress.features(state, 0)[0, 0] * self.progress.pace(state.inputs)[0]
        first[-1] = later[0] * toll
        return Guide((first, *[np.append(later, 0.0)] * (self.steps - 1)))


@dataclass(frozen=True)
class _Inputs:
    """Worlds of which only the number of their draw is known."""

    system: Corridor
    draws: Ints

    def features(self) -> Floats:
        """(n, inputs + 1) the uncertain inputs, and how slowly they let fronts move."""
        start = self.system.setup.start
        draws = self.draws.tolist()
        variant = start.variants.drawn(start.seed, draws, start.central).tolist()
        values = sample(start.inputs, start.seed, draws, start.central, start.joints, variant)
        return np.column_stack([values, 1.0 / self.system.progress.pace(values)])

    def certain(self) -> Flags:
        """Nothing has formed at the origin."""
        return np.zeros(len(self.draws), np.bool_)

    def possible(self) -> Flags:
        """All may."""
        return np.ones(len(self.draws), np.bool_)

    def split(self, parents: Ints) -> Population:
        """Worlds with the inputs of `parents` (in order), each with its own random numbers."""
        draws = self.draws[parents]
        replications = np.arange(len(parents)) - np.searchsorted(parents, parents)
        model = WorldBatch(self.system.setup, draws.tolist(), replications.tolist())
        return _Particles(self.system, model, np.stack([draws, replications], axis=1))

    def advance(self) -> None:
        """Never: candidates are split before they are stepped."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is held."""


@dataclass(frozen=True)
class _Particles:
    """A batch of worlds that one model steps."""

    system: Corridor
    model: WorldBatch
    names: Ints  # (n, 2) draw and chance of the first ancestor

    def features(self) -> Floats:
        """See `Progress`."""
        return self.system.progress.features(self.model.state, self.model.day)

    def certain(self) -> Flags:
        """Worlds in which the corridor has formed."""
        formed: Flags = self._corridor().formed != NEVER
        return formed

    def possible(self) -> Flags:
        """Worlds in which it could still be open for long enough."""
        setup = self.system.setup
        could: Flags = (self._corridor().streak > 0) | (self.model.day < setup.days)
        return could | self.certain()

    def split(self, parents: Ints) -> Population:
        """The first child of a world is the world itself, the others get a branch of their own."""
        model, setup = self.model, self.system.setup
        names = self.names[parents]
        model.state = chosen(model.state, parents)
        model.draws = model.draws[parents]
        clones = np.flatnonzero(np.diff(parents, prepend=-1) == 0)
        first = model.ticks * 1_000_000 + 1  # branches that no clone of another tick has
        model.state.key[clones] = [
            world_key(setup.start.seed, int(names[i, 0]), int(names[i, 1]), first + int(i))
            for i in clones
        ]
        return replace(self, names=names)

    def advance(self) -> None:
        """One tick; at the horizon corridors that are open are followed beyond it."""
        self.model.step()
        if self.model.day == self.system.setup.days:
            self.model.follow_up()

    def close(self) -> None:
        """The model is not needed any more."""
        self.model.close()

    def _corridor(self) -> Records:
        """(n,) records of the way that is asked about."""
        return self.model.state.corridor[:, WAYS.index(self.system.way)]
