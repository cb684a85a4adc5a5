"""Packages of others whose code worlds pass through: those that offer objectives."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

OBJECTIVES = "landbridge.objectives"  # the group of entry points


def packages() -> dict[str, str]:
    """By name of the distribution: its version and a hash of the files of what it offers.

    Objectives are told apart by the top-level packages that they lie in, all of whose files count.
    """
    tops: dict[tuple[str, str], set[str]] = {}
    for entry in entry_points(group=OBJECTIVES):
        name, version = ("", "") if entry.dist is None else (entry.dist.name, entry.dist.version)
        tops.setdefault((name, version), set()).add(entry.module.partition(".")[0])
    return {
        name: f"{version}+{_hash(sorted(modules))}"
        for (name, version), modules in sorted(tops.items())
    }


def _hash(tops: list[str]) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for top in tops:
        for name, file in _files(top):
            digest.update(f"{top}/{name}".encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _files(top: str) -> Iterator[tuple[str, Path]]:
    """The files of a top-level package or module, by their names in it."""
    spec = find_spec(top)  # imports nothing
    if spec is None:
        return  # loading the objective says what is wrong
    if spec.submodule_search_locations is None:
        if spec.origin:
            yield "", Path(spec.origin)
        return
    for root in map(Path, spec.submodule_search_locations):
        for file in sorted(root.rglob("*")):
            name = file.relative_to(root)
            if file.is_file() and "__pycache__" not in name.parts:
                yield name.as_posix(), file
