"""What a backtest says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.show.texts import layout

if TYPE_CHECKING:
    from sim.analysis.backtest.backtest import Backtest

_WIDTH = 29
_COLUMN = 26
_NAMES = {"model": "Model", "persistence": "Persistence", "hazard": "Hazard"}


def scores_text(done: Backtest) -> str:
    """The scores of one origin in a table; or that there is nothing to score."""
    model, scores = done.forecasts[0], done.scores
    if scores is None:
        return (
            f"Forecast from {done.origin}: {len(model.places)} places at {len(model.dates)} dates, "
            f"{model.members} worlds\nNothing is known of what happened then ({done.record.source})"
            ";\nscore it with the same call and --truth FILE.csv (place,date,controller)"
        )
    left = scores["truth"]["places_left_out"]
    lines = [
        f"Backtest from {scores['origin']}: {_cases(scores)}, {scores['worlds']} worlds",
        *_table(scores),
        _row("Truth", scores["truth"]["source"]),
        _row("Left out", f"{len(left)} of {len(model.places)} places without a record"),
        _row("Hazard baseline", _hazard(scores["hazard"])),
    ]
    missing = len(model.dates) - len(scores["dates"])
    if missing:
        lines.append(_row("Not scored yet", f"{missing} later dates, of which nothing is known"))
    differs = scores["truth"]["start_differs"]
    if differs:
        places = ", ".join(
            f"{place} ({miss['model']}, recorded {miss['record']})"
            for place, miss in differs.items()
        )
        lines.append(_row("Start differs at", places))
    return "\n".join(lines)


def splits_text(scores: Mapping[str, Any]) -> str:
    """Skills by row, then the table of all splits together."""
    lines = [
        "",
        f"{'Split':<26}{'Brier':>7}  {'skill to persistence':<24}{'skill to hazard':<24}"
        f"{'log':>6}  {'log skill to hazard'}",
    ]
    entries = {f"{origin} to {row['until']}": row for origin, row in scores["splits"].items()}
    for name, row in (*entries.items(), ("all", scores)):
        lines.append(
            f"{name:<26}{row['brier']['model']['estimate']:>7.3f}  "
            f"{_interval(row['skill']['brier']['persistence']):<24}"
            f"{_interval(row['skill']['brier']['hazard']):<24}"
            f"{row['log']['model']['estimate']:>6.3f}  {_interval(row['skill']['log']['hazard'])}"
        )
    return "\n".join([*lines, "", f"All splits: {_cases(scores)}", *_table(scores)])


def events_text(scores: Mapping[str, Any]) -> str:
    """What was said of each event, what came, and the scores."""
    lines = [f"Events from {scores['origin']} to {scores['until']}, {scores['worlds']} worlds"]
    for score in scores["events"]:
        reading = f" ({score['reading']})" if score["reading"] else ""
        lines.append(f"Corridor by {score['event']}{reading}")
        if score["happened"]:
            came = f"formed on {score['first_day']}"
        elif score["first_day"]:
            came = f"open from {score['first_day']}, but not for {scores['hold_days']} days by then"
        else:
            came = "did not form"
        lines.append(_row("  P, and what happened", f"{_interval(score['probability'])}; {came}"))
        for name, key in (("Brier, 0 to 1", "brier"), ("log score, nats", "log")):
            lines.append(_row(f"  {name}", _beside(score[key], ".3f")))
        lines.append(_row("  date, CRPS in days", _beside(score["crps_days"], ".1f")))
        inside, ends = score["central_80"], ("low", "high")
        span = " to ".join(inside[end] or "never" for end in ends)
        holds = "holds" if inside["holds"] else "does not hold"
        lines.append(_row("  central 80% of dates", f"{span}; {holds} what happened"))
        if score["route"] is not None:
            true = score["route"]["true"]
            p = score["route"]["probability"][true]
            lines.append(
                _row("  route", f"{true}, given {p:.3f}; Brier {score['route']['brier']:.3f}")
            )
    return "\n".join(lines)


def _beside(scores: Mapping[str, Any], form: str) -> str:
    """The model's score with its interval, and that of persistence."""
    estimate, low, high = (format(scores["model"][k], form) for k in ("estimate", "low", "high"))
    return f"{estimate} [{low}, {high}]; of persistence {scores['persistence']:{form}}"


def _cases(scores: Mapping[str, Any]) -> str:
    dates = len(scores["dates"])
    return (
        f"{scores['places']} places at {dates} month {'end' if dates == 1 else 'ends'} "
        f"({scores['cases']} cases)"
    )


def _table(scores: Mapping[str, Any]) -> list[str]:
    """Scores by method and skills, over all places and over those at a front."""
    lines = [f"{'':<{_WIDTH}}{'Brier, 0 to 2':<{_COLUMN}}log score, nats"]
    for method, name in _NAMES.items():
        lines.append(_pair(name, scores["brier"][method], scores["log"][method]))
    for where, entry in (("", scores), (", front", scores["groups"]["front"].get("front"))):
        for reference in ("persistence", "hazard") if entry else ():
            skill = entry["skill"]
            name = f"Skill to {reference}{where}"
            lines.append(_pair(name, skill["brier"][reference], skill["log"][reference]))
    lines.append(f"{'':<{_WIDTH}}(95% intervals: bootstrap over {scores['blocks']} blocks)")
    return lines


def _pair(name: str, first: Mapping[str, Any], second: Mapping[str, Any]) -> str:
    return f"{name:<{_WIDTH}}{_interval(first):<{_COLUMN}}{_interval(second)}"


def _interval(ends: Mapping[str, float | None]) -> str:
    """An estimate with its interval; an end that is open is a dash."""
    low, high = ("-" if value is None else f"{value:.3f}" for value in (ends["low"], ends["high"]))
    estimate = ends["estimate"]
    return f"{'-' if estimate is None else f'{estimate:.3f}'} [{low}, {high}]"


def _row(label: str, text: str) -> str:
    return layout.row(label, text, _WIDTH)


def _hazard(fitted: Mapping[str, Any]) -> str:
    terms = " + ".join(["distance", *fitted["terms"]])
    window = fitted["window_days"]
    since = "the whole record" if window is None else f"the last {window} days"
    return f"{terms}, fitted to {fitted['changes']} changes in {since} before the origin"
