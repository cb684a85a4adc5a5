"""The seam between the ensemble and the model: what the ensemble needs of a model, and no more.

The real model is imported only when the first run asks for it, because Mesa and numba take
seconds to import; tests give a fake one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.config.check import Known
from sim.config.schema import Config
from sim.ensemble.compile_lock import compiling_alone
from sim.model.known import known


class Setup(Protocol):
    """What is static of a scenario; U units, of which the first `hexes` are hexes."""

    @property
    def factions(self) -> tuple[str, ...]:
        """Names of the factions, in the order of `Outcomes.cells`."""

    @property
    def unit_ids(self) -> tuple[str, ...]:
        """(U,) identifiers of hexes and places."""

    @property
    def unit_names(self) -> tuple[str, ...]:
        """(U,) names for people."""

    @property
    def lon(self) -> Floats:
        """(U,) degrees east."""

    @property
    def lat(self) -> Floats:
        """(U,) degrees north."""

    @property
    def hexes(self) -> int:
        """Number of hexes."""

    @property
    def days(self) -> int:
        """Days from origin to horizon."""

    @property
    def record_days(self) -> tuple[int, ...]:
        """Days since the origin at which control and alarm are recorded."""

    @property
    def curves(self) -> tuple[str, ...]:
        """Names of the alarm curves."""


class Outcomes(Protocol):
    """What a block of worlds gives."""

    @property
    def worlds(self) -> dict[str, NDArray[Any]]:
        """One value a world by column; `_date` columns are days since the origin, -1 for never."""

    @property
    def cells(self) -> NDArray[np.int32]:
        """(record dates, factions + 1, U): worlds in which each faction, or nobody, holds it."""

    @property
    def curves(self) -> NDArray[np.int32]:
        """(curves, record dates, 101): worlds whose alarm rounds to each hundredth."""


class Simulator(Protocol):
    """A model of the theatre."""

    def known(self, seeds: Path) -> Known:
        """The names that settings may use."""

    def prepare(self, config: Config, seeds: Path) -> Any:
        """The `Setup` of a scenario; raises LandbridgeError for seeds that cannot be used."""

    def simulate(self, setup: Any, draws: Sequence[int], replications: Sequence[int]) -> Outcomes:
        """Worlds (draw, replication), each a pure function of its numbers and the setup."""


class LandbridgeModel:
    """The model in `sim.model`."""

    def known(self, seeds: Path) -> Known:
        """See `sim.model.known.known`."""
        return known(seeds)

    def prepare(self, config: Config, seeds: Path) -> Any:
        """See `sim.model.simulate.prepare`."""
        from sim.model.simulate import prepare

        return prepare(config, seeds)

    def simulate(self, setup: Any, draws: Sequence[int], replications: Sequence[int]) -> Outcomes:
        """See `sim.model.simulate.simulate`."""
        from sim.model.simulate import simulate

        with compiling_alone():
            outcomes: Outcomes = simulate(setup, draws, replications)
        return outcomes
