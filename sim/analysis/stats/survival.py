"""Time to corridor: cumulative incidence, in all and by route, its median and restricted mean.

Routes are competing outcomes. P is of corridors by the horizon; worlds are followed beyond it
(`clock.beyond_days`) and, without a corridor, censored on the last day of that, the same for all.
The estimators of Kaplan and Meier (1958) and of Aalen and Johansen (1978) are then the shares of
worlds by a day, which have exact intervals; a library for censored data would add approximations
(Greenwood's) and nothing else. `scipy.stats` agrees (see the tests).

- At a day: the interval of a share (`intervals.share`).
- Over all days at once: the same at a higher level, such that all order statistics of any sample
  lie inside together with a chance of 95% (Berk and Jones 1979, doi:10.1007/BF00533250; Owen 1995,
  doi:10.1080/01621459.1995.10476543).
- Median: the first day by which half of the worlds have one; its interval is of the days at which
  one half is inside the interval of the share (Brookmeyer and Crowley 1982, doi:10.2307/2530286).
- Restricted mean: of the days until a corridor or the censoring, whichever comes first (Royston and
  Parmar 2013, doi:10.1186/1471-2288-13-152).
- Log-rank: Mantel (1966) for independent runs; for paired worlds the difference of the scores
  within pairs (Jung 1999, doi:10.1023/A:1009635201363).
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfc

from sim.analysis.stats.intervals import Interval, bounded_mean, share
from sim.arrays import Flags, Floats, Ints
from sim.definitions import EPOCH
from sim.ensemble.store.read import NO_DAY, WorldsFile

LEVEL = 0.95

# Chance of error at one day that makes 5% over all days, by number of worlds: simulated from the
# order statistics of uniform samples, and taken two standard errors of that low.
_WORLDS = (5, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)
_LOCAL = (0.0121, 0.0073, 0.0038, 0.00216, 0.00139, 0.00098, 0.00080, 0.00062, 0.00054, 0.00048)


@dataclass(frozen=True, eq=False)
class Times:
    """When the worlds of a run have their corridor of one kind."""

    day: Ints  # (W,) days from the origin to the first corridor; `followed` + 1 if there is none
    horizon: int  # days from the origin; P is of corridors by then
    followed: int  # days from the origin after which worlds without a corridor are censored
    route: NDArray[np.int32]  # (W,) position in `routes`, -1 for none by the horizon
    routes: tuple[str, ...]
    per_draw: int  # worlds in a row that share a draw of the inputs

    @property
    def formed(self) -> Flags:
        """(W,) whether there is a corridor by the horizon."""
        return self.day <= self.horizon

    @property
    def observed(self) -> Flags:
        """(W,) whether there is a corridor while the world is followed."""
        return self.day <= self.followed

    @property
    def censored(self) -> Floats:
        """(W,) days to the corridor or the censoring, whichever comes first."""
        return np.minimum(self.day, self.followed).astype(np.float64)

    def cut(self, worlds: int, horizon: int, followed: int) -> Times:
        """Of the first `worlds`, what is known of them with an earlier horizon and end.

        What opens on the day of the horizon then counts with the days after it (see `of`).
        """
        late = (self.day == horizon) & (horizon < self.horizon)
        day = np.minimum(np.where(late, horizon + 1, self.day), followed + 1)[:worlds]
        route = np.where(day <= horizon, self.route[:worlds], -1)
        return replace(self, day=day, horizon=horizon, followed=followed, route=route)

    @classmethod
    def read(
        cls,
        directory: Path,
        kind: str,
        origin: date,
        until: date,
        per_draw: int,
        beyond: int = 0,
    ) -> Times:
        """From `worlds.parquet`.

        Args:
            directory: a run folder.
            kind: road or territory.
            origin: the first day.
            until: the horizon.
            per_draw: worlds in a row that share a draw of the inputs.
            beyond: days past the horizon for which its worlds were followed.
        """
        name = f"route_{kind}"
        with WorldsFile(directory) as worlds:
            formed = worlds.values(f"formed_{kind}").astype(np.bool_)
            first = first_days(worlds, kind)
            named = name in worlds.texts()
            route, routes = worlds.coded(name) if named else (np.full(len(first), -1, np.int32), [])
        plain = cls.of(formed, first, origin, until, per_draw, beyond)
        return replace(plain, route=np.where(formed, route, -1), routes=tuple(routes))

    @classmethod
    def of(
        cls,
        formed: Flags,
        first: NDArray[np.int32],
        origin: date,
        until: date,
        per_draw: int,
        beyond: int,
    ) -> Times:
        """From the flags (W,) of corridors by the horizon and what `first_days` says, no routes.

        A corridor without a date counts, as late as can be. One that opens on the day of the
        horizon, when the worlds' last day before it is over, counts with those of the next.
        """
        start, horizon = (origin - EPOCH).days, (until - origin).days
        followed, day = horizon + beyond, first.astype(np.int64) - start
        none = first == NO_DAY
        late = np.where(none, followed + 1, np.clip(day, horizon + 1, followed + 1))
        day = np.where(formed, np.where(none, horizon, np.clip(day, 0, horizon)), late)
        return cls(day, horizon, followed, np.full(len(day), -1, np.int32), (), per_draw)


def first_days(worlds: WorldsFile, kind: str) -> NDArray[np.int32]:
    """(W,) first day of the corridor, by the horizon or later; since 1970-01-01, else NO_DAY."""
    first = worlds.day_or(f"first_date_{kind}")
    beyond = f"first_date_beyond_{kind}"
    return np.where(first == NO_DAY, worlds.day_or(beyond), first) if worlds.has(beyond) else first


@dataclass(frozen=True, eq=False)
class Incidence:
    """Share of worlds by day; all arrays (k,). Intervals at the level `LEVEL`."""

    day: Ints  # where it changes, origin, horizon and censoring, or the days asked for
    share: Floats
    low: Floats  # of the interval at this day
    high: Floats
    band_low: Floats  # of the band over all days
    band_high: Floats


def incidence(times: Times, route: str | None = None, at: Ints | None = None) -> Incidence:
    """Cumulative incidence, of a corridor by `route` or (None) by any; `at` some days or all."""
    ones = np.ones(len(times.day), np.bool_)
    if route is not None:
        ones = times.route == times.routes.index(route) if route in times.routes else ~ones
    last = times.followed if route is None else times.horizon
    day = np.where(ones, times.day, last + 1)
    grid = np.unique(np.r_[0, day[day <= last], times.horizon, last]) if at is None else at
    simultaneous = 1.0 - local_error(len(day))
    points = [share(day <= d, times.per_draw, level=LEVEL) for d in grid]
    band = [share(day <= d, times.per_draw, level=simultaneous) for d in grid]
    return Incidence(
        day=grid,
        share=np.array([p.estimate for p in points]),
        low=np.array([p.low for p in points]),
        high=np.array([p.high for p in points]),
        band_low=np.array([p.low for p in band]),
        band_high=np.array([p.high for p in band]),
    )


def local_error(worlds: int) -> float:
    """The chance of error at each day at which 95% bands over all days are made."""
    return float(np.exp(np.interp(math.log(worlds), np.log(_WORLDS), np.log(_LOCAL))))


def restricted_mean(times: Times, level: float = LEVEL) -> Interval:
    """Mean days to the corridor or the censoring, whichever comes first."""
    last = times.followed
    mean = bounded_mean(times.censored / last, times.per_draw, level)
    return Interval(last * mean.estimate, last * mean.low, last * mean.high, level, mean.method)


def median(times: Times, level: float = LEVEL) -> dict[str, int | None]:
    """The median time in days from the origin with its interval; None where it is censored."""
    days = np.unique(times.day[times.observed]).tolist()

    def first(end: str) -> int | None:
        def there(day: int) -> bool:
            by_day = share(times.day <= day, times.per_draw, level=level)
            return bool(getattr(by_day, end) >= 0.5)

        at = bisect_left(days, True, key=there)
        return days[at] if at < len(days) else None

    return {"estimate": first("estimate"), "low": first("high"), "high": first("low")}


def describe(times: Times, months: Ints) -> dict[str, Any]:
    """For `summary.json`: median, restricted mean, incidence at some days, by route by horizon."""
    by_then = months[months <= times.horizon]
    by_route = {name: _rows(incidence(times, name, by_then)) for name in sorted(times.routes)}
    return {
        "horizon_days": times.horizon,
        "followed_days": times.followed,
        "median_days": median(times),
        "restricted_mean_days": restricted_mean(times).as_dict(),
        "incidence": _rows(incidence(times, at=months)),
        "incidence_by_route": by_route,
    }


def _rows(curve: Incidence) -> list[dict[str, float]]:
    names = ("day", "share", "low", "high", "band_low", "band_high")
    columns = [getattr(curve, name).tolist() for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def log_rank(a: Times, b: Times) -> float:
    """Two-sided p that two independent runs have the same times.

    Mantel (1966); where worlds share draws, the difference of the mean scores with its variance
    over draws.
    """
    days = np.unique(np.r_[a.day[a.observed], b.day[b.observed]])
    if not len(days):
        return 1.0
    if max(a.per_draw, b.per_draw) > 1:
        hazard = _hazard(a, b, days)
        means = [_mean_score(_score(sample, days, hazard), sample.per_draw) for sample in (a, b)]
        return two_sided(means[0][0] - means[1][0], means[0][1] + means[1][1])
    events_a, risk_a = _at_risk(a, days)
    events_b, risk_b = _at_risk(b, days)
    events, risk = events_a + events_b, risk_a + risk_b
    gap = float((events_a - events * risk_a / risk).sum())
    spread = events * risk_a * risk_b * (risk - events) / (risk**2 * np.maximum(risk - 1.0, 1.0))
    return two_sided(gap, float(spread.sum()))


def paired_log_rank(a: Times, b: Times) -> float:
    """Two-sided p that paired worlds have the same times: log-rank scores, differenced by pair."""
    days = np.unique(np.r_[a.day[a.observed], b.day[b.observed]])
    if not len(days):
        return 1.0
    hazard = _hazard(a, b, days)
    gaps = _score(a, days, hazard) - _score(b, days, hazard)
    by_draw = np.add.reduceat(gaps, np.arange(0, len(gaps), a.per_draw))
    return two_sided(float(by_draw.sum()), float((by_draw**2).sum()))


def _hazard(a: Times, b: Times, days: Ints) -> Floats:
    """(k + 1,) cumulative hazard of both runs together before and on each day (Nelson-Aalen)."""
    events, risk = (x + y for x, y in zip(_at_risk(a, days), _at_risk(b, days), strict=True))
    cumulated: Floats = np.r_[0.0, np.cumsum(events / risk)]
    return cumulated


def _mean_score(scores: Floats, per_draw: int) -> tuple[float, float]:
    """Mean of the scores and its variance over draws."""
    mean = float(scores.mean())
    sums = np.add.reduceat(scores - mean, np.arange(0, len(scores), per_draw))
    draws = len(sums)
    return mean, float((sums**2).sum()) * draws / max(1, draws - 1) / len(scores) ** 2


def two_sided(gap: float, variance: float) -> float:
    """P of a normal deviate of this variance; 1 where there is none."""
    return float(erfc(abs(gap) / math.sqrt(2.0 * variance))) if variance > 0.0 else 1.0


def _at_risk(times: Times, days: Ints) -> tuple[Floats, Floats]:
    """(k,) events on each day, and worlds without a corridor before it."""
    order = np.sort(times.day)
    before, by = np.searchsorted(order, days), np.searchsorted(order, days, side="right")
    return (by - before).astype(np.float64), (len(order) - before).astype(np.float64)


def _score(times: Times, days: Ints, hazard: Floats) -> Floats:
    """(W,) log-rank score: the event less the hazard lived through."""
    lived = hazard[np.searchsorted(days, np.minimum(times.day, times.followed), side="right")]
    residual: Floats = times.observed - lived
    return residual
