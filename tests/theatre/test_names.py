"""No country, river, faction, place or route of a real theatre is named in the code."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import sim
from sim.paths import theatre_folder
from sim.theatre.spec import theatre_spec

CODE = Path(sim.__file__).parent
REAL = ("iraq_syria_jordan", "posavina_1992")
# Examples of what a user might type: help texts, and docstrings of the Python interface.
EXAMPLES = ("commands", "__init__.py", "api.py", "model/corridor_model.py")
# Names that are words of the language or of the model too.
WORDS = {"regime", "rebels", "other", "none", "south", "north", "centre", "pass"}
WORDS |= {"hit"}


def names() -> set[str]:
    found: set[str] = set()
    for theatre in REAL:
        folder = theatre_folder(theatre)
        spec = theatre_spec(folder)
        found |= {country.name.lower() for country in spec.countries.values()}
        found |= {*spec.rivers, *spec.factions, *spec.routes, *spec.settings["faction"]}
        found |= {*spec.communities} - {"mixed", "christian"}
        for table, column in (("places.csv", "place"), ("enclaves.csv", "enclave")):
            with (folder / table).open(encoding="utf-8", newline="") as lines:
                found |= {row[column] for row in csv.DictReader(lines)}
    return {name for name in found if len(name) > 2 and name not in WORDS}


def test_no_name_of_a_theatre_stands_in_the_code() -> None:
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, sorted(names()))) + r")\b", re.I)
    told = []
    for file in sorted(CODE.rglob("*")):
        at = file.relative_to(CODE).as_posix()
        if file.suffix not in (".py", ".html", ".js", ".css") or at.startswith(
            ("_data", *EXAMPLES)
        ):
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            told += [f"{at}:{number} {name}" for name in pattern.findall(line)]
    assert told == []


def test_a_name_would_be_found() -> None:
    assert {"isis", "euphrates", "al_tanf", "brcko", "syria", "hvo_hv"} <= names()
