"""Numbers that decide behaviour and stand in code say where they are from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sim

ROOT = Path(sim.__file__).parent
FILES = sorted(
    file
    for folder in ("model/kernels", "model/objectives", "model/build", "theatre/history")
    for file in (ROOT / folder).glob("*.py")
)
_NUMBER = re.compile(r"[A-Z][A-Z_0-9]*(, [A-Z][A-Z_0-9]*)* = \(?[\d.]")
# Marks of what is stored, which decide nothing.
_CODES = re.compile(r"(HOLD|WAIT|BLOCKED|NOBODY|NEUTRAL|AS_IT_WAS|PEOPLE_UNIT|LATELY_DAYS)\b")
_FROM = re.compile(r"[Ii]nferred|\b(18|19|20)\d\d\b|record|tempo table|as the operations|found")


def told(lines: list[str], number: int) -> str:
    """The comment of a line and what stands above its block, up to an empty line."""
    first = number
    while first and lines[first - 1].strip():
        first -= 1
    return "\n".join(lines[first : number + 1])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_number_of_behaviour_says_where_it_is_from(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    silent = [
        line
        for number, line in enumerate(lines)
        if _NUMBER.match(line) and not _CODES.match(line) and not _FROM.search(told(lines, number))
    ]
    assert silent == []


def test_a_silent_number_is_found() -> None:
    lines = ["", "# Of a force.", "SHARE = 0.5", "", "# Inferred.", "OTHER = 0.5"]
    assert not _FROM.search(told(lines, 2))
    assert _FROM.search(told(lines, 5))
