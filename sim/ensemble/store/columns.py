"""Worlds as Arrow columns, and a hash of their contents that no file format enters."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.definitions import EPOCH
from sim.ensemble.block import Block


def world_table(
    block: Block, per_draw: int, origin: date, worlds: Mapping[str, NDArray[Any]]
) -> pa.Table:
    """A row a world: `world, draw, replication`, then the model's columns as they come.

    Columns whose name ends in `_date` or has `_date_` in it are days since `origin` and become
    dates (-1: null); texts become strings ('': null).
    """
    draws, chance = block.keys(per_draw)
    columns: dict[str, pa.Array] = {
        "world": pa.array(range(block.start, block.stop), pa.int64()),
        "draw": pa.array(draws, pa.int64()),
        "replication": pa.array(chance, pa.int32()),
    }
    for name, values in worlds.items():
        if len(values) != block.size:
            raise ValueError(f"column {name} has {len(values)} values for {block.size} worlds")
        columns[name] = _column(name, values, origin)
    return pa.table(columns)


def _column(name: str, values: NDArray[Any], origin: date) -> pa.Array:
    if name.endswith("_date") or "_date_" in name:
        days = values.astype(np.int32)
        offset = np.int32((origin - EPOCH).days)
        return pa.array(days + offset, pa.int32(), mask=days < 0).cast(pa.date32())
    if values.dtype.kind in "USO":
        texts = values.astype(str)
        return pa.array(texts.tolist(), pa.string(), mask=texts == "")
    return pa.array(values)


class Digest:
    """A hash over rows in order, the same however they are cut into tables."""

    def __init__(self) -> None:
        """No rows yet."""
        self._columns: dict[str, Any] = {}

    def add(self, table: pa.Table) -> None:
        """Add the rows of `table`."""
        for name in table.column_names:
            column = table.column(name).combine_chunks()
            hasher = self._columns.setdefault(name, _hasher(f"{name}:{column.type}"))
            for piece in _bytes(column):
                hasher.update(piece)

    def hexdigest(self, *arrays: NDArray[np.integer[Any]]) -> str:
        """The hash of all rows and of `arrays` of whole numbers, 64 hex digits."""
        whole = _hasher("landbridge")
        for name in sorted(self._columns):
            whole.update(self._columns[name].digest())
        for array in arrays:
            whole.update(repr(array.shape).encode())
            whole.update(np.ascontiguousarray(array, dtype="<i8").tobytes())
        return str(whole.hexdigest())


def _hasher(name: str) -> Any:
    return hashlib.blake2b(name.encode(), digest_size=32)


def _bytes(column: pa.Array) -> Iterable[bytes]:
    """Canonical bytes of a column, row by row: a null is a value of its own."""
    if pa.types.is_string(column.type):
        for text in column.to_pylist():
            raw = b"" if text is None else text.encode()
            yield (-1 if text is None else len(raw)).to_bytes(8, "little", signed=True) + raw
        return
    valid = column.is_valid().to_numpy(zero_copy_only=False)
    if pa.types.is_date(column.type):
        column = column.cast(pa.int32())
    values = column.fill_null(False if pa.types.is_boolean(column.type) else 0)
    array = values.to_numpy(zero_copy_only=False)
    if array.dtype.kind == "f":
        array = np.where(np.isnan(array), np.nan, array).astype("<f8")
    rows = np.empty(len(array), dtype=[("valid", "?"), ("value", array.dtype.newbyteorder("<"))])
    rows["valid"], rows["value"] = valid, array
    yield rows.tobytes()
