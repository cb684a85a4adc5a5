from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.backtest.observations import Change, Record, extended, packaged
from sim.errors import LandbridgeError
from sim.theatre.history.reports import controllers_at
from sim.theatre.spec import theatre_spec
from tests.support.folders import SEEDS

FIRST, LAST = theatre_spec(SEEDS).first, theatre_spec(SEEDS).last
DAY = date.fromisoformat
A, B, C = DAY("2017-01-10"), DAY("2017-02-10"), DAY("2017-03-10")


@given(st.dates(FIRST, LAST))
def test_the_packaged_record_is_the_history(day: date) -> None:
    for place, holder in controllers_at(day, SEEDS).items():
        assert RECORD.holder(place, day) == holder


RECORD = packaged(SEEDS)


def test_nothing_is_known_after_the_record() -> None:
    assert RECORD.holder("baghdad", LAST) == "isf"
    assert RECORD.holder("baghdad", LAST + timedelta(1)) is None
    assert RECORD.holder("azaz", LAST) is None  # an enclave without dated rows
    assert RECORD.holder("baghdad", FIRST - timedelta(1)) is None


def write(folder: Path, text: str) -> Path:
    file = folder / "later.csv"
    file.write_text("place,date,controller\n" + text, encoding="utf-8")
    return file


def test_a_file_carries_on_and_mends(tmp_path: Path) -> None:
    changes = [Change(A, "x", "red"), Change(B, "x", "blue"), Change(A, "y", "red")]
    record = Record(changes, C, "test")
    file = write(tmp_path, f"x,{B},green\nx,2018-01-01,none\nz,{A},red\n")
    found = extended(record, file, ("x", "y", "z"), ("red", "blue", "green", "none"))
    assert found.holder("x", A) == "red"
    assert found.holder("x", B) == "green"  # the file's row replaces the record's
    assert found.holder("x", DAY("2018-05-01")) == "none"
    assert found.holder("y", DAY("2018-05-01")) == "red"  # not named: as the record leaves it
    assert (found.holder("z", A - timedelta(1)), found.holder("z", A)) == (None, "red")
    assert "later.csv (last change 2018-01-01)" in found.source


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rutbah,2018-01-01,isf\n", "later.csv:2 place=rutbah: .*did you mean rutba"),
        ("rutba,2018-01-01,ifs\n", "later.csv:2 controller=ifs: .*did you mean isf"),
        ("rutba,2018-01-01,isf\nrutba,1 May,isf\n", "later.csv:3 date=1 May: must be a date"),
        ("rutba,2018-01-01,isf\nrutba,2018-01-01,pmf\n", "later.csv:3 place=rutba: twice"),
        ("rutba,2018-01-01\n", "later.csv:2 cells=2: must have 3"),
        ("", "holds no changes"),
    ],
)
def test_a_bad_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(LandbridgeError, match=said):
        extended(RECORD, write(tmp_path, text), ("rutba", "hit"), ("isf", "pmf", "none"))


def test_a_missing_file_or_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LandbridgeError, match="truth=.*nowhere.csv: no such file"):
        extended(RECORD, tmp_path / "nowhere.csv", (), ())
    file = tmp_path / "later.csv"
    file.write_text("place,day,controller\nrutba,2018-01-01,isf\n")
    with pytest.raises(LandbridgeError, match="column=date: missing"):
        extended(RECORD, file, ("rutba",), ("isf",))
