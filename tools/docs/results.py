"""Keep what the documentation quotes: `make results`.

Of the baseline, the scenarios and the fits of the variants until the origin only what is quoted is
kept, in `docs/results/`; `tests/docs/test_numbers.py` holds the pages to it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd

RESULTS = Path(__file__).resolve().parents[2] / "docs" / "results"
UNTIL = "2017-06-04"
NOT_QUOTED = ("dates", "events", "crossings", "shares", "means")
COLUMNS = ("p_{}", "p_{}_low", "p_{}_high", "p_{}_lowest", "p_{}_highest", "median_date_{}")


def main(run: Path, sweep: Path, fits: Path, checks: Path) -> None:
    """Write the files of `docs/results/`."""
    summary = _read(run / "summary.json")
    _write("baseline", {key: value for key, value in summary.items() if key not in NOT_QUOTED})
    columns = [column.format(kind) for kind in ("road", "territory") for column in COLUMNS]
    table = pd.read_csv(sweep / "summary.csv")[["scenario", "worlds", *columns]]
    table.to_csv(RESULTS / "scenarios.csv", index=False)
    fitted: dict[str, Any] = {}
    for variant in summary["variants"]:
        inputs = _read(fits / variant / "calibration.json")["until"][UNTIL]["parameters"]
        fitted["prior"] = {name: ranges["prior"] for name, ranges in inputs.items()}
        fitted[variant] = {name: ranges["posterior"] for name, ranges in inputs.items()}
    _write("fitted", fitted)
    folders = {"all": checks / "all"} | {name: checks / name for name in summary["variants"]}
    _write("check", {name: _checked(folder) for name, folder in folders.items()})


def _checked(folder: Path) -> dict[str, Any]:
    """By check, its value and whether it passed."""
    return {
        check["key"]: {"value": check["value"], "passed": check["result"] == "pass"}
        for check in _read(folder / "check.json")["checks"]
    }


def _read(file: Path) -> dict[str, Any]:
    tree: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return tree


def _write(name: str, tree: dict[str, Any]) -> None:
    (RESULTS / f"{name}.json").write_text(json.dumps(tree, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
