"""The hazard baseline run forward: many histories of the whole map by Gillespie's method.

Places that fall change who is near what, so the places of a history are drawn together
(Gillespie 1977, doi:10.1021/j100540a008): the waiting time to the next change is exponential in
the total rate, and the change is drawn in proportion to its rate. Rates also change when what was
taken lately no longer counts as recent; being memoryless, the wait is then drawn anew.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import copy
from datetime import date

import numpy as np

from sim.analysis.backtest.exposure import FAR_KM, MOMENTUM_DAYS, Ground, momentum
from sim.analysis.backtest.hazard import Rates, near_factors, pair_rates, place_factors
from sim.arrays import Floats, Ints

HISTORIES = 2000


def forecast(
    rates: Rates,
    where: Ground,
    origin: date,
    holder: Ints,
    taken: list[tuple[date, int, int]],
    dates: Sequence[date],
    histories: int = HISTORIES,
    seed: int = 0,
) -> Floats:
    """(T, N, G + 1) probability of each holder of each place at the end of each of `dates`.

    `holder` (N,) is who holds the places at the origin, and `taken` what was taken lately
    (`sim.analysis.backtest.exposure.captures`). The same seed gives the same histories.
    """
    stops = [(day - origin).days for day in dates]
    recent = [((day - origin).days, place, taker) for day, place, taker in taken]
    counts = np.zeros((len(stops), len(where.places), len(where.factions) + 1))
    places = np.arange(len(where.places))
    first = _State(rates, where, holder, recent)
    for history in range(histories):
        luck = np.random.default_rng([seed, history])
        state = first.copy()
        for at, stop in enumerate(stops):
            state.run(stop, luck)
            counts[at, places, state.holder] += 1.0
    return counts / histories


class _State:
    """One history: who holds what on a day, and the rates that follow from it."""

    def __init__(
        self, rates: Rates, where: Ground, holder: Ints, taken: list[tuple[int, int, int]]
    ) -> None:
        self.rates, self.where = rates, where
        self.background = math.exp(rates.log_b)
        self.table = pair_rates(rates, where)
        self.by_place = place_factors(rates, where)[:, None]
        self.day, self.holder = 0.0, holder.copy()
        self.km = where.nearest_km(self.holder)
        self.taken: list[tuple[float, int, int]] = list(taken)
        self._set_near()

    def copy(self) -> _State:
        """The same history, to go another way from here."""
        other = copy(self)
        other.holder, other.km, other.near = self.holder.copy(), self.km.copy(), self.near.copy()
        other.taken = list(self.taken)
        return other

    def run(self, stop: int, luck: np.random.Generator) -> None:
        """Let things happen until the end of day `stop`."""
        while True:
            fades = self.taken[0][0] + MOMENTUM_DAYS if self.taken else math.inf
            happens = self.day + luck.exponential(1.0 / max(float(self.cumulative[-1]), 1e-300))
            if min(fades, happens) > stop:
                self.day = stop
                return
            if fades <= happens:
                self.day = fades
                self.taken.pop(0)
                self._set_near()
            else:
                self.day = happens
                self._change(luck.random() * float(self.cumulative[-1]))

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
        if self.rates.momentum:
            self.taken.append((self.day, place, taker))
            self._set_near()
            return
        for g in (taker, loser):  # nothing else has moved
            if g < factions:
                self.near[:, g] = near_factors(self.rates, self.km[:, g], np.zeros(1))
        self._set_rates()

    def _set_near(self) -> None:
        recent = np.zeros(self.km.shape)
        if self.rates.momentum:
            recent = momentum(self.where, self.taken).astype(np.float64)
        self.near = near_factors(self.rates, self.km, recent)
        self._set_rates()

    def _set_rates(self) -> None:
        """(N * G,) running sum of the rates a day of each place falling to each faction."""
        weekly = self.table[self.holder] * self.by_place * self.near + self.background
        held = np.flatnonzero(self.holder < len(self.where.factions))
        weekly[held, self.holder[held]] = 0.0
        self.cumulative = np.cumsum(weekly.ravel()) / 7.0
