from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from matplotlib.dates import num2date

from sim.analysis.stats.intervals import clopper_pearson
from sim.show.base.format import interval, listed, number, percent, place, within
from sim.show.base.run_data import Run
from sim.show.run.alarm import alarm_words, crossing
from sim.show.run.dates import as_dates, date_words, incidence, times
from sim.show.run.routes import route_words, rows
from sim.theatre.spec import theatre_spec
from tests.show.conftest import Maker
from tests.support.folders import SEEDS

SPEC = theatre_spec(SEEDS)


def test_incidence_counts_worlds_by_day(run: Run) -> None:
    found = incidence(times(run, "territory"))
    days = [num2date(one).date() for one in as_dates(run, found)]
    origin = date(2017, 6, 4)
    assert [(day - origin).days for day in days] == [0, 40, 80, 120, 210, 393]
    assert found.share == pytest.approx([0.0, 0.1, 0.3, 0.4, 0.4, 0.4])
    for k, many in enumerate((0, 1, 3, 4, 4, 4)):
        assert (found.low[k], found.high[k]) == pytest.approx(clopper_pearson(many, 10))
    p = run.summary["p_corridor"]["territory"]
    assert (found.share[-1], found.low[-1], found.high[-1]) == (p["estimate"], p["low"], p["high"])


def test_incidence_of_worlds_that_share_draws_ends_at_the_summary(make: Maker) -> None:
    clustered = Run.read(make(per_draw=2))
    p = clustered.summary["p_corridor"]["territory"]
    assert p["method"].startswith("Korn-Graubard")
    found = incidence(times(clustered, "territory"))
    assert (found.low[-1], found.high[-1]) == (p["low"], p["high"])


def test_nothing_forms(make: Maker) -> None:
    none = Run.read(make(territory=(-1,) * 10, road=(-1,) * 10))
    found = incidence(times(none, "road"))
    assert found.share.tolist() == [0.0, 0.0, 0.0]
    assert date_words(none)[0].endswith("by territory 0% [0, 31]; by road 0% [0, 31]")
    assert "of which" not in route_words(none)[0]
    lines = rows(none)
    assert [line.label for line in lines] == [
        "South route",
        "Centre route",
        "North route",
        "No corridor",
    ]
    assert lines[-1].found["road"].estimate == 1.0


def test_routes_and_never_share_out_all_worlds(run: Run) -> None:
    lines = rows(run)
    whole = [line for line in lines if not line.crossing]
    for kind in ("road", "territory"):
        assert sum(line.found[kind].estimate for line in whole) == pytest.approx(1.0)
    by_label = {line.label: line.found["territory"].estimate for line in lines}
    assert by_label["South route"] == pytest.approx(0.3)
    assert by_label["al-Walid"] == pytest.approx(0.3)
    assert by_label["North route"] == by_label["Um Jaris"] == pytest.approx(0.1)
    assert by_label["No corridor"] == pytest.approx(0.6)
    south = run.summary["routes"]["territory"]["south"]
    assert f"of which {interval(south)} by the south" in route_words(run)[0]


def test_alarm_says_who_passes_the_threshold_and_when(run: Run) -> None:
    assert crossing(run, "tanf") == date(2017, 12, 31)  # 0.9 there, the threshold 0.4
    assert crossing(run, "sdf") is None
    title = alarm_words(run)[0]
    assert title == "Median alarm passes the threshold for al-Tanf by 31 December; not for the SDF"


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0%"), (0.001, "<1%"), (0.456, "46%"), (0.999, ">99%"), (1.0, "100%")],
)
def test_percent_never_rounds_doubt_away(share: float, text: str) -> None:
    assert percent(share) == text


def test_intervals_in_words() -> None:
    def said(estimate: float, low: float, high: float) -> str:
        return interval({"estimate": estimate, "low": low, "high": high})

    assert said(0.46, 0.36, 0.56) == "46% [36, 56]"
    assert said(0.0, 0.0, 0.01827) == "0% [0, 1.8]"
    assert said(0.9, 0.555, 0.9975) == "90% [56, 99.8]"
    assert said(1.0, 0.9818, 1.0) == "100% [98.2, 100]"


def test_short_names() -> None:
    assert place("al_walid", "al-Walid border crossing", SPEC) == "al-Walid"
    assert place("trebil", "Trebil / Karama crossing", SPEC) == "Trebil"
    assert place("x", "Deir ez-Zor (city)", SPEC) == "Deir ez-Zor"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert (within("pmf", SPEC), within("new_force", SPEC)) == ("the PMF", "New force")
    assert np.all([listed([]) == "", listed(["a"]) == "a"])


def test_numbers_have_three_digits_and_no_powers_of_ten() -> None:
    assert [number(value) for value in (0.095432, 55.0, 8.2746)] == ["0.0954", "55", "8.27"]
    assert number(25412.4) == "25,412"
