"""Rows 6 to 9 of the founding article: al-Tanf, the highway, the corridor and Jordan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from sim.config.schema import Alarm as AlarmConfig
from sim.config.schema import FactionConfig, RedLine
from sim.model.kernels.control import take_control
from sim.model.kernels.deter import deter
from sim.model.model import WorldBatch
from sim.model.outcomes import outcomes
from sim.model.state import NOBODY
from tests.support import real
from tests.support import small_map as small
from tests.support.play import each, march, seen, through, worlds
from tests.support.small_map import Place, side

# 6. The US raised its presence at al-Tanf and warned.


def test_red_line_strikes_with_its_probability() -> None:
    """On the map: none at 0, at 1 every crossing into the middle of it is answered."""
    never = real.autumn("faction.tanf.red_line.probability=0").worlds
    always = real.autumn("faction.tanf.red_line.probability=1").worlds
    assert never["strikes_tanf"].sum() == 0 < never["red_line_crossings_tanf"].sum()
    assert always["strikes_tanf"].sum() > 0
    assert (always["strikes_tanf"] <= always["red_line_crossings_tanf"]).all()


def crossing(probability: float, times: int = 1, damage: float = 0.2) -> WorldBatch:
    """Militias attack beside a base whose holder draws a red line of that probability."""
    line = RedLine("base", 100.0, probability, damage, ["militia"])
    sides = {"us": side({"militia": "avoid"}, red_line=line), "militia": side()}
    setup = small.toy("Su S- Sm", sides, {"base": Place(0, 0, "us", "base")})
    model = seen(worlds(setup, 200))
    for day in range(times):
        march(model, "militia", "h0_2", "h0_1", 1000, fresh=True)
        each(deter, model, day)
    return model


def test_a_strike_costs_fighters_and_breaks_the_attack() -> None:
    """The share `damage`, of every army that is struck and of no other."""
    model = crossing(1.0)
    assert model.state.side.lost[:, 1].mean() == pytest.approx(200.0, abs=1.0)
    assert (model.state.campaign.phase[:, 1] == 0).all()
    half = crossing(0.5).state
    assert 60 < (half.side.strikes[:, 0] > 0).sum() < 140
    assert ((half.side.lost[:, 1] > 0) == (half.side.strikes[:, 0] > 0)).all()
    assert (half.side.crossings[:, 0] == 1).all()


def test_both_sides_learn_from_the_answer() -> None:
    """The chance that is perceived goes to 1 when answered, to 0 when not."""

    def perceived(probability: float, start: float, times: int) -> float:
        line = RedLine("base", 100.0, probability, 0.0, ["militia"])
        sides = {"us": side({"militia": "avoid"}, red_line=line), "militia": side()}
        setup = small.toy("Su S- Sm", sides, {"base": Place(0, 0, "us", "base")})
        model = seen(worlds(setup))
        model.state.pair[:, 1, 0].perceived = start
        for day in range(times):
            march(model, "militia", "h0_2", "h0_1", 1000, fresh=True)
            each(deter, model, day)
        return float(model.state.pair[0, 1, 0].perceived)

    assert perceived(1.0, 0.5, 1) == pytest.approx(0.65)
    assert perceived(0.0, 0.5, 1) == pytest.approx(0.35)
    assert perceived(1.0, 0.5, 12) > 0.98
    assert perceived(0.0, 0.5, 12) < 0.02


def test_no_red_line_once_the_base_is_lost() -> None:
    """Nor against those it is not for."""
    model = crossing(1.0, 0)
    model.state.holder[:100, -1] = NOBODY
    march(model, "militia", "h0_2", "h0_1", 1000, fresh=True)
    each(deter, model, 0)
    assert (model.state.side.strikes[:, 0] > 0).tolist() == [False] * 100 + [True] * 100


def test_alarm_reinforces_al_tanf() -> None:
    """On the map: more join than without reinforcement, and they are at al-Tanf."""
    off = "faction.tanf.alarm.reinforcement=0"
    assert real.mean("recruited_tanf") > real.mean("recruited_tanf", off)


# 7. Al-Tanf on the Damascus-Baghdad highway blocks a corridor.

HIGHWAY = "Sr Sr S- {} S- Im Im"


def south(with_base: bool) -> np.ndarray:
    """Worlds in which the road is open at the end: one road, and a base astride it or not."""
    who, held_by = ("u", "us") if with_base else ("-", "")
    line = RedLine("base", 55.0, 0.8, 0.2, ["regime", "militia"])
    wants = {"corridor": 4.0, "avoid_losses": 1.0, "avoid_escalation": 4.0}
    common: dict[str, Any] = {"objectives": wants, "planning_days": 7.0, "rationality": 2.0}
    sides = {
        "regime": side({"us": "hostile", "militia": "ally"}, depots=["damascus"], **common),
        "militia": side({"us": "avoid", "regime": "ally"}, depots=["baghdad"], **common),
        "us": side({"regime": "hostile", "militia": "avoid"}, depots=["base"], quality=1.3,
                   red_line=line),
    }  # fmt: skip
    places = {"damascus": Place(0, 0, "regime", "city"), "base": Place(3, 0, held_by, "base"),
              "baghdad": Place(6, 0, "militia", "city")}  # fmt: skip
    roads = [("damascus", "base", "motorway"), ("base", "baghdad", "motorway")]
    forces = [("regime", "damascus", 4000), ("militia", "baghdad", 3000)]
    forces += [("us", "base", 1500)] if with_base else []
    setup = small.toy(
        HIGHWAY.format(f"S{who}"), sides, places, roads, forces, days=120,
        source="baghdad", sink="damascus", coalition=["regime", "militia"],
    )  # fmt: skip
    model = worlds(setup, 60)
    model.run()
    return outcomes(model).worlds["formed_road"]


def test_without_the_base_the_highway_opens() -> None:
    """More often than with it, in the same worlds."""
    blocked, free = south(True), south(False)
    assert free.mean() > 0.8
    assert free.sum() > blocked.sum() + 20


def test_leaving_al_tanf_opens_the_southern_road() -> None:
    """On the map: the coalition holds more of the southern axis when the US has left."""
    gone = "changes=[{place: al_tanf, holder: none, faction: tanf, factor: 0}]"
    stay, leave = (real.autumn(*o).worlds["share_held_south"] for o in ((), (gone,)))
    gap = leave - stay
    assert gap.mean() > 2.0 * gap.std() / real.COUNT**0.5


# 8. Border control would give Tehran a strategic advantage: the coalition's corridor objective.


def test_who_does_not_want_a_corridor_gets_one_less_often() -> None:
    """On the map: weight 0 for all members, in the same worlds, where no red line is in the way.

    Where one is, whoever goes that way is struck, and no gain shows in so few worlds.
    """
    off = [f"faction.{n}.objectives.corridor=0" for n in ("regime", "pmf")]
    for column in ("formed_territory", "formed_road", "days_open_territory"):
        want, do_not = (
            real.autumn("scenario=no_red_line", *more).worlds[column].astype(float)
            for more in ([], off)
        )
        gap = want - do_not
        assert gap.mean() > 2.0 * gap.std() / real.COUNT**0.5, column


# 9. Jordan is alarmed too.


def jordan(*overrides: str) -> WorldBatch:
    setup = real.setup(real.AUTUMN, *overrides)
    model = WorldBatch(setup, list(range(10)), [0] * 10)
    model.run()
    return model


def test_jordan_stays_calm_without_sensitivity() -> None:
    """Alarm flat at 0 when it starts there and no incident is counted; else it is a curve."""
    off = jordan("faction.jordan.alarm.sensitivity=0", "faction.jordan.alarm.initial=0",
                 "faction.jordan.alarm.incident=0")  # fmt: skip
    row = off.setup.factions.index("jordan")
    assert (off.state.pair[:, row].alarm == 0.0).all()
    on = jordan()
    assert (on.state.pair[:, row].alarm.max(axis=1) > 0.05).all()
    assert "jordan" in on.setup.curves


def test_the_buffer_is_breached_on_the_day_that_ground_in_it_is_taken() -> None:
    """By one who is watched; not by others, and not further off than the range of alarm."""

    def breach(who: str, target: str) -> int:
        watch = small.WATCH | {"guards": ["post"], "watches": ["militia"], "range_km": 30.0}
        sides: Mapping[str, FactionConfig] = {
            "kingdom": side(alarm=AlarmConfig(**watch)), "militia": side(), "other": side(),
        }  # fmt: skip
        places = {"post": Place(0, 0, "kingdom", "base")}
        setup = small.toy("Jk S- S- S- S-", sides, places)
        model = seen(worlds(setup))
        at = f"h0_{int(target[-1]) + 1}"
        march(model, who, at, target, 900, progress=through(setup, target))
        each(take_control, model, 11)
        return int(outcomes(model).worlds["breach_date_kingdom"][0])

    assert breach("militia", "h0_1") == 11
    assert breach("other", "h0_1") == -1
    assert breach("militia", "h0_3") == -1


def test_alarm_curves_count_every_world() -> None:
    """On each date of record, in hundredths."""
    found = real.autumn()
    assert (found.curves.sum(axis=2) == real.COUNT).all()
