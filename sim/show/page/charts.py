"""Charts in SVG, drawn from plain numbers, each as wide as it is asked to be.

Every chart is drawn twice, for a desk and for a telephone: letters keep their size and lines are
laid out anew, where a scaled picture would be unreadable. Colours are classes of the style sheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from sim.show.base.format import percent
from sim.show.page.svg import Value, element, short, steps
from sim.show.run.dates import ORDER

WIDE, NARROW = 960.0, 350.0
_PART = 1e-9
_LEAST_INDEX, _MOST_INDEX = -0.15, 1.15  # where indices and their intervals are cut off
_TOPS = (0.04, 0.08, 0.2, 0.4, 0.6, 0.8, 1.0)  # of scales: their quarters are whole hundredths


@dataclass(frozen=True)
class Plot:
    """A rectangle of a picture with a scale along each side."""

    left: float
    top: float
    width: float
    height: float
    x_from: float
    x_to: float
    y_from: float = 0.0
    y_to: float = 1.0

    def x(self, value: float) -> float:
        """Where a value stands from the left."""
        span = max(self.x_to - self.x_from, _PART)
        return self.left + self.width * (value - self.x_from) / span

    def y(self, value: float) -> float:
        """Where a value stands from the top."""
        span = max(self.y_to - self.y_from, _PART)
        return self.top + self.height * (1.0 - (value - self.y_from) / span)

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width


def picture(width: float, height: float, name: str, *inside: Markup, **more: Value) -> Markup:
    """A drawing with its own scale; `name` is what one who cannot see it is told."""
    box = f"0 0 {short(width)} {short(height)}"
    look = str(more.pop("class_", "chart"))
    return element(
        "svg", element("title", name), *inside, viewBox=box, role="img", class_=look,
        aria_label=name, **more,
    )  # fmt: skip


def label(text: str, x: float, y: float, look: str = "", anchor: str = "start") -> Markup:
    """A text; `anchor` is the point of it that stands at x."""
    side = None if anchor == "start" else anchor
    return element("text", text, x=x, y=y, class_=look or None, text_anchor=side)


def rule(x1: float, y1: float, x2: float, y2: float, look: str) -> Markup:
    """A straight line."""
    return element("path", d=f"M{short(x1)} {short(y1)}L{short(x2)} {short(y2)}", class_=look)


def months(plot: Plot, origin: date, days: int) -> Iterator[tuple[float, str]]:
    """Where to write which dates below an axis of days, with room between them."""
    room = max(2, int(plot.width / 62.0))
    last = origin + timedelta(days)
    firsts = []
    at = date(origin.year + origin.month // 12, origin.month % 12 + 1, 1)
    while at <= last:
        firsts.append(at)
        at = date(at.year + at.month // 12, at.month % 12 + 1, 1)
    if len(firsts) < 2:
        step = max(1, -(-days // room))
        for day in range(0, days + 1, step):
            when = origin + timedelta(day)
            yield float(day), f"{when.day} {when:%b}"
        return
    skip = next(s for s in (1, 2, 3, 6, 12, 24, 60, 120) if len(firsts) / s <= room)
    year = 0
    for when in firsts[::skip]:
        yield float((when - origin).days), f"{when:%b}" + f" {when.year}" * (when.year != year)
        year = when.year


def shares(plot: Plot) -> Markup:
    """Lines and figures of shares at the left, in quarters of the scale."""
    parts = []
    for k in range(5):
        value = plot.y_to * k / 4.0
        y = plot.y(value)
        parts.append(rule(plot.left, y, plot.right, y, "grid" if k else "axis"))
        parts.append(label(percent(value), plot.left - 8.0, y + 4.0, "tick", "end"))
    return element("g", *parts)


def dates(plot: Plot, origin: date, days: int) -> Markup:
    """Dates below."""
    parts = []
    for day, text in months(plot, origin, days):
        x = plot.x(day)
        parts.append(rule(x, plot.bottom, x, plot.bottom + 5.0, "axis"))
        parts.append(label(text, x, plot.bottom + 19.0, "tick", "middle"))
    return element("g", *parts)


def when_chart(run: Mapping[str, Any], width: float) -> Markup:
    """Worlds with a corridor by its first day, by territory and by road, with both bands."""
    origin, days = _span(run)
    wide = width > 600.0
    height = 360.0 if wide else 290.0
    plot = Plot(46.0, 14.0, width - (186.0 if wide else 62.0), height - 52.0, 0.0, float(days))
    parts = [shares(plot), dates(plot, origin, days)]
    horizon = (date.fromisoformat(run["until"]) - origin).days
    if horizon < days:
        x = plot.x(horizon)
        parts.append(rule(x, plot.top, x, plot.bottom, "horizon"))
        parts.append(label("horizon", x + 5.0, plot.bottom - 7.0, "tick"))
    ends = {kind: plot.y(run["curves"][kind]["share"][-1]) + 4.0 for kind in ORDER}
    if abs(ends[ORDER[0]] - ends[ORDER[1]]) < 16.0:  # names that would cover each other
        upper = min(ORDER, key=lambda kind: ends[kind])
        ends[upper] -= 16.0 - abs(ends[ORDER[0]] - ends[ORDER[1]])
    for kind in ORDER:
        curve = run["curves"][kind]
        for low, high, look in (("band_low", "band_high", "band"), ("low", "high", "inner")):
            parts.append(_area(plot, curve["day"], curve[low], curve[high], f"{look} {kind}"))
        points = [(plot.x(d), plot.y(s)) for d, s in zip(curve["day"], curve["share"], strict=True)]
        parts.append(element("path", d=steps(points), class_=f"curve {kind}"))
        parts += _median(plot, run["when"][kind]["median_days"], days, kind)
        if wide:
            text = f"by {kind} {percent(curve['share'][-1])}"
            parts.append(label(text, plot.right + 8.0, ends[kind], f"key {kind}"))
    name = "Share of worlds with a corridor by its first day, by territory and by road"
    return picture(width, height, name, *parts)


def _span(run: Mapping[str, Any]) -> tuple[date, int]:
    origin = date.fromisoformat(run["origin"])
    return origin, (date.fromisoformat(run["followed"]) - origin).days


def _area(
    plot: Plot, day: Sequence[float], low: Sequence[float], high: Sequence[float], look: str
) -> Markup:
    """What lies between two curves that stay where they are until the next day."""
    upper = steps([(plot.x(d), plot.y(v)) for d, v in zip(day, high, strict=True)])
    back = [(plot.x(d), plot.y(v)) for d, v in zip(day, low, strict=True)][::-1]
    lower = "".join(f"V{short(y)}H{short(x)}" for x, y in back[1:])
    return element("path", d=f"{upper}V{short(back[0][1])}{lower}z", class_=look)


def _median(plot: Plot, days_of: Mapping[str, int | None], days: int, kind: str) -> list[Markup]:
    if days_of["estimate"] is None or days_of["low"] is None:
        return []
    low, high = plot.x(days_of["low"]), plot.x(days if days_of["high"] is None else days_of["high"])
    y = plot.y(0.5)
    dot = element("circle", cx=plot.x(days_of["estimate"]), cy=y, r=5, class_=f"dot {kind}")
    return [rule(low, y, high, y, "span"), dot]


def css_name(route: str) -> str:
    """A route in the names of classes; that of none is `never`."""
    return re.sub(r"\W", "-", route) or "never"


def route_look(route: str) -> str:
    """The class of a route, that of none included."""
    return f"route-{css_name(route)}"


def route_pattern(route: str) -> str:
    """What is drawn over its colour; see the patterns of the page."""
    return f"way-{css_name(route)}"


def route_chart(run: Mapping[str, Any], kind: str, width: float) -> Markup:
    """Worlds with a corridor by its first day to the horizon, one route on the other.

    Args:
        run: the numbers of a run.
        kind: by territory or by road.
        width: of the picture.
    """
    by_day = run["routes_by_day"][kind]
    day, origin = by_day["day"], _span(run)[0]
    base = [0.0] * len(day)
    areas: list[tuple[str, list[float], list[float]]] = []
    for route, curve in by_day["routes"].items():
        top = [a + b for a, b in zip(base, curve["share"], strict=True)]
        areas.append((route, base, top))
        base = top
    most = next(top for top in _TOPS if top >= min(1.0, 1.05 * base[-1]))
    plot = Plot(40.0, 8.0, width - 56.0, 190.0, 0.0, float(day[-1]), 0.0, most)
    parts = [shares(plot), dates(plot, origin, day[-1])]
    for route, low, high in areas:
        if high[-1] > low[-1]:
            for look in (f"bar {route_look(route)}", route_pattern(route)):
                parts.append(_area(plot, day, low, high, f"way {look}"))
    if not base[-1]:
        x, y = plot.left + plot.width / 2.0, plot.top + plot.height / 2.0
        parts.append(label("in none of the worlds", x, y, "tick", "middle"))
    name = f"Share of worlds with a corridor by {kind} by its first day, route upon route"
    return picture(width, plot.bottom + 26.0, name, *parts)


def doubt_chart(run: Mapping[str, Any], width: float) -> Markup:
    """P with what leaves it in doubt: bars for the interval and for the inputs, ticks for rules."""
    room = 92.0 if width > 600.0 else 0.0
    plot = Plot(room + 8.0, 8.0, width - room - 24.0, 104.0 if room else 142.0, 0.0, 1.0)
    parts = []
    for k in range(5):
        x = plot.x(k / 4.0)
        parts.append(rule(x, plot.top, x, plot.bottom, "grid"))
        parts.append(label(percent(k / 4.0), x, plot.bottom + 18.0, "tick", "middle"))
    for k, kind in enumerate(ORDER):
        y = plot.top + plot.height * (k + 0.5) / 2.0 + (0.0 if room else 8.0)
        where = (0.0, y + 5.0) if room else (plot.left, y - 21.0)
        parts.append(label(f"by {kind}", *where, f"key {kind}"))
        parts += _in_doubt(plot, y, run["summary"], kind)
    name = "P of a corridor by the horizon, with its interval, the doubt about inputs, and by rules"
    return picture(width, plot.bottom + 26.0, name, *parts)


def _in_doubt(plot: Plot, y: float, summary: Mapping[str, Any], kind: str) -> list[Markup]:
    p, doubt = summary["p_corridor"][kind], summary["doubt"][kind]
    parts = []
    if doubt["inputs"] is not None:
        ends = [min(1.0, max(0.0, p["estimate"] + s * doubt["inputs"])) for s in (-1.0, 1.0)]
        x = plot.x(ends[0])
        parts.append(
            element(
                "rect", x=x, y=y - 9.0, width=max(1.0, plot.x(ends[1]) - x), height=18,
                class_=f"inputs {kind}",
            )
        )  # fmt: skip
    parts.append(rule(plot.x(p["low"]), y, plot.x(p["high"]), y, f"interval {kind}"))
    variants = [
        variant[kind]["estimate"] for variant in summary["variants"].values() if variant.get(kind)
    ]
    for value in variants if len(variants) > 1 else []:
        x = plot.x(value)
        parts.append(rule(x, y - 14.0, x, y + 14.0, "variant"))
    parts.append(element("circle", cx=plot.x(p["estimate"]), cy=y, r=6, class_=f"dot {kind}"))
    return parts


def dots(p: float, kind: str) -> Markup:
    """A hundred worlds as dots, as many filled as have a corridor."""
    full = round(100.0 * p)
    at = [f"M{6 + 12 * (k % 20)} {6 + 12 * (k // 20)}h0" for k in range(100)]
    marks = [
        element("path", d="".join(some), class_=look)
        for some, look in ((at[:full], f"on {kind}"), (at[full:], "off"), (at[full:], "hole"))
        if some
    ]
    return picture(240.0, 60.0, f"{full} of 100 worlds", *marks, class_="dots")


def bar(interval: Mapping[str, Any], look: str, width: float = 220.0) -> Markup:
    """A share as a bar with its interval."""
    plot = Plot(1.0, 0.0, width - 2.0, 16.0, 0.0, 1.0)
    wide = plot.x(interval["estimate"]) - plot.left
    parts = [
        rule(plot.left, 8.0, plot.right, 8.0, "grid"),
        element("rect", x=plot.left, y=2, width=wide, height=12, class_=f"bar {look}"),
        rule(plot.x(interval["low"]), 8.0, plot.x(interval["high"]), 8.0, "span"),
    ]
    box = f"0 0 {short(width)} 16"
    return element("svg", *parts, viewBox=box, class_="bars", aria_hidden="true")


def alarm_chart(run: Mapping[str, Any], name: str, width: float) -> Markup:
    """Alarm of one watcher: median and bands over worlds, and its threshold."""
    curve = run["alarm"][name]
    origin = date.fromisoformat(run["origin"])
    days = [(date.fromisoformat(day) - origin).days for day in curve["dates"]]
    plot = Plot(30.0, 8.0, width - 44.0, 112.0, float(days[0]), float(max(days[-1], 1)))
    parts = []
    for value in (0.0, 0.5, 1.0):
        parts.append(rule(plot.left, plot.y(value), plot.right, plot.y(value), "grid"))
        parts.append(label(f"{value:g}", plot.left - 6.0, plot.y(value) + 4.0, "tick", "end"))
    for day, text in months(plot, origin, days[-1]):
        parts.append(label(text, plot.x(day), plot.bottom + 16.0, "tick", "middle"))
    for low, high, look in (("q05", "q95", "band"), ("q25", "q75", "inner")):
        upper = [(plot.x(d), plot.y(v)) for d, v in zip(days, curve[high], strict=True)]
        lower = [(plot.x(d), plot.y(v)) for d, v in zip(days, curve[low], strict=True)]
        parts.append(
            element("path", d=_through([*upper, *lower[::-1]]) + "z", class_=f"{look} alarm")
        )
    middle = [(plot.x(d), plot.y(v)) for d, v in zip(days, curve["q50"], strict=True)]
    parts.append(element("path", d=_through(middle), class_="curve alarm"))
    if curve["threshold"] is not None:
        y = plot.y(curve["threshold"])
        parts.append(rule(plot.left, y, plot.right, y, "limit"))
    return picture(width, plot.bottom + 22.0, f"Alarm over time: {curve['title']}", *parts)


def _through(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{short(x)} {short(y)}" for x, y in points)


def forest(rows: Sequence[Mapping[str, Any]], width: float) -> Markup:
    """Differences with their intervals, a line each; thin marks: variants of the rules.

    A row has `label`, `kind`, `difference` and `by_variant`.
    """
    wide = width > 600.0
    step = 34.0 if wide else 46.0
    room = 300.0 if wide else 0.0
    ends = [abs(row["difference"][end]) for row in rows for end in ("low", "high")]
    most = max(0.02, *ends) * 1.08
    apart = next(step for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0) if 2.5 * step > most)
    plot = Plot(room + 6.0, 8.0, width - room - 20.0, step * len(rows), -most, most)
    parts = []
    for value in (apart * k for k in (-2, -1, 0, 1, 2) if abs(apart * k) <= most):
        x = plot.x(value)
        parts.append(rule(x, plot.top, x, plot.bottom, "axis" if value == 0.0 else "grid"))
        parts.append(
            label(f"{100 * value:+.0f}" if value else "0", x, plot.bottom + 18.0, "tick", "middle")
        )
    for k, row in enumerate(rows):
        y = plot.top + step * (k + 0.5) + (0.0 if wide else 8.0)
        where = (0.0, y + 5.0) if wide else (plot.left, y - 13.0)
        parts.append(label(row["label"], *where, "key"))
        difference = row["difference"]
        parts.append(
            rule(
                plot.x(difference["low"]),
                y,
                plot.x(difference["high"]),
                y,
                f"interval {row['kind']}",
            )
        )
        for interval in (row.get("by_variant") or {}).values():
            if interval is not None and abs(interval["estimate"]) <= most:
                x = plot.x(interval["estimate"])
                parts.append(rule(x, y + 4.0, x, y + 11.0, "variant"))
        dot = element(
            "circle", cx=plot.x(difference["estimate"]), cy=y, r=5, class_=f"dot {row['kind']}"
        )
        parts.append(dot)
    name = "Differences of P in points of a hundred, with their intervals"
    return picture(width, plot.bottom + 26.0, name, *parts)


def index_chart(indices: Mapping[str, Any], width: float) -> Markup:
    """Sobol' indices of inputs with their intervals, a line each: total, and below first order."""
    rows, kind = indices["rows"], indices["kind"]
    wide = width > 600.0
    step = 34.0 if wide else 50.0
    room = 300.0 if wide else 0.0
    plot = Plot(room + 6.0, 8.0, width - room - 20.0, step * len(rows), _LEAST_INDEX, _MOST_INDEX)
    parts = []
    for k in range(5):
        x = plot.x(k / 4.0)
        parts.append(rule(x, plot.top, x, plot.bottom, "grid" if k else "axis"))
        parts.append(label(f"{k / 4.0:g}", x, plot.bottom + 18.0, "tick", "middle"))
    for k, row in enumerate(rows):
        y = plot.top + step * (k + 0.5) + (0.0 if wide else 9.0)
        where = (0.0, y + 5.0) if wide else (plot.left, y - 14.0)
        parts.append(label(row["label"], *where, "key"))
        for name, at, look in (("total", y - 3.0, "interval"), ("first", y + 7.0, "whisker")):
            interval = row[name]
            if interval["estimate"] is None:
                continue
            low, middle, high = (_index(plot, interval[end]) for end in ("low", "estimate", "high"))
            mark = f"dot {kind}" if name == "total" else f"hollow {kind}"
            parts.append(rule(low, at, high, at, f"{look} {kind}"))
            parts.append(element("circle", cx=middle, cy=at, r=5 if name == "total" else 3.5,
                                 class_=mark))  # fmt: skip
    name = "Total and first-order indices of the inputs, with their intervals"
    return picture(width, plot.bottom + 26.0, name, *parts)


def _index(plot: Plot, value: float | None) -> float:
    """Where an index stands; one that is not bounded at the right edge."""
    known = plot.x_to if value is None else value
    return plot.x(min(plot.x_to, max(plot.x_from, known)))


def response(sweep: Mapping[str, Any], axis: Mapping[str, Any], width: float) -> Markup:
    """P at every point of a design over one of its keys, by territory and by road."""
    last = max(len(axis["said"]) - 1, 1)
    plot = Plot(44.0, 10.0, width - 52.0, 200.0, -0.4, last + 0.4)
    parts = [shares(plot)]
    longest = max(len(text) for text in axis["said"])
    every = -(-len(axis["said"]) // max(2, int(plot.width / (16.0 + 7.0 * longest))))
    for rank, text in enumerate(axis["said"]):
        if rank % every == 0:
            parts.append(label(text, plot.x(rank), plot.bottom + 19.0, "tick", "middle"))
    most = max(axis["at"].count(rank) for rank in set(axis["at"]))
    seen: dict[int, int] = {}
    for k, (rank, row) in enumerate(zip(axis["at"], sweep["rows"], strict=True)):
        seen[rank] = seen.get(rank, -1) + 1  # side by side where many stand at one value
        x = plot.x(rank + 0.6 * (seen[rank] - (axis["at"].count(rank) - 1) / 2.0) / most)
        for kind in ORDER:
            p = row["p_corridor"][kind]
            bars = rule(x, plot.y(p["low"]), x, plot.y(p["high"]), f"whisker {kind}")
            dot = element("circle", cx=x, cy=plot.y(p["estimate"]), r=5, class_=f"dot {kind}")
            parts.append(element("g", bars, dot, class_="point", data_point=str(k)))
    return picture(width, plot.bottom + 28.0, f"P over {axis['label']}", *parts)
