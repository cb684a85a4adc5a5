"""What the figures of a sweep show: axes, and P with its interval at every point."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis.sweep import summary as summaries
from sim.arrays import Flags, Floats
from sim.errors import LandbridgeError
from sim.paths import theatre_folder
from sim.show.base.differences import named, words_and_unit
from sim.theatre.spec import TheatreSpec, theatre_spec


@dataclass(frozen=True, eq=False)
class Axis:
    """A swept key; N points."""

    key: str
    at: Floats  # (N,) where each point stands: its number, or the rank of its text
    names: tuple[str, ...]  # texts by rank, empty for numbers
    unswept: float | None  # where it stands when it is not swept

    @property
    def label(self) -> str:
        """The key in words, with its unit."""
        parts = [part for part in self.key.split(".") if part not in {"faction", "objectives"}]
        words, unit = words_and_unit(" ".join(parts))
        owner = words[0] if len(parts) > 1 else ""
        text = " ".join(words[1:] if owner else words)
        return (
            f"{owner}: {text}" * bool(owner) + text * (not owner) + (f" ({unit})" if unit else "")
        )

    @property
    def values(self) -> Floats:
        """Where points stand, each once, in order."""
        return np.unique(self.at)

    def where(self, at: float) -> str:
        """A place on it with the last word of the key."""
        words, unit = words_and_unit(self.key.rpartition(".")[2])
        return " ".join([*words, self.said(at), *([unit] if unit else [])])

    def said(self, at: float) -> str:
        """A place on it in words."""
        return self.names[round(at)] if self.names else f"{at:g}"


@dataclass(frozen=True, eq=False)
class Swept:
    """The points of a sweep that have worlds; N of them."""

    summary: dict[str, Any]
    rows: Sequence[dict[str, Any]]  # (N,)
    axes: tuple[Axis, ...]

    @classmethod
    def read(cls, directory: Path) -> Swept:
        """Read a sweep folder; raises LandbridgeError for one that has no worlds yet."""
        summary = summaries.read(directory)
        rows = [row for row in summary["points"] if row["worlds"]]
        if not rows or not summary["keys"]:
            raise LandbridgeError(f"{directory}: a sweep with nothing to draw yet")
        unswept = summary["unswept"]
        axes = [
            _axis(key, [str(row["values"][key]) for row in rows], unswept.get(key))
            for key in summary["keys"]
        ]
        varied = tuple(axis for axis in axes if len(axis.values) > 1)
        return cls(summary, rows, varied or tuple(axes))

    @property
    def words(self) -> str:
        """The scenario, unless it is swept, and how all points differ from it."""
        scenario = "" if "scenario" in self.summary["keys"] else self.summary["scenario"]
        name = named(scenario, self.summary.get("fixed", []))
        return f"Scenario: {name}." if scenario else f"All: {name}." * bool(name)

    def p(self, kind: str, route: str = "") -> Floats:
        """(3, N) estimate, low and high of P(corridor), or of one by a route."""
        intervals = []
        for row in self.rows:
            p = row["routes"][kind].get(route) if route else row["p_corridor"][kind]
            intervals.append([p["estimate"], p["low"], p["high"]] if p else [0.0, np.nan, np.nan])
        return np.array(intervals).T

    def days(self, kind: str) -> Floats:
        """(3, N) estimate, low and high of the restricted mean days to a corridor."""
        means = [row["mean_days"][kind] for row in self.rows]
        return np.array([[mean[end] for mean in means] for end in ("estimate", "low", "high")])

    def rules(self, kind: str) -> Floats:
        """(2, N) P within the variants of the rules with the lowest and highest; nan if unknown."""
        doubts = [row["doubt"][kind] for row in self.rows]
        ends = ("lowest", "highest")
        return np.array(
            [[parts[end]["estimate"] if parts[end] else np.nan for parts in doubts] for end in ends]
        )

    @cached_property
    def spec(self) -> TheatreSpec:
        """What the theatre of the points is beside its tables."""
        return theatre_spec(theatre_folder(str(self.summary["theatre"])))

    @cached_property
    def routes(self) -> tuple[str, ...]:
        """Routes that occur, in the order of the theatre."""
        names = {name for row in self.rows for by in row["routes"].values() for name in by}
        order = tuple(self.spec.routes)
        return (*(r for r in order if r in names), *sorted(names - set(order)))

    def plain(self, axis: int) -> Flags:
        """(N,) points at which all other keys stand where they mostly do."""
        same = np.ones(len(self.rows), np.bool_)
        for k, other in enumerate(self.axes):
            if k != axis:
                same &= other.at == self.usual[k]
        return same

    @cached_property
    def usual(self) -> tuple[float, ...]:
        """Where each key mostly stands."""
        return tuple(Counter(axis.at.tolist()).most_common(1)[0][0] for axis in self.axes)

    @cached_property
    def one_at_a_time(self) -> bool:
        """Whether a point has all keys as they mostly are, and the others differ in one."""
        changed = self.changed.sum(axis=0)
        return bool((changed == 0).any() and (changed <= 1).all())

    @cached_property
    def changed(self) -> Flags:
        """(keys, N) whether a key stands elsewhere than mostly."""
        rows = zip(self.axes, self.usual, strict=True)
        return np.array([axis.at != usual for axis, usual in rows])

    @property
    def base(self) -> int:
        """The point with all keys as they mostly are."""
        return int(np.flatnonzero(~self.changed.any(axis=0))[0])

    def ends(self, axis: int) -> list[tuple[int, float]]:
        """The points where a key alone is lowest and highest, and how far below its line."""
        alone = np.flatnonzero(self.changed[axis])
        at = self.axes[axis].at
        low, high = alone[at[alone].argmin()], alone[at[alone].argmax()]
        if low == high:
            return [(int(low), 0.0)]
        return [(int(low), -0.17), (int(high), 0.17)]

    @property
    def worlds(self) -> str:
        """Worlds of a point in words."""
        numbers = sorted({int(row["worlds"]) for row in self.rows})
        if len(numbers) == 1:
            return f"{numbers[0]} worlds a point"
        return f"{numbers[0]} to {numbers[-1]} worlds a point"


def _axis(key: str, texts: Sequence[str], unswept: str | None) -> Axis:
    """Numbers stay numbers; texts stand in the order in which they first come."""
    numbers = [_number(text) for text in texts]
    if all(number is not None for number in numbers):
        place = None if unswept is None else _number(unswept)
        return Axis(key, np.array(numbers, np.float64), (), place)
    names = tuple(dict.fromkeys(texts))
    ranks = np.array([names.index(text) for text in texts], np.float64)
    at = float(names.index(unswept)) if unswept in names else None
    return Axis(key, ranks, names, at)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
