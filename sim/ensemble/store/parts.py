"""The `parts` folder of a run: finished blocks that are not yet compacted, and running totals.

A part is one file, `part-START-STOP.arrow` (`sim.ensemble.store.block_file`). `total.npz` holds the
counts of all worlds that have gone into `worlds.parquet`, worlds 0 to `count` - 1, and its
check sum. All are sealed with what their worlds are made from, so that nothing that is damaged or
made otherwise is ever taken for a part. A kill or a power cut at any moment loses at most the
blocks under way.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim import disk
from sim.ensemble.block import Block
from sim.ensemble.store.block_file import Counts, counts_in, worlds_in

FOLDER = "parts"
_NAME = re.compile(r"part-(\d+)-(\d+)\.arrow")


@dataclass(frozen=True)
class Total:
    """Counts over worlds 0 to `count` - 1; shapes as in `simulator.Outcomes`."""

    count: int
    cells: Counts
    curves: Counts
    sum: str = ""  # check sum of the `worlds.parquet` that they were counted in


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
        chosen: list[Block] = []
        for block in self.blocks():
            if block.start >= (chosen[-1].stop if chosen else count) and block.stop <= worlds:
                chosen.append(block)
        return chosen

    def write(self, block: Block, packed: bytes, key: str) -> None:
        """Keep a finished block, made from what `key` stands for."""
        disk.write(self.file(block), disk.sealed(packed, key))

    def worlds(self, block: Block) -> pa.Table:
        """The rows of a finished block; raises one of `BROKEN` if it is damaged."""
        return worlds_in(disk.unsealed(self.file(block))[0])

    def counts(self, block: Block) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
        """Cells and curves of a finished block; raises one of `BROKEN` if it is damaged."""
        return counts_in(disk.unsealed(self.file(block))[0])

    def count(self) -> int:
        """Number of compacted worlds; raises one of `BROKEN` if the totals are damaged."""
        saved = self._saved()
        return int(saved["count"]) if saved else 0

    def total(self) -> Total | None:
        """The counts of the compacted worlds, None before the first compaction.

        Raises one of `BROKEN` if they are damaged.
        """
        saved = self._saved()
        if saved is None:
            return None
        return Total(int(saved["count"]), saved["cells"], saved["curves"], str(saved["sum"]))

    def _saved(self) -> Mapping[str, NDArray[Any]] | None:
        """The arrays of the totals, each unpacked when it is asked for."""
        try:
            content = disk.unsealed(self.totals)[0]
        except FileNotFoundError:
            return None
        saved: Mapping[str, NDArray[Any]] = np.load(io.BytesIO(content))
        return saved

    def write_total(self, total: Total, key: str) -> None:
        """Replace the totals, made from what `key` stands for."""
        stream = io.BytesIO()
        np.savez_compressed(
            stream, count=total.count, cells=total.cells, curves=total.curves, sum=total.sum
        )
        disk.write(self.totals, disk.sealed(stream.getvalue(), key))

    def drop(self, count: int) -> None:
        """Remove the parts that worlds 0 to `count` - 1 have made useless."""
        for block in self.blocks():
            if block.start < count:
                disk.remove(self.file(block))

    def keys(self) -> dict[Path, str]:
        """What parts and totals say they were made from; '' for those that are damaged."""
        totals = [self.totals] if self.totals.exists() else []
        return {file: disk.seal_of(file) for file in (*totals, *map(self.file, self.blocks()))}

    @property
    def totals(self) -> Path:
        """The file of the totals."""
        return self.folder / "total.npz"

    def file(self, block: Block) -> Path:
        """The file of a block."""
        return self.folder / f"part-{block.start:09d}-{block.stop:09d}.arrow"
