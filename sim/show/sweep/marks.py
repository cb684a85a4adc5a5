"""The marks on the figures of a sweep: curves, bars, cells, and what stands around them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.arrays import Flags, Floats
from sim.show.base.format import percent
from sim.show.base.style import FAINT, INK, SOFT, small_print
from sim.show.sweep.data import Axis, Swept

MOST_LINES = 6  # curves in a panel
_CHANCE = "viridis"
_MOST_SEEDS = 8  # named one by one


def effect(axes: Axes, axis: Axis, p: Floats, y: float, point: int, colour: str) -> None:
    """P at one value of one key, with its interval and the value."""
    axes.plot([p[1], p[2]], [y, y], color=colour, lw=1.3, alpha=0.7)
    axes.plot(p[0], y, "o", color=colour, ms=4.5)
    value = axis.said(float(axis.at[point]))
    axes.annotate(
        value, (p[2], y), (3, 0), textcoords="offset points", size=7.0, color=SOFT, va="center"
    )


def joined(
    axes: Axes, axis: Axis, p: Floats, which: Flags, colour: Any, shift: float = 0.0
) -> None:
    """A dot and a bar a point, joined by a thin line unless the key is a text.

    The line only joins: what lies between two points was not run.
    """
    if axis.names:
        bars(axes, axis, p, which, colour, 5.0 * shift)
        return
    order = np.flatnonzero(which)[np.argsort(axis.at[which], kind="stable")]
    x, (estimate, low, high) = axis.at[order] + shift, p[:, order]
    axes.vlines(x, low, high, color=colour, lw=1.5, alpha=0.6)
    axes.plot(x, estimate, "o-", color=colour, lw=0.8, ms=4.5, clip_on=False)


def bars(axes: Axes, axis: Axis, p: Floats, which: Flags, colour: Any, shift: float = 0.0) -> None:
    """A dot and a bar a point."""
    x, (estimate, low, high) = axis.at[which] + shift, p[:, which]
    reach = np.clip(np.nan_to_num([estimate - low, high - estimate]), 0.0, 1.0)
    axes.errorbar(
        x, estimate, reach, fmt="o", color=colour, ms=4.0, lw=1.3, capsize=2.5, clip_on=False
    )


def rules(axes: Axes, axis: Axis, ends: Floats, which: Flags, colour: Any) -> None:
    """P over the variants of the rules: a thin line with end marks at each point."""
    known = which & np.isfinite(ends).all(axis=0)
    x, (low, high) = axis.at[known], ends[:, known]
    axes.vlines(x, low, high, color=colour, lw=0.7, zorder=1)
    for end in (low, high):
        axes.plot(x, end, "_", ms=6.0, mew=0.9, color=colour, clip_on=False)


def cells(axes: Axes, x: Axis, y: Axis, p: Floats) -> Any:
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


def dots(axes: Axes, x: Axis, y: Axis, estimate: Floats) -> Any:
    """A dot a point, coloured by P."""
    mark = axes.scatter(x.at, y.at, c=estimate, cmap=_CHANCE, s=46.0, edgecolor=FAINT, lw=0.5)
    for axis, name in ((x, "x"), (y, "y")):
        if axis.names:
            axes.set(**{f"{name}ticks": range(len(axis.names)), f"{name}ticklabels": axis.names})
    return mark


def finish(axes: Axes, axis: Axis, bottom: bool, left: bool) -> None:
    """Grid, ticks, labels, and a line where the key stands when it is not swept."""
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=None if left else 0))
    axes.grid(axis="y")
    if not left:
        axes.tick_params(labelleft=False)
    if axis.names:
        names = [name.replace("_", "\n") for name in axis.names]
        axes.set_xticks(range(len(names)), names)
        axes.margins(x=0.2)
    elif axis.unswept is not None:
        axes.axvline(axis.unswept, color=FAINT, lw=1.0, ls=":", zorder=0)
    if bottom:
        axes.set_xlabel(axis.label)
    else:
        axes.tick_params(labelbottom=False)


def same_height(row: Iterable[Axes]) -> None:
    """One scale for panels beside each other, from 0."""
    row = list(row)
    top = max(float(axes.get_ylim()[1]) for axes in row)
    for axes in row:
        axes.set_ylim(0.0, min(1.0, top) if top > 0.0 else 1.0)


def grid(figure: Figure, rows: int, columns: int, legend: bool) -> list[list[Axes]]:
    """Panels below the heading and above the foot, with room at the right for a key."""
    width = float(figure.get_figwidth())
    height = float(figure.get_figheight())
    left, right = 0.85 / width, 1.0 - (1.9 if legend else 0.3) / width
    gap = 0.22 / width
    wide = (right - left - gap * (columns - 1)) / columns
    top, foot, between = 1.0 - 1.3 / height, 1.1 / height, (0.4 / height, 0.75 / height)
    spaces = sum(between[r % 2] for r in range(rows - 1))
    high = (top - foot - spaces) / rows
    grid, at = [], top
    for r in range(rows):
        at -= high
        grid.append(
            [figure.add_axes((left + c * (wide + gap), at, wide, high)) for c in range(columns)]
        )
        at -= between[r % 2]
    return grid


def shades(axis: Axis) -> Any:
    """A colour for each value of a key."""
    return matplotlib.colormaps[_CHANCE](np.linspace(0.0, 0.82, len(axis.values)))


def key_of_lines(axes: Axes, axis: Axis) -> None:
    """Which colour is which value of the second key, at the right."""
    if len(axis.values) > MOST_LINES:
        return
    axes.text(1.03, 1.0, axis.label, transform=axes.transAxes, size=8.5, color=SOFT, va="top")
    for n, (value, shade) in enumerate(zip(axis.values, shades(axis), strict=True)):
        y = 0.87 - 0.105 * n
        axes.plot(
            [1.03, 1.07], [y, y], transform=axes.transAxes, color=shade, lw=2.5, clip_on=False
        )
        text = axis.said(float(value))
        axes.text(1.085, y, text, transform=axes.transAxes, size=8.5, va="center")


def foot(figure: Figure, swept: Swept, dotted: bool = True) -> None:
    """What the figure is made from."""
    usual = any(axis.unswept is not None and not axis.names for axis in swept.axes)
    note = "Dotted: the value when not swept." if dotted and usual else ""
    seeds = [str(seed) for seed in swept.summary.get("seeds", [swept.summary.get("seed")])]
    numbers = f"all under common random numbers (seed {seeds[0]})"
    if len(seeds) > 1:
        named = ", ".join(seeds) if len(seeds) <= _MOST_SEEDS else f"{seeds[0]} to {seeds[-1]}"
        numbers = f"{len(seeds)} seeds ({named})"
    small_print(
        figure,
        f"{note}\n"
        f"{len(swept.rows)} points, {swept.worlds}, {numbers}, until {swept.summary['until']}.",
    )
