"""The benchmark runs, and the engine is not slow: a ratio in one run, never a time."""

from __future__ import annotations

import pytest

from sim.model.model import WorldBatch
from sim.model.outcomes import outcomes
from tests.support import digest
from tools.bench.one import peak_mb
from tools.bench.phases import run_timed, shares
from tools.bench.ratios import BLOCK, memory_floor, to_plain
from tools.bench.setups import theatre

LEAST_RATIO = 75


@pytest.mark.bench
def test_the_engine_is_fast_enough() -> None:
    """Worlds a second of a core beside the plain Mesa model's, on the default theatre.

    The best of three turns, since others may be using the processor's caches meanwhile.
    """
    found = to_plain(theatre(weeks=8), turns=3)
    assert max(found["ratio_to_oracle_turns"]) >= LEAST_RATIO, found


def test_phases_are_shares() -> None:
    """Of all the time, with a name for each phase of the tick."""
    timed, spent, total = run_timed(digest.war())
    found = shares(spent, total)
    assert sum(found.values()) == pytest.approx(1.0, abs=0.05)
    names = {"perceive", "appraise", "decide", "move", "deter", "fight", "take control"}
    assert names | {"corridor", "mobilise", "record", "calls from Python"} == set(found)
    # the worlds are the usual ones, or the shares would be those of another model
    plain = WorldBatch(digest.war(), range(BLOCK), [0] * BLOCK)
    plain.run()
    assert digest.digest_of(timed, outcomes(timed)) == digest.digest_of(plain, outcomes(plain))


def test_the_floor_and_the_peak_are_measured() -> None:
    """A tick takes longer than a copy of the state, and memory is in MB."""
    assert memory_floor(digest.war(), turns=2)["tick_to_copy"] > 1.0
    assert 50 < peak_mb() < 5000
