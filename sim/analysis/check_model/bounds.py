"""The checks: what is measured against which bound, and why there.

Bounds are about orders of magnitude. Where the record says how fast or how long, the model's median
may differ from the record's by `FACTOR` either way; the rest are stated as they are, with a reason.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sim.analysis.check_model.findings import POSTS, Findings
from sim.analysis.check_model.measure import UNTAKEN_DAYS, failing
from sim.analysis.check_model.record import Record
from sim.analysis.check_model.watch import WEEK
from sim.theatre.spec import Reported

FACTOR = 2.0  # as far as `rules.tempo` may differ between armies and years, half to twice
LEAST_ROWS, LEAST_CASES = 3, 20  # operations of the record, and cases in the model, that are needed
NAMED = 5  # places that a note names
PASS, FAIL, NOT_MEASURED = "pass", "FAIL", "not measured"


class Bound(NamedTuple):
    """What a check allows: low <= value <= high, in `unit`, and why."""

    what: str
    low: float
    high: float
    unit: str
    why: str


BOUNDS: Mapping[str, Bound] = {
    "planned_barred": Bound(
        "Hexes of the planned corridor that no member may ever attack or pass", 0, 0, "hexes",
        "a coalition does not plan a way that it can never open",
    ),
    "planned_none": Bound(
        "Worlds in which the coalition sees no way at all on day 0", 0.0, 0.5, "share",
        "its corridor objective then says nothing about any place",
    ),
    "wait_median": Bound(
        "Median time from the loss of a hex to the loss of the town or post in it", 0, 28, "days",
        "tempo.csv: four of five assaults on towns until June 2017 that began no further "
        "than a hex away took less than three weeks",
    ),
    "wait_beyond": Bound(
        f"Towns and posts still untaken {UNTAKEN_DAYS} days after the loss of their hex", 0.0, 0.1,
        "share",
        "tempo.csv: the longest operation against a town took 16 weeks",
    ),
    "plans_failing": Bound(
        "Plans that begin nothing though they want to", 0.0, 0.5, "share",
        "inferred: planning_days is meant as the time between operations, not between attempts",
    ),
    "first_capture": Bound(
        "Median day of the first capture", 0, 14, "days",
        "it took places in the four weeks before the origin (control.csv) and is in the "
        "field; at half the median speed of tempo.csv a hex takes about a week",
    ),
    "losses": Bound(
        "Fighters that the enemy lost a week, over what was claimed", 0.5, 2.0, "ratio",
        "support.csv: claims of those killed, good to a factor of about two",
    ),
    "hunger": Bound(
        "Fighters lost to hunger and not in fights", 0.0, 0.5, "share",
        "tempo.csv, support.csv: what is recorded of losses is killed and wounded; "
        "garrisons that were shut in held out for years (Deir ez-Zor, eastern Ghouta)",
    ),
    "impossible": Bound(
        "Things that happened and that the rules make impossible", 0, 0, "pairs, places",
        "what this page calls impossible must be so",
    ),
    "record_barred": Bound(
        "Pairs that took places from each other until the origin and can never fight", 0, 0,
        "pairs",
        "control.csv: what happened before can happen again; its chance is small, not nil",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Check:
    """One check: the bound, and what was measured over so many cases."""

    key: str
    bound: Bound
    value: float  # nan for too few cases
    cases: int
    note: str = ""  # what stands out

    @property
    def result(self) -> str:
        """Whether the value lies within the bound; too few cases are not measured."""
        if math.isnan(self.value):
            return NOT_MEASURED
        return PASS if self.bound.low <= self.value <= self.bound.high else FAIL

    def as_dict(self) -> dict[str, Any]:
        """For a JSON file."""
        return {
            "key": self.key,
            "value": self.value,
            **self.bound._asdict(),
            "cases": self.cases,
            "result": self.result,
            "note": self.note,
        }


def checks(findings: Findings, record: Record) -> list[Check]:
    """All checks of what was found, in the order of the page."""
    made = [
        _check(
            "planned_barred",
            int((findings.plan.barred > 0.0).sum()),
            findings.worlds,
            note=_hexes(findings),
        ),
        _check("planned_none", findings.plan.none, findings.worlds),
        *_speeds(findings, record),
        *_towns(findings, record),
        _check("plans_failing", failing(findings.plans), int(findings.plans.sum())),
        *_first_captures(findings, record),
        *_losses(findings, record.enemy, record.reported),
        _check("impossible", findings.impossible, findings.worlds),
    ]
    barred = [pair for pair in record.pairs if not findings.possible.fights[pair]]
    note = "; ".join(f"{findings.factions[f]} from {findings.factions[g]}" for f, g in barred)
    return [*made, _check("record_barred", len(barred), len(record.pairs), note=note)]


def failed(made: list[Check]) -> list[Check]:
    """Those that fail."""
    return [check for check in made if check.result == FAIL]


def _check(key: str, value: float, cases: int, name: str = "", note: str = "") -> Check:
    bound = BOUNDS[key]
    if name:
        key, bound = f"{key}_{name}", bound._replace(what=f"{bound.what}, {name}")
    return Check(key, bound, float(value), cases, note)


def _against(
    key: str, what: str, value: float, rows: Any, quantile: float, unit: str, cases: int
) -> Check:
    """A quantile of the model held to the same one of rows of the record, to a factor."""
    goal = float(np.quantile(rows, quantile)) if len(rows) >= LEAST_ROWS else float("nan")
    if cases < LEAST_CASES or math.isnan(goal):
        value = float("nan")
    why = f"{len(rows)} operations in tempo.csv: {goal:.3g} {unit}, to a factor of {FACTOR:g}"
    return Check(key, Bound(what, goal / FACTOR, goal * FACTOR, unit, why), value, cases)


def _speeds(findings: Findings, record: Record) -> list[Check]:
    made = []
    for f, name in enumerate(findings.factions):
        mine = findings.speeds.straight[findings.speeds.faction == f]
        rows = [operation.km_per_week for operation in record.field if operation.faction == name]
        if len(rows) < LEAST_ROWS:
            continue
        for quantile, word in ((0.5, "Median"), (0.9, "90% quantile of")):
            value = float(np.quantile(mine, quantile)) if len(mine) else float("nan")
            key = f"speed_{round(100 * quantile)}_{name}"
            what = f"{word} speed of campaigns as the crow flies, {name}"
            made.append(_against(key, what, value, rows, quantile, "km/week", len(mine)))
    return made


def _towns(findings: Findings, record: Record) -> list[Check]:
    small = findings.waits.of(np.isin(findings.wait_kind, ("town", *POSTS)))
    cases = len(small.days)
    enough = cases >= LEAST_CASES
    value = small.median if enough else float("nan")
    beyond = small.beyond(UNTAKEN_DAYS) if enough and findings.days > UNTAKEN_DAYS else float("nan")
    made = [
        _check("wait_median", value, cases),
        _check("wait_beyond", beyond, cases, note=_longest(findings)),
    ]
    for kind, words in (("town", "towns"), ("city", "cities")):
        mine = findings.sieges.of(findings.siege_kind == kind)
        rows = [assault.weeks for assault in record.assaults[kind]]
        what = f"Median fight for {words} until they fall"
        weeks = mine.median / WEEK
        made.append(_against(f"siege_{kind}", what, weeks, rows, 0.5, "weeks", len(mine.days)))
    return made


def _longest(findings: Findings) -> str:
    """The places that wait longest, among those whose hex is lost in a fifth of the worlds."""
    shares = {
        findings.places[u]: findings.waits.of(findings.wait_unit == u).beyond(UNTAKEN_DAYS)
        for u in np.unique(findings.wait_unit).tolist()
        if 5 * int((findings.wait_unit == u).sum()) >= findings.worlds
    }
    worst = sorted(shares, key=lambda name: -shares[name])[:NAMED]
    return ", ".join(f"{name} {shares[name]:.2f}" for name in worst)


def _hexes(findings: Findings) -> str:
    barred = np.flatnonzero(findings.plan.barred > 0.0).tolist()
    return ", ".join(findings.names[u] for u in barred[:NAMED])


def _first_captures(findings: Findings, record: Record) -> list[Check]:
    made = []
    for f, name in enumerate(findings.factions):
        if name in record.lately:
            value = float(np.median(findings.first[:, f]))
            if findings.days <= BOUNDS["first_capture"].high:
                value = float("nan")
            made.append(_check("first_capture", value, findings.worlds, name))
    return made


def _stranded(findings: Findings, f: int) -> str:
    """Where most of its garrisons that have no supply stand."""
    fighters = findings.stranded[f]
    most = [u for u in np.argsort(-fighters, kind="stable")[:NAMED].tolist() if fighters[u] >= 1.0]
    places = ", ".join(f"{findings.names[u]} {fighters[u]:,.0f}" for u in most)
    return f"without supply on day 0: {places}" if most else ""


def _losses(findings: Findings, enemy: str, claimed: Reported | None) -> list[Check]:
    """The enemy beside what was claimed, and hunger of all who lose at least a fighter a week."""
    made, mean = [], findings.losses.mean(axis=0) if len(findings.losses) else np.zeros(0)
    for f, week in enumerate(mean.tolist()):
        name = findings.factions[f]
        if name == enemy and claimed is not None:
            week_claimed = claimed.value / 30.0 * WEEK
            made.append(_check("losses", week / week_claimed, findings.worlds))
        if week >= 1.0:
            share, note = float(findings.hunger[f]), _stranded(findings, f)
            made.append(_check("hunger", share, findings.worlds, name, note))
    return sorted(made, key=lambda check: check.key != "losses")
