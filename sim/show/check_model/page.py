"""What the figures of a check of the model share: which worlds they show, and marks of ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from sim.analysis.check_model.bounds import Check
from sim.analysis.check_model.findings import Findings
from sim.analysis.check_model.record import Record
from sim.arrays import Floats
from sim.config.schema import Config
from sim.paths import theatre_folder
from sim.show.base.format import place, within, worlds
from sim.show.base.style import INK, SOFT
from sim.theatre.spec import TheatreSpec, theatre_spec

RECORD = "#d55e00"  # what the record says, beside what worlds do
BOUND = "#dcebdc"  # where the check wants the model to be
KIND_COLOUR = {"post": "#009e73", "town": "#0072b2", "city": "#cc79a7"}
KIND_WORDS = {"post": "bases, posts and junctions", "town": "towns", "city": "cities"}


@dataclass(frozen=True, eq=False)
class Scene:
    """What was found, and in which worlds."""

    findings: Findings
    record: Record
    checks: Mapping[str, Check]  # by key
    settings: Config
    title: str = ""  # the scenario and how it was changed; empty: as the settings name it

    @property
    def scenario(self) -> str:
        """Name of the scenario."""
        return self.settings.scenario

    @property
    def worlds(self) -> int:
        """Number of worlds."""
        return self.findings.worlds

    @property
    def seed(self) -> int:
        """The seed of the ensemble."""
        return self.settings.ensemble.seed

    @property
    def uncertainty(self) -> str:
        """Where the uncertain inputs come from."""
        return self.settings.uncertainty.value

    @property
    def words(self) -> str:
        """Which worlds, at the head of a subtitle."""
        clock = self.settings.clock
        title = self.title or self.settings.title or self.settings.scenario
        return f"{title}: {worlds(self.worlds)}, {clock.origin} to {clock.until}."

    def colour(self, faction: str) -> str:
        """A faction's colour."""
        return self.settings.faction[faction].color

    def bound(self, key: str) -> tuple[float, float] | None:
        """Ends of the bound of a check, if it was made."""
        made = self.checks.get(key)
        return (made.bound.low, made.bound.high) if made else None

    @property
    def spec(self) -> TheatreSpec:
        """What the theatre is beside its tables."""
        return theatre_spec(theatre_folder(self.settings.theatre.name))

    def called(self, faction: str) -> str:
        """A faction inside a sentence."""
        return within(faction, self.spec)

    def place(self, unit: int) -> str:
        """A place's name, short enough for a map."""
        return place(self.findings.places[unit], self.findings.names[unit], self.spec)

    def named(self, faction: str) -> str:
        """A faction's name at the head of a row."""
        text = self.called(faction).removeprefix("the ")
        return text if text.startswith("al-") else text[:1].upper() + text[1:]


def spread(axes: Axes, y: float, values: Floats, colour: Any) -> None:
    """A line from the 10% to the 90% quantile, a thick one for the middle half, the median."""
    low, first, middle, third, high = np.quantile(values, (0.1, 0.25, 0.5, 0.75, 0.9))
    axes.plot([low, high], [y, y], color=colour, lw=1.6, solid_capstyle="butt", zorder=3)
    axes.plot([first, third], [y, y], color=colour, lw=7.0, solid_capstyle="butt", zorder=3)
    axes.plot([middle], [y], "o", ms=6.5, mfc="white", mec=INK, mew=1.4, zorder=4)


def rows_down(axes: Axes, names: list[str]) -> None:
    """A row for each name, the first on top."""
    axes.set(ylim=(len(names) - 0.45, -0.55), yticks=range(len(names)))
    axes.set_yticklabels(names, color=INK, size=9.5)
    axes.tick_params(axis="y", length=0.0)
    axes.grid(axis="x")


def column(axes: Axes, x: float, head: str, cells: list[str]) -> None:
    """A column of texts to the right of the rows; `x` in widths of the axes."""
    across = axes.get_yaxis_transform()
    if cells:
        axes.text(x, -0.62, head, transform=across, size=8.5, color=SOFT, ha="right", va="bottom")
    for y, cell in enumerate(cells):
        axes.text(x, y, cell, transform=across, size=9.0, ha="right", va="center_baseline")
