"""`ensemble.precision`: how a run is ended by the width of its intervals, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from sim.analysis import summary
from sim.analysis.sequence import when_narrow
from sim.config.choices import PrecisionOf
from sim.config.schema import Ensemble
from sim.ensemble import manifest
from sim.ensemble.fill import Enough
from sim.ensemble.manifest import INTERVAL_LEVEL
from sim.ensemble.run import Prepared, held
from sim.errors import LandbridgeError


@dataclass(frozen=True)
class Precision:
    """What was asked of a folder's intervals; `summary.json` keeps it."""

    half_width: float  # asked for
    of: str  # road, territory or both
    tuned: float  # the half-width asked for first, at which the confidence sequence is narrowest

    @property
    def kinds(self) -> tuple[str, ...]:
        """Which P must be that precise."""
        return summary.KINDS if self.of == PrecisionOf.both.name else (self.of,)

    def as_dict(self, p_corridor: Mapping[str, Mapping[str, float]]) -> dict[str, object]:
        """For JSON, with whether it has been reached."""
        widest = max(p_corridor[kind]["high"] - p_corridor[kind]["low"] for kind in self.kinds)
        return {**asdict(self), "reached": widest <= 2.0 * self.half_width}


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
    enough = when_narrow(*asked_for, have, INTERVAL_LEVEL, ensemble.chances)
    return replace(prepared, scenario=scenario), enough


def _before(directory: Path) -> Precision | None:
    found = (manifest.read(directory) or {}).get("precision")
    if found is None:  # or the manifest was lost
        try:
            found = summary.read(directory).get("precision")
        except LandbridgeError:
            return None
    return Precision(found["half_width"], found["of"], found["tuned"]) if found else None
