from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from sim.ensemble.store.tables import cells_table, curves_table
from tests.support.fakes import FakeSetup

ORIGIN = date(2017, 6, 4)
SETUP = FakeSetup(0.5, 0, 30, (0, 30))


def test_cells_have_a_row_for_what_occurs_and_no_other() -> None:
    cells = np.zeros((2, 7, 3), np.int32)
    cells[0, 6, 0] = 7
    cells[1, 0, 2] = 4
    cells[1, 3, 2] = 3
    rows = cells_table(SETUP, ORIGIN, cells).to_pylist()
    assert [(r["unit"], r["kind"], r["date"], r["faction"], r["worlds"]) for r in rows] == [
        ("h0_0", "hex", ORIGIN, "none", 7),
        ("rutba", "place", date(2017, 7, 4), "regime", 4),
        ("rutba", "place", date(2017, 7, 4), "isis", 3),
    ]
    assert (rows[1]["name"], rows[1]["lon"], rows[1]["lat"]) == ("Rutba", 40.3, 33.0)


def test_curves_are_quantiles_of_the_worlds() -> None:
    luck = np.random.default_rng(1)
    alarm = luck.integers(0, 101, (2, 2, 4001))
    curves = np.zeros((2, 2, 101), np.int32)
    for index in np.ndindex(2, 2):
        curves[index] = np.bincount(alarm[index], minlength=101)
    table = curves_table(SETUP, ORIGIN, curves)
    assert table.column("curve").to_pylist() == ["jordan", "jordan", "peshmerga", "peshmerga"]
    assert table.column("date").to_pylist()[:2] == [ORIGIN, date(2017, 7, 4)]
    assert table.column("mean").to_numpy() == pytest.approx(alarm.mean(axis=2).ravel() / 100)
    for name, share in (("q05", 0.05), ("q50", 0.5), ("q95", 0.95)):
        wanted = np.quantile(alarm, share, axis=2, method="inverted_cdf") / 100
        assert table.column(name).to_numpy() == pytest.approx(wanted.ravel())


def test_curve_without_spread() -> None:
    curves = np.zeros((2, 2, 101), np.int32)
    curves[:, :, 40] = 10
    row = curves_table(SETUP, ORIGIN, curves).to_pylist()[0]
    assert {row[name] for name in ("mean", "q05", "q25", "q50", "q75", "q95")} == {0.4}
