"""Logs of events made by hand, on a map that is a row of hexes 10 km apart, with two places."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.analysis.check_model.plans import REASONS
from sim.analysis.check_model.watch import COLUMNS, Log

HEXES, UNITS, FACTIONS, DAYS = 6, 8, 3, 70
MAP: Any = SimpleNamespace(
    theatre=SimpleNamespace(x=np.array([0.0, 10, 20, 30, 40, 50, 0, 50]), y=np.zeros(UNITS)),
    hexes=HEXES,
)


def log(
    worlds: int = 2,
    lost: Any = None,
    fallen: Any = None,
    hungered: Any = None,
    **rows: Sequence[Any],
) -> Log:
    """A log with these rows of events, in the order of their columns."""
    tables: dict[str, Any] = {}
    for name, columns in COLUMNS.items():
        found = np.array(rows.get(name, []), np.int64).reshape(-1, len(columns))
        tables[name] = dict(zip(columns, found.T, strict=True))
    nobody = np.zeros((DAYS // 7 + 1, worlds, FACTIONS), np.int64)
    return Log(
        **tables,
        plans=np.zeros((worlds, FACTIONS, len(REASONS)), np.int64),
        lost=nobody if lost is None else np.array(lost),
        fallen=nobody[0] if fallen is None else np.array(fallen),
        hungered=nobody[0] if hungered is None else np.array(hungered),
        stranded=np.zeros((FACTIONS, UNITS)),
        slack=np.ones((worlds, UNITS), np.int32),
        holder=np.zeros(UNITS, np.int64),
        days=DAYS,
    )
