"""The corridor as an event that was forecast, held against what happened.

A run says of every world whether its corridor forms by the horizon, on which day and by which
route. A file of what happened has a row an event, `event,date,route` and, where the event can be
read in more than one way, `reading`: the first day from which the corridor was open for
`corridor.hold_days` in a row, empty for never. One that was not yet open for so long at the horizon
had not formed by then, in a world as in the file.

- **Whether**: Brier score (p - o)^2, 0 to 1, and log score.
- **When**: continuous ranked probability score of the date, in days (Matheson and Winkler 1976,
  doi:10.1287/mnsc.22.10.1087): the integral over the days of (share formed by then - formed by
  then or not)^2, with "never" as the day after the horizon.
- **By which route**: Brier score, 0 to 2, and log score over the routes and "never".

All are fair to ensembles (Ferro 2014, doi:10.1002/qj.2270), and the log mixes in 1% of the uniform
distribution (`sim.analysis.stats.scores`). An event happens once, so intervals say only what the
number of worlds leaves open: they are those of P, and of the band around the whole curve.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from sim import csv_text
from sim.analysis.stats.intervals import share
from sim.analysis.stats.scores import brier, log_score
from sim.analysis.stats.survival import LEVEL, Times, incidence
from sim.arrays import Floats
from sim.definitions import KINDS
from sim.errors import LandbridgeError
from sim.paths import shown
from sim.theatre.csv_table import read_table

COLUMNS = ("event", "date", "route", "worlds")
NEVER = "never"
_TAIL = 0.1  # of the dates on either side of the central 80%


@dataclass(frozen=True)
class Outcome:
    """What became of an event: `date` is the first day of the corridor, None for never."""

    event: str  # road or territory
    reading: str  # what the event is taken to be, where that is not certain
    date: date | None
    route: str  # empty: not known, or never


def as_csv(forecast: Mapping[str, Times], origin: date) -> bytes:
    """How many worlds have which first day and route: `event,date,route,worlds`."""
    table: list[Sequence[object]] = [COLUMNS]
    for event, times in forecast.items():
        rows, counts = np.unique([times.day, times.route], axis=1, return_counts=True)
        for (day, route), worlds in zip(rows.T.tolist(), counts.tolist(), strict=True):
            first = origin + timedelta(day) if day <= times.horizon else ""
            table.append((event, first, times.routes[route] if route >= 0 else "", worlds))
    return csv_text.written(table).encode()


def read_forecast(file: Path, origin: date, until: date) -> dict[str, Times]:
    """What `as_csv` wrote, by event; worlds count as independent of each other.

    Raises LandbridgeError for a table that cannot be used.
    """
    rows = read_table(file, COLUMNS)
    horizon = (until - origin).days
    events = {}
    for event in dict.fromkeys(row.text("event") for row in rows):
        own = [row for row in rows if row.text("event") == event]
        worlds = [row.whole("worlds") for row in own]
        days = [(row.day("date") - origin).days if row.text("date") else horizon + 1 for row in own]
        routes = tuple(sorted({row.text("route") for row in own} - {""}))
        code = [routes.index(row.text("route")) if row.text("route") else -1 for row in own]
        events[event] = Times(
            np.repeat(np.array(days, np.int64), worlds),
            horizon,
            horizon,
            np.repeat(np.array(code, np.int32), worlds),
            routes,
            1,
        )
    return events


def read_outcomes(
    file: Path, origin: date, routes: Collection[str], events: Collection[str] = KINDS
) -> list[Outcome]:
    """What happened, from the user's file; `routes` and `events` are the names it may use.

    Raises LandbridgeError, naming row and nearest match, for a file that cannot be used.
    """
    outcomes: dict[tuple[str, str], Outcome] = {}
    for row in read_table(file, ("event", "date", "route"), f"--events={shown(file)}"):
        event = row.one_of("event", events, "an event that is forecast")
        reading = row.cells.get("reading", "").strip()
        route = row.text("route") and row.one_of("route", routes, "a route")
        day = row.day("date") if row.text("date") else None
        if day is not None and day < origin:
            raise row.error("date", f"before the origin, {origin}")
        if (event, reading) in outcomes:
            raise row.error("event", "twice with the same reading")
        outcomes[event, reading] = Outcome(event, reading, day, route)
    if not outcomes:
        raise LandbridgeError(f"--events={shown(file)}: holds no events")
    return list(outcomes.values())


def score_event(
    times: Times, outcome: Outcome, origin: date, hold_days: int, routes: Sequence[str]
) -> dict[str, Any]:
    """The scores of one event, as an entry of `event_scores.json`.

    `times` is the forecast, `hold_days` how long a corridor must be open to count, `routes` all
    that it can take. Beside the model stands persistence, by which no corridor ever forms. Raises
    ValueError for a forecast of fewer than two worlds, which has no fair score.
    """
    never = times.horizon + 1
    held = None if outcome.date is None else outcome.date + timedelta(hold_days - 1)
    happened = held is not None and (held - origin).days <= times.horizon
    day = (outcome.date - origin).days if outcome.date is not None and happened else never
    low, high = (np.quantile(times.day, q, method="inverted_cdf") for q in (_TAIL, 1.0 - _TAIL))
    return {
        "event": outcome.event,
        "reading": outcome.reading,
        "first_day": outcome.date and str(outcome.date),
        "held_until": held and str(held),
        "happened": happened,
        **_whether(times, happened),
        "crps_days": {"model": _crps(times, day), "persistence": float(never - day)},
        "central_80": {
            **{name: _day(origin, int(at), times) for name, at in (("low", low), ("high", high))},
            "holds": bool(low <= day <= high),
        },
        "share_earlier": float((times.day < day).mean()),
        "share_not_later": float((times.day <= day).mean()),
        "route": _route(times, outcome.route if happened else NEVER, routes),
    }


def _day(origin: date, day: int, times: Times) -> str | None:
    return None if day > times.horizon else str(origin + timedelta(day))


def _whether(times: Times, happened: bool) -> dict[str, Any]:
    """P that it forms by the horizon, and its scores at the estimate and at the interval's ends."""
    p = share(times.formed, times.per_draw, level=LEVEL)
    came = np.array(0 if happened else 1)

    def scores(chance: float, members: int) -> tuple[float, float]:
        both = np.array([chance, 1.0 - chance])
        return float(brier(both, came, members)) / 2.0, float(log_score(both, came))

    scored = [scores(p.estimate, len(times.day)), scores(p.low, 0), scores(p.high, 0)]
    persistence = scores(0.0, 0)
    names = ("estimate", "low", "high")
    return {
        "probability": {name: getattr(p, name) for name in names},
        **{
            score: {
                "model": dict(
                    zip(names, (scored[0][k], *sorted((scored[1][k], scored[2][k]))), strict=True)
                ),
                "persistence": persistence[k],
            }
            for k, score in enumerate(("brier", "log"))
        },
    }


def _crps(times: Times, day: int) -> dict[str, float]:
    """The score of the date in days, with the least and the most that the band allows."""
    at = np.arange(times.horizon + 1)
    curve = incidence(times, at=at)
    came = (at >= day).astype(np.float64)
    members = len(times.day)
    own = (curve.share * (1.0 - curve.share)).sum() / (members - 1.0)
    nearest = np.clip(came, curve.band_low, curve.band_high)
    ends = np.maximum((curve.band_low - came) ** 2, (curve.band_high - came) ** 2)
    return {
        "estimate": float(((curve.share - came) ** 2).sum() - own),
        "low": float(((nearest - came) ** 2).sum()),
        "high": float(ends.sum()),
    }


def _route(times: Times, true: str, routes: Sequence[str]) -> dict[str, Any] | None:
    """Scores over the routes and never; None where the route that it took is not known."""
    names = [*routes, NEVER]
    if true not in names:
        return None
    chosen = np.array([times.routes[code] if code >= 0 else NEVER for code in times.route])
    p: Floats = np.array([(chosen == name).mean() for name in names])
    came, formed = np.array(names.index(true)), 1.0 - p[-1]
    given = p[:-1] / formed if formed > 0.0 else np.full(len(routes), np.nan)
    return {
        "true": true,
        "probability": dict(zip(names, p.tolist(), strict=True)),
        "if_formed": dict(zip(routes, given.tolist(), strict=True)),
        "brier": float(brier(p, came, len(chosen))),
        "log": float(log_score(p, came)),
    }
