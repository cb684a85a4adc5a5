"""The page put together: plain numbers and drawings in, the bytes of one HTML file out.

The file asks nothing of any other place, and its policy would not let it. Nothing in it depends on
when, where or how often it is made.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from matplotlib.colors import to_hex

from sim.analysis.run.sample_worlds import History
from sim.ensemble.store.manifest import finite
from sim.paths import read_text
from sim.show.base.digits import bracketed
from sim.show.base.format import interval, percent, short, worlds
from sim.show.base.place_names import named_from
from sim.show.base.run_data import Run
from sim.show.base.style import KIND, OTHER_ROUTE, colour_code
from sim.show.page import charts, words
from sim.show.page.ground import NOBODY_CLASS, SIZES, Drawing, frame, lines, scale
from sim.show.page.numbers import Numbers, counts
from sim.show.page.packed import FORMAT, packed
from sim.show.run.dates import ORDER
from sim.show.run.maps import CHANCE, STEPS, hostile
from sim.version import __version__

UNSURE = (1, 2, 4, 6, 8)  # points at which the half-width has another colour
CHANGE = (0.02, 0.05, 0.15, 0.3)  # of a share, at which a change has another colour
_MONTHS = 6  # small maps that are printed
_PATTERNS = 4  # that the page has for routes


@dataclass(frozen=True, eq=False)
class Case:
    """A run on the page."""

    run: Numbers  # as `numbers.of_run` gives it
    drawing: Drawing
    histories: Sequence[History]  # the worlds of `run["worlds"]`
    why_none: str = ""  # there are no histories
    level: str = "full"  # or "light": without what few look up; "brief": without maps too

    @property
    def of(self) -> Run:
        """The run that it is about."""
        return self.drawing.run

    @property
    def draws(self) -> int:
        """Draws of the uncertain inputs."""
        return -(-self.of.worlds // self.of.per_draw)

    @cached_property
    def flat(self) -> list[tuple[str, str]]:
        """Every number of the summary as it stands there, by its dotted name."""
        return [(key, json.dumps(value)) for key, value in _flat(self.run["summary"])]

    @property
    def said(self) -> Numbers:
        """What goes into the page as JSON: nothing twice, and of brief cases no maps."""
        left = {"when"} if "time_to_corridor" in self.run["summary"] else set()
        if self.level == "brief":
            left |= {"weeks", "places", "alarm", "settings", "curves", "routes_by_day"}
        return {key: value for key, value in self.run.items() if key not in left}

    @cached_property
    def ground(self) -> Markup:
        """The last date."""
        return self.drawing.who(self.of.history[-1])

    @property
    def places(self) -> Markup:
        """Marks of places at the last date."""
        return self.drawing.places(self.drawing.classes(self.of.history[-1]))

    @property
    def names(self) -> Markup:
        """Names of places and countries."""
        return Markup("").join(text for text, _ in self.drawing.names_of_places.values())

    @cached_property
    def labels(self) -> list[dict[str, list[list[Any]]]]:
        """Names of factions on their ground, by date."""
        return [self.drawing.names_of_holders(control) for control in self.of.history]

    @property
    def holder_names(self) -> Markup:
        """Those at the last date."""
        return self.drawing.write_holders(self.labels[-1])

    @property
    def holders(self) -> list[dict[str, Any]]:
        """Factions for a legend: who holds any ground on any date, the coalition first."""
        there = np.max([control.share.max(axis=1) for control in self.of.history], axis=0) > 0.0
        order = sorted(range(len(self.of.factions)), key=lambda f: f not in self._own)
        looks = [(f, f"f{self.drawing.names.index(self.of.factions[f])}") for f in order]
        return [
            {
                "look": f"{look} s0",
                "look_of": look,
                "title": self.run["factions"][f]["title"],
                "member": f in self._own,
            }
            for f, look in looks
            if there[f] or f in self._own
        ]

    @property
    def months(self) -> list[tuple[str, Markup]]:
        """Small maps of a few dates, for paper."""
        last = len(self.of.history) - 1
        at = sorted({round(k * last / (_MONTHS - 1)) for k in range(_MONTHS)})
        return [
            (
                words.said_day(self.of.history[k].when.isoformat()),
                self.drawing.strips(self.drawing.classes(self.of.history[k])),
            )
            for k in at
        ]

    @cached_property
    def small(self) -> list[tuple[Numbers, Markup]]:
        """Single worlds at the last date, as small maps."""
        looks = [*self._looks, NOBODY_CLASS, "neutral"]
        return [
            (world, self.drawing.strips([looks[holder] for holder in history.holder[-1]]))
            for world, history in zip(self.run.get("worlds", []), self.histories, strict=True)
        ]

    @property
    def place_options(self) -> list[tuple[str, int]]:
        """Names of places and their numbers, by name."""
        theatre = self.of.theatre
        names = theatre.names[theatre.hexes :]
        return sorted((name, k) for k, name in enumerate(names))

    def title_of(self, key: str) -> str:
        """A faction's title; nobody's."""
        return next((f["title"] for f in self.run["factions"] if f["key"] == key), "nobody")

    @property
    def map(self) -> dict[str, Any]:
        """What the script draws other dates from."""
        run = self.of
        single = {}
        if self.histories:
            held = np.stack([history.holder.T for history in self.histories])
            single = {"single": len(held), "worlds": packed(held)}
        return {
            **self.ground_rules,
            "dates": len(run.history),
            "total": run.worlds,
            "draws": self.draws,
            "labels": self.labels,
            "counts": packed(counts(run)),
            **single,
        }

    @property
    def ground_rules(self) -> dict[str, Any]:
        """What of that does not depend on worlds."""
        run, theatre, layout = self.of, self.of.theatre, self.of.theatre.layout
        x, y = frame(self.drawing.base).at(layout.x0, layout.y0)
        places = []
        for unit in range(theatre.hexes, theatre.units):
            at = frame(self.drawing.base).at(float(theatre.x[unit]), float(theatre.y[unit]))
            places.append([theatre.names[unit], *(round(number, 1) for number in at)])
        return {
            "names": [*self._looks, NOBODY_CLASS],
            "short": [short(name).upper() for name in run.factions],
            "said": [*(faction["said"] for faction in self.run["factions"]), "nobody"],
            "units": theatre.units,
            "own": self._own,
            "hostile": hostile(run).astype(int).tolist(),
            "steps": [least for least, *_ in STEPS],
            "unsure": UNSURE,
            "change": CHANGE,
            "named_from": named_from(theatre),
            "grid": {"cols": layout.cols, "rows": layout.rows, "x0": x, "y0": y,
                     "across": layout.hex_km * frame(self.drawing.base).scale},
            "places": places,
        }  # fmt: skip

    @property
    def _own(self) -> list[int]:
        return [self.of.factions.index(name) for name in self.of.coalition]

    @property
    def _looks(self) -> list[str]:
        return [f"f{self.drawing.names.index(name)}" for name in self.of.factions]


@dataclass(frozen=True)
class Page:
    """What a page says."""

    kind: str
    title: str
    subtitle: str
    cases: Sequence[Case]
    comparisons: Sequence[Numbers] = ()
    sweep: Numbers | None = None
    criticality: Numbers | None = None
    sensitivity: Numbers | None = None
    score: Numbers | None = None


def render(page: Page) -> bytes:
    """The HTML file of a page."""
    known = {
        "landbridge": __version__,
        "runs": [case.said for case in page.cases],
        "comparisons": page.comparisons,
        "sweep": page.sweep,
        "criticality": page.criticality,
        "sensitivity": page.sensitivity,
        "score": page.score,
    }
    maps = [case.map for case in page.cases if case.level != "brief"]
    return _filled("page.html", page, ("map", "page"), numbers=_json(known), maps=_json(maps))


def card(page: Page) -> str:
    """The answer, the last map and the dates, without a script, for a notebook."""
    return _filled("card.html", page, ()).decode()


def live(case: Case, controls: Mapping[str, Any], fixed: Sequence[str], most: int) -> bytes:
    """The page of the live view.

    Args:
        case: the settings at the start, of which no world is run.
        controls: what can be moved.
        fixed: settings that all of its worlds share, as overrides.
        most: number of a world that may be asked for.
    """
    known = {**controls, "fixed": list(fixed), "map": case.ground_rules}
    page = Page("live", words.question(case.run), "", [case])
    return _filled(
        "view.html", page, ("map", "world", "view"), "connect-src 'self'; ", controls=controls,
        controls_json=_json(known), most=most, sizes=SIZES,
    )  # fmt: skip


def _filled(
    template: str, page: Page, scripts: Sequence[str], allowed: str = "", **more: Any
) -> bytes:
    style = f"{_palette(page)}{read_text('show/page/page.css')}"
    script = "".join(read_text(f"show/page/{name}.js") for name in scripts)
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        f"{allowed}"
        "base-uri 'none'; form-action 'none'"
    )
    base = page.cases[0].drawing.base if page.cases else None
    sources = " ".join(dict.fromkeys(case.of.spec.attribution for case in page.cases))
    html: str = _environment().get_template(template).render(
        **vars(page), **_compared(page), **more,
        in_notebook=not scripts, version=__version__, policy=policy,
        style=Markup(style), script=Markup(script),
        alone=len(page.cases) == 1, kinds=ORDER, words=words, charts=charts,
        wide=charts.WIDE, narrow=charts.NARROW, sources=sources, format=FORMAT,
        box=frame(base).box if base else "", lines=lines(base) if base else "",
        scale=scale(base) if base else "",
        steps=[text for *_, text in STEPS], unsure=_unsure(), change=_change(),
    )  # fmt: skip
    return html.encode()


def _compared(page: Page) -> dict[str, Any]:
    """Sentences of a page about several runs."""
    if not page.comparisons:
        return {
            "first": "the baseline",
            "comparable": False,
            "against": "",
            "difference_words": "",
            "level": "",
        }
    first = page.cases[0].run["label"]
    return {
        "first": first,
        "comparable": len({case.of.theatre.units for case in page.cases}) == 1,
        "against": f"{len(page.cases)} runs; every other is held against {first}.",
        "difference_words": " ".join(words.differences(page.comparisons, kind) for kind in ORDER),
        "level": percent(page.comparisons[0]["difference"]["level"]),
    }


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("sim.show.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "share": lambda value: percent(value, 1),
        "interval": interval,
        "interval_at": lambda share: interval({**share, "estimate": share["share"]}),
        "decimal": lambda value: "not known" if value is None else f"{value:.3f}",
        "two": lambda interval: (
            "not known" if interval["estimate"] is None else bracketed(interval, ".2f")
        ),
        "plain": lambda value: f"{value:g}",
        "points": words.signed,
        "days": lambda interval: bracketed(interval, "+.1f"),
        "plain_days": lambda interval: bracketed(interval, ".0f"),
        "small_p": lambda value: "<0.001" if value < 0.001 else f"{value:.3f}",
        "thousands": lambda value: f"{value:,}",
        "counted": worlds,
        "capitalised": lambda text: f"{text[:1].upper()}{text[1:]}",
    }
    return made


def _palette(page: Page) -> str:
    """Colours as variables and classes: kinds, routes, factions, steps of shares."""
    parts = [":root{"]
    for kind, colour in KIND.items():
        parts.append(f"--{kind}:{colour};--{kind}-text:color-mix(in srgb,{colour} 70%,var(--ink));")
    parts.append("}")
    parts.append(f"[class*=route-]{{--c:{OTHER_ROUTE}}}.route-never{{--c:var(--strong)}}")
    routes = {name: route for case in page.cases for name, route in case.of.spec.routes.items()}
    for k, (name, route) in enumerate(routes.items()):
        called = charts.css_name(name)
        parts.append(f".route-{called}{{--c:{colour_code(route.colour)}}}")
        parts.append(f".way-{called}{{fill:url(#way-{k % _PATTERNS})}}")
    looks: dict[str, str] = {}
    for case in page.cases:
        for name in case.of.factions:
            index = case.drawing.names.index(name)
            looks.setdefault(f"f{index}", colour_code(case.of.colour(name)))
    parts += [f".{look}{{--c:{colour}}}" for look, colour in looks.items()]
    for k, (_, white, _) in enumerate(STEPS):
        mix = f"color-mix(in srgb,var(--c) {100 * (1.0 - white):g}%,var(--pale))"
        parts.append(f".s{k}{{--g:{mix}}}")
    for k in range(10):
        light = to_hex(CHANCE((k + 0.5) / 10.0))
        parts.append(_shade(f"c{k}", f"light-dark({light},{_mix('--high', '--low', k / 9.0)})"))
    for k in range(len(UNSURE) + 1):
        parts.append(_shade(f"u{k}", _mix("--deep", "--fog", k / len(UNSURE))))
    for k in range(9):
        end = "--less" if k < 4 else "--more"
        parts.append(_shade(f"d{k}", _mix(end, "--same", abs(k - 4) / 4.0)))
    return "".join(parts) + ".hatching{fill:var(--front);opacity:.45}\n"


def _shade(name: str, colour: str) -> str:
    return f".{name}{{fill:{colour};--g:{colour}}}.fill .{name}{{stroke:{colour}}}"


def _mix(more: str, less: str, share: float) -> str:
    return f"color-mix(in srgb,var({more}) {100 * share:.0f}%,var({less}))"


def _unsure() -> list[str]:
    ends = [f"{a} to {b}" for a, b in pairwise(UNSURE)]
    return [f"under {UNSURE[0]}", *ends, f"{UNSURE[-1]} or more"]


def _change() -> str:
    *most, last = [f"{100 * level:g}" for level in CHANGE]
    return f"{', '.join(most)} and {last}"


def _hash(text: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _json(tree: Any) -> Markup:
    """JSON that cannot end the script that it stands in."""
    text = json.dumps(finite(tree), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for mark in "<>&":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return Markup(text)


def _flat(tree: Any, stem: str = "") -> list[tuple[str, Any]]:
    """Leaves by dotted name, in order; items of lists by their number."""
    if isinstance(tree, Mapping):
        items: Any = tree.items()
    elif isinstance(tree, list):
        items = enumerate(tree)
    else:
        return [(stem, tree)]
    return [leaf for key, value in items for leaf in _flat(value, f"{stem}.{key}".lstrip("."))]
