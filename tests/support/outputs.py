"""The columns and JSON keys of files, as `sim.ensemble.store.outputs` names them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from sim.ensemble.store import folder
from sim.ensemble.store.outputs import OutputFile, output_file

# Not of data: settings, blocks under way, pictures, and what says whose the folder is.
_OTHER = {".landbridge", ".lock", ".hydra", "parts", "table", "figures"}


def data_files(root: Path) -> Iterator[tuple[OutputFile | None, Path]]:
    """The files of data in a folder and in those of its points and origins, with their entries."""
    for file in sorted(root.rglob("*")):
        parts = file.relative_to(root).parts
        if not file.is_file() or _OTHER.intersection(parts) or file.suffix == ".png":
            continue
        at = next((one for one in file.parents if (one / "manifest.json").exists()), None)
        if at is not None:
            yield output_file(file.relative_to(at).as_posix(), folder.kind_of(at)), file


def undescribed(root: Path) -> list[str]:
    """The files, columns and keys in a folder that the catalogue has not."""
    missing = []
    for entry, file in data_files(root):
        if entry is None:
            missing.append(str(file))
        else:
            missing += [f"{file} {key}" for key in keys_of(file) if entry.find(key) is None]
    return missing


def keys_of(file: Path) -> list[str]:
    """The columns of a table, the dotted keys of JSON."""
    if file.suffix == ".json":
        return list(dict.fromkeys(_keys(json.loads(file.read_text(encoding="utf-8")), "")))
    if file.suffix == ".csv":
        with file.open(encoding="utf-8") as stream:
            return next(csv.reader(stream))
    return [str(name) for name in pq.read_schema(file).names]


def _keys(value: Any, stem: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _keys(below, f"{stem}.{key}".lstrip("."))
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for item in value:
            yield from _keys(item, f"{stem}[]")
    else:
        yield stem
