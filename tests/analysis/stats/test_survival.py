from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import scipy.stats
from numpy.typing import NDArray

from sim.analysis.stats.intervals import bounded_mean
from sim.analysis.stats.survival import (
    Times,
    describe,
    incidence,
    local_error,
    log_rank,
    median,
    paired_log_rank,
    restricted_mean,
)
from tests.conftest import Runner

HORIZON = 210


def made(
    day: NDArray[np.float64],
    route: NDArray[np.int32] | None = None,
    per_draw: int = 1,
    beyond: int = 0,
) -> Times:
    """Worlds with corridors on these days, followed for `beyond` days past the horizon."""
    last = HORIZON + beyond
    never = day > HORIZON
    route = np.zeros(len(day), np.int32) if route is None else route
    known = np.where(never, np.clip(np.floor(day), HORIZON + 1, last + 1), np.floor(day))
    return Times(
        known.astype(np.int64),
        HORIZON,
        last,
        np.where(never, -1, route).astype(np.int32),
        ("centre", "south"),
        per_draw,
    )


def drawn(luck: np.random.Generator, worlds: int, rate: float) -> NDArray[np.float64]:
    return luck.exponential(HORIZON / -np.log1p(-rate), worlds)


def test_it_is_kaplan_meier_of_censored_times() -> None:
    times = made(drawn(np.random.default_rng(0), 300, 0.6), beyond=90)
    censored = scipy.stats.CensoredData.right_censored(times.censored, ~times.observed)
    known = scipy.stats.ecdf(censored).sf
    found = incidence(times)
    assert 1 - found.share == pytest.approx(known.evaluate(found.day))
    assert (found.band_low <= found.low).all()
    assert (found.high <= found.band_high).all()


def test_routes_share_out_the_incidence() -> None:
    """Aalen-Johansen: the curves of competing outcomes add up to the curve of any."""
    luck = np.random.default_rng(1)
    times = made(drawn(luck, 500, 0.5), luck.integers(0, 2, 500).astype(np.int32))
    at = np.arange(0, HORIZON + 1, 30)
    parts = [incidence(times, name, at).share for name in times.routes]
    assert parts[0] + parts[1] == pytest.approx(incidence(times, at=at).share)
    assert incidence(times, "north", at).share.tolist() == [0.0] * len(at)
    assert incidence(times, "north", at).high[0] > 0.0
    said = describe(times, at)
    assert said["incidence_by_route"]["south"][-1]["share"] == pytest.approx(parts[1][-1])


@pytest.mark.parametrize(("rate", "worlds"), [(0.02, 300), (0.5, 60), (1 - 1e-9, 40)])
def test_the_band_covers_all_days_together(rate: float, worlds: int) -> None:
    luck, tries, covered, days = np.random.default_rng(2), 250, 0, np.arange(HORIZON + 1)
    truth = -np.expm1(np.log1p(-rate) * (days + 1) / HORIZON)
    for _ in range(tries):
        found = incidence(made(drawn(luck, worlds, rate)))
        k = np.searchsorted(found.day, days, side="right") - 1
        inside = (found.band_low[k] <= truth) & (truth <= found.band_high[k])
        covered += inside[:-1].all()
    assert covered / tries >= 0.95 - 2 * np.sqrt(0.05 * 0.95 / tries)


def test_the_level_of_the_band_is_that_of_all_order_statistics() -> None:
    luck, n = np.random.default_rng(3), 50
    i = np.arange(1, n + 1)
    tail = scipy.stats.beta.cdf(np.sort(luck.random((4000, n)), axis=1), i, n - i + 1)
    wrong = (2 * np.minimum(tail, 1 - tail)).min(axis=1) < local_error(n)
    assert 0.03 <= wrong.mean() <= 0.06


@pytest.mark.parametrize(
    ("rate", "worlds", "per_draw"),
    [(0.004, 500, 1), (0.05, 400, 1), (0.6, 200, 1), (0.3, 400, 5)],
)
def test_the_restricted_mean_is_covered(rate: float, worlds: int, per_draw: int) -> None:
    """Also where hardly any world has a corridor, where Student's interval fails."""
    luck, tries, covered, naive = np.random.default_rng(4), 1000, 0, 0
    shocks = np.array([-0.9, 0.9]) if per_draw > 1 else np.zeros(1)
    speed = -np.log1p(-rate) / HORIZON * np.exp(shocks)
    # of the days counted whole: the sum of the chances to be without a corridor at each
    truth = float(np.mean([np.exp(-s * np.arange(1, HORIZON + 1)).sum() for s in speed]))
    for _ in range(tries):
        factor = np.repeat(luck.choice(speed, worlds // per_draw), per_draw)
        times = made(luck.exponential(1.0 / factor), per_draw=per_draw)
        found = restricted_mean(times)
        covered += found.low <= truth <= found.high
        naive += abs(times.censored.mean() - truth) <= 1.96 * times.censored.std() / worlds**0.5
    assert covered / tries >= 0.94
    assert covered / tries <= 0.995 or rate < 0.01
    assert naive <= covered


def test_a_mean_of_which_nothing_varies() -> None:
    found = bounded_mean(np.ones(100))
    assert found.estimate == found.high == 1.0
    assert found.low == pytest.approx(0.025 ** (1 / 100))
    assert bounded_mean(np.array([0.3])).low == 0.0


def test_log_rank_is_mantels() -> None:
    luck = np.random.default_rng(5)
    a, b = (made(drawn(luck, n, p), beyond=60) for n, p in ((200, 0.4), (150, 0.6)))
    known = scipy.stats.logrank(
        *(scipy.stats.CensoredData.right_censored(t.censored, ~t.observed) for t in (a, b))
    )
    assert log_rank(a, b) == pytest.approx(known.pvalue)
    assert log_rank(a, a) == 1.0


def test_the_paired_log_rank_keeps_its_level_and_sees_more() -> None:
    luck, tries, paired, strong, plain = np.random.default_rng(6), 600, 0, 0, 0
    for _ in range(tries):
        shared = luck.exponential(300.0, 120)
        a, b, c = (shared * np.exp(luck.normal(s, 0.1, 120)) for s in (0.0, 0.0, 0.04))
        paired += paired_log_rank(made(a), made(b)) < 0.05
        strong += paired_log_rank(made(a), made(c)) < 0.05
        plain += log_rank(made(a), made(c)) < 0.05
    assert paired / tries <= 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / tries)
    assert strong > 3 * max(1, plain)
    nothing = made(np.full(10, 1e6))
    assert log_rank(nothing, nothing) == paired_log_rank(nothing, nothing) == 1.0


def test_the_summary_of_a_run_has_it(fake_run: Runner) -> None:
    said = fake_run("a", "ensemble.worlds=300").summary
    road = said["time_to_corridor"]["road"]
    last = next(row for row in road["incidence"] if row["day"] == HORIZON)
    assert road["horizon_days"] == road["incidence_by_route"]["south"][-1]["day"] == HORIZON
    assert road["incidence"][-1]["day"] == road["followed_days"] == HORIZON + 183
    assert road["incidence"][-1]["share"] > last["share"]
    assert last["share"] == said["p_corridor"]["road"]["estimate"]
    assert (last["low"], last["high"]) == tuple(
        said["p_corridor"]["road"][k] for k in ("low", "high")
    )
    assert [row["day"] for row in road["incidence"]][:2] == [26, 57]  # ends of June and July
    by_route = sum(rows[-1]["share"] for rows in road["incidence_by_route"].values())
    assert by_route == pytest.approx(last["share"])
    mean = road["restricted_mean_days"]
    assert mean["low"] < mean["estimate"] < mean["high"] < HORIZON + 183
    assert said["time_to_corridor"]["level"] == mean["level"] == 0.95


def test_times_are_read_from_the_folder(fake_run: Runner, tmp_path: Path) -> None:
    result = fake_run("a", "ensemble.worlds=50", "clock.beyond_days=40")
    frame = result.worlds
    span = (date(2017, 6, 4), date(2017, 12, 31))
    times = Times.read(result.directory, "road", *span, 1)
    assert (times.formed == frame["formed_road"]).all()
    days = (frame["first_date_road"].to_numpy() - np.datetime64(span[0])) / np.timedelta64(1, "D")
    assert (times.day[times.formed] == days[times.formed]).all()
    assert (times.observed == times.formed).all()
    beyond = Times.read(result.directory, "road", *span, 1, 40)
    late = beyond.observed & ~beyond.formed
    assert (beyond.formed == times.formed).all()
    assert (late == frame["first_date_beyond_road"].notna()).all()
    assert late.any()
    assert (beyond.day[late] > HORIZON).all()  # also those of the day of the horizon itself
    assert (beyond.day[~beyond.observed] == HORIZON + 41).all()
    assert (beyond.route[late] == -1).all()


def test_the_share_by_the_horizon_is_the_same_however_long_worlds_are_followed() -> None:
    day = drawn(np.random.default_rng(7), 400, 0.5)
    short, longer = made(day), made(day, beyond=183)
    at = np.arange(0, HORIZON + 1, 10)
    assert (incidence(short, at=at).share == incidence(longer, at=at).share).all()
    assert restricted_mean(longer).estimate > restricted_mean(short).estimate


@pytest.mark.parametrize("per_draw", [1, 4])
def test_the_median_is_covered(per_draw: int) -> None:
    luck, tries, covered = np.random.default_rng(8), 400, 0
    for _ in range(tries):
        shocks = np.repeat(luck.normal(0.0, 0.5, 120 // per_draw), per_draw) * (per_draw > 1)
        times = made(100.0 * np.exp(shocks + luck.normal(0.0, 0.5, 120)), per_draw=per_draw)
        found = median(times)
        covered += found["low"] <= 100 <= found["high"]
    assert 0.94 <= covered / tries <= 0.995


def test_a_median_that_is_not_reached_is_not_said() -> None:
    times = made(np.r_[np.full(40, 300.0), np.full(60, 1e6)], beyond=100)
    assert median(times) == {"estimate": None, "low": 300, "high": None}
    assert median(made(np.full(9, 1e6))) == {"estimate": None, "low": None, "high": None}
