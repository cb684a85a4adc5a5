"""Write the page of the forecast: `python page.py RUN_FOLDER PAGE_FOLDER SCENARIOS_FOLDER`."""

from __future__ import annotations

import shutil
import sys
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

SCENARIOS = "scenarios.csv"  # P under each scenario
LIKELY = 0.2  # probability of a change from which a place is listed


def main(run: Path, page: Path, scenarios: Path) -> None:
    """Copy what is registered and write README.md beside it."""
    figures = [file.name for file in registered(run, page)]
    shutil.copy(scenarios / "summary.csv", page / SCENARIOS)
    (page / "README.md").write_text(text(page, figures), encoding="utf-8")


def text(run: Path, figures: list[str]) -> str:
    """The page, from what is registered."""
    tables = methods(run)
    held = holders(tables["persistence"])
    summary = read(run / "summary.json")
    parts = [
        head(summary),
        corridor(pd.read_csv(run / "corridor_events.csv")),
        by_scenario(pd.read_csv(run / SCENARIOS)),
        "\n".join(["## How many places change hands", "",
                   f"Expected number of the {len(held)} places and enclaves that are with another "
                   "than on 1 June 1992:", "", *expected_changes(tables, held)]),
        *[f"![{Path(name).stem}]({name})" for name in figures],
        places(tables, held, LIKELY),
        terms(read(run / "manifest.json")),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def head(summary: dict[str, Any]) -> str:
    """What this is, and the answer."""
    rows = [
        "| definition | opened by 31 December 1992 | and open for 30 days |",
        "|---|---|---|",
    ]
    for name, one in summary["definitions"].items():
        cells = [f"{one[s]['estimate']:.1%} [{one[s]['low']:.1%}, {one[s]['high']:.1%}]"
                 for s in ("opened", "formed")]  # fmt: skip
        rows.append(f"| {name} | " + " | ".join(cells) + " |")
    return f"""# Northern Bosnia, the forecast of 1 June 1992

Will Banja Luka and Bijeljina be joined by land by the end of 1992, by territory and by road? A
second theatre (`seeds/posavina_1992`), run with the rules, the weights of their variants and the
inputs that were fitted to the first one: nothing was changed to suit it. Data, settings and texts
end on 1 June 1992. It is no blind test, since what happened is famous; it tests whether the rules
carry over. By {summary["worlds"]:,} simulated worlds, with 95% intervals for their number alone:

""" + "\n".join(rows)


def by_scenario(points: pd.DataFrame) -> str:
    """P under each scenario."""
    lines = [
        "## What would change it",
        "",
        "P(open for 30 days) under each scenario, 1,000 worlds that share random numbers:",
        "",
        "| scenario | by territory | by road |",
        "|---|---|---|",
    ]
    for _, row in points.iterrows():
        cells = [f"{row[f'p_{k}']:.1%} [{row[f'p_{k}_low']:.1%}, {row[f'p_{k}_high']:.1%}]"
                 for k in ("territory", "road")]  # fmt: skip
        lines.append(f"| {row['scenario']} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def terms(manifest: dict[str, Any]) -> str:
    """How it will be scored."""
    return f"""## How it will be scored

With `landbridge backtest theatre=posavina_1992 --origin 1992-06-01 --until 1992-12-31 --truth
FILE.csv` in the run's folder (`./run` makes it): multi-class Brier score from 0 to 2 in its fair
form and log score, beside both baselines, intervals from blocks of places (docs/backtest.md); the
events by Brier and log score at each month end. Registered as content hash
`{manifest["content_hash"]}`: `./run` gives the same again."""


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
