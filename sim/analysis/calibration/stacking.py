"""Weights of variants of the rules, by how well each foretells windows that its fit did not see.

Stacking of predictive distributions (Yao, Vehtari, Simpson and Gelman 2018, doi:10.1214/17-BA1091):
the weights are those of the mixture with the best log score over windows that were each left out of
the fit. Unlike posterior probabilities of models they do not run to 0 and 1 with a longer record
when none of the variants is true. A floor keeps every variant in, since a few years of one war
cannot rule one out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from sim.analysis.calibration.fit import fit
from sim.analysis.calibration.record import compare
from sim.analysis.calibration.table import Runner, Table, at_quantiles, fitted_keys
from sim.analysis.calibration.windows import Window, windows
from sim.arrays import Floats
from sim.config.schema import Config
from sim.ensemble.execute.threads import stream
from sim.errors import LandbridgeError
from sim.model.inputs import Joint
from sim.theatre.spec import TheatreSpec, theatre_spec

FLOOR = 0.05  # least weight of a variant


def weights(chances: Floats, floor: float = FLOOR) -> Floats:
    """(V,) weights of V variants, which sum to 1.

    Args:
        chances: (V, N) chance that each variant gave to what happened in N cases, above 0.
        floor: least weight of a variant.

    Raises:
        LandbridgeError: a floor that V variants cannot have.
    """
    number = len(chances)
    if floor * number > 1.0:
        raise LandbridgeError(f"floor={floor:g}: must be at most 1 over the {number} variants")

    def loss(w: Floats) -> tuple[float, Floats]:
        mixture = w @ chances
        return -float(np.log(mixture).mean()), -(chances / mixture).mean(axis=1)

    even = np.full(number, 1.0 / number)
    sums = {"type": "eq", "fun": lambda w: w.sum() - 1.0, "jac": lambda w: np.ones(number)}
    optimum = minimize(
        loss, even, jac=True, method="SLSQP", bounds=[(floor, 1.0)] * number, constraints=[sums],
        options={"ftol": 1e-12, "maxiter": 500},
    )  # fmt: skip
    best: Floats = np.clip(optimum.x, floor, 1.0)
    return best / best.sum()


def foretold(
    config: Config,
    table: Table,
    truth: Floats,
    until: date,
    seeds: Path,
    accept: float,
    worlds: int,
) -> Floats:
    """(windows, places) chance of what the record shows at the end of windows left out of the fit.

    Args:
        config: settings of one variant of the rules.
        table: what its particles did in the windows.
        truth: (windows, statistics) of the record.
        until: the day until which windows count.
        seeds: folder of the record.
        accept: share of the particles that a fit keeps.
        worlds: how many are run in each window.
    """
    spec = theatre_spec(seeds)
    known = windows(until, spec)

    def scored(window: Window) -> tuple[int, Floats]:
        values = sample_without(config, table, truth, until, window, accept, worlds, spec)
        runner = Runner(config, seeds, window, Joint(fitted_keys(), values, each=1))
        return known.index(window), runner.chances(worlds, seeds)

    by_window = dict(stream(scored, known, config.executor.threads))
    return np.array([by_window[w] for w in range(len(known))])


def sample_without(
    config: Config,
    table: Table,
    truth: Floats,
    until: date,
    window: Window,
    accept: float,
    rows: int,
    spec: TheatreSpec,
) -> Floats:
    """(rows, FITTED) values of the pooled inputs that were fitted to all windows but one."""
    seed = config.ensemble.seed
    both = compare(table.windows, table.statistics, truth, until, seed, spec, window)
    return at_quantiles(fit(table.points, *both.features(), accept).resampled(rows), config)


def log_scores(chances: Sequence[Floats]) -> list[float]:
    """Mean log score of each variant over windows and places; 0 is perfect."""
    return [-float(np.log(probability).mean()) for probability in chances]
