"""Scoring forecasts against what happened: case by case, then by kind of place with intervals.

A case is a place at a date. Cases of several runs can be put together (`pandas.concat`) and
scored as one; blocks of places are then drawn for all of them at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.backtest.forecasts import Forecast
from sim.analysis.backtest.observations import Record
from sim.analysis.stats.block_bootstrap import bootstrap, by_block, mean, spatial_blocks
from sim.analysis.stats.scores import brier, log_score, skill
from sim.arrays import Floats, Ints
from sim.ensemble.store.manifest import finite
from sim.theatre.history.order_of_battle import NEAR_KM
from sim.theatre.theatre import KINDS, Theatre

METHODS = ("model", "persistence", "hazard")
REFERENCES = METHODS[1:]
SCORES = ("brier", "log")
GROUPS = ("front", "holder", "kind", "months", "changed")
KEPT, COALITION = "kept or lost", "coalition or not"


@dataclass(frozen=True, eq=False)
class Scorable:
    """Forecasts of one origin by METHODS, what happened, and the cases of both (see `cases`)."""

    forecasts: Sequence[Forecast]
    record: Record
    cases: pd.DataFrame


def outcomes(model: Forecast, record: Record) -> Ints:
    """(T, P) code of who held each place at each date, -1 where that is not known.

    Raises KeyError for a holder that the forecast has no column for.
    """
    code = {name: i for i, name in enumerate(model.holders)}
    held = ([record.holder(place, day) for place in model.places] for day in model.dates)
    return np.array([[-1 if name is None else code[name] for name in row] for row in held])


def cases(
    forecasts: Sequence[Forecast],
    record: Record,
    theatre: Theatre,
    origin: date,
    holders: Sequence[str],
) -> pd.DataFrame:
    """A row a place and date with a known outcome: groups, block and the score of each method.

    `forecasts` are those of METHODS over the same places and dates; `holders` (P,) who held the
    places at the origin. A front place had an enemy's place within 60 km at the origin: known in
    advance, so a fair choice of cases. `changed` is known only afterwards, and choosing by the
    outcome favours whoever cries wolf (Lerch and others 2017, doi:10.1214/16-STS588).
    """
    model = forecasts[0]
    truth = outcomes(model, record)
    day, place = np.nonzero(truth >= 0)
    where = _where(theatre, model.places, holders)
    code = {name: i for i, name in enumerate(model.holders)}
    now = np.array([code.get(name, -1) for name in holders])
    left = ((truth != now) & (truth >= 0)).any(axis=0)
    table: dict[str, Any] = {
        "origin": str(origin),
        "date": [str(model.dates[t]) for t in day],
        "place": np.array(model.places)[place],
        "outcome": np.array(model.holders)[truth[day, place]],
        "block": where["block"][place],
        "holder": np.array(holders)[place],
        "kind": where["kind"][place],
        "front": np.where(where["front"], "front", "quiet")[place],
        "months": np.array([_months(origin, date) for date in model.dates])[day],
        "changed": np.where(left, "changed", "unchanged")[place],
    }
    for forecast in forecasts:
        p, o = forecast.probability[day, place], truth[day, place]
        table[f"brier_{forecast.method}"] = brier(p, o, forecast.members)
        table[f"log_{forecast.method}"] = log_score(p, o)
    return pd.DataFrame(table)


def _months(origin: date, day: date) -> int:
    """Months ahead: 1 for a date up to about a month after the origin."""
    return max(1, round((day - origin).days / 30.44))


def _where(
    theatre: Theatre, places: Sequence[str], holders: Sequence[str]
) -> Mapping[str, NDArray[Any]]:
    """Block, kind and front of each place; blocks are those of all places of the theatre."""
    own = slice(theatre.hexes, theatre.units)
    at = np.array([theatre.ids[own].index(place) for place in places], np.int64)
    xy = np.column_stack([theatre.x[own], theatre.y[own]])
    near = np.hypot(*(xy[at][:, None] - xy[at]).transpose(2, 0, 1)) <= NEAR_KM
    war = np.array(
        [[theatre.spec.relations.hostile(a, b) for b in holders] for a in holders], np.bool_
    )
    return {
        "block": spatial_blocks(xy)[at],
        "kind": np.array(KINDS)[theatre.kind[own][at]],
        "front": (near & war).any(axis=1),
    }


def scored(table: pd.DataFrame) -> dict[str, Any]:
    """Scores and skills over all cases, with intervals; the form of each entry of scores.json."""
    blocks = table["block"].to_numpy(np.int64)
    count = int(blocks.max(initial=-1)) + 1

    def sums(column: str) -> Floats:
        return by_block(table[column].to_numpy(np.float64), blocks, count)

    number = by_block(np.ones(len(table)), blocks, count)
    entry: dict[str, Any] = {
        "cases": len(table),
        "places": int(table["place"].nunique()),
        "blocks": int((number > 0).sum()),
    }
    for score in SCORES:
        total = {method: sums(f"{score}_{method}") for method in METHODS}
        entry[score] = {m: asdict(bootstrap(mean, number, total[m])) for m in METHODS}
        entry.setdefault("skill", {})[score] = {
            reference: asdict(
                bootstrap(lambda _, a, b: skill(a, b), number, total["model"], total[reference])
            )
            for reference in REFERENCES
        }
    plain: dict[str, Any] = finite(entry)
    return plain


def groups(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Entries by group and value: front or quiet, holder at the origin, kind, months ahead."""
    return {
        group: {str(value): scored(part) for value, part in table.groupby(group)}
        for group in GROUPS
    }


def two_classes(
    origins: Sequence[Scorable], coalition: Collection[str]
) -> dict[str, dict[str, Any]]:
    """Scores of coarser questions about the same cases, by question; entries as of `scored`.

    `kept or lost`: does the holder at the origin still hold the place; what the full score has
    beyond that is who took it. `coalition or not` takes its members for one, `NAME or not` asks
    of a holder alone. Brier scores go from 0 to 2 as those over all holders do.
    """
    held = {
        name for origin in origins for name in (*origin.cases["holder"], *origin.cases["outcome"])
    }
    asked: dict[str, Collection[str] | None] = {KEPT: None, COALITION: coalition}
    asked |= {f"{name} or not": (name,) for name in sorted(held)}
    return {
        question: scored(pd.concat([_as_two(result, members) for result in origins]))
        for question, members in asked.items()
    }


def _as_two(origin: Scorable, members: Collection[str] | None) -> pd.DataFrame:
    """Cases scored by whether one of `members`, or (None) the holder at the origin, holds."""
    table, truth = origin.cases, outcomes(origin.forecasts[0], origin.record)
    known = truth >= 0  # in the order of the cases
    names = np.array(origin.forecasts[0].holders)
    if members is None:
        inside = names == table["holder"].to_numpy()[:, None]
    else:
        inside = np.broadcast_to(np.isin(names, list(members)), (len(table), len(names)))
    came = np.where(inside[np.arange(len(table)), truth[known]], 0, 1)
    cases = table[["place", "block"]].copy()
    for forecast in origin.forecasts:
        p = (forecast.probability[known] * inside).sum(axis=1)
        both = np.stack([p, 1.0 - p], axis=1)
        cases[f"brier_{forecast.method}"] = brier(both, came, forecast.members)
        cases[f"log_{forecast.method}"] = log_score(both, came)
    return cases


def changes(origin: Scorable) -> list[dict[str, Any]]:
    """Places that changed hands, or that the model thought more likely lost than not; worst first.

    A dict a place: `holder` at the origin; `taker` and `lost_by`, the first month end with another
    holder (None: kept); `expected_by`, the first at which the model has it more likely lost than
    not (None: never); `p_lost` at `lost_by`, or the last date; at the last date `p_taker` and
    `likeliest_taker` (None: nobody was given a chance); `timing` (early, late, right) and `captor`
    (right, wrong, None where kept or nobody was given a chance); `brier`, the place's share of the
    model's total.
    """
    model, table = origin.forecasts[0], origin.cases
    truth, names = outcomes(model, origin.record), np.array(model.holders)
    total = float(table["brier_model"].sum()) or 1.0
    rows = []
    for place, own in table.groupby("place"):
        p, holder = model.places.index(str(place)), str(own["holder"].iloc[0])
        was = names == holder
        dates = np.flatnonzero(truth[:, p] >= 0)
        lost = 1.0 - model.probability[dates, p][:, was].sum(axis=1)
        gone = np.flatnonzero(names[truth[dates, p]] != holder)
        likely = np.flatnonzero(lost > 0.5)
        if not len(gone) and not len(likely):
            continue
        at = int(gone[0]) if len(gone) else len(dates) - 1
        share = np.where(was, 0.0, model.probability[dates[-1], p])
        taker = truth[dates[at], p] if len(gone) else None
        likeliest = int(share.argmax()) if share.max() > 0.0 else None
        first, expected = (int(days[0]) if len(days) else len(dates) for days in (gone, likely))
        day = [str(model.dates[t]) for t in dates] + [None]
        rows.append(
            {
                "place": str(place),
                "holder": holder,
                "taker": None if taker is None else str(names[taker]),
                "lost_by": day[first],
                "expected_by": day[expected],
                "timing": ("early", "right", "late")[int(np.sign(expected - first)) + 1],
                "captor": None
                if taker is None or likeliest is None
                else ("right" if likeliest == taker else "wrong"),
                "p_lost": float(lost[at]),
                "p_taker": None if taker is None else float(share[taker]),
                "likeliest_taker": None if likeliest is None else str(names[likeliest]),
                "brier": float(own["brier_model"].sum()) / total,
            }
        )
    return sorted(rows, key=lambda row: -float(row["brier"]))


def contributions(table: pd.DataFrame, score: str = "brier") -> pd.DataFrame:
    """What each place adds to the mean difference of a score from each baseline, worst first.

    Columns: place, outcome at the last date, the mean scores of the place, and `vs_persistence`,
    `vs_hazard`: shares of the mean difference over all cases, above 0 where the model loses.
    """
    columns = [f"{score}_{method}" for method in METHODS]
    by_place = table.groupby("place")
    means = by_place[columns].mean()
    means.columns = pd.Index(METHODS)
    means.insert(0, "holder", by_place["holder"].first())
    means.insert(1, "outcome", by_place["outcome"].last())
    for reference in REFERENCES:
        gap = table[f"{score}_model"] - table[f"{score}_{reference}"]
        means[f"vs_{reference}"] = gap.groupby(table["place"]).sum() / len(table)
    return means.sort_values("vs_hazard", ascending=False, kind="stable").reset_index()


def takeovers(forecasts: Sequence[Forecast], record: Record) -> pd.DataFrame:
    """Places that change hands, by holder and taker: how many each method expects, how many did.

    `forecasts` are those of METHODS; counted at the last date of which anything is known, against
    who held the places at the origin. Columns: holder, taker, model, hazard, happened.
    """
    model, persistence, hazard = forecasts
    truth = outcomes(model, record)
    at = int(np.flatnonzero((truth >= 0).any(axis=1))[-1])
    known = truth[at] >= 0
    now = persistence.probability[at].argmax(axis=1)[known]
    did = np.eye(len(model.holders))[truth[at][known]]
    K = len(model.holders)
    sums = {
        name: by_block(p.ravel(), (now[:, None] * K + np.arange(K)).ravel(), K * K)
        for name, p in (
            ("model", model.probability[at][known]),
            ("hazard", hazard.probability[at][known]),
            ("happened", did),
        )
    }
    holder, taker = np.divmod(np.arange(K * K), K)
    names = np.array(model.holders)
    table = pd.DataFrame({"holder": names[holder], "taker": names[taker], **sums})
    moved = table[["model", "hazard", "happened"]].max(axis=1) >= 0.05
    return table[moved & (holder != taker)].reset_index(drop=True)
