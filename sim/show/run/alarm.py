"""How alarmed each watcher is: median and bands over worlds, against its threshold."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from sim.show.base.format import day, listed, worlds
from sim.show.base.run_data import Run
from sim.show.base.style import INK, SOFT, foot, head, page
from sim.show.run.dates import date_axis

_BAND, _LINE, _LIMIT = "#4d7ea8", "#163a5f", "#b2182b"


def watchers(run: Run) -> list[str]:
    """Names of the curves, in order; none where the run has no curves."""
    return list(run.curves)


def alarm_page(run: Run) -> Figure:
    """One panel a watcher, all with the same axes."""
    names = watchers(run)
    cols = 1 if len(names) == 1 else 2 if len(names) <= 4 else 3
    count = max(1, math.ceil(len(names) / cols))
    figure = page((11.5, 1.6 + 2.5 * count))
    head(figure, *alarm_words(run))
    foot(figure, run, has_map=False)
    if not names:
        text = "No faction watches another in this run: there is no alarm to show."
        figure.text(0.5, 0.45, text, ha="center", size=12.0, color=SOFT)
        return figure
    height = float(figure.get_size_inches()[1])
    top, bottom, left, right = 1.0 - 0.85 / height, 0.72 / height, 0.06, 1.0
    wide, tall = (right - left) / cols, (top - bottom) / count
    for k, name in enumerate(names):
        x, y = left + wide * (k % cols), top - tall * (k // cols + 1)
        axes = figure.add_axes((x, y + 0.08 / height, wide - 0.045, tall - 0.78 / height))
        _panel(axes, run, name)
        last_row = k + cols >= len(names)
        if not last_row:
            axes.set_xlabel("")
    return figure


def alarm_words(run: Run) -> tuple[str, str]:
    """Title and subtitle: in whom alarm comes to the threshold in the median world, and when."""
    crossed = {name: crossing(run, name) for name in watchers(run)}
    subtitle = (
        f"{run.scenario_words} Alarm from 0 to 1 at the rival feared most, {worlds(run.worlds)}; "
        "line: median, bands: 25-75% and 5-95% of worlds. Past the threshold relations worsen."
    )
    if not crossed:
        return "No alarm in this run", subtitle
    past = sorted((when, name) for name, when in crossed.items() if when is not None)
    below = [run.called(name) for name, when in crossed.items() if when is None]
    if not past:
        return f"Median alarm stays below the threshold for {listed(below)}", subtitle
    years = run.origin.year != run.until.year
    words = listed([f"{run.called(name)} by {day(when, years)}" for when, name in past])
    rest = f"; not for {listed(below, 'or')}" if below else ""
    return f"Median alarm passes the threshold for {words}{rest}", subtitle


def crossing(run: Run, name: str) -> date | None:
    """The first recorded day on which the median is at the threshold or above, None: never."""
    curve, limit = run.curves[name], threshold(run, name)
    if limit is None:
        return None
    at = np.flatnonzero(curve.value["q50"] >= limit - 1e-9)
    return curve.dates[int(at[0])] if len(at) else None


def _panel(axes: Axes, run: Run, name: str) -> None:
    """Bands of 5-95% and 25-75%, the median, and the threshold."""
    curve, limit = run.curves[name], threshold(run, name)
    days, value = [float(date2num(day)) for day in curve.dates], curve.value
    for low, high, alpha in (("q05", "q95", 0.22), ("q25", "q75", 0.42)):
        axes.fill_between(days, value[low], value[high], color=_BAND, alpha=alpha, lw=0.0)
    axes.plot(days, value["q50"], color=_LINE, lw=2.0)
    axes.set(
        xlim=(days[0], max(days[-1], days[0] + 1.0)), ylim=(0.0, 1.0), yticks=np.linspace(0, 1, 5)
    )
    axes.grid(axis="y")
    date_axis(axes, run, run.until)
    axes.set_title(panel_title(run, name), size=10.0, weight="bold", loc="left", color=INK, pad=20)
    last = {q: float(v[-1]) for q, v in value.items()}
    text = (
        f"at the horizon median {last['q50']:.2f}, 25-75% {last['q25']:.2f}-{last['q75']:.2f}, "
        f"5-95% {last['q05']:.2f}-{last['q95']:.2f}"
    )
    above = axes.get_xaxis_transform()
    axes.text(days[-1], 1.05, text, size=8.0, color=SOFT, ha="right", transform=above)
    if limit is not None:
        axes.axhline(limit, color=_LIMIT, lw=1.2, ls=(0, (5, 3)))
        axes.text(
            days[0], 1.05, f"- -  threshold {limit:g}", size=8.0, color=_LIMIT, transform=above
        )


def panel_title(run: Run, name: str) -> str:
    """Whose alarm, and at whom."""
    if name not in run.factions:
        return name
    watched = run.settings["faction"][name].get("alarm", {}).get("watches") or []
    at = listed([run.called(str(place)) for place in watched], "or")
    return f"{run.name(name)} (alarm at {at})" if at else run.name(name)


def threshold(run: Run, name: str) -> float | None:
    """The alarm at which a faction raises its posture."""
    if name not in run.factions:
        return None
    level = run.settings["faction"][name].get("alarm", {}).get("threshold")
    return None if level is None else float(level)
