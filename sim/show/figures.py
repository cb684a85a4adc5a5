"""All figures of a run folder.

`front_start.png` and `front_end.png` (two pages of one layout, to be turned back and forth),
`control_probability.png`, `corridor_date.png`, `routes.png`, `alarm.png`, and `overview.png`, the
whole on one page. Only the folder and the packaged map are read; the model is not run.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
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
NAMES = (
    "overview",
    "front_start",
    "front_end",
    "control_probability",
    "corridor_date",
    "routes",
    "alarm",
)


def pages(run: Run) -> dict[str, Callable[[], Figure]]:
    """What makes each figure, by the name of its file."""
    base = Basemap.read(run.theatre.layout, seeds())
    made: tuple[Callable[[], Figure], ...] = (
        lambda: overview_page(run, base),
        lambda: front_page(run, base, end=False),
        lambda: front_page(run, base, end=True),
        lambda: chance_page(run, base),
        lambda: date_page(run),
        lambda: route_page(run),
        lambda: alarm_page(run),
    )
    return dict(zip(NAMES, made, strict=True))


def draw_all(directory: Path, names: Collection[str] = NAMES) -> list[Path]:
    """Draw the figures of a finished run folder into `directory/figures`; returns the files.

    Raises LandbridgeError for a folder without a finished run.
    """
    run = Run.read(directory)
    folder = directory / FOLDER
    folder.mkdir(exist_ok=True)
    with styled():
        made = pages(run)
        return [save(made[name](), folder / f"{name}.png") for name in NAMES if name in names]
