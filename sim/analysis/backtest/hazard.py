"""The hazard baseline: places fall to whoever is near, at the rates of the years before.

Place i, held by h, falls to faction g at the weekly rate

    exp(mu + u[g] + v[h, g] + w[i] + beta size[i] + gamma recent[i, g] - km[i, g] / ell)  +  b

where the first term counts only between factions at war, km is the straight distance to the
nearest other place that g holds, `recent` says that g took a place within 100 km in the last 60
days, w tells places that fall easily from those that do not, and b is what happens out of nowhere.
The parameters are the mode of the posterior: Poisson likelihood of the record up to the origin (a
point process with rates that are constant between changes) times normal priors, which shrink rare
pairs to the common rate and are all there is when nothing has been seen. Which terms are used, and
how far back the record is (all of it, a year, half a year), is chosen by prequential
cross-validation (Dawid 1984, doi:10.2307/2981683) inside the record up to the origin: fit on what
came before a day, score the log likelihood of the next quarter.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any

import numpy as np
from scipy.optimize import minimize

from sim.analysis.backtest.exposure import Exposure, Ground, exposure
from sim.analysis.backtest.observations import Record
from sim.arrays import Floats
from sim.theatre.history.reports import FIRST

# Prior mean and standard deviation; inferred. A place 30 km from an enemy falls within a year
# with probability 0.4; one takeover out of nowhere in the theatre in two or three years.
PRIOR = {
    "mu": (math.log(0.02), 1.5),
    "log_ell": (math.log(40.0), 0.7),
    "log_b": (math.log(1e-5), 1.0),
    "size": (0.0, 0.5),
    "momentum": (0.0, 1.0),
    "attacker": (0.0, 1.0),
    "pair": (0.0, 0.7),
    "place": (0.0, 1.0),
}
FORMS: tuple[tuple[str, ...], ...] = (
    (),
    ("attacker",),
    ("attacker", "pair"),
    ("attacker", "momentum"),
    ("attacker", "size"),
    ("place",),
    ("attacker", "place"),
)
WINDOWS = (None, 365, 182)  # days of the record that are fitted to; None: all
FIRST_CUT = 90  # days of record before the first day that is predicted
QUARTER = 91


@dataclass(frozen=True, eq=False)
class Rates:
    """Parameters; `attacker` (G,), `pair` (G + 1, G), the last holder being none, `place` (N,)."""

    mu: float
    log_ell: float
    log_b: float
    size: float
    momentum: float
    attacker: Floats
    pair: Floats
    place: Floats


@dataclass(frozen=True, eq=False)
class Fitted:
    """The baseline that was chosen, and what was tried: (terms, window, log likelihood ahead)."""

    rates: Rates
    terms: tuple[str, ...]
    window: int | None
    tried: list[tuple[tuple[str, ...], int | None, float]]
    events: int  # changes that it was fitted to


def choose(record: Record, where: Ground, origin: date, stand_in: list[str | None]) -> Fitted:
    """Cross-validate forms and windows on the record up to `origin`, and fit the best one.

    Without a whole quarter to predict, the form with a rate for each attacker on all of it.
    """
    candidates = list(product(FORMS, WINDOWS))
    ahead = dict.fromkeys(candidates, 0.0)
    for cut, until in _folds(origin):
        test = exposure(record, where, cut, until, stand_in)
        seen: dict[date, list[float]] = {}  # windows longer than the record are the same
        for window in WINDOWS:
            first = _first(cut, window)
            if first not in seen:
                rows = exposure(record, where, first, cut, stand_in)
                fits = (fit(rows, where, terms) for terms in FORMS)
                seen[first] = [log_likelihood(one, test, where) for one in fits]
            for terms, score in zip(FORMS, seen[first], strict=True):
                ahead[terms, window] += score
    best = max(candidates, key=ahead.__getitem__)
    if not any(ahead.values()):
        best = (("attacker",), None)
    terms, window = best
    rows = exposure(record, where, _first(origin, window), origin, stand_in)
    tried = [(*one, score) for one, score in ahead.items()]
    return Fitted(fit(rows, where, terms), terms, window, tried, int(rows.taken.sum()))


def _first(end: date, window: int | None) -> date:
    return FIRST if window is None else max(FIRST, end - timedelta(window))


def _folds(origin: date) -> Iterator[tuple[date, date]]:
    """Quarters to predict: (day before the first, last day)."""
    cut = FIRST + timedelta(FIRST_CUT)
    while cut + timedelta(QUARTER) <= origin:
        yield cut, cut + timedelta(QUARTER)
        cut += timedelta(QUARTER)


def fit(rows: Exposure, where: Ground, terms: tuple[str, ...]) -> Rates:
    """The posterior mode of the parameters of a form; terms that it lacks are 0."""
    layout = _Layout(where, terms)

    def loss(theta: Floats) -> tuple[float, Floats]:
        rates = layout.rates(theta)
        value, slope = _minus_log_likelihood(rates, rows, where)
        gap = (theta - layout.centre) / layout.spread
        return value + 0.5 * float(gap @ gap), layout.vector(slope) + gap / layout.spread

    found = minimize(loss, layout.centre, jac=True, method="TNC")
    return layout.rates(found.x)


class _Layout:
    """Parameters as a vector of those that a form has."""

    def __init__(self, where: Ground, terms: tuple[str, ...]) -> None:
        factions = len(where.factions)
        shapes: dict[str, tuple[int, ...]] = {"mu": (), "log_ell": (), "log_b": ()}
        shapes |= {name: () for name in ("size", "momentum") if name in terms}
        shapes |= {"attacker": (factions,)} if "attacker" in terms else {}
        shapes |= {"pair": (factions + 1, factions)} if "pair" in terms else {}
        shapes |= {"place": (len(where.places),)} if "place" in terms else {}
        self._shapes = shapes
        self._sizes = [math.prod(shape) for shape in shapes.values()]
        self.centre = np.repeat([PRIOR[name][0] for name in shapes], self._sizes)
        self.spread = np.repeat([PRIOR[name][1] for name in shapes], self._sizes)
        self._absent: dict[str, Any] = {
            "size": 0.0,
            "momentum": 0.0,
            "attacker": np.zeros(factions),
            "pair": np.zeros((factions + 1, factions)),
            "place": np.zeros(len(where.places)),
        }

    def rates(self, theta: Floats) -> Rates:
        parts = np.split(theta, np.cumsum(self._sizes)[:-1])
        named: dict[str, Any] = {
            name: part.reshape(shape) if shape else float(part[0])
            for (name, shape), part in zip(self._shapes.items(), parts, strict=True)
        }
        return Rates(**(self._absent | named))

    def vector(self, rates: Rates) -> Floats:
        return np.concatenate([np.ravel(getattr(rates, name)) for name in self._shapes])


def pair_rates(rates: Rates, where: Ground) -> Floats:
    """(G + 1, G) weekly rate by holder and attacker, at no distance and middling size."""
    log_rate = rates.mu + rates.attacker + rates.pair
    return np.asarray(np.where(where.war, np.exp(log_rate), 0.0))


def place_factors(rates: Rates, where: Ground) -> Floats:
    """(N,) factor on the rates that the size of each place makes."""
    return np.asarray(np.exp(rates.size * where.size + rates.place))


def near_factors(rates: Rates, km: Floats, recent: Floats) -> Floats:
    """Factor that distance and momentum make, elementwise."""
    return np.asarray(np.exp(rates.momentum * recent - km / math.exp(rates.log_ell)))


def log_likelihood(rates: Rates, rows: Exposure, where: Ground) -> float:
    """Log likelihood of rows under given rates."""
    return -_minus_log_likelihood(rates, rows, where)[0]


def _minus_log_likelihood(rates: Rates, rows: Exposure, where: Ground) -> tuple[float, Rates]:
    """Minus the log likelihood and its slope, by parameter."""
    war = pair_rates(rates, where)[rows.holder, rows.attacker]
    war = war * place_factors(rates, where)[rows.place] * near_factors(rates, rows.km, rows.recent)
    background = math.exp(rates.log_b)
    whole = war + background
    value = float(rows.weeks @ whole - rows.taken @ np.log(whole))
    by_rate = rows.weeks - rows.taken / whole
    by_log = by_rate * war
    factions = len(where.factions)
    pairs = np.bincount(rows.holder * factions + rows.attacker, by_log, (factions + 1) * factions)
    slope = Rates(
        mu=float(by_log.sum()),
        log_ell=float(by_log @ rows.km) / math.exp(rates.log_ell),
        log_b=float(by_rate.sum()) * background,
        size=float(by_log @ where.size[rows.place]),
        momentum=float(by_log @ rows.recent),
        attacker=np.bincount(rows.attacker, by_log, factions).astype(np.float64),
        place=np.bincount(np.maximum(rows.place, 0), by_log, len(where.places)).astype(np.float64),
        pair=pairs.reshape(factions + 1, factions).astype(np.float64),
    )
    return value, slope
