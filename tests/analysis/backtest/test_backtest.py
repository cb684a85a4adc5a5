"""A whole backtest over the fake model, on the packaged map and record."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.analysis.stats.scores import brier, log_score
from sim.cli import main
from sim.theatre.history.reports import controllers_at
from tests.support.fakes import FACTIONS, PlacesSimulator
from tests.support.folders import SEEDS

HOLDERS = 11  # six factions of the fake settings, four more in the record, none
SPRING = ["--origin=2016-03-01", "--until=2016-06-20", "ensemble.worlds=40"]


class Caller:
    """Calls the command line and reads what it wrote."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys, self.simulator = capsys, PlacesSimulator()

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        self.simulator.calls.clear()
        code = main(["backtest", *arguments], self.simulator, lambda at: [])
        return code, *self.capsys.readouterr()


@pytest.fixture
def backtest(
    small: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Caller:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sim.analysis.backtest.forecasts.HISTORIES", 200)
    return Caller(capsys)


def rows(file: str) -> list[dict[str, str]]:
    with Path(file).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_forecasts_and_scores_of_one_origin(backtest: Caller) -> None:
    code, out, err = backtest(*SPRING, "--out=a")
    assert (code, err) == (0, "")
    forecast = pd.read_csv("a/forecast.csv")
    assert list(forecast.columns) == ["date", "place", "controller", "probability"]
    assert list(forecast["date"].unique()) == ["2016-03-31", "2016-04-30", "2016-05-31"]
    assert set(forecast["controller"]) > {*FACTIONS, "none"}
    assert forecast.groupby(["date", "place"])["probability"].agg(["sum", "size"]).to_numpy() == (
        pytest.approx(np.tile([1.0, HOLDERS], (3 * 6, 1)))
    )
    p = forecast.set_index(["date", "place", "controller"])["probability"]
    assert p["2016-03-31", "hit", "isis"] == 1.0
    assert p["2016-04-30", "hit", "isf"] == 0.75  # 3 worlds of 4, from day 40
    baselines = pd.read_csv("a/baselines.csv")
    assert list(baselines.columns) == ["method", "date", "place", "controller", "probability"]
    b = baselines.set_index(["method", "date", "place", "controller"])["probability"]
    assert b["persistence", "2016-05-31", "rutba", "isis"] == 1.0
    assert 0.0 < b["hazard", "2016-05-31", "rutba", "isis"] < 1.0
    assert len(baselines) == 2 * len(forecast)
    assert "Backtest from 2016-03-01: 5 places at 3 month ends (15 cases), 40 worlds" in out
    assert "1 of 6 places without a record" in out
    assert all(len(line) <= 120 for line in out.splitlines())


def test_scores_are_those_of_the_forecasts(backtest: Caller) -> None:
    backtest(*SPRING, "--out=a")
    scores = json.loads(Path("a/scores.json").read_text())
    cases = pd.read_csv("a/cases.csv")
    assert scores["truth"]["places_left_out"] == ["azaz"]
    assert scores["truth"]["start_differs"] == {}
    # hit and rutba fell (14 April, 17 May), mosul did not; each was given 3/4 from 30 April on
    right = brier(np.array([0.75, 0.25]), np.array(0), 40)
    wrong = brier(np.array([0.75, 0.25]), np.array(1), 40)
    expected = 3 * right + 3 * wrong
    palmyra = 2.0 * 3  # held by isis in every world; the regime took it on 27 March
    assert scores["brier"]["model"]["estimate"] == pytest.approx((expected + palmyra) / 15)
    share = np.full(HOLDERS, 0.0)
    share[:2] = 0.75, 0.25
    at = cases.set_index(["date", "place"])
    assert at.loc[("2016-04-30", "hit"), "log_model"] == pytest.approx(
        float(log_score(share, np.array(0)))
    )
    fallen = 2 * (1 + 3 + 2)  # cases of hit (2), palmyra (3), rutba (1): each costs 2
    assert scores["brier"]["persistence"]["estimate"] == pytest.approx(fallen / 15)
    skill = scores["skill"]["brier"]["persistence"]
    assert skill["estimate"] == pytest.approx(1 - (expected + palmyra) / fallen)
    assert set(scores["groups"]) == {"front", "holder", "kind", "months", "changed"}
    assert scores["groups"]["holder"]["isf"]["brier"]["model"]["estimate"] == 0.0
    assert scores["groups"]["holder"]["isf"]["skill"]["brier"]["persistence"]["estimate"] == 0.0
    assert set(scores["groups"]["months"]) == {"1", "2", "3"}
    moved = {(one["holder"], one["taker"]): one for one in scores["takeovers"]}
    assert (moved["isis", "isf"]["happened"], moved["isis", "isf"]["model"]) == (2.0, 3 * 0.75)
    assert moved["isis", "regime"]["happened"] == 1.0
    assert 0.0 < moved["isis", "isf"]["hazard"] < 2.0
    worst = scores["worst_places"]["vs_persistence"][0]
    assert (worst["place"], worst["holder"]) == ("mosul", "isis")
    assert worst["vs_persistence"] == pytest.approx(2 * float(wrong) / 15)


def test_called_again_it_only_scores(backtest: Caller) -> None:
    future = ["--origin=2017-12-31", "--until=2018-03-31", "ensemble.worlds=8", "--out=b"]
    code, out, _ = backtest(*future)
    assert code == 0
    assert "Nothing is known of what happened then" in out
    assert not Path("b/scores.json").exists()
    assert len(rows("b/forecast.csv")) == 3 * 6 * HOLDERS
    assert len(backtest.simulator.calls) == 8
    Path("later.csv").write_text("place,date,controller\nazaz,2018-02-09,none\n")  # made up
    code, out, _ = backtest(*future, "--truth=later.csv")
    assert (code, backtest.simulator.calls) == (0, [])
    assert "6 places at 3 month ends (17 cases)" in out  # azaz from February on
    scores = json.loads(Path("b/scores.json").read_text())
    cases = pd.read_csv("b/cases.csv").set_index(["date", "place"])
    assert scores["dates"] == ["2018-01-31", "2018-02-28", "2018-03-31"]
    assert cases.loc[("2018-02-28", "azaz"), "outcome"] == "none"
    assert ("2018-01-31", "azaz") not in cases.index  # nothing is known of it before February
    assert cases.loc[("2018-03-31", "baghdad"), "outcome"] == "isf"
    assert "later.csv" in scores["truth"]["source"]
    assert backtest(*future)[0] == 0
    assert not Path("b/scores.json").exists()  # no scores against a truth that was not given


def test_events_are_forecast_and_scored(backtest: Caller) -> None:
    future = ["--origin=2017-12-31", "--until=2018-03-31", "ensemble.worlds=8", "--out=e"]
    assert backtest(*future)[0] == 0
    worlds = pd.read_parquet("e/worlds.parquet")
    counted = pd.read_csv("e/event_forecast.csv").groupby("event")["worlds"].sum()
    assert counted.to_dict() == {"road": 8, "territory": 8}
    assert not Path("e/event_scores.json").exists()
    Path("came.csv").write_text(
        "event,date,route,reading\nroad,2018-01-27,south,\nterritory,2018-03-20,,late\n"
    )  # made up
    code, out, err = backtest(*future, "--events=came.csv")
    assert (code, err, backtest.simulator.calls) == (0, "", [])
    scores = json.loads(Path("e/event_scores.json").read_text())
    road, territory = scores["events"]
    p = worlds["formed_road"].mean()
    assert road["probability"]["estimate"] == pytest.approx(p)
    assert road["brier"]["model"]["estimate"] == pytest.approx((1 - p) ** 2 - p * (1 - p) / 7)
    assert not territory["happened"]  # 30 days from 20 March end after the horizon
    assert "open from 2018-03-20, but not for 30 days by then" in out
    assert "Corridor by territory (late)" in out
    assert all(len(line) <= 120 for line in out.splitlines())
    assert backtest(*future)[0] == 0
    assert not Path("e/event_scores.json").exists()  # no scores against what was not given


def test_part_of_the_dates_may_be_known(backtest: Caller) -> None:
    span = ["--origin=2017-12-01", "--until=2018-02-28", "ensemble.worlds=8", "--out=c"]
    code, out, _ = backtest(*span)
    assert code == 0
    assert "5 places at 1 month end (5 cases)" in out
    assert "2 later dates" in out


def test_splits_are_scored_apart_and_together(backtest: Caller) -> None:
    code, out, err = backtest(
        "--origin=2016-03-01,2016-10-16",
        "--until=2017-02-01",
        "ensemble.worlds=8",
        "--out=s",
        "--with",
        "2016-10-16:ensemble.seed=5",
    )
    assert (code, err) == (0, "")
    scores = json.loads(Path("s/scores.json").read_text())
    first, second = scores["splits"]["2016-03-01"], scores["splits"]["2016-10-16"]
    assert (first["until"], second["until"]) == ("2016-10-16", "2017-02-01")
    assert (first["seed"], second["seed"]) == (0, 5)
    assert scores["cases"] == first["cases"] + second["cases"] == 5 * (7 + 4)
    total = sum(one["cases"] * one["brier"]["hazard"]["estimate"] for one in (first, second))
    assert scores["brier"]["hazard"]["estimate"] == pytest.approx(total / scores["cases"])
    assert len(rows("s/cases.csv")) == scores["cases"]
    assert Path("s/2016-10-16/forecast.csv").is_file()
    assert "2016-03-01 to 2016-10-16" in out
    assert "All splits: 5 places at 11 month ends (55 cases)" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["clock.origin=2016-01-01"], "backtest sets that itself; give --origin"),
        (["origin=2016-01-01"], "is an option of backtest: --origin 2016-01-01"),
        (["--origin=2014-01-01"], "clock.origin=2014-01-01: must be from 2015-01-01"),
        (["ensemble.worlds=1"], "ensemble.worlds=1: must be at least 2 for a backtest"),
        (["--truth=nowhere.csv"], "--truth=nowhere.csv: no such file"),
        (["--events=nowhere.csv"], "--events=nowhere.csv: no such file"),
        (["--origin=2016-03-01,2016-10-16", "--events=a.csv"], "scored from one origin at a time"),
        (["clock.record_on=[2017-03-01]"], "backtest sets that itself; leave it out"),
        (["orgin=2016-01-01"], "unknown key orgin"),
        (["--origin=2016-03-01,2015-07-01"], "--origin=2016-03-01: must be before 2015-07-01"),
        (["--origin=2016-03-01,soon"], "--origin=soon: must be a date"),
        (["--with", "2016-01-01:a=b"], "--with=2016-01-01:a=b: must be ORIGIN:KEY=VALUE"),
    ],
)
def test_user_errors_are_one_line_and_leave_nothing(
    backtest: Caller, arguments: list[str], said: str
) -> None:
    code, out, err = backtest(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert not list(Path().iterdir())


def test_the_default_origin_is_scored_to_the_end_of_the_record(backtest: Caller) -> None:
    assert backtest("ensemble.worlds=8", "--out=d")[0] == 0
    scores = json.loads(Path("d/scores.json").read_text())
    assert (scores["origin"], scores["until"]) == ("2017-06-04", "2017-12-31")
    origin = controllers_at(pd.Timestamp("2017-06-04").date(), SEEDS)
    for row in rows("d/cases.csv"):
        assert row["holder"] == origin[row["place"]]


def test_from_the_first_day_of_the_record_there_is_nothing_to_fit(backtest: Caller) -> None:
    code, out, _ = backtest("--origin=2015-01-01", "--until=2015-03-31", "ensemble.worlds=8")
    assert code == 0
    assert "fitted to 0 changes" in out
    (file,) = Path("outputs").glob("*/*/scores.json")
    scores = json.loads(file.read_text())
    assert scores["hazard"]["weekly_rate_at_0_km"] == pytest.approx(0.02)
    assert scores["dates"] == ["2015-01-31", "2015-02-28", "2015-03-31"]


def test_interrupted_it_says_how_to_continue(backtest: Caller) -> None:
    size = ("ensemble.worlds=96", "ensemble.block=32")
    call = ["--origin=2016-03-01", *size, "executor.threads=1", "--out=i"]
    backtest.simulator.interrupt_at = 64
    code, _, err = backtest(*call)
    assert code == 130
    said = " of 96 worlds are kept in i; continue with: landbridge backtest"
    # the block before the interrupted one may be done and not yet written
    kept = int(err.partition(said)[0].split()[-1])
    assert kept in (32, 64)
    again = err.partition("continue with: landbridge backtest ")[2].split()
    backtest.simulator.interrupt_at = -1
    code, out, _ = backtest(*again)
    assert (code, sorted(backtest.simulator.calls)) == (0, list(range(kept, 96)))
    assert "96 worlds" in out
