"""The ground under every map: hexes, roads, rivers, borders, in projected kilometres."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import Collection, LineCollection, PolyCollection
from matplotlib.figure import Figure

from sim.arrays import Flags, Floats
from sim.paths import theatre_folder
from sim.show.base.style import HATCH, INK, LAKE, SOFT, WATER, halo
from sim.theatre.csv_table import Row, read_table
from sim.theatre.gazetteer import GROUND, Site, read_junctions, read_places
from sim.theatre.hexes import HexLayout
from sim.theatre.spec import TheatreSpec, theatre_spec

Lines = list[Floats]

ROADS = {  # class: width in points, line style
    "motorway": (1.5, "solid"),
    "paved": (0.8, "solid"),
    "track": (0.8, (0, (1.2, 1.6))),
}
ROAD_COLOUR = "#6b4f3a"
BORDER_DASH = (0, (6, 2, 1, 2))

# Corners (0 is at 30 degrees, anticlockwise) of the side shared with each of the six neighbours.
_SIDES = np.array([(3, 4), (4, 5), (2, 3), (5, 0), (1, 2), (0, 1)])
_TURNS = np.radians(60.0 * np.arange(6) + 30.0)


@dataclass(frozen=True, eq=False)
class Basemap:
    """What does not change from date to date, ready to be drawn."""

    spec: TheatreSpec
    layout: HexLayout
    sites: dict[str, Site]  # places and enclaves, then junctions
    roads: dict[str, Lines]  # by class
    routes: dict[str, tuple[str, ...]]  # ids of places from source to sink
    pockets: frozenset[str]  # ids of enclaves that are shut in
    borders: Lines
    lakes: Lines
    rivers: dict[str, Lines]  # "great" and "other"

    @classmethod
    def read(cls, layout: HexLayout, seeds: Path) -> Basemap:
        """From the tables of a seeds folder."""
        spec = theatre_spec(seeds)
        places = read_places(layout, seeds)
        sites = {**places, **read_junctions(layout, seeds, places)}
        routes: dict[str, list[str]] = {}
        for row in read_table(seeds / "routes.csv", ("route", "order", "place")):
            routes.setdefault(row.text("route"), []).append(row.text("place"))
        enclaves = read_table(seeds / "enclaves.csv", ("enclave", "kind"))
        pockets = {row.text("enclave") for row in enclaves if row.text("kind") == "pocket"}
        parts = _outlines(seeds, spec)
        great = {name for name, river in spec.rivers.items() if river.great}
        rivers = [(name, line) for kind, name, line in parts if kind == "river"]
        return cls(
            spec=spec,
            layout=layout,
            sites=sites,
            roads=_roads(seeds, sites),
            routes={name: tuple(p for p in along if p in sites) for name, along in routes.items()},
            pockets=frozenset(pockets),
            borders=[line for kind, _, line in parts if kind == "border"],
            lakes=[line for kind, _, line in parts if kind == "lake"],
            rivers={
                "great": [line for name, line in rivers if name in great],
                "other": [line for name, line in rivers if name not in great],
            },
        )

    @cached_property
    def hexes(self) -> Any:
        """(H, 6, 2) corners of every hex, as matplotlib takes polygons."""
        radius = self.layout.hex_km / np.sqrt(3.0)
        around = radius * np.stack([np.cos(_TURNS), np.sin(_TURNS)], axis=1)
        return self.layout.centres[:, None, :] + around[None, :, :]

    def sides(self, between: Flags) -> Any:
        """(n, 2, 2) the sides of hexes where `between` (H, 6) is set, each side once; lines."""
        beside = self.layout.neighbours
        first = np.arange(self.layout.size)[:, None] < beside
        index, direction = np.nonzero(between & first)
        return self.hexes[index[:, None], _SIDES[direction]]

    @cached_property
    def window(self) -> tuple[float, float, float, float]:
        """West, east, south and north edge of the maps, projected kilometres."""
        west, south, east, north = self.spec.box
        plane = self.spec.plane
        x = plane.project(east, north)[0] + 12.0
        middle = (west + east) / 2.0
        return -x, x, plane.project(middle, south)[1], plane.project(west, north)[1]

    @property
    def scale_km(self) -> int:
        """A round length of about an eighth of the map."""
        west, east, _, _ = self.window
        return max(km for km in (10, 20, 50, 100, 200) if km <= max(10.0, 0.13 * (east - west)))

    def xy(self, key: str) -> tuple[float, float]:
        """Projected kilometres of a named point."""
        site = self.sites[key]
        return site.x, site.y


@lru_cache(4)
def ground(theatre: str, layout: HexLayout) -> Basemap:
    """That of a theatre, by its name or path."""
    return Basemap.read(layout, theatre_folder(theatre))


def map_axes(
    figure: Figure, base: Basemap, left: float, bottom: float, width: float, top: float = 0.95
) -> Axes:
    """Axes for a map, `left`, `bottom` and `width` in inches, with the height that fits.

    A map that would come nearer than `top` to the upper edge is made smaller, in the middle; a
    wide one hangs from there.
    """
    page_width, page_height = figure.get_size_inches()
    w, e, s, n = base.window
    height, room = width * (n - s) / (e - w), float(page_height) - bottom - top
    if height > room:
        left += 0.5 * width * (1.0 - room / height)
        width, height = width * room / height, room
    bottom += room - height
    axes = figure.add_axes(
        (left / page_width, bottom / page_height, width / page_width, height / page_height)
    )
    axes.set(xlim=(w, e), ylim=(s, n), xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(visible=True, color=SOFT, linewidth=0.8)
    return axes


def add(axes: Axes, collection: Collection) -> None:
    """Add lines or areas to a map, whose edges are known and need not be made to fit them."""
    axes.add_collection(collection, autolim=False)


def draw_hexes(axes: Axes, base: Basemap, colours: Any) -> None:
    """Fill the hexes with `colours` (H, 3 or 4); a rim of the same colour closes the seams."""
    add(axes, PolyCollection(base.hexes, facecolors=colours, edgecolors=colours, linewidths=0.35))


def draw_hatch(axes: Axes, base: Basemap, which: Flags, hatch: str) -> None:
    """Hatch the hexes that are one of `which` (H,), so that not colour alone tells them apart."""
    ground = [ring for ring, hatched in zip(base.hexes, which, strict=True) if hatched]
    style: dict[str, Any] = {
        "facecolors": "none",
        "edgecolors": HATCH,
        "linewidths": 0.0,
        "hatch": hatch,
    }
    add(axes, PolyCollection(ground, **style))


def draw_water(axes: Axes, base: Basemap) -> None:
    """Rivers and lakes."""
    add(axes, PolyCollection(base.lakes, facecolors=LAKE, edgecolors=WATER, linewidths=0.4))
    for name, width in (("other", 0.45), ("great", 1.25)):
        add(axes, LineCollection(base.rivers[name], colors=WATER, linewidths=width))


def draw_roads(axes: Axes, base: Basemap, strength: float = 1.0) -> None:
    """Roads by class, the best on top."""
    for name in ("track", "paved", "motorway"):
        width, dash = ROADS[name]
        lines = base.roads.get(name, [])
        if name != "track":
            add(axes, LineCollection(lines, colors="white", linewidths=width + 1.0, alpha=0.6))
        add(
            axes,
            LineCollection(
                lines,
                colors=ROAD_COLOUR,
                linewidths=width * strength,
                linestyles=[dash],
                alpha=0.9,
            ),
        )


def draw_borders(axes: Axes, base: Basemap) -> None:
    """Borders between countries."""
    add(axes, LineCollection(base.borders, colors=INK, linewidths=1.0, linestyles=[BORDER_DASH]))


def draw_scale(axes: Axes, base: Basemap) -> tuple[float, float, float, float]:
    """A bar of a round length in the lower left corner; the box it fills, projected km."""
    west, _, south, _ = base.window
    km = base.scale_km
    x, y = west + 20.0, south + 14.0
    rim = halo()
    axes.plot([x, x + km], [y, y], color=INK, lw=2.2, solid_capstyle="butt", path_effects=rim)
    axes.text(
        x + km / 2.0, y + 6.0, f"{km} km", ha="center", va="bottom", size=7.5, path_effects=rim
    )
    return x - 5.0, y - 5.0, x + km + 5.0, y + 30.0


def _roads(seeds: Path, sites: dict[str, Site]) -> dict[str, Lines]:
    """Road legs by class; a long leg runs through the points its note names ("via a b; ...")."""
    roads: dict[str, Lines] = {}
    for row in read_table(seeds / "roads.csv", ("from", "to", "class", "note")):
        note = row.text("note").partition(";")[0].split()
        via = [name for name in note[1:] if name in sites] if note[:1] == ["via"] else []
        along = [row.text("from"), *via, row.text("to")]
        line = np.array([(sites[name].x, sites[name].y) for name in along])
        roads.setdefault(row.text("class"), []).append(line)
    return roads


def _outlines(seeds: Path, spec: TheatreSpec) -> list[tuple[str, str, Floats]]:
    """Kind, name and line of every part of the outlines."""
    columns = ("kind", "name", "part", "lon", "lat")
    rows = read_table(seeds / GROUND / "outlines.csv", columns)
    parts = groupby(rows, lambda r: (r.text("kind"), r.text("name"), r.text("part")))
    return [
        (
            kind,
            name,
            np.array([spec.plane.project(*_position(r)) for r in part]),
        )
        for (kind, name, _), part in parts
    ]


def _position(row: Row) -> tuple[float, float]:
    return float(row.cells["lon"]), float(row.cells["lat"])
