"""What studies share: settings of their own, and runs at points of a study."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.commands.shared.cost import announce
from sim.commands.shared.progress import duration
from sim.config import saved
from sim.config.bounds import bound_of
from sim.config.compose import Composer, Job, typed
from sim.config.errors import full_keys
from sim.definitions import KINDS
from sim.errors import LandbridgeError, bad_value
from sim.paths import shown

if TYPE_CHECKING:
    from sim.arrays import Flags
    from sim.ensemble.run import Prepared
    from sim.ensemble.simulator import Simulator

_PLAIN = {"clock.beyond_days": "0", "ensemble.chances": "1"}
_WIDEST = 1000.0  # a range wider than that is no guess at where to look


def split(
    words: Sequence[str], own: Mapping[str, str], command: str, also: str = " "
) -> tuple[dict[str, str], list[str]]:
    """A command's own settings over their defaults, and the overrides of the model's.

    Words that end in `also` are no overrides of the model, but not the command's own either.
    """
    mine, overrides = dict(own), plain_worlds(words)
    for word in words:
        key, is_setting, value = word.partition("=")
        if is_setting and key in own:
            mine[key] = value
        elif (
            is_setting
            and "." not in key
            and "/" not in key
            and key not in _GROUPS
            and not word.endswith(also)
        ):
            if full := full_keys(key):
                raise LandbridgeError(f"{word}: unknown setting; did you mean {full[0]}={value}?")
            raise bad_value(command, key, "unknown setting", [*own, *_GROUPS])
        else:
            overrides.append(word)
    return mine, overrides


def plain_worlds(overrides: Sequence[str]) -> list[str]:
    """What asks for worlds that end at the horizon, each with its own draw, unless that is set."""
    given = {one.partition("=")[0] for one in overrides}
    return [f"{key}={value}" for key, value in _PLAIN.items() if key not in given]


_GROUPS = (
    "scenario",
    "theatre",
    "corridor",
    "engine",
    "rules",
    "air",
    "uncertainty",
    "posterior",
    "title",
    "changes",
)


def number(mine: Mapping[str, str], key: str, low: float, high: float) -> float:
    """One of a command's own settings as a number in a range; raises LandbridgeError."""
    try:
        value = float(mine[key])
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise LandbridgeError(f"{key}={mine[key]}: must be a number from {low:g} to {high:g}")
    return value


def whole(mine: Mapping[str, str], key: str, low: int, high: int) -> int:
    """One of a command's own settings as a whole number in a range; raises LandbridgeError."""
    text = mine[key]
    if not text.isdecimal() or not low <= int(text) <= high:
        raise LandbridgeError(f"{key}={text}: must be a whole number from {low} to {high}")
    return int(text)


def kind(mine: Mapping[str, str]) -> str:
    """Which corridor is meant."""
    if mine["kind"] not in KINDS:
        raise bad_value("kind", mine["kind"], "no such kind of corridor", KINDS)
    return mine["kind"]


@contextmanager
def opened(
    job: Job, prepared: Prepared, kind: str, file: str, asked: Mapping[str, Any],
    overrides: Sequence[str], what: str,
) -> Iterator[Path]:  # fmt: skip
    """The run folder of a study with one result, held, and said in it what is asked.

    Args:
        job: where Hydra wants it.
        prepared: the scenario.
        kind: of folder.
        file: the result.
        asked: what the result depends on, besides the settings.
        overrides: of the settings.
        what: the result, in words.
    """
    from sim.ensemble.run import begin, refuse_foreign
    from sim.ensemble.store import folder

    place = folder.place(job.run_dir, job.is_dated)
    with place as directory, folder.opened(directory, kind, [file, *saved.FILES]):
        refuse_foreign(directory, prepared.config, prepared.scenario)
        _refuse_other(directory, asked, what)
        begin(directory, kind, prepared.scenario, saved.as_yaml(prepared.config), overrides)
        folder.commit(directory, asked=asked)
        yield directory


def _refuse_other(directory: Path, asked: Mapping[str, Any], what: str) -> None:
    """Refuse a run folder that holds something that was asked for otherwise: it would be lost."""
    from sim.ensemble.store import manifest

    before = (manifest.read(directory) or {}).get("asked", asked)
    if changed := saved.differences(before, asked):
        raise LandbridgeError(
            f"hydra.run.dir={shown(directory)}: holds another {what}: {', '.join(changed)}; "
            "choose another folder"
        )


def ends(key: str, low: str, high: str) -> tuple[float, float]:
    """The range of a setting: as given, or all that is allowed; raises LandbridgeError."""
    bound = bound_of(key) or (-float("inf"), float("inf"))
    found = []
    for name, text, end in (("low", low, bound[0]), ("high", high, bound[1])):
        if not text and not abs(end) <= _WIDEST:
            raise LandbridgeError(f"{name}=: give the range of {key} to look in (low=, high=)")
        found.append(number({name: text or str(end)}, name, *bound))
    if not found[0] < found[1]:
        raise LandbridgeError(f"low={found[0]:g}: must be less than high={found[1]:g}")
    return found[0], found[1]


class Study:
    """Runs of one scenario at many points, each in its own folder, all under the same luck."""

    def __init__(
        self,
        overrides: Sequence[str],
        config_dir: Path | None,
        simulator: Simulator | None,
        directory: Path,
    ) -> None:
        """A study in `directory`, to be held when it runs; called again it continues."""
        self._overrides = [one for one in overrides if not one.startswith("hydra.")]
        self._composer, self._simulator = Composer(config_dir), simulator
        self.directory = directory
        self.folders: list[str] = []  # of the points, below it
        self.points = 0  # at most; 0: not known
        self._spent: list[float] = []  # seconds, of the points that have been run
        self.config = self._composer.compose(self._overrides)
        self.chances = int(self.config.ensemble.chances)
        self.worlds = int(self.config.ensemble.worlds)

    def announce(self, what: str) -> None:
        """Say what it may cost."""
        announce([(typed(self.config), self.points * self.worlds)], what, at_most=True)

    def setting(self, key: str) -> float | int:
        """The value of a number; raises LandbridgeError if the key is none."""
        value = saved.value(self.config, key)
        if isinstance(value, bool) or not isinstance(value, float | int):
            said = "unknown key" if value is None else "not a number"
            raise LandbridgeError(f"over={key}: {said}; give the key of a number")
        return value

    def run(self, name: str, overrides: Sequence[str]) -> dict[str, Flags]:
        """Run a point in the folder `name`: (worlds,) has a corridor, by kind and replicate."""
        from sim.analysis.run.estimate import estimate
        from sim.commands.shared.progress import Display
        from sim.ensemble.run import prepare
        from sim.ensemble.store.read import WorldsFile

        given = [*self._overrides, *overrides]
        at = self.directory / "points" / name
        self.folders.append(f"points/{name}")
        began = time.perf_counter()
        with Display(head=self._head()) as display:
            prepared = prepare(self._composer.compose(given), self._simulator)
            estimate(prepared, at, given, display.show, kind="point")
        self._spent.append(time.perf_counter() - began)
        with WorldsFile(at) as worlds:
            return {one: worlds.values(f"formed_{one}").astype(bool) for one in KINDS}

    def _head(self) -> str:
        """Which point this is, and how long those after it may take."""
        number = len(self.folders)
        text = f"point {number} of at most {self.points}" if self.points else f"point {number}"
        if self._spent and self.points >= number:
            usual = sorted(self._spent)[len(self._spent) // 2]
            text += f", {duration(usual * (self.points - number))} for those after it"
        return text
