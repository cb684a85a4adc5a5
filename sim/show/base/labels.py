"""Names on a map: the more important first, each where it covers no mark and no other name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties

from sim.arrays import Floats
from sim.show.base.style import DPI, halo

Box = tuple[float, float, float, float]  # left, bottom, right, top in pixels

# Where a name may stand about its point: x and y direction, best first.
_AROUND = ((1, 0), (1, 1), (-1, 0), (1, -1), (-1, 1), (-1, -1), (0, 1), (0, -1))


@dataclass(frozen=True)
class Label:
    """A name and how it is written."""

    text: str
    x: float  # projected km
    y: float
    size: float = 7.5
    colour: Any = "#1a1a1a"
    weight: str = "normal"
    style: Literal["normal", "italic"] = "normal"
    gap: float = 4.0  # points from the middle of the mark


@dataclass
class Placer:
    """Puts names on one map and remembers what is covered."""

    axes: Axes
    taken: list[Box] = field(default_factory=list)

    def mark(self, points: Iterable[tuple[float, float]], radius: float) -> None:
        """Keep marks of `radius` points free of names."""
        reach = radius * DPI / 72.0
        xy = np.asarray(list(points), dtype=np.float64).reshape(-1, 2)
        for x, y in self.axes.transData.transform(xy):
            self.taken.append((x - reach, y - reach, x + reach, y + reach))

    def cover(self, west: float, south: float, east: float, north: float) -> None:
        """Keep a box (projected km) free of names."""
        (x0, y0), (x1, y1) = self.axes.transData.transform([(west, south), (east, north)])
        self.taken.append((x0, y0, x1, y1))

    def beside(self, label: Label) -> bool:
        """Write a name beside its point, if there is room; whether it was written."""
        width, height = self._extent(label)
        gap = label.gap * DPI / 72.0
        x, y = self.axes.transData.transform((label.x, label.y))
        for right, up in _AROUND:
            slant = 0.75 if right and up else 1.0
            cx = x + right * (gap * slant + width / 2.0)
            cy = y + up * (gap * slant + height / 2.0)
            if self._write(label, cx, cy, width, height):
                return True
        return False

    def on(self, label: Label, points: Floats) -> bool:
        """Write a name centred on the first of `points` (n, 2; projected km) that has room."""
        width, height = self._extent(label)
        return any(
            self._write(label, float(x), float(y), width, height)
            for x, y in self.axes.transData.transform(points.reshape(-1, 2))
        )

    def _write(self, label: Label, x: float, y: float, width: float, height: float) -> bool:
        box = (x - width / 2.0, y - height / 2.0, x + width / 2.0, y + height / 2.0)
        if not self._inside(box) or any(_overlap(box, other) for other in self.taken):
            return False
        self.taken.append(box)
        to_km: Any = self.axes.transData.inverted()
        east, north = to_km.transform((x, y))
        self.axes.text(
            east,
            north,
            label.text,
            ha="center",
            va="center_baseline",
            size=label.size,
            color=label.colour,
            weight=label.weight,
            style=label.style,
            path_effects=halo(),
            zorder=8,
        )
        return True

    def _inside(self, box: Box) -> bool:
        edge = self.axes.get_window_extent()
        rim = 3.0
        return bool(
            box[0] > edge.x0 + rim
            and box[1] > edge.y0 + rim
            and box[2] < edge.x1 - rim
            and box[3] < edge.y1 - rim
        )

    def _extent(self, label: Label) -> tuple[float, float]:
        """Width and height in pixels, with a little air."""
        font = FontProperties(size=label.size, weight=label.weight, style=label.style)
        canvas: Any = self.axes.figure.canvas
        renderer = canvas.get_renderer()
        width = max(
            renderer.get_text_width_height_descent(line, font, False)[0]
            for line in label.text.split("\n")
        )
        lines = label.text.count("\n") + 1
        return width + 7.0, lines * 1.12 * label.size * DPI / 72.0


def write_all(placer: Placer, labels: Sequence[Label], most: int = 1000) -> int:
    """Write up to `most` names beside their points, first those that come first; how many fit."""
    written = 0
    for label in labels:
        written += written < most and placer.beside(label)
    return written


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
