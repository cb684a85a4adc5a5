"""A map of a forecast beside what happened: each place in two halves, misses ringed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from sim.ensemble.store.tables import NOBODY
from sim.show.base.basemap import (
    Basemap,
    draw_borders,
    draw_roads,
    draw_scale,
    draw_water,
    ground,
    map_axes,
)
from sim.show.base.format import day, percent, place
from sim.show.base.labels import Label, Placer, write_all
from sim.show.base.legend import Key
from sim.show.base.place_names import write_countries
from sim.show.base.run_data import map_of
from sim.show.base.style import INK, SOFT, blend, head, page, small_print
from sim.show.base.style import NOBODY as NOBODY_COLOUR
from sim.show.run.maps import STEPS, pale
from sim.theatre.theatre import KINDS

RING = "#d1105a"
_LAND = "#f4f1e8"
_LEFT, _BOTTOM, _WIDTH = 0.35, 0.52, 8.02  # inches
_OTHER_NAMES = 24  # of places that were no miss


@dataclass(frozen=True)
class Held:
    """A place at a date: the likeliest holder by the forecast, how sure, and who held it."""

    place: str
    forecast: str
    certainty: float
    truth: str

    @property
    def missed(self) -> bool:
        """Whether the likeliest holder did not hold it."""
        return self.forecast != self.truth


def read_held(directory: Path) -> tuple[date, list[Held]]:
    """The places with a known outcome at the last date that has any, from a backtest's tables."""
    cases = pd.read_csv(directory / "cases.csv", keep_default_na=False)
    last = cases["date"].max()
    truth = cases[cases["date"] == last].set_index("place")["outcome"]
    forecast = pd.read_csv(directory / "forecast.csv", keep_default_na=False)
    shares = forecast[forecast["date"] == last].pivot(
        index="place", columns="controller", values="probability"
    )
    shares = shares.loc[list(truth.index)]
    likeliest, certainty = shares.idxmax(axis=1), shares.max(axis=1)
    return date.fromisoformat(str(last)), [
        Held(str(case), str(likeliest[case]), float(certainty[case]), str(truth[case]))
        for case in truth.index
    ]


def outcome_page(directory: Path, settings: Mapping[str, Any], worlds: int) -> Figure:
    """Forecast and outcome of every place at the last date that has any known.

    `settings` are those of the run, for titles and colours of factions and the size of hexes.
    """
    when, held = read_held(directory)
    name = str(settings["theatre"]["name"])
    theatre = map_of(name, float(settings["theatre"]["hex_km"]))
    base = ground(name, theatre.layout)
    looks = {name: dict(faction) for name, faction in settings["faction"].items()}
    figure = page()
    misses = [case for case in held if case.missed]
    origin = date.fromisoformat(str(settings["clock"]["origin"]))
    head(
        figure,
        f"{day(when)}: the likeliest holder held {len(held) - len(misses)} of {len(held)} places, "
        f"and missed {len(misses)}",
        f"Forecast from {day(origin)}, {worlds:,} worlds. Left half of a mark: likeliest holder by "
        "the forecast, the paler the less sure; right half: who held it; ringed: missed.",
    )
    axes = map_axes(figure, base, _LEFT, _BOTTOM, _WIDTH)
    west, east, south, north = base.window
    edge = [(west, south), (east, south), (east, north), (west, north)]
    axes.add_patch(Polygon(edge, closed=True, facecolor=_LAND, zorder=0))
    draw_water(axes, base)
    draw_roads(axes, base, 0.7)
    draw_borders(axes, base)
    _draw_places(axes, base, theatre, held, looks)
    units = range(theatre.hexes, theatre.units)
    names = {theatre.ids[u]: place(theatre.ids[u], theatre.names[u], base.spec) for u in units}
    _key(figure, held, looks, names)
    words = f"Control as recorded: see the truth file of the backtest.\n{base.spec.attribution}"
    small_print(figure, words, scored=True)
    return figure


def _colour(looks: Mapping[str, Mapping[str, Any]], holder: str, certainty: float = 1.0) -> Any:
    if holder == NOBODY:
        return blend(NOBODY_COLOUR, 0.0)
    return blend(str(looks.get(holder, {}).get("color") or "#888888"), pale(certainty))


def _draw_places(
    axes: Axes, base: Basemap, theatre: Any, held: Sequence[Held], looks: Mapping[str, Any]
) -> None:
    """Marks, rings, and names: those of misses first."""
    unit = {theatre.ids[u]: u for u in range(theatre.hexes, theatre.units)}
    placer = Placer(axes)
    for case in sorted(held, key=lambda case: case.missed):  # misses on top
        u = unit[case.place]
        size = 13.0 if KINDS[theatre.kind[u]] == "city" else 9.5
        at = (float(theatre.x[u]), float(theatre.y[u]))
        if case.missed:
            axes.plot(*at, "o", ms=size + 6.0, mfc="none", mec=RING, mew=2.0, zorder=7)
        axes.plot(
            *at, "o", ms=size, fillstyle="left", mec=INK, mew=0.8, zorder=7,
            mfc=_colour(looks, case.forecast, case.certainty), mfcalt=_colour(looks, case.truth),
        )  # fmt: skip
        placer.mark([at], size / 2.0 + (3.0 if case.missed else 0.0))
    placer.cover(*draw_scale(axes, base))
    names = {
        case.place: place(case.place, theatre.names[unit[case.place]], base.spec) for case in held
    }
    people = {case.place: -float(theatre.population[unit[case.place]]) for case in held}

    def label(case: Held) -> Label:
        u = unit[case.place]
        x, y = float(theatre.x[u]), float(theatre.y[u])
        if case.missed:
            return Label(names[case.place], x, y, 8.0, RING, "bold", gap=9.0)
        return Label(names[case.place], x, y, 7.0, SOFT, gap=6.5)

    ordered = sorted(held, key=lambda case: (not case.missed, people[case.place]))
    missed = sum(case.missed for case in held)
    write_all(placer, [label(case) for case in ordered], missed + _OTHER_NAMES)
    write_countries(placer, base.spec, 8.5)


def _key(
    figure: Figure, held: Sequence[Held], looks: Mapping[str, Any], names: Mapping[str, str]
) -> None:
    """How many places each was forecast to hold and held; the misses by name."""
    key = Key.beside(figure, _LEFT + _WIDTH, _BOTTOM)
    key.heading("Holder", ["forecast", "held"], "places")
    holders = {case.forecast for case in held} | {case.truth for case in held}
    for name in [*(f for f in looks if f in holders), *sorted(holders - set(looks))]:
        counts = (
            sum(case.forecast == name for case in held),
            sum(case.truth == name for case in held),
        )
        title = "Nobody" if name == NOBODY else str(looks.get(name, {}).get("title") or name)
        key.swatch(_colour(looks, name), title, [str(n) for n in counts])
    key.gap()
    key.heading("Likeliest holder in this share of worlds")
    key.ramp([(blend("#333333", white), text) for _, white, text in STEPS])
    key.gap()
    misses = sorted((case for case in held if case.missed), key=lambda case: -case.certainty)
    if misses:
        sure = np.mean([miss.certainty for miss in misses])
        listed = ", ".join(names[miss.place] for miss in misses)
        key.note(f"Missed, the surest first ({percent(float(sure))} on average): {listed}.")
