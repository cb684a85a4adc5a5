"""One table of all points of a sweep, by point and world."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim import disk
from sim.ensemble.block import Block
from sim.ensemble.schedule import Job
from sim.ensemble.store.columns import Digest
from sim.ensemble.store.tables import rows, write_groups

POINT = "point"


def gather(jobs: Sequence[Job], file: Path) -> str:
    """Write the worlds that are there of all points; returns the hash of the rows in order.

    Rows pass through in groups. A column that only some points have is null in the others. With no
    worlds yet no file is written.
    """
    sources = [(job, count, blocks) for job in jobs for count, blocks in [_held(job)]]
    sources = [source for source in sources if source[1] or source[2]]
    if not sources:
        return ""
    schema = pa.unify_schemas([_schema(*source) for source in sources])

    def pieces() -> Iterator[pa.Table]:
        for job, count, blocks in sources:
            for piece in rows(job.directory, count, blocks):
                yield _as_point(piece, job.number, schema)

    digest = Digest()
    disk.write(file, lambda stream: write_groups(pieces(), digest, stream), sync=False)
    return digest.hexdigest()


def _held(job: Job) -> tuple[int, list[Block]]:
    """Number of compacted worlds, and the finished blocks beside them."""
    count = job.parts.count()
    return count, job.parts.usable(count, job.worlds)


def _schema(job: Job, count: int, blocks: Sequence[Block]) -> pa.Schema:
    if count:
        return pq.read_schema(job.directory / "worlds.parquet")
    return job.parts.worlds(blocks[0]).schema


def _as_point(piece: pa.Table, number: int, schema: pa.Schema) -> pa.Table:
    """A piece with the columns of all points, and its point's number before them."""
    size, there = piece.num_rows, set(piece.column_names)
    columns = [
        piece.column(field.name) if field.name in there else pa.nulls(size, field.type)
        for field in schema
    ]
    numbers = pa.array(np.full(size, number, np.int32))
    return pa.table([numbers, *columns], schema=schema.insert(0, pa.field(POINT, pa.int32())))
