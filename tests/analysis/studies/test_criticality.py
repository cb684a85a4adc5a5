from __future__ import annotations

import math

import numpy as np
import pytest

from sim.analysis.stats.intervals import no_difference, paired_difference
from sim.analysis.studies.criticality import Garrison, garrison, measure, most_critical, on_routes
from tests.support import real
from tests.support.folders import SEEDS


def flags(*formed: int, worlds: int = 200) -> np.ndarray:
    found = np.zeros(worlds, np.bool_)
    found[list(formed)] = True
    return found


def at(place: str) -> Garrison:
    return Garrison(place, "isis", "none", 1000)


def test_paired_by_world_and_ranked_by_the_fall() -> None:
    base = flags(*range(60))
    rows = measure(
        base,
        {
            at("useless"): base.copy(),
            at("pivot"): flags(*range(20)),
            at("weak"): flags(*range(57), 100),
        },
    )
    assert [row.garrison.place for row in rows] == ["pivot", "weak", "useless"]
    pivot, weak, useless = rows
    assert pivot.difference == paired_difference(0, 40, 200)
    assert weak.difference.estimate == pytest.approx(-2 / 200)  # 3 lost, 1 gained
    assert weak.p == no_difference(1, 3)
    assert (useless.difference.estimate, useless.p) == (0.0, 1.0)
    assert [row.garrison.place for row in most_critical(rows)] == ["pivot", "weak"]
    assert [row.sure for row in rows] == [True, False, False]


def test_p_is_corrected_for_the_number_of_places() -> None:
    base = flags(*range(60))
    alone = measure(base, {at("a"): flags(*range(55))})[0]
    assert alone.p == pytest.approx(math.erfc(math.sqrt(5 / 2)))  # McNemar's z is the root of 5
    assert alone.sure
    many = measure(base, {at("a"): flags(*range(55)), at("b"): base, at("c"): base})[0]
    assert many.p_corrected == pytest.approx(3 * alone.p)
    assert not many.sure


def test_worlds_that_share_draws_are_clustered() -> None:
    base = flags(*range(60))
    row = measure(base, {at("a"): flags(*range(20))}, per_draw=10)[0]
    assert row.difference.method.endswith("effective size over draws")
    assert row.difference.low < -0.2 < row.difference.high


def test_whose_garrison_it_is() -> None:
    setup = real.setup("2017-08-13")
    assert garrison(setup, "abu_kamal", 500) == Garrison("abu_kamal", "isis", "isis", 500)
    assert garrison(setup, "al_tanf", 500).faction == "tanf"  # held by no friend of the coalition
    ours = garrison(setup, "palmyra", 500)
    assert ours.holder == "regime"
    assert ours.faction not in {"regime", "pmf", "isf"}
    assert ours.change == {
        "place": "palmyra", "holder": ours.faction, "faction": ours.faction, "add": 500
    }  # fmt: skip


def test_places_are_those_of_the_routes() -> None:
    places = on_routes(SEEDS, ("baghdad", "damascus"))
    assert {"al_tanf", "abu_kamal", "tal_afar", "hatra"} <= set(places)
    assert len(places) == len(set(places)) > 40
    assert not {"baghdad", "damascus"} & set(places)
