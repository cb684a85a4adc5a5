"""Write the page of the forecast from its run folder: `python page.py RUN_FOLDER PAGE_FOLDER`."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from forecast_page import (
    corridor,
    expected_changes,
    holders,
    methods,
    places,
    read,
    registered,
)

from sim.paths import theatre_folder
from sim.theatre.history.reports import control
from sim.theatre.spec import theatre_spec

SEEDS = theatre_folder("iraq_syria_jordan")


def main(run: Path, page: Path) -> None:
    """Copy what is registered and write README.md beside it."""
    figures = [file.name for file in registered(run, page)]
    (page / "README.md").write_text(text(page, figures), encoding="utf-8")


def text(run: Path, figures: list[str]) -> str:
    """The page, from what is registered."""
    tables = methods(run)
    held = holders(tables["persistence"])
    parts = [
        head(read(run / "summary.json")),
        corridor(pd.read_csv(run / "corridor_events.csv")),
        changes(tables, held),
        *[f"![{Path(name).stem}]({name})" for name in figures],
        places(tables, held),
        terms(read(run / "manifest.json")),
    ]
    return "\n\n".join(parts) + "\n"


def head(summary: dict[str, Any]) -> str:
    """What this is."""
    return f"""# The forecast of 31 December 2017

On that day there is a corridor from Baghdad to Damascus by every definition. Does it stay open in
2018, and who holds what at the end of each month? By {summary["worlds"]:,} simulated worlds, over
the variants of the rules with their weights (../variants).

The last fact in data, rules, fits and texts is of 31 December 2017; all before is training data,
the second half of 2017 with it. It will be scored elsewhere."""


def changes(tables: dict[str, pd.DataFrame], held: pd.Series) -> str:
    """How many places change hands: the record before, and each forecast."""
    months = Counter(
        (one.date.year, one.date.month)
        for one in control(SEEDS)
        if date(2016, 12, 31) < one.date and one.date > theatre_spec(SEEDS).first
    )
    record = ", ".join(str(months[2017, m]) for m in range(1, 13))
    others = among_others()
    base = ", ".join(f"{others[year]} in {year}" for year in sorted(others))
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
        *expected_changes(tables, held),
    ]
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


def terms(manifest: dict[str, Any]) -> str:
    """How it will be scored."""
    return f"""## How it will be scored

With `landbridge backtest --origin 2017-12-31 --until 2018-12-31 --truth FILE.csv` in the run's
folder (`./run` makes it): multi-class Brier score from 0 to 2 in its fair form and log score,
beside both baselines, intervals from blocks of places (docs/backtest.md); the events by Brier
and log score at each month end. Registered as content hash
`{manifest["content_hash"]}`: `./run` gives the same
again.

After it was registered, columns were renamed and the hazard baseline got one form and one window
(CHANGELOG): `./run` now gives the same worlds under another hash, and other numbers in
`baselines.csv`. What will be scored is what lies here."""


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
