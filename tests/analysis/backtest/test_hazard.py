from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest

from sim.analysis.backtest.hazard import (
    FAR_KM,
    PRIOR,
    WINDOW,
    Ground,
    Rates,
    exposure,
    fit,
    fitted,
    ground,
    minus_log_likelihood,
)
from sim.analysis.backtest.hazard_simulation import History, forecast
from sim.analysis.backtest.observations import Change, Record, packaged
from sim.theatre.history.reports import factions_known, places_known
from sim.theatre.load import load_theatre
from sim.theatre.spec import theatre_spec
from tests.support.folders import SEEDS

FIRST = theatre_spec(SEEDS).first
SIDES = ("red", "blue", "green")


def plain(places: int, seed: int = 0) -> Ground:
    """Places strewn over 300 km; everyone is at war with everyone but himself."""
    luck = np.random.default_rng(seed)
    xy = luck.uniform(0.0, 300.0, (places, 2))
    km = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    np.fill_diagonal(km, FAR_KM)
    war = np.vstack([~np.eye(3, dtype=bool), np.ones((1, 3), bool)])
    return Ground(tuple(f"p{i}" for i in range(places)), SIDES, km, war, FIRST)


def rates(**changed: object) -> Rates:
    known = {"mu": -3.0, "log_ell": math.log(30.0), "log_b": math.log(1e-5)}
    return Rates(**{**known, "attacker": np.zeros(3), **changed})


def history(where: Ground, true: Rates, days: int, seed: int) -> Record:
    """A record that the rates themselves made, to the day."""
    luck = np.random.default_rng(seed)
    holder = luck.integers(0, 3, len(where.places))
    changes = [Change(FIRST, p, SIDES[h]) for p, h in zip(where.places, holder, strict=True)]
    state = History(true, where, holder)
    for day in range(1, days + 1):
        before = state.holder.copy()
        state.run(day, luck)
        for i in np.flatnonzero(before != state.holder):
            day_of = FIRST + timedelta(day)
            changes.append(Change(day_of, where.places[i], SIDES[state.holder[i]]))
    return Record(changes, date.max, "made up")


def test_parameters_are_recovered() -> None:
    where = plain(60)
    true = rates(mu=-3.2, attacker=np.array([0.3, -0.3, 0.0]))
    record = history(where, true, 1200, 3)
    rows = exposure(record, where, FIRST, FIRST + timedelta(1200), [None] * 60)
    assert rows.taken.sum() > 150
    found = fit(rows, 3)
    assert found.mu + found.attacker == pytest.approx(true.mu + true.attacker, abs=0.4)
    assert found.log_ell == pytest.approx(true.log_ell, abs=0.3)


def test_slope_of_the_likelihood() -> None:
    where, luck = plain(20, 2), np.random.default_rng(5)
    record = history(where, rates(mu=-2.5), 200, 5)
    rows = exposure(record, where, FIRST, FIRST + timedelta(200), [None] * 20)
    theta = np.array([-2.5, 3.4, -9.0, 0.2, 0.0, -0.3]) + 0.3 * luck.normal(size=6)
    slope = minus_log_likelihood(theta, rows)[1]
    for i in range(theta.size):
        step = np.zeros_like(theta)
        step[i] = 1e-5
        after, before = (minus_log_likelihood(at, rows)[0] for at in (theta + step, theta - step))
        numeric = (after - before) / 2e-5
        assert slope[i] == pytest.approx(numeric, abs=1e-3 * max(1.0, abs(numeric)))


def test_without_a_record_the_prior_is_the_answer() -> None:
    where = plain(10)
    quiet = Record([Change(FIRST, p, "red") for p in where.places], date.max, "quiet")
    at_once, changes = fitted(quiet, where, FIRST, [None] * 10)
    assert (at_once.mu, at_once.log_ell) == (PRIOR["mu"][0], PRIOR["log_ell"][0])
    assert changes == 0
    mixed = [Change(FIRST, p, SIDES[i % 2]) for i, p in enumerate(where.places)]
    still = Record(mixed, date.max, "still")
    later, _ = fitted(still, where, FIRST + timedelta(400), [None] * 10)
    assert later.mu < PRIOR["mu"][0]  # nothing fell for half a year: rarer than was thought


def test_what_is_older_than_the_window_is_not_fitted_to() -> None:
    where = plain(10)
    start = [Change(FIRST, p, SIDES[i % 2]) for i, p in enumerate(where.places)]
    fall = Change(FIRST + timedelta(9), "p0", "blue")
    record = Record([*start, fall], date.max, "made up")
    for days, changes in ((8, 0), (9, 1), (9 + WINDOW - 1, 1), (9 + WINDOW, 0)):
        assert fitted(record, where, FIRST + timedelta(days), [None] * 10)[1] == changes


def test_a_lone_place_falls_at_its_rate() -> None:
    """Two places, one of which cannot fall: the chance is 1 - exp(-rate t)."""
    km = np.array([[FAR_KM, 20.0], [20.0, FAR_KM]])
    war = np.zeros((4, 3), bool)
    war[0, 1] = True  # blue attacks red, nobody attacks blue
    where = Ground(("x", "y"), SIDES, km, war, FIRST)
    true = rates(log_b=-40.0)
    dates = [FIRST + timedelta(30), FIRST + timedelta(100)]
    found = forecast(true, where, FIRST, np.array([0, 1]), dates, histories=4000)
    weekly = math.exp(-3.0 - 20.0 / 30.0)
    for t, days in enumerate((30, 100)):
        fallen = 1.0 - math.exp(-weekly * days / 7.0)
        error = math.sqrt(fallen * (1.0 - fallen) / 4000)
        assert found[t, 0, 1] == pytest.approx(fallen, abs=4 * error)
        assert found[t, 1].tolist() == [0.0, 1.0, 0.0, 0.0]
    assert found.sum(axis=2) == pytest.approx(np.ones((2, 2)))


def test_histories_repeat_and_a_neighbour_brings_danger() -> None:
    where = plain(30)
    true, start = rates(), np.zeros(30, np.int64)
    start[:5] = 1
    dates = [FIRST + timedelta(60)]
    first, again = (forecast(true, where, FIRST, start, dates, 200) for _ in range(2))
    assert (first == again).all()
    near = where.nearest_km(start)[:, 1]
    kept = first[0, 5:, 0]
    order = np.argsort(near[5:])
    assert kept[order[:8]].mean() < kept[order[-8:]].mean()


def test_exposure_of_a_known_record() -> None:
    km = np.array([[FAR_KM, 20.0, 90.0], [20.0, FAR_KM, 70.0], [90.0, 70.0, FAR_KM]])
    war = np.vstack([~np.eye(3, dtype=bool), np.ones((1, 3), bool)])
    where = Ground(("x", "y", "z"), SIDES, km, war, FIRST)
    fall = FIRST + timedelta(28)
    changes = [Change(FIRST, "x", "red"), Change(FIRST, "y", "blue"), Change(fall, "x", "blue")]
    record = Record(changes, date.max, "made up")
    rows = exposure(record, where, FIRST, FIRST + timedelta(42), [None, None, "green"])

    def one(attacker: int, km: float) -> tuple[float, float]:
        at = (rows.attacker == attacker) & (rows.km == km)
        return float(rows.weeks[at].sum()), float(rows.taken[at].sum())

    assert one(1, 20.0) == (4.0, 1.0)  # x was exposed to blue for four weeks, then fell
    assert one(0, 20.0) == (4.0, 0.0)
    assert one(0, FAR_KM) == (2.0 + 2.0, 0.0)  # red is gone, from x and y
    assert one(2, 90.0) == (6.0, 0.0)  # green stands at z throughout
    assert rows.weeks.sum() == 24.0  # of x and y, from two others each: z itself has no record


def test_exposure_of_the_packaged_record() -> None:
    where = ground(load_theatre(25.0, SEEDS), factions_known(SEEDS))
    record, end = packaged(SEEDS), date(2017, 2, 1)
    rows = exposure(record, where, FIRST, end, [None] * len(where.places))
    weeks = len(places_known(SEEDS)) * (len(where.factions) - 1) * (end - FIRST).days / 7.0
    assert rows.weeks.sum() == pytest.approx(weeks)
    first = {one.place for one in record.changes if one.date == FIRST}
    fallen = [one for one in record.changes if FIRST < one.date <= end and one.place in first]
    assert rows.taken.sum() == len(fallen)


def test_nothing_after_the_origin_is_used() -> None:
    """A record that ends at the origin and one that goes on as it did not give the same rates."""
    theatre, record, origin = (
        load_theatre(40.0, SEEDS),
        packaged(SEEDS),
        date(2015, 7, 1),
    )
    where = ground(theatre, factions_known(SEEDS))
    before = [one for one in record.changes if one.date <= origin]
    other = [Change(origin + timedelta(9), one.place, "isis") for one in before]
    other += [Change(origin + timedelta(9), where.places[-1], "isis")]
    nobody: list[str | None] = [None] * len(where.places)
    found = [
        fitted(Record(changes, date.max, "made up"), where, origin, nobody)
        for changes in (before, record.changes, [*before, *other])
    ]
    assert len({(rates.mu, changes) for rates, changes in found}) == 1
    assert found[0][1] == 19
