"""Which way: shares of all worlds by route and crossing, by territory and by road, and never."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.analysis.stats.intervals import Interval, share
from sim.show.base.format import day, interval, worlds
from sim.show.base.run_data import Run
from sim.show.base.style import FAINT, INK, SOFT, blend, foot, head, page, route_colour
from sim.show.run.dates import ORDER


@dataclass(frozen=True)
class Row:
    """A line of the chart: a route, one of its crossings, or never."""

    route: str  # empty: never
    crossing: str  # empty: the route as a whole
    label: str
    found: dict[str, Interval]  # by kind


def rows(run: Run, crossings: bool = True) -> list[Row]:
    """Routes, below each the crossings that any world used, and never; shares of all worlds."""
    tables = {kind: _table(run, kind) for kind in ORDER}
    used = [key for table in tables.values() for key in table if key[0]]
    others = sorted({route for route, _ in used} - set(run.spec.routes))
    listed = []
    for route in (*run.spec.routes, *others):
        listed.append(_row(run, tables, route, "", f"{route.capitalize()} route"))
        below = sorted({c for r, c in used if r == route and c}) if crossings else []
        below.sort(
            key=lambda c: -sum(int(t.get((route, c), np.zeros(1)).sum()) for t in tables.values())
        )
        for crossing in below:
            listed.append(_row(run, tables, route, crossing, run.place_name(crossing)))
    listed.append(_row(run, tables, "", "", "No corridor"))
    return listed


def route_page(run: Run) -> Figure:
    """Two panels, by territory and by road, with the same rows."""
    lines = rows(run)
    figure = page((11.5, 2.45 + 0.32 * max(7, len(lines))))
    head(figure, *route_words(run))
    height = float(figure.get_size_inches()[1])
    for k, kind in enumerate(ORDER):
        box = (0.145 + 0.435 * k, 0.85 / height, 0.29, 1.0 - 2.15 / height)
        axes = figure.add_axes(box)
        draw_routes(axes, run, lines, kind, labels=k == 0)
        p = interval(run.summary["p_corridor"][kind])
        axes.set_title(
            f"By {kind}: corridor in {p} of worlds", size=10.5, weight="bold", loc="left", pad=10
        )
        axes.set_xlabel("Share of all worlds, with 95% interval")
    foot(figure, run, has_map=False)
    return figure


def route_words(run: Run) -> tuple[str, str]:
    """Title and subtitle of the chart of routes."""
    parts = []
    for kind in ORDER:
        routes = run.summary["routes"][kind]
        p = interval(run.summary["p_corridor"][kind])
        if not routes:
            parts.append(f"by {kind} {p}")
            continue
        first = max(routes, key=lambda name: float(routes[name]["estimate"]))
        parts.append(f"by {kind} {p}, of which {interval(routes[first])} {_by(first)}")
    title = "; ".join(parts)
    return f"{title[:1].upper()}{title[1:]}", (
        f"{run.scenario_words} Route and border crossing of the first corridor held "
        f"{run.hold_days} days; share of {worlds(run.worlds)}, none by {day(run.until)} included."
    )


def draw_routes(
    axes: Axes, run: Run, lines: list[Row], kind: str, labels: bool, size: float = 9.5
) -> None:
    """Bars with intervals, in numbers at the right; crossings are paler than their route."""
    y = np.arange(len(lines), dtype=np.float64)
    for at, row in zip(y, lines, strict=True):
        p = row.found[kind]
        colour = route_colour(row.route, run.spec)
        whole = not row.crossing
        axes.barh(
            at, p.estimate, 0.66 if whole else 0.42, color=colour if whole else blend(colour, 0.5)
        )
        axes.plot([p.low, p.high], [at, at], color=INK, lw=1.2 if whole else 0.9)
        axes.text(
            1.03,
            at,
            interval(p.as_dict()),
            size=size - (0.5 if whole else 1.2),
            weight="bold" if whole else "normal",
            color=INK if whole else SOFT,
            va="center_baseline",
        )
    axes.set(xlim=(0.0, 1.0), ylim=(len(lines) - 0.4, -0.6))
    axes.set_yticks(y, labels=[row.label for row in lines] if labels else [""] * len(lines))
    for tick, row in zip(axes.get_yticklabels(), lines, strict=True):
        whole = not row.crossing
        tick.set(size=size if whole else size - 1.0, color=INK if whole else SOFT)
    axes.tick_params(axis="y", length=0.0)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_xticks(np.linspace(0.0, 1.0, 5 if size > 9.0 else 3))
    axes.grid(axis="x")
    axes.spines["left"].set_color(FAINT)


def _by(route: str) -> str:
    return "through the centre" if route == "centre" else f"by the {route}"


def _table(run: Run, kind: str) -> dict[tuple[str, str], np.ndarray]:
    """(W,) flags of the worlds by (route, crossing), (route, "") and ("", ""), that is never."""
    with run.worlds_file() as file:
        texts = file.texts()
        formed = file.values(f"formed_{kind}").astype(np.bool_)
        flags: dict[tuple[str, str], np.ndarray] = {("", ""): ~formed}
        name = f"route_{kind}"
        if name not in texts:
            return flags
        route, routes = file.coded(name)
        for code, value in enumerate(routes):
            flags[(value, "")] = (route == code) & formed
        name = f"crossing_{kind}"
        if name not in texts:
            return flags
        crossing, crossings = file.coded(name)
    for code, value in enumerate(routes):
        for at, place_ in enumerate(crossings):
            both = (route == code) & (crossing == at) & formed
            if both.any():
                flags[(value, place_)] = both
    return flags


def _row(
    run: Run,
    tables: dict[str, dict[tuple[str, str], np.ndarray]],
    route: str,
    crossing: str,
    label: str,
) -> Row:
    nothing = np.zeros(run.worlds, np.bool_)
    flags = {kind: table.get((route, crossing), nothing) for kind, table in tables.items()}
    shares = {kind: share(flag, run.per_draw) for kind, flag in flags.items()}
    return Row(route, crossing, label, shares)
