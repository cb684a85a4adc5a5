from __future__ import annotations

import pytest

from sim.csv_text import inert, written


@pytest.mark.parametrize("text", ["=1+1", "+a", "-a", "@SUM(A1)", "\t=1", "\r=1", "-1+1"])
def test_a_text_is_no_formula(text: str) -> None:
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["-1.5", "+3", "a=b", "", "é", -1.5, None])
def test_numbers_and_other_texts_stay(cell: object) -> None:
    assert inert(cell) == cell


def test_rows_are_csv() -> None:
    assert written([["a", "b"], [1, "=x,y"]]) == 'a,b\n1,"\'=x,y"\n'
