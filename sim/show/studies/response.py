"""Figures of studies: the response of P(corridor) to a setting, and what it is sensitive to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from sim.analysis.stats.sobol import DUMMY, Effect, Sensitivity
from sim.analysis.studies.threshold import Response
from sim.show.base.figure_files import placed
from sim.show.base.format import number, percent, setting
from sim.show.base.style import (
    FAINT,
    INK,
    KIND,
    SOFT,
    blend,
    head,
    page,
    save,
    small_print,
    styled,
)


def draw_response(response: Response, key: str, kind: str, title: str, out: Path) -> Path:
    """The shares at all values with intervals, their monotone line, the target, the crossing."""
    with styled():
        figure = page((9.5, 5.4))
        crossing, target = response.crossing, response.target
        low, high = crossing.interval.low, crossing.interval.high
        middle, least, most = map(number, (crossing.interval.estimate, low, high))
        where = (
            f"P(corridor by {kind}) crosses {percent(target, 1)} at {middle} "
            f"[{'<' * crossing.open_low}{least}, {'>' * crossing.open_high}{most}]"
            if crossing.status == "crosses"
            else f"P(corridor by {kind}) is not seen to cross {percent(target, 1)}"
        )
        level = f"{crossing.interval.level:.0%}"
        words = f"{title}. All values under common random numbers; bars, band: {level}."
        head(figure, where, f"{words} Line: isotonic regression.")
        axes = figure.add_axes((0.09, 0.15, 0.87, 0.66))
        colour = KIND[kind]
        p = response.p
        x, y = np.array(response.values), np.array([interval.estimate for interval in p])
        ends = np.array(
            [
                [interval.estimate - interval.low, interval.high - interval.estimate]
                for interval in p
            ]
        ).T
        axes.errorbar(x, y, np.clip(ends, 0.0, 1.0), fmt="o", ms=4.5, color=colour, capsize=3.0)
        axes.plot(x, response.fitted, color=colour, lw=1.8)
        axes.axhline(target, color=INK, lw=1.0, ls=(0, (5, 3)))
        if crossing.status == "crosses":
            axes.axvspan(low, high, color=colour, alpha=0.14, lw=0.0)
            axes.axvline(crossing.interval.estimate, color=colour, lw=1.2)
        top = min(1.0, 1.1 * max(target, max(interval.high for interval in p)))
        axes.set(ylim=(0.0, top), xlabel=key, ylabel=f"P(corridor by {kind})")
        axes.text(x[0], target + 0.012 * top, "target", size=8.5, color=SOFT)
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0 if top > 0.1 else 1))
        axes.grid(axis="y")
        small_print(figure)
        return placed(out, [save(figure, out / "solve.png")])[0]


def draw_sensitivity(study: Sensitivity, kind: str, title: str, out: Path) -> Path:
    """Tornado of P in the lowest and highest third of each input, and the indices beside it."""
    *inputs, dummy = study.effects
    rows = [*sorted(inputs, key=lambda effect: -effect.total.estimate), dummy]
    with styled():
        figure = page((12.0, 2.4 + 0.34 * len(rows)))
        height = float(figure.get_size_inches()[1])
        spread = max(0.0, study.inputs.estimate) ** 0.5
        head(
            figure,
            f"P(corridor by {kind}) is {percent(study.p.estimate, 1)} on average over these inputs "
            f"and varies by {100 * spread:.1f} points with them",
            f"{title}. {study.points:,} points of {study.worlds} worlds. Left: P in the lowest "
            f"(pale) and highest third of each input; right: shares of the variance of P from "
            f"inputs. Bars: {study.p.level:.0%} bootstrap intervals.",
        )
        box = (0.8 / height, 1.0 - 2.1 / height)
        left = figure.add_axes((0.285, box[0], 0.3, box[1]))
        right = figure.add_axes((0.645, box[0], 0.33, box[1]))
        _tornado(left, rows, study.p.estimate, KIND[kind])
        _indices(right, rows, KIND[kind])
        names = [input_name(row.name) for row in rows]
        for axes in (left, right):
            y = range(len(rows))
            axes.set_yticks(y, labels=names if axes is left else [""] * len(rows))
            axes.set_ylim(len(rows) - 0.4, -0.6)
            axes.tick_params(axis="y", length=0.0, labelcolor=INK)
            axes.axhline(len(rows) - 1.5, color=FAINT, lw=0.7)
            axes.grid(axis="x")
        left.set_xlabel(f"P(corridor by {kind})")
        right.legend(frameon=False, loc="lower right", fontsize=8.5, bbox_to_anchor=(1.0, 1.0))
        small_print(figure)
        return placed(out, [save(figure, out / "sensitivity.png")])[0]


def input_name(key: str) -> str:
    """An input of a study of sensitivity in words."""
    return "dummy: does nothing" if key == DUMMY else setting(key)


def _tornado(axes: Axes, rows: list[Effect], middle: float, colour: str) -> None:
    for y, effect in enumerate(rows):
        for side, white, shift in ((effect.low, 0.55, -0.17), (effect.high, 0.0, 0.17)):
            width = side.estimate - middle
            axes.barh(y + shift, width, 0.32, left=middle, color=blend(colour, white))
            axes.plot([side.low, side.high], [y + shift] * 2, color=INK, lw=0.9)
    axes.axvline(middle, color=INK, lw=0.9)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=1))


def _indices(axes: Axes, rows: list[Effect], colour: str) -> None:
    for name, shift, white in (("first order", -0.15, 0.5), ("total", 0.15, 0.0)):
        intervals = [row.first if name == "first order" else row.total for row in rows]
        y = np.arange(len(rows)) + shift
        shade = blend(colour, white)
        for at, interval in zip(y, intervals, strict=True):
            ends = np.clip([interval.low, interval.high], -0.3, 1.3)
            axes.plot(ends, [at, at], color=shade, lw=1.6)
        estimates = np.clip([interval.estimate for interval in intervals], -0.3, 1.3)
        axes.plot(estimates, y, "o", ms=5.0, color=shade, label=name)
    axes.axvline(0.0, color=INK, lw=0.9)
    axes.set_xlim(-0.3, 1.3)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_xlabel("Share of the variance from inputs")
