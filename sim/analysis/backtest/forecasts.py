"""Forecasts of who holds each place at each month end: the model's, and two to beat.

**Persistence**: everyone keeps what he holds at the origin. **Hazard**: see
`sim.analysis.backtest.hazard`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from sim import csv_text, disk
from sim.analysis.backtest.hazard import Rates, fitted, ground
from sim.analysis.backtest.hazard_simulation import HISTORIES, forecast
from sim.analysis.backtest.observations import Record
from sim.arrays import Floats
from sim.config.record_days import month_ends
from sim.ensemble.store.read import frame
from sim.ensemble.store.tables import NOBODY
from sim.theatre.theatre import Theatre

COLUMNS = ("date", "place", "controller", "probability")


@dataclass(frozen=True, eq=False)
class Forecast:
    """Probabilities (T, P, K) of each of K holders, the last none, of P places at T dates."""

    method: str
    dates: tuple[date, ...]
    places: tuple[str, ...]
    holders: tuple[str, ...]
    probability: Floats
    members: int  # of the ensemble that they are shares of; 0: exact


def target_dates(origin: date, until: date) -> tuple[date, ...]:
    """The month ends to forecast; the horizon alone where a run is too short to have one."""
    return tuple(month_ends(origin, until)) or (until,)


def read_forecast(
    directory: Path, factions: Sequence[str], origin: date, until: date
) -> tuple[Forecast, dict[str, str]]:
    """The model's forecast from a finished run folder, and who held each place as it began.

    Places on ground that takes no part are left out.
    """
    cells = frame(directory, "cells")
    cells = cells[cells["kind"] == "place"]
    dates, holders = target_dates(origin, until), (*factions, NOBODY)
    places = tuple(dict.fromkeys(cells["unit"].astype(str)))
    shape = (len(dates), len(places), len(holders))
    index = [
        {name: i for i, name in enumerate(names)}
        for names in ([str(date) for date in dates], places, holders)
    ]
    days = cells["date"].dt.strftime("%Y-%m-%d")
    wanted = days.isin(list(index[0]))
    counts = np.zeros(shape)
    at = tuple(
        column[wanted].astype(str).map(codes).to_numpy(np.int64)
        for column, codes in zip((days, cells["unit"], cells["faction"]), index, strict=True)
    )
    counts[at] = cells["worlds"][wanted]
    worlds = int(counts.sum(axis=2).max())
    first = cells[days == str(origin)].sort_values("worlds")
    start = dict(zip(first["unit"].astype(str), first["faction"].astype(str), strict=True))
    return Forecast("model", dates, places, holders, counts / worlds, worlds), start


def origin_holders(
    record: Record, model: Forecast, start: dict[str, str], origin: date
) -> list[str]:
    """(P,) who is recorded as holding each place at the origin; without a record, as it began."""
    return [record.holder(place, origin) or start[place] for place in model.places]


def persistence(model: Forecast, holders: Sequence[str]) -> Forecast:
    """Everyone keeps what he holds; `holders` (P,) at the origin."""
    code = {name: i for i, name in enumerate(model.holders)}
    sure = np.eye(len(model.holders))[[code.get(name, len(code) - 1) for name in holders]]
    probability = np.broadcast_to(sure, model.probability.shape).copy()
    return Forecast("persistence", model.dates, model.places, model.holders, probability, 0)


def hazard(
    model: Forecast, record: Record, theatre: Theatre, origin: date, start: dict[str, str]
) -> tuple[Forecast, Rates, int]:
    """The hazard baseline, fitted to the record up to the origin and run forward; `fitted`."""
    where = ground(theatre, model.holders[:-1])
    stand_in = [None if record.holder(p, origin) else start.get(p) for p in where.places]
    rates, changes = fitted(record, where, origin, stand_in)
    names = [record.holder(p, origin) or start.get(p) for p in where.places]
    forecasted = forecast(rates, where, origin, where.holders(names), model.dates, HISTORIES)
    at = [where.places.index(place) for place in model.places]
    made = Forecast(
        "hazard", model.dates, model.places, model.holders, forecasted[:, at], HISTORIES
    )
    return made, rates, changes


def read_csv(file: Path, members: Mapping[str, int]) -> list[Forecast]:
    """The forecasts that `stage_csv` wrote; without a column `method` it is the model's.

    `members` is the size of the ensemble by method, 0 for exact probabilities.
    """
    import pandas as pd

    table = pd.read_csv(file, keep_default_na=False)
    if "method" not in table:
        table.insert(0, "method", "model")
    forecasts = []
    for method, own in table.groupby("method", sort=False):
        names = [tuple(dict.fromkeys(own[column])) for column in COLUMNS[:3]]
        shape = tuple(len(name) for name in names)
        probability = own["probability"].to_numpy(np.float64).reshape(shape)
        dates = tuple(date.fromisoformat(day) for day in names[0])
        forecasts.append(
            Forecast(str(method), dates, names[1], names[2], probability, members[str(method)])
        )
    return forecasts


def stage_csv(file: Path, forecasts: Sequence[Forecast], with_method: bool) -> None:
    """Stage `date,place,controller,probability`, with a column `method` first where asked."""
    rows: list[Sequence[object]] = [("method", *COLUMNS) if with_method else COLUMNS]
    for made in forecasts:
        named = (made.method,) if with_method else ()
        for t, day in enumerate(made.dates):
            for p, place in enumerate(made.places):
                for k, holder in enumerate(made.holders):
                    share = f"{made.probability[t, p, k]:.9g}"
                    rows.append((*named, day, place, holder, share))
    disk.stage(file, csv_text.written(rows).encode())
