"""How good the forecasts of a backtest were: scores by method, skill by kind of place, reliability.

All is read from `scores.json`, whether it is of one origin or of several together.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.stats.block_bootstrap import BLOCK_KM
from sim.config import saved
from sim.ensemble.store import folder
from sim.errors import LandbridgeError
from sim.show.base.digits import number
from sim.show.base.figure_files import FOLDER, drawn_in, placed
from sim.show.base.style import FAINT, HAIR, INK, head, page, save, small_print, styled
from sim.show.studies.event_scores import event_page
from sim.show.studies.forecast_map import outcome_page
from sim.theatre.history.order_of_battle import NEAR_KM

COLOURS = {"model": "#0072b2", "persistence": "#7f7f7f", "hazard": "#d55e00"}
NAMES = {"model": "Model", "persistence": "Persistence", "hazard": "Hazard"}
_AXES = {"brier": "Brier score, 0 to 2: less is better", "log": "Log score, nats: less is better"}
_GROUPS = {"front": "", "holder": "held by ", "kind": "", "months": ""}
_WORST_SKILL = -1.5  # where the axis of skills ends


def draw_scores(directory: Path) -> list[Path]:
    """Draw what a backtest's folder has scores of into `directory/figures`; see `score_pages`.

    Raises LandbridgeError for a folder without scores.
    """
    with drawn_in(directory, ("forecast", "forecasts")), styled():
        folder.refuse_damaged(directory, ["scores.json", "event_scores.json"])
        made, at = score_pages(directory), directory / FOLDER
        return placed(directory, [save(draw(), at / f"{name}.png") for name, draw in made.items()])


def score_pages(
    directory: Path, settings: Mapping[str, Any] | None = None
) -> dict[str, Callable[[], Figure]]:
    """What makes each figure, by name, of the scores that a folder holds.

    `scores`, `skill`, `reliability` and, for one origin, `months` and `outcome` from
    `scores.json`; `events` from `event_scores.json`. `settings` are those of the run, read from
    the folder if None. Raises LandbridgeError for a folder without scores.
    """
    scores, events = (_read(directory / name) for name in ("scores.json", "event_scores.json"))
    if scores is None and events is None:
        raise LandbridgeError(f"{directory}: holds no scored backtest (scores.json)")
    pages: dict[str, Callable[[], Figure]] = {}
    if scores is not None:
        pages |= {
            "scores": lambda: score_page(scores),
            "skill": lambda: skill_page(scores),
            "reliability": lambda: reliability_page(scores),
        }
        if "splits" not in scores:
            plain = saved.load(directory) if settings is None else settings
            pages["months"] = lambda: month_page(scores)
            pages["outcome"] = lambda: outcome_page(directory, plain, int(scores["worlds"]))
    if events is not None:
        pages["events"] = lambda: event_page(directory, events)
    return pages


def _read(file: Path) -> Any:
    """What a file of JSON holds, None if there is none to read."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def score_page(scores: Mapping[str, Any]) -> Figure:
    """The mean score of each method with its interval, both scores."""
    figure = page((11.0, 4.0))
    head(figure, _finding(scores), _subtitle(scores))
    for i, (score, label) in enumerate(_AXES.items()):
        axes = figure.add_axes((0.105 + 0.475 * i, 0.24, 0.39, 0.5))
        for row, method in enumerate(NAMES):
            _dot(axes, row, scores[score][method], COLOURS[method])
            at = scores[score][method]["estimate"]
            axes.text(at, row - 0.2, f"{at:.3f}", ha="center", size=9.0, color=INK)
        axes.set(ylim=(2.6, -0.6), xlabel=label, yticks=range(3))
        axes.set_yticklabels([NAMES[method] for method in NAMES], color=INK, size=10.0)
        axes.set_xlim(left=0.0)
        _clean(axes)
    _foot(figure, scores)
    return figure


def month_page(scores: Mapping[str, Any]) -> Figure:
    """The mean score of each method by month end, with its interval, both scores."""
    figure = page((11.0, 4.8))
    months = scores["groups"]["months"]
    head(figure, *_month_words(scores))
    for i, (score, label) in enumerate(_AXES.items()):
        axes = figure.add_axes((0.07 + 0.48 * i, 0.2, 0.42, 0.54))
        for k, (method, name) in enumerate(NAMES.items()):
            intervals = [month[score][method] for month in months.values()]
            x = np.arange(len(intervals)) + 0.09 * (k - 1)
            at = [interval["estimate"] for interval in intervals]
            axes.plot(x, at, "-o", color=COLOURS[method], lw=1.6, ms=5.0, label=name)
            for interval, left in zip(intervals, x, strict=True):
                if interval["low"] is not None and interval["high"] is not None:
                    ends = (interval["low"], interval["high"])
                    axes.plot((left, left), ends, color=COLOURS[method], lw=1.4, alpha=0.55)
        axes.set(xticks=range(len(months)), ylabel=label, xlabel="Months ahead")
        axes.set_xticklabels(list(months))
        axes.set_ylim(bottom=0.0)
        _clean(axes, "y")
        if i == 0:
            axes.legend(frameon=False, loc="upper left", fontsize=9.0)
    _foot(figure, scores)
    return figure


def _month_words(scores: Mapping[str, Any]) -> tuple[str, str]:
    months = scores["groups"]["months"].values()
    means = [{m: month["brier"][m]["estimate"] for m in NAMES} for month in months]
    best = sum(min(by_method, key=lambda m: float(by_method[m])) == "model" for by_method in means)
    return (
        f"The model has the best Brier score at {best} of {_plural(len(months))}",
        f"Who holds {scores['places']} places, forecast from {scores['origin']}; lines: 95% "
        "intervals",
    )


def skill_page(scores: Mapping[str, Any]) -> Figure:
    """Brier skill against both baselines, over all places and by group."""
    rows = list(_entries(scores))
    figure = page((11.0, 2.1 + 0.34 * len(rows)))
    height = float(figure.get_size_inches()[1])
    head(figure, *_skill_words(scores))
    axes = figure.add_axes((0.3, 0.95 / height, 0.66, 1.0 - 2.1 / height))
    for row, (name, entry) in enumerate(rows):
        for reference, offset in (("persistence", -0.14), ("hazard", 0.14)):
            _dot(axes, row + offset, entry["skill"]["brier"][reference], COLOURS[reference])
        axes.text(
            -0.01, row, name, ha="right", va="center", size=9.0, color=INK,
            transform=axes.get_yaxis_transform(),
        )  # fmt: skip
    axes.axvline(0.0, color=INK, lw=1.0)
    axes.set(ylim=(len(rows) - 0.4, -0.6), yticks=[], xlim=(_WORST_SKILL, 1.02))
    axes.set_xlabel("Brier skill: 1 perfect, 0 as good as the baseline, below 0 worse")
    for i, reference in enumerate(("persistence", "hazard")):
        text = f"● against {NAMES[reference].lower()}"
        axes.text(
            0.62 * i, 1.02, text, color=COLOURS[reference], size=9.5, transform=axes.transAxes
        )
    _clean(axes)
    _foot(figure, scores)
    return figure


def reliability_page(scores: Mapping[str, Any]) -> Figure:
    """How often what was given a probability happened, of the model and the hazard baseline."""
    figure = page((10.4, 6.0))
    head(figure, *_reliability_words(scores))
    for i, (method, bins) in enumerate(scores["reliability"].items()):
        left = 0.075 + 0.485 * i
        axes = figure.add_axes((left, 0.3, 0.4, 0.5))
        axes.plot((0, 1), (0, 1), color=FAINT, lw=1.0, ls=(0, (4, 3)))
        for group in bins:
            limits = (group["band_low"], group["band_high"])
            axes.fill_between((group["low"], group["high"]), *limits, color=HAIR, lw=0.0, alpha=0.8)
        at = [group["forecast"] for group in bins]
        happened = [group["happened"] for group in bins]
        axes.plot(at, happened, "o", color=COLOURS[method], ms=6.0)
        axes.set(xlim=(0, 1), ylim=(-0.02, 1.02), xticklabels=[])
        axes.set_title(NAMES[method], loc="left", size=10.5, weight="bold", color=COLOURS[method])
        axes.set_ylabel("Share that happened")
        _clean(axes, "both")
        below = figure.add_axes((left, 0.165, 0.4, 0.11))
        middle = [(group["low"] + group["high"]) / 2.0 for group in bins]
        counts = [group["cases"] for group in bins]
        below.bar(middle, counts, 0.085, color=COLOURS[method], alpha=0.55, lw=0.0)
        below.set(xlim=(0, 1), yscale="log", xlabel="Probability given", ylabel="Cases")
        below.set_ylim(bottom=0.8)
        _clean(below, "y")
    _foot(figure, scores)
    return figure


def _entries(scores: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """All places, the splits if there are several, then the groups; quiet ones add nothing."""
    yield f"All places ({scores['places']})", scores
    for origin, split in scores.get("splits", {}).items():
        yield f"from {origin} ({split['places']})", split
    for group, prefix in _GROUPS.items():
        for value, entry in scores["groups"][group].items():
            if entry["brier"]["persistence"]["estimate"] <= 0.0 and group != "front":
                continue  # nothing changed there: no skill can be shown
            yield f"{_group_words(group, prefix, value)} ({entry['places']})", entry


def _group_words(group: str, prefix: str, value: str) -> str:
    if group == "months":
        return "1 month ahead" if value == "1" else f"{value} months ahead"
    front = {"front": f"front: an enemy within {NEAR_KM:g} km", "quiet": "not at a front"}
    return front.get(value, prefix + value)


def _dot(axes: Axes, row: float, interval: Mapping[str, Any], colour: str) -> None:
    """An estimate with its interval, of which a lower end that is open reaches past the axis."""
    if interval["high"] is not None:
        ends = (-1e3 if interval["low"] is None else interval["low"], interval["high"])
        axes.plot(ends, (row, row), color=colour, lw=2.0, alpha=0.65, solid_capstyle="butt")
    if interval["estimate"] is not None:
        axes.plot(interval["estimate"], row, "o", color=colour, ms=6.0)


def _clean(axes: Axes, grid: Literal["x", "y", "both"] = "x") -> None:
    axes.grid(axis=grid)
    axes.tick_params(length=0.0)


def _subtitle(scores: Mapping[str, Any]) -> str:
    return (
        f"Who holds {scores['places']} places at {_plural(len(scores['dates']))}, forecast from "
        f"{scores['origin']}; dots: mean scores, lines: 95% intervals"
    )


def _plural(dates: int) -> str:
    return "1 month end" if dates == 1 else f"{dates} month ends"


def _finding(scores: Mapping[str, Any]) -> str:
    """Which baselines the model beats, and whether that is sure."""
    brier, log = (_versus(scores, score) for score in _AXES)
    if brier == log:
        return f"The model {brier}, by either score"
    return f"The model {brier} by Brier score, and {log} by log score"


def _versus(scores: Mapping[str, Any], score: str) -> str:
    """How the model compares with the better of the two baselines."""
    skill = scores["skill"][score]
    best = min(
        ("persistence", "hazard"), key=lambda reference: float(scores[score][reference]["estimate"])
    )
    gain = skill[best]
    name = {"persistence": "persistence", "hazard": "the hazard baseline"}[best]
    if gain["low"] is not None and gain["low"] > 0.0:
        return f"beats {name}"
    if gain["high"] is not None and gain["high"] < 0.0:
        return f"loses to {name}"
    return f"cannot be told from {name}"


def _skill_words(scores: Mapping[str, Any]) -> tuple[str, str]:
    skill = scores["skill"]["brier"]
    phrases = [
        f"{NAMES[name].lower()} {gain['estimate']:+z.2f} [{number(gain['low'], 2, '+')}, "
        f"{number(gain['high'], 2, '+')}]"
        for name, gain in skill.items()
        if gain["estimate"] is not None
    ]
    return (
        f"Brier skill of the model against {' and '.join(phrases)}",
        f"From {scores['origin']} to {scores['until']}; number of places in brackets; lines: 95% "
        "intervals; groups in which nothing changed are left out",
    )


def _reliability_words(scores: Mapping[str, Any]) -> tuple[str, str]:
    bins: Sequence[Mapping[str, Any]] = scores["reliability"]["model"]
    outside = sum(
        not group["band_low"] <= group["happened"] <= group["band_high"] for group in bins
    )
    title = (
        "The model's probabilities agree with what happened"
        if not outside
        else f"In {outside} of {len(bins)} bins what happened lies outside what the model allows"
    )
    return (
        title,
        f"From {scores['origin']} to {scores['until']}; grey: where 95% of points lie if the "
        "forecasts are right; a case is a place, a month end and a holder given any chance",
    )


def _foot(figure: Figure, scores: Mapping[str, Any]) -> None:
    text = (
        f"Scenario {scores['scenario']}, {scores['worlds']} worlds, seed "
        f"{scores['seed']}, inputs {scores['uncertainty']}. Intervals: bootstrap over "
        f"{scores['blocks']} blocks of places at most {BLOCK_KM:g} km across."
    )
    small_print(figure, text, scored=True)
