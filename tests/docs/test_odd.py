"""docs/odd.md is what the code says today, and nothing is left out or told twice."""

from __future__ import annotations

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest

import sim
from sim.config.catalogue import comments, settings
from sim.config.compose import compose
from sim.config.schema import Change
from sim.model import state
from sim.model.inputs import CHOICES
from sim.model.objectives import BUILT_IN
from sim.paths import theatre_folder, theatres
from sim.show.odd.describe import columns, describe
from sim.theatre.table_columns import table_of
from tests.theatre.test_names import names as names_of_real_theatres

DOCS = Path(__file__).resolve().parents[2] / "docs"
CODE = Path(sim.__file__).parent
KERNELS = sorted((CODE / "model/kernels").glob("*.py"))
RECORDS = ("UNIT", "EDGE", "LEG", "FACTION", "RELATION", "GROUND", "AIR", "CAMPAIGN", "PAIR",
           "SIDE", "CORRIDOR")  # fmt: skip
TUPLES = (state.Geography, state.Rules, state.Scratch, state.State)
# Müller et al. 2013, Table 1: how many questions each element has.
QUESTIONS = {
    "I.i": 2, "I.ii": 5, "I.iii": 1, "II.i": 5, "II.ii": 8, "II.iii": 2, "II.iv": 5, "II.v": 3,
    "II.vi": 4, "II.vii": 2, "II.viii": 2, "II.ix": 1, "II.x": 2, "III.i": 2, "III.ii": 3,
    "III.iii": 1, "III.iv": 3,
}  # fmt: skip
CONCEPTS = ("Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction",
            "Sensing", "Interaction", "Stochasticity", "Collectives", "Observation",
            "Heterogeneity", "Implementation details")  # fmt: skip


@cache
def page(theatre: str) -> str:
    return describe(compose([f"theatre={theatre}"]), theatre_folder(theatre))


def element(theatre: str, number: int) -> str:
    """One of the seven elements."""
    parts = re.split(r"^## \d\. .*\n", page(theatre), flags=re.M)
    assert len(parts) == 8
    return parts[number]


def rows(text: str) -> list[str]:
    """First cells of all tables."""
    return re.findall(r"^\| `([^`]+)` \|", text, re.M)


def kernels(file: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [node for node in tree.body if isinstance(node, ast.FunctionDef)]


every_theatre = pytest.mark.parametrize("theatre", theatres())


def test_the_page_in_the_docs_is_the_one_that_is_made() -> None:
    made = describe(compose([]), theatre_folder("iraq_syria_jordan"))
    assert (DOCS / "odd.md").read_text(encoding="utf-8") == made, "landbridge odd -o docs/odd.md"


@every_theatre
def test_every_setting_once(theatre: str) -> None:
    found = rows(element(theatre, 2).partition("### Settings")[2])
    assert sorted(found) == sorted(one.key for one in settings())
    assert rows(section(element(theatre, 6), "Changes")) == list(comments(Change))


@every_theatre
def test_every_field_of_the_state_once(theatre: str) -> None:
    text = element(theatre, 2)
    for name in RECORDS:
        assert rows(section(text, name)) == list(getattr(state, name).names)
    for kind in TUPLES:
        assert rows(section(text, kind.__name__)) == list(kind._fields)
    fields = re.findall(r"^\| `\w+` \| [^|]+ \|(.*)\|$", text.partition("### Settings")[0], re.M)
    assert all(what.strip() for what in fields)


def section(text: str, name: str) -> str:
    """What stands under a heading of the third level."""
    _, _, rest = text.replace("### `", "### ").replace("`\n", "\n").partition(f"\n### {name}\n")
    return rest.partition("\n### ")[0]


@every_theatre
def test_every_phase_and_rule_once(theatre: str) -> None:
    table = re.findall(r"^\| (\d) \| ([\w ]+) \|", element(theatre, 3), re.M)
    told = re.findall(r"^### 7\.(\d+) (.*)$", element(theatre, 7), re.M)
    assert [(n, name.capitalize()) for n, name in table] == told[: len(table)]
    assert len(table) == 9
    headings = re.findall(r"^##### `(\w+\.\w+)\(", element(theatre, 7), re.M)
    rules = [f"{file.stem}.{node.name}" for file in KERNELS for node in kernels(file)]
    rules += [f"{name}.add" for name in BUILT_IN]
    rules += [f"rng.{node.name}" for node in kernels(CODE / "rng.py")]
    assert sorted(headings) == sorted(rules)


@every_theatre
def test_every_column_of_its_tables_once(theatre: str) -> None:
    folder, text = theatre_folder(theatre), element(theatre, 6)
    kinds: dict[str, set[str]] = {}
    for file in folder.rglob("*.csv"):
        name = file.relative_to(folder).as_posix()
        with file.open(encoding="utf-8", newline="") as lines:
            kinds.setdefault(str(table_of(name)), set()).update(next(csv.reader(lines)))
    assert "None" not in kinds
    shown = dict(re.findall(r"^\*\*`([^`]+)`\*\*((?:.*\n)+?)(?=^\*\*`|\Z)", text, re.M))
    assert {table_of(name) for name in shown} == set(kinds)
    for name, table in shown.items():
        assert sorted(rows(table)) == sorted(kinds[str(table_of(name))]), name
    assert "| not read |" not in text


@every_theatre
def test_every_question_choice_and_outcome(theatre: str) -> None:
    asked = sorted(f"{part}.{'abcdefgh'[i]}" for part, n in QUESTIONS.items() for i in range(n))
    told = [one for group in re.findall(r"\[([IV]+\.[^\]]*)\]", page(theatre).partition("## 1.")[2])
            for one in group.split(", ")]  # fmt: skip
    assert sorted(told) == asked
    concepts = element(theatre, 4)
    for concept in CONCEPTS:
        assert len(re.findall(rf"^\*\*{concept}\.\*\*", concepts, re.M)) == 1, concept
    found = rows(concepts)
    for name in (*CHOICES, *columns()):
        assert found.count(name) == 1, name


@every_theatre
def test_it_begins_with_two_pages_and_leaves_nothing_open(theatre: str) -> None:
    summary = page(theatre).partition("## Summary")[2].partition("## 1.")[0]
    assert 600 < len(summary.split()) < 1100
    assert "not modelled" in summary
    assert not re.search(r"TODO|FIXME|TBD|\| None|\{\{|\{%", page(theatre))


def test_a_made_up_theatre_names_no_real_one() -> None:
    pattern = re.compile(
        rf"\b({'|'.join(map(re.escape, sorted(names_of_real_theatres())))})\b", re.I
    )
    text = re.sub(r"^\| rules\..*$", "", page("archipelago"), flags=re.M)  # sources of its values
    assert sorted({*pattern.findall(text)}) == []


@pytest.mark.parametrize("file", KERNELS, ids=lambda file: file.stem)
def test_the_docstring_of_a_kernel_is_its_signature(file: Path) -> None:
    """Kernels have no types: each argument of a public one is told."""
    for node in kernels(file):
        text = ast.get_docstring(node) or ""
        assert text, node.name
        if not node.name.startswith("_"):
            told = re.findall(r"^    (\w+): ", text.partition("\nArgs:\n")[2], re.M)
            assert told == [a.arg for a in node.args.args], node.name
