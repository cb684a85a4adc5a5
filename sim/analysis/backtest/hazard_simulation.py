"""The hazard baseline run forward: many histories of the whole map by Gillespie's method.

Places that fall change who is near what, so the places of a history are drawn together
(Gillespie 1977, doi:10.1021/j100540a008): the waiting time to the next change is exponential in
the total rate, and the change is drawn in proportion to its rate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import numpy as np

from sim.analysis.backtest.hazard import FAR_KM, Ground, Rates
from sim.arrays import Floats, Ints

HISTORIES = 2000


def forecast(
    rates: Rates,
    where: Ground,
    origin: date,
    holder: Ints,
    dates: Sequence[date],
    histories: int = HISTORIES,
    seed: int = 0,
) -> Floats:
    """(T, N, G + 1) probability of each holder of each place at the end of each of `dates`.

    `holder` (N,) is who holds the places at the origin. The same seed gives the same histories.
    """
    counts = np.zeros((len(dates), len(where.places), len(where.factions) + 1))
    places = np.arange(len(where.places))
    for number in range(histories):
        rng = np.random.default_rng([seed, number])
        history = History(rates, where, holder)
        for at, day in enumerate(dates):
            history.run((day - origin).days, rng)
            counts[at, places, history.holder] += 1.0
    return counts / histories


class History:
    """Who holds what on a day, and the rates that follow from it."""

    def __init__(self, rates: Rates, where: Ground, holder: Ints) -> None:
        """Day 0, with `holder` (N,) of the places."""
        self.where = where
        self.ell, self.background = math.exp(rates.log_ell), math.exp(rates.log_b)
        self.table = np.where(where.war, np.exp(rates.mu + rates.attacker), 0.0)
        self.day, self.holder = 0.0, holder.copy()
        self.km = where.nearest_km(self.holder)
        self._set_rates()

    def run(self, stop: int, rng: np.random.Generator) -> None:
        """Let things happen until the end of day `stop`."""
        while True:
            whole = float(self.cumulative[-1])
            self.day += rng.exponential(1.0 / max(whole, 1e-300))
            if self.day > stop:
                self.day = stop  # the wait has no memory
                return
            self._change(rng.random() * whole)

    def _change(self, level: float) -> None:
        """The change that a point on the running sum of rates stands for."""
        where, factions = self.where, len(self.where.factions)
        at = int(np.searchsorted(self.cumulative, level, side="right"))
        place, taker = divmod(min(at, len(self.cumulative) - 1), factions)
        loser = int(self.holder[place])
        self.holder[place] = taker
        self.km[:, taker] = np.minimum(self.km[:, taker], where.km[:, place])
        if loser < factions:
            left = where.km[:, self.holder == loser]
            self.km[:, loser] = left.min(axis=1, initial=FAR_KM)
        self._set_rates()

    def _set_rates(self) -> None:
        """(N * G,) running sum of the rates a day of each place falling to each faction."""
        weekly = self.table[self.holder] * np.exp(-self.km / self.ell) + self.background
        held = np.flatnonzero(self.holder < len(self.where.factions))
        weekly[held, self.holder[held]] = 0.0
        self.cumulative = np.cumsum(weekly.ravel()) / 7.0
