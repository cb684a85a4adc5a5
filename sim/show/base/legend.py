"""The key beside a map: rows of signs with their meaning, from the top down."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sim.show.base.basemap import BORDER_DASH, ROAD_COLOUR, ROADS
from sim.show.base.style import FAINT, HATCH, INK, SOFT, WATER
from sim.theatre.spec import TheatreSpec

_ROW = 0.235  # inches
_SIGN = 0.30  # inches a sign is wide
_TEXT = 0.42  # inches from the left edge to the words
_COLUMN = 0.52  # inches a column of numbers is wide
_MARKS = (
    ("D", 20.0, "Enclave, besieged place"),
    ("o", 34.0, "City"),
    ("o", 15.0, "Town"),
    ("o", 9.0, "Base, junction, other post"),
)


@dataclass
class Key:
    """A column of the page, measured in inches; `y` is where the next row goes."""

    axes: Axes
    width: float
    y: float

    @classmethod
    def beside(cls, figure: Figure, left: float, bottom: float, margin: float = 0.3) -> Key:
        """The room to the right of a map that ends `left` inches from the edge of the page."""
        page_width, page_height = figure.get_size_inches()
        width = page_width - left - 2.0 * margin
        height = page_height - bottom - 0.95
        at = ((left + margin) / page_width, bottom / page_height)
        axes = figure.add_axes((*at, width / page_width, height / page_height))
        axes.set(xlim=(0.0, width), ylim=(0.0, height))
        axes.axis("off")
        return cls(axes, width, height - 0.1)

    def heading(self, text: str, columns: list[str] | None = None, over: str = "") -> None:
        """A bold line, with the names of columns of numbers at the right."""
        self.axes.text(0.0, self.y, text, size=9.5, weight="bold", va="center")
        for k, name in enumerate(reversed(columns or [])):
            x = self.width - k * _COLUMN
            self.axes.text(x, self.y, name, size=8.0, color=SOFT, ha="right", va="center")
        if over:
            y = self.y + 0.19
            self.axes.text(self.width, y, over, size=8.0, color=SOFT, ha="right", va="center")
        self.y -= _ROW * 1.08

    def swatch(self, colour: Any, text: str, numbers: list[str], hatch: str = "") -> None:
        """A box, filled and perhaps hatched, what it means, and numbers at the right."""
        box = (0.0, self.y - 0.075)
        self.axes.add_patch(
            Rectangle(box, _SIGN, 0.15, facecolor=colour, edgecolor=FAINT, linewidth=0.6)
        )
        if hatch:
            style: dict[str, Any] = {
                "fill": False,
                "edgecolor": HATCH,
                "linewidth": 0.0,
                "hatch": hatch,
            }
            self.axes.add_patch(Rectangle(box, _SIGN, 0.15, **style))
        for k, number in enumerate(reversed(numbers)):
            x = self.width - k * _COLUMN
            self.axes.text(x, self.y, number, size=8.5, ha="right", va="center_baseline")
        self._words(text, self.width - _TEXT - len(numbers) * _COLUMN)

    def line(self, colour: Any, width: float, dash: Any, text: str) -> None:
        """A line and what it means."""
        self.axes.plot([0.0, _SIGN], [self.y] * 2, color=colour, lw=width, ls=dash)
        self._words(text, self.width - _TEXT)

    def signs(self, fronts: bool, roads: bool, spec: TheatreSpec | None = None) -> None:
        """The signs that a map has of those that maps share: lines.

        With `spec`, of the theatre, beside them the marks of its places.
        """
        self.heading("Signs")
        lines: list[tuple[Any, float, Any, str]] = []
        if fronts:
            lines.append((INK, 1.7, "solid", "Front, hostile sides"))
        if roads:
            names = (("motorway", "Motorway"), ("paved", "Paved road"), ("track", "Track"))
            lines += [(ROAD_COLOUR, *ROADS[name], text) for name, text in names]
        lines.append((INK, 1.0, BORDER_DASH, "Country border"))
        lines.append((WATER, 1.25, "solid", "River (thin: minor)"))
        for k, (colour, width, dash, text) in enumerate(lines):
            y = self.y - k * _ROW * 0.9
            self.axes.plot([0.0, _SIGN], [y] * 2, color=colour, lw=width, ls=dash)
            self.axes.text(_TEXT, y, text, size=8.5, va="center_baseline")
        middle = self.width / 2.0
        shapes = _marks(spec) if spec else ()
        for k, (shape, size, text) in enumerate(shapes):
            y = self.y - k * _ROW * 0.9
            self.axes.scatter(
                [middle + 0.1], [y], s=size, marker=shape, c="white", edgecolors=INK, linewidths=0.8
            )
            self.axes.text(middle + 0.28, y, text, size=8.5, va="center_baseline")
        self.y -= max(len(lines), len(shapes)) * _ROW * 0.9

    def ramp(self, steps: list[tuple[Any, str]]) -> None:
        """Boxes side by side, each with its words below."""
        width = self.width / len(steps)
        for k, (colour, text) in enumerate(steps):
            box = (k * width, self.y - 0.07)
            self.axes.add_patch(Rectangle(box, width * 0.97, 0.17, facecolor=colour))
            x = (k + 0.485) * width
            self.axes.text(x, self.y - 0.17, text, size=8.0, ha="center", va="center", color=SOFT)
        self.y -= _ROW * 1.6

    def note(self, text: str) -> None:
        """Small words over as many lines as they need."""
        lines = textwrap.wrap(text, int(self.width * 16.0))
        for line in lines:
            self.axes.text(0.0, self.y + 0.02, line, size=8.0, color=SOFT, va="center")
            self.y -= 0.165
        self.y -= 0.04

    def gap(self) -> None:
        """A little room."""
        self.y -= 0.12

    def reserve(self, height: float) -> tuple[float, float, float, float]:
        """Room for something else: left, bottom, width and height in fractions of the figure."""
        self.y -= height - 0.12
        box = self.axes.get_position()
        tall = box.height / self.axes.get_ylim()[1]
        self.y -= 0.12
        return box.x0, box.y0 + (self.y + 0.14) * tall, box.width, height * tall

    def _words(self, text: str, room: float) -> None:
        lines = textwrap.wrap(text, max(12, int(room * 14.6))) or [""]
        for k, line in enumerate(lines):
            y = self.y - 0.15 * k
            self.axes.text(_TEXT, y, line, size=8.5, va="center_baseline")
        self.y -= _ROW + 0.15 * (len(lines) - 1)


def _marks(spec: TheatreSpec) -> list[tuple[str, float, str]]:
    """Shape, size and meaning of the marks of places."""
    gates = spec.gates
    gate = [("s", 24.0, gates.called)] if gates.countries or gates.places else []
    return [*gate, *_MARKS]


def row_of_signs(figure: Figure, spec: TheatreSpec, left: float, y: float) -> None:
    """The marks of places in one row under a map; in inches of the page."""
    page_width, page_height = figure.get_size_inches()
    axes = figure.add_axes((left / page_width, 0.0, 1.0 - left / page_width, 0.8 / page_height))
    axes.set(xlim=(0.0, page_width - left), ylim=(0.0, 0.8))
    axes.axis("off")
    x = 0.05
    for shape, size, text in _marks(spec):
        axes.scatter([x], [y], s=size, marker=shape, c="white", edgecolors=INK, linewidths=0.8)
        axes.text(x + 0.12, y, text, size=7.5, color=SOFT, va="center_baseline")
        x += 0.4 + 0.058 * len(text)
