"""All figures of a check of the model, and the map of the corridor that is planned on day 0."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from sim.analysis.check_model.bounds import Check
from sim.analysis.check_model.findings import Findings
from sim.analysis.check_model.record import Record
from sim.config.schema import Config
from sim.show.base.basemap import (
    Basemap,
    add,
    draw_borders,
    draw_hexes,
    draw_roads,
    draw_scale,
    draw_water,
    ground,
    map_axes,
)
from sim.show.base.figure_files import FOLDER, placed
from sim.show.base.format import listed, percent
from sim.show.base.labels import Label, Placer, write_all
from sim.show.base.legend import Key
from sim.show.base.place_names import write_countries
from sim.show.base.style import INK, NEUTRAL, NOBODY, SOFT, blend, foot, head, page, save, styled
from sim.show.check_model.factions import never_page, pace_page, plan_page
from sim.show.check_model.page import Scene
from sim.show.check_model.times import siege_page, speed_page, wait_page
from sim.show.run.maps import CHANCE

if TYPE_CHECKING:
    from sim.model.setup import Setup

BARRED = "#c1121f"
_STEPS = ((0.1, "under 20%"), (0.3, "20-40%"), (0.5, "40-60%"), (0.7, "60-80%"), (1.0, "over 80%"))
_NAMED = 16  # places on the way in the key


def draw_check(
    findings: Findings,
    record: Record,
    checks: Sequence[Check],
    settings: Config,
    title: str,
    setup: Setup,
    directory: Path,
) -> list[Path]:
    """Draw all figures into `directory/figures`, which is held; returns the files."""
    scene = Scene(findings, record, {check.key: check for check in checks}, settings, title)
    made: dict[str, Callable[[], Figure]] = {
        "planned_corridor": lambda: plan_map(scene, setup),
        "campaign_speed": lambda: speed_page(scene),
        "hex_to_town": lambda: wait_page(scene),
        "fights_for_places": lambda: siege_page(scene),
        "plans": lambda: plan_page(scene),
        "first_captures_and_losses": lambda: pace_page(scene),
        "never": lambda: never_page(scene),
    }
    with styled():
        files = [save(draw(), directory / FOLDER / f"{name}.png") for name, draw in made.items()]
        return placed(directory, files)


def plan_map(scene: Scene, setup: Setup) -> Figure:
    """In which worlds each hex is on a best planned corridor on day 0."""
    findings, theatre = scene.findings, setup.theatre
    share, base = findings.plan.share, ground(scene.settings.theatre.name, theatre.layout)
    hexes = theatre.hexes
    figure = page()
    barred = int((findings.plan.barred > 0.0).sum())
    on = [u for u in range(hexes, theatre.units) if share[u] >= 0.5]
    along = sorted(on, key=lambda u: float(theatre.x[u]))
    names = [scene.place(u) for u in along]
    title = "Planned corridor on day 0: " + (
        f"{barred} hexes that no member may ever attack or pass" if barred
        else "no hex that its members could not take or pass" if findings.plan.none < 1.0
        else "no way at all"
    )  # fmt: skip
    head(figure, title, f"{scene.words} In most of them by {listed(names)}.")
    axes = map_axes(figure, base, 0.35, 0.52, 8.02)
    colours: list[Any] = [_colour(float(s)) for s in share[:hexes]]
    for u in np.flatnonzero(findings.holder[:hexes] < -1).tolist():
        colours[u] = blend(NEUTRAL, 0.0)
    draw_hexes(axes, base, colours)
    draw_water(axes, base)
    draw_roads(axes, base, 0.8)
    draw_borders(axes, base)
    edge = np.zeros((hexes, 6), np.bool_)
    edge[findings.plan.barred[:hexes] > 0.0] = True
    add(axes, LineCollection(base.sides(edge), colors=BARRED, linewidths=2.2))
    _names(axes, scene, setup, base)
    _key(figure, scene, along, barred)
    foot(figure, scene, has_map=True)
    return figure


def _colour(share: float) -> Any:
    return CHANCE(0.15 + 0.85 * share)[:3] if share > 0.0 else blend(NOBODY, 0.0)


def _names(axes: Any, scene: Scene, setup: Setup, base: Basemap) -> None:
    """Marks of all places; names of those on the way first, in bold, then cities."""
    findings, theatre = scene.findings, setup.theatre
    units = range(theatre.hexes, theatre.units)
    axes.scatter(theatre.x[theatre.hexes :], theatre.y[theatre.hexes :], s=11.0, c="white",
                 edgecolors=INK, linewidths=0.7, zorder=7)  # fmt: skip
    placer = Placer(axes)
    placer.mark([(float(theatre.x[u]), float(theatre.y[u])) for u in units], 2.0)
    placer.cover(*draw_scale(axes, base))
    share = findings.plan.share
    order = sorted(units, key=lambda u: (-float(share[u]), -int(theatre.population[u])))
    labels = [
        Label(scene.place(u), float(theatre.x[u]), float(theatre.y[u]),
              8.5 if share[u] > 0.0 else 7.0, INK if share[u] > 0.0 else SOFT,
              "bold" if share[u] > 0.0 else "normal")
        for u in order
    ]  # fmt: skip
    first = sum(float(share[u]) > 0.0 for u in units)
    write_all(placer, labels[:first])
    write_countries(placer, base.spec, 8.5)
    write_all(placer, labels[first:], 34)


def _key(figure: Figure, scene: Scene, along: Sequence[int], barred: int) -> None:
    """What colours mean, and the places on the way."""
    findings = scene.findings
    key = Key.beside(figure, 8.37, 0.52)
    key.heading("On a best planned way, share of worlds")
    key.ramp([(_colour(share), text) for share, text in _STEPS])
    key.swatch(blend(NOBODY, 0.0), "In no world", [])
    key.swatch(NEUTRAL, "Neutral country", [])
    key.line(BARRED, 2.2, "solid", f"No member may ever attack or pass: {barred} hexes")
    key.gap()
    key.heading("Places on the way", ["worlds"])
    on = [u for u in range(findings.hexes, len(findings.places)) if findings.plan.share[u] > 0.0]
    for u in sorted(on, key=lambda u: -float(findings.plan.share[u]))[:_NAMED]:
        share = float(findings.plan.share[u])
        key.swatch(_colour(share), scene.place(u), [percent(share)])
    key.gap()
    key.note(
        "Shortest for the coalition: road distance, plus what taking ground and passing without a "
        "paved road cost. Ways that are equally short all count. A place has its hex's share."
    )
