"""The study of a threshold: values of a setting are run until a crossing is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim import disk
from sim.analysis.studies.points import Begin, PointRuns, plain_worlds
from sim.analysis.studies.threshold import Response, solve
from sim.arrays import Flags
from sim.config.bounds import bound_of
from sim.ensemble.schedule import Watch
from sim.ensemble.simulator import Simulator
from sim.ensemble.store import folder
from sim.ensemble.store.manifest import as_json
from sim.errors import LandbridgeError

FILE, KIND = "solve.json", "solve"
_WIDEST = 1000.0  # a range wider than that is no guess at where to look


@dataclass(frozen=True)
class ThresholdPlan:
    """A threshold that is looked for: nothing is on disk yet."""

    runs: PointRuns
    overrides: Sequence[str]
    key: str
    target: float
    low: float
    high: float
    kind: str
    points: int
    rounds: int

    @property
    def most(self) -> int:
        """Points at most."""
        return self.points * self.rounds


def plan_threshold(
    overrides: Sequence[str],
    key: str,
    target: float,
    directory: Path,
    *,
    kind: str = "road",
    low: float | None = None,
    high: float | None = None,
    points: int = 7,
    rounds: int = 2,
    config_dir: Path | None = None,
    simulator: Simulator | None = None,
) -> ThresholdPlan:
    """Check what is asked; raises LandbridgeError for settings and ranges that cannot be."""
    if not 0.0 <= target <= 1.0:
        raise LandbridgeError(f"target={target:g}: must be a number from 0 to 1")
    given = [*plain_worlds(overrides), *overrides]
    runs = PointRuns(given, config_dir, simulator, directory)
    runs.setting(key)
    ends = _ends(key, low, high)
    return ThresholdPlan(runs, overrides, key, target, *ends, kind, points, rounds)


def _ends(key: str, low: float | None, high: float | None) -> tuple[float, float]:
    """The range of a setting: as given, or all that is allowed; raises LandbridgeError."""
    bound = bound_of(key) or (-float("inf"), float("inf"))
    ends = []
    for name, asked, end in (("low", low, bound[0]), ("high", high, bound[1])):
        if asked is None and not abs(end) <= _WIDEST:
            raise LandbridgeError(f"--{name}: give the range of {key} to look in (--low, --high)")
        value = end if asked is None else asked
        if not bound[0] <= value <= bound[1]:
            allowed = f"from {bound[0]:g} to {bound[1]:g}"
            raise LandbridgeError(f"--{name}={value:g}: must be a number {allowed}")
        ends.append(value)
    if not ends[0] < ends[1]:
        raise LandbridgeError(f"--low={ends[0]:g}: must be less than --high={ends[1]:g}")
    return ends[0], ends[1]


def run_threshold(
    plan: ThresholdPlan, watch: Watch | None = None, begin: Begin | None = None
) -> Response:
    """Run what is missing, and write `solve.json`.

    Args:
        plan: what is asked.
        watch: is told of every block of worlds.
        begin: is told of every point that begins.
    """
    runs, key = plan.runs, plan.key
    whole = isinstance(runs.setting(key), int)

    def ask(value: float) -> Flags:
        text = str(int(value)) if whole else f"{value:.6g}"
        return runs.run(text, [f"{key}={text}"], watch, begin)[plan.kind]

    with folder.opened(runs.directory, KIND, [FILE]):
        response = solve(
            ask, plan.low, plan.high, plan.target,
            points=plan.points, rounds=plan.rounds, whole=whole, per_draw=runs.per_draw,
        )  # fmt: skip
        tree = {"over": key, "kind": plan.kind, "worlds": runs.worlds, **response.as_dict()}
        disk.stage(runs.directory / FILE, as_json(tree))
        folder.commit(runs.directory, [FILE], complete=True, folders=runs.folders)
    return response
