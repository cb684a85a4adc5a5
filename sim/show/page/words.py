"""What the page says in sentences, from plain numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sim.show.base.digits import bracketed
from sim.show.base.format import day, interval, listed, percent, worlds
from sim.show.run.dates import ORDER

Numbers = Mapping[str, Any]

_CHANCE, _NAMED = 0.05, 3  # p from which a difference may be chance; runs named in a sentence
MEANING = {
    "territory": "an unbroken chain of hexes {ends}, over any ground",
    "road": "every town along paved roads {ends}",
    "clear": "every town along paved roads {ends}, and the countryside beside them",
}


def said_day(iso: str) -> str:
    """An ISO date in words."""
    return day(date.fromisoformat(iso))


def short_day(iso: str) -> str:
    """An ISO date with its month cut short."""
    when = date.fromisoformat(iso)
    return f"{when.day} {when:%b} {when.year}"


def span(run: Numbers) -> str:
    """From when to when worlds are simulated, and which day P is about."""
    text = f"{worlds(run['summary']['worlds'])} from {said_day(run['origin'])}"
    if run["followed"] > run["until"]:
        text += f", followed to {said_day(run['followed'])}"
    return f"{text}. The horizon, by which P is counted: {said_day(run['until'])}."


def after(run: Numbers, days: int | None) -> str:
    """The day so many days after the origin, or that it is later than worlds are followed."""
    if days is None:
        return f"later than {said_day(run['followed'])}"
    return day(date.fromisoformat(run["origin"]) + timedelta(days))


def short_after(run: Numbers, days: int | None) -> str:
    """The same, cut short, for tables."""
    if days is None:
        return "later"
    return short_day((date.fromisoformat(run["origin"]) + timedelta(days)).isoformat())


def median(run: Numbers, kind: str) -> str:
    """By when half of the worlds have a corridor, as a clause."""
    days = run["when"][kind]["median_days"]
    if days["estimate"] is None:
        return f"fewer than half of the worlds have a corridor by {said_day(run['followed'])}"
    low, high = (after(run, days[end]) for end in ("low", "high"))
    when = after(run, days["estimate"])
    return f"half of the worlds have a corridor by {when} [{low} to {high}]"


def median_interval(run: Numbers, kind: str) -> str:
    """The interval of that day."""
    days = run["when"][kind]["median_days"]
    if days["low"] is None:
        return "95% interval: all of it later"
    low, high = (after(run, days[end]) for end in ("low", "high"))
    return f"95% interval {low} to {high}"


def formed(run: Numbers, kind: str) -> int:
    """How many worlds have a corridor by the horizon."""
    summary = run["summary"]
    return round(float(summary["p_corridor"][kind]["estimate"]) * int(summary["worlds"]))


def frequency(run: Numbers, kind: str) -> str:
    """`4 of 1,000 worlds`."""
    return f"{formed(run, kind):,} of {run['summary']['worlds']:,} worlds"


def answer(run: Numbers) -> str:
    """When and whether, in a sentence."""
    p = run["summary"]["p_corridor"]
    text = "; ".join(
        f"by {kind}, {median(run, kind)}, and {frequency(run, kind)} by the horizon, "
        f"{interval(p[kind])}"
        for kind in ORDER
    )
    return f"{text[:1].upper()}{text[1:]}."


def question(run: Numbers) -> str:
    """What the run is about."""
    who = listed(
        [faction["said"] for faction in run["factions"] if faction["key"] in run["coalition"]]
    )
    return f"A land corridor from {run['ends'][0]} to {run['ends'][1]} through ground of {who}"


def meaning(run: Numbers, way: str) -> str:
    """What a definition of a corridor asks for."""
    ends = f"from {run['ends'][0]} to {run['ends'][1]}"
    return MEANING[way].format(ends=ends)


def held(run: Numbers) -> str:
    """By whom ground must be held to count."""
    names = {faction["key"]: faction["said"] for faction in run["factions"]}
    text = f"held by {listed([names[key] for key in run['coalition']], 'or')}"
    if run["transit"]:
        text += (
            f", or by {listed([names[key] for key in run['transit']], 'or')} while they let all "
        )
        text += "of it pass"
    return text


def points(value: float | None) -> str:
    """A standard deviation of P in points of a hundred."""
    return "not known" if value is None else f"{100.0 * value:.1f} points"


def over_rules(run: Numbers) -> str:
    """Between which P it goes with the rules, '' if there is one set of them."""
    parts = []
    for kind in ORDER:
        doubt = run["summary"]["doubt"][kind]
        if doubt["lowest"]:
            low, high = (
                f"{percent(doubt[end]['estimate'], 1)} ({doubt[end]['variant']})"
                for end in ("lowest", "highest")
            )
            parts.append(f"by {kind} from {low} to {high}")
    return f", with whose variants P goes {listed(parts)}" if parts else ""


def when_words(run: Numbers) -> str:
    """The finding of the chart of dates."""
    text = "; ".join(f"by {kind} {median(run, kind)}" for kind in ORDER)
    return f"{text[:1].upper()}{text[1:]}."


def routes_words(run: Numbers) -> str:
    """Which route is ahead at the horizon, and by when half of its worlds had their corridor."""
    parts = []
    for kind in ORDER:
        by_day = run["routes_by_day"][kind]
        route, curve = max(by_day["routes"].items(), key=lambda item: item[1]["last"]["estimate"])
        last = curve["last"]["estimate"]
        if not last:
            parts.append(f"by {kind} there is none by the horizon")
            continue
        pairs = zip(by_day["day"], curve["share"], strict=True)
        middle = next(day for day, share in pairs if share >= last / 2.0 - 1e-4)
        parts.append(
            f"by {kind} the {route} is ahead, with {interval(curve['last'])} of all worlds by the "
            f"horizon and half of these by {after(run, middle)}"
        )
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def differences(rows: Sequence[Numbers], kind: str) -> str:
    """Which runs differ from the first by more than chance, the most of all first."""
    own = [row for row in rows if row["kind"] == kind]
    sure = [row for row in own if row["p_corrected"] < _CHANCE]
    sure.sort(key=lambda row: -abs(row["difference"]["estimate"]))
    phrase = listed([f"{row['second']} {signed(row['difference'])}" for row in sure[:_NAMED]])
    if not sure:
        return f"By {kind} no difference is beyond chance."
    more = f"; {len(sure)} of {len(own)} differ by more than chance" if len(own) > 1 else ""
    return f"By {kind} P changes by points of a hundred: {phrase}{more}."


def sensitivity(study: Numbers) -> str:
    """Which inputs P depends on most, of a study whose `rows` are in order."""
    kind, p = study["kind"], interval(study["p"])
    text = f"By {kind} P is {p} on average over these inputs"
    if not study["told_from_noise"]:
        return f"{text}; what they do to it cannot be told from noise."
    by_inputs, by_replications = (
        max(0.0, study[f"variance_from_{part}"]["estimate"]) for part in ("inputs", "replications")
    )
    sure = [row for row in study["rows"] if row["total"]["low"] > 0.0][:_NAMED]
    most = listed([f"{row['label']} (total index {row['total']['estimate']:.2f})" for row in sure])
    ahead = f"it depends most on {most}" if sure else "none of them surely moves it alone"
    return (
        f"{text}, give or take {points(by_inputs**0.5)}; {ahead}. Of the variance of a world's "
        f"outcome {percent(by_inputs / (by_inputs + by_replications))} is from these inputs."
    )


def signed(interval: Numbers) -> str:
    """A difference of shares in points of a hundred, with its interval."""
    return bracketed(interval, "+.1f", 100.0)
