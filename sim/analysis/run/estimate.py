"""A scenario from settings to summary: the run, and what it says."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import finalize

from sim import disk
from sim.analysis.run import precision, summary
from sim.config.check import horizon
from sim.ensemble.run import Prepared, run
from sim.ensemble.schedule import Job, Watch
from sim.ensemble.store import folder
from sim.ensemble.store.manifest import as_json
from sim.ensemble.store.read import frame
from sim.ensemble.store.repair import SUMMARY
from sim.errors import LandbridgeError
from sim.paths import located

if TYPE_CHECKING:
    import pandas as pd


class Temporary:
    """A folder that goes with this object, in the process that made it.

    A pickle holds its files and becomes a folder of its own, so that a result may be sent to
    another process, or machine, and outlive the one it was made in.
    """

    def __init__(self) -> None:
        """Make the folder."""
        self.directory = located(tempfile.mkdtemp(prefix="landbridge-"), "directory")
        finalize(self, _remove, self.directory, os.getpid())

    def __reduce__(self) -> tuple[Any, ...]:
        """What a pickle holds."""
        files = [file for file in self.directory.rglob("*") if file.is_file()]
        content = {str(file.relative_to(self.directory)): file.read_bytes() for file in files}
        return _temporary, (content,)


def _temporary(content: Mapping[str, bytes]) -> Temporary:
    made = Temporary()
    for name, raw in content.items():
        disk.write(made.directory / name, raw, sync=False)
    return made


def _remove(directory: Path, process: int) -> None:
    if os.getpid() == process:  # a fork has the object too, and not the folder
        shutil.rmtree(directory, ignore_errors=True)


@dataclass(frozen=True)
class Result:
    """A finished run; what is large is read from its folder when asked for."""

    place: Path | Temporary  # a temporary folder goes when the result does
    summary: dict[str, Any]

    @property
    def directory(self) -> Path:
        """The run folder."""
        return self.place.directory if isinstance(self.place, Temporary) else self.place

    @property
    def p_corridor(self) -> dict[str, dict[str, Any]]:
        """By `road` and `territory`: `estimate`, `low`, `high`, `level`, `method`."""
        by_kind: dict[str, dict[str, Any]] = self.summary["p_corridor"]
        return by_kind

    @cached_property
    def worlds(self) -> pd.DataFrame:
        """A row a world, in order."""
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
    kind: str = "run",
) -> Result:
    """Run what is missing of a scenario in `directory` (None: a temporary one) and sum it up.

    With `ensemble.precision` it ends when the intervals are narrow enough.
    A folder that already holds all worlds asked for keeps the seconds of when they were made.
    """
    began = time.perf_counter()
    place = Temporary() if directory is None else directory
    at = place.directory if isinstance(place, Temporary) else place
    settings = prepared.typed
    with folder.opened(at, kind):
        wanted, enough = precision.asked(settings.ensemble, at), None
        if settings.ensemble.precision and wanted:
            prepared, enough = precision.ended(prepared, at, wanted)
        made: dict[str, Any] = {}

        def sum_up(job: Job) -> None:
            spent = _spent(at) if job.fresh == 0 else None
            seconds = time.perf_counter() - began if spent is None else spent
            per_draw, span = settings.ensemble.replications_per_draw, horizon(settings)
            beyond = settings.clock.beyond_days
            made.update(
                summary.summarise(at, settings.scenario, per_draw, seconds, wanted, span, beyond)
            )
            disk.stage(at / SUMMARY, as_json(made))

        run(prepared, at, overrides, watch, enough, sum_up, kind)
        if "precision" in made:
            folder.commit(at, precision=made["precision"])
    return Result(place, made)


def _spent(directory: Path) -> float | None:
    """The seconds that the worlds of a folder took, None if it does not say."""
    try:
        return float(summary.read(directory)["seconds"])
    except (LandbridgeError, KeyError, TypeError, ValueError):
        return None
