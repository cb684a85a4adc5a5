"""What the pages of registered forecasts share: tables of corridors and of places."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
from PIL import Image

from sim.definitions import DEFINITIONS

FILES = ("forecast.csv", "baselines.csv", "corridor_events.csv", "summary.json", "manifest.json")
FIGURES = ("control", "front_end")
LIKELY = 0.05  # probability of a change from which a place is listed


def registered(run: Path, page: Path) -> list[Path]:
    """Copy what is registered, and the figures in few colours; returns the figures."""
    for name in FILES:
        shutil.copy(run / name, page / name)
    figures = [f for f in sorted((run / "figures").glob("*.png")) if f.stem.startswith(FIGURES)]
    for file in figures:
        with Image.open(file) as image:  # small enough to keep: few colours are used
            image.convert("RGB").quantize(128).save(page / file.name, optimize=True)
    return figures


def methods(run: Path) -> dict[str, pd.DataFrame]:
    """The forecast of the model and of both baselines, by name."""
    baselines = pd.read_csv(run / "baselines.csv")
    return {"model": pd.read_csv(run / "forecast.csv")} | dict(tuple(baselines.groupby("method")))


def read(file: Path) -> dict[str, Any]:
    """A JSON file of a run."""
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


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


def expected_changes(tables: dict[str, pd.DataFrame], held: pd.Series) -> list[str]:
    """A table of the expected number of places with another than at the origin, by month end."""
    changed = {name: lost(table, held) for name, table in tables.items()}
    lines = ["| by | " + " | ".join(changed) + " |", "|---" * (len(changed) + 1) + "|"]
    for day in changed["model"].columns:
        cells = [f"{table[day].sum():.1f}" for table in changed.values()]
        lines.append(f"| {day} | " + " | ".join(cells) + " |")
    return lines


def places(tables: dict[str, pd.DataFrame], held: pd.Series, likely: float = LIKELY) -> str:
    """Chance that each place is held by another at the last month end, where it is not small."""
    last, ends = tables["model"]["date"].max(), tables["model"]["date"].nunique()
    change = pd.DataFrame({name: lost(tables[name], held)[last] for name in ("model", "hazard")})
    change = change[change["model"] >= likely].sort_values("model", ascending=False)
    lines = [
        f"## Who holds what on {last}",
        "",
        f"All {len(held)} places at {ends} month ends are in `forecast.csv`, the two baselines "
        "registered beside them (persistence; hazard, docs/backtest.md) in `baselines.csv`. "
        f"Places that the model holds at least {likely:.0%} likely to be another's by then:",
        "",
        "| place | held by | model: lost | taken most likely by | hazard baseline: lost |",
        "|---|---|---|---|---|",
    ]
    table = tables["model"][tables["model"]["date"] == last]
    for place, row in change.iterrows():
        others = table[(table["place"] == place) & (table["controller"] != held[place])]
        best = others.sort_values("probability").iloc[-1]
        lines.append(
            f"| {place} | {held[place]} | {row['model']:.0%} | {best['controller']} "
            f"{best['probability']:.0%} | {row['hazard']:.0%} |"
        )
    return "\n".join(lines)
