"""Score the registered forecast against what happened and write its page: `python page.py`.

Everything is made from the registered files in this folder, the record of what happened
(`truth.csv`, `events.csv`) and the packaged map; the model is not run.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from textwrap import fill
from typing import Any

import pandas as pd
from omegaconf import OmegaConf

from sim import disk
from sim.analysis.backtest.backtest import evaluated
from sim.analysis.backtest.event_scores import read_forecast, read_outcomes, score_event
from sim.analysis.backtest.forecasts import Forecast, origin_holders, read_csv
from sim.analysis.backtest.observations import extended, packaged
from sim.analysis.backtest.scoring import Scorable, cases, changes
from sim.config.compose import compose
from sim.ensemble.store.manifest import as_json
from sim.paths import theatre_folder
from sim.show.base.style import save, styled
from sim.show.studies.scores import score_pages
from sim.theatre.history.reports import enclaves, places_known, routes_known
from sim.theatre.load import load_theatre

HERE = Path(__file__).resolve().parent
SEEDS = theatre_folder("iraq_syria_jordan")
ORIGIN, UNTIL, HOLD_DAYS = date(2017, 6, 4), date(2017, 12, 31), 30
COMMIT = "3ad2c2c801f596cb7bbf0a0a167f4615dcb1b800"
HAZARD_HISTORIES = 2000
COALITION, TRANSIT = ("regime", "pmf"), ("isf",)
TOWNS = "towns"  # the reading of `road` that the text of the forecast promised
WORST = 20  # places listed
FIGURES = ("events", "outcome", "months", "reliability")


def main() -> None:
    """Write scores, figures and `README.md` beside the registered files."""
    manifest = json.loads((HERE / "manifest.json").read_text(encoding="utf-8"))
    scores, events = score_control(manifest["worlds"]), score_events(manifest["worlds"])
    settings: Any = OmegaConf.to_container(compose([]), resolve=True)
    with styled():
        for name, draw in score_pages(HERE, settings).items():
            if name in FIGURES:
                disk.publish(save(draw(), HERE / f"{name}.png"))
    (HERE / "README.md").write_text(page(scores, events, manifest), encoding="utf-8")


def page(scores: dict[str, Any], events: dict[str, Any], manifest: dict[str, Any]) -> str:
    """The text of the page."""
    parts = [
        head(scores, events),
        corridor(events),
        picture("events", "Forecast of the date of the corridor, and what happened"),
        control(scores),
        picture("months", "Brier and log score by month, with the baselines"),
        questions(scores),
        picture("outcome", "Most likely holder of each place beside who held it"),
        places(scores),
        picture("reliability", "How often what was given a probability happened"),
        terms(manifest),
    ]
    blocks = "\n\n".join(parts).split("\n\n")
    return "\n\n".join(wrapped(one) for one in blocks) + "\n"


def score_control(worlds: int) -> dict[str, Any]:
    """Scores of who holds what; writes `cases.csv` and `scores.json`."""
    forecasts: list[Forecast] = read_csv(HERE / "forecast.csv", {"model": worlds})
    forecasts += read_csv(HERE / "baselines.csv", {"persistence": 0, "hazard": HAZARD_HISTORIES})
    names = (
        *places_known(SEEDS),
        *(one.enclave for one in enclaves(SEEDS)),
    )
    record = extended(
        packaged(SEEDS),
        HERE / "truth.csv",
        names,
        forecasts[0].holders,
    )
    held = forecasts[1].probability[0].argmax(axis=1)
    start = dict(
        zip(forecasts[0].places, (forecasts[0].holders[k] for k in held.tolist()), strict=True)
    )
    holders = origin_holders(record, forecasts[0], start, ORIGIN)
    theatre = load_theatre(25.0, SEEDS)
    origin = Scorable(forecasts, record, cases(forecasts, record, theatre, ORIGIN, holders))
    scores = {
        "scenario": "baseline",
        "origin": str(ORIGIN),
        "until": str(UNTIL),
        "dates": sorted(set(origin.cases["date"])),
        "worlds": worlds,
        "seed": 0,
        "uncertainty": "posterior",
        **evaluated([origin], COALITION),
        "changes": changes(origin),
    }
    cases_csv = origin.cases.to_csv(index=False, float_format="%.9g", lineterminator="\n")
    disk.write(HERE / "cases.csv", cases_csv.encode())
    disk.write(HERE / "scores.json", as_json(scores))
    return scores


def score_events(worlds: int) -> dict[str, Any]:
    """Scores of the corridor, by every reading; writes `event_scores.json`.

    `by_towns` is the towns reading of the registered worlds, which is no part of the register.
    """
    routes = routes_known(SEEDS)
    forecast = read_forecast(HERE / "event_forecast.csv", ORIGIN, UNTIL)
    towns = read_forecast(HERE / "by_towns.csv", ORIGIN, UNTIL)
    outcomes = read_outcomes(HERE / "events.csv", ORIGIN, routes)
    found = {
        "origin": str(ORIGIN),
        "until": str(UNTIL),
        "worlds": worlds,
        "hold_days": HOLD_DAYS,
        "events": [score_event(forecast[e.event], e, ORIGIN, HOLD_DAYS, routes) for e in outcomes],
        "by_towns": [
            score_event(towns[e.event], e, ORIGIN, HOLD_DAYS, routes)
            for e in outcomes
            if e.reading == TOWNS
        ],
    }
    disk.write(HERE / "event_scores.json", as_json(found))
    return found


def head(scores: dict[str, Any], events: dict[str, Any]) -> str:
    """What was right and what was wrong, the headline first."""
    road, territory = the(events, "road", TOWNS), the(events, "territory")
    weeks = (median(territory) - date.fromisoformat(territory["first_day"])).days / 7
    brier, log = scores["brier"], scores["log"]
    kept = scores["two_classes"]["kept or lost"]
    changed = [one for one in scores["changes"] if one["taker"]]
    late = sum(one["timing"] == "late" for one in changed)
    early = sum(one["timing"] == "early" for one in changed)
    captor = sum(one["captor"] == "wrong" for one in changed)
    when = kept["brier"]["model"]["estimate"] / brier["model"]["estimate"]
    none = [one["place"] for one in changed if one["p_lost"] == 0.0]
    had = round(territory["share_not_later"] * events["worlds"])
    return "\n\n".join(
        [
            "# The forecast of 4 June 2017, scored",
            (
                "Will the coalition of the Syrian government and the Iraqi militias join up a land "
                f"corridor from Baghdad to Damascus by the end of 2017? {events['worlds']:,} "
                "worlds said so on what was known by 4 June. The forecast was registered ([as it "
                "stood](forecast.md)) and afterwards scored, unchanged."
            ),
            (
                "**Wrong: the headline.** Along paved roads, town by town, it said "
                f"{road['probability']['estimate']:.1%}. It happened: every town on the centre "
                f"route was held from {day(road['first_day'])} on, and 30 days were over on "
                f"{day(road['held_until'])}. The Brier score is "
                f"{road['brier']['model']['estimate']:.3f}; 1 is the worst there is, and what "
                "calling it impossible would have got."
            ),
            (
                "**Wrong: the date by territory.** It said "
                f"{territory['probability']['estimate']:.0%}, and it happened, but on "
                f"{day(territory['first_day'])}, by which day {had} of {events['worlds']:,} worlds "
                f"had it, {weeks:.0f} weeks before the median. The central 80% of its dates begins "
                f"on {day(territory['central_80']['low'])}."
            ),
            (
                f"**Right: who holds what.** Over {scores['places']} places at "
                f"{len(scores['dates'])} month ends the Brier score is {scored(brier['model'])}, "
                f"against {scored(brier['hazard'])} of the registered hazard baseline and "
                f'{scored(brier["persistence"])} of "nothing changes"; the log score '
                f"{scored(log['model'])} against {scored(log['hazard'])} and "
                f"{scored(log['persistence'])}. Brier skill over the hazard baseline is "
                f"{scored(scores['skill']['brier']['hazard'])}: the aim that was registered, an "
                "interval that excludes 0, is met."
            ),
            (
                f"**Wrong within that: too slow, and the captor.** Of {len(changed)} places that "
                f"had changed hands at a month end, {late} were expected later than they fell, or "
                f"never, and {early} earlier; of {captor} another captor was the likelier. Of the "
                f"Brier score {when:.0%} is whether and when a place is lost, the rest to whom. "
                f"{len(none)} of the places were given no chance at all of changing hands "
                f"({', '.join(none)}); nor was it given any that ISIS would retake Qaryatayn, as "
                "it did for three weeks of October, between two month ends."
            ),
        ]
    )


def wrapped(block: str) -> str:
    """A paragraph in lines that fit an editor; tables, headings and pictures as they are."""
    if block.startswith(("|", "#", "!")):
        return block
    return fill(block, 100, break_long_words=False, break_on_hyphens=False)


def the(events: dict[str, Any], event: str, reading: str = "") -> dict[str, Any]:
    """The entry of an event by a reading."""
    found: dict[str, Any] = next(
        one for one in events["events"] if (one["event"], one["reading"]) == (event, reading)
    )
    return found


def median(event: dict[str, Any]) -> date:
    """The forecast's median date of an event."""
    summary = json.loads((HERE / "summary.json").read_text(encoding="utf-8"))
    return date.fromisoformat(summary["dates"][event["event"]]["q50"])


def corridor(events: dict[str, Any]) -> str:
    """Every event by every reading, with all its scores; which reading was promised."""
    lines = [
        "## The corridor",
        "",
        "| event, reading | said | happened | Brier, 0 to 1 | log, nats | CRPS of the date, days | "
        "central 80% of dates | route: Brier, 0 to 2 |",
        "|---|---|---|---|---|---|---|---|",
        *[event_row(one) for one in events["events"]],
        *[event_row(one, " *") for one in events["by_towns"]],
    ]
    place, bound = weakest_town()
    towns = events["by_towns"][0]["probability"]
    return (
        "\n".join(lines)
        + f"""

In brackets after a probability and its scores: what 5,000 worlds leave open (Clopper-Pearson; for
the date the 95% band of the whole curve). After the semicolon: the score of persistence, by which
no corridor ever forms. Less is better. The log score mixes in 1% of the uniform distribution as all
log scores here; plainly, -ln of what was said of the road is
{-log_of(the(events, "road", TOWNS)):.2f} nats.

**Two readings of "by road".** The text that was registered says "along paved roads, town by town",
and by that it formed. The code asked for the countryside beside the road as well, which was clear
from 6 December on, so that the 30th day, 4 January, lies past the horizon, and by that it did not.
The text is what a reader was promised, so the miss stands; the other reading, by which the forecast
looks perfect, was never offered to anybody.

\\* What the same worlds say of the towns alone: {percent(towns)}. The registered tables cannot
tell: they have each town's chances, not those of all together (the least likely town on the centre
route, {place}, was given {bound:.0%} by the end of December, which bounds it from above). So the
registered code was run again with only the test of an open road changed
([by_towns.patch](by_towns.patch), dates in `by_towns.csv`). That is no part of the register, and it
is a miss as well."""
    )


def log_of(event: dict[str, Any]) -> float:
    """The logarithm of what was given to an event that happened."""
    from math import log

    return log(event["probability"]["estimate"])


def event_row(one: dict[str, Any], mark: str = "") -> str:
    """A row of the table of events."""
    name = one["event"] + (f", {one['reading']}" if one["reading"] else "") + mark
    came = (
        f"yes, from {day(one['first_day'])}"
        if one["happened"]
        else f"not for 30 days by then (open from {day(one['first_day'])})"
    )
    ends = one["central_80"]
    span = " to ".join(day(ends[end]) if ends[end] else "never" for end in ("low", "high"))
    holds = "holds it" if ends["holds"] else "does not hold it"
    route = one["route"]
    routes = f"{route['brier']:.3f} ({route['true']}: {route['probability'][route['true']]:.1%})"
    return (
        f"| {name} | {percent(one['probability'])} | {came} | {beside(one['brier'], 3)} | "
        f"{beside(one['log'], 2)} | {beside(one['crps_days'], 0)} | {span}; {holds} | {routes} |"
    )


def weakest_town() -> tuple[str, float]:
    """The town on the centre route least likely usable at the last month end, and how likely."""
    route = pd.read_csv(SEEDS / "routes.csv")
    towns = route[route["route"] == "centre"]["place"]
    table = pd.read_csv(HERE / "forecast.csv", keep_default_na=False)
    last = table[(table["date"] == table["date"].max()) & table["place"].isin(towns)]
    usable = last[last["controller"].isin([*COALITION, *TRANSIT])]
    chance = usable.groupby("place")["probability"].sum()
    return str(chance.idxmin()), float(chance.min())


def control(scores: dict[str, Any]) -> str:
    """Scores over all places, by month and by who held the place at the origin."""
    groups = scores["groups"]
    months = dict(zip(scores["dates"], groups["months"].values(), strict=True))
    held = {f"held by {name}": one for name, one in groups["holder"].items() if moved(one)}
    rows = {"all": scores, **months, "front places": groups["front"]["front"], **held}
    return "\n".join(
        [
            "## Who holds what",
            "",
            "| | places | model: Brier, 0 to 2 | hazard | persistence | model: log | hazard | "
            "persistence | Brier skill to hazard | to persistence |",
            "|---|---|---|---|---|---|---|---|---|---|",
            *[score_row(name, one) for name, one in rows.items()],
            "",
            "95% intervals from a bootstrap over blocks of places (docs/backtest.md); they do not "
            "say how another war would have gone. Places of holders among which nothing changed "
            "are left out of the last rows and counted in the first.",
        ]
    )


def moved(entry: dict[str, Any]) -> bool:
    """Whether anything changed among the places of an entry."""
    return float(entry["brier"]["persistence"]["estimate"]) > 0.0


def cells(entry: dict[str, Any]) -> list[str]:
    """Both scores of all methods."""
    return [
        scored(entry[score][method])
        for score in ("brier", "log")
        for method in ("model", "hazard", "persistence")
    ]


def score_row(name: str, entry: dict[str, Any]) -> str:
    """A row of scores and skills."""
    skills = [scored(entry["skill"]["brier"][name]) for name in ("hazard", "persistence")]
    return f"| {name} | {entry['places']} | {' | '.join([*cells(entry), *skills])} |"


def questions(scores: dict[str, Any]) -> str:
    """Coarser questions, and changes of hands expected and happened."""
    asked = {name: one for name, one in scores["two_classes"].items() if moved(one)}
    expected = [
        f"| {one['holder']} to {one['taker']} | {one['model']:.1f} | {one['hazard']:.1f} | "
        f"{one['happened']:.0f} |"
        for one in scores["takeovers"]
        if max(one["model"], one["happened"]) >= 0.5
    ]
    return "\n".join(
        [
            "Coarser questions about the same places and dates (Brier from 0 to 2 again). `kept or "
            "lost` is whether the holder of 4 June still holds it:",
            "",
            "| question | model: Brier | hazard | persistence | model: log | hazard | "
            "persistence |",
            "|---|---|---|---|---|---|---|",
            *[f"| {name} | {' | '.join(cells(one))} |" for name, one in asked.items()],
            "",
            "Places that had changed hands by the end, by holder and taker:",
            "",
            "| | model expected | hazard expected | happened |",
            "|---|---|---|---|",
            *expected,
        ]
    )


def places(scores: dict[str, Any]) -> str:
    """The places that cost most, with what was wrong about each."""
    lines = [
        "## Where it lost most",
        "",
        "| place | held by | taken by | lost by | expected lost by | P(lost) then | likelier "
        "captor | P(true captor) | share of Brier | wrong |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one in scores["changes"][:WORST]:
        wrong = [one["timing"]] if one["timing"] != "right" else []
        wrong += ["captor"] if one["captor"] == "wrong" else []
        given = "-" if one["p_taker"] is None else f"{one['p_taker']:.0%}"
        lines.append(
            f"| {one['place']} | {one['holder']} | {one['taker'] or 'kept'} | "
            f"{one['lost_by'] or '-'} | {one['expected_by'] or 'never'} | {one['p_lost']:.0%} | "
            f"{one['likeliest_taker'] or '-'} | {given} | {one['brier']:.0%} | "
            f"{', '.join(wrong) or '-'} |"
        )
    first = sum(one["brier"] for one in scores["changes"][:WORST])
    return "\n".join(
        [
            *lines,
            "",
            f"These {WORST} make {first:.0%} of the model's Brier score. Dates are month ends: the "
            "first at which it was lost, and the first at which the model had it more likely lost "
            "than not. All are in `scores.json`, every case in `cases.csv`.",
        ]
    )


def terms(manifest: dict[str, Any]) -> str:
    """What the authors could know; how it was registered, and how all this is made again."""
    return f"""## What the authors could know

It was made with what was known by that day: the map, the forces, the pace of fronts and the
parameters fitted to January 2015 to 4 June 2017. The authors are not naive: they live later and may
have heard what happened. What they could do is done: no fact dated later was in the data, the
parameters, the tests or the rules, and the fit was by a program from a record that ended that day.
Choices of rules cannot be proved free of what their authors know. From its scoring on, what
happened until the end of 2017 is training data.

## Registered, and made again

Registered by commit `{COMMIT}` as content hash `{manifest["content_hash"]}`. In a checkout of that
commit, `make .venv/.installed` and then
`PATH=$PWD/.venv/bin:$PATH experiments/forecast_2017/run` gave the same hash again when it was
scored, and `worlds.parquet` the same to the byte. `event_forecast.csv` counts the dates and routes
of that file, since the registered tables did not have them by world.

The record is in `truth.csv` and `events.csv`, a source a row; places that it does not name kept
their holder. `python experiments/forecast_2017/page.py` scores the registered files again and
writes this page; it does not run the model."""


def picture(name: str, text: str) -> str:
    """A figure of the page."""
    return f"![{text}]({name}.png)"


def scored(found: dict[str, float | None]) -> str:
    """An estimate with its interval, where there is one."""
    if found["estimate"] is None:
        return "-"
    ends = [found["low"], found["high"]]
    if None in ends:
        return f"{found['estimate']:.3f}"
    return f"{found['estimate']:.3f} [{ends[0]:.3f}, {ends[1]:.3f}]"


def percent(found: dict[str, float]) -> str:
    """A probability with its interval."""
    return f"{found['estimate']:.1%} [{found['low']:.1%}, {found['high']:.1%}]"


def beside(found: dict[str, Any], decimals: int) -> str:
    """The model's score with its interval; that of persistence."""
    model = (f"{found['model'][key]:.{decimals}f}" for key in ("estimate", "low", "high"))
    estimate, low, high = model
    return f"{estimate} [{low}, {high}]; {found['persistence']:.{decimals}f}"


def day(text: str) -> str:
    """A date as people write it."""
    when = date.fromisoformat(text)
    return f"{when.day} {when:%B}"


if __name__ == "__main__":
    main()
