"""A runner in place of the model's: what a particle does is a law of its inputs and its draw."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from sim.analysis.calibration.windows import Window, counts, statistics
from sim.config.schema import Config
from sim.model.inputs import Joint
from sim.theatre.spec import theatre_spec
from tests.support.folders import SEEDS

SPEC = theatre_spec(SEEDS)


class FakeRunner:
    """Losses of ISIS go with the tempo; ISIS gains nothing and others change nothing."""

    ran: ClassVar[list[tuple[Window, int]]] = []
    stop_after: ClassVar[int] = -1  # pieces until Ctrl-C is pressed

    def __init__(self, config: Config, seeds: Path, window: Window, joint: Joint) -> None:
        self.window, self.joint = window, joint

    def statistics(self, draws: Sequence[int]) -> np.ndarray:
        if 0 <= self.stop_after <= len(self.ran):
            raise KeyboardInterrupt
        self.ran.append((self.window, draws[0]))
        found = np.zeros((len(draws), len(statistics(SPEC))))
        for row, draw in zip(found, draws, strict=True):
            luck = np.random.default_rng([draw, self.window.start.toordinal()])
            tempo = self.joint.values[self.joint.row(0, draw), 0]
            row[1:7] = luck.poisson(tempo * np.array([1.0, 0.5, 0.5, 0.8, 0.3, 0.4]))
            row[0] = row[1:7].sum()
            row[9 : counts(SPEC)] = row[0], luck.binomial(int(row[0]), 0.5)
            row[counts(SPEC) :] = luck.normal([7.2, -0.1], 0.3)
        return found
