"""The figures of a sweep: P(corridor) against what was swept.

One key: a curve by road and one by territory. Two keys: a curve for each value of the second, and
a heat map. More: a panel a key, other keys as they mostly are, or all points where each differs in
every key. And the same by route as small multiples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from sim import __version__
from sim.show.style import (
    FAINT,
    HAIR,
    INK,
    KIND,
    ROUTE,
    SOFT,
    head,
    page,
    save,
    small_print,
    styled,
)
from sim.show.swept import Axis, Floats, Swept
from sim.show.wording import percent

FOLDER = "figures"
KINDS = ("road", "territory")
_MOST_LINES = 6
_CHANCE = "viridis"


def draw_sweep(directory: Path) -> list[Path]:
    """Draw the figures of a sweep folder into `directory/figures`; returns the files.

    Raises LandbridgeError for a folder with no worlds yet.
    """
    swept = Swept.read(directory)
    folder = directory / FOLDER
    folder.mkdir(exist_ok=True)
    with styled():
        return [save(draw(), folder / f"{name}.png") for name, draw in pages(swept).items()]


def pages(swept: Swept) -> dict[str, Callable[[], Figure]]:
    """What makes each figure, by the name of its file."""
    found = {"corridor": lambda: corridor_page(swept)}
    if swept.routes:
        found["routes"] = lambda: routes_page(swept)
    if len(swept.axes) == 2:
        found["heat"] = lambda: heat_page(swept)
    return found


def corridor_page(swept: Swept) -> Figure:
    """P by road above, by territory below; a column a key (one column for two keys)."""
    columns = 1 if len(swept.axes) <= 2 else len(swept.axes)
    figure = page((max(8.5, 2.0 + 2.6 * columns), 7.2))
    head(figure, *corridor_words(swept))
    grid = _grid(figure, 2, columns, legend=len(swept.axes) == 2)
    for r, kind in enumerate(KINDS):
        for c in range(columns):
            axes = grid[r][c]
            if columns == 1:
                _curves(axes, swept, kind, KIND[kind])
            else:
                _one_key(axes, swept, c, kind)
            _finish(axes, swept.axes[c], bottom=r == 1, left=c == 0)
            if c == 0:
                axes.set_ylabel(f"P(corridor by {kind})")
        _same_height(grid[r])
    if columns == 1 and len(swept.axes) == 2:
        _key_of_lines(grid[0][0], swept.axes[1])
    _foot(figure, swept)
    return figure


def routes_page(swept: Swept) -> Figure:
    """A panel a route, by road above and by territory below, against the first key."""
    figure = page((max(8.5, 1.2 + 3.4 * len(swept.routes)), 7.2))
    head(figure, *route_words(swept))
    grid = _grid(figure, 2, len(swept.routes), legend=len(swept.axes) == 2)
    for r, kind in enumerate(KINDS):
        for c, route in enumerate(swept.routes):
            axes = grid[r][c]
            _curves(axes, swept, kind, ROUTE.get(route, INK), route)
            _finish(axes, swept.axes[0], bottom=r == 1, left=c == 0)
            if r == 0:
                axes.set_title(f"{route.capitalize()} route", size=10.0, loc="left", color=INK)
        grid[r][0].set_ylabel(f"P(corridor by {kind})")
        _same_height(grid[r])
    if len(swept.axes) == 2:
        _key_of_lines(grid[0][-1], swept.axes[1])
    _foot(figure, swept)
    return figure


def heat_page(swept: Swept) -> Figure:
    """P over two keys: cells where every pair of values was run, else a dot a point."""
    figure = page((12.0, 6.0))
    head(figure, *corridor_words(swept))
    x, y = swept.axes
    full = len(swept.rows) == len(x.values) * len(y.values)
    for k, kind in enumerate(KINDS):
        axes = figure.add_axes((0.085 + 0.475 * k, 0.15, 0.355, 0.62))
        bar = figure.add_axes((0.085 + 0.475 * k + 0.362, 0.15, 0.011, 0.62))
        p = swept.p(kind)
        mark = _cells(axes, x, y, p) if full else _dots(axes, x, y, p[0])
        figure.colorbar(mark, cax=bar, format=PercentFormatter(1.0, decimals=0))
        axes.set_title(f"P(corridor by {kind})", size=10.0, loc="left", color=INK)
        axes.set(xlabel=x.label, ylabel=y.label if k == 0 else "")
    _foot(figure, swept)
    return figure


def corridor_words(swept: Swept) -> tuple[str, str]:
    """Title and subtitle: how far P goes over the points."""
    said = []
    for kind in KINDS:
        estimate = swept.p(kind)[0]
        low, high = int(estimate.argmin()), int(estimate.argmax())
        said.append(
            f"by {kind}: {percent(estimate[low], 1)} at {_where(swept, low)}, "
            f"{percent(estimate[high], 1)} at {_where(swept, high)}"
        )
    return f"P(corridor) {said[0]}", f"{said[1].capitalize()}. With 95% intervals."


def route_words(swept: Swept) -> tuple[str, str]:
    """Title and subtitle of the small multiples."""
    found = {(kind, route): swept.p(kind, route)[0] for kind in KINDS for route in swept.routes}
    (kind, route), widest = max(found.items(), key=lambda one: float(np.ptp(one[1])))
    title = (
        f"Most moved: the {route} route by {kind}, {percent(float(widest.min()), 1)} to "
        f"{percent(float(widest.max()), 1)}"
    )
    return title, "Share of all worlds with a corridor by each route. Bands: 95% intervals."


def _where(swept: Swept, point: int) -> str:
    if len(swept.axes) > 2:
        return f"point {swept.rows[point]['point']}"
    return ", ".join(axis.where(float(axis.at[point])) for axis in swept.axes)


def _curves(axes: Axes, swept: Swept, kind: str, colour: str, route: str = "") -> None:
    """P against the first key: a curve, or one for each value of the second of two."""
    p = swept.p(kind, route)
    if len(swept.axes) == 2 and len(swept.axes[1].values) <= _MOST_LINES:
        first, second = swept.axes
        lines = list(zip(second.values, _shades(second), strict=True))
        apart = 0.008 * float(np.ptp(first.values))  # so that none hides another
        for n, (value, shade) in enumerate(lines):
            shift = (n - (len(lines) - 1) / 2.0) * apart
            _band(axes, first, p, second.at == value, shade, shift)
    elif len(swept.axes) == 1:
        _band(axes, swept.axes[0], p, np.ones(len(swept.rows), np.bool_), colour)
    else:
        _bars(axes, swept.axes[0], p, np.ones(len(swept.rows), np.bool_), colour)


def _one_key(axes: Axes, swept: Swept, axis: int, kind: str) -> None:
    """P against one of many keys."""
    plain = swept.plain(axis)
    enough = len(np.unique(swept.axes[axis].at[plain])) > 1
    draw = _band if enough else _bars
    which = plain if enough else np.ones(len(swept.rows), np.bool_)
    draw(axes, swept.axes[axis], swept.p(kind), which, KIND[kind])


def _band(
    axes: Axes, axis: Axis, p: Floats, which: NDArray[np.bool_], colour: Any, shift: float = 0.0
) -> None:
    """A curve with its intervals as a band; dots with bars where the key is a text."""
    if axis.names:
        _bars(axes, axis, p, which, colour, 5.0 * shift)
        return
    order = np.flatnonzero(which)[np.argsort(axis.at[which], kind="stable")]
    x, (estimate, low, high) = axis.at[order] + shift, p[:, order]
    axes.fill_between(x, low, high, color=colour, alpha=0.16, lw=0.0)
    axes.plot(x, estimate, "o-", color=colour, lw=2.0, ms=4.0, clip_on=False)


def _bars(
    axes: Axes, axis: Axis, p: Floats, which: NDArray[np.bool_], colour: Any, shift: float = 0.0
) -> None:
    """A dot and a bar a point."""
    x, (estimate, low, high) = axis.at[which] + shift, p[:, which]
    reach = np.clip(np.nan_to_num([estimate - low, high - estimate]), 0.0, 1.0)
    axes.errorbar(x, estimate, reach, fmt="o", color=colour, ms=4.0, lw=1.3, capsize=2.5)


def _cells(axes: Axes, x: Axis, y: Axis, p: Floats) -> Any:
    """A cell a pair of values, with its number and interval in it."""
    table = np.full((len(y.values), len(x.values)), np.nan)
    column, row = np.searchsorted(x.values, x.at), np.searchsorted(y.values, y.at)
    table[row, column] = p[0]
    mark = axes.imshow(table, origin="lower", aspect="auto", cmap=_CHANCE)
    middle = (float(np.nanmin(table)) + float(np.nanmax(table))) / 2.0
    for c, r, (estimate, low, high) in zip(column, row, p.T, strict=True):
        shade = "white" if estimate < middle else INK
        text = f"{percent(float(estimate), 1)}\n[{100 * low:.0f}, {100 * high:.0f}]"
        axes.text(c, r, text, ha="center", va="center", color=shade, size=8.0)
    axes.set_xticks(range(len(x.values)), [x.said(value) for value in x.values])
    axes.set_yticks(range(len(y.values)), [y.said(value) for value in y.values])
    axes.tick_params(length=0.0)
    return mark


def _dots(axes: Axes, x: Axis, y: Axis, estimate: Floats) -> Any:
    mark = axes.scatter(x.at, y.at, c=estimate, cmap=_CHANCE, s=46.0, edgecolor=FAINT, lw=0.5)
    for axis, name in ((x, "x"), (y, "y")):
        if axis.names:
            axes.set(**{f"{name}ticks": range(len(axis.names)), f"{name}ticklabels": axis.names})
    return mark


def _finish(axes: Axes, axis: Axis, bottom: bool, left: bool) -> None:
    """Grid, ticks, labels, and a line where the key stands when it is not swept."""
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=None if left else 0))
    axes.grid(axis="y", color=HAIR, lw=0.7)
    axes.set_axisbelow(True)
    if not left:
        axes.tick_params(labelleft=False)
    if axis.unswept is not None:
        axes.axvline(axis.unswept, color=FAINT, lw=1.0, ls=":", zorder=0)
    if axis.names:
        axes.set_xticks(range(len(axis.names)), axis.names, rotation=20, ha="right")
        axes.margins(x=0.2)
    if bottom:
        axes.set_xlabel(axis.label)
    else:
        axes.tick_params(labelbottom=False)


def _same_height(row: Iterable[Axes]) -> None:
    row = list(row)
    top = max(float(axes.get_ylim()[1]) for axes in row)
    for axes in row:
        axes.set_ylim(0.0, min(1.0, top) if top > 0.0 else 1.0)


def _grid(figure: Figure, rows: int, columns: int, legend: bool) -> list[list[Axes]]:
    """Panels below the heading and above the foot, with room at the right for a key."""
    width = float(figure.get_figwidth())
    left, right = 0.85 / width, 1.0 - (1.9 if legend else 0.3) / width
    gap = 0.22 / width
    wide = (right - left - gap * (columns - 1)) / columns
    return [
        [
            figure.add_axes((left + c * (wide + gap), 0.5 - 0.37 * r + 0.01, wide, 0.32))
            for c in range(columns)
        ]
        for r in range(rows)
    ]


def _shades(axis: Axis) -> Any:
    return matplotlib.colormaps[_CHANCE](np.linspace(0.0, 0.82, len(axis.values)))


def _key_of_lines(axes: Axes, axis: Axis) -> None:
    """Which colour is which value of the second key, at the right."""
    if len(axis.values) > _MOST_LINES:
        return
    axes.text(1.03, 1.0, axis.label, transform=axes.transAxes, size=8.5, color=SOFT, va="top")
    for n, (value, shade) in enumerate(zip(axis.values, _shades(axis), strict=True)):
        y = 0.87 - 0.105 * n
        axes.plot(
            [1.03, 1.07], [y, y], transform=axes.transAxes, color=shade, lw=2.5, clip_on=False
        )
        text = axis.said(float(value))
        axes.text(1.085, y, text, transform=axes.transAxes, size=8.5, va="center")


def _foot(figure: Figure, swept: Swept) -> None:
    dotted = "Dotted: the value when not swept. " if _has_usual(swept) else ""
    small_print(
        figure,
        f"Landbridge {__version__}: model estimates, no observation. {dotted}\n"
        f"{len(swept.rows)} points, {swept.worlds}, all under the same luck (seed "
        f"{swept.summary['seed']}), until {swept.summary['until']}.",
    )


def _has_usual(swept: Swept) -> bool:
    return any(axis.unswept is not None for axis in swept.axes)
