"""All figures of a run folder.

`front_start.png` and `front_end.png` (two pages of one layout, to be turned back and forth),
`control_probability.png`, `corridor_date.png`, `routes.png`, `alarm.png`, and `overview.png`, the
whole on one page. Only the folder and the packaged map are read; the model is not run.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from pathlib import Path

from matplotlib.figure import Figure

from sim.ensemble.store.folder import RUNS
from sim.show.base.basemap import draw_scale, ground, map_axes
from sim.show.base.figure_files import FOLDER, NAMES, drawn_in, placed
from sim.show.base.run_data import Run, map_of
from sim.show.base.style import drawn, page, save, styled
from sim.show.run.alarm import alarm_page
from sim.show.run.dates import date_page
from sim.show.run.map_pages import chance_page, front_page
from sim.show.run.overview import overview_page
from sim.show.run.routes import route_page


def pages(run: Run) -> dict[str, Callable[[], Figure]]:
    """What makes each figure, by the name of its file."""
    base = run.base
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


def draw_all(
    directory: Path, names: Collection[str] = NAMES, formats: Sequence[str] = ("png",)
) -> list[Path]:
    """Draw the figures of a finished run folder into `directory/figures`; returns the files.

    Raises LandbridgeError for a folder without a finished run.
    """
    with drawn_in(directory, RUNS), styled():
        made = pages(Run.read(directory))
        return placed(directory, drawn(directory, made, names, formats))


_pages_of = lru_cache(1)(lambda directory: pages(Run.read(directory)))


def stage_one(directory: Path, name: str) -> Path:
    """Draw and stage one figure of a finished run folder that will not change; gives its file."""
    with styled():
        return save(_pages_of(directory)[name](), directory / FOLDER / f"{name}.png")


def get_ready(theatre: str, hex_km: float) -> None:
    """Read a map, and what drawing needs the first time; makes no figure."""
    base = ground(theatre, map_of(theatre, hex_km).layout)
    base.hexes  # noqa: B018
    with styled():
        figure = page()
        draw_scale(map_axes(figure, base, 0.5, 0.5, 8.0), base)
        figure.canvas.draw()
