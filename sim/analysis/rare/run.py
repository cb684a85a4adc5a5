"""The study of a rare event: a corridor by splitting, in a folder with one result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sim import disk
from sim.analysis.rare.corridor_event import Corridor
from sim.analysis.rare.estimate import Rare, rare
from sim.analysis.studies.points import claimed
from sim.config import saved
from sim.ensemble.run import Prepared, prepare
from sim.ensemble.simulator import Simulator
from sim.ensemble.store import folder
from sim.ensemble.store.manifest import as_json

FILE, KIND = "rare.json", "rare"


@dataclass(frozen=True)
class Effort:
    """How hard is tried."""

    particles: int = 200  # worlds in each repetition and pilot
    repeats: int = 16  # independent repetitions, which the interval comes from
    rounds: int = 2  # of learning
    pilots: int = 4  # in each round

    @property
    def lives(self) -> int:
        """Repetitions and pilots."""
        return self.repeats + self.rounds * self.pilots


@dataclass(frozen=True)
class RarePlan:
    """An estimate that is asked for: nothing is on disk yet."""

    prepared: Prepared
    overrides: Sequence[str]
    kind: str
    effort: Effort

    @property
    def asked(self) -> dict[str, Any]:
        """What the result depends on, besides the settings."""
        settings = self.prepared.typed
        about = {"scenario": settings.scenario, "until": settings.clock.until}
        return {"kind": self.kind, **about, **asdict(self.effort)}


def plan_rare(
    config: saved.Settings,
    overrides: Sequence[str],
    kind: str,
    effort: Effort,
    simulator: Simulator | None = None,
) -> RarePlan:
    """Check the settings, made from `overrides`; raises LandbridgeError."""
    kept = [override for override in overrides if not override.startswith("hydra.")]
    return RarePlan(prepare(config, simulator), kept, kind, effort)


def run_rare(
    plan: RarePlan, directory: Path, watch: Callable[[int, int], None] | None = None
) -> Rare:
    """Estimate, and write `rare.json`; an estimate that is interrupted leaves nothing."""
    prepared, settings = plan.prepared, plan.prepared.typed
    event = Corridor.of(prepared.setup, plan.kind)
    with claimed(directory, prepared, KIND, FILE, plan.asked, plan.overrides, "estimate"):
        estimate = rare(
            event,
            event.guide(),
            **asdict(plan.effort),
            seed=settings.ensemble.seed,
            threads=settings.executor.threads,
            watch=watch,
        )
        tree = {**plan.asked, "overrides": plan.overrides, **estimate.as_dict()}
        disk.stage(directory / FILE, as_json(tree))
        folder.commit(directory, [FILE], complete=True)
    return estimate
