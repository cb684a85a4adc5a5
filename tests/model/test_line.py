"""The line along a river that may part two sides."""

from __future__ import annotations

import numpy as np

from sim.model.simulate import prepare
from tests.support import real
from tests.support.folders import SEEDS


def test_who_is_barred_from_where() -> None:
    setup = prepare(real.settings("2017-06-18"), SEEDS)
    theatre, barred = setup.theatre, setup.rules.barred
    of = dict(zip(setup.factions, barred, strict=True))
    unit = {name: u for u, name in enumerate(theatre.ids)}
    assert of["sdf"][[unit["mayadin"], unit["abu_kamal"]]].all()
    assert of["regime"][[unit["raqqa"], unit["markada"]]].all()
    assert not of["sdf"][[unit["raqqa"], unit["markada"]]].any()
    assert not of["regime"][[unit["mayadin"], unit["palmyra"]]].any()
    assert not of["isf"].any()


def test_a_line_holds_where_both_fight_and_not_in_hexes_that_the_river_divides() -> None:
    setup = prepare(real.settings("2017-06-18"), SEEDS)
    theatre, barred = setup.theatre, setup.rules.barred
    iraq = theatre.country == theatre.country_code("IQ")
    assert not (barred & setup.rules.fights)[:, iraq].any()
    wet = np.flatnonzero(
        theatre.river[: theatre.hexes] == theatre.spec.river_names.index("euphrates")
    )
    assert len(wet) > 10
    assert not barred[:, wet].any()
    assert barred[:, ~iraq].any()
