"""Forecast control from an origin in the history, beside two baselines, and score what has truth.

A run folder gets `forecast.csv`, `baselines.csv` and `event_forecast.csv`; where anything is known
of what happened, also `cases.csv` (a row a place and date) and `scores.json`, and where events were
given `event_scores.json`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim import csv_text, disk
from sim.analysis.backtest.event_scores import Outcome, as_csv, score_event
from sim.analysis.backtest.forecasts import (
    Forecast,
    hazard,
    origin_holders,
    persistence,
    read_forecast,
    stage_csv,
)
from sim.analysis.backtest.hazard import WINDOW, Rates
from sim.analysis.backtest.hazard_simulation import HISTORIES
from sim.analysis.backtest.observations import Record
from sim.analysis.backtest.scoring import (
    Scorable,
    cases,
    changes,
    contributions,
    groups,
    outcomes,
    scored,
    takeovers,
    two_classes,
)
from sim.analysis.run.estimate import estimate
from sim.analysis.stats.block_bootstrap import BLOCK_KM, METHOD, RESAMPLES
from sim.analysis.stats.reliability import reliability
from sim.analysis.stats.scores import UNIFORM_SHARE
from sim.analysis.stats.survival import Times
from sim.config.check import horizon
from sim.definitions import KINDS
from sim.ensemble.run import Prepared
from sim.ensemble.schedule import Watch
from sim.ensemble.store import folder
from sim.ensemble.store.manifest import INTERVAL_LEVEL, as_json
from sim.ensemble.store.manifest import read as read_manifest
from sim.ensemble.store.tables import NOBODY
from sim.errors import LandbridgeError
from sim.theatre.history.reports import routes_known
from sim.theatre.load import load_theatre

FORECAST, BASELINES, CASES, SCORES_FILE = (
    "forecast.csv",
    "baselines.csv",
    "cases.csv",
    "scores.json",
)
EVENT_FORECAST, EVENT_SCORES = "event_forecast.csv", "event_scores.json"
FILES = (FORECAST, BASELINES, CASES, SCORES_FILE, EVENT_FORECAST, EVENT_SCORES)
_WORST = 12  # places listed by what they cost


@dataclass(frozen=True, eq=False)
class Backtest:
    """One origin: forecasts of the model and the baselines, and what there is to score."""

    directory: Path
    origin: date
    forecasts: list[Forecast]  # model, persistence, hazard
    record: Record
    cases: pd.DataFrame  # see `sim.analysis.backtest.scoring.cases`
    scores: dict[str, Any] | None  # as in scores.json; None: nothing to score
    events: dict[str, Any] | None  # as in event_scores.json; None: no events were given


def refuse_one_world(worlds: int) -> None:
    """Refuse a forecast from one world; raises LandbridgeError."""
    if worlds < 2:
        raise LandbridgeError(
            f"ensemble.worlds={worlds}: must be at least 2 for a backtest (one world gives no "
            "shares)"
        )


def backtest(
    prepared: Prepared,
    directory: Path,
    record: Record,
    events: Sequence[Outcome] = (),
    overrides: Sequence[str] = (),
    watch: Watch | None = None,
) -> Backtest:
    """Run what is missing in `directory`, forecast, and score against `record` and `events`.

    A finished run is not run again, so calling this with another record only scores. Raises
    LandbridgeError as `estimate` does, and for an ensemble of one world.
    """
    settings = prepared.typed
    refuse_one_world(settings.ensemble.worlds)
    estimate(prepared, directory, overrides, watch, kind="forecast")
    origin, until = horizon(settings)
    theatre = load_theatre(settings.theatre.hex_km, prepared.seeds)
    others = [name for name in record.holders() if name not in (*settings.faction, NOBODY)]
    model, start = read_forecast(directory, (*settings.faction, *others), origin, until)
    holders = origin_holders(record, model, start, origin)
    baseline, rates, seen = hazard(model, record, theatre, origin, start)
    forecasts = [model, persistence(model, holders), baseline]
    stage_csv(directory / FORECAST, forecasts[:1], with_method=False)
    stage_csv(directory / BASELINES, forecasts[1:], with_method=True)
    folder.commit(directory, [FORECAST, BASELINES])
    table = cases(forecasts, record, theatre, origin, holders)
    scorable = Scorable(forecasts, record, table)
    scores = None
    if len(table):
        scores = {
            "scenario": settings.scenario,
            "origin": str(origin),
            "until": str(until),
            "dates": sorted(set(table["date"])),
            "worlds": model.members,
            "seed": settings.ensemble.seed,
            "uncertainty": settings.uncertainty.value,
            "truth": _truth(model, record, origin, start),
            "hazard": _hazard(rates, seen, model.holders),
            **evaluated([scorable], settings.corridor.coalition),
            "changes": changes(scorable),
        }
    write_scores(directory, table, scores)
    happened = _events(prepared, directory, events)
    return Backtest(directory, origin, forecasts, record, table, scores, happened)


def _events(
    prepared: Prepared, directory: Path, events: Sequence[Outcome]
) -> dict[str, Any] | None:
    """Write the forecast of events, and score it against those that are known."""
    settings = prepared.typed
    origin, until = horizon(settings)
    per_draw = settings.ensemble.replications_per_draw
    forecast = {kind: Times.read(directory, kind, origin, until, per_draw) for kind in KINDS}
    disk.stage(directory / EVENT_FORECAST, as_csv(forecast, origin))
    folder.commit(directory, [EVENT_FORECAST])
    if not events:
        _take_away(directory, [EVENT_SCORES])
        return None
    routes, hold = routes_known(prepared.seeds), settings.corridor.hold_days
    scored_events = {
        "origin": str(origin),
        "until": str(until),
        "worlds": len(forecast[KINDS[0]].day),
        "hold_days": hold,
        "events": [score_event(forecast[e.event], e, origin, hold, routes) for e in events],
    }
    disk.stage(directory / EVENT_SCORES, as_json(scored_events))
    folder.commit(directory, [EVENT_SCORES])
    return scored_events


def evaluated(origins: Sequence[Scorable], coalition: Collection[str]) -> dict[str, Any]:
    """All scores of the cases of one or more origins, as JSON; the method is said in words."""
    table = pd.concat([origin.cases for origin in origins], ignore_index=True)
    curves: dict[str, Any] = {}
    for at in (0, 2):
        chosen = [origin.forecasts[at] for origin in origins]
        truth = [outcomes(f, result.record) for f, result in zip(chosen, origins, strict=True)]
        bins = reliability([f.probability for f in chosen], truth)
        curves[chosen[0].method] = [asdict(part) for part in bins]
    tables = [takeovers(origin.forecasts, origin.record) for origin in origins]
    moved = pd.concat(tables).groupby(["holder", "taker"], as_index=False).sum()
    costly = contributions(table)
    worst = {
        f"vs_{name}": costly.nlargest(_WORST, f"vs_{name}").to_dict("records")
        for name in ("persistence", "hazard")
    }
    return {
        "how": {
            "brier": "sum over holders, 0 to 2; fair: corrected for the number of worlds",
            "log": f"nats, forecasts mixed with {UNIFORM_SHARE:g} of the uniform distribution",
            "skill": "1 - score of the model / score of the baseline",
            "intervals": f"{METHOD}, {RESAMPLES} resamples, level {INTERVAL_LEVEL:g}, "
            f"blocks at most {BLOCK_KM:g} km across",
        },
        **scored(table),
        "groups": groups(table),
        "two_classes": two_classes(origins, coalition),
        "reliability": curves,
        "takeovers": moved.sort_values(
            ["happened", "model"], ascending=False, kind="stable"
        ).to_dict("records"),
        "worst_places": worst,
    }


def write_scores(directory: Path, table: pd.DataFrame, scores: dict[str, Any] | None) -> None:
    """Write `cases.csv` and `scores.json`; without scores, take away those of another truth."""
    names = (CASES, SCORES_FILE)
    if scores is None:
        _take_away(directory, names)
        return
    texts = table.select_dtypes(["object", "string"]).map(csv_text.inert)
    text = table.assign(**texts).to_csv(index=False, float_format="%.9g", lineterminator="\n")
    disk.stage(directory / CASES, text.encode())
    disk.stage(directory / SCORES_FILE, as_json(scores))
    folder.commit(directory, names, complete=True)


def _take_away(directory: Path, names: Sequence[str]) -> None:
    """Remove those files that are there and ours: scores against another truth."""
    known = (read_manifest(directory) or {}).get("files", {})
    folder.commit(directory, gone=[name for name in names if name in known])


def _truth(model: Forecast, record: Record, origin: date, start: dict[str, str]) -> dict[str, Any]:
    """Where truth comes from, who is left out for want of it, and where the start is another."""
    known = (outcomes(model, record) >= 0).any(axis=0)
    recorded = {place: record.holder(place, origin) for place in model.places}
    return {
        "source": record.source,
        "places_left_out": [p for p, ok in zip(model.places, known, strict=True) if not ok],
        "start_differs": {
            place: {"model": start[place], "record": holder}
            for place, holder in recorded.items()
            if holder is not None and holder != start[place]
        },
    }


def _hazard(rates: Rates, seen: int, factions: Sequence[str]) -> dict[str, Any]:
    """What the hazard baseline is this time."""
    return {
        "terms": ["attacker"],
        "window_days": WINDOW,
        "changes": seen,
        "histories": HISTORIES,
        "weekly_rate_at_0_km": float(np.exp(rates.mu)),
        "decay_km": float(np.exp(rates.log_ell)),
        "weekly_rate_out_of_nowhere": float(np.exp(rates.log_b)),
        "log_factor_of_attackers": dict(zip(factions, rates.attacker.tolist(), strict=False)),
    }
