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
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from sim.analysis.intervals import share
from sim.analysis.summary import KINDS
from sim.show.data import Floats, Run
from sim.show.style import FAINT, HAIR, INK, KIND, NEVER, SOFT, foot, head, page
from sim.show.wording import both, day, interval, percent, within

_EPOCH = date(1970, 1, 1)
_QUANTILES = ("median_if_formed", "q10")
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
    axes = figure.add_axes((0.068, 0.135, 0.66, 0.61))
    bars = figure.add_axes((0.775, 0.135, 0.2, 0.61))
    draw_dates(axes, run)
    draw_late(axes, run)
    for k, kind in enumerate(ORDER):
        draw_words(figure, run, kind, 0.068 + 0.43 * k, 0.835, 11.0)
    draw_never(bars, run)
    bars.set_title(f"By {day(run.until)}", size=9.5, color=SOFT, pad=8)
    foot(figure, run, has_map=False)
    return figure


def date_words(run: Run) -> tuple[str, str]:
    """Title and subtitle of the chart of dates."""
    title = f"Corridor by {day(run.until)}: {both(run.summary['p_corridor'])}"
    ends = [str(run.settings["corridor"][end]).capitalize() for end in ("source", "sink")]
    coalition = " and ".join(within(f) for f in run.coalition)
    return title, (
        f"{run.scenario_words} {ends[0]} to {ends[1]} through ground of {coalition}, held for "
        f"{run.hold_days} days. Worlds by its first day, with the 95% interval at each day."
    )


def draw_dates(axes: Axes, run: Run) -> None:
    """The two curves with their bands."""
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


def draw_late(axes: Axes, run: Run) -> None:
    """Shade the last days, on which no corridor can open that will have been held long enough."""
    first, last = (float(date2num(when)) for when in (run.origin, run.until))
    shut = last - run.hold_days + 1
    if not first < shut < last:
        return
    axes.axvspan(shut, last, color=HAIR, alpha=0.45, lw=0.0, zorder=0)
    text = f"too late\nto be held\n{run.hold_days} days"
    likely = max(run.summary["p_corridor"][kind]["estimate"] for kind in KIND)
    top = 0.985 if likely < 0.7 else 0.6  # clear of the curve's end
    axes.text((shut + last) / 2.0, top, text, size=8.0, color=SOFT, ha="center", va="top")


def draw_words(figure: Figure, run: Run, kind: str, x: float, y: float, size: float) -> None:
    """The colour of a curve and in words what it comes to; `x` and `y` are figure fractions."""
    width = float(figure.get_figwidth())
    height = float(figure.get_figheight())
    line = Line2D([x, x + 0.3 / width], [y, y], color=KIND[kind], lw=2.8)
    figure.add_artist(line)
    left = x + 0.4 / width
    text = f"By {kind}: {interval(run.summary['p_corridor'][kind])}"
    figure.text(left, y, text, size=size, weight="bold", color=KIND[kind], va="center")
    below = y - 0.021 * size / height
    figure.text(left, below, _when(run, kind), size=size - 2.5, color=SOFT, va="center")


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
    """A full bar each: worlds with a corridor, the interval of their share, and worlds without."""
    for x, kind in enumerate(ORDER):
        p = run.summary["p_corridor"][kind]
        estimate, low, high = (float(p[key]) for key in ("estimate", "low", "high"))
        axes.bar(x, 1.0 - estimate, 0.76, bottom=estimate, color=NEVER)
        axes.bar(x, estimate, 0.76, color=KIND[kind])
        ends: Any = [[estimate - low], [high - estimate]]
        axes.errorbar(x + 0.29, estimate, np.clip(ends, 0.0, 1.0), color=INK, lw=1.3, capsize=4.0)
        for at, amount, text, colour in (
            (estimate / 2.0, estimate, "corridor", "white"),
            ((1.0 + estimate) / 2.0, 1.0 - estimate, "never", INK),
        ):
            if amount > 0.08:
                words = f"{text}\n{percent(amount)}"
                axes.text(x - 0.07, at, words, size=9.5, color=colour, ha="center", va="center")
    axes.set(xlim=(-0.5, 1.5), ylim=(0.0, 1.0), xticks=range(2))
    axes.set_xticklabels([f"by {kind}" for kind in ORDER], size=9.5, color=INK)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0.0)
    axes.spines["bottom"].set_color(FAINT)


def _when(run: Run, kind: str) -> str:
    """Quantiles of the date in words: over all worlds, and over those that form one."""
    dates = run.summary["dates"][kind]
    years = run.origin.year != run.until.year
    median, early = (dates[key] and date.fromisoformat(dates[key]) for key in _QUANTILES)
    if median is None:
        return f"in none of the worlds by {day(run.until)}"
    middle = f"median where it forms {day(median, years)}"
    return middle if early is None else f"10% of worlds by {day(early, years)}; {middle}"
