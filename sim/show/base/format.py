"""Numbers, dates and findings in words, as they stand in titles and labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sim.show.base.digits import places
from sim.theatre.spec import TheatreSpec

_CUTS = (" (", " / ", ", ")
_ENDS = (" garrison", " outpost", " border crossing", " crossing", " pumping station")


def percent(share: float, decimals: int = 0) -> str:
    """A share as a percentage; one that only rounds to 0 or 100 says so."""
    text = f"{100.0 * share:.{decimals}f}"
    least = 10.0**-decimals
    if float(text) == 0.0 and share > 0.0:
        return f"<{least:g}%"
    if float(text) == 100.0 and share < 1.0:
        return f">{100.0 - least:g}%"
    return f"{float(text):.{decimals if float(text) not in (0.0, 100.0) else 0}f}%"


def number(value: float) -> str:
    """Three digits, and whole numbers from a thousand on."""
    return f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:.3g}"


def interval(ends: Mapping[str, Any]) -> str:
    """`46% [36, 56]`: an estimate with its interval, with decimals where all are small."""
    low, high = float(ends["low"]), float(ends["high"])
    estimate = float(ends["estimate"])
    decimals = 1 if high < 0.1 or low > 0.9 else 0
    if high - low < 0.01:
        decimals = places(100.0 * low, 100.0 * high, decimals)
    return f"{percent(estimate, decimals)} [{_end(low, decimals)}, {_end(high, decimals)}]"


def _end(share: float, decimals: int) -> str:
    """An end of an interval in hundredths, with a decimal where it would round to 0 or 100."""
    if share in (0.0, 1.0):
        return f"{100.0 * share:.0f}"
    if 0.0 < share < 0.005 or 0.995 <= share < 1.0:
        decimals = max(1, decimals)
    return f"{100.0 * share:.{decimals}f}".removesuffix(".0")


def day(when: date, year: bool = True) -> str:
    """`4 June 2017`."""
    text = f"{when.day} {when:%B}"
    return f"{text} {when.year}" if year else text


def worlds(number: int) -> str:
    """`200 worlds`."""
    return "1 world" if number == 1 else f"{number:,} worlds"


def listed(words: Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def short(faction: str) -> str:
    """A faction's key as a short label: initials in capitals."""
    return faction.upper() if len(faction) <= 4 else faction.replace("_", " ").capitalize()


def corridors(dates: Mapping[str, date | None]) -> str:
    """The first day of a corridor in one world by kind, None for none, as a clause."""
    return ", ".join(
        f"a corridor by {kind} on {day(when)}" if when else f"none by {kind}"
        for kind, when in dates.items()
    )


def within(faction: str, spec: TheatreSpec) -> str:
    """A faction inside a sentence."""
    return spec.factions.get(faction) or short(faction)


def place(key: str, name: str, spec: TheatreSpec) -> str:
    """A place's name, short enough for a map."""
    if key in spec.places:
        return spec.places[key]
    for cut in _CUTS:
        name = name.partition(cut)[0]
    for end in _ENDS:
        name = name.removesuffix(end)
    return name


def setting(key: str) -> str:
    """A setting by its key: `NAME: red line chance`."""
    words = key.removeprefix("faction.").replace("objectives.", "").replace("_", " ").split(".")
    return ": ".join([words[0], " ".join(words[1:])])


def both(p: Mapping[str, Mapping[str, Any]], by: str = "by") -> str:
    """P(corridor) of both kinds, each with its interval."""
    return "; ".join(f"{by} {kind} {interval(p[kind])}" for kind in ("territory", "road"))
