"""`ensemble.precision`: how a run is ended by the width of its intervals, and what it then says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sim.analysis.run import summary
from sim.analysis.stats.confidence_sequence import Precision, when_narrow
from sim.config.schema import Ensemble
from sim.ensemble.run import Prepared, held
from sim.ensemble.schedule import Enough
from sim.ensemble.store import manifest
from sim.ensemble.store.manifest import INTERVAL_LEVEL
from sim.errors import LandbridgeError


def asked(ensemble: Ensemble, directory: Path) -> Precision | None:
    """What these settings ask of a folder, None if nothing is and nothing ever was.

    A folder that was once ended by its precision keeps its confidence sequence, tuned as it was
    then: its worlds have been looked at.
    """
    before = _before(directory)
    if ensemble.precision == 0.0:
        return before
    tuned = before.tuned if before else ensemble.precision
    return Precision(ensemble.precision, ensemble.precision_of.name, tuned)


def ended(prepared: Prepared, directory: Path, wanted: Precision) -> tuple[Prepared, Enough]:
    """The same with as many worlds as there may be, and when there are enough of them."""
    have = held(directory)
    ensemble = prepared.typed.ensemble
    most = replace(ensemble, worlds=max(ensemble.max_worlds, have))
    scenario = replace(prepared.scenario, config=replace(prepared.typed, ensemble=most))
    asked_for = (wanted.half_width, wanted.tuned, wanted.kinds)
    enough = when_narrow(*asked_for, have, INTERVAL_LEVEL, ensemble.replications_per_draw)
    return replace(prepared, scenario=scenario), enough


def _before(directory: Path) -> Precision | None:
    precision = (manifest.read(directory) or {}).get("precision")
    if precision is None:  # or the manifest was lost
        try:
            precision = summary.read(directory).get("precision")
        except LandbridgeError:
            return None
    return (
        Precision(precision["half_width"], precision["of"], precision["tuned"])
        if precision
        else None
    )
