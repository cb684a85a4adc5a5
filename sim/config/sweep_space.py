"""What a sweep goes over, read from overrides in Hydra's grammar.

`a,b,c`, `choice(...)`, `range(...)` and `glob(...)` are values; `interval(low,high)` is a range of
numbers, `int(interval(...))` of whole numbers, `tag(log,interval(...))` one that is covered evenly
in its logarithm.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hydra.core.override_parser.types import Glob, IntervalSweep, Override, RangeSweep

from sim.config import theatres
from sim.config.bounds import MOST_POINTS
from sim.config.compose import parse
from sim.errors import LandbridgeError, bad_value

_WHOLE = {"hydra", "executor", "design"}  # for a whole sweep


@dataclass(frozen=True)
class Values:
    """A key and the values it takes, as texts in Hydra's grammar."""

    key: str  # as given, with a prefix + if there was one
    values: tuple[str, ...]


@dataclass(frozen=True)
class Interval:
    """A key and the range of numbers it takes."""

    key: str
    low: float
    high: float
    whole: bool  # whole numbers, both ends among them
    log: bool

    def at(self, share: float) -> str:
        """The value a `share` (0 to below 1) of the way up."""
        high = self.high + 1.0 if self.whole else self.high
        if self.log:
            value = self.low * (high / self.low) ** share
        else:
            value = self.low + share * (high - self.low)
        return str(min(math.floor(value), int(self.high))) if self.whole else f"{value:.6g}"


Dimension = Values | Interval


@dataclass(frozen=True)
class Space:
    """Overrides of which some are swept; `line` fills these in."""

    overrides: tuple[str | Dimension, ...]

    @property
    def dimensions(self) -> list[Dimension]:
        """What is swept, in the order given."""
        return [override for override in self.overrides if not isinstance(override, str)]

    @property
    def fixed(self) -> list[str]:
        """The overrides that all points share."""
        return [override for override in self.overrides if isinstance(override, str)]

    def of_one_point(self) -> Space:
        """The same with every override that is about worlds as a key of one value."""
        return Space(tuple(_of_one_value(override) for override in self.fixed))

    def refuse_twice(self) -> None:
        """Raise LandbridgeError for a key that is swept and given once more."""
        swept = [dimension.key.lstrip("+") for dimension in self.dimensions]
        fixed = {override.partition("=")[0].lstrip("+~") for override in self.fixed}
        for key in swept:
            if swept.count(key) > 1:
                raise LandbridgeError(f"{key}: is swept twice")
            if key in fixed and key != "changes":
                raise LandbridgeError(f"{key}: is swept and has one value as well")

    def line(self, values: Sequence[str]) -> list[str]:
        """The overrides of a point that takes these values of the dimensions, in order."""
        left = iter(values)
        return [
            override if isinstance(override, str) else f"{override.key}={next(left)}"
            for override in self.overrides
        ]


def space(overrides: Sequence[str], config_dir: Path | None = None) -> Space:
    """What overrides sweep over; raises LandbridgeError for what cannot be swept."""
    parts: list[str | Dimension] = []
    given = parse(overrides)
    folders = theatres.group_folders(theatres.chosen(given), config_dir)
    for override in given:
        text = str(override.input_line)
        if not override.is_sweep_override():
            parts.append(text)
            continue
        key = override.key_or_group
        if key.split(".")[0] in _WHOLE:
            raise LandbridgeError(f"{text}: cannot be swept, it is one for the whole sweep")
        parts.append(_dimension(override, folders))
    made = Space(tuple(parts))
    made.refuse_twice()
    return made


def _of_one_value(text: str) -> str | Values:
    key, equals, value = text.partition("=")
    group = key.lstrip("+~").partition(".")[0].partition("/")[0]
    is_key = equals and not key.startswith("~") and group not in {*_WHOLE, "ensemble"}
    return Values(key, (value,)) if is_key else text


def _dimension(override: Override, folders: Sequence[Path]) -> Dimension:
    key, swept = str(override.get_key_element()), override.value()
    if isinstance(swept, IntervalSweep):
        return _interval(key, str(override.input_line), swept)
    if isinstance(swept, Glob):
        return Values(key, tuple(_matching(override, swept, folders)))
    if isinstance(swept, RangeSweep):
        _check_range(str(override.input_line), swept)
    values = tuple(str(value) for value in override.sweep_string_iterator())
    if not values:
        raise LandbridgeError(f"{override.input_line}: has no value")
    if isinstance(swept, RangeSweep):  # steps add up to 0.30000000000000004
        values = tuple(f"{float(value):.12g}" for value in values)
    return Values(key, values)


def _check_range(text: str, swept: RangeSweep) -> None:
    """Refuse a range that never ends, or is too long, before it is written out."""
    start, stop, step = (float(end or 0) for end in (swept.start, swept.stop, swept.step))
    if not (math.isfinite(start) and math.isfinite(stop) and math.isfinite(step) and step):
        raise LandbridgeError(f"{text}: must be a range of finite numbers with a step")
    refuse_many(text, (stop - start) / step)


def refuse_many(text: str, points: float) -> None:
    """Raise LandbridgeError, about `text`, for more points than a design may have."""
    if points > MOST_POINTS:
        raise LandbridgeError(
            f"{text}: {points:.6g} points, more than the {MOST_POINTS} that a design may have"
        )


def _interval(key: str, text: str, swept: IntervalSweep) -> Interval:
    low, high = swept.start, swept.end
    if low is None or high is None or not low < high:
        raise LandbridgeError(f"{text}: must be an interval whose ends rise")
    log = "log" in swept.tags
    if log and low <= 0:
        raise LandbridgeError(f"{text}: an interval for its logarithm must begin above 0")
    whole = isinstance(low, int) and isinstance(high, int)
    return Interval(key, float(low), float(high), whole, log)


def _matching(override: Override, glob: Glob, folders: Sequence[Path]) -> list[str]:
    """The options of a config group that a glob names."""
    group = override.key_or_group
    options = {file.stem for folder in folders for file in (folder / group).glob("*.yaml")}
    chosen: list[str] = glob.filter(sorted(options))
    if not chosen:
        raise bad_value(group, str(override.input_line).partition("=")[2], "no option", options)
    return chosen
