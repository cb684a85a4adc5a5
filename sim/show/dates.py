"""When the corridor forms: the share of worlds that have one by each day, in all and by route.

What is drawn is `sim.analysis.survival`: cumulative incidence, with its interval at each day and a
band over all days.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, DayLocator, MonthLocator, date2num
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from sim.analysis.summary import KINDS
from sim.analysis.survival import Incidence, Times, incidence, restricted_mean
from sim.show.data import Floats, Run
from sim.show.style import FAINT, HAIR, INK, KIND, NEVER, ROUTE, SOFT, foot, head, page
from sim.show.wording import both, day, interval, percent, within

_QUANTILES = ("median_if_formed", "q10")
ORDER = tuple(reversed(KINDS))  # territory before road


def times(run: Run, kind: str) -> Times:
    """When the worlds of a run have their corridor."""
    return Times.read(run.directory, kind, run.origin, run.until, run.chances)


def as_dates(run: Run, found: Incidence) -> Floats:
    """Days of an incidence as matplotlib counts them."""
    return np.array([date2num(run.origin + timedelta(int(one))) for one in found.day])


def date_page(run: Run) -> Figure:
    """Cumulative incidence by territory and by road, what never forms, and both by route."""
    figure = page((11.5, 8.4))
    head(figure, *date_words(run))
    axes = figure.add_axes((0.068, 0.47, 0.66, 0.34))
    bars = figure.add_axes((0.775, 0.47, 0.2, 0.34))
    draw_dates(axes, run)
    draw_late(axes, run)
    for k, kind in enumerate(ORDER):
        draw_words(figure, run, kind, 0.068 + 0.43 * k, 0.893, 11.0)
        figure.text(0.103 + 0.43 * k, 0.845, _mean(run, kind), size=8.5, color=SOFT, va="center")
        draw_routes_by_day(figure.add_axes((0.068 + 0.49 * k, 0.1, 0.418, 0.22)), run, kind)
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
        f"{run.hold_days} days. Worlds by its first day; dark: 95% interval at each day, pale: "
        "95% band over all days."
    )


def draw_dates(axes: Axes, run: Run) -> None:
    """The two curves with their bands."""
    for kind in ORDER:
        found, colour = incidence(times(run, kind)), KIND[kind]
        days = as_dates(run, found)
        for low, high, alpha in (
            (found.band_low, found.band_high, 0.13),
            (found.low, found.high, 0.2),
        ):
            axes.fill_between(days, low, high, step="post", color=colour, alpha=alpha, lw=0.0)
        axes.step(days, found.share, where="post", color=colour, lw=2.2, clip_on=False)
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


def draw_routes_by_day(axes: Axes, run: Run, kind: str) -> None:
    """Cumulative incidence by route, one on the other: competing ways to the same end."""
    known = times(run, kind)
    at = np.unique(np.r_[0, known.day[known.formed], known.horizon])
    found = {name: incidence(known, name, at) for name in ROUTE if name in known.routes}
    days = as_dates(run, incidence(known, at=at))
    base = np.zeros(len(at))
    for name, one in found.items():
        axes.fill_between(days, base, base + one.share, step="post", color=ROUTE[name], lw=0.0)
        base = base + one.share
    axes.set(xlim=(days[0], days[-1]), ylim=(0.0, min(1.0, max(0.01, 1.12 * float(base[-1])))))
    shown = [(name, one) for name, one in found.items() if one.share[-1] > 0.0]
    for k, (name, one) in enumerate(reversed(shown)):
        last = {"estimate": one.share[-1], "low": one.low[-1], "high": one.high[-1]}
        y = 0.93 - 0.115 * k
        axes.plot([0.025], [y], "s", ms=6.5, color=ROUTE[name], transform=axes.transAxes)
        axes.text(0.05, y, f"{name} {interval(last)}", size=9.0, va="center", **_on(axes))
    if not shown:
        axes.text(0.5, 0.5, "in none of the worlds", color=SOFT, ha="center", **_on(axes))
    axes.set_title(
        f"By {kind} and route, worlds with a corridor", size=9.5, weight="bold", loc="left", pad=6
    )
    places = 0 if axes.get_ylim()[1] > 0.05 else 1
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=places))
    axes.grid(axis="y", color=HAIR, lw=0.7)
    axes.set_axisbelow(True)
    date_axis(axes, run)


def _on(axes: Axes) -> dict[str, Any]:
    return {"transform": axes.transAxes}


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


def _mean(run: Run, kind: str) -> str:
    """The restricted mean time in words."""
    found = restricted_mean(times(run, kind))
    days = f"{found.estimate:.0f} [{found.low:.0f}, {found.high:.0f}]"
    return f"mean {days} of {(run.until - run.origin).days} days until it forms or the horizon"


def _when(run: Run, kind: str) -> str:
    """Quantiles of the date in words: over all worlds, and over those that form one."""
    dates = run.summary["dates"][kind]
    years = run.origin.year != run.until.year
    median, early = (dates[key] and date.fromisoformat(dates[key]) for key in _QUANTILES)
    if median is None:
        return f"in none of the worlds by {day(run.until)}"
    middle = f"median where it forms {day(median, years)}"
    return middle if early is None else f"10% of worlds by {day(early, years)}; {middle}"
