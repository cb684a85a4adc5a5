from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest

from sim.analysis.check_model.bounds import (
    BOUNDS,
    FAIL,
    NOT_MEASURED,
    PASS,
    Bound,
    Check,
    checks,
    failed,
)
from sim.analysis.check_model.examine import examine
from sim.analysis.check_model.measure import Speeds, Spells
from sim.analysis.check_model.plans import FAILED
from sim.analysis.check_model.record import record
from sim.ensemble.store.manifest import as_json
from tests.support import real
from tests.support.folders import SEEDS

ORIGIN = date(2017, 6, 4)


@cache
def examined():
    setup = real.setup("2017-08-13", "rules.variant=plain")
    return examine(setup, ORIGIN, SEEDS, list(range(6)), [0] * 6)


def result(key: str, **changed: object) -> str:
    found, known, _ = examined()
    made = {one.key: one for one in checks(replace(found, **changed), known)}
    return made[key].result


def test_a_check_is_held_to_its_ends() -> None:
    bound = Bound("x", 1.0, 2.0, "days", "test")
    values = {0.99: FAIL, 1.0: PASS, 2.0: PASS, 2.01: FAIL, math.inf: FAIL, math.nan: NOT_MEASURED}
    for value, said in values.items():
        one = Check("x", bound, value, 5)
        assert one.result == said
        assert failed([one]) == ([one] if said == FAIL else [])
    as_json(Check("x", bound, math.inf, 5).as_dict())


def test_every_bound_has_a_reason_and_a_check() -> None:
    keys = [one.key for one in examined()[2]]
    assert len(keys) == len(set(keys))
    for key, bound in BOUNDS.items():
        assert bound.low <= bound.high
        assert len(bound.why) > 20
        assert any(one.startswith(key) for one in keys), key
    assert as_json(examined()[0].as_dict())


def test_faults_fail() -> None:
    """What each check is for, put in; the default theatre, but for what it is known to fail."""
    found = examined()[0]
    assert result("planned_barred") == PASS
    barred = found.plan.barred.copy()
    barred[3] = 0.5
    assert result("planned_barred", plan=replace(found.plan, barred=barred)) == FAIL
    assert result("impossible") == PASS
    apart = found.fought.copy()
    apart[found.factions.index("jordan"), found.factions.index("regime")] = 0.1
    assert result("impossible", fought=apart) == FAIL
    assert result("first_capture_pmf") == PASS
    assert result("first_capture_pmf", first=found.first + 30.0) == FAIL
    plans = np.ones_like(found.plans)
    plans[:, list(FAILED)] = 3
    assert result("plans_failing", plans=plans) == FAIL
    assert result("losses", losses=found.losses * 10.0) == FAIL
    assert result("hunger_regime", hunger=np.full(len(found.factions), 0.6)) == FAIL


@pytest.mark.parametrize(("km_week", "said"), [(50.0, PASS), (15.0, FAIL), (200.0, FAIL)])
def test_speed_is_held_to_the_record(km_week: float, said: str) -> None:
    """The regime's four operations have a median of 57 km a week."""
    regime = np.full(30, examined()[0].factions.index("regime"))
    speeds = Speeds(regime, np.full(30, km_week), np.full(30, km_week))
    assert result("speed_50_regime", speeds=speeds) == said
    few = Speeds(regime[:5], speeds.straight[:5], speeds.path[:5])
    assert result("speed_50_regime", speeds=few) == NOT_MEASURED


@pytest.mark.parametrize(("days", "said"), [(10, PASS), (60, FAIL)])
def test_towns_are_held_to_the_record(days: int, said: str) -> None:
    spells = Spells(np.full(30, days), np.ones(30, np.bool_))
    kind = np.full(30, "town")
    unit = np.full(30, examined()[0].hexes)
    assert result("wait_median", waits=spells, wait_kind=kind, wait_unit=unit) == said
    assert result("siege_town", sieges=spells, siege_kind=kind) == said
    cities = np.full(30, "city")
    assert result("wait_median", waits=spells, wait_kind=cities, wait_unit=unit) == NOT_MEASURED


def test_the_record_ends_at_the_origin() -> None:
    theatre = real.setup("2017-08-13").theatre
    factions = ("regime", "isis", "rebels")
    early, late = (record(day, factions, theatre, SEEDS) for day in (date(2016, 3, 1), ORIGIN))
    for one, day in ((early, date(2016, 3, 1)), (late, ORIGIN)):
        operations = [*one.field, *one.assaults["town"], *one.assaults["city"]]
        assert operations
        assert max(op.end for op in operations) <= day
    assert all(op.km >= 40.0 for op in late.field)
    assert {op.to_place for op in late.assaults["city"]} >= {"mosul", "ramadi"}
    assert early.reported is None
    assert late.reported is not None
    assert late.reported.end <= ORIGIN
    assert (2, 0) in late.pairs  # Idlib, March 2015
    assert set(late.lately) == {"pmf", "regime", "sdf"}
