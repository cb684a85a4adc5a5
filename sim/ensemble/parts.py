"""The `parts` folder of a run: finished blocks that are not yet compacted, and running totals.

A part is one file, `part-START-STOP.arrow` (`sim.ensemble.packed`), written under a temporary name
and renamed: it is there whole or not at all. `total.npz` holds the counts of all worlds that have
gone into `worlds.parquet`, replicates 0 to `count` - 1. A kill at any moment loses at most the
blocks under way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.ensemble.block import Block
from sim.ensemble.packed import BROKEN, Counts, counts_in, worlds_in
from sim.errors import LandbridgeError

FOLDER = "parts"
_NAME = re.compile(r"part-(\d+)-(\d+)\.arrow")


@dataclass(frozen=True)
class Total:
    """Counts over replicates 0 to `count` - 1; shapes as in `simulator.Outcomes`."""

    count: int
    cells: Counts
    curves: Counts


def write_whole(file: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file so that it is there whole or not at all."""
    temporary = file.with_name(file.name + ".tmp")
    try:
        with temporary.open("wb") as stream:
            write(stream)
        temporary.replace(file)
    except BaseException:
        with suppress(OSError):  # half a file would take room on a full disk
            temporary.unlink(missing_ok=True)
        raise


class Parts:
    """The parts of one run folder."""

    def __init__(self, directory: Path) -> None:
        """The parts of the run folder `directory`; nothing is created."""
        self.folder = directory / FOLDER

    def blocks(self) -> list[Block]:
        """The finished blocks on disk that are not compacted, in order."""
        names = [_NAME.fullmatch(file.name) for file in self.folder.glob("part-*.arrow")]
        return sorted(Block(int(name[1]), int(name[2])) for name in names if name)

    def usable(self, count: int, worlds: int) -> list[Block]:
        """The finished blocks wholly between `count` and `worlds`, none overlapping another."""
        found: list[Block] = []
        for block in self.blocks():
            if block.start >= (found[-1].stop if found else count) and block.stop <= worlds:
                found.append(block)
        return found

    def write(self, block: Block, packed: bytes) -> None:
        """Keep a finished block."""
        write_whole(self._file(block), lambda stream: stream.write(packed))

    def worlds(self, block: Block) -> pa.Table:
        """The rows of a finished block."""
        return worlds_in(self._file(block))

    def counts(self, block: Block) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
        """Cells and curves of a finished block."""
        return counts_in(self._file(block))

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
        count = np.int64(total.count)

        def save(stream: IO[bytes]) -> None:
            np.savez_compressed(stream, count=count, cells=total.cells, curves=total.curves)

        write_whole(self.folder / "total.npz", save)

    def drop(self, count: int) -> None:
        """Remove the parts that replicates 0 to `count` - 1 have made useless."""
        for block in self.blocks():
            if block.start < count:
                self._file(block).unlink()

    def drop_broken(self) -> list[Block]:
        """Remove the parts that cannot be read; returns their blocks."""
        broken = []
        for block in self.blocks():
            try:
                whole = worlds_in(self._file(block)).num_rows == block.size
                counts_in(self._file(block))
            except BROKEN:
                whole = False
            if not whole:
                self._file(block).unlink()
                broken.append(block)
        return broken

    def _file(self, block: Block) -> Path:
        return self.folder / f"part-{block.start:09d}-{block.stop:09d}.arrow"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the run folder for this process; a kill lets go of it.

        Raises LandbridgeError if another run holds it.
        """
        with hold(self.folder / "lock"):
            for left in self.folder.parent.rglob("*.tmp"):
                left.unlink()
            yield


@contextmanager
def hold(file: Path) -> Iterator[None]:
    """Hold a lock file for this process; raises LandbridgeError if another process does."""
    with file.open("a") as handle:
        if not _locked(handle):
            at = file.parent.parent if file.parent.name == FOLDER else file.parent
            raise LandbridgeError(f"{at}: another run is working in this folder")
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
