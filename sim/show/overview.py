"""One wide page for those in a hurry: the map at the horizon, how likely, when and which way."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from sim.show.basemap import Basemap, map_axes
from sim.show.data import Run
from sim.show.dates import ORDER, draw_dates, draw_words
from sim.show.maps import draw_control
from sim.show.routes import draw_routes, rows
from sim.show.style import foot, head, page
from sim.show.wording import both, day, worlds

_NAMES = 32
_PANEL: dict[str, Any] = {"size": 9.5, "weight": "bold", "loc": "left", "pad": 6}


def overview_page(run: Run, base: Basemap) -> Figure:
    """Map at the left; at the right the estimates, their dates and their routes."""
    figure = page((14.0, 6.6))
    head(figure, *overview_words(run))
    draw_control(map_axes(figure, 0.35, 0.52, 6.8), run, base, run.controls[1], _NAMES, 7.5)
    left, width = 8.05 / 14.0, 5.6 / 14.0
    for k, kind in enumerate(ORDER):
        draw_words(figure, run, kind, left - 0.03, 0.83 - 0.078 * k, 11.0)
    dates = figure.add_axes((left, 0.42, width, 0.22))
    draw_dates(dates, run)
    dates.set(ylabel="", xlabel="")
    dates.set_title("Worlds with a corridor, by its first day", **_PANEL)
    lines = rows(run, crossings=False)
    for k, kind in enumerate(ORDER):
        box = (left + 0.035 + k * 0.51 * width, 0.1, 0.245 * width, 0.2)
        axes = figure.add_axes(box)
        draw_routes(axes, lines, kind, labels=k == 0, size=8.5)
        axes.set_title(f"By {kind}, share of worlds", **_PANEL)
    foot(figure, run, has_map=True)
    return figure


def overview_words(run: Run) -> tuple[str, str]:
    """Title and subtitle of the overview."""
    ends = [str(run.settings["corridor"][end]).capitalize() for end in ("source", "sink")]
    title = (
        f"Land corridor {ends[0]}-{ends[1]} by {day(run.until)}: {both(run.summary['p_corridor'])}"
    )
    return title, (
        f"{run.scenario_words} Map: most likely holder on {day(run.controls[1].when)} in "
        f"{worlds(run.worlds)}, the paler the less certain; black: fronts."
    )
