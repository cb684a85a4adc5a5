"""All figures of a run folder.

`front_start.png` and `front_end.png` (two pages of the same layout, to be turned back and forth),
`control_probability.png`, `corridor_date.png`, `routes.png`, `alarm.png`, and `overview.png`, all of
it on one page. Only the folder and the packaged map are read; the model is not run.
"""

from __future__ import annotations

from pathlib import Path

from sim.paths import seeds
from sim.show.basemap import Basemap
from sim.show.charts import date_page
from sim.show.data import Run
from sim.show.pages import chance_page, front_page
from sim.show.style import save, styled

FOLDER = "figures"


def draw_all(directory: Path) -> list[Path]:
    """Draw the figures of a finished run folder into `directory/figures`; returns the files."""
    run = Run.read(directory)
    folder = directory / FOLDER
    folder.mkdir(exist_ok=True)
    with styled():
        base = Basemap.read(run.theatre.layout, seeds())
        pages = {
            "front_start": lambda: front_page(run, base, end=False),
            "front_end": lambda: front_page(run, base, end=True),
            "control_probability": lambda: chance_page(run, base),
            "corridor_date": lambda: date_page(run),
        }
        return [save(draw(), folder / f"{name}.png") for name, draw in pages.items()]
