from __future__ import annotations

import json

import numpy as np
import pytest

from sim.analysis.stats.confidence_sequence import bounds, by_draw, sequence
from tests.conftest import Runner


def test_a_run_ends_when_it_is_precise(fake_run: Runner) -> None:
    result = fake_run("a", "ensemble.precision=0.08")
    p = result.p_corridor
    assert result.summary["precision"] == {
        "half_width": 0.08,
        "of": "both",
        "tuned": 0.08,
        "reached": True,
    }
    assert max(p[kind]["high"] - p[kind]["low"] for kind in p) <= 0.16
    formed = result.worlds["formed_road"]
    assert result.summary["worlds"] == len(formed)
    draws = formed.to_numpy().reshape(-1, 2).mean(axis=1)
    found = sequence(draws.sum(), len(draws), 0.08)
    assert (p["road"]["low"], p["road"]["high"]) == (found.low, found.high)
    assert p["road"]["method"] == found.method
    assert list(result.worlds["world"]) == list(range(len(formed)))


def test_where_it_ends_does_not_depend_on_blocks_threads_or_interruptions(fake_run: Runner) -> None:
    asked = "ensemble.precision=0.1"
    one = fake_run("a", asked, "executor.threads=1").worlds
    other = fake_run("b", asked, "ensemble.block=7", "executor.threads=3").worlds
    fake_run("c", "ensemble.worlds=50")
    continued = fake_run("c", asked).worlds
    for found in (other, continued):
        assert found.equals(one)


def test_one_kind_alone_may_need_fewer_worlds(fake_run: Runner) -> None:
    both = fake_run("a", "ensemble.precision=0.1")
    one = fake_run("b", "ensemble.precision=0.1", "ensemble.precision_of=territory")
    assert one.summary["worlds"] < both.summary["worlds"]
    assert one.summary["precision"]["reached"]


def test_it_ends_at_the_most_worlds_and_says_so(fake_run: Runner) -> None:
    result = fake_run("a", "ensemble.precision=0.01", "ensemble.max_worlds=100")
    assert result.summary["worlds"] == 100
    assert not result.summary["precision"]["reached"]


def test_worlds_added_later_keep_the_promise(fake_run: Runner) -> None:
    first = fake_run("a", "ensemble.precision=0.1")
    more = first.summary["worlds"] + 100
    later = fake_run("a", f"ensemble.worlds={more}")
    assert later.summary["worlds"] == more
    assert later.p_corridor["road"]["method"].startswith("confidence sequence")
    tighter = fake_run("a", "ensemble.precision=0.05")
    assert tighter.summary["precision"]["tuned"] == 0.1
    assert tighter.summary["worlds"] > more
    again = fake_run("a", "ensemble.precision=0.1")  # more than enough are there
    assert again.summary["worlds"] == tighter.summary["worlds"]


def test_worlds_with_draws_of_their_own_need_fewer(fake_run: Runner) -> None:
    """Of the fake's worlds none has more in common with its draw's others than with the rest."""
    alone = fake_run("a", "ensemble.precision=0.1", "ensemble.replications_per_draw=1").summary[
        "worlds"
    ]
    assert alone < fake_run("b", "ensemble.precision=0.1").summary["worlds"] <= 2.5 * alone


@pytest.mark.parametrize("per_draw", [2, 5])
def test_it_covers_at_all_sizes_where_worlds_share_draws(per_draw: int) -> None:
    """Also where a draw decides its worlds, and where nothing but luck does."""
    luck, tries, at = np.random.default_rng(0), 300, np.arange(1, 200)
    for inputs in (0.0, 1.0):
        missed = 0
        for _ in range(tries):
            p = np.where(luck.random(200) < inputs, luck.random(200) < 0.3, 0.3)
            trials = by_draw(luck.random(200 * per_draw) < np.repeat(p, per_draw), per_draw)
            low, high = bounds(trials.cumsum()[at], at + 1, 0.1)
            missed += bool(((low > 0.3) | (high < 0.3)).any())
        assert missed / tries <= 0.05 + 2.5 * (0.05 * 0.95 / tries) ** 0.5


def test_the_summary_can_be_read_again(fake_run: Runner) -> None:
    result = fake_run("a", "ensemble.precision=0.1")
    assert json.loads((result.directory / "summary.json").read_text()) == result.summary
    assert np.isfinite(result.summary["p_corridor"]["road"]["low"])
