"""One wide page for those in a hurry: when, how likely, which way, and the map at the horizon."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from sim.definitions import DEFINITIONS
from sim.show.base.basemap import Basemap, map_axes
from sim.show.base.format import both, day, worlds
from sim.show.base.legend import row_of_signs
from sim.show.base.run_data import Run
from sim.show.base.style import SOFT, foot, head, page
from sim.show.run.dates import ORDER, doubt_words, draw_dates, draw_words
from sim.show.run.maps import draw_control
from sim.show.run.routes import draw_routes, rows

_NAMES = 32
_PANEL: dict[str, Any] = {"size": 9.5, "weight": "bold", "loc": "left", "pad": 6}


def overview_page(run: Run, base: Basemap) -> Figure:
    """Time to corridor, the estimates with their doubt and the routes; at the right the map."""
    figure = page((14.0, 6.6))
    head(figure, *overview_words(run))
    draw_control(map_axes(figure, base, 6.9, 0.62, 6.8), run, base, run.controls[1], _NAMES, 7.5)
    left, width = 0.75 / 14.0, 5.6 / 14.0
    dates = figure.add_axes((left, 0.56, width, 0.27))
    draw_dates(dates, run)
    dates.set(ylabel="", xlabel="")
    dates.set_title("Worlds with a corridor, by its first day", **_PANEL)
    for k, kind in enumerate(ORDER):
        y = 0.485 - 0.092 * k
        draw_words(figure, run, kind, left - 0.025, y, 10.5)
        meaning = f"{DEFINITIONS[kind]}, open for {run.hold_days} days"
        figure.text(
            left + width, y, meaning, size=7.5, color=SOFT, ha="right", va="center_baseline"
        )
        figure.text(left + 0.0036, y - 0.06, doubt_words(run, kind), size=8.0, color=SOFT)
    lines = rows(run, crossings=False)
    for k, kind in enumerate(ORDER):
        box = (left + 0.035 + k * 0.51 * width, 0.112, 0.245 * width, 0.155)
        axes = figure.add_axes(box)
        draw_routes(axes, run, lines, kind, labels=k == 0, size=8.5)
        axes.set_title(f"By {kind}, share of worlds", **_PANEL)
    row_of_signs(figure, base.spec, 6.9, 0.5)
    foot(figure, run, has_map=True)
    return figure


def overview_words(run: Run) -> tuple[str, str]:
    """Title and subtitle of the overview."""
    ends = [str(run.settings["corridor"][end]).capitalize() for end in ("source", "sink")]
    title = (
        f"Land corridor {ends[0]}-{ends[1]} by {day(run.until)}: {both(run.summary['p_corridor'])}"
    )
    return title, (
        f"{run.scenario_words} Bands: 95% over all days; dot: median; thin marks at the horizon: P "
        f"by variant of the rules. Map: most likely holder on {day(run.controls[1].when)} in "
        f"{worlds(run.worlds)}, the paler the less certain; black: fronts."
    )
