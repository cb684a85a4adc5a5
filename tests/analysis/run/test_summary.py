from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.analysis.run.summary import read, summarise
from sim.errors import LandbridgeError


def summary_of(
    at: Path, columns: dict[str, object], per_draw: int = 1, seconds: float = 0.0
) -> dict[str, Any]:
    """The summary of a run folder with the worlds given."""
    pq.write_table(pa.table(columns), at / "worlds.parquet")
    return summarise(at, "made_up", per_draw, seconds)


def worlds(days: list[int | None]) -> dict[str, object]:
    dates = [None if d is None else date(2017, 6, 4) + timedelta(d) for d in days]
    formed = [d is not None for d in days]
    return {
        "world": pa.array(range(len(days))),
        "formed_road": formed,
        "formed_territory": [True] * len(days),
        "first_date_road": pa.array(dates, pa.date32()),
        "first_date_territory": pa.array([date(2017, 6, 4)] * len(days), pa.date32()),
        "route_road": pa.array(["south" if f else None for f in formed], pa.string()),
        "route_territory": pa.array(["north"] * len(days), pa.string()),
        "breach_date_jordan": pa.array(dates, pa.date32()),
        "road_capacity_index": [1.0 if f else float("nan") for f in formed],
    }


def test_never_counts_in_the_quantiles(tmp_path: Path) -> None:
    summary = summary_of(tmp_path, worlds([10, 20, 30, None, None]), seconds=1.5)
    road = summary["dates"]["road"]
    assert road == {
        "q10": "2017-06-14",
        "q50": "2017-07-04",
        "q90": None,
        "median_if_formed": "2017-06-24",
        "never": 0.4,
    }
    assert summary["median_date"] == {"road": "2017-07-04", "territory": "2017-06-04"}
    assert summary["p_corridor"]["road"]["estimate"] == 0.6
    assert summary["worlds"] == 5
    assert summary["events"] == {"breach_jordan": road}
    assert summary["routes"]["territory"]["north"]["estimate"] == 1.0
    assert summary["seconds"] == 1.5
    assert summary["routes"]["road"]["south"]["worlds"] == 3
    assert summary["means"]["road_capacity_index"] == {"mean": 1.0, "sd": 0.0}
    (tmp_path / "summary.json").write_text(json.dumps(summary))
    assert read(tmp_path) == summary


def test_dates_before_1970_are_dates(tmp_path: Path) -> None:
    """Days since the epoch are negative then, which once stood for never."""
    columns = worlds([10, 20, None])
    for name in ("first_date_road", "first_date_territory"):
        old = [d.as_py() and d.as_py().replace(year=1903) for d in columns[name]]
        columns[name] = pa.array(old, pa.date32())
    span = (date(1903, 6, 4), date(1903, 12, 31))
    pq.write_table(pa.table(columns), tmp_path / "worlds.parquet")
    summary = summarise(tmp_path, "made_up", 1, 1.0, span=span)
    assert summary["dates"]["road"]["q50"] == "1903-06-24"
    assert summary["median_date"]["territory"] == "1903-06-04"
    first = summary["time_to_corridor"]["road"]["incidence"][0]
    assert (first["day"], first["share"]) == (26, pytest.approx(2 / 3))  # 30 June


def test_nothing_forms(tmp_path: Path) -> None:
    summary = summary_of(tmp_path, worlds([None, None]))
    assert summary["median_date"]["road"] is None
    assert summary["dates"]["road"]["never"] == 1.0
    assert summary["routes"]["road"] == {}
    assert summary["means"]["road_capacity_index"] == {"mean": None, "sd": None}


def test_one_world(tmp_path: Path) -> None:
    summary = summary_of(tmp_path, worlds([3]))
    assert summary["dates"]["road"]["q10"] == summary["dates"]["road"]["q90"] == "2017-06-07"


def test_share_of_a_route_is_among_worlds_that_have_one(tmp_path: Path) -> None:
    columns = worlds([1, 2, 3, 4, None, None])
    columns["route_road"] = pa.array(["south", "north", "south", "south", None, None])
    routes = summary_of(tmp_path, columns)["routes"]["road"]
    assert list(routes) == ["south", "north"]
    assert [one["estimate"] for one in routes.values()] == [0.75, 0.25]


def test_the_doubt_from_inputs_is_shown_apart(tmp_path: Path) -> None:
    days = np.where(np.arange(400) // 10 % 2 == 0, 5, -1)
    columns = worlds([int(d) if d >= 0 else None for d in days])
    said = summary_of(tmp_path, columns, per_draw=10)
    found = said["doubt"]["road"]
    assert found["inputs"] == pytest.approx(0.5, abs=0.02)
    assert (found["p"], found["rules"], found["lowest"]) == (0.5, None, None)
    assert found["monte_carlo"] == pytest.approx(0.5 / 39**0.5)
    assert "Korn-Graubard" in said["p_corridor"]["road"]["method"]


def test_the_doubt_from_rules_has_the_variants_at_its_ends(tmp_path: Path) -> None:
    columns = worlds([5 if i % 2 and i >= 200 else None for i in range(400)])
    columns["variant"] = pa.array(["plain"] * 200 + ["towns"] * 198 + ["rare"] * 2)
    said = summary_of(tmp_path, columns, per_draw=2)
    found = said["doubt"]["road"]
    assert (found["lowest"]["variant"], found["highest"]["variant"]) == ("plain", "towns")
    assert found["rules"] == pytest.approx(0.25, abs=0.01)
    assert found["share_of_rules"] == 1.0
    assert said["variants"]["rare"] == {"worlds": 2, "road": None, "territory": None}
    assert said["variants"]["towns"]["road"]["estimate"] == 0.5


def test_dates_go_beyond_the_horizon_and_shares_do_not(tmp_path: Path) -> None:
    columns = worlds([10, 20, None, None, None])
    late = [None, None, date(2018, 2, 1), None, None]
    columns["first_date_beyond_road"] = pa.array(late, pa.date32())
    said = summary_of(tmp_path, columns)
    assert said["dates"]["road"]["q50"] == said["median_date"]["road"] == "2018-02-01"
    assert said["dates"]["road"]["never"] == 0.4
    assert said["p_corridor"]["road"]["estimate"] == 0.4
    assert list(said["events"]) == ["breach_jordan"]


@pytest.mark.parametrize("text", [None, "{"])
def test_an_unfinished_folder_is_refused(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "summary.json").write_text(text)
    with pytest.raises(LandbridgeError, match="not a finished run folder"):
        read(tmp_path)
