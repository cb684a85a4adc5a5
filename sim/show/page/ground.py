"""The map in SVG, 500 to 1,000 units wide: ground by class, fronts, places and names.

The script of the page draws the other dates by the same rules from the same numbers, so that what
is here is small: hexes of one look are one path.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.arrays import Flags, Ints
from sim.show.base.basemap import Basemap, draw_scale, map_axes
from sim.show.base.format import short as initials
from sim.show.base.labels import Placer, write_all
from sim.show.base.place_names import (
    POST,
    border_posts,
    place_labels,
    write_countries,
    write_holders,
)
from sim.show.base.run_data import Control, Run
from sim.show.base.style import styled
from sim.show.page.svg import element, line, short
from sim.show.run.maps import STEPS, fronts
from sim.theatre.theatre import KINDS, Theatre

NEUTRAL_CLASS, NOBODY_CLASS = "neutral", "nobody"
UNSURE = len(STEPS) - 1  # the step that is hatched
# Points of a name and of the names of factions, and names of places: on a desk, on a telephone.
SIZES = {"wide": (11.0, 14.0, 30), "narrow": (25.0, 27.0, 7)}
_WIDEST = 1000.0  # units, of a theatre that is not wider in kilometres
_RADIUS = {"city": 4.2, "town": 3.0}


@dataclass(frozen=True)
class Frame:
    """The window of the map, in kilometres; in units of the drawing y goes down from the north."""

    west: float
    north: float
    width: float
    height: float

    @property
    def scale(self) -> int:
        """Units a kilometre: with it names and marks are as large on every theatre's map."""
        return max(1, int(_WIDEST // self.width))

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where projected kilometres are in it, in units."""
        return (x - self.west) * self.scale, (self.north - y) * self.scale

    @property
    def box(self) -> str:
        """As a view box."""
        return f"0 0 {short(self.width * self.scale)} {short(self.height * self.scale)}"


@lru_cache(4)
def frame(base: Basemap) -> Frame:
    """That of all maps of a theatre."""
    west, east, south, north = base.window
    return Frame(west, north, east - west, north - south)


def lines(base: Basemap) -> Markup:
    """Water, roads and borders: what is the same on every map."""

    def paths(parts: Iterable[Any], name: str, closed: bool = False) -> Markup:
        data = "".join(line(_thinned(_framed(base, part)), closed=closed) for part in parts)
        return element("path", d=data, class_=name)

    drawn = [paths(base.lakes, "lake", closed=True)]
    drawn += [paths(base.rivers[name], f"river {name}") for name in ("other", "great")]
    drawn += [paths(base.roads.get(name, []), f"street {name}") for name in ("track", "paved")]
    drawn += [paths(base.roads.get("motorway", []), "street motorway")]
    return Markup("").join([*drawn, paths(base.borders, "border")])


def scale(base: Basemap) -> Markup:
    """A bar of a round length."""
    km, units = base.scale_km, frame(base).scale
    top = frame(base).height * units - 14.0
    bar = element("path", d=f"M16 {short(top)}h{km * units}", class_="bar")
    words = element(
        "text", f"{km} km", x=16.0 + km * units / 2.0, y=top - 6.0, text_anchor="middle"
    )
    return element("g", bar, words, class_="scale")


def ground_class(run: Run, names: Sequence[str], holder: int, certainty: float) -> str:
    """The class of ground by its likeliest holder; `names` are those of all runs of the page."""
    if holder < 0:
        return NEUTRAL_CLASS
    if holder == len(run.factions):
        return NOBODY_CLASS
    step = next(k for k, (least, *_) in enumerate(STEPS) if certainty >= least - 1e-12)
    return f"f{names.index(run.factions[holder])} s{step}"


@dataclass(frozen=True, eq=False)
class Drawing:
    """What of a map does not change with the date, for one run."""

    run: Run
    names: tuple[str, ...]  # of the factions of all runs of the page

    @property
    def theatre(self) -> Theatre:
        """The map that the run had."""
        return self.run.theatre

    @cached_property
    def base(self) -> Basemap:
        """Its ground."""
        return self.run.base

    def classes(self, control: Control) -> list[str]:
        """(U,) of hexes and places by likeliest holder."""
        pairs = zip(control.likeliest, control.certainty, strict=True)
        return [ground_class(self.run, self.names, int(h), float(c)) for h, c in pairs]

    def who(self, control: Control) -> Markup:
        """Likeliest holders, hatched where in fewer than half of the worlds, and fronts."""
        classes = self.classes(control)
        hexes = classes[: self.theatre.hexes]
        hatched = [look.endswith(f" s{UNSURE}") for look in hexes]
        war, quiet = fronts(self.run, self.base, control.likeliest[: self.theatre.hexes])
        return Markup("").join(
            [
                *(
                    element("path", d=data, class_=name)
                    for name, data in self._by_class(hexes).items()
                    if name != NEUTRAL_CLASS  # which lies below
                ),
                element("path", d=self._hexes(np.flatnonzero(hatched)), class_="hatch"),
                element("path", d=self._sides(quiet), class_="edge"),
                element("path", d=self._sides(war), class_="front"),
            ]
        )

    def places(self, classes: Sequence[str]) -> Markup:
        """Marks of places, in the order of units."""
        theatre, posts = self.theatre, border_posts(self.theatre)
        marks = []
        for unit in range(theatre.hexes, theatre.units):
            x, y = frame(self.base).at(float(theatre.x[unit]), float(theatre.y[unit]))
            look = f"mark {classes[unit]}"
            if theatre.ids[unit] in posts:
                r = 3.2
                marks.append(
                    element("rect", x=x - r, y=y - r, width=2 * r, height=2 * r, class_=look)
                )
                continue
            if theatre.ids[unit] in self.base.pockets:
                d = f"M{short(x)} {short(y - 4.4)}l4.4 4.4-4.4 4.4-4.4-4.4z"
                marks.append(element("path", d=d, class_=look))
                continue
            radius = _RADIUS.get(KINDS[theatre.kind[unit]], 2.2)
            marks.append(element("circle", cx=x, cy=y, r=radius, class_=look))
        return element("g", *marks, class_="places")

    def strips(self, classes: Sequence[str]) -> Markup:
        """A small map: rows of hexes of one look are one line each."""
        layout, units = self.theatre.layout, frame(self.base).scale
        pitch = layout.hex_km * units * np.sqrt(3.0) / 2.0
        by_look: dict[str, list[str]] = {}
        for row in range(layout.rows):
            at = row * layout.cols
            look = [css_class.partition(" ")[0] for css_class in classes[at : at + layout.cols]]
            edges = [0, *(k for k in range(1, len(look)) if look[k] != look[k - 1]), len(look)]
            for begin, end in pairwise(edges):
                x, y = layout.centre(begin, row)
                left, top = frame(self.base).at(x - layout.hex_km / 2.0, y)
                along = short((end - begin) * layout.hex_km * units)
                piece = f"M{short(left, 0)} {short(top, 0)}h{along}"
                by_look.setdefault(look[begin], []).append(piece)
        return Markup("").join(
            element("path", d="".join(parts), class_=f"strip {name}", stroke_width=pitch + 0.8)
            for name, parts in by_look.items()
        )

    @cached_property
    def names_of_places(self) -> dict[str, tuple[Markup, Placer]]:
        """By width of screen: names of places and countries, and what keeps others off them."""
        with styled():  # by which the widths of names are measured
            return {size: self._write_places(size) for size in SIZES}

    def names_of_holders(self, control: Control) -> dict[str, list[list[Any]]]:
        """By width of screen: faction, x and y of each name that stands on its ground."""
        index = {initials(name).upper(): k for k, name in enumerate(self.run.factions)}
        names: dict[str, list[list[Any]]] = {}
        for size, (_, points, _) in SIZES.items():
            _, placer = self.names_of_places[size]
            before = len(placer.axes.texts)
            own = Placer(placer.axes, list(placer.taken))
            with styled():
                write_holders(self.run, control, own, points)
            texts = placer.axes.texts[before:]
            names[size] = [
                [
                    index[text.get_text()],
                    *(round(number) for number in frame(self.base).at(*text.get_position())),
                ]
                for text in texts
            ]
            for text in list(texts):
                text.remove()
        return names

    def write_holders(self, names: Mapping[str, Sequence[Sequence[Any]]]) -> Markup:
        """Those names as SVG."""
        groups = []
        for size, rows in names.items():
            texts = [
                element(
                    "text",
                    initials(self.run.factions[f]).upper(),
                    x=x,
                    y=y,
                    class_=f"f{self.names.index(self.run.factions[f])}",
                )
                for f, x, y in rows
            ]
            groups.append(element("g", *texts, class_=f"holders {size}", data_size=size))
        return Markup("").join(groups)

    def _write_places(self, size: str) -> tuple[Markup, Placer]:
        points, _, most = SIZES[size]
        axes = _axes(self.base)
        theatre, hexes = self.theatre, self.theatre.hexes
        placer = Placer(axes)
        placer.cover(*draw_scale(axes, self.base))
        for text in list(axes.texts):
            text.remove()
        placer.mark(zip(theatre.x[hexes:], theatre.y[hexes:], strict=True), 3.4)
        written = write_all(placer, place_labels(self.run, self.base, points), most)
        if size == "wide":
            write_countries(placer, self.base.spec, points)
        texts = [
            _text(self.base, text, country=k >= written) for k, text in enumerate(placer.axes.texts)
        ]
        return element("g", *texts, class_=f"names {size}"), placer

    def _by_class(self, classes: Sequence[str]) -> dict[str, str]:
        table = np.array(classes)
        return {name: self._hexes(np.flatnonzero(table == name)) for name in sorted({*classes})}

    def _hexes(self, index: Ints) -> str:
        across = self.theatre.layout.hex_km * frame(self.base).scale
        radius, half = across / np.sqrt(3.0), across / 2.0
        w, r, h = short(half), short(radius), short(radius / 2.0)
        tail = f"l{w} {h}v{r}l-{w} {h}-{w}-{h}v-{r}z"
        points = (frame(self.base).at(*self.theatre.layout.centres[i]) for i in index)
        return "".join(f"M{short(x)} {short(y - radius)}{tail}" for x, y in points)

    def _sides(self, between: Flags) -> str:
        return "".join(line(_framed(self.base, side)) for side in self.base.sides(between))


def _axes(base: Basemap) -> Axes:
    """Axes on which a unit is a point, to measure names on."""
    inch = 72.0 / frame(base).scale
    width, height = frame(base).width / inch, frame(base).height / inch
    figure = Figure(figsize=(width, height), dpi=150)
    FigureCanvasAgg(figure)
    return map_axes(figure, base, 0.0, 0.0, width, top=0.0)


def _text(base: Basemap, text: Any, country: bool) -> Markup:
    look = ["country"] if country else []
    if text.get_style() == "italic" and not country:
        look.append("shut")
    if text.get_color() == POST:
        look.append("post")
    elif text.get_weight() == "bold":
        look.append("city")
    x, y = frame(base).at(*text.get_position())
    return element("text", text.get_text(), x=x, y=y, class_=" ".join(look) or None)


def _framed(base: Basemap, points: Any) -> list[tuple[float, float]]:
    return [frame(base).at(float(x), float(y)) for x, y in points]


def _thinned(points: list[tuple[float, float]], least: float = 1.2) -> list[tuple[float, float]]:
    """A line without the points that are nearer to the last one than can be seen."""
    kept = points[:1]
    for x, y in points[1:-1]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= least:
            kept.append((x, y))
    return kept + points[-1:] if len(points) > 1 else kept
