"""Figures of studies: the response of P(corridor) to a setting, and what it is sensitive to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.ticker import PercentFormatter

from sim.analysis.solve import Response
from sim.show.style import HAIR, INK, KIND, SOFT, head, page, save, styled
from sim.show.wording import percent


def draw_response(response: Response, key: str, kind: str, title: str, out: Path) -> Path:
    """The shares at all values with intervals, their monotone line, the target, the crossing."""
    with styled():
        figure = page((9.5, 5.4))
        found, target = response.crossing, response.target
        low, high = found.interval.low, found.interval.high
        where = (
            f"P(corridor by {kind}) crosses {percent(target, 1)} at {found.interval.estimate:.4g} "
            f"[{low:.4g}, {high:.4g}]"
            if found.status == "crosses"
            else f"P(corridor by {kind}) is not seen to cross {percent(target, 1)}"
        )
        words = f"{title}. All values under the same luck; bars, band: {found.interval.level:.0%}."
        head(figure, where, f"{words} Line: isotonic regression.")
        axes = figure.add_axes((0.09, 0.13, 0.87, 0.68))
        colour = KIND[kind]
        p = response.p
        x, y = np.array(response.values), np.array([one.estimate for one in p])
        ends = np.array([[one.estimate - one.low, one.high - one.estimate] for one in p]).T
        axes.errorbar(x, y, np.clip(ends, 0.0, 1.0), fmt="o", ms=4.5, color=colour, capsize=3.0)
        axes.plot(x, response.fitted, color=colour, lw=1.8)
        axes.axhline(target, color=INK, lw=1.0, ls=(0, (5, 3)))
        if found.status == "crosses":
            axes.axvspan(low, high, color=colour, alpha=0.14, lw=0.0)
            axes.axvline(found.interval.estimate, color=colour, lw=1.2)
        top = min(1.0, 1.1 * max(target, max(one.high for one in p)))
        axes.set(ylim=(0.0, top), xlabel=key, ylabel=f"P(corridor by {kind})")
        axes.text(x[0], target + 0.012 * top, "target", size=8.5, color=SOFT)
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0 if top > 0.1 else 1))
        axes.grid(axis="y", color=HAIR, lw=0.7)
        axes.set_axisbelow(True)
        return save(figure, out / "solve.png")
