"""What folders of landbridge say, as a page: runs, a comparison, a sweep, studies beside them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sim.analysis.run import sample_worlds
from sim.analysis.studies.compare import FILE as COMPARISON
from sim.analysis.studies.compare import Comparison, compare
from sim.config import theatres
from sim.config.compose import compose
from sim.ensemble.run import Inputs
from sim.ensemble.store import folder
from sim.errors import LandbridgeError
from sim.paths import registered, shown, theatre_folder
from sim.show.base.format import interval, listed, percent, place
from sim.show.base.run_data import Run
from sim.show.page import numbers, words
from sim.show.page.ground import Drawing
from sim.show.page.numbers import Numbers
from sim.show.page.render import Case, Page, render
from sim.show.run.dates import ORDER, times
from sim.show.studies.response import input_name
from sim.show.sweep.data import Swept
from sim.theatre.csv_table import read_table
from sim.theatre.spec import TheatreSpec, theatre_spec

SCORES, EVENTS = "scores.json", "event_scores.json"
CRITICALITY, SENSITIVITY = "criticality.json", "sensitivity.json"
LIGHT, BRIEF = 18, 80  # points of a sweep that are shown with maps, and at all, one by one
NAMED = 12  # places or inputs of a study that are drawn
_OURS = b'<meta name="generator" content="Landbridge '
_KINDS = (*folder.RUNS, "comparison", "sweep", "criticality", "sensitivity")

Again = Callable[[Path, Sequence[int]], list[sample_worlds.History]]


@dataclass
class Asked:
    """The folders of a report, by what they hold."""

    runs: list[Path] = field(default_factory=list)
    sweep: Path | None = None
    criticality: Path | None = None
    sensitivity: Path | None = None
    paired: bool = True  # as a comparison among them was


def report(
    directories: Sequence[Path], inputs: Callable[[], Inputs], scores: Path | None = None
) -> bytes:
    """The page about some folders, as bytes of HTML.

    Args:
        directories: finished runs; or a comparison, which stands for its runs; or a sweep; and
            studies of criticality and of sensitivity beside them.
        inputs: gives the model and the seeds, by which single worlds are run again.
        scores: the folder of a backtest whose scores are told; None: the registered forecast.

    Raises:
        LandbridgeError: a folder that holds anything else or is not finished, runs that cannot be
            compared, a sweep beside other runs.
    """
    asked = _sorted(directories)
    score = _score(scores, asked)
    studies: dict[str, Any] = {
        "criticality": _criticality(asked.criticality, _places(_spec(asked)))
        if asked.criticality
        else None,
        "sensitivity": _sensitivity(asked.sensitivity) if asked.sensitivity else None,
        "score": score,
    }
    if asked.sweep:
        return render(replace(_of_sweep(asked.sweep), **studies))
    made = inputs()
    cases = _cases(asked.runs, lambda at, some: sample_worlds.again(at, some, made))
    rows = compare(asked.runs, paired=asked.paired) if len(cases) > 1 else []
    _say_changes(cases)
    return render(replace(_of_runs(cases, _compared(rows, asked.runs, cases)), **studies))


def refuse_other_file(out: Path) -> None:
    """Refuse to write over what is no report; raises LandbridgeError."""
    if out.is_dir():
        raise LandbridgeError(f"--out={shown(out)}: is a folder; name a file")
    if out.is_file() and _OURS not in out.read_bytes()[:65536]:
        raise LandbridgeError(f"--out={shown(out)}: is there and no report; choose another name")


def small_page(directory: Path) -> Page:
    """The page of a finished run or a sweep, without single worlds."""
    if folder.refuse_other(directory, (*folder.RUNS, "sweep")) == "sweep":
        return replace(_of_sweep(directory), cases=())
    return _of_runs(_cases([directory], None), ())


def _sorted(directories: Sequence[Path]) -> Asked:
    asked = Asked()
    for directory in directories:
        kind = folder.refuse_other(directory, _KINDS)
        if kind == "comparison":
            runs, paired = _compared_before(directory)
            asked.runs += runs
            asked.paired &= paired
        elif kind == "criticality":
            asked.criticality = directory
        elif kind == "sensitivity":
            asked.sensitivity = directory
        elif kind == "sweep":
            asked.sweep = directory
        else:
            asked.runs.append(directory)
    asked.runs = list(dict.fromkeys(asked.runs))
    if asked.sweep and asked.runs:
        raise LandbridgeError(
            f"{shown(asked.sweep)}: a sweep has a report of its own; leave it out"
        )
    if not asked.sweep and not asked.runs:
        raise LandbridgeError("report: needs a run, a comparison or a sweep beside a study")
    return asked


def _compared_before(directory: Path) -> tuple[list[Path], bool]:
    """The runs that a comparison is of, and whether their worlds are paired."""
    tree = _read(directory, COMPARISON)
    runs = [Path(row[end]) for row in tree["comparisons"] for end in ("first", "second")]
    gone = [run for run in runs if not run.is_dir()]
    if gone:
        raise LandbridgeError(
            f"{shown(directory)}: compares {shown(gone[0])}, which is not there; name the runs"
        )
    return runs, bool(tree["paired"])


def _read(directory: Path, name: str) -> dict[str, Any]:
    return folder.read_json(directory, name, f"has no readable {name}")


def _cases(directories: Sequence[Path], again: Again | None, level: str = "full") -> list[Case]:
    """Runs with their labels and, if they can be run `again`, single worlds."""
    runs = [Run.read(directory) for directory in directories]
    factions = tuple(dict.fromkeys(name for run in runs for name in run.factions))
    scenarios = [run.scenario for run in runs]
    cases = []
    for run in runs:
        alike = scenarios.count(run.scenario) > 1
        label = f"{run.scenario} ({run.directory.name})" if alike else run.scenario
        figures, histories, why = numbers.of_run(run, label), [], ""
        if again:
            chosen = sample_worlds.evenly(times(run, "road"), times(run, "territory"))
            try:
                histories = again(run.directory, chosen)
            except LandbridgeError as error:
                why = str(error).partition(": ")[2].partition(";")[0]  # without the folder's place
            figures["worlds"] = numbers.of_worlds(run, histories)
        cases.append(Case(figures, Drawing(run, factions), histories, why, level))
    return cases


def _say_changes(cases: Sequence[Case]) -> None:
    """Let the weeks of all but the first run say what is other than in that."""
    first, *others = cases
    for case in others:
        if case.of.theatre.units == first.of.theatre.units:
            sentence = numbers.change_words(first.of, case.of, first.run["label"])
            for week, text in zip(case.run["weeks"], sentence, strict=True):
                week["change"] = text


def _compared(
    rows: Sequence[Comparison], directories: Sequence[Path], cases: Sequence[Case]
) -> list[Numbers]:
    labels = {at: case.run["label"] for at, case in zip(directories, cases, strict=True)}
    return [
        {
            "label": f"{labels[row.second]} by {row.kind}",
            "first": labels[row.first],
            "second": labels[row.second],
            "kind": row.kind,
            "paired": row.paired,
            "pairs": row.pairs,
            "p_first": row.p_first.as_dict(),
            "p_second": row.p_second.as_dict(),
            "difference": row.difference.as_dict(),
            "days": row.days.as_dict(),
            "medians": list(row.medians),
            "p": row.p,
            "p_corrected": row.p_corrected,
            "sign_holds": row.sign_holds,
            "by_variant": {
                name: None if interval is None else interval.as_dict()
                for name, interval in row.by_variant.items()
            },
        }
        for row in sorted(rows, key=lambda row: (rows.index(row) // 2, ORDER.index(row.kind)))
    ]


def _of_runs(cases: Sequence[Case], comparisons: Sequence[Numbers]) -> Page:
    first = cases[0].run
    alone = len(cases) == 1
    return Page(
        kind="an ensemble of worlds" if alone else f"{len(cases)} ensembles of worlds",
        title=words.question(first),
        subtitle=f"{first['title']}. {words.span(first)}"
        if alone
        else f"{len(cases)} runs; in the first {words.span(first)}",
        cases=cases,
        comparisons=comparisons,
    )


def _of_sweep(directory: Path) -> Page:
    swept = Swept.read(directory)
    done = [row for row in swept.rows if row["status"] == "done"]
    cases = []
    if len(done) == len(swept.rows) <= BRIEF:
        level = "light" if len(done) <= LIGHT else "brief"
        cases = _cases([directory / row["directory"] for row in done], None, level)
        for k, case in enumerate(cases):
            case.run["label"] = ", ".join(axis.where(float(axis.at[k])) for axis in swept.axes)
    axes: list[Numbers] = [
        {
            "key": axis.key,
            "label": axis.label,
            "numbers": not axis.names,
            "said": [axis.said(float(value)) for value in axis.values],
            "at": [int((axis.values < value).sum()) for value in axis.at],
        }
        for axis in swept.axes
    ]
    tree: Numbers = {
        "said": f"{len(swept.rows)} points, {swept.worlds}, all under common random numbers.",
        "found": {kind: _range(swept, kind) for kind in ORDER},
        "axes": axes,
        "at": [[axis["at"][k] for axis in axes] for k in range(len(swept.rows))],
        "rows": list(swept.rows),
    }
    keys = listed([axis.label for axis in swept.axes])
    title = f"How P of a corridor goes with {keys}"
    return Page("a sweep", title, str(tree["said"]), cases, (), tree)


def _range(swept: Swept, kind: str) -> str:
    p = swept.p(kind)[0]
    return f"By {kind} P goes from {percent(float(p.min()), 1)} to {percent(float(p.max()), 1)}."


def _criticality(directory: Path, names: Mapping[str, str]) -> Numbers:
    """A study of criticality; `names` are those of places by id."""
    study = _read(directory, CRITICALITY)
    rows = [
        {
            "label": names.get(place["garrison"]["place"], place["garrison"]["place"]),
            "kind": study["kind"],
            "faction": place["garrison"]["faction"],
            "fighters": place["garrison"]["fighters"],
            **{key: place[key] for key in ("difference", "p_with", "p_corrected")},
        }
        for place in study["places"]
    ]
    sentence = words.differences([{**row, "second": row["label"]} for row in rows], study["kind"])
    return {"kind": study["kind"], "said": sentence, "rows": rows[:NAMED], "all": rows}


def _sensitivity(directory: Path) -> Numbers:
    """A study of sensitivity: its inputs by total index, the dummy last."""
    study = _read(directory, SENSITIVITY)
    rows = [
        {"key": key, "label": input_name(key), "range": study["ranges"].get(key, ""), **index}
        for key, index in study["inputs"].items()
    ]
    *inputs, dummy = rows
    inputs.sort(key=lambda row: -(row["total"]["estimate"] or 0.0))
    tree = {key: value for key, value in study.items() if key not in ("inputs", "ranges")}
    return {
        **tree,
        "said": words.sensitivity({**tree, "rows": inputs}),
        "rows": [*inputs[:NAMED], dummy],
        "all": [*inputs, dummy],
    }


def _spec(asked: Asked) -> TheatreSpec:
    """Of the theatre of the first run, else of the packaged one that is the default."""
    run = _first(asked)
    return run.spec if run else theatre_spec(theatre_folder(theatres.default()))


def _first(asked: Asked) -> Run | None:
    """The first run, or point of a sweep, that is there."""
    if asked.sweep:
        done = (row for row in Swept.read(asked.sweep).rows if row["status"] == "done")
        return next((Run.read(asked.sweep / row["directory"]) for row in done), None)
    return next(map(Run.read, asked.runs), None)


def _places(spec: TheatreSpec) -> dict[str, str]:
    """Names of places by id."""
    rows = read_table(spec.folder / "places.csv", ("place", "name"))
    return {row.text("place"): place(row.text("place"), row.text("name"), spec) for row in rows}


def _score(directory: Path | None, asked: Asked) -> Numbers | None:
    """Scores of a backtest; the registered forecast's where the theatre is the one it was about."""
    where = directory
    if where is None:
        where = registered()
        about = compose([]).theatre.name
        run = _first(asked)
        if where is None or (run and run.settings["theatre"].get("name") != about):
            return None
    try:
        scores = json.loads((where / SCORES).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LandbridgeError(f"--scores={shown(where)}: has no readable {SCORES}") from error
    events = where / EVENTS
    told = json.loads(events.read_text(encoding="utf-8")) if events.is_file() else {}
    own = " by the rules of then, registered before it was scored," if directory is None else ""
    return {
        "said": _score_words(scores, own),
        "events": [_event(event, told) for event in told.get("events", [])],
        "brier": scores["brier"],
        "skill": scores["skill"],
    }


def _score_words(score: Mapping[str, Any], own: str) -> str:
    span = (
        f"{words.said_day(score['origin'])} to {words.said_day(score['until'])}"
        if "origin" in score
        else f"{len(score.get('splits', []))} origins"
    )
    return (
        f"A forecast{own} of who holds {score['places']} places, {span}. The Brier score goes from "
        "0 to 2, less is better."
    )


def _event(event: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    kind = f"By {event['event']}" + (f" ({event['reading']})" if event["reading"] else "")
    until = words.said_day(told["until"])
    text = f"{kind} it gave a corridor by {until} {interval(event['probability'])}"
    if not event["happened"]:
        return f"{text}; none came."
    return f"{text}; one came on {words.said_day(event['first_day'])}."
