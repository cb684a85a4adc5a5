"""The pages that are maps: fronts at the start and at the horizon, and the coalition's chances."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from sim.show.base.basemap import Basemap, map_axes
from sim.show.base.format import day, listed, percent, worlds
from sim.show.base.legend import Key
from sim.show.base.run_data import Control, Run
from sim.show.base.style import (
    INK,
    NEUTRAL,
    NOBODY,
    NOBODY_HATCH,
    SOFT,
    TRANSIT_HATCH,
    blend,
    foot,
    head,
    page,
    route_colour,
)
from sim.show.run.maps import CHANCE, STEPS, draw_chance, draw_control

NAMES = 62  # names of places on a full map
_LEFT, _BOTTOM, _WIDTH = 0.35, 0.52, 8.02  # inches; where the map stands on the page


def front_page(run: Run, base: Basemap, end: bool, words: tuple[str, str] | None = None) -> Figure:
    """The likeliest holder of every hex at the start, or at the horizon.

    With `words`, title and subtitle, it is about a single world.
    """
    start, last = run.controls
    figure = page()
    head(figure, *(words or front_words(run, end)))
    axes = map_axes(figure, base, _LEFT, _BOTTOM, _WIDTH)
    draw_control(axes, run, base, last if end else start, NAMES)
    key = Key.beside(figure, _LEFT + _WIDTH, _BOTTOM)
    dates = (start, last) if end else (start,)
    shares = [run.ground(control) for control in dates]
    columns = [f"{c.when.day} {c.when:%b}" for c in dates]
    key.heading(
        "Most likely holder" if end and not words else "Holder", columns, "share of the ground"
    )
    order = sorted(range(len(run.factions)), key=lambda f: -float(shares[-1][f]))
    members = [f for f in order if run.factions[f] in run.coalition]
    for f in members + [f for f in order if f not in members]:
        name = run.factions[f]
        text = run.name(name) + (" *" if f in members else "")
        key.swatch(run.colour(name), text, [percent(float(share[f])) for share in shares])
    key.swatch(NOBODY, "Nobody", [percent(float(share[-1])) for share in shares], NOBODY_HATCH)
    key.swatch(NEUTRAL, "Neutral country", [])
    key.note(f"* coalition whose corridor is in question ({_coalition(run)})")
    if end and not words:
        key.gap()
        key.heading("Held by it in this share of worlds")
        colour = run.colour(run.factions[(members or order)[0]])
        key.ramp([(blend(colour, white), text) for _, white, text in STEPS])
    key.gap()
    key.signs(fronts=True, roads=True, spec=base.spec)
    foot(figure, run, has_map=True)
    return figure


def front_words(run: Run, end: bool) -> tuple[str, str]:
    """Title and subtitle of a map of fronts."""
    start, last = run.controls
    before, after = (percent(_held(run, control)) for control in run.controls)
    verb = "holds" if len(run.coalition) == 1 else "hold"
    if not end:
        others = _others(run, start)
        title = f"{day(start.when)}: {_coalition(run)} {verb} {before} of the ground, {others}"
        return title, (
            f"{run.scenario_words} From reports place by place; the country between follows "
            "the place nearest by travel time."
        )
    title = (
        f"{day(last.when)}: {_coalition(run)} {verb} {after} of the ground on average, "
        f"against {before} at the start"
    )
    many = worlds(run.worlds)
    return title, (
        f"{run.scenario_words} Most likely holder in {many}: the paler, the less certain. "
        "Shares are means over all worlds."
    )


def chance_page(run: Run, base: Basemap, control: Control | None = None) -> Figure:
    """Probability that the coalition holds each hex at a date, the horizon if none is given."""
    last = control or run.controls[1]
    figure = page()
    head(figure, *chance_words(run, last))
    weakest = weakest_places(run, base, last)
    axes = map_axes(figure, base, _LEFT, _BOTTOM, _WIDTH)
    units = {name: unit for name, (unit, _) in weakest.items()}
    draw_chance(axes, run, base, last, units, NAMES)
    key = Key.beside(figure, _LEFT + _WIDTH, _BOTTOM)
    key.heading(f"Held by {listed([run.called(f) for f in run.coalition], 'or')}, share of worlds")
    _colour_bar(figure, key.reserve(0.5))
    key.line(INK, 1.5, "solid", "50%: more likely than not")
    if run.transit:
        who = listed([run.called(f) for f in run.transit])
        key.swatch("white", f"May be passed: held by {who}", [], TRANSIT_HATCH)
    key.swatch(NEUTRAL, "Neutral country", [])
    key.gap()
    key.heading("Routes, each with its weakest place (ring)")
    for name, (unit, held) in weakest.items():
        where = run.place_name(run.theatre.ids[unit])
        text = f"{name.capitalize()}: {where}, held in {percent(held)} of worlds"
        key.line(route_colour(name, run.spec), 2.0, "solid", text)
    crossing = f" Ground of {listed([run.called(f) for f in run.transit])} may be crossed."
    key.note(
        "Weakest: of the places along the route the one that is held in fewest worlds by "
        f"{listed([run.called(f) for f in (*run.coalition, *run.transit)], 'or')} on "
        f"{day(last.when)}.{crossing if run.transit else ''} A corridor may also go round it."
    )
    key.gap()
    key.signs(fronts=False, roads=False, spec=base.spec)
    foot(figure, run, has_map=True)
    return figure


def chance_words(run: Run, control: Control | None = None) -> tuple[str, str]:
    """Title and subtitle of the map of the coalition's chances."""
    start, last = run.controls[0], control or run.controls[1]
    hexes = run.theatre.hexes
    open_ground = start.likeliest[:hexes] >= 0
    likely, held = (
        float((run.share(control, run.coalition)[:hexes][open_ground] >= 0.5).mean())
        for control in (last, start)
    )
    title = (
        f"{percent(likely)} of the ground is more likely than not in the coalition's hands by "
        f"{day(last.when)} ({percent(held)} at the start)"
    )
    return title, (
        f"{run.scenario_words} Coalition: {listed([run.name(f) for f in run.coalition])}; "
        f"share of {worlds(run.worlds)}."
    )


def weakest_places(
    run: Run, base: Basemap, control: Control | None = None
) -> dict[str, tuple[int, float]]:
    """By route: the unit that coalition or transit holds in fewest worlds, and that share."""
    held = run.share(control or run.controls[1], (*run.coalition, *run.transit))
    index = {key: unit for unit, key in enumerate(run.theatre.ids)}
    weakest = {}
    for name, along in base.routes.items():
        units = [index[key] for key in along if key in index]
        if units:
            unit = min(units, key=lambda u: float(held[u]))
            weakest[name] = (unit, float(held[unit]))
    return weakest


def _held(run: Run, control: Control) -> float:
    rows = [run.factions.index(f) for f in run.coalition]
    return float(run.ground(control)[rows].sum())


def _others(run: Run, control: Control) -> str:
    """`A 33% and B 14%`: the two largest outside the coalition."""
    ground = run.ground(control)
    others = [f for f in range(len(run.factions)) if run.factions[f] not in run.coalition]
    first = sorted(others, key=lambda f: -float(ground[f]))[:2]
    return listed([f"{run.called(run.factions[f])} {percent(float(ground[f]))}" for f in first])


def _coalition(run: Run) -> str:
    return listed([run.called(f) for f in run.coalition])


def _colour_bar(figure: Figure, box: tuple[float, float, float, float]) -> None:
    """A horizontal bar for probabilities in a box of figure fractions."""
    left, bottom, width, height = box
    axes: Axes = figure.add_axes((left, bottom + 0.5 * height, width * 0.95, 0.4 * height))
    scale: Any = ScalarMappable(Normalize(0.0, 1.0), CHANCE)
    bar: Any = figure.colorbar(scale, cax=axes, orientation="horizontal")
    bar.set_ticks(list(np.linspace(0.0, 1.0, 5)), labels=["0%", "25%", "50%", "75%", "100%"])
    bar.ax.axvline(0.5, color=INK, lw=1.5)
    bar.outline.set(edgecolor=SOFT, linewidth=0.6)
    bar.ax.tick_params(length=2.5, labelsize=8.0)
