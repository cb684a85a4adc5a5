"""When the corridor forms: the share of worlds that have one by each day, in all and by route.

What is drawn is `sim.analysis.stats.survival`: cumulative incidence to the horizon and beyond it,
with its interval at each day, a band over all days and its median. Beside the horizon stands P
within each variant of the rules.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import (
    DateFormatter,
    DayLocator,
    MonthLocator,
    YearLocator,
    date2num,
)
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from sim.analysis.stats.survival import Incidence, Times, incidence, median
from sim.arrays import Floats
from sim.definitions import KINDS
from sim.show.base.format import both, day, interval, percent
from sim.show.base.run_data import Run
from sim.show.base.style import (
    FAINT,
    INK,
    KIND,
    NEVER,
    SOFT,
    foot,
    head,
    page,
    route_colour,
)
from sim.theatre.spec import TheatreSpec

_MOST_TICKS = 9
_ENDS = ("lowest", "highest")
ORDER = tuple(reversed(KINDS))  # territory before road


def times(run: Run, kind: str) -> Times:
    """When the worlds of a run have their corridor."""
    return Times.read(run.directory, kind, run.origin, run.until, run.per_draw, run.beyond)


def as_dates(run: Run, curve: Incidence) -> Floats:
    """Days of an incidence as matplotlib counts them."""
    return np.array([date2num(run.origin + timedelta(int(day))) for day in curve.day])


def date_page(run: Run) -> Figure:
    """Cumulative incidence by territory and by road, what never forms, and both by route."""
    figure = page((11.5, 8.4))
    head(figure, *date_words(run))
    axes = figure.add_axes((0.068, 0.47, 0.66, 0.34))
    bars = figure.add_axes((0.775, 0.47, 0.2, 0.34))
    draw_dates(axes, run)
    for k, kind in enumerate(ORDER):
        draw_words(figure, run, kind, 0.068 + 0.43 * k, 0.893, 11.0)
        figure.text(
            0.103 + 0.43 * k, 0.845, doubt_words(run, kind), size=8.5, color=SOFT, va="center"
        )
        draw_routes_by_day(figure.add_axes((0.068 + 0.49 * k, 0.1, 0.418, 0.22)), run, kind)
    note = "Dot: median with its 95% interval. Dashed: the horizon; thin marks beside it: P by "
    figure.text(0.068, 0.372, f"{note}variant of the rules.", size=8.0, color=SOFT)
    draw_never(bars, run)
    bars.set_title(f"By {day(run.until)}", size=9.5, color=SOFT, pad=8)
    foot(figure, run, has_map=False)
    return figure


def date_words(run: Run) -> tuple[str, str]:
    """Title and subtitle of the chart of dates."""
    title = f"Corridor by {day(run.until)}: {both(run.summary['p_corridor'])}"
    ends = [str(run.settings["corridor"][end]).capitalize() for end in ("source", "sink")]
    coalition = " and ".join(run.called(f) for f in run.coalition)
    return title, (
        f"{run.scenario_words} {ends[0]} to {ends[1]} through ground of {coalition}, held for "
        f"{run.hold_days} days. Worlds by its first day; dark: 95% interval at each day, pale: "
        "95% band over all days."
    )


def draw_dates(axes: Axes, run: Run) -> None:
    """The two curves with their bands."""
    for kind in ORDER:
        curve, colour = incidence(times(run, kind)), KIND[kind]
        days = as_dates(run, curve)
        for low, high, alpha in (
            (curve.band_low, curve.band_high, 0.13),
            (curve.low, curve.high, 0.2),
        ):
            axes.fill_between(days, low, high, step="post", color=colour, alpha=alpha, lw=0.0)
        axes.step(days, curve.share, where="post", color=colour, lw=2.2, clip_on=False)
        draw_median(axes, run, kind)
    first, last = (float(date2num(when)) for when in (run.origin, run.followed))
    if run.beyond:
        axes.axvline(float(date2num(run.until)), color=FAINT, lw=1.0, ls=(0, (4, 3)), zorder=0)
    draw_rules(axes, run)
    axes.set(xlim=(first, last), ylim=(0.0, 1.0), ylabel="Worlds with a corridor")
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.grid(axis="y")
    date_axis(axes, run, run.followed)


def draw_median(axes: Axes, run: Run, kind: str) -> None:
    """A dot where half of the worlds have a corridor, with the interval of that day."""
    middle = median(times(run, kind))
    if middle["estimate"] is None or middle["low"] is None:
        return
    last = float(date2num(run.followed))
    ends = [
        last if day is None else float(date2num(run.origin + timedelta(day)))
        for day in (middle["low"], middle["high"], middle["estimate"])
    ]
    axes.plot(ends[:2], [0.5, 0.5], color=INK, lw=1.4, zorder=5)
    axes.plot(ends[2:], [0.5], "o", ms=5.5, color=KIND[kind], mec=INK, mew=0.9, zorder=6)


def draw_rules(axes: Axes, run: Run) -> None:
    """P within each variant of the rules, thin marks beside the horizon."""
    apart = 0.012 * (run.followed - run.origin).days
    for k, kind in enumerate(ORDER):
        known = [variant[kind] for variant in run.summary["variants"].values() if variant[kind]]
        if len(known) < 2:
            continue
        x = float(date2num(run.until)) + (apart if k else -apart)
        p = [float(interval["estimate"]) for interval in known]
        axes.plot([x, x], [min(p), max(p)], color=KIND[kind], lw=0.8, zorder=5)
        axes.plot([x] * len(p), p, "_", ms=8.0, mew=1.1, color=KIND[kind], zorder=5)


def routes_by_day(known: Times, spec: TheatreSpec) -> dict[str, Incidence]:
    """Cumulative incidence of each route (competing risks), all at the same days by the horizon."""
    at = np.unique(np.r_[0, known.day[known.formed], known.horizon])
    others = sorted({name for name in known.routes if name} - spec.routes.keys())
    return {name: incidence(known, name, at) for name in (*spec.routes, *others)}


def draw_routes_by_day(axes: Axes, run: Run, kind: str) -> None:
    """Cumulative incidence by route, one on the other: competing ways to the same end."""
    by_day = routes_by_day(times(run, kind), run.spec)
    first = next(iter(by_day.values()))
    days, base = as_dates(run, first), np.zeros(len(first.day))
    for name, curve in by_day.items():
        axes.fill_between(
            days, base, base + curve.share, step="post", color=route_colour(name, run.spec), lw=0.0
        )
        base = base + curve.share
    axes.set(xlim=(days[0], days[-1]), ylim=(0.0, min(1.0, max(0.01, 1.12 * float(base[-1])))))
    shown = [(name, curve) for name, curve in by_day.items() if curve.share[-1] > 0.0]
    for k, (name, curve) in enumerate(reversed(shown)):
        last = {"estimate": curve.share[-1], "low": curve.low[-1], "high": curve.high[-1]}
        y = 0.93 - 0.115 * k
        axes.plot(
            [0.025], [y], "s", ms=6.5, color=route_colour(name, run.spec), transform=axes.transAxes
        )
        axes.text(0.05, y, f"{name} {interval(last)}", size=9.0, va="center", **_on(axes))
    if not shown:
        axes.text(0.5, 0.5, "in none of the worlds", color=SOFT, ha="center", **_on(axes))
    axes.set_title(
        f"By {kind} and route, worlds with a corridor", size=9.5, weight="bold", loc="left", pad=6
    )
    places = 0 if axes.get_ylim()[1] > 0.05 else 1
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=places))
    axes.grid(axis="y")
    date_axis(axes, run, run.until)


def _on(axes: Axes) -> dict[str, Any]:
    return {"transform": axes.transAxes}


def draw_words(figure: Figure, run: Run, kind: str, x: float, y: float, size: float) -> None:
    """The colour of a curve and in words what it comes to; `x` and `y` are figure fractions."""
    width = float(figure.get_figwidth())
    height = float(figure.get_figheight())
    line = Line2D([x, x + 0.3 / width], [y, y], color=KIND[kind], lw=2.8)
    figure.add_artist(line)
    left = x + 0.4 / width
    p = float(run.summary["p_corridor"][kind]["estimate"])
    text = f"By {kind}: {percent(p, int(p < 0.1 or p > 0.9))} by {day(run.until)}"
    figure.text(left, y, text, size=size, weight="bold", color=KIND[kind], va="center")
    below = y - 0.021 * size / height
    figure.text(left, below, _when(run, kind), size=size - 2.5, color=SOFT, va="center")


def date_axis(axes: Axes, run: Run, last: date) -> None:
    """Ticks as of `date_ticks`, with the years once."""
    date_ticks(axes, (last - run.origin).days)
    years = sorted({run.origin.year, last.year})
    axes.set_xlabel("-".join(str(year) for year in years))
    axes.tick_params(length=3.0)


def date_ticks(axes: Axes, span: int) -> None:
    """At most `_MOST_TICKS` ticks over so many days: first days of months or years, or any."""
    if span <= 75:
        axes.xaxis.set_major_locator(DayLocator(interval=max(1, span // 6)))
    else:
        months = next((m for m in (1, 2, 3, 4, 6) if span / 30.4 < _MOST_TICKS * m), None)
        axes.xaxis.set_major_locator(
            MonthLocator(range(1, 13, months))
            if months
            else YearLocator(-(-span // (365 * _MOST_TICKS)))
        )
    axes.xaxis.set_major_formatter(DateFormatter("%-d %b" if span < 400 else "%b %Y"))


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
            ((1.0 + estimate) / 2.0, 1.0 - estimate, "none", INK),
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


def doubt_words(run: Run, kind: str) -> str:
    """What P is in doubt by, in words: standard deviations in points, and the range over rules."""
    parts = run.summary["doubt"][kind]
    names = (("worlds", "monte_carlo"), ("inputs", "inputs"), ("rules", "rules"))
    known = [(name, parts[key]) for name, key in names if parts[key] is not None]
    phrases = [f"{name} {100.0 * value:.{int(value < 0.02)}f}" for name, value in known]
    text = f"in doubt by {', '.join(phrases)} points" if phrases else "doubt not known"
    if parts["lowest"]:
        ends = (f"{percent(parts[k]['estimate'])} {parts[k]['variant']}" for k in _ENDS)
        text += f" ({' to '.join(ends)})"
    return text


def _when(run: Run, kind: str) -> str:
    """The median date in words, with its interval."""
    median_days = median(times(run, kind))
    middle, low, high = (
        f"after {day(run.followed)}" if days is None else day(run.origin + timedelta(days))
        for days in (median_days["estimate"], median_days["low"], median_days["high"])
    )
    return f"median {middle}" if low == high else f"median {middle} [{low} to {high}]"
