"""What the files hold that commands write: `outputs.yaml`, every column and JSON key of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from sim.config import saved

_CATALOGUE = Path(__file__).with_suffix(".yaml")
_WHOLE_FILE = "file"  # the shape of a key below which all keys of the file are found again
_SAME = "same"  # the unit, in a shape, of the key that has the shape
_CHOICES = re.compile(r"[a-z]+(, [a-z]+)* or [a-z]+")  # a word that stands for one of these
_ANYTHING = {"INPUT", "FILE"}  # words that stand for names with dots


@dataclass(frozen=True)
class Output:
    """A column or JSON key; words in capitals in it stand for one of a kind."""

    key: str
    unit: str
    what: str
    entry: str  # key of the catalogue that it is from, or below

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What its names look like in a file."""
        parts = re.split(f"({'|'.join(sorted(words(), key=len, reverse=True))})", self.key)
        return re.compile("".join(map(_part, parts)))


@dataclass(frozen=True)
class OutputFile:
    """A file that commands write into folders of some kinds."""

    name: str
    what: str
    kinds: tuple[str, ...]
    outputs: tuple[Output, ...]
    entries: tuple[Output, ...]  # of the catalogue: a null, say, stands for all below it
    nested: tuple[Output, ...]  # below which the file's keys are found again

    def find(self, key: str) -> Output | None:
        """What is said of a column or key; None if nothing is."""
        for output in (*self.outputs, *self.entries):
            if output.pattern.fullmatch(key):
                return output
        for output in self.nested:
            if below := re.match(f"(?:{output.pattern.pattern})\\.", key):
                inner = self.find(key[below.end() :])
                return inner and replace(inner, key=key, entry=output.key)
        return None


@cache
def words() -> Mapping[str, str]:
    """The words in capitals, and what each stands for."""
    known: dict[str, str] = _read()["words"]
    return known


@cache
def output_files() -> tuple[OutputFile, ...]:
    """Every file, in the order of the catalogue."""
    tree = _read()
    return tuple(
        OutputFile(
            title.partition(" ")[0],
            given["what"],
            tuple(given["kinds"]),
            tuple(sorted(_outputs(given["keys"], tree["shapes"]), key=_is_any)),
            tuple(Output(k, v[0], v[1], k) for k, v in given["keys"].items()),
            tuple(
                Output(k, v[0], v[1], k) for k, v in given["keys"].items() if _WHOLE_FILE in v[2:]
            ),
        )
        for title, given in tree["files"].items()
    )


def output_file(name: str, kind: str) -> OutputFile | None:
    """The entry of a file, by its path in a folder of a kind; None if it is not of data."""
    name = re.sub(r"\d{4}-\d\d-\d\d", "DATE", name)
    for file in output_files():
        if file.name == name and (kind in file.kinds or "all" in file.kinds):
            return file
    return None


def _outputs(keys: Mapping[str, list[str]], shapes: Mapping[str, Any]) -> Iterator[Output]:
    for key, (unit, what, *shape) in keys.items():
        if not shape:
            yield Output(key, unit, what, key)
        elif shape[0] != _WHOLE_FILE:
            for below in _outputs(shapes[shape[0]], shapes):
                own = f"{what}: {below.what}" if what else below.what
                own_unit = unit if below.unit == _SAME else below.unit
                yield Output(f"{key}.{below.key}".lstrip("."), own_unit, own, key)


def _is_any(output: Output) -> bool:
    """Whether an entry is for all that no other one is for."""
    return output.key in words()


def _part(text: str) -> str:
    if text not in words():
        return re.escape(text)
    if _CHOICES.fullmatch(words()[text]):
        return f"({'|'.join(re.findall('[a-z]{3,}', words()[text]))})"
    return ".+?" if text in _ANYTHING else r"[^.\[\]]+?"


def _read() -> dict[str, Any]:
    tree: dict[str, Any] = saved.read_yaml(_CATALOGUE.read_text(encoding="utf-8"))
    return tree
