"""The `parts` folder of a run: finished blocks that are not yet compacted, and running totals.

A part is two files, `part-START-STOP.npz` (counts) and `part-START-STOP.parquet` (worlds). Each is
written under a temporary name and renamed, the Parquet file last: where it is, the part is whole.
`total.npz` holds the counts of all worlds that have gone into `worlds.parquet`, replicates 0 to
`count` - 1. A kill at any moment loses at most the blocks under way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.ensemble.block import Block
from sim.errors import LandbridgeError

FOLDER = "parts"
_NAME = re.compile(r"part-(\d+)-(\d+)\.parquet")

Counts = NDArray[np.int32]


@dataclass(frozen=True)
class Total:
    """Counts over replicates 0 to `count` - 1; shapes as in `simulator.Outcomes`."""

    count: int
    cells: Counts
    curves: Counts


def write_whole(file: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file so that it is there whole or not at all."""
    temporary = file.with_name(file.name + ".tmp")
    with temporary.open("wb") as stream:
        write(stream)
    temporary.replace(file)


class Parts:
    """The parts of one run folder."""

    def __init__(self, directory: Path) -> None:
        """The parts of the run folder `directory`; nothing is created."""
        self.folder = directory / FOLDER

    def blocks(self) -> list[Block]:
        """The finished blocks on disk that are not compacted, in order."""
        names = [_NAME.fullmatch(file.name) for file in self.folder.glob("part-*.parquet")]
        return sorted(Block(int(name[1]), int(name[2])) for name in names if name)

    def usable(self, count: int, worlds: int) -> list[Block]:
        """The finished blocks wholly between `count` and `worlds`."""
        return [b for b in self.blocks() if b.start >= count and b.stop <= worlds]

    def write(self, block: Block, worlds: pa.Table, cells: Counts, curves: Counts) -> None:
        """Keep a finished block."""
        stem = self._stem(block)
        write_whole(
            stem.with_suffix(".npz"),
            lambda stream: np.savez_compressed(stream, cells=cells, curves=curves),
        )
        write_whole(stem.with_suffix(".parquet"), partial(pq.write_table, worlds))

    def worlds(self, block: Block) -> pa.Table:
        """The rows of a finished block."""
        return pq.read_table(self._stem(block).with_suffix(".parquet"))

    def counts(self, block: Block) -> tuple[Counts, Counts]:
        """Cells and curves of a finished block."""
        with np.load(self._stem(block).with_suffix(".npz")) as saved:
            return saved["cells"], saved["curves"]

    def count(self) -> int:
        """Number of compacted worlds, without reading their counts."""
        try:
            with np.load(self.folder / "total.npz") as saved:
                return int(saved["count"])
        except FileNotFoundError:
            return 0

    def total(self) -> Total | None:
        """The counts of the compacted worlds, None before the first compaction."""
        try:
            with np.load(self.folder / "total.npz") as saved:
                return Total(int(saved["count"]), saved["cells"], saved["curves"])
        except FileNotFoundError:
            return None

    def write_total(self, total: Total) -> None:
        """Replace the totals."""
        write_whole(
            self.folder / "total.npz",
            lambda stream: np.savez_compressed(
                stream, count=total.count, cells=total.cells, curves=total.curves
            ),
        )

    def drop(self, count: int) -> None:
        """Remove the parts that replicates 0 to `count` - 1 have made useless."""
        for block in self.blocks():
            if block.start < count:
                self._stem(block).with_suffix(".parquet").unlink()
                self._stem(block).with_suffix(".npz").unlink()

    def _stem(self, block: Block) -> Path:
        return self.folder / f"part-{block.start:09d}-{block.stop:09d}"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder for this process; a kill lets go of it.

        Raises LandbridgeError if another run holds it.
        """
        with (self.folder / "lock").open("a") as handle:
            if not _locked(handle):
                raise LandbridgeError(
                    f"hydra.run.dir={self.folder.parent}: another run is working in this folder"
                )
            for left in self.folder.parent.rglob("*.tmp"):
                left.unlink()
            yield


def _locked(handle: IO[Any]) -> bool:
    """Whether the lock was free; where the system has no such locks it counts as free."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
