"""One wide page for those in a hurry: the map at the horizon, how likely, when and which way."""

from __future__ import annotations

from matplotlib.figure import Figure

from sim.show.basemap import Basemap, map_axes
from sim.show.data import Run
from sim.show.dates import ORDER, draw_dates
from sim.show.maps import draw_control
from sim.show.routes import draw_routes, rows
from sim.show.style import INK, KIND, SOFT, foot, head, page
from sim.show.wording import both, day, interval, worlds

_NAMES = 34


def overview_page(run: Run, base: Basemap) -> Figure:
    """Map at the left; at the right the estimates, their dates and their routes."""
    figure = page((14.0, 6.6))
    head(figure, *overview_words(run))
    draw_control(map_axes(figure, 0.35, 0.52, 6.8), run, base, run.controls[1], _NAMES, 7.5)
    left, width = 8.05 / 14.0, 5.6 / 14.0
    for k, kind in enumerate(ORDER):
        x = left - 0.02 + k * width / 2.0
        p = interval(run.summary["p_corridor"][kind])
        value, _, rest = p.partition(" ")
        figure.text(x, 0.815, value, size=26.0, weight="bold", color=KIND[kind], va="center")
        shift = 0.0165 * len(value) + 0.012
        figure.text(x + shift, 0.829, f"by {kind}", size=10.5, color=INK, va="center")
        figure.text(x + shift, 0.797, f"95% {rest}", size=9.0, color=SOFT, va="center")
    dates = figure.add_axes((left, 0.475, width, 0.25))
    draw_dates(dates, run, notes=False)
    dates.set(ylabel="", xlabel="")
    dates.set_title("Worlds with a corridor, by its first day", size=9.5, loc="left", pad=6)
    lines = rows(run, crossings=False)
    for k, kind in enumerate(ORDER):
        box = (left + 0.062 + k * (width - 0.04) / 2.0, 0.135, width / 2.0 - 0.055, 0.23)
        axes = figure.add_axes(box)
        draw_routes(axes, lines, kind, labels=k == 0, size=8.5)
        axes.set_title(f"Way, by {kind}: share of all worlds", size=9.0, loc="left", pad=6)
    foot(figure, run, has_map=True)
    return figure


def overview_words(run: Run) -> tuple[str, str]:
    """Title and subtitle of the overview."""
    ends = [str(run.settings["corridor"][end]).capitalize() for end in ("source", "sink")]
    title = f"Land corridor {ends[0]}-{ends[1]} by {day(run.until)}: {both(run.summary['p_corridor'])}"
    return title, (
        f"{run.scenario_words} Map: most likely holder on {day(run.controls[1].when)} in "
        f"{worlds(run.worlds)}, the paler the less certain; black: fronts."
    )
