"""Reading the tables of a run folder, a column at a time if they are long, as plain arrays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute  # which `cast` and others need, so that the first does not wait for it
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.errors import LandbridgeError

if TYPE_CHECKING:
    import pandas as pd

_FEW_ROWS = 4096  # are read at once: many columns of few rows take longer to find than to read
NO_DAY = -(2**31)  # where there is no date; days before 1970 are negative too


class WorldsFile:
    """`worlds.parquet` of a run folder, W rows in order, or another of its tables."""

    def __init__(self, directory: Path, table: str = "worlds") -> None:
        """Open it; raises LandbridgeError if the folder has none."""
        self._path = directory / f"{table}.parquet"
        self._file = _opened(self._path)
        self.rows: int = self._file.metadata.num_rows
        with _whole(self._path):
            self._table = self._file.read() if self.rows <= _FEW_ROWS else None

    def __enter__(self) -> Self:
        """For `with`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._file.close()

    def numbers(self) -> list[str]:
        """Names of the columns that hold numbers or flags."""
        types = pa.types
        tests = (types.is_integer, types.is_floating, types.is_boolean)
        return [f.name for f in self._file.schema_arrow if any(test(f.type) for test in tests)]

    def texts(self) -> list[str]:
        """Names of the columns that hold texts."""
        return [f.name for f in self._file.schema_arrow if pa.types.is_string(f.type)]

    def dates(self) -> list[str]:
        """Names of the columns that hold dates."""
        return [f.name for f in self._file.schema_arrow if pa.types.is_date(f.type)]

    def has(self, name: str) -> bool:
        """Whether there is such a column."""
        return name in self._file.schema_arrow.names

    def values(self, name: str) -> NDArray[Any]:
        """(W,) a column of numbers or flags."""
        return _plain(self._column(name))

    def days(self, name: str) -> NDArray[np.int32]:
        """Days since 1970-01-01 of the worlds that have the date, in order."""
        days: NDArray[np.int32] = self._column(name).drop_null().cast(pa.int32()).to_numpy()
        return days

    def day_or(self, name: str, never: int = NO_DAY) -> NDArray[np.int32]:
        """(W,) a date as days since 1970-01-01, `never` where there is none."""
        return _filled(self._column(name).cast(pa.int32()), never)

    def coded(self, name: str) -> tuple[NDArray[np.int32], list[str]]:
        """A column of texts as (W,) codes, -1 for none, and the texts they stand for."""
        column = self._column(name).dictionary_encode()
        return _filled(column.indices, -1), column.dictionary.to_pylist()

    def _column(self, name: str) -> pa.Array:
        with _whole(self._path):
            table = self._file.read([name]) if self._table is None else self._table
            column = table.column(name).combine_chunks()
        # an empty chunked array has no chunk to combine into
        return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


# pyarrow's own `to_numpy` and `fill_null` import pandas, which takes half a second.


def _plain(column: pa.Array) -> NDArray[Any]:
    """Numbers or flags as they are."""
    values: NDArray[Any]
    if column.null_count or not len(column):
        values = column.to_numpy(zero_copy_only=False)
    elif pa.types.is_boolean(column.type):
        bits = np.unpackbits(np.frombuffer(column.buffers()[1], np.uint8), bitorder="little")
        values = bits[column.offset : column.offset + len(column)].astype(np.bool_)
    else:
        values = np.from_dlpack(column)
    return values


def _filled(column: pa.Array, empty: int) -> NDArray[np.int32]:
    """Whole numbers of 32 bits, `empty` where there is none."""
    valid, numbers = column.buffers()
    rows = slice(column.offset, column.offset + len(column))
    values = np.frombuffer(numbers, np.int32)[rows].copy()
    if column.null_count:
        bits = np.unpackbits(np.frombuffer(valid, np.uint8), bitorder="little")
        values[bits[rows] == 0] = empty
    return values


def _opened(file: Path) -> pq.ParquetFile:
    """A Parquet file; raises LandbridgeError if it is not there or not whole."""
    with _whole(file):
        return pq.ParquetFile(file)


@contextmanager
def _whole(file: Path) -> Iterator[None]:
    """Raise LandbridgeError where a file is not there, or cannot be read to its end."""
    try:
        yield
    except FileNotFoundError as error:
        raise LandbridgeError(
            f"{file.parent}: not a finished run folder (no {file.name})"
        ) from error
    except (OSError, pa.ArrowException, LookupError) as error:  # LookupError: no such column
        raise LandbridgeError(
            f"{file}: is damaged ({' '.join(str(error).split())}); run the same command again in "
            "this folder to mend it"
        ) from error


def frame(directory: Path, name: str) -> pd.DataFrame:
    """A whole table (`worlds`, `cells` or `curves`) as a pandas frame.

    Raises LandbridgeError if the folder has none.
    """
    path = directory / f"{name}.parquet"
    with _opened(path) as file, _whole(path):
        return file.read().to_pandas(date_as_object=False)
