"""A disk that remembers what was written, and what may be left of it when the power goes.

What a folder says of its files is kept apart from what the files hold, as file systems do: a file
that was not synced may be empty, zeroed or torn, and what was made, renamed or removed in a folder
since that was synced may have happened or not.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sim import disk


@dataclass
class Bytes:
    """What a file holds, and whether it would be there after a power cut."""

    content: bytes
    synced: bool


Entries = dict[Path, Bytes | None]  # None: removed
Op = Callable[["Tree"], None]


@dataclass
class Tree:
    """Files by path: as the folders say on the disk, and what changed in a folder since."""

    sure: dict[Path, Bytes] = field(default_factory=dict)
    pending: list[tuple[Path, Bytes | None]] = field(default_factory=list)

    def now(self) -> dict[Path, Bytes]:
        return _after(self.sure, self.pending)

    def settle(self, folder: Path) -> None:
        self.sure = _after(self.sure, [one for one in self.pending if one[0].parent == folder])
        self.pending = [one for one in self.pending if one[0].parent != folder]


def _after(files: dict[Path, Bytes], changes: list[tuple[Path, Bytes | None]]) -> dict[Path, Bytes]:
    found: Entries = {**files}
    found.update(changes)
    return {path: one for path, one in found.items() if one is not None}


@dataclass
class Journal:
    """What was done to a folder, in order, after what was there before."""

    before: dict[Path, bytes]
    ops: list[Op] = field(default_factory=list)

    def tree(self, done: int) -> Tree:
        found = Tree({path: Bytes(raw, True) for path, raw in self.before.items()})
        for op in self.ops[:done]:
            op(found)
        return found


def files_in(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def record(patch: pytest.MonkeyPatch, folder: Path) -> Journal:
    """Write down from now on what is done through `disk`."""
    journal = Journal(files_in(folder))

    def follow(name: str, op: Callable[..., Op]) -> None:
        real = getattr(disk, name)

        def does(file: Path, *rest: object, **named: object) -> object:
            found = real(file, *rest, **named)
            journal.ops.append(op(file, *rest, **named))
            return found

        patch.setattr(disk, name, does)

    def stage(file: Path, content: object, sync: bool = True) -> Op:
        raw = Bytes(disk.staged(file).read_bytes(), sync)
        return lambda tree: tree.pending.append((disk.staged(file), raw))

    def publish(file: Path) -> Op:
        def rename(tree: Tree) -> None:
            tree.pending += [(file, tree.now()[disk.staged(file)]), (disk.staged(file), None)]

        return rename

    follow("stage", stage)
    follow("publish", publish)
    follow("remove", lambda file: lambda tree: tree.pending.append((file, None)))
    follow("settle", lambda file: lambda tree: tree.settle(file))
    return journal


def _spoilt(one: Bytes, how: str) -> bytes:
    if one.synced or how == "kept":
        return one.content
    size = len(one.content)
    return {"empty": b"", "zeroed": bytes(size), "torn": one.content[: size // 2]}[how]


WAYS = ("absent", "kept", "empty", "zeroed", "torn", "mixed")


def after_a_power_cut(journal: Journal, done: int, way: str) -> dict[Path, bytes]:
    """What may be left after `done` operations.

    `absent`: nothing that folders were not synced after; `mixed`: some of it, torn.
    """
    tree, law = journal.tree(done), random.Random(done)
    pending = [] if way == "absent" else tree.pending
    if way == "mixed":
        pending = [one for one in pending if law.random() < 0.5]
    how = {"absent": "kept", "mixed": "torn"}.get(way, way)
    return {path: _spoilt(one, how) for path, one in _after(tree.sure, pending).items()}


def lay_out(files: dict[Path, bytes], at: Path, to: Path) -> None:
    """Write the files of a folder `at` into an empty folder `to`."""
    to.mkdir()
    for path, raw in files.items():
        file = to / path.relative_to(at)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw)


def cuts(journal: Journal) -> Iterator[tuple[int, str]]:
    """Every prefix, in every way."""
    for done in range(len(journal.ops) + 1):
        for way in WAYS:
            yield done, way
