"""Write the page of the forecast from its run folder: `python page.py RUN_FOLDER PAGE_FOLDER`."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pandas as pd

FILES = ("forecast.csv", "baselines.csv", "summary.json", "manifest.json")
FIGURES = ("corridor_date", "routes", "control")
LIKELY = 0.05  # probability of a change from which a place is listed


def main(run: Path, page: Path) -> None:
    """Copy what is registered and write README.md beside it."""
    for name in FILES:
        shutil.copy(run / name, page / name)
    figures = [f for f in sorted((run / "figures").glob("*.png")) if f.stem.startswith(FIGURES)]
    for file in figures:
        shutil.copy(file, page / file.name)
    summary = json.loads((run / "summary.json").read_text())
    worlds = pd.read_parquet(run / "worlds.parquet")
    forecast, baselines = pd.read_csv(run / "forecast.csv"), pd.read_csv(run / "baselines.csv")
    parts = [
        _head(summary),
        _corridor(summary, worlds),
        *[f"![{file.stem}]({file.name})" for file in figures],
        _places(forecast, baselines),
        _terms(json.loads((run / "manifest.json").read_text())),
    ]
    (page / "README.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _head(summary: dict[str, Any]) -> str:
    p = summary["p_corridor"]
    return f"""# The forecast of 4 June 2017

Will the coalition of the Syrian government and the Iraqi militias join up a land corridor from
Baghdad to Damascus by the end of 2017? By these {summary["worlds"]:,} simulated worlds:

- **along paved roads, town by town: {_share(p["road"])}**;
- **over any ground: {_share(p["territory"])}**;

open for 30 days in a row. The brackets are 95% intervals (Clopper-Pearson) for the finite number of
worlds; how wrong the rules may be is not in them.

It was made with what was known by that day: the map, the forces, the pace of fronts and the
parameters fitted to January 2015 to 4 June 2017 (docs/calibration.md). The authors are not naive:
they live later and may have heard what happened. What they could do is done: no fact dated later is
in the data, the parameters, the tests or the rules, and the fit is by a program from a record that
ends that day. Choices of rules cannot be proved free of what their authors know."""


def _share(found: dict[str, float]) -> str:
    return f"{found['estimate']:.1%} [{found['low']:.1%}, {found['high']:.1%}]"


def _corridor(summary: dict[str, Any], worlds: pd.DataFrame) -> str:
    lines = [
        "## When and where",
        "",
        "| | never | first 10% by | first half by | routes, of those that formed |",
        "|---|---|---|---|---|",
    ]
    for way in ("road", "territory"):
        dates = worlds[f"first_date_{way}"].sort_values(na_position="last")
        by = [dates.iloc[int(q * len(dates))] for q in (0.1, 0.5)]
        shown = ["-" if pd.isna(day) else f"{day:%Y-%m-%d}" for day in by]
        route = worlds["route" if way == "road" else "route_territory"]
        named = route[worlds[f"formed_{way}"]].value_counts(normalize=True)
        routes = ", ".join(f"{name} {share:.0%}" for name, share in named.items())
        never = 1 - worlds[f"formed_{way}"].mean()
        lines.append(f"| by {way} | {never:.0%} | {shown[0]} | {shown[1]} | {routes or '-'} |")
    return "\n".join(lines)


def _places(forecast: pd.DataFrame, baselines: pd.DataFrame) -> str:
    """Chance that each place is held by another at the last month end, where that is not small."""
    last = forecast["date"].max()
    held = baselines[(baselines["method"] == "persistence") & (baselines["date"] == last)]
    now = held[held["probability"] > 0.5].set_index("place")["controller"]
    hazard = baselines[(baselines["method"] == "hazard") & (baselines["date"] == last)]
    columns = {"model": forecast[forecast["date"] == last], "hazard": hazard}
    stays = {
        name: table[table["controller"] == table["place"].map(now)]
        .set_index("place")["probability"].reindex(now.index).fillna(0.0)
        for name, table in columns.items()
    }  # fmt: skip
    change = pd.DataFrame({name: 1 - share for name, share in stays.items()})
    change = change[change["model"] >= LIKELY].sort_values("model", ascending=False)
    lines = [
        f"## Who holds what on {last}",
        "",
        "All places at seven month ends are in `forecast.csv`, the two baselines registered beside",
        "them (persistence; nearest-neighbour hazard, docs/backtest.md) in `baselines.csv`. Places",
        f"that the model holds at least {LIKELY:.0%} likely to be another's by then:",
        "",
        "| place | held by | model: lost | taken most likely by | hazard baseline: lost |",
        "|---|---|---|---|---|",
    ]
    table = columns["model"]
    for place, row in change.iterrows():
        others = table[(table["place"] == place) & (table["controller"] != now[place])]
        best = others.sort_values("probability").iloc[-1] if len(others) else None
        taker = f"{best['controller']} {best['probability']:.0%}" if best is not None else "-"
        lines.append(
            f"| {place} | {now[place]} | {row['model']:.0%} | {taker} | {row['hazard']:.0%} |"
        )
    return "\n".join(lines)


def _terms(manifest: dict[str, Any]) -> str:
    return f"""## How it will be scored

With `landbridge backtest origin=2017-06-04 until=2017-12-31 truth=FILE.csv` in the run's folder
(`./run` makes it): multi-class Brier score from 0 to 2 in its fair form and log score, beside both
baselines, intervals from blocks of places (docs/backtest.md). The aim is to beat the hazard
baseline with an interval that excludes 0. On the four periods before, the model fitted to what came
before each did as experiments/splits says.

Registered as content hash `{manifest["content_hash"]}`: `./run` gives the same again."""


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
