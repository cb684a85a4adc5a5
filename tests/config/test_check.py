from __future__ import annotations

import dataclasses
import typing
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from sim.config.bounds import BOUNDS, bound_of
from sim.config.check import Known, check
from sim.config.compose import compose, typed
from sim.config.schema import Config, Range
from sim.errors import LandbridgeError
from tests.support.fakes import FakeSimulator

BAD = {
    # unknown keys, groups, options
    "faction.tnaf.strength.low=5": ("unknown key faction.tnaf", "did you mean tanf"),
    "faction.tanf.strenght.low=5": ("unknown key faction.tanf.strenght", "did you mean strength"),
    "+faction.tanf.strength.lw=5": ("unknown key", "did you mean low"),
    "clock.orign=2017-01-01": ("unknown key clock.orign", "did you mean origin"),
    "clok.origin=2017-01-01": ("unknown key clok", "did you mean clock"),
    "+foo=1": ("unknown key foo", "scenario"),
    "scenario=basline": ("scenario=basline", "no such option", "did you mean baseline"),
    "faction=[regime,pfm]": ("faction=pfm", "did you mean pmf"),
    "theatre=moon": ("theatre=moon", "iraq_syria_jordan"),
    "theatre.name=moon": ("theatre.name=moon", "with theatre=NAME or theatre=PATH"),
    "faction.nato.objectives.corridor=1": ("unknown key faction.nato", "tanf"),
    "hydra.run.dri=x": ("hydra.run.dri=x",),
    # settings that others make useless
    "executor.address=tcp://1.2.3.4:5": ("executor.address", "executor=threads does not use that"),
    "executor.jobs.count=3": ("executor.jobs", "executor=threads does not use that"),
    "executor.retries=3": ("executor.retries", "executor=threads does not use that"),
    "ensemble.max_worlds=500": ("ensemble.max_worlds", "without ensemble.precision"),
    "ensemble.precision_of=road": ("ensemble.precision_of", "without ensemble.precision"),
    # texts that figures cannot do with
    "title='a\tb'": ("title='a\\tb'", "one line"),
    "faction.tanf.title='\x1b[2J'": ("faction.tanf.title=", "one line"),
    "faction.tanf.color=abc": ("faction.tanf.color=abc", "a colour such as #0072b2"),
    # types
    "ensemble.worlds=abc": ("ensemble.worlds=abc", "whole number"),
    "ensemble.worlds=1.5": ("ensemble.worlds=1.5", "whole number"),
    "ensemble.worlds=": ("ensemble.worlds=", "whole number"),
    "ensemble.worlds=null": ("ensemble.worlds=null", "must have a value"),
    "faction.tanf.objectives.territory=heavy": ("territory=heavy", "must be a number"),
    "uncertainty=pri": ("uncertainty=pri", "central, prior"),
    "faction.tanf.relations.isis.stance=alli": ("stance=alli", "ally, tolerate, avoid, hostile"),
    "corridor.coalition=regime": ("corridor.coalition=regime", "list"),
    "faction.tanf.red_line=5": ("faction.tanf.red_line=5", "group of settings"),
    "faction.tanf.strength=many": ("faction.tanf.strength=many", "group of settings"),
    "faction.tanf.strength=-5": ("faction.tanf.strength.low=-5", "from 0 to"),
    "worlds=100": ("worlds=100: unknown key worlds", "did you mean ensemble.worlds?"),
    "until=2018-01-01": ("unknown key until", "did you mean clock.until?"),
    "hold_days=7": ("unknown key hold_days", "did you mean corridor.hold_days?"),
    "radius_km=7": ("unknown key radius_km", "did you mean faction.NAME.red_line.radius_km?"),
    "nonsense": ("nonsense", "KEY=VALUE"),
    # ranges
    "faction.tanf.strength.low=-5": ("faction.tanf.strength.low=-5", "from 0 to"),
    "faction.tanf.strength.low=2.5": ("faction.tanf.strength=2.5/2/3", "low <= central <= high"),
    "faction.tanf.objectives.territory=nan": ("territory=nan", "finite", "from 0 to 100"),
    "faction.tanf.objectives.territory=inf": ("territory=inf", "finite"),
    "faction.tanf.objectives.territory=-1": ("territory=-1", "from 0 to 100"),
    "faction.tanf.strength.high=inf": ("strength.high=inf", "finite"),
    "faction.tanf.red_line.probability=1.01": ("probability=1.01", "from 0 to 1"),
    "faction.tanf.alarm.scale=0": ("alarm.scale=0", "above 0"),
    "ensemble.worlds=0": ("ensemble.worlds=0", "from 1 to"),
    "clock.tick_days=0": ("clock.tick_days=0", "from 1 to 28"),
    "corridor.hold_days=0": ("corridor.hold_days=0", "from 1 to 365"),
    # the map
    "theatre.hex_km=0": ("theatre.hex_km=0", "15, 25, 40"),
    "theatre.hex_km=20": ("theatre.hex_km=20", "15, 25, 40", "did you mean"),
    "corridor.sink=dmascus": ("corridor.sink=dmascus", "did you mean damascus"),
    "corridor.sink=baghdad": ("corridor.sink=baghdad", "differ"),
    "faction.tanf.depots=[atlantis]": ("faction.tanf.depots=atlantis", "no such place"),
    "faction.tanf.home=[XX]": ("faction.tanf.home=XX", "IQ, SY"),
    "faction.tanf.communities.martian=1": ("communities=martian", "kurd"),
    "changes=[{place:ruba,holder:isf}]": ("changes[0].place=ruba", "did you mean rutba"),
    "changes=[{place:rutba,holder:isfx}]": ("changes[0].holder=isfx", "did you mean isf"),
    "changes=[{place:rutba,add:100}]": ("changes[0].faction", "must name the faction"),
    "changes=[{place:rutba,holdr:isf}]": ("holdr",),
    "changes=[{holder:isf}]": ("changes[0].place=", "must name a place"),
    "changes=[{date:2017-07-01}]": ("changes[0].place=", "must name a place"),
    "changes=3": ("changes=3", "must be a list"),
    "changes=[{place:rutba,date:2018-01-01}]": ("changes[0].date=2018-01-01", "to 2017-12-31"),
    "changes=[{place:rutba,date:2017-06-03}]": ("changes[0].date=2017-06-03", "from 2017-06-04"),
    "changes=[{place:rutba,date:soon}]": ("changes[0].date=soon", "must be a date from"),
    "changes.0.date=2017-07-01": ("changes.0.date=2017-07-01", "no such change", "none"),
    # what changes set
    **{
        f"changes=[{{date: 2017-08-15, set: {{{wanted}}}}}]": ("changes", *said)
        for wanted, said in {
            "faction.tanf.red_line.radius_km: 500": ("radius_km=500", "from 0 to 300"),
            "faction.tanf.red_line.radius_km: far": ("radius_km=far", "must be a number"),
            "faction.tanf.red_line.raduis_km: 1": ("unknown key", "did you mean radius_km"),
            "factoin.tanf.quality: 1": ("unknown key factoin", "did you mean faction"),
            "faction.tnaf.quality: 1": ("unknown key faction.tnaf", "did you mean tanf"),
            "faction: {tanf: {strength: 5}}": ("faction.tanf.strength=5", "group of settings"),
            "faction.tanf.strength.low: 50": ("strength=50/2/3", "low <= central <= high"),
            "faction.tanf.campaigns: 1.5": ("campaigns=1.5", "whole number"),
            "faction.tanf.objectives.teritory: 1": ("teritory", "did you mean territory"),
            "faction.tanf.relations.isis.stance: alli": ("stance=alli", "ally, tolerate"),
            "faction.tanf.relations.isis.worst: ally": ("worst=ally", "milder than stance"),
            "faction.tanf.alarm.initial: 0.1": ("alarm.initial=0.1", "cannot change during a run"),
            "faction.tanf.title: x": ("title=x", "cannot change during a run"),
            "rules.response: 0.1": ("rules.response=0.1", "corridor.coalition, corridor.transit"),
            "corridor.hold_days: 3": ("corridor.hold_days=3", "cannot change during a run"),
            "clock.until: 2018-01-01": ("clock.until=2018-01-01", "cannot change during a run"),
            "theatre.hex_km: 40": ("theatre.hex_km=40", "cannot change during a run"),
            "ensemble.seed: 1": ("ensemble.seed=1", "cannot change during a run"),
            "corridor.transit: isf": ("corridor.transit=isf", "list"),
            "corridor.transit: [isff]": ("corridor.transit=isff", "did you mean isf"),
            "air.us.backs.sfd: 1": ("air.us.backs=sfd", "did you mean sdf"),
        }.items()
    },
    # dates
    "clock.origin=2014-12-31": ("clock.origin=2014-12-31", "from 2015-01-01", "2017-12-31"),
    "clock.origin=2018-01-01": ("clock.origin=2018-01-01", "to 2017-12-31"),
    "clock.until=2017-06-04": ("clock.until=2017-06-04", "after clock.origin=2017-06-04"),
    "clock.until=2017-13-01": ("clock.until=2017-13-01", "must be a date"),
    "clock.origin=today": ("clock.origin=today", "must be a date"),
    # names of factions and objectives
    "faction.tanf.objectives.teritory=1": ("objectives=teritory", "did you mean territory"),
    "corridor.coalition=[regime,pfm]": ("corridor.coalition=pfm", "did you mean pmf"),
    "corridor.transit=[isff]": ("corridor.transit=isff", "did you mean isf"),
    "corridor.transit=[pmf]": ("corridor.transit=pmf", "corridor.coalition"),
    "corridor.coalition=[]": ("corridor.coalition=[]", "at least one"),
    "+faction.tanf.relations.isiss={stance:ally,worst:ally}": ("relations.isiss", "mean isis"),
    "+faction.tanf.relations.tanf={stance:ally,worst:ally}": ("relations.tanf", "config file"),
    "faction.tanf.relations.isis.worst=ally": ("worst=ally", "milder than stance=hostile"),
    "faction.tanf.red_line.against=[isiss]": ("red_line.against=isiss", "did you mean isis"),
    "faction.tanf.alarm.watches=[nato]": ("alarm.watches=nato", "no such faction"),
    "faction.tanf.ally_support.partner=isff": ("ally_support.partner=isff", "did you mean isf"),
    "faction.tanf.ally_support.partner=isf": ("ally_support.border=[]", "two countries"),
    "air.us.backs.sfd=1": ("air.us.backs=sfd", "did you mean sdf"),
    "air.us.defends=[sfd]": ("air.us.defends=sfd", "did you mean sdf"),
    "rules.shared_recruits.pfm=1": ("rules.shared_recruits=pfm", "did you mean pmf"),
}  # fmt: skip


@pytest.mark.parametrize("override", BAD)
def test_bad_input_is_one_line_that_names_it(small: Path, override: str) -> None:
    with pytest.raises(LandbridgeError) as caught:
        check(typed(compose([override])), FakeSimulator().known(small))
    text = str(caught.value)
    assert "\n" not in text
    for part in BAD[override]:
        assert part in text, text


@pytest.mark.parametrize(
    "override",
    [
        "clock.origin=2015-01-01",
        "corridor.transit=[]",
        "faction.tanf.objectives.corridor=0",
        "changes=[{place:rutba,holder:none}]",
        "changes=[{place:rutba,faction:isf,factor:0}]",
        "changes=[{date:2017-06-04,place:rutba,holder:none},{date:2017-12-31,place:rutba}]",
        "changes=[{date:2017-08-15,set:{faction.tanf.red_line.radius_km:110}}]",
        "changes=[{date:2017-08-15,set:{faction.tanf.objectives.corridor:1}}]",
        "changes=[{date:2017-08-15,set:{air.us.backs.isf:0.5,corridor.transit:[]}}]",
        "changes=[{set:{faction:{tanf:{red_line:{place:rutba,against:[isis]}}}}}]",
        "faction.tanf.intake_per_month.low=-500",
        "ensemble.seed=-12345678901234567890",
    ],
)
def test_good_input_passes(small: Path, override: str) -> None:
    check(typed(compose([override])), FakeSimulator().known(small))


def test_without_known_names_only_ranges_are_checked(small: Path) -> None:
    check(typed(compose(["corridor.sink=atlantis"])), Known())


def _number_keys(stem: str, hint: object) -> list[str]:
    """Dotted keys of every number and `Range` that the schema can hold."""
    if hint is Range or hint in (int, float):
        return [stem]
    if hint is Any or (isinstance(hint, type) and issubclass(hint, Enum | str | bool)):
        return []
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return [k for name in hints for k in _number_keys(f"{stem}.{name}".strip("."), hints[name])]
    inner = typing.get_args(hint)[-1]
    return _number_keys(f"{stem}.name", inner)


def test_every_number_of_the_schema_has_a_range() -> None:
    keys = _number_keys("", Config)
    assert len(keys) > 50
    assert [key for key in keys if bound_of(key) is None] == []


def test_no_range_is_for_nothing() -> None:
    keys = _number_keys("", Config)
    used = {id(bound_of(key)) for key in keys}
    assert all(id(bound) in used for bound in BOUNDS.values())
