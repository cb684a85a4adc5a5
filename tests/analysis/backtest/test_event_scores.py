"""Scores of events on made-up forecasts whose scores are known."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.backtest.event_scores import (
    NEVER,
    Outcome,
    as_csv,
    read_forecast,
    read_outcomes,
    score_event,
)
from sim.analysis.stats.survival import Times
from sim.errors import LandbridgeError

ORIGIN, UNTIL, HOLD = date(2017, 1, 1), date(2017, 4, 11), 10  # 100 days
ROUTES = ("south", "centre", "north")
HORIZON = (UNTIL - ORIGIN).days


def forecast(days: list[int], routes: list[str] | None = None) -> Times:
    """Worlds whose corridor forms on `days`, -1 for never."""
    day = np.array([HORIZON + 1 if one < 0 else one for one in days], np.int64)
    names = routes or ["south" if one >= 0 else "" for one in days]
    code = np.array([ROUTES.index(one) if one else -1 for one in names], np.int32)
    return Times(day, HORIZON, HORIZON, code, ROUTES, 1)


def score(times: Times, day: date | None, route: str = "") -> dict[str, object]:
    return score_event(times, Outcome("road", "", day, route), ORIGIN, HOLD, ROUTES)


def test_the_event_is_scored_as_yes_or_no() -> None:
    times = forecast([20, 40, -1, -1])
    came = score(times, date(2017, 2, 10), "south")
    assert came["happened"]
    assert came["probability"]["estimate"] == 0.5
    # (0.5 - 1)^2 less 0.5 * 0.5 / 3 for the four worlds
    assert came["brier"]["model"]["estimate"] == pytest.approx(0.25 - 0.25 / 3)
    assert came["brier"]["persistence"] == 1.0
    assert came["log"]["model"]["estimate"] == pytest.approx(math.log(2))
    assert came["log"]["persistence"] == pytest.approx(-math.log(0.005))
    never = score(times, None)
    assert not never["happened"]
    assert never["brier"]["persistence"] == 0.0
    assert never["crps_days"]["persistence"] == 0.0


def test_the_date_is_scored_in_days() -> None:
    certain = forecast([40] * 50)
    # all on day 40: as many days off as there are
    assert score(certain, date(2017, 1, 31))["crps_days"]["model"]["estimate"] == 10.0
    assert score(certain, date(2017, 2, 10))["crps_days"]["model"]["estimate"] == 0.0
    # never is the day after the horizon
    assert score(certain, None)["crps_days"]["model"]["estimate"] == HORIZON + 1 - 40
    assert score(certain, date(2017, 1, 31))["crps_days"]["persistence"] == HORIZON + 1 - 30
    # two worlds on days 20 and 40, truth 30: fair score E|X - y| - E|X - X'| / 2 = 10 - 20 / 2
    assert score(forecast([20, 40]), date(2017, 1, 31))["crps_days"]["model"]["estimate"] == 0.0


@given(
    st.lists(st.integers(-1, HORIZON), min_size=2, max_size=30), st.integers(-1, HORIZON - HOLD + 1)
)
def test_the_score_of_the_date_is_that_of_its_definition(days: list[int], true: int) -> None:
    times = forecast(days)
    day = None if true < 0 else date.fromordinal(ORIGIN.toordinal() + true)
    y = HORIZON + 1 if true < 0 else true
    x = times.day.astype(float)
    pairs = np.abs(x[:, None] - x).sum() / (len(x) * (len(x) - 1))
    expected = np.abs(x - y).mean() - pairs / 2
    found = score(times, day)["crps_days"]["model"]
    assert found["estimate"] == pytest.approx(expected, abs=1e-9)
    assert found["low"] <= found["high"]
    plain = np.abs(x - y).mean() - np.abs(x[:, None] - x).mean() / 2
    assert found["low"] - 1e-9 <= plain <= found["high"] + 1e-9


def test_a_corridor_that_was_not_open_for_long_enough_had_not_formed() -> None:
    times = forecast([50, 60, 91, -1])
    in_time, too_late = date(2017, 4, 2), date(2017, 4, 3)  # ten days to 11 April, to 12 April
    assert score(times, in_time)["happened"]
    late = score(times, too_late, "south")
    assert not late["happened"]
    assert (late["first_day"], late["held_until"]) == ("2017-04-03", "2017-04-12")
    assert late["route"]["true"] == NEVER
    assert late["share_not_later"] == 1.0


def test_the_central_range_and_the_ranks() -> None:
    times = forecast([*range(10, 90), *[-1] * 20])
    found = score(times, date(2017, 1, 15))  # day 14: a rank of 5 in 100
    assert found["central_80"] == {"low": "2017-01-20", "high": None, "holds": False}
    assert (found["share_earlier"], found["share_not_later"]) == (0.04, 0.05)
    assert score(times, date(2017, 1, 20))["central_80"]["holds"]
    assert score(times, None)["central_80"]["holds"]


def test_the_route_is_scored_among_all_and_never() -> None:
    times = forecast([10, 10, 10, -1], ["south", "south", "centre", ""])
    route = score(times, date(2017, 1, 5), "centre")["route"]
    assert route["probability"] == {"south": 0.5, "centre": 0.25, "north": 0.0, NEVER: 0.25}
    assert route["if_formed"] == pytest.approx({"south": 2 / 3, "centre": 1 / 3, "north": 0.0})
    plain = 0.5**2 + 0.75**2 + 0.25**2
    own = (0.5 * 0.5 + 2 * 0.25 * 0.75) / 3
    assert route["brier"] == pytest.approx(plain - own)
    assert route["log"] == pytest.approx(-math.log(0.99 * 0.25 + 0.01 / 4))
    assert score(times, date(2017, 1, 5))["route"] is None  # not known
    assert score(times, None)["route"]["true"] == NEVER


def test_intervals_are_those_of_the_number_of_worlds() -> None:
    few, many = forecast([20] + [-1] * 9), forecast([20] * 100 + [-1] * 900)
    widths = []
    for times in (few, many):
        found = score(times, None)
        p = found["probability"]
        assert found["brier"]["model"]["low"] == pytest.approx(p["low"] ** 2)
        assert found["brier"]["model"]["high"] == pytest.approx(p["high"] ** 2)
        widths.append(found["crps_days"]["model"]["high"] - found["crps_days"]["model"]["low"])
    assert widths[1] < widths[0] / 3
    silent = score(forecast([-1] * 10), date(2017, 1, 5))  # no world has it: not certain of it
    assert silent["log"]["model"]["low"] < silent["log"]["model"]["estimate"]


@given(
    st.lists(st.tuples(st.integers(-1, HORIZON), st.sampled_from(ROUTES)), min_size=1, max_size=40)
)
def test_a_forecast_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, worlds: list[tuple[int, str]]
) -> None:
    file = tmp_path_factory.mktemp("events") / "event_forecast.csv"
    routes = [route if day >= 0 else "" for day, route in worlds]
    times = forecast([day for day, _ in worlds], routes)
    file.write_bytes(as_csv({"road": times}, ORIGIN))
    found = read_forecast(file, ORIGIN, UNTIL)["road"]
    assert found.horizon == HORIZON
    named = sorted(zip(found.day.tolist(), _names(found), strict=True))
    assert named == sorted(zip(times.day.tolist(), _names(times), strict=True))


def _names(times: Times) -> list[str]:
    return [times.routes[code] if code >= 0 else "" for code in times.route.tolist()]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("event,date\nroad,2017-02-01\n", "route"),
        ("event,date,route\nrod,2017-02-01,south\n", "road"),
        ("event,date,route\nroad,2016-12-31,south\n", "before the origin"),
        ("event,date,route\nroad,soon,south\n", "YYYY-MM-DD"),
        ("event,date,route\nroad,2017-02-01,sooth\n", "south"),
        ("event,date,route\nroad,,\nroad,,\n", "twice with the same reading"),
        ("event,date,route\n", "holds no events"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_line(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "events.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(LandbridgeError, match=said) as refused:
        read_outcomes(file, ORIGIN, ROUTES)
    assert "\n" not in str(refused.value)


def test_readings_of_one_event_are_apart(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(
        "event,date,route,reading,source\nroad,2017-02-01,centre,towns,a\nroad,,,all,b\n",
        encoding="utf-8",
    )
    first, second = read_outcomes(file, ORIGIN, ROUTES)
    assert first == Outcome("road", "towns", date(2017, 2, 1), "centre")
    assert second == Outcome("road", "all", None, "")
    with pytest.raises(LandbridgeError, match="no such file"):
        read_outcomes(tmp_path / "none.csv", ORIGIN, ROUTES)
