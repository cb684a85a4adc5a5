from __future__ import annotations

import json

import numpy as np
import pytest

from sim.analysis.sequence import sequence
from sim.errors import LandbridgeError
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
    found = sequence(int(formed.sum()), len(formed), 0.08)
    assert (p["road"]["low"], p["road"]["high"]) == (found.low, found.high)
    assert p["road"]["method"] == found.method
    assert list(result.worlds["replicate"]) == list(range(len(formed)))


def test_where_it_ends_does_not_depend_on_blocks_threads_or_interruptions(fake_run: Runner) -> None:
    asked = "ensemble.precision=0.1"
    one = fake_run("a", asked, "engine.threads=1").worlds
    other = fake_run("b", asked, "ensemble.block=7", "engine.threads=3").worlds
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


def test_worlds_that_share_draws_are_refused(fake_run: Runner) -> None:
    with pytest.raises(LandbridgeError, match=r"ensemble\.precision=0\.1: needs independent"):
        fake_run("a", "ensemble.precision=0.1", "ensemble.chances=2")


def test_the_summary_can_be_read_again(fake_run: Runner) -> None:
    result = fake_run("a", "ensemble.precision=0.1")
    assert json.loads((result.directory / "summary.json").read_text()) == result.summary
    assert np.isfinite(result.summary["p_corridor"]["road"]["low"])
