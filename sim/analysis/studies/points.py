"""Studies of one scenario at many points: run as a sweep, or one point after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim.analysis.run.estimate import estimate
from sim.analysis.sweep.summary import sweep_all
from sim.arrays import Flags
from sim.config import saved
from sim.config.compose import Composer
from sim.config.schema import Executor
from sim.definitions import KINDS
from sim.ensemble.run import Prepared, begin, kept, prepare, refuse_foreign
from sim.ensemble.schedule import Progress, Watch
from sim.ensemble.simulator import Simulator
from sim.ensemble.store import folder, manifest
from sim.ensemble.store.read import WorldsFile
from sim.ensemble.sweep.points import Point, Sweep
from sim.errors import LandbridgeError
from sim.paths import shown

_PLAIN = {"clock.beyond_days": "0", "ensemble.replications_per_draw": "1"}

Start = Callable[[Sequence[Progress]], None]
Begin = Callable[[int, float | None], None]  # number of the point, seconds that one takes if known


def plain_worlds(overrides: Sequence[str]) -> list[str]:
    """What asks for worlds that end at the horizon, each with its own draw, unless that is set."""
    given = {override.partition("=")[0] for override in overrides}
    return [f"{key}={value}" for key, value in _PLAIN.items() if key not in given]


def run_points(
    study: Sweep,
    where: Executor,
    name: Callable[[Point], str],
    watch: Watch | None = None,
    start: Start | None = None,
) -> None:
    """Run what is missing of all points; raises LandbridgeError if one failed, by its name."""
    result = sweep_all(study, where, watch, start)
    names = {point.number: name(point) for point in study.points}
    for number, error in result.failed.items():
        raise LandbridgeError(f"{names[number]}: {error}")


class PointRuns:
    """Runs of a scenario at points not known beforehand, under common random numbers."""

    def __init__(
        self,
        overrides: Sequence[str],
        config_dir: Path | None,
        simulator: Simulator | None,
        directory: Path,
    ) -> None:
        """Points in `directory`, to be held when they run; called again it continues."""
        self._overrides = [override for override in overrides if not override.startswith("hydra.")]
        self._composer, self._simulator = Composer(config_dir), simulator
        self._spent: list[float] = []  # seconds, of the points that have been run
        self.directory = directory
        self.folders: list[str] = []  # of the points, below it
        self.config = self._composer.compose(self._overrides)
        self.per_draw = int(self.config.ensemble.replications_per_draw)
        self.worlds = int(self.config.ensemble.worlds)

    def setting(self, key: str) -> float | int:
        """The value of a number; raises LandbridgeError if the key is none."""
        value = saved.value(self.config, key)
        if isinstance(value, bool) or not isinstance(value, float | int):
            what = "unknown key" if value is None else "not a number"
            raise LandbridgeError(f"{key}: {what}; give the key of a number")
        return value

    def run(
        self,
        name: str,
        overrides: Sequence[str],
        watch: Watch | None = None,
        begin: Begin | None = None,
    ) -> dict[str, Flags]:
        """Run a point in the folder `name`: (worlds,) has a corridor, by kind and world."""
        given = [*self._overrides, *overrides]
        at = self.directory / "points" / name
        self.folders.append(f"points/{name}")
        if begin is not None:
            usual = sorted(self._spent)[len(self._spent) // 2] if self._spent else None
            begin(len(self.folders), usual)
        began = time.perf_counter()
        prepared = prepare(self._composer.compose(given), self._simulator)
        estimate(prepared, at, given, watch, kind="point")
        self._spent.append(time.perf_counter() - began)
        with WorldsFile(at) as worlds:
            return {way: worlds.values(f"formed_{way}").astype(bool) for way in KINDS}

    @property
    def kept(self) -> int:
        """Worlds that are in the folders of the points."""
        return sum(kept(self.directory / name, self.worlds) for name in self.folders)


@contextmanager
def claimed(
    directory: Path, prepared: Prepared, kind: str, file: str, asked: Mapping[str, Any],
    overrides: Sequence[str], what: str,
) -> Iterator[None]:  # fmt: skip
    """Hold the folder of a study with one result, in which is said what is asked.

    Args:
        directory: the folder.
        prepared: the scenario.
        kind: of folder.
        file: the result.
        asked: what the result depends on, besides the settings.
        overrides: of the settings.
        what: the result, in words.

    Raises:
        LandbridgeError: a folder that holds something that was asked for otherwise.
    """
    with folder.opened(directory, kind, [file, *saved.FILES]):
        refuse_foreign(directory, prepared.config, prepared.scenario)
        before = (manifest.read(directory) or {}).get("asked", asked)
        if changed := saved.differences(before, asked):
            raise LandbridgeError(
                f"{folder.SETTING}={shown(directory)}: holds another {what}: "
                f"{', '.join(changed)}; choose another folder"
            )
        begin(directory, kind, prepared.scenario, prepared.config, overrides)
        folder.commit(directory, asked=asked)
        yield
