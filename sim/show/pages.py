"""The pages that are maps: fronts at the start and at the horizon, and the coalition's chances."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from sim.show.basemap import ROADS, Basemap, map_axes
from sim.show.data import Control, Run
from sim.show.keys import Key
from sim.show.maps import CHANCE, FRONT, STEPS, draw_chance, draw_control, holder_colour
from sim.show.style import INK, NEUTRAL, NOBODY, ROUTE, SOFT, WATER, blend, foot, head, page
from sim.show.wording import day, listed, percent, place, within, worlds

NAMES = 52  # names of places on a full map
_LEFT, _BOTTOM, _WIDTH = 0.35, 0.52, 8.5  # inches; where the map stands on the page


def front_page(run: Run, base: Basemap, end: bool) -> Figure:
    """The likeliest holder of every hex at the start, or at the horizon."""
    start, last = run.controls
    control = last if end else start
    figure = page()
    head(figure, *front_words(run, end))
    draw_control(map_axes(figure, _LEFT, _BOTTOM, _WIDTH), run, base, control, NAMES)
    key = Key.beside(figure, _LEFT + _WIDTH, _BOTTOM)
    shares = [run.ground(start), *([run.ground(last)] if end else [])]
    heading = "Most likely holder" if end else "Holder"
    columns = [f"{c.when.day} {c.when:%b}" for c in ((start, last) if end else (start,))]
    key.heading(heading, columns, "share of the ground")
    order = sorted(range(len(run.factions)), key=lambda f: -float(shares[-1][f]))
    members = [f for f in order if run.factions[f] in run.coalition]
    for f in members + [f for f in order if f not in members]:
        name = run.factions[f]
        text = run.name(name) + (" *" if name in run.coalition else "")
        key.swatch(run.colour(name), text, [percent(float(one[f])) for one in shares])
    key.swatch(NOBODY, "Nobody (open desert)", [percent(float(one[-1])) for one in shares])
    key.swatch(NEUTRAL, "Neutral country", [])
    key.note(f"* the coalition whose corridor is in question ({_coalition(run)})")
    if end:
        key.gap()
        key.heading("In how many worlds it is the holder")
        ramp = [(blend(run.colour(run.factions[order[0]]), w), text) for _, w, text in STEPS]
        key.ramp(ramp)
    key.gap()
    _symbols(key, base, last.share.shape[0] > 0)
    foot(figure, run, has_map=True)
    return figure


def front_words(run: Run, end: bool) -> tuple[str, str]:
    """Title and subtitle of a map of fronts."""
    start, last = run.controls
    before, after = (_held(run, control) for control in run.controls)
    if not end:
        rest = _others(run, start)
        title = f"{day(start.when)}: {_coalition(run)} hold {percent(before)} of the ground, {rest}"
        return title, (
            f"{run.title}. Control at the start, from reports place by place; the country between "
            "follows the nearest place by travel time."
        )
    verb = "hold" if len(run.coalition) != 1 else "holds"
    title = (
        f"{day(last.when)}: {_coalition(run)} {verb} {percent(after)} of the ground on average, "
        f"against {percent(before)} at the start"
    )
    many = f"Most likely holder in {worlds(run.worlds)}; the paler, the less certain. "
    return title, many + "Shares are means over worlds of the ground that is not neutral."


def chance_page(run: Run, base: Basemap) -> Figure:
    """Probability that the coalition holds each hex at the horizon."""
    last = run.controls[1]
    chance = run.share(last, run.coalition)
    figure = page()
    head(figure, *chance_words(run))
    draw_chance(map_axes(figure, _LEFT, _BOTTOM, _WIDTH), run, base, chance, NAMES - 8)
    key = Key.beside(figure, _LEFT + _WIDTH, _BOTTOM)
    key.heading(f"P({listed([within(f) for f in run.coalition], 'or')} holds the hex)")
    _colour_bar(figure, key.reserve(0.62))
    key.line(INK, 1.5, "solid", "50%: more likely than not inside")
    key.swatch(NEUTRAL, "Neutral country", [])
    key.gap()
    key.heading("Routes, and their least likely place")
    free = (*run.coalition, *run.transit)
    for name, along in base.routes.items():
        weakest, least = weakest_place(run, along)
        key.line(ROUTE.get(name, INK), 2.0, "solid", f"{name.capitalize()}: {weakest} {percent(least)}")
    key.note(
        f"Least likely to be held by {listed([within(f) for f in free], 'or')} on "
        f"{day(last.when, year=False)}, of the places along the route. "
        + (f"The corridor may cross {_transit(run)} ground." if run.transit else "")
    )
    key.gap()
    _symbols(key, base, fronts=False, roads=False)
    foot(figure, run, has_map=True)
    return figure


def chance_words(run: Run) -> tuple[str, str]:
    """Title and subtitle of the map of the coalition's chances."""
    start, last = run.controls
    hexes = run.theatre.hexes
    open_ground = start.likeliest[:hexes] >= 0
    likely, held = (
        float((run.share(control, run.coalition)[:hexes][open_ground] >= 0.5).mean())
        for control in (last, start)
    )
    title = (
        f"By {day(last.when)} the coalition is more likely than not to hold {percent(likely)} of "
        f"the ground, {percent(held)} at the start"
    )
    return title, (
        f"Coalition: {listed([run.name(f) for f in run.coalition])}. Share of "
        f"{worlds(run.worlds)} in which one of them holds a hex."
    )


def weakest_place(run: Run, along: tuple[str, ...]) -> tuple[str, float]:
    """The place of a route that the coalition, or whom it may cross, holds in fewest worlds."""
    held = run.share(run.controls[1], (*run.coalition, *run.transit))
    units = [run.theatre.ids.index(key) for key in along if key in run.theatre.ids]
    if not units:
        return "none on the map", 0.0
    weakest = min(units, key=lambda u: float(held[u]))
    return place(run.theatre.ids[weakest], run.theatre.names[weakest]), float(held[weakest])


def _held(run: Run, control: Control) -> float:
    rows = [run.factions.index(f) for f in run.coalition]
    return float(run.ground(control)[rows].sum())


def _others(run: Run, control: Control) -> str:
    """`ISIS 28% and SDF 11%`: the two largest outside the coalition."""
    ground = run.ground(control)
    others = [f for f in range(len(run.factions)) if run.factions[f] not in run.coalition]
    first = sorted(others, key=lambda f: -float(ground[f]))[:2]
    return listed([f"{within(run.factions[f])} {percent(float(ground[f]))}" for f in first])


def _coalition(run: Run) -> str:
    return listed([within(f) for f in run.coalition])


def _transit(run: Run) -> str:
    return listed([within(f) for f in run.transit], "or")


def _symbols(key: Key, base: Basemap, fronts: bool = True, roads: bool = True) -> None:
    """The signs that all maps share."""
    key.heading("Signs")
    if fronts:
        key.line(INK, FRONT["linewidths"], "solid", "Front between hostile sides")
    if roads:
        for name, text in (("motorway", "Motorway"), ("paved", "Paved road"), ("track", "Track")):
            key.road(*ROADS[name], text)
    key.line(INK, 1.0, (0, (6, 2, 1, 2)), "Border between countries")
    key.line(WATER, 1.25, "solid", "Euphrates, Tigris, Khabur; thin: others")
    for shape, size, text in (
        ("s", 24.0, "Iraq-Syria crossing"),
        ("D", 20.0, "Enclave"),
        ("o", 34.0, "City; smaller: town, base, junction"),
    ):
        key.sign(shape, size, text)


def _colour_bar(figure: Figure, box: tuple[float, float, float, float]) -> None:
    """A horizontal bar for probabilities in a box of figure fractions."""
    left, bottom, width, height = box
    axes: Axes = figure.add_axes((left, bottom + 0.5 * height, width * 0.92, 0.32 * height))
    scale: Any = ScalarMappable(Normalize(0.0, 1.0), CHANCE)
    bar = figure.colorbar(scale, cax=axes, orientation="horizontal")
    bar.set_ticks(list(np.linspace(0.0, 1.0, 5)), labels=["0%", "25%", "50%", "75%", "100%"])
    bar.ax.axvline(0.5, color=INK, lw=1.5)
    bar.outline.set(edgecolor=SOFT, linewidth=0.6)
    bar.ax.tick_params(length=2.5, labelsize=8.0)


__all__ = ["chance_page", "chance_words", "front_page", "front_words", "holder_colour"]
