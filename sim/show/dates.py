"""When the corridor forms: the share of worlds that have one by each day, and those that never do.

Worlds without a corridor are censored at the horizon, the same day for all, so that the share of
all worlds by a day is the estimate (no Kaplan-Meier weights are needed) and has, day by day, the
interval of any share (`sim.analysis.intervals`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, DayLocator, MonthLocator, date2num
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.analysis.intervals import share
from sim.analysis.summary import KINDS
from sim.show.data import Floats, Run
from sim.show.style import FAINT, HAIR, INK, KIND, NEVER, SOFT, foot, head, page
from sim.show.wording import both, day, day_or_never, interval, percent, within

_EPOCH = date(1970, 1, 1)
ORDER = tuple(reversed(KINDS))  # territory before road


@dataclass(frozen=True, eq=False)
class Incidence:
    """Share of worlds that have a corridor by each day that it changes, with its interval."""

    days: Floats  # as matplotlib counts them; the first is the origin, the last the horizon
    share: Floats
    low: Floats
    high: Floats


def incidence(run: Run, kind: str) -> Incidence:
    """Of `kind` (road or territory), pointwise at the level of the summary's intervals."""
    with run.worlds_file() as worlds:
        formed = worlds.values(f"formed_{kind}").astype(np.bool_)
        days = worlds.days(f"first_date_{kind}")
    first, last = ((when - _EPOCH).days for when in (run.origin, run.until))
    never = last + 1
    by_world = np.full(run.worlds, never)
    if len(days) == formed.sum():
        by_world[formed] = days
    else:  # which worlds have a date cannot be told; then they are taken as independent
        by_world[: len(days)] = days
    chances = run.chances if len(days) == formed.sum() else 1
    at = np.unique([first, *days.tolist(), last])
    found = [share(by_world <= one, chances) for one in at]
    return Incidence(
        days=np.array([date2num(_EPOCH + timedelta(int(one))) for one in at]),
        share=np.array([one.estimate for one in found]),
        low=np.array([one.low for one in found]),
        high=np.array([one.high for one in found]),
    )


def date_page(run: Run) -> Figure:
    """Cumulative incidence by territory and by road, and beside it what never forms."""
    figure = page((11.5, 6.2))
    head(figure, *date_words(run))
    axes = figure.add_axes((0.068, 0.135, 0.66, 0.68))
    bars = figure.add_axes((0.775, 0.135, 0.2, 0.68))
    draw_dates(axes, run, notes=True)
    draw_never(bars, run)
    bars.set_title(f"All worlds at the horizon, {day(run.until)}", size=9.0, color=SOFT, pad=8)
    foot(figure, run, has_map=False)
    return figure


def date_words(run: Run) -> tuple[str, str]:
    """Title and subtitle of the chart of dates."""
    title = f"Corridor by {day(run.until)}: {both(run.summary['p_corridor'])}"
    ends = [str(run.settings["corridor"][end]).capitalize() for end in ("source", "sink")]
    coalition = " and ".join(within(f) for f in run.coalition)
    return title, (
        f"{run.scenario_words} {ends[0]} to {ends[1]} through ground of {coalition}, held for "
        f"{run.hold_days} days; share of worlds by first day, 95% interval at each day."
    )


def draw_dates(axes: Axes, run: Run, notes: bool) -> None:
    """The two curves with their bands, and in words what they come to."""
    for kind in ORDER:
        found, colour = incidence(run, kind), KIND[kind]
        axes.fill_between(
            found.days, found.low, found.high, step="post", color=colour, alpha=0.16, lw=0.0
        )
        axes.step(found.days, found.share, where="post", color=colour, lw=2.2, clip_on=False)
    first, last = (float(date2num(when)) for when in (run.origin, run.until))
    axes.set(xlim=(first, last), ylim=(0.0, 1.0), ylabel="Worlds with a corridor")
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.grid(axis="y", color=HAIR, lw=0.7)
    axes.set_axisbelow(True)
    date_axis(axes, run)
    if not notes:
        return
    if run.hold_days < last - first:
        shut = last - run.hold_days + 1
        axes.axvspan(shut, last, color=HAIR, alpha=0.45, lw=0.0, zorder=0)
        text = f"too late to be held\n{run.hold_days} days"
        axes.text((shut + last) / 2.0, 0.985, text, size=8.0, color=SOFT, ha="center", va="top")
    for k, kind in enumerate(ORDER):
        y = 0.955 - 0.155 * k
        axes.plot([0.025, 0.06], [y, y], color=KIND[kind], lw=2.6, transform=axes.transAxes)
        for dy, size, weight, colour, text in (
            (0.0, 11.0, "bold", KIND[kind], f"By {kind}: {interval(run.summary['p_corridor'][kind])}"),
            (0.05, 8.5, "normal", SOFT, _when(run, kind)),
        ):
            axes.text(
                0.075, y - dy, text, size=size, weight=weight, color=colour,
                va="center", transform=axes.transAxes,
            )


def date_axis(axes: Axes, run: Run) -> None:
    """Ticks by month, or by day where the run is short, with the year once."""
    span = (run.until - run.origin).days
    if span > 75:
        step = 1 if span < 400 else 3
        axes.xaxis.set_major_locator(MonthLocator(interval=step))
        axes.xaxis.set_major_formatter(DateFormatter("%-d %b" if span < 400 else "%b %Y"))
    else:
        axes.xaxis.set_major_locator(DayLocator(interval=max(1, span // 6)))
        axes.xaxis.set_major_formatter(DateFormatter("%-d %b"))
    years = sorted({run.origin.year, run.until.year})
    axes.set_xlabel("-".join(str(year) for year in years))
    axes.tick_params(length=3.0)


def draw_never(axes: Axes, run: Run) -> None:
    """A full bar each: worlds that form a corridor, with the interval, and worlds that never do."""
    for x, kind in enumerate(ORDER):
        p = run.summary["p_corridor"][kind]
        estimate = float(p["estimate"])
        axes.bar(x, 1.0 - estimate, 0.62, bottom=estimate, color=NEVER, edgecolor="white")
        axes.bar(x, estimate, 0.62, color=KIND[kind])
        ends: Any = [[estimate - float(p["low"])], [float(p["high"]) - estimate]]
        axes.errorbar(x, estimate, np.clip(ends, 0.0, 1.0), color=INK, lw=1.3, capsize=4.0)
        for share_, middle, text, colour in (
            (estimate, min(estimate / 2.0, float(p["low"]) - 0.04), "forms", "white"),
            (1.0 - estimate, max(float(p["high"]) + 0.06, (1.0 + estimate) / 2.0), "never", INK),
        ):
            if middle > 0.045 and middle < 0.97 and share_ > 0.0:
                words = f"{text}\n{percent(share_)}"
                axes.text(x, middle, words, size=9.0, color=colour, ha="center", va="center")
    axes.set(xlim=(-0.5, 1.5), ylim=(0.0, 1.0), xticks=range(2))
    axes.set_xticklabels([f"by {kind}" for kind in ORDER], size=9.5, color=INK)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0.0)
    axes.spines["bottom"].set_color(FAINT)


def _when(run: Run, kind: str) -> str:
    """Quantiles of the date in words: over all worlds, and over those that form one."""
    dates = run.summary["dates"][kind]
    if dates["median_if_formed"] is None:
        return f"in none of the worlds by {day(run.until)}"
    middle = f"median of those that form: {day_or_never(dates['median_if_formed'])}"
    if dates["q10"] is None:
        return middle
    return f"{middle}; 10% of all worlds by {day_or_never(dates['q10'])}"
