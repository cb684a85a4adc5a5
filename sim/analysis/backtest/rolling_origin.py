"""Several origins, each forecast until the next: scores of each, and of all together.

No fact is scored twice and, as long as what a forecast was fitted to lies before its origin, none
is both fitted and scored.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from sim.analysis.backtest.backtest import Backtest, evaluated, write_scores
from sim.analysis.backtest.scoring import Scorable
from sim.errors import LandbridgeError


def spans(origins: Sequence[str], until: str) -> list[tuple[str, str]]:
    """(origin, until) of each split; raises LandbridgeError for days that are not in order."""
    ends = [*origins[1:], until]
    for first, last in zip(origins, ends, strict=True):
        if _day(first) >= _day(last):
            raise LandbridgeError(f"--origin={first}: must be before {last}, the end of its split")
    return list(zip(origins, ends, strict=True))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise LandbridgeError(f"--origin={text}: must be a date such as 2017-02-01") from error


def pooled(
    splits: Sequence[Backtest], directory: Path, coalition: Collection[str]
) -> dict[str, Any]:
    """Score all splits together; writes `cases.csv` and `scores.json` of them in `directory`.

    Raises LandbridgeError if a split has nothing to score.
    """
    for split in splits:
        if split.scores is None:
            raise LandbridgeError(
                f"--origin={split.origin}: nothing is known of what happened after"
            )
    table = pd.concat([split.cases for split in splits], ignore_index=True)
    scored = [Scorable(split.forecasts, split.record, split.cases) for split in splits]
    first = splits[0].scores or {}
    scores = {
        **{key: first[key] for key in ("scenario", "worlds", "seed", "uncertainty")},
        "origin": ", ".join(str(split.origin) for split in splits),
        "until": max((split.scores or {})["until"] for split in splits),
        "dates": sorted(set(table["date"])),
        **evaluated(scored, coalition),
        "splits": {str(split.origin): split.scores for split in splits},
    }
    write_scores(directory, table, scores)
    return scores
