"""Figures of a comparison: a forest plot, survival curves side by side, maps of the difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.analysis.stats.survival import incidence
from sim.analysis.studies.compare import Comparison
from sim.arrays import Floats
from sim.ensemble.store import manifest
from sim.show.base import digits
from sim.show.base.basemap import (
    Basemap,
    draw_borders,
    draw_hexes,
    draw_roads,
    draw_scale,
    draw_water,
    map_axes,
)
from sim.show.base.differences import labels
from sim.show.base.figure_files import placed
from sim.show.base.format import day, listed, percent, worlds
from sim.show.base.labels import Placer, write_all
from sim.show.base.legend import Key
from sim.show.base.place_names import place_labels, write_countries
from sim.show.base.run_data import Run
from sim.show.base.style import (
    FAINT,
    INK,
    KIND,
    NEUTRAL,
    SOFT,
    blend,
    foot,
    head,
    page,
    save,
    styled,
)
from sim.show.run.dates import ORDER, as_dates, date_axis, times

CHANGE = LinearSegmentedColormap.from_list(
    "change", ["#8c510a", "#d8b365", "#f7f7f5", "#67a9cf", "#08519c"]
)
_ROW = 38  # letters of a line that names a run
_LINES = ("#1a1a1a", "#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00")


def draw_comparison(rows: Sequence[Comparison], out: Path) -> list[Path]:
    """Draw all figures of a comparison into a folder; returns the files."""
    at = [rows[0].first, *dict.fromkeys(row.second for row in rows)]
    runs = {directory: Run.read(directory) for directory in at}
    names = labels({at: (run.scenario, run.overrides) for at, run in runs.items()})
    first, *others = runs.values()
    with styled():
        files = [save(forest_page(rows, runs, names), out / "forest.png")]
        files.append(save(curves_page(list(runs.values()), names), out / "survival.png"))
        base = first.base
        for k, other in enumerate(others, 1):
            if other.controls[1].when != first.controls[1].when:
                continue  # control is known on other days
            name = "control_difference" + (f"_{k}" if len(others) > 1 else "")
            files.append(save(change_page(first, other, base, names), out / f"{name}.png"))
    known = (manifest.read(out) or {}).get("files", {})
    return placed(out, files, gone=[name for name in known if name.endswith(".png")])


def forest_page(
    rows: Sequence[Comparison], runs: Mapping[Path, Run], names: Mapping[Path, str]
) -> Figure:
    """Differences of P(corridor) and of mean days, a line for each comparison."""
    figure = page((11.5, 2.6 + 0.42 * len(rows)))
    first = runs[rows[0].first]
    pairs = listed([f"{number:,}" for number in sorted({row.pairs for row in rows})])
    how = f"{pairs} paired worlds" if rows[0].paired else "independent runs"
    d = rows[0].difference
    title = f"Against {names[rows[0].first]}: differences of P(corridor) and of the time to it"
    words = f"Over {how}. {d.level:.0%} intervals: {d.method}; days: {rows[0].days.method}."
    notes = dict.fromkeys(note for row in rows for note in row.notes)
    words += "".join(f" {note[:1].upper()}{note[1:]}." for note in notes)
    if len(rows[0].by_variant) > 1:
        words += " Thin marks: variants of the rules."
    head(figure, title, words)
    height = float(figure.get_size_inches()[1])
    left = figure.add_axes((0.235, 0.8 / height, 0.235, 1.0 - 2.1 / height))
    right = figure.add_axes((0.655, 0.8 / height, 0.2, 1.0 - 2.1 / height))
    y = np.arange(len(rows), dtype=np.float64)
    for axes, scale, intervals in (
        (left, 100.0, [row.difference for row in rows]),
        (right, 1.0, [row.days for row in rows]),
    ):
        for at, row, interval in zip(y, rows, intervals, strict=True):
            ends = [scale * interval.low, scale * interval.high]
            decimals = digits.places(ends[0], ends[1], 1)
            axes.plot(ends, [at, at], color=KIND[row.kind], lw=2.0)
            axes.plot([scale * interval.estimate], [at], "o", color=KIND[row.kind], ms=6.0)
            values = (digits.number(v, decimals, "+") for v in (scale * interval.estimate, *ends))
            text = "{} [{}, {}]".format(*values)
            beside = axes.get_yaxis_transform()
            axes.text(1.03, at, text, size=8.5, va="center", transform=beside)
        if axes is left:
            draw_variants(axes, rows)
        axes.axvline(0.0, color=INK, lw=0.9)
        axes.set(ylim=(len(rows) - 0.4, -0.6), yticks=y, yticklabels=[""] * len(rows))
        axes.tick_params(axis="y", length=0.0)
        axes.grid(axis="x")
    named = [f"{fill(names[row.second], _ROW)}\nby {row.kind}" for row in rows]
    left.set_yticks(y, labels=named)
    left.tick_params(axis="y", labelsize=9.0, labelcolor=INK)
    horizons = listed([day(until) for until in sorted({row.until for row in rows})], "or")
    left.set_xlabel(f"P(corridor by {horizons}), points of 100")
    last_days = listed([day(last_day) for last_day in sorted({row.followed for row in rows})], "or")
    right.set_xlabel(f"Mean days until corridor or {last_days}")
    foot(figure, first, has_map=False)
    return figure


def draw_variants(axes: Axes, rows: Sequence[Comparison]) -> None:
    """The difference within each variant of the rules, thin marks below the line of all."""
    for at, row in enumerate(rows):
        known = [
            100.0 * interval.estimate
            for interval in row.by_variant.values()
            if interval is not None
        ]
        if len(known) > 1:
            y, colour = at + 0.22, KIND[row.kind]
            axes.plot([min(known), max(known)], [y, y], color=colour, lw=0.7)
            axes.plot(known, [y] * len(known), "|", ms=7.0, mew=1.1, color=colour)


def curves_page(runs: Sequence[Run], names: Mapping[Path, str]) -> Figure:
    """Share of worlds still without a corridor, by territory and by road, all runs."""
    key = 0.24 * len(runs)  # inches of the legend
    height = 5.5 + key
    figure = page((11.5, height))
    until, followed = min(run.until for run in runs), min(run.followed for run in runs)
    head(
        figure,
        f"Worlds still without a corridor: {listed(list(names.values()))}",
        f"{each_worlds(runs)}; shaded: 95% interval at each day. Shares: those without "
        f"one by {day(until)} and by {day(followed)}.",
    )
    for k, kind in enumerate(ORDER):
        axes = figure.add_axes((0.068 + 0.49 * k, (0.95 + key) / height, 0.418, 3.45 / height))
        lowest = 1.0
        for run, colour in zip(runs, _LINES * len(runs), strict=False):
            spans = [(last - run.origin).days for last in (until, followed)]
            curve = incidence(times(run, kind).cut(run.worlds, *spans))
            days, stay = as_dates(run, curve), 1.0 - curve.share
            axes.fill_between(
                days, 1.0 - curve.high, 1.0 - curve.low, step="post", color=colour, alpha=0.13, lw=0
            )
            at = int(np.searchsorted(curve.day, spans[0]))
            shares = ", ".join(percent(float(stay[k]), 1) for k in (at, -1))
            label = f"{names[run.directory]}: {shares}"
            axes.step(days, stay, where="post", color=colour, lw=2.0, label=label)
            lowest = min(lowest, float((1.0 - curve.high).min()))
        if until < followed:
            axes.axvline(float(date2num(until)), color=FAINT, lw=1.0, ls=(0, (4, 3)))
        axes.set(xlim=(days[0], days[-1]), ylim=(0.0 if lowest < 0.7 else lowest - 0.02, 1.0))
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axes.grid(axis="y")
        below = {"loc": "upper left", "bbox_to_anchor": (-0.02, -0.14), "borderpad": 0.0}
        axes.legend(frameon=False, fontsize=9.0, **below)
        axes.set_title(f"By {kind}", size=10.5, weight="bold", loc="left")
        date_axis(axes, runs[0], followed)
    foot(figure, runs[0], has_map=False)
    return figure


def each_worlds(runs: Sequence[Run]) -> str:
    """How many worlds the runs have."""
    numbers = sorted({run.worlds for run in runs})
    return " or ".join(worlds(number) for number in numbers) + " each" * (len(numbers) == 1)


def change_page(first: Run, second: Run, base: Basemap, names: Mapping[Path, str]) -> Figure:
    """Change of the probability that the coalition holds each hex at the horizon."""
    change = _held(second) - _held(first)
    hexes = first.theatre.hexes
    ground = first.controls[0].likeliest[:hexes] >= 0
    mean = float(change[:hexes][ground].mean())
    figure = page()
    who = listed([first.called(f) for f in first.coalition], "or")
    when = day(first.controls[1].when)
    both = f"{names[second.directory]} against {names[first.directory]}"
    head(
        figure,
        f"{both}: {who} hold {100 * mean:+z.1f} points of the ground by {when}",
        f"Change of the share of worlds in which {who} hold a hex, {each_worlds([first, second])}.",
    )
    axes = map_axes(figure, base, 0.35, 0.52, 8.02)
    most = max(0.05, float(np.quantile(np.abs(change[:hexes][ground]), 0.995)))
    _draw_change(axes, first, base, change, most)
    key = Key.beside(figure, 8.37, 0.52)
    key.heading("Change of the share of worlds")
    _bar(figure, key.reserve(0.5), most)
    key.swatch(NEUTRAL, "Neutral country", [])
    key.gap()
    key.heading("Places that change most")
    for unit in _places(first, change):
        key.swatch(
            CHANGE(float(np.clip(0.5 + change[unit] / (2.0 * most), 0.0, 1.0))),
            first.theatre.names[unit],
            [f"{100 * change[unit]:+z.0f}"],
        )
    key.gap()
    key.signs(fronts=False, roads=True)
    foot(figure, first, has_map=True)
    return figure


def _held(run: Run) -> Floats:
    return run.share(run.controls[1], run.coalition)


def _places(run: Run, change: Floats, most: int = 6) -> list[int]:
    units = range(run.theatre.hexes, run.theatre.units)
    ordered = sorted(units, key=lambda u: -abs(float(change[u])))[:most]
    return [u for u in ordered if abs(float(change[u])) >= 0.005]


def _draw_change(axes: Axes, run: Run, base: Basemap, change: Floats, most: float) -> None:
    theatre, hexes = run.theatre, run.theatre.hexes
    colours = CHANGE(0.5 + change / (2.0 * most))[:, :3]  # beyond the ends as there
    colours[run.controls[0].likeliest < 0] = blend(NEUTRAL, 0.0)
    draw_hexes(axes, base, colours[:hexes])
    draw_water(axes, base)
    draw_roads(axes, base, 0.8)
    draw_borders(axes, base)
    placer = Placer(axes)
    axes.scatter(
        theatre.x[hexes:],
        theatre.y[hexes:],
        s=13.0,
        c=colours[hexes:],
        edgecolors=INK,
        linewidths=0.7,
        zorder=7,
    )
    placer.mark(zip(theatre.x[hexes:], theatre.y[hexes:], strict=True), 2.0)
    placer.cover(*draw_scale(axes, base))
    texts = place_labels(run, base)
    write_all(placer, texts[:14])
    write_countries(placer, base.spec, 8.0)
    write_all(placer, texts[14:], 34)


def _bar(figure: Figure, box: tuple[float, float, float, float], most: float) -> None:
    left, bottom, width, height = box
    axes: Axes = figure.add_axes((left, bottom + 0.5 * height, width * 0.95, 0.4 * height))
    scale: Any = ScalarMappable(Normalize(-most, most), CHANGE)
    bar: Any = figure.colorbar(scale, cax=axes, orientation="horizontal")
    ticks = np.linspace(-most, most, 5)
    bar.set_ticks(list(ticks), labels=[f"{100 * tick:+.0f}" if tick else "0" for tick in ticks])
    bar.outline.set(edgecolor=SOFT, linewidth=0.6)
    bar.ax.tick_params(length=2.5, labelsize=8.0)
