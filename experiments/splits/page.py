"""Write the page of the splits from their folder: `python page.py RUN_FOLDER PAGE_FOLDER`."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

WORST = 5  # places listed of a split
SPLIT = ("origin", "until", "cases", "brier", "log", "skill")
SCORES = ("brier", "log")
METHODS = ("model", "persistence", "hazard")


def main(run: Path, page: Path) -> None:
    """Write README.md, with the figures beside it."""
    scores = json.loads((run / "scores.json").read_text())
    figures = sorted((run / "figures").glob("*.png"))
    for file in figures:
        shutil.copy(file, page / file.name)
    (page / "scores.json").write_text(json.dumps(shown(scores), indent=1) + "\n")
    (page / "README.md").write_text(text(shown(scores), [file.name for file in figures]))


def shown(scores: dict[str, Any]) -> dict[str, Any]:
    """Of all scores those that the page shows, and the quiet splits together."""
    split = {
        name: {key: one[key] for key in (*SPLIT, "worst_places")}
        for name, one in scores["splits"].items()
    }
    for one in split.values():
        one["worst_places"] = {"vs_hazard": one["worst_places"]["vs_hazard"][:WORST]}
    return {
        **{
            key: scores[key] for key in (*SPLIT, "places", "dates", "worlds", "seed", "uncertainty")
        },
        "takeovers": scores["takeovers"],
        "quiet": {s: {m: _mean(list(split.values())[:-1], s, m) for m in METHODS} for s in SCORES},
        "splits": split,
    }


def _mean(splits: list[dict[str, Any]], score: str, method: str) -> float:
    """The mean of a score over all cases of some splits."""
    cases = sum(one["cases"] for one in splits)
    return float(sum(one[score][method]["estimate"] * one["cases"] for one in splits) / cases)


def text(scores: dict[str, Any], figures: list[str]) -> str:
    """The page."""
    parts = [
        _head(scores),
        *[f"![{Path(name).stem}]({name})" for name in figures],
        _worst(scores),
        _takeovers(scores),
        "Written by `page.py`; how it is scored: [docs/backtest.md](../../docs/backtest.md).",
    ]
    return "\n\n".join(parts) + "\n"


def _head(scores: dict[str, Any]) -> str:
    lines = [
        "# Does the model foretell who holds what better than naive forecasts?",
        "",
        f"{len(scores['splits'])} origins, each forecast until the next:",
        f"{scores['places']} places at {len(scores['dates'])} month ends. `./run` does it",
        f"({scores['worlds']} worlds, seed {scores['seed']}, inputs {scores['uncertainty']}:",
        "fitted for each origin to what came before, docs/calibration.md). Rules, priors and the",
        "weights of the variants are by people who had seen all five periods; the last one is a",
        "post-mortem of the forecast that was registered for it (../forecast_2017).",
        "",
        "| split | Brier: model | persistence | hazard | skill to persistence | skill to hazard |"
        " log: model | persistence | hazard | log skill to hazard |",
        "|---|" + "---|" * 9,
    ]
    for name, one in (*scores["splits"].items(), ("all", scores)):
        span = name if name == "all" else f"{one['origin']} to {one['until']}"
        brier = [f"{one['brier'][m]['estimate']:.3f}" for m in METHODS]
        log = [f"{one['log'][m]['estimate']:.3f}" for m in METHODS]
        skill = [_interval(one["skill"]["brier"][m]) for m in METHODS[1:]]
        cells = [span, *brier, *skill, *log, _interval(one["skill"]["log"]["hazard"])]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _interval(found: dict[str, Any]) -> str:
    low, high = (
        "-" if end is None or abs(end) == float("inf") else f"{end:.2f}"
        for end in (found["low"], found["high"])
    )
    return f"{found['estimate']:.2f} [{low}, {high}]"


def _worst(scores: dict[str, Any]) -> str:
    lines = [
        "Where it loses most to the hazard baseline (mean Brier scores of the place,",
        "model/persistence/hazard):",
        "",
        "| split | places |",
        "|---|---|",
    ]
    for name, one in scores["splits"].items():
        rows = [
            f"{p['place']} {p['model']:.2f}/{p['persistence']:.2f}/{p['hazard']:.2f}"
            for p in one["worst_places"]["vs_hazard"]
        ]
        lines.append(f"| {name} | {'; '.join(rows)} |")
    return "\n".join(lines)


def _takeovers(scores: dict[str, Any]) -> str:
    lines = [
        "Takeovers from the origin to the last month end of each split, summed over the splits",
        "(expected by the model and by the hazard baseline, and how many happened):",
        "",
        "| from | to | model | hazard | happened |",
        "|---|---|---|---|---|",
    ]
    rows = sorted(scores["takeovers"], key=lambda r: -max(r["happened"], r["model"], r["hazard"]))
    for r in rows:
        if max(r["happened"], r["model"], r["hazard"]) >= 1:
            lines.append(
                f"| {r['holder']} | {r['taker']} | {r['model']:.1f} | {r['hazard']:.1f} "
                f"| {r['happened']:.0f} |"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
