from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sim.analysis.studies.compare import compare
from sim.ensemble.store import manifest
from sim.errors import LandbridgeError
from sim.show.texts.comparison import comparison_text
from tests.conftest import Runner


def test_paired_by_world(fake_run: Runner) -> None:
    base = fake_run("a", "ensemble.worlds=300")
    gone = fake_run("b", "ensemble.worlds=300", "scenario=tanf_withdrawal")
    road, territory = compare([base.directory, gone.directory])
    a, b = base.worlds["formed_road"], gone.worlds["formed_road"]
    assert (road.kind, territory.kind) == ("road", "territory")
    assert road.pairs == 300
    assert (road.table.only_first, road.table.only_second) == ((a & ~b).sum(), (b & ~a).sum())
    assert road.difference.estimate == pytest.approx(b.mean() - a.mean())
    assert road.difference.low > 0.3
    assert road.p < 1e-6 <= 1
    assert road.p_corrected >= road.p
    unpaired = (base.p_corridor["road"]["high"] - base.p_corridor["road"]["low"]) * 2**0.5
    assert road.difference.high - road.difference.low < unpaired


def test_shared_draws_are_respected(fake_run: Runner) -> None:
    a = fake_run("a", "ensemble.worlds=200", "ensemble.replications_per_draw=10")
    b = fake_run(
        "b", "ensemble.worlds=200", "ensemble.replications_per_draw=10", "scenario=tanf_withdrawal"
    )
    road, _ = compare([a.directory, b.directory])
    assert "over draws" in road.difference.method


def test_the_same_run_does_not_differ(fake_run: Runner) -> None:
    a = fake_run("a", "ensemble.worlds=100").directory
    road, _ = compare([a, a])
    assert (road.difference.estimate, road.p) == (0.0, 1.0)
    assert road.difference.low < 0 < road.difference.high


OTHER = "rules.variants.other.weight=1"


@pytest.mark.parametrize("paired", [True, False])
def test_a_difference_is_shown_over_the_variants_of_the_rules(
    fake_run: Runner, paired: bool
) -> None:
    base = fake_run("a", "ensemble.worlds=400", OTHER)
    gone = fake_run("b", "ensemble.worlds=400", OTHER, "scenario=tanf_withdrawal")
    road, _ = compare([base.directory, gone.directory], paired=paired)
    a, b = base.worlds, gone.worlds
    assert (a["variant"] == b["variant"]).all()
    assert list(road.by_variant) == ["other", "plain"]
    for name, one in road.by_variant.items():
        among = a["variant"] == name
        change = b["formed_road"][among].mean() - a["formed_road"][among].mean()
        assert one.estimate == pytest.approx(change)
        assert one.low < change < one.high
    assert road.by_variant["other"].estimate < road.by_variant["plain"].estimate
    assert road.sign_holds == "surely"


def test_variants_with_few_worlds_or_none_in_common_say_nothing(fake_run: Runner) -> None:
    few = fake_run("a", "ensemble.worlds=40", OTHER).directory
    road, _ = compare([few, few])
    assert list(road.by_variant.values()) == [None, None]
    assert road.sign_holds is None
    one, other = (
        fake_run(name, "ensemble.worlds=100", OTHER, f"rules.variant={name}").directory
        for name in ("plain", "other")
    )
    road, _ = compare([one, other])
    assert road.by_variant == {"plain": None, "other": None}


def test_dates_and_routes_shift_too(fake_run: Runner) -> None:
    base = fake_run("a", "ensemble.worlds=300")
    gone = fake_run("b", "ensemble.worlds=300", "scenario=tanf_withdrawal")
    road, _ = compare([base.directory, gone.directory])
    first, second = (date.fromisoformat(str(day)) for day in road.medians)
    assert second < first
    assert first > date(2017, 12, 31)  # beyond the horizon
    assert road.days.high < 0.0
    by_route = sum(one.estimate for one in road.routes.values())
    assert by_route == pytest.approx(road.difference.estimate)
    assert list(road.routes) == ["centre", "south"]


@pytest.mark.parametrize(
    ("override", "named"),
    [
        ("ensemble.seed=5", "ensemble.seed (0 and 5)"),
        ("clock.origin=2017-05-01", "clock.origin"),
        ("theatre.hex_km=40", "theatre.hex_km (25.0 and 40.0)"),
        ("ensemble.replications_per_draw=1", "ensemble.replications_per_draw (2 and 1)"),
    ],
)
def test_runs_that_do_not_pair_are_refused(fake_run: Runner, override: str, named: str) -> None:
    a = fake_run("a", "ensemble.worlds=20").directory
    b = fake_run("b", "ensemble.worlds=20", override).directory
    with pytest.raises(LandbridgeError) as caught:
        compare([a, b])
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


def test_unequal_runs_are_compared_over_the_worlds_that_both_have(fake_run: Runner) -> None:
    few = fake_run("few", "ensemble.worlds=61").directory
    many = fake_run("many", "ensemble.worlds=100", "scenario=tanf_withdrawal")
    same = fake_run("same", "ensemble.worlds=61", "scenario=tanf_withdrawal").directory
    found, wanted = compare([few, many.directory]), compare([few, same])
    assert found[0].notes == ("the 61 worlds that both have (61 and 100)",)
    assert wanted[0].notes == ()
    for one, other in zip(found, wanted, strict=True):
        assert one.pairs == 61
        assert replace(one, second=same, notes=()) == other
    road, _ = compare([few, many.directory], paired=False)
    assert road.p_second.estimate == many.worlds["formed_road"].mean()
    assert road.notes == ()


@pytest.mark.parametrize("paired", [True, False])
def test_other_horizons_are_compared_until_the_earlier_one(fake_run: Runner, paired: bool) -> None:
    base = fake_run("a", "ensemble.worlds=300")
    early = fake_run("b", "ensemble.worlds=300", "clock.until=2017-09-30", "clock.beyond_days=20")
    road, _ = compare([early.directory, base.directory], paired=paired)
    by_then = base.worlds["first_date_road"] < "2017-09-30"  # on the day itself is after it
    assert road.p_second.estimate == by_then.mean()
    assert str(road.until) == "2017-09-30"
    assert str(road.followed) == "2017-10-20"
    assert road.notes == (
        "until 2017-09-30, the earlier horizon (2017-09-30 and 2017-12-31)",
        "times censored on 2017-10-20, the earlier end (2017-10-20 and 2018-07-02)",
    )
    by_route = sum(one.estimate for one in road.routes.values())
    assert by_route == pytest.approx(road.difference.estimate)


def test_other_code_and_seeds_are_said(fake_run: Runner, tmp_path: Path) -> None:
    a = fake_run("a", "ensemble.worlds=20").directory
    b = fake_run("b", "ensemble.worlds=20").directory
    assert compare([a, b])[0].notes == ()
    made = manifest.read(b)
    assert made is not None
    manifest.write(b, {**made, "code": "other", "seeds": {**made["seeds"], "control.csv": "0"}})
    found = compare([a, b])
    notes = ("made by different code: landbridge", "made from different seeds: control.csv")
    for said, wanted in zip(found[0].notes, notes, strict=True):
        assert said.startswith(wanted)
        assert said in comparison_text(found, {a: "a", b: "b"})


@pytest.mark.parametrize("per_draw", [1, 2])
def test_p_and_interval_of_independent_runs_agree(fake_run: Runner, per_draw: int) -> None:
    for worlds in (30, 44, 60):
        given = (f"ensemble.worlds={worlds}", f"ensemble.replications_per_draw={per_draw}")
        a = fake_run(f"a{worlds}", *given).directory
        b = fake_run(f"b{worlds}", *given, "scenario=tanf_withdrawal").directory
        for one in compare([a, b], paired=False):
            d = one.difference
            assert (one.p < 0.05) == (d.low > 0.0 or d.high < 0.0)


def test_what_is_no_run_is_refused(fake_run: Runner, tmp_path: Path) -> None:
    a = fake_run("a", "ensemble.worlds=20").directory
    with pytest.raises(LandbridgeError, match="at least two"):
        compare([a])
    with pytest.raises(LandbridgeError, match="not a run folder"):
        compare([a, tmp_path])
    (a / "worlds.parquet").unlink()
    with pytest.raises(LandbridgeError, match=r"not a finished run folder \(no worlds\.parquet"):
        compare([a, a])
