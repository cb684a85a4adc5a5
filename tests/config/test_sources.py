"""Every number of the default settings has a source, or says that it is inferred and from what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from sim.paths import configs, theatre_folder, theatres

GROUPS = ("faction", "air", "corridor")
THEATRES = [theatre_folder(name) for name in theatres()]
FILES = sorted(configs().glob("rules/*.yaml"))
FILES += sorted(
    file for at in THEATRES for group in GROUPS for file in at.glob(f"configs/{group}/*.yaml")
)
SAYS = ("inferred", ".csv", "seed article", "doi")


def unsourced(text: str) -> Iterator[str]:
    """`key: number` for each number without a `source` beside it or a comment at it."""
    lines = text.splitlines()

    def said(line: int) -> bool:
        """Whether the comment at the end of a line, or above it, says where it is from."""
        above = [lines[line - 1]] if line and lines[line - 1].lstrip().startswith("#") else []
        return any(word in one.partition("#")[2] for one in (lines[line], *above) for word in SAYS)

    def walk(node: yaml.Node, key: str, known: bool) -> Iterator[str]:
        if isinstance(node, yaml.MappingNode):
            known = known or any(
                name.value == "source" and value.value.strip() for name, value in node.value
            )
            for name, value in node.value:
                here = known or said(name.start_mark.line)
                yield from walk(value, f"{key}{name.value}.", here)
        elif isinstance(node, yaml.SequenceNode):
            for item in node.value:
                yield from walk(item, key, known)
        elif node.tag in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float") and not known:
            yield f"{key[:-1]}: {node.value}"

    yield from walk(yaml.compose(text, yaml.SafeLoader), "", False)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parents[2].name}-{file.stem}")
def test_every_number_says_where_it_is_from(file: Path) -> None:
    assert list(unsourced(file.read_text(encoding="utf-8"))) == []


def test_a_number_without_a_source_is_found() -> None:
    text = "a: {low: 1, source: b.csv}\nb: 2 # inferred: of a\nc: 3\nd:\n  e: {f: 4, source: ''}\n"
    assert list(unsourced(text)) == ["c: 3", "d.e.f: 4"]
