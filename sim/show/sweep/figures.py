"""The figures of a sweep: P(corridor) against what was swept.

One key: a curve by road and one by territory. Two keys: a curve for each value of the second, and
a heat map. More: a panel a key, other keys as they mostly are, or all points where each differs in
every key. And the same by route as small multiples.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter, ScalarFormatter

from sim.arrays import Floats
from sim.definitions import KINDS
from sim.ensemble.store.folder import SWEEPS
from sim.show.base.figure_files import drawn_in, placed
from sim.show.base.format import percent
from sim.show.base.style import (
    INK,
    KIND,
    drawn,
    head,
    page,
    route_colour,
    styled,
)
from sim.show.sweep.data import Swept
from sim.show.sweep.marks import (
    MOST_LINES,
    bars,
    cells,
    dots,
    effect,
    finish,
    foot,
    joined,
    key_of_lines,
    rules,
    same_height,
    shades,
)
from sim.show.sweep.marks import (
    grid as panels,
)

_MOST_COLUMNS = 4


def draw_sweep(
    directory: Path, names: Collection[str] = (), formats: Sequence[str] = ("png",)
) -> list[Path]:
    """Draw the figures of a sweep folder into `directory/figures`; returns the files.

    Args:
        directory: a sweep.
        names: which; none for all that there are.
        formats: png, svg or pdf.

    Raises:
        LandbridgeError: a folder with no worlds yet, or a name that it has no figure of.
    """
    with drawn_in(directory, SWEEPS), styled():
        made = pages(Swept.read(directory))
        return placed(directory, drawn(directory, made, names or tuple(made), formats))


def pages(swept: Swept) -> dict[str, Callable[[], Figure]]:
    """What makes each figure, by the name of its file."""
    drawn = {"corridor": lambda: corridor_page(swept)}
    if len(swept.axes) > _MOST_COLUMNS and swept.one_at_a_time:
        drawn = {"effects": lambda: effects_page(swept)}
    if len(swept.axes) <= 2:
        drawn["dates"] = lambda: dates_page(swept)
    if swept.routes and len(swept.axes) <= 2:
        drawn["routes"] = lambda: routes_page(swept)
    if len(swept.axes) == 2:
        drawn["heat"] = lambda: heat_page(swept)
    return drawn


def corridor_page(swept: Swept) -> Figure:
    """P by road above, by territory below; a column a key (one column for two keys)."""
    if len(swept.axes) > 2:
        return _keys_page(swept)
    figure = page((8.5, 7.2))
    _head(figure, swept, *corridor_words(swept))
    grid = panels(figure, 2, 1, legend=len(swept.axes) == 2)
    for r, kind in enumerate(KINDS):
        _curves(grid[r][0], swept, swept.p(kind), KIND[kind], swept.rules(kind))
        finish(grid[r][0], swept.axes[0], bottom=r == 1, left=True)
        grid[r][0].set_ylabel(f"P(corridor by {kind})")
        same_height(grid[r])
    if len(swept.axes) == 2:
        key_of_lines(grid[0][0], swept.axes[1])
    foot(figure, swept)
    return figure


def dates_page(swept: Swept) -> Figure:
    """Mean days to a corridor, by road above and by territory below, against the first key."""
    figure = page((8.5, 7.2))
    _head(figure, swept, *date_words(swept))
    grid = panels(figure, 2, 1, legend=len(swept.axes) == 2)
    for r, kind in enumerate(KINDS):
        axes = grid[r][0]
        _curves(axes, swept, swept.days(kind), KIND[kind])
        finish(axes, swept.axes[0], bottom=r == 1, left=True)
        axes.set(ylabel=f"Mean days to a corridor by {kind}", ylim=(0.0, None))
        axes.yaxis.set_major_formatter(ScalarFormatter())
    if len(swept.axes) == 2:
        key_of_lines(grid[0][0], swept.axes[1])
    foot(figure, swept)
    return figure


def _keys_page(swept: Swept) -> Figure:
    """A panel a key and kind of corridor, at most a few beside each other."""
    keys = len(swept.axes)
    columns = min(keys, _MOST_COLUMNS)
    bands = -(-keys // columns)
    figure = page((max(8.5, 2.0 + 2.6 * columns), 1.6 + 5.6 * bands))
    _head(figure, swept, *corridor_words(swept))
    grid = panels(figure, 2 * bands, columns, legend=False)
    for r, row in enumerate(grid):
        kind, first = KINDS[r % 2], (r // 2) * columns
        for c, axes in enumerate(row):
            if first + c >= keys:
                axes.remove()
                continue
            _one_key(axes, swept, first + c, kind)
            finish(axes, swept.axes[first + c], bottom=r % 2 == 1, left=c == 0)
        row[0].set_ylabel(f"P(corridor by {kind})")
        same_height(row[: keys - first])
    foot(figure, swept)
    return figure


def routes_page(swept: Swept) -> Figure:
    """A panel a route, by road above and by territory below, against the first key."""
    figure = page((max(8.5, 1.2 + 3.4 * len(swept.routes)), 7.2))
    _head(figure, swept, *route_words(swept))
    grid = panels(figure, 2, len(swept.routes), legend=len(swept.axes) == 2)
    for r, kind in enumerate(KINDS):
        for c, route in enumerate(swept.routes):
            axes = grid[r][c]
            _curves(axes, swept, swept.p(kind, route), route_colour(route, swept.spec))
            finish(axes, swept.axes[0], bottom=r == 1, left=c == 0)
            if r == 0:
                axes.set_title(f"{route.capitalize()} route", size=10.0, loc="left", color=INK)
        grid[r][0].set_ylabel(f"P(corridor by {kind})")
        same_height(grid[r])
    if len(swept.axes) == 2:
        key_of_lines(grid[0][-1], swept.axes[1])
    foot(figure, swept)
    return figure


def heat_page(swept: Swept) -> Figure:
    """P over two keys: cells where every pair of values was run, else a dot a point."""
    figure = page((12.0, 6.0))
    _head(figure, swept, *corridor_words(swept))
    x, y = swept.axes
    full = len(swept.rows) == len(x.values) * len(y.values)
    for k, kind in enumerate(KINDS):
        axes = figure.add_axes((0.085 + 0.475 * k, 0.15, 0.355, 0.62))
        bar = figure.add_axes((0.085 + 0.475 * k + 0.362, 0.15, 0.011, 0.62))
        p = swept.p(kind)
        mark = cells(axes, x, y, p) if full else dots(axes, x, y, p[0])
        if float(np.ptp(p[0])) > 0.0:
            figure.colorbar(mark, cax=bar, format=PercentFormatter(1.0, decimals=0))
        else:  # a scale of one value says nothing
            bar.remove()
        axes.set_title(f"P(corridor by {kind})", size=10.0, loc="left", color=INK)
        axes.set(xlabel=x.label, ylabel=y.label if k == 0 else "")
    foot(figure, swept, dotted=False)
    return figure


def effects_page(swept: Swept) -> Figure:
    """A row a key that was changed alone: P at its lowest and highest value, and where none is."""
    rows = len(swept.axes)
    figure = page((12.0, 2.3 + 0.42 * rows))
    _head(figure, swept, *effect_words(swept))
    height = float(figure.get_figheight())
    for k, kind in enumerate(KINDS):
        box = (0.19 + 0.405 * k, 0.95 / height, 0.385, 1.0 - 2.45 / height)
        axes = figure.add_axes(box)
        p, known = swept.p(kind), swept.rules(kind)
        base = swept.base
        axes.axvspan(p[1, base], p[2, base], color=KIND[kind], alpha=0.12, lw=0.0)
        axes.axvline(p[0, base], color=KIND[kind], lw=1.2)
        for n, axis in enumerate(swept.axes):
            for point, lift in swept.ends(n):
                effect(axes, axis, p[:, point], n + lift, point, KIND[kind])
                axes.plot(known[:, point], [n + lift] * 2, "|", ms=6.0, mew=0.8, color=KIND[kind])
        axes.set(ylim=(rows - 0.5, -0.5), yticks=range(rows))
        axes.set_yticklabels([a.label if k == 0 else "" for a in swept.axes], size=9.0, color=INK)
        axes.xaxis.set_major_formatter(PercentFormatter(1.0))
        axes.grid(axis="x")
        axes.set_title(f"P(corridor by {kind})", size=10.0, loc="left", color=INK)
        axes.tick_params(axis="y", length=0.0)
    figure.text(0.19, 0.5 / height, "Band: nothing changed. Numbers: the value set.", size=8.0)
    foot(figure, swept, dotted=False)
    return figure


def effect_words(swept: Swept) -> tuple[str, str]:
    """Title and subtitle: the largest change from the point where nothing is changed."""
    phrases = []
    for kind in KINDS:
        estimate = swept.p(kind)[0]
        most = int(np.abs(estimate - estimate[swept.base]).argmax())
        axis = next((a for n, a in enumerate(swept.axes) if swept.changed[n, most]), None)
        usual = percent(float(estimate[swept.base]), 1)
        if axis is None:
            phrases.append(f"by {kind}: {usual}, whatever is changed")
        else:
            what = f"{axis.label} = {axis.said(float(axis.at[most]))}"
            phrases.append(f"by {kind}: {usual}, {percent(float(estimate[most]), 1)} with {what}")
    subtitle = "The furthest from nothing changed is named. Bars and band: 95% intervals."
    return f"P(corridor) {phrases[0]}; {phrases[1]}", subtitle


def corridor_words(swept: Swept) -> tuple[str, str]:
    """Title and subtitle: how far P goes over the points."""
    phrases = []
    for kind in KINDS:
        estimate = swept.p(kind)[0]
        low, high = int(estimate.argmin()), int(estimate.argmax())
        phrases.append(
            f"by {kind}: {percent(estimate[low], 1)} at {_where(swept, low)}; "
            f"{percent(estimate[high], 1)} at {_where(swept, high)}"
        )
    thin = np.isfinite(swept.rules(KINDS[0])).any() and len(swept.axes) != 2
    note = " Thin: over the variants of the rules." if thin else ""
    return f"P(corridor) {phrases[0]}", f"{phrases[1].capitalize()}. With 95% intervals.{note}"


def date_words(swept: Swept) -> tuple[str, str]:
    """Title and subtitle: how far the mean time goes over the points."""
    phrases = []
    for kind in KINDS:
        days = swept.days(kind)[0]
        low, high = int(days.argmin()), int(days.argmax())
        ends = (f"{days[at]:.0f} days at {_where(swept, at)}" for at in (low, high))
        phrases.append(f"by {kind}: {'; '.join(ends)}")
    text = (
        f"{phrases[1].capitalize()}. Mean until a corridor or the end of the time looked at; 95%."
    )
    return f"To a corridor {phrases[0]}", text


def route_words(swept: Swept) -> tuple[str, str]:
    """Title and subtitle of the small multiples."""
    by_route = {(kind, route): swept.p(kind, route)[0] for kind in KINDS for route in swept.routes}
    (kind, route), widest = max(by_route.items(), key=lambda item: float(np.ptp(item[1])))
    title = (
        f"Most moved: the {route} route by {kind}, {percent(float(widest.min()), 1)} to "
        f"{percent(float(widest.max()), 1)}"
    )
    return title, "Share of all worlds with a corridor by each route. Bars: 95% intervals."


def _head(figure: Figure, swept: Swept, title: str, subtitle: str) -> None:
    head(figure, title, f"{subtitle} {swept.words}".rstrip())


def _where(swept: Swept, point: int) -> str:
    if len(swept.axes) > 2:
        return f"point {swept.rows[point]['point']}"
    return ", ".join(axis.where(float(axis.at[point])) for axis in swept.axes)


def _curves(
    axes: Axes, swept: Swept, p: Floats, colour: str, over_rules: Floats | None = None
) -> None:
    """P (3, N) against the first key: a curve, or one for each value of the second of two."""
    if len(swept.axes) == 2 and len(swept.axes[1].values) <= MOST_LINES:
        first, second = swept.axes
        lines = list(zip(second.values, shades(second), strict=True))
        apart = 0.008 * float(np.ptp(first.values))  # so that none hides another
        for n, (value, shade) in enumerate(lines):
            shift = (n - (len(lines) - 1) / 2.0) * apart
            joined(axes, first, p, second.at == value, shade, shift)
    elif len(swept.axes) == 1:
        every = np.ones(len(swept.rows), np.bool_)
        joined(axes, swept.axes[0], p, every, colour)
        if over_rules is not None:
            rules(axes, swept.axes[0], over_rules, every, colour)
    else:
        bars(axes, swept.axes[0], p, np.ones(len(swept.rows), np.bool_), colour)


def _one_key(axes: Axes, swept: Swept, axis: int, kind: str) -> None:
    """P against one of many keys."""
    plain = swept.plain(axis)
    enough = len(np.unique(swept.axes[axis].at[plain])) > 1
    draw = joined if enough else bars
    which = plain if enough else np.ones(len(swept.rows), np.bool_)
    draw(axes, swept.axes[axis], swept.p(kind), which, KIND[kind])
    rules(axes, swept.axes[axis], swept.rules(kind), which, KIND[kind])
