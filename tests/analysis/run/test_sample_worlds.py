from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.run import sample_worlds
from sim.analysis.run.sample_worlds import again, evenly
from sim.analysis.stats.survival import Times
from sim.ensemble.run import Inputs
from sim.errors import LandbridgeError
from tests.conftest import Runner
from tests.support.fakes import FakeSimulator


def times(days: list[int]) -> Times:
    route = np.full(len(days), -1, np.int32)
    return Times(np.array(days), 200, 300, route, (), 1)


def test_worlds_are_drawn_evenly_over_the_outcomes() -> None:
    rng = np.random.default_rng(1)
    never = 301
    road = np.where(rng.random(600) < 0.25, rng.integers(0, 200, 600), never)
    chosen = evenly(times(road.tolist()), times(rng.integers(0, 100, 600).tolist()))
    assert len(set(chosen)) == sample_worlds.DOZEN
    assert sum(road[one] < never for one in chosen) == 3  # a quarter of twelve
    dated = [road[one] for one in chosen]
    assert dated == sorted(dated)
    assert evenly(times([5, never]), times([never, 5])) == [0, 1]  # no more than there are


def test_the_same_worlds_come_out_again(fake_run: Runner) -> None:
    made = fake_run("run", "ensemble.worlds=8")
    simulator = FakeSimulator()
    formed = made.worlds["formed_road"]
    found = again(
        made.directory, [6, 1, 3], Inputs(simulator, seeds=made.directory.parent / "seeds")
    )
    assert [one.world for one in found] == [6, 1, 3]
    assert simulator.calls == [3, 0, 1]  # draws of two worlds each
    for one in found:
        assert (one.holder[:, :2] == (0 if formed[one.world] else 3)).all()
        assert (one.holder[:, 2] == len(made.cells["faction"].cat.categories) - 1).all()


def test_worlds_of_another_model_are_refused(
    fake_run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = fake_run("run", "ensemble.worlds=2")
    monkeypatch.setattr("sim.ensemble.store.manifest.code_hash", lambda: "another")
    with pytest.raises(LandbridgeError, match="another version of the model"):
        again(made.directory, [0], Inputs(FakeSimulator(), seeds=made.directory.parent / "seeds"))
