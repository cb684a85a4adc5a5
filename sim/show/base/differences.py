"""What a run is, in words: its scenario, and the settings by which it differs from that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from sim.config import theatres
from sim.config.texts import unquoted
from sim.paths import shown, theatre_folder
from sim.show.base.format import day, within
from sim.theatre.spec import TheatreSpec, theatre_spec

# How much is run and where, what is recorded and how it is called: none of it is a difference.
_SILENT = (
    "hydra",
    "executor",
    "design",
    "ensemble",
    "scenario",
    "title",
    "clock.record",
    "clock.bey",
)
_UNITS = {"km": "km", "days": "days", "month": "a month"}
_LONGEST = 60  # letters of a value


def words_and_unit(name: str) -> tuple[list[str], str]:
    """A name as words, and its unit if it ends in one."""
    words = name.replace("_", " ").split()
    unit = _UNITS.get(words[-1], "") if len(words) > 1 else ""
    if unit:
        words = words[:-2] if words[-2:] == ["per", "month"] else words[:-1]
    return words, unit


def phrase(key: str, value: str, spec: TheatreSpec) -> str:
    """A setting in words: `corridor weight of the regime 0`, `until 30 June 2018`."""
    if key in ("clock.origin", "clock.until"):
        return f"{'from' if key.endswith('origin') else 'until'} {_date(value)}"
    parts = key.split(".")
    if parts[0] == "faction" and len(parts) > 2:
        owner, names = f" of {within(parts[1], spec)}", parts[2:]
        if names[0] == "objectives" and len(names) > 1:
            names = [*names[1:], "weight"]
    else:
        owner, names = "", parts
    words, unit = words_and_unit(" ".join(names))
    if len(value) > _LONGEST:
        value = f"{value[: _LONGEST - 1]}…"
    return " ".join([*words, *owner.split(), value, *unit.split()])


def phrases(overrides: Sequence[str]) -> list[str]:
    """The overrides that make a run differ from its scenario, in words."""
    words, spec = [], _spec(overrides)
    for text in overrides:
        key, equals, value = text.lstrip("+").partition("=")
        if key.startswith("~"):
            words.append(f"without {key[1:]}")
        elif equals and not key.startswith(_SILENT):
            words.append(phrase(key, unquoted(value), spec))
    return words


def named(title: str, overrides: Sequence[str]) -> str:
    """A scenario's title, with what differs from it."""
    return "; ".join(part for part in (title, ", ".join(phrases(overrides))) if part)


def labels(runs: Mapping[Path, tuple[str, Sequence[str]]]) -> dict[Path, str]:
    """Names that tell runs apart, by folder: of scenarios, of settings, at last of folders.

    `runs` have the scenario and the overrides of each. Horizons are no names: runs are looked at
    until the earliest.
    """
    phrases_of = {
        at: phrases([override for override in overrides if not override.startswith("clock.until=")])
        for at, (_, overrides) in runs.items()
    }
    common = set.intersection(*map(set, phrases_of.values())) if len(phrases_of) > 1 else set()
    scenarios = {scenario for scenario, _ in runs.values()}
    labels_of = {}
    for at, (scenario, _) in runs.items():
        own = [phrase for phrase in phrases_of[at] if phrase not in common]
        labels_of[at] = ", ".join(own if own and len(scenarios) == 1 else [scenario, *own])
    names = list(labels_of.values())
    return {
        at: f"{name} ({shown(at)})" if names.count(name) > 1 else name
        for at, name in labels_of.items()
    }


def _date(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def _spec(overrides: Sequence[str]) -> TheatreSpec:
    """Of the theatre that overrides choose, else of the default one."""
    chosen = [text.partition("=")[2] for text in overrides if text.startswith("theatre=")]
    return theatre_spec(theatre_folder(unquoted(chosen[-1]) if chosen else theatres.default()))
