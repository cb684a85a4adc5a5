"""The maps themselves: fronts at a date, and the probability that the coalition holds a hex."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.transforms import ScaledTranslation

from sim.arrays import Flags, Ints
from sim.show.base.basemap import (
    Basemap,
    add,
    draw_borders,
    draw_hatch,
    draw_hexes,
    draw_roads,
    draw_scale,
    draw_water,
)
from sim.show.base.labels import Placer, write_all
from sim.show.base.place_names import border_posts, place_labels, write_countries, write_holders
from sim.show.base.run_data import Control, Run
from sim.show.base.style import (
    INK,
    NEUTRAL,
    NOBODY,
    NOBODY_HATCH,
    TRANSIT_HATCH,
    blend,
    route_colour,
)
from sim.theatre.theatre import KINDS

# Certainty from which a colour is this pale: least share of worlds, share of white, words.
STEPS = (
    (0.9, 0.16, "90% or more"),
    (0.7, 0.42, "70-90%"),
    (0.5, 0.62, "50-70%"),
    (0.0, 0.78, "under 50%"),
)
CHANCE = LinearSegmentedColormap.from_list(
    "chance", ["#f7fbff", "#d3e4f3", "#9dc6e0", "#5a9fcf", "#2474b5", "#0a3d7c"]
)
FIRST = 14  # names of places that come before those of factions and countries
FRONT: dict[str, Any] = {"colors": INK, "linewidths": 1.7, "capstyle": "round"}
EDGE: dict[str, Any] = {"colors": "white", "linewidths": 0.9}


def pale(certainty: float) -> float:
    """Share of white in the colour of a holder this certain."""
    return next(white for least, white, _ in STEPS if certainty >= least - 1e-12)


def holder_colour(run: Run, holder: int, certainty: float) -> tuple[float, float, float]:
    """Colour of ground by its likeliest holder."""
    if holder < 0:
        return blend(NEUTRAL, 0.0)
    if holder == len(run.factions):
        return blend(NOBODY, 0.0)
    return blend(run.colour(run.factions[holder]), pale(certainty))


def draw_control(
    axes: Axes, run: Run, base: Basemap, control: Control, names: int, size: float = 7.5
) -> None:
    """Likeliest holder of every hex and place at a date, with `names` of places at most."""
    hexes = run.theatre.hexes
    holder, certainty = control.likeliest, control.certainty
    colours = [holder_colour(run, int(h), float(c)) for h, c in zip(holder, certainty, strict=True)]
    draw_hexes(axes, base, colours[:hexes])
    draw_hatch(axes, base, holder[:hexes] == len(run.factions), NOBODY_HATCH)
    war, quiet = fronts(run, base, holder[:hexes])
    add(axes, LineCollection(base.sides(quiet), **EDGE))
    draw_water(axes, base)
    draw_roads(axes, base)
    draw_borders(axes, base)
    add(axes, LineCollection(base.sides(war), **FRONT))
    placer = _marked(axes, run, base, colours[hexes:], base.pockets | _besieged(run, holder))
    placer.cover(*draw_scale(axes, base))
    labels = place_labels(run, base, size)
    write_all(placer, labels[:FIRST])
    named = write_holders(run, control, placer, size + 3.0)
    write_countries(
        placer,
        base.spec,
        size + 0.5,
        {*named} - {c.name.upper() for c in base.spec.countries.values() if not c.playable},
    )
    write_all(placer, labels[FIRST:], names - FIRST)


def fronts(run: Run, base: Basemap, holder: Ints) -> tuple[Flags, Flags]:
    """(H, 6) sides between hexes of hostile holders, and between those of others."""
    differ = _differ(base, holder)
    war = differ & hostile(run)[_pairs(base, holder)]
    return war, differ & ~war


def draw_chance(
    axes: Axes, run: Run, base: Basemap, control: Control, weakest: dict[str, int], names: int
) -> None:
    """Probability that the coalition holds each hex at a date, and the routes.

    `weakest` is the unit of each route that gets a ring. Ground that is held more likely than not
    by those who let the corridor pass is hatched.
    """
    hexes = run.theatre.hexes
    chance = run.share(control, run.coalition)
    transit = run.share(control, run.transit) >= 0.5
    neutral = run.controls[0].likeliest < 0
    colours = CHANCE(chance)[:, :3]
    colours[neutral] = blend(NEUTRAL, 0.0)
    draw_hexes(axes, base, colours[:hexes])
    draw_hatch(axes, base, transit[:hexes], TRANSIT_HATCH)
    draw_water(axes, base)
    draw_borders(axes, base)
    half = (chance >= 0.5)[:hexes]
    inside = _differ(base, half.astype(np.int64)) & ~_beside(base, neutral[:hexes])
    add(axes, LineCollection(base.sides(inside), colors=INK, linewidths=1.5))
    for k, (name, along) in enumerate(base.routes.items()):
        line = np.array([base.xy(key) for key in along])
        beside = ScaledTranslation(0.0, (1.0 - k) * 2.0 / 72.0, axes.figure.dpi_scale_trans)
        for colour, width in (("white", 3.2), (route_colour(name, run.spec), 1.8)):
            axes.plot(*line.T, color=colour, lw=width, transform=axes.transData + beside)
    placer = _marked(axes, run, base, [tuple(c) for c in colours[hexes:]], base.pockets)
    for name, unit in weakest.items():
        at = (run.theatre.x[unit], run.theatre.y[unit])
        axes.plot(
            *at, "o", ms=11.0, mfc="none", mec=route_colour(name, run.spec), mew=2.2, zorder=7
        )
    placer.cover(*draw_scale(axes, base))
    labels = place_labels(run, base)
    write_all(placer, labels[:FIRST])
    write_countries(placer, base.spec, 8.0)
    write_all(placer, labels[FIRST:], names - FIRST)


def _marked(
    axes: Axes, run: Run, base: Basemap, colours: list[Any], shut_in: Collection[str]
) -> Placer:
    """Draw the marks of places, `shut_in` ones as enclaves; a placer that keeps names off them."""
    theatre, placer = run.theatre, Placer(axes)
    posts = border_posts(theatre)
    kinds: dict[tuple[str, float], list[int]] = {}
    for unit in range(theatre.hexes, theatre.units):
        key, kind = theatre.ids[unit], KINDS[theatre.kind[unit]]
        mark = ("o", 9.0) if kind in ("junction", "base", "border") else ("o", 15.0)
        if kind == "city":
            mark = ("o", 34.0)
        if key in posts:
            mark = ("s", 24.0)
        if key in shut_in:
            mark = ("D", 20.0)
        kinds.setdefault(mark, []).append(unit)
    for (shape, area), units in kinds.items():
        axes.scatter(
            theatre.x[units],
            theatre.y[units],
            s=area,
            marker=shape,
            c=[colours[u - theatre.hexes] for u in units],
            edgecolors=INK,
            linewidths=0.8,
            zorder=7,
        )
        points = zip(theatre.x[units], theatre.y[units], strict=True)
        placer.mark(points, 0.5 * float(np.sqrt(area)) * 0.9)
    return placer


def _besieged(run: Run, holder: Ints) -> set[str]:
    """Ids of places, cities apart, whose likeliest holder is at war with that of their hex."""
    theatre, war = run.theatre, hostile(run)
    return {
        theatre.ids[unit]
        for unit in range(theatre.hexes, theatre.units)
        if KINDS[theatre.kind[unit]] != "city" and war[holder[unit], holder[theatre.hex_of[unit]]]
    }


def _differ(base: Basemap, value: Ints) -> Flags:
    """(H, 6) whether a hex and its neighbour differ, both inside the map and neither neutral."""
    beside = base.layout.neighbours
    other = np.where(beside >= 0, value[beside], -1)
    differs: Flags = (other >= 0) & (value[:, None] >= 0) & (other != value[:, None])
    return differs


def _beside(base: Basemap, which: Flags) -> Flags:
    """(H, 6) whether a hex or its neighbour is one of `which`."""
    beside: Flags = which[:, None] | which[base.layout.neighbours]
    return beside


def _pairs(base: Basemap, holder: Ints) -> tuple[Any, Any]:
    """(H, 6) holders of a hex and of its neighbour."""
    return np.broadcast_to(holder[:, None], (len(holder), 6)), holder[base.layout.neighbours]


def hostile(run: Run) -> Flags:
    """(F + 2, F + 2) whether holders are at war; the last two, nobody and neutral, with none."""
    table = np.zeros((len(run.factions) + 2,) * 2, dtype=np.bool_)
    for i, a in enumerate(run.factions):
        for j, b in enumerate(run.factions):
            table[i, j] = i != j and run.hostile(a, b)
    return table
