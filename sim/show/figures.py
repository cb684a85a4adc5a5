"""All figures of a run folder.

`front_start.png` and `front_end.png` (two pages of one layout, to be turned back and forth),
`control_probability.png`, `corridor_date.png`, `routes.png`, `alarm.png`, and `overview.png`, the
whole on one page. Only the folder and the packaged map are read; the model is not run.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from matplotlib.figure import Figure

from sim.paths import seeds
from sim.show.alarm import alarm_page
from sim.show.basemap import Basemap
from sim.show.data import Run
from sim.show.dates import date_page
from sim.show.overview import overview_page
from sim.show.pages import chance_page, front_page
from sim.show.routes import route_page
from sim.show.style import save, styled

FOLDER = "figures"


def pages(run: Run) -> dict[str, Callable[[], Figure]]:
    """What makes each figure, by the name of its file."""
    base = Basemap.read(run.theatre.layout, seeds())
    return {
        "overview": lambda: overview_page(run, base),
        "front_start": lambda: front_page(run, base, end=False),
        "front_end": lambda: front_page(run, base, end=True),
        "control_probability": lambda: chance_page(run, base),
        "corridor_date": lambda: date_page(run),
        "routes": lambda: route_page(run),
        "alarm": lambda: alarm_page(run),
    }


def draw_all(directory: Path) -> list[Path]:
    """Draw the figures of a finished run folder into `directory/figures`; returns the files.

    Raises LandbridgeError for a folder without a finished run.
    """
    run = Run.read(directory)
    folder = directory / FOLDER
    folder.mkdir(exist_ok=True)
    with styled():
        return [save(draw(), folder / f"{name}.png") for name, draw in pages(run).items()]
