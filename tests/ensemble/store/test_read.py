from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.ensemble.store.read import WorldsFile, _filled, _plain, frame
from sim.errors import LandbridgeError

DAY = datetime.date(1970, 1, 11)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    columns = {
        "share": pa.array([0.5, 1.5, 2.5, 3.5]),
        "formed": pa.array([True, False, True, True]),
        "first": pa.array([DAY, None, DAY, None], pa.date32()),
        "route": pa.array(["south", None, "north", "south"]),
    }
    pq.write_table(pa.table(columns), tmp_path / "curves.parquet")
    return tmp_path


def test_columns_of_any_table_are_read_as_arrays(table: Path) -> None:
    with WorldsFile(table, "curves") as file:
        assert file.rows == 4
        assert file.values("share").tolist() == [0.5, 1.5, 2.5, 3.5]
        assert file.values("formed").tolist() == [True, False, True, True]
        assert file.day_or("first", -7).tolist() == [10, -7, 10, -7]
        assert file.days("first").tolist() == [10, 10]
        codes, names = file.coded("route")
    assert codes.tolist() == [0, -1, 1, 0]
    assert names == ["south", "north"]


@pytest.mark.parametrize("part", [slice(None), slice(1, None), slice(3, 9), slice(0, 0)])
def test_parts_of_columns_are_what_pyarrow_makes_of_them(part: slice) -> None:
    flags = [True, False, True, True, False, False, True, True, False, True, True]
    gaps = [1, None, 3, None, None, 6, 7, 8, 9, 10, None]
    for column in (pa.array(flags), pa.array(range(11), pa.int32()), pa.array(gaps, pa.int64())):
        theirs = column[part].to_numpy(zero_copy_only=False)
        mine = _plain(column[part])
        assert mine.dtype == theirs.dtype
        assert np.array_equal(mine, theirs, equal_nan=mine.dtype.kind == "f")
    column = pa.array(gaps, pa.int32())[part]
    assert _filled(column, -1).tolist() == column.fill_null(-1).to_pylist()


def test_reading_does_without_pandas(table: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from sim.ensemble.store.read import WorldsFile
with WorldsFile(Path({str(table)!r}), "curves") as file:
    file.values("share"), file.values("formed"), file.day_or("first", 0), file.coded("route")
assert "pandas" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_table_that_cannot_be_read_to_its_end_is_damaged(table: Path) -> None:
    file = table / "curves.parquet"
    raw = bytearray(file.read_bytes())
    raw[4:40] = b"\xff" * 36  # the first page; the footer, at the end, is whole
    file.write_bytes(raw)
    with pytest.raises(LandbridgeError, match="is damaged"), WorldsFile(table, "curves") as damaged:
        damaged.values("share")
    with pytest.raises(LandbridgeError, match="is damaged"):
        frame(table, "curves")
