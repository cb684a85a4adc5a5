"""What a calibration found: predictive checks, priors beside posteriors, recovery.

Read from `calibration.json`, `particles/DATE.csv` and `posterior/DATE.csv`. The posterior
predictive is what the kept particles did, with the weights of the fit; nothing is simulated anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.calibration.windows import LOGS
from sim.arrays import Floats
from sim.errors import LandbridgeError
from sim.show.base.figure_files import FOLDER, drawn_in, placed
from sim.show.base.format import short
from sim.show.base.style import HAIR, INK, head, page, save, small_print, styled

PRIOR, POSTERIOR, OBSERVED = "#9a9a9a", "#0072b2", "#d55e00"
LABELS = {  # of statistics, with the enemy whose losses they are
    "lost": "Places {enemy} lost",
    "gained": "Places {enemy} gained",
    "among_others": "Places that changed among others",
    "towns": "Towns that {enemy} lost",
    "deep": "Lost far behind the front",
    "killed": "{enemy} fighters lost a month",
    "strength": "Strength of {enemy} over that a quarter ago",
}
_BINS = 25
_SAMPLE_BINS = 15  # a sample has few rows


def draw_calibration(directory: Path) -> list[Path]:
    """Draw, for every date, `predictive_DATE.png` and `parameters_DATE.png`, and `recovery.png`.

    Raises LandbridgeError for a folder without a calibration.
    """
    drawn = []
    with drawn_in(directory, ["calibration"]), styled():
        try:
            result = json.loads((directory / "calibration.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise LandbridgeError(f"{directory}: holds no calibration") from error
        at = directory / FOLDER
        for until in result["until"]:
            particles = pd.read_csv(directory / "particles" / f"{until}.csv")
            sample = pd.read_csv(directory / "posterior" / f"{until}.csv")
            pages = {
                "predictive": predictive_page(result, until, particles),
                "parameters": parameter_page(result, until, sample),
            }
            drawn += [save(draw, at / f"{name}_{until}.png") for name, draw in pages.items()]
        drawn.append(save(recovery_page(result), at / "recovery.png"))
        return placed(directory, drawn)


def predictive_page(result: Mapping[str, Any], until: str, particles: pd.DataFrame) -> Figure:
    """Every statistic with a record: prior and posterior predictive, and the record."""
    statistics = {
        name: statistic
        for name, statistic in result["until"][until]["statistics"].items()
        if statistic["observed"] is not None
    }
    figure, places = _grid(len(statistics))
    inside = sum(_holds(statistic) for statistic in statistics.values())
    head(
        figure,
        f"The record lies in the {result['level']:.0%} range of fitted worlds in {inside} of "
        f"{len(statistics)} statistics",
        f"Until {until}, {_windows(result, until)}; grey: particles of the prior, blue: those kept",
    )
    weight = particles["weight"].to_numpy(float)
    for at, (name, statistic) in zip(places, statistics.items(), strict=True):
        axes = figure.add_axes(at)
        values = particles[name].to_numpy(float)
        _predictive(axes, values, weight, statistic["observed"], name in LOGS)
        used = statistic["status"] == "used"
        axes.set_title(_label(name, result), loc="left", size=9.5, color=INK)
        axes.set_xlabel("" if used else "out of reach: not fitted", size=8.0)
    _key(figure, "Prior predictive", "Posterior predictive", "Record")
    _foot(figure, result)
    return figure


def parameter_page(result: Mapping[str, Any], until: str, sample: pd.DataFrame) -> Figure:
    """Every fitted input: density of its prior, and its sample."""
    parameters = result["until"][until]["parameters"]
    figure, places = _grid(len(parameters))
    widths = {
        name: _width(parameter["posterior"]) / _width(parameter["prior"])
        for name, parameter in parameters.items()
    }
    best = min(widths, key=lambda name: widths[name])
    head(
        figure,
        f"The past says most about {best}: its interval is {widths[best]:.0%} as wide as before",
        f"Until {until}, {_windows(result, until)}; factors on what the settings say, but "
        f"contest_power, an exponent; lines below: {result['level']:.0%} intervals and medians",
    )
    for at, name in zip(places, parameters, strict=True):
        axes = figure.add_axes(at)
        low, mode, high = result["priors"][name]
        if high > low:
            top = 2.0 / (high - low)
            axes.fill((low, mode, high), (0.0, top, 0.0), color=HAIR, lw=0.0)
            axes.plot((low, mode, high), (0.0, top, 0.0), color=PRIOR, lw=1.2)
            bins = np.linspace(low, high, _SAMPLE_BINS + 1).tolist()
            axes.hist(
                sample[name], bins, density=True, color=POSTERIOR, alpha=0.55, histtype="stepfilled"
            )
            axes.set_xlim(low, high)
        _marks(axes, parameters[name])
        axes.set_title(name, loc="left", size=9.5, color=INK)
        _clean(axes)
    _key(figure, "Prior", "Posterior")
    _foot(figure, result)
    return figure


def recovery_page(result: Mapping[str, Any]) -> Figure:
    """How often intervals hold a planted value, and how much narrower they are than the prior's."""
    dates = list(result["until"])
    names = list(result["priors"])
    figure = page((11.0, 1.9 + 0.42 * len(names)))
    height = float(figure.get_size_inches()[1])
    first = result["until"][dates[-1]]["recovery"]
    worst = min(first["parameters"], key=lambda name: first["parameters"][name]["coverage"])
    head(
        figure,
        f"Planted inputs lie in their {first['level']:.0%} intervals: least often {worst}, in "
        f"{first['parameters'][worst]['coverage']:.0%} (until {dates[-1]})",
        f"{first['trials']} records planted by particles for each date, from light to dark: "
        f"{', '.join(dates)}; lines: 95% intervals",
    )
    bottom, tall = 0.85 / height, 1.0 - 1.85 / height
    coverage = figure.add_axes((0.13, bottom, 0.4, tall))
    shrinkage = figure.add_axes((0.57, bottom, 0.4, tall))
    for i, until in enumerate(dates):
        share = (i + 1) / len(dates)
        shift = 0.5 * ((i + 0.5) / len(dates) - 0.5)
        for row, name in enumerate(names):
            parameter = result["until"][until]["recovery"]["parameters"][name]
            ends = (parameter["coverage_low"], parameter["coverage_high"])
            at = row + shift
            style: dict[str, Any] = {"color": POSTERIOR, "alpha": 0.25 + 0.75 * share}
            coverage.plot(ends, (at, at), lw=1.6, **style)
            coverage.plot(parameter["coverage"], at, "o", ms=4.5, **style)
            shrinkage.plot(parameter["shrinkage"], at, "o", ms=4.5, **style)
    coverage.axvline(first["level"], color=INK, lw=1.0)
    shrinkage.axvline(1.0, color=INK, lw=1.0)
    coverage.set_xlabel("Share of intervals that hold the planted value")
    shrinkage.set_xlabel("Width over that of the prior: 1, nothing is learnt")
    shrinkage.set_xlim(left=0.0)
    for axes in (coverage, shrinkage):
        axes.set(ylim=(len(names) - 0.4, -0.6), yticks=range(len(names)))
        axes.set_yticklabels(names if axes is coverage else [], color=INK, size=9.5)
        axes.grid(axis="x")
        axes.tick_params(length=0.0)
    _foot(figure, result)
    return figure


def _grid(count: int) -> tuple[Figure, list[tuple[float, float, float, float]]]:
    """A figure, and where its panels stand: up to four in a row."""
    columns = 4 if count > 3 else 3
    rows = -(-count // columns)
    height = 1.75 + 1.95 * rows
    figure = page((12.0, height))
    wide, left = 0.95 / columns, 0.035
    places = []
    for i in range(count):
        row, column = divmod(i, columns)
        top = height - 1.5 - 1.95 * row
        box = (left + wide * column, (top - 1.2) / height, wide - 0.03, 1.2 / height)
        places.append(box)
    return figure, places


def _predictive(axes: Axes, values: Floats, weight: Floats, record: float, log: bool) -> None:
    """Two histograms and a line; whole numbers have bins of a whole width."""
    if log:
        values, record = np.exp(values), float(np.exp(record))
    low, high = (min(values.min(), record), max(np.quantile(values, 0.999), record))
    if log:
        edges = np.linspace(low, high + 1e-9, _BINS + 1)
    else:
        step = max(1, round((high - low) / _BINS))
        edges = np.arange(low - 0.5, high + 0.5 + step, step)
    inside = np.clip(values, edges[0], edges[-1])
    for each, colour in ((np.full(len(values), 1 / len(values)), PRIOR), (weight, POSTERIOR)):
        shares, _ = np.histogram(inside, edges, weights=each)
        axes.stairs(shares, edges, fill=True, color=colour, alpha=0.45, lw=0.0)
        axes.stairs(shares, edges, color=colour, lw=1.0)
    axes.axvline(record, color=OBSERVED, lw=2.0)
    _clean(axes)


def _holds(statistic: Mapping[str, Any]) -> bool:
    return bool(
        statistic["posterior"]["low"] <= statistic["observed"] <= statistic["posterior"]["high"]
    )


def _width(span: Mapping[str, float]) -> float:
    return max(span["high"] - span["low"], 1e-12)


def _marks(axes: Axes, parameters: Mapping[str, Mapping[str, float]]) -> None:
    """Intervals and medians below the densities."""
    top = axes.get_ylim()[1]
    for i, (which, colour) in enumerate((("prior", PRIOR), ("posterior", POSTERIOR))):
        at = -(0.08 + 0.09 * i) * top
        span = parameters[which]
        axes.plot((span["low"], span["high"]), (at, at), color=colour, lw=2.2)
        axes.plot(span["median"], at, "o", color=colour, ms=4.0)
    axes.set_ylim(-0.25 * top, top)


def _clean(axes: Axes) -> None:
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=2.0)


def _windows(result: Mapping[str, Any], until: str) -> str:
    windows = result["until"][until]["windows"]
    return f"{len(windows)} windows from {windows[0][0]} to {windows[-1][1]}"


def _key(figure: Figure, *names: str) -> None:
    """What the colours mean, under the heading."""
    width, height = figure.get_size_inches()
    at = 0.35 / width
    for name, colour in zip(names, (PRIOR, POSTERIOR, OBSERVED), strict=False):
        figure.text(at, 1.0 - 1.0 / height, f"■ {name}", size=9.0, color=colour, va="center")
        at += 1.75 / width


def _foot(figure: Figure, result: Mapping[str, Any]) -> None:
    text = (
        f"Scenario {result['scenario']}, {result['particles']} "
        f"particles of which a fit keeps {result['accept']:.0%}, seed {result['seed']}."
    )
    small_print(figure, text, scored=True)


def _label(statistic: str, result: Mapping[str, Any]) -> str:
    """A statistic in words; those that are not listed are losses to one captor."""
    captor = statistic.removeprefix("lost_to_")
    words = (
        LABELS.get(statistic)
        or f"{LABELS['lost']} to {short(captor) if captor != 'others' else captor}"
    )
    return words.format(enemy=short(str(result["enemy"])))
