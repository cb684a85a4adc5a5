"""The description put together: prose of `odd.md` around tables made from code and data."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined

from sim import rng
from sim.config import saved
from sim.config.catalogue import NAME, Setting, comments, settings
from sim.config.schema import Change
from sim.ensemble.store.outputs import output_file
from sim.model.inputs import CHOICES, RULES
from sim.model.objectives import BUILT_IN, registry
from sim.show.odd.code import Module, phases
from sim.theatre.load import load_theatre
from sim.theatre.table_columns import TABLES, meaning, table_of

# Modules whose rules make the first day, in the order in which they are used.
START = (
    "theatre/load", "theatre/gazetteer", "theatre/hexes", "theatre/travel_cost", "theatre/rivers",
    "theatre/theatre", "theatre/history/reports", "theatre/history/order_of_battle",
    "theatre/history/sieges", "theatre/history/territory", "theatre/history/situation",
    "model/simulate", "model/build/record", "model/build/geography", "model/build/rules",
    "model/inputs", "model/variants", "model/build/posterior", "model/build/start",
)  # fmt: skip
KERNELS = "model/kernels"
# Kernels that several phases share, or none: paths, what a scenario dates, the order of a day.
OTHERS = ("paths", "change", "phases")
_TEXTS = ("source", "note", "title", "color")  # settings that are words about others


@dataclass(frozen=True)
class Table:
    """A table of the theatre and its columns."""

    files: list[str]
    what: str
    rows: int
    columns: list[tuple[str, str]]


@dataclass(frozen=True)
class Phase:
    """A phase of the tick, and the modules of kernels that are told under it."""

    number: str
    name: str
    what: str
    kernels: str
    modules: list[Module]


def describe(config: saved.Settings, seeds: Path) -> str:
    """The ODD description of the model with the settings of a theatre, as Markdown.

    Args:
        config: the settings.
        seeds: folder of the theatre.

    Raises:
        LandbridgeError: a table that cannot be read.
    """
    tree = saved.plain(config)
    theatre = load_theatre(float(tree["theatre"]["hex_km"]), seeds)
    environment = Environment(
        loader=PackageLoader("sim.show", "odd"), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
        autoescape=False,  # Markdown
    )  # fmt: skip
    environment.filters["cell"] = _cell
    page = environment.get_template("odd.md").render(
        config=tree,
        spec=theatre.spec,
        theatre=theatre,
        phases=list(_phases()),
        schedule=[Module("model/model")],
        others=[Module(f"{KERNELS}/{name}") for name in OTHERS],
        objectives=[(registry()[name], Module(f"model/objectives/{name}")) for name in BUILT_IN],
        start=[Module(path) for path in START],
        change=comments(Change),
        dated=Module("model/build/dated_changes"),
        state=Module("model/state"),
        outcomes=Module("model/outcomes"),
        random=Module("rng"),
        streams=list(_streams()),
        inputs=[*RULES, *CHOICES],
        groups=_groups(tree),
        sources=list(_sources(saved.flatten(tree))),
        tables=list(_tables(seeds)),
        columns=columns(),
    )
    return re.sub(r"\n{3,}", "\n\n", page)  # loops and macros leave empty lines


def columns() -> dict[str, str]:
    """What is known of a world, and its unit."""
    worlds = output_file("worlds.parquet", "run")
    outputs = worlds.outputs if worlds else ()
    return {o.key: f"{o.what} ({o.unit})" if o.unit else o.what for o in outputs}


def _phases() -> Iterator[Phase]:
    """The phases of the tick; a module of kernels is told under the first that uses it."""
    told: set[str] = set()
    for number, name, what, kernels in phases(Module("model/model").docstring)[1:]:
        names = [module for module in kernels.split(", ") if module not in told]
        told |= set(names)
        yield Phase(
            number, name, what, kernels, [Module(f"{KERNELS}/{module}") for module in names]
        )


def _streams() -> Iterator[tuple[str, int]]:
    """Streams of random numbers by name, with their numbers."""
    for name, value in vars(rng).items():
        if isinstance(value, np.integer) and name.isupper() and not name.startswith("_"):
            yield name, int(value)


def _groups(tree: Mapping[str, Any]) -> list[tuple[str, list[tuple[Setting, str]]]]:
    """Settings with their values, by the first word of their key."""
    flat = saved.flatten(tree)
    groups: dict[str, list[tuple[Setting, str]]] = {}
    for setting in settings():
        stem = setting.key.partition(".")[0] if "." in setting.key else "the whole"
        groups.setdefault(stem, []).append((setting, _values(setting, flat)))
    return sorted(groups.items(), key=lambda pair: pair[0] != "the whole")


def _values(setting: Setting, flat: Mapping[str, Any]) -> str:
    """The value of a setting; of one for each of several names, all of them by name."""
    pattern = setting.key.split(".")
    ends = [["low"], ["central"], ["high"]] if setting.is_range else [[]]
    values: dict[str, list[Any]] = {}
    for key, value in flat.items():
        parts = key.split(".")
        for end in ends:
            whole = [*pattern, *end]
            if len(parts) != len(whole):
                continue
            pairs = list(zip(whole, parts, strict=True))
            if all(a in (b, NAME) for a, b in pairs):
                name = " ".join(b for a, b in pairs if a == NAME)
                values.setdefault(name, [None] * len(ends))[ends.index(end)] = value
    if pattern[-1] in _TEXTS and len(pattern) > 1 and setting.key != "corridor.source":
        return "see the sources below" if pattern[-1] in _TEXTS[:2] else "in the configs"
    texts = {name: " / ".join(map(_text, some)) for name, some in values.items()}
    if len(set(texts.values())) == 1 and len(texts) > 1:
        return f"all: {next(iter(texts.values()))}"
    return "; ".join(f"{name}: {text}" if name else text for name, text in texts.items()) or "none"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | dict):
        return ", ".join(map(str, value)) or "none"
    return str(value) if value not in ("", None) else "empty"


def _sources(flat: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Keys of settings and the sources of their values."""
    for key, value in flat.items():
        stem, _, last = key.rpartition(".")
        if last in _TEXTS[:2] and stem not in ("corridor", "") and value:
            yield stem, str(value)


def _tables(seeds: Path) -> Iterator[Table]:
    """The tables in the folder of a theatre; those of one kind are one."""
    files: dict[str, list[str]] = {}
    for file in sorted(seeds.rglob("*.csv")):
        name = file.relative_to(seeds).as_posix()
        files.setdefault(table_of(name) or name, []).append(name)
    for kind, names in files.items():
        columns: dict[str, str] = {}
        rows = 0
        for name in names:
            with (seeds / name).open(encoding="utf-8", newline="") as lines:
                reader = csv.reader(lines)
                for column in next(reader, []):
                    columns[column] = meaning(kind, column) if kind in TABLES else "not read"
                rows += sum(1 for _ in reader)
        what = TABLES[kind][0] if kind in TABLES else "not read"
        yield Table(names, what, rows, list(columns.items()))


def _cell(text: object) -> str:
    """A text in a cell of a Markdown table."""
    return " ".join(str(text).replace("|", "\\|").split())
