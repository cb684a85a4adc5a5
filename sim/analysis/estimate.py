"""A scenario from settings to summary: the run, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from sim.analysis import precision, summary
from sim.config.check import horizon
from sim.ensemble.fill import Watch
from sim.ensemble.read import frame
from sim.ensemble.run import Prepared, run
from sim.errors import LandbridgeError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Result:
    """A finished run; what is large is read from its folder when asked for."""

    directory: Path
    summary: dict[str, Any]
    kept_alive: TemporaryDirectory[str] | None = None  # goes when the result does

    @property
    def p_corridor(self) -> dict[str, dict[str, Any]]:
        """By `road` and `territory`: `estimate`, `low`, `high`, `level`, `method`."""
        found: dict[str, dict[str, Any]] = self.summary["p_corridor"]
        return found

    @cached_property
    def worlds(self) -> pd.DataFrame:
        """A row a world, in replicate order."""
        return frame(self.directory, "worlds")

    @cached_property
    def cells(self) -> pd.DataFrame:
        """A row a unit, date and holder: in how many worlds."""
        return frame(self.directory, "cells")

    @cached_property
    def curves(self) -> pd.DataFrame:
        """A row a curve and date: mean and quantiles of alarm."""
        return frame(self.directory, "curves")


def estimate(
    prepared: Prepared,
    directory: Path | None = None,
    overrides: Sequence[str] = (),
    watch: Watch | None = None,
) -> Result:
    """Run what is missing of a scenario in `directory` (None: a temporary one) and sum it up.

    With `ensemble.precision` it ends when the intervals are narrow enough.
    A folder that already holds all worlds asked for keeps the seconds of when they were made.
    """
    temporary = TemporaryDirectory(prefix="landbridge-") if directory is None else None
    at = Path(temporary.name) if temporary else Path(directory or ".")
    settings = prepared.typed
    wanted, enough = precision.asked(settings.ensemble, at), None
    if settings.ensemble.precision and wanted:
        prepared, enough = precision.ended(prepared, at, wanted)
    finished = run(prepared, at, overrides, watch, enough)
    seconds = finished.seconds
    if finished.fresh == 0:
        try:
            seconds = float(summary.read(at)["seconds"])
        except LandbridgeError:
            seconds = finished.seconds
    said = summary.summarise(
        at, settings.scenario, settings.ensemble.chances, seconds, wanted, horizon(settings)
    )
    return Result(at, said, temporary)
