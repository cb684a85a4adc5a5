"""Write the page of the forecast from its run folder: `python page.py RUN_FOLDER PAGE_FOLDER`."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from PIL import Image

from sim.definitions import DEFINITIONS
from sim.paths import theatre_folder
from sim.theatre.history.reports import control
from sim.theatre.spec import theatre_spec

SEEDS = theatre_folder("iraq_syria_jordan")

FILES = ("forecast.csv", "baselines.csv", "corridor_events.csv", "summary.json", "manifest.json")
FIGURES = ("control", "front_end")
LIKELY = 0.05  # probability of a change from which a place is listed


def main(run: Path, page: Path) -> None:
    """Copy what is registered and write README.md beside it."""
    for name in FILES:
        shutil.copy(run / name, page / name)
    figures = [f for f in sorted((run / "figures").glob("*.png")) if f.stem.startswith(FIGURES)]
    for file in figures:
        with Image.open(file) as image:  # small enough to keep: few colours are used
            image.convert("RGB").quantize(128).save(page / file.name, optimize=True)
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    forecast, baselines = pd.read_csv(run / "forecast.csv"), pd.read_csv(run / "baselines.csv")
    methods = {"model": forecast} | dict(tuple(baselines.groupby("method")))
    held = holders(methods["persistence"])
    parts = [
        head(summary),
        corridor(pd.read_csv(run / "corridor_events.csv")),
        changes(methods, held),
        *[f"![{file.stem}]({file.name})" for file in figures],
        places(methods, held),
        terms(json.loads((run / "manifest.json").read_text(encoding="utf-8"))),
    ]
    (page / "README.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def head(summary: dict[str, Any]) -> str:
    """What this is."""
    return f"""# The forecast of 31 December 2017

On that day there is a corridor from Baghdad to Damascus by every definition. Does it stay open in
2018, and who holds what at the end of each month? By {summary["worlds"]:,} simulated worlds, over
the variants of the rules with their weights (../variants).

The last fact in data, rules, fits and texts is of 31 December 2017; all before is training data,
the second half of 2017 with it. It will be scored elsewhere."""


def corridor(events: pd.DataFrame) -> str:
    """Open at each month end, cut for a week by then, and open again after that."""
    table = events.pivot_table(index="date", columns=["event", "definition"], values="probability")
    ways = "; ".join(f"*{name}* ({text})" for name, text in DEFINITIONS.items())
    lines = [
        "## The corridor",
        "",
        "Share of worlds in which it is open on the last day of a month; in which it has been cut "
        "for seven days in a row or more since it was first open; and in which it has opened again "
        f"after that. For each: by {ways}.",
        "",
        "| | " + " | ".join(f"{e}: {d}" for e in ("open", "cut", "reopened") for d in DEFINITIONS)
        + " |",
        "|---" * 10 + "|",
    ]  # fmt: skip
    for day, row in table.iterrows():
        cells = [f"{row[e, d]:.0%}" for e in ("open", "cut", "reopened") for d in DEFINITIONS]
        lines.append(f"| {day} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def holders(persistence: pd.DataFrame) -> pd.Series:
    """By place, who holds it at the origin."""
    first = persistence[persistence["date"] == persistence["date"].min()]
    found: pd.Series = first[first["probability"] > 0.5].set_index("place")["controller"]
    return found


def lost(table: pd.DataFrame, held: pd.Series) -> pd.DataFrame:
    """(places, dates) chance that each place is with another than at the origin."""
    stays = table[table["controller"] == table["place"].map(held)]
    kept = stays.pivot_table(index="place", columns="date", values="probability")
    return 1.0 - kept.reindex(held.index).fillna(0.0)


def changes(methods: dict[str, pd.DataFrame], held: pd.Series) -> str:
    """How many places change hands: the record before, and each forecast."""
    months = Counter(
        (one.date.year, one.date.month)
        for one in control(SEEDS)
        if date(2016, 12, 31) < one.date and one.date > theatre_spec(SEEDS).first
    )
    record = ", ".join(str(months[2017, m]) for m in range(1, 13))
    others = among_others()
    base = ", ".join(f"{others[year]} in {year}" for year in sorted(others))
    tables = {name: lost(table, held) for name, table in methods.items()}
    dates = list(tables["model"].columns)
    lines = [
        "## How many places change hands",
        "",
        f"In the record of 2017, by month: {record} changes of {len(held)} places, nearly all of "
        "them places of ISIS, which holds "
        f"{int((held == 'isis').sum())} of these now. What is left is the base rate of changes "
        f"between the others: {base}, of which most of 2017 were the Iraqi army's in the disputed "
        "territories in October. The hazard baseline goes on with the rates of the war, so "
        "persistence is the one to beat. Expected number of places that are with another than on "
        "31 December:",
        "",
        "| by | " + " | ".join(tables) + " |",
        "|---" * (len(tables) + 1) + "|",
    ]
    for day in dates:
        cells = [f"{table[day].sum():.1f}" for table in tables.values()]
        lines.append(f"| {day} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def among_others() -> Counter[int]:
    """By year, how many places changed hands between sides other than ISIS."""
    found: Counter[int] = Counter()
    holder: dict[str, str] = {}
    for one in sorted(control(SEEDS), key=lambda one: one.date):
        before = holder.get(one.place, one.controller)
        holder[one.place] = one.controller
        late = one.date > theatre_spec(SEEDS).first
        if late and before != one.controller and "isis" not in (before, one.controller):
            found[one.date.year] += 1
    return found


def places(methods: dict[str, pd.DataFrame], held: pd.Series) -> str:
    """Chance that each place is held by another at the last month end, where it is not small."""
    last = methods["model"]["date"].max()
    change = pd.DataFrame({name: lost(methods[name], held)[last] for name in ("model", "hazard")})
    change = change[change["model"] >= LIKELY].sort_values("model", ascending=False)
    lines = [
        f"## Who holds what on {last}",
        "",
        f"All {len(held)} places at twelve month ends are in `forecast.csv`, the two baselines "
        "registered beside them (persistence; hazard, docs/backtest.md) in `baselines.csv`. "
        f"Places that the model holds at least {LIKELY:.0%} likely to be another's by then:",
        "",
        "| place | held by | model: lost | taken most likely by | hazard baseline: lost |",
        "|---|---|---|---|---|",
    ]
    table = methods["model"][methods["model"]["date"] == last]
    for place, row in change.iterrows():
        others = table[(table["place"] == place) & (table["controller"] != held[place])]
        best = others.sort_values("probability").iloc[-1]
        lines.append(
            f"| {place} | {held[place]} | {row['model']:.0%} | {best['controller']} "
            f"{best['probability']:.0%} | {row['hazard']:.0%} |"
        )
    return "\n".join(lines)


def terms(manifest: dict[str, Any]) -> str:
    """How it will be scored."""
    return f"""## How it will be scored

With `landbridge backtest --origin 2017-12-31 --until 2018-12-31 --truth FILE.csv` in the run's
folder (`./run` makes it): multi-class Brier score from 0 to 2 in its fair form and log score,
beside both baselines, intervals from blocks of places (docs/backtest.md); the events by Brier
and log score at each month end. Registered as content hash `{manifest["content_hash"]}`:
`./run` gives the same again."""


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
