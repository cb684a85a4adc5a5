"""The date of the corridor as it was forecast, with the date on which it came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.analysis.backtest.event_scores import read_forecast
from sim.analysis.stats.survival import Times, incidence
from sim.show.base.format import day, percent
from sim.show.base.style import FAINT, INK, KIND, SOFT, halo, head, page, small_print
from sim.show.run.dates import date_ticks

_LINES = ("solid", (0, (5, 2)), (0, (1, 1.5)))  # readings of one event
_BEYOND = 12.0  # days after the horizon at which "never" stands


def event_page(directory: Path, scores: Mapping[str, Any]) -> Figure:
    """The forecast share of worlds by day, and what happened, a panel an event.

    Read from `event_forecast.csv` of the folder and `scores`, its `event_scores.json`.
    """
    origin, until = (date.fromisoformat(scores[key]) for key in ("origin", "until"))
    forecast = read_forecast(directory / "event_forecast.csv", origin, until)
    events = list(dict.fromkeys(score["event"] for score in scores["events"]))
    figure = page((12.0, 5.6))
    head(figure, *_words(scores, origin, until))
    width = 0.93 / len(events)
    for k, event in enumerate(events):
        axes = figure.add_axes((0.06 + k * width, 0.335, width - 0.055, 0.44))
        ones = [score for score in scores["events"] if score["event"] == event]
        _panel(axes, event, forecast[event], ones, origin, until)
        for row, score in enumerate(ones):
            y = 0.235 - 0.08 * row
            figure.text(0.06 + k * width, y, _said(score), size=8.2, color=SOFT, va="top")
    small_print(
        figure,
        f"{scores['worlds']:,} worlds. Band: 95% over all days. A corridor counts once it was open "
        f"for {scores['hold_days']} days in a row; CRPS is of its first day, never being the day "
        "after the horizon; less is better.",
        scored=True,
    )
    return figure


def _words(scores: Mapping[str, Any], origin: date, until: date) -> tuple[str, str]:
    """Title and subtitle."""
    ones = scores["events"]
    inside = sum(score["central_80"]["holds"] for score in ones)
    of = "event" if len(ones) == 1 else "events and readings of events"
    return (
        f"The central 80% of the forecast's dates holds what happened in {inside} of {len(ones)} "
        f"{of}",
        f"Corridor, forecast from {day(origin)} to {day(until)}: share of worlds by its first day; "
        "grey bar: central 80% of the dates; upright lines: what happened",
    )


def _panel(
    axes: Axes, event: str, times: Times, ones: list[dict[str, Any]], origin: date, until: date
) -> None:
    """One event: its curve and band, its central 80%, the true dates of its readings."""
    curve = incidence(times)
    days = np.array([date2num(origin + timedelta(int(day))) for day in curve.day])
    colour = KIND.get(event, INK)
    axes.fill_between(
        days, curve.band_low, curve.band_high, step="post", color=colour, alpha=0.18, lw=0.0
    )
    axes.step(days, curve.share, where="post", color=colour, lw=2.2)
    first, last = float(date2num(origin)), float(date2num(until))
    inside = ones[0]["central_80"]
    ends = [_at(inside[end], last + _BEYOND) for end in ("low", "high")]
    ends[0] = min(ends[0], ends[1] - 2.0)  # a bar of no length would not show
    bar: Any = {"color": FAINT, "solid_capstyle": "projecting", "clip_on": False}
    axes.plot(ends, (-0.045, -0.045), lw=6.0, **bar)
    axes.axvline(last, color=FAINT, lw=0.8)
    axes.text(last + _BEYOND, 0.01, "never", size=8.0, color=SOFT, ha="center", va="bottom")
    for row, (score, dash) in enumerate(zip(ones, cycle(_LINES), strict=False)):
        at = _at(score["first_day"], last + _BEYOND)
        axes.axvline(at, color=INK, lw=1.6, ls=dash)
        side = -1 if at > (first + last) / 2.0 else 1
        when = score["first_day"] and day(date.fromisoformat(score["first_day"]), year=False)
        axes.annotate(
            f"{score['reading'] or 'what happened'}\n{when or 'never'}",
            (at, 0.97 - 0.17 * row),
            (5.0 * side, 0.0),
            textcoords="offset points",
            ha="left" if side > 0 else "right",
            va="top",
            size=8.5,
            path_effects=halo(3.0),
            zorder=9,
        )
    axes.set(xlim=(first, last + 2.0 * _BEYOND), ylim=(-0.09, 1.02))
    date_ticks(axes, (until - origin).days)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_title(f"By {event}", loc="left", size=11.0, weight="bold", color=colour, pad=6)
    axes.grid(axis="y")


def _at(text: str | None, never: float) -> float:
    """A date as matplotlib counts days; `never` for none."""
    return float(date2num(date.fromisoformat(text))) if text else never


def _said(score: Mapping[str, Any]) -> str:
    """What was given to an event and what came; the scores, in a second line."""
    p, brier, crps = score["probability"]["estimate"], score["brier"], score["crps_days"]
    came = "formed" if score["happened"] else "not formed by the horizon"
    name = f"{score['reading']}: " if score["reading"] else ""
    decimals = 1 if p < 0.1 or p > 0.9 else 0
    return (
        f"{name}given {percent(p, decimals)}, {came}.\nBrier {brier['model']['estimate']:.3f} "
        f"(persistence {brier['persistence']:.3f}), CRPS {crps['model']['estimate']:.0f} "
        f"({crps['persistence']:.0f}) days"
    )
