"""The tables of a run folder, compacted from its parts in order.

`worlds.parquet` (a row a world), `cells.parquet` (in how many worlds each faction holds each hex
and place at each recorded date), `curves.parquet` (mean and quantiles of alarm). Memory does not
grow with the number of worlds: rows pass through in groups, counts add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim import disk
from sim.definitions import EPOCH
from sim.ensemble.block import Block
from sim.ensemble.simulator import Setup
from sim.ensemble.store.block_file import Counts
from sim.ensemble.store.columns import Digest
from sim.ensemble.store.parts import Parts, Total

NOBODY = "none"
QUANTILES = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
_GROUP = 20_000  # rows a Parquet row group


TABLES = ("worlds.parquet", "cells.parquet", "curves.parquet")


def stage_tables(directory: Path, worlds: int, setup: Setup, origin: date) -> tuple[str, Total]:
    """Stage the tables of worlds 0 to `worlds` - 1; the hash of their contents, and totals.

    All parts needed must be there.
    """
    parts = Parts(directory)
    before = parts.total()
    counted = before.count if before else 0
    blocks = parts.usable(counted, worlds)
    _check_whole(counted, worlds, [(b.start, b.stop) for b in blocks])
    digest, file = Digest(), directory / TABLES[0]
    pieces = rows(directory, counted, blocks)
    disk.stage(file, lambda stream: write_groups(pieces, digest, stream))
    total = before
    for block in blocks:
        cells, curves = parts.counts(block)
        if total is None:
            total = Total(0, np.zeros(cells.shape, np.int32), np.zeros(curves.shape, np.int32))
        np.add(total.cells, cells, out=total.cells)
        np.add(total.curves, curves, out=total.curves)
    if total is None:
        raise ValueError(f"{directory}: no worlds to compact")
    cells, curves = total.cells, total.curves
    stage_counts(directory, setup, origin, cells, curves)
    whole = Total(worlds, cells, curves, disk.sha256(disk.staged(file)))
    return digest.hexdigest(cells, curves), whole


def stage_counts(
    directory: Path, setup: Setup, origin: date, cells: Counts, curves: Counts
) -> None:
    """Stage `cells.parquet` and `curves.parquet`, which can be made again from the counts."""
    for name, table in zip(
        TABLES[1:], (cells_table(setup, origin, cells), curves_table(setup, origin, curves)),
        strict=True,
    ):  # fmt: skip
        disk.stage(directory / name, partial(pq.write_table, table), sync=False)


def cells_table(setup: Setup, origin: date, cells: Counts) -> pa.Table:
    """A row for each unit, recorded date and holder that occurs in any world.

    `cells` is (record dates, factions + 1, U); the rows are ordered by date, unit, faction.
    """
    day, unit, holder = np.nonzero(cells.transpose(0, 2, 1))
    dates = np.array([_day32(origin, d) for d in setup.record_days], dtype=np.int32)
    is_place = (unit >= setup.hexes).astype(np.int32)
    return pa.table(
        {
            "unit": _dictionary(unit, setup.unit_ids),
            "name": _dictionary(unit, setup.unit_names),
            "lon": pa.array(np.asarray(setup.lon, dtype=np.float64)[unit]),
            "lat": pa.array(np.asarray(setup.lat, dtype=np.float64)[unit]),
            "kind": _dictionary(is_place, ("hex", "place")),
            "date": pa.array(dates[day]).cast(pa.date32()),
            "faction": _dictionary(holder, (*setup.factions, NOBODY)),
            "worlds": pa.array(cells[day, holder, unit].astype(np.int32)),
        }
    )


def curves_table(setup: Setup, origin: date, curves: Counts) -> pa.Table:
    """Mean and quantiles over worlds of each alarm curve at each recorded date.

    `curves` is (curves, record dates, 101), worlds by alarm in hundredths; a quantile is the
    least hundredth that at least that share of worlds does not exceed.
    """
    levels = np.arange(curves.shape[2]) / 100.0
    worlds = curves.sum(axis=2)
    mean = (curves * levels).sum(axis=2) / np.maximum(worlds, 1)
    reached = curves.cumsum(axis=2)
    named = [name for name in setup.curves for _ in setup.record_days]
    days = [_day32(origin, d) for _ in setup.curves for d in setup.record_days]
    columns = {
        "curve": pa.array(named).dictionary_encode(),
        "date": pa.array(days, pa.int32()).cast(pa.date32()),
        "mean": pa.array(mean.ravel()),
    }
    for name, share in QUANTILES.items():
        below = reached < (share * worlds)[:, :, None] - 1e-9
        columns[name] = pa.array(levels[below.sum(axis=2)].ravel())
    return pa.table(columns)


def _check_whole(counted: int, worlds: int, blocks: list[tuple[int, int]]) -> None:
    edges = [(0, counted), *blocks, (worlds, worlds)]
    if any(a[1] != b[0] for a, b in pairwise(edges)):
        raise ValueError(f"parts do not cover worlds {counted} to {worlds - 1}: {edges}")


def rows(directory: Path, count: int, blocks: Iterable[Block]) -> Iterator[pa.Table]:
    """The first `count` compacted rows and then those of `blocks`, in pieces."""
    left = count
    if count:
        with pq.ParquetFile(directory / "worlds.parquet") as old:
            for batch in old.iter_batches(_GROUP):
                yield pa.Table.from_batches([batch])[:left]
                left -= min(left, batch.num_rows)
    parts = Parts(directory)
    for block in blocks:
        yield parts.worlds(block)


def write_groups(pieces: Iterator[pa.Table], digest: Digest, stream: object) -> None:
    """Write pieces as row groups of a good size, and hash them on the way."""
    writer: pq.ParquetWriter | None = None
    for group in _groups(pieces):
        digest.add(group)
        if writer is None:
            writer = pq.ParquetWriter(stream, group.schema)
        writer.write_table(group)
    if writer is not None:
        writer.close()


def _groups(pieces: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The rows of `pieces` in tables of at least `_GROUP` rows, but for the last."""
    group: list[pa.Table] = []
    size = 0
    for piece in pieces:
        group.append(piece)
        size += piece.num_rows
        if size >= _GROUP:
            yield pa.concat_tables(group)
            group, size = [], 0
    if group:
        yield pa.concat_tables(group)


def _dictionary(codes: object, names: tuple[str, ...]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(
        pa.array(np.asarray(codes, dtype=np.int32)), pa.array(names, pa.string())
    )


def _day32(origin: date, days: int) -> int:
    """Days since 1970-01-01, as Arrow's date32."""
    return (origin + timedelta(days) - EPOCH).days
