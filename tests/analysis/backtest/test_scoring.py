from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from sim.analysis.backtest.forecasts import Forecast, persistence, target_dates
from sim.analysis.backtest.observations import Change, Record, packaged
from sim.analysis.backtest.scoring import (
    COALITION,
    KEPT,
    Scorable,
    cases,
    changes,
    contributions,
    groups,
    scored,
    takeovers,
    two_classes,
)
from sim.analysis.stats.scores import brier
from sim.theatre.history.reports import factions_known
from sim.theatre.load import load_theatre
from sim.theatre.theatre import KINDS
from tests.support.folders import SEEDS

ORIGIN = date(2016, 3, 1)
DATES = target_dates(ORIGIN, date(2016, 6, 30))
HOLDERS = (*factions_known(SEEDS), "none")
RECORD = packaged(SEEDS)
THEATRE = load_theatre(40.0, SEEDS)
PLACES = tuple(place for place in THEATRE.ids[THEATRE.hexes :] if RECORD.holder(place, ORIGIN))
HELD = [RECORD.holder(place, ORIGIN) or "" for place in PLACES]


def made_up(method: str, seed: int) -> Forecast:
    luck = np.random.default_rng(seed)
    shape = (len(DATES), len(PLACES), len(HOLDERS))
    p = 0.9 * np.eye(len(HOLDERS))[[HOLDERS.index(name) for name in HELD]]
    p = p + 0.1 * luck.dirichlet(np.full(len(HOLDERS), 0.2), shape[:2])
    return Forecast(method, DATES, PLACES, HOLDERS, p, 0)


MODEL = made_up("model", 1)
THREE = [MODEL, persistence(MODEL, HELD), made_up("hazard", 2)]
TABLE = cases(THREE, RECORD, THEATRE, ORIGIN, HELD)


def test_short_runs_are_scored_at_their_end() -> None:
    assert target_dates(ORIGIN, ORIGIN + timedelta(9)) == (ORIGIN + timedelta(9),)
    assert [one.month for one in DATES] == [3, 4, 5, 6]


def test_a_case_is_a_place_at_a_date() -> None:
    assert len(TABLE) == len(PLACES) * len(DATES)
    hit = TABLE[TABLE["place"] == "hit"]
    assert hit["outcome"].tolist() == ["isis", "isf", "isf", "isf"]  # taken on 14 April
    assert set(hit["changed"]) == {"changed"}
    assert hit["brier_persistence"].tolist() == [0.0, 2.0, 2.0, 2.0]
    baghdad = TABLE[TABLE["place"] == "baghdad"].iloc[0]
    assert (baghdad["kind"], baghdad["holder"], baghdad["changed"]) == ("city", "isf", "unchanged")
    assert set(TABLE["kind"]) <= set(KINDS)
    assert set(TABLE["months"]) == {1, 2, 3, 4}


def test_fronts_are_known_at_the_origin() -> None:
    front = TABLE.groupby("place")["front"].first()
    assert front["makhmur"] == "front"  # isis at Qayyarah, 30 km
    assert front["azraq"] == "quiet"
    later = Record(
        [*RECORD.changes, Change(date(2016, 4, 1), "azraq", "isis")], date.max, "made up"
    )
    again = cases(THREE, later, THEATRE, ORIGIN, HELD).groupby("place")["front"].first()
    assert (again == front).all()


def test_groups_add_up() -> None:
    whole = scored(TABLE)
    for entries in groups(TABLE).values():
        total = sum(one["cases"] * one["brier"]["model"]["estimate"] for one in entries.values())
        assert total / len(TABLE) == pytest.approx(whole["brier"]["model"]["estimate"])
    for score in ("brier", "log"):
        found = contributions(TABLE, score)
        for reference in ("persistence", "hazard"):
            gap = whole[score]["model"]["estimate"] - whole[score][reference]["estimate"]
            assert found[f"vs_{reference}"].sum() == pytest.approx(gap)


def test_coarser_questions_put_holders_together() -> None:
    origin = Scorable(THREE, RECORD, TABLE)
    found = two_classes([origin], ("regime", "pmf"))
    held = {*TABLE["holder"], *TABLE["outcome"]}
    assert set(found) == {KEPT, COALITION, *(f"{name} or not" for name in held)}
    # by hand: that ISIS holds hit at the last date, when the ISF does
    t, p = len(DATES) - 1, PLACES.index("hit")
    shares = MODEL.probability[t, p]
    isis = shares[HOLDERS.index("isis")]
    alone = Scorable(
        THREE, RECORD, TABLE[(TABLE["place"] == "hit") & (TABLE["date"] == str(DATES[t]))]
    )
    one = Forecast("model", DATES[t:], ("hit",), HOLDERS, MODEL.probability[t:, p : p + 1], 0)
    parts = [
        Forecast(f.method, DATES[t:], ("hit",), HOLDERS, f.probability[t:, p : p + 1], 0)
        for f in THREE
    ]
    found = two_classes([Scorable(parts, RECORD, alone.cases)], ("regime", "pmf"))
    assert found["isis or not"]["brier"]["model"]["estimate"] == pytest.approx(2 * isis**2)
    assert found["isf or not"]["brier"]["model"]["estimate"] == pytest.approx(
        2 * (1 - shares[HOLDERS.index("isf")]) ** 2
    )
    assert found[KEPT] == {**found["isis or not"]}  # ISIS held it at the origin
    both = shares[HOLDERS.index("regime")] + shares[HOLDERS.index("pmf")]
    assert found[COALITION]["brier"]["model"]["estimate"] == pytest.approx(2 * both**2)
    whole = float(brier(one.probability, np.array([[HOLDERS.index("isf")]])).item())
    assert whole >= found["isf or not"]["brier"]["model"]["estimate"] / 2 - 1e-12
    assert found["isis or not"]["brier"]["persistence"]["estimate"] == 2.0


def test_coarser_questions_over_origins_are_those_of_all_cases() -> None:
    origin = Scorable(THREE, RECORD, TABLE)
    once, twice = two_classes([origin], ("isf",)), two_classes([origin, origin], ("isf",))
    for question, entry in once.items():
        assert twice[question]["cases"] == 2 * entry["cases"]
        assert twice[question]["brier"]["model"]["estimate"] == pytest.approx(
            entry["brier"]["model"]["estimate"]
        )


def _sure(**by_place: list[str]) -> Scorable:
    """A model that is certain of holders by month end, and of no change elsewhere."""
    p = np.repeat(np.eye(len(HOLDERS))[[HOLDERS.index(name) for name in HELD]][None], 4, axis=0)
    for place, names in by_place.items():
        p[:, PLACES.index(place)] = np.eye(len(HOLDERS))[[HOLDERS.index(n) for n in names]]
    model = Forecast("model", DATES, PLACES, HOLDERS, p, 0)
    three = [model, persistence(model, HELD), made_up("hazard", 2)]
    return Scorable(three, RECORD, cases(three, RECORD, THEATRE, ORIGIN, HELD))


@pytest.mark.parametrize(
    ("names", "timing", "captor", "expected"),
    [
        # hit was ISIS's on 31 March and the ISF's from 30 April on
        (["isis", "isf", "isf", "isf"], "right", "right", "2016-04-30"),
        (["isf", "isf", "isf", "isf"], "early", "right", "2016-03-31"),
        (["isis", "isis", "isis", "isf"], "late", "right", "2016-06-30"),
        (["isis", "pmf", "pmf", "pmf"], "right", "wrong", "2016-04-30"),
        (["isis", "isis", "isis", "isis"], "late", None, None),
    ],
)
def test_what_was_wrong_about_a_place(
    names: list[str], timing: str, captor: str | None, expected: str | None
) -> None:
    found = {one["place"]: one for one in changes(_sure(hit=names))}["hit"]
    assert (found["holder"], found["taker"], found["lost_by"]) == ("isis", "isf", "2016-04-30")
    assert (found["timing"], found["captor"], found["expected_by"]) == (timing, captor, expected)
    assert found["p_taker"] == float(names[-1] == "isf")


def test_a_place_that_was_kept_and_expected_to_fall_is_listed() -> None:
    found = {one["place"]: one for one in changes(_sure(baghdad=["isf", "isf", "isis", "isis"]))}
    baghdad = found["baghdad"]
    assert (baghdad["taker"], baghdad["lost_by"], baghdad["captor"]) == (None, None, None)
    assert (baghdad["timing"], baghdad["expected_by"]) == ("early", "2016-05-31")
    assert "damascus" not in found  # kept, and expected to be
    assert sum(one["brier"] for one in found.values()) == pytest.approx(1.0)


def test_the_order_of_cases_does_not_matter() -> None:
    shuffled = TABLE.sample(frac=1.0, random_state=1)
    first, again = (pd.json_normalize(scored(one)).iloc[0] for one in (TABLE, shuffled))
    assert again.to_numpy(float) == pytest.approx(first.to_numpy(float))


def test_a_model_that_is_its_baseline_has_no_skill() -> None:
    same = [MODEL, THREE[1], Forecast("hazard", DATES, PLACES, HOLDERS, MODEL.probability, 0)]
    skill = scored(cases(same, RECORD, THEATRE, ORIGIN, HELD))["skill"]["brier"]["hazard"]
    assert (skill["estimate"], skill["low"], skill["high"]) == pytest.approx((0.0, 0.0, 0.0))


def test_takeovers_at_the_last_date() -> None:
    found = takeovers(THREE, RECORD).set_index(["holder", "taker"])
    last = TABLE[TABLE["date"] == str(DATES[-1])]
    moved = last[last["holder"] != last["outcome"]]
    assert found["happened"].sum() == len(moved)
    assert found.loc[("isis", "isf"), "happened"] == 4  # Kubaysah, Hit, Rutba, Fallujah
    p = MODEL.probability[-1][np.array(HELD) == "isis"]
    assert found.loc[("isis", "regime"), "model"] == pytest.approx(
        p[:, HOLDERS.index("regime")].sum()
    )
