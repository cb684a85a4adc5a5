from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.analysis.sweep.design import points
from sim.config.schema import Design, DesignKind
from sim.config.sweep_space import space
from sim.errors import LandbridgeError

LHS, SOBOL = DesignKind.lhs, DesignKind.sobol


def rows(kind: DesignKind, *overrides: str, **more: object) -> list[tuple[str, ...]]:
    return points(Design(kind, **more), space(overrides))[1]  # type: ignore[arg-type]


def test_grid_has_every_combination_the_last_key_fastest() -> None:
    assert rows(DesignKind.grid, "a=1,2", "b=x", "c=3,4") == [
        ("1", "3"),
        ("1", "4"),
        ("2", "3"),
        ("2", "4"),
    ]
    assert rows(DesignKind.grid, "a=1") == [()]


def test_zip_goes_side_by_side() -> None:
    assert rows(DesignKind.zip, "a=1,2", "c=3,4") == [("1", "3"), ("2", "4")]
    with pytest.raises(LandbridgeError, match=r"as many values of every key \(a has 2, c has 3\)"):
        rows(DesignKind.zip, "a=1,2", "c=3,4,5")


@pytest.mark.parametrize("kind", [DesignKind.grid, DesignKind.zip])
def test_intervals_need_a_design_that_fills_them(kind: DesignKind) -> None:
    with pytest.raises(LandbridgeError, match="a: an interval needs design=lhs or design=sobol"):
        rows(kind, "a=interval(0,1)", "b=1,2")


def test_a_latin_hypercube_has_one_point_in_every_slice() -> None:
    found = rows(LHS, "a=interval(0,10)", "b=x,y", "c=int(interval(1,5))", points=20)
    a = np.array([float(row[0]) for row in found])
    assert sorted((a * 2).astype(int)) == list(range(20))
    assert [row[1] for row in found].count("x") == 10
    assert {int(row[2]) for row in found} == {1, 2, 3, 4, 5}
    assert found == rows(LHS, "a=interval(0,10)", "b=x,y", "c=int(interval(1,5))", points=20)
    assert found != rows(LHS, "a=interval(0,10)", "b=x,y", points=20, seed=1)


def test_more_points_extend_a_sobol_sequence() -> None:
    few = rows(SOBOL, "a=interval(0,1)", "b=interval(0,1)", points=12)
    many = rows(SOBOL, "a=interval(0,1)", "b=interval(0,1)", points=64)
    assert many[:12] == few
    cells = {(int(float(a) * 8), int(float(b) * 8)) for a, b in many}
    assert len(cells) == 64  # a net: one point in each of the 64 squares


def test_no_point_is_there_twice() -> None:
    assert sorted(rows(LHS, "a=1,2,3", points=32)) == [("1",), ("2",), ("3",)]
    assert sorted(rows(SOBOL, "a=int(interval(1,4))", points=32)) == [(x,) for x in "1234"]
    assert rows(DesignKind.grid, "a=1,2,1", "b=x") == [("1",), ("2",)]


def test_a_design_of_nothing_is_refused() -> None:
    with pytest.raises(LandbridgeError, match=r"design=lhs: nothing is swept"):
        rows(LHS, "a=1")


def test_a_list_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text(
        'scenario,"faction.tanf.rationality",corridor.transit\nbaseline,1.5,"[isf,sdf]"\n\nb,2,[]\n'
    )
    found, listed = points(Design(DesignKind.list, file=str(file)), space(["x=1"]))
    assert listed == [("baseline", "1.5", "[isf,sdf]"), ("b", "2", "[]")]
    assert found.line(listed[0]) == [
        "x=1", "scenario=baseline", "faction.tanf.rationality=1.5", "corridor.transit=[isf,sdf]",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1\n", "line 2 has 1 values for 2 keys"),
        ("a\n", "needs a line of keys"),
        ("a,b,a\n1,2,3\n", "a: is swept twice"),
        ("a,x\n1,2\n", "x: is swept and has one value as well"),
    ],
)
def test_a_broken_list_is_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "points.csv"
    file.write_text(text)
    with pytest.raises(LandbridgeError, match=said):
        points(Design(DesignKind.list, file=str(file)), space(["x=1"]))


def test_a_list_needs_its_file_and_no_more(tmp_path: Path) -> None:
    with pytest.raises(LandbridgeError, match=r"design\.file=: "):
        rows(DesignKind.list)
    with pytest.raises(LandbridgeError, match="no such file"):
        rows(DesignKind.list, file=str(tmp_path / "none.csv"))
    with pytest.raises(LandbridgeError, match="a: design=list takes what is swept from its file"):
        rows(DesignKind.list, "a=1,2", file="x.csv")


def test_points_are_counted_before_they_are_made(tmp_path: Path) -> None:
    with pytest.raises(LandbridgeError, match="^design=grid: 89700 points, more than the 20000"):
        rows(DesignKind.grid, "a=range(0,300)", "b=range(1,300)")
    many = tmp_path / "many.csv"
    many.write_text("a\n" + "1\n" * 20_001)
    with pytest.raises(LandbridgeError, match=r"^design\.file=.*: 20001 points"):
        rows(DesignKind.list, file=str(many))
