"""A world is a pure function of its name: batch, order, threads, other factions change nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from sim.config.schema import Config
from sim.model import model as stepped
from sim.model.kernels.decide import wake
from sim.model.outcomes import Outcomes
from sim.model.simulate import prepare, simulate
from tests.support import real
from tests.support import small_map as small
from tests.support.folders import SEEDS

UNTIL = "2017-08-03"  # 60 days
PLACED = [(d, c) for d in range(16) for c in range(4)]  # 64 worlds


def run(names: list[tuple[int, int]], config: Config | None = None) -> Outcomes:
    setup = real.setup(UNTIL) if config is None else prepare(config, SEEDS)
    return simulate(setup, [d for d, _ in names], [c for _, c in names])


@pytest.fixture(scope="module")
def all64() -> Outcomes:
    """64 worlds in one batch."""
    return run(PLACED)


def rows(found: Outcomes, name: str, at: list[int]) -> list[object]:
    return list(found.worlds[name][at])


def joined(parts: list[Outcomes]) -> Outcomes:
    worlds = {k: np.concatenate([p.worlds[k] for p in parts]) for k in parts[0].worlds}
    cells = sum((p.cells for p in parts[1:]), parts[0].cells)
    return Outcomes(worlds, cells, sum((p.curves for p in parts[1:]), parts[0].curves))


def assert_equal(a: Outcomes, b: Outcomes) -> None:
    assert real.same(a, b) == []
    np.testing.assert_array_equal(a.cells, b.cells)
    np.testing.assert_array_equal(a.curves, b.curves)


def test_worlds_differ(all64: Outcomes) -> None:
    """Or the tests below would prove nothing."""
    assert np.unique(all64.worlds["lost_isis"]).size > 60
    assert all64.worlds["units_captured_regime"].max() > all64.worlds["units_captured_regime"].min()


def test_batches_of_seven_give_the_batch_of_64(all64: Outcomes) -> None:
    """Every column, and the counts summed."""
    assert_equal(joined([run(PLACED[i : i + 7]) for i in range(0, 64, 7)]), all64)


def test_a_world_alone_is_the_same(all64: Outcomes) -> None:
    """A batch of one, first, middle and last of the 64."""
    for at in (0, 30, 63):
        alone = run([PLACED[at]])
        for name in alone.worlds:
            assert rows(alone, name, [0]) == rows(all64, name, [at]), name


def test_order_within_a_batch_does_not_matter(all64: Outcomes) -> None:
    """Backwards."""
    back = run(PLACED[::-1])
    turned = replace(back, worlds={k: v[::-1] for k, v in back.worlds.items()})
    assert_equal(turned, all64)


def test_two_threads_give_what_one_gives(all64: Outcomes) -> None:
    """Four blocks at once on two threads; blocks share the setup."""
    real.setup(UNTIL)
    with ThreadPoolExecutor(2) as pool:
        parts = list(pool.map(run, [PLACED[i : i + 16] for i in range(0, 64, 16)]))
    assert_equal(joined(parts), all64)


def test_the_order_of_factions_does_not_matter(all64: Outcomes) -> None:
    """Reversed and rotated in the settings: every column by name, and who holds what."""
    for turn in (lambda names: names[::-1], lambda names: names[3:] + names[:3]):
        config = real.settings(UNTIL)
        names = list(config.faction)
        config.faction = {name: config.faction[name] for name in turn(names)}
        other = run(PLACED, config)
        assert real.same(all64, other) == []
        order = [list(config.faction).index(name) for name in names]
        np.testing.assert_array_equal(other.cells[:, [*order, -1]], all64.cells)


def test_a_faction_without_force_changes_nothing(all64: Outcomes) -> None:
    """One that the seeds do not know, put first: no other column changes."""
    config = real.settings(UNTIL)
    ghost = small.side(objectives={"territory": 5.0, "corridor": 5.0}, depots=["palmyra"])
    config.faction = {"ghost": ghost, **config.faction}
    with_ghost = run(PLACED, config)
    assert real.same(all64, with_ghost, list(all64.worlds)) == []
    assert with_ghost.worlds["fighters_ghost"].tolist() == [0] * 64
    np.testing.assert_array_equal(with_ghost.cells[:, 1:], all64.cells)


def test_chance_and_draw_are_apart(all64: Outcomes) -> None:
    """Worlds of one draw share their inputs, so their forces at the origin, and not their luck."""
    setup = real.setup(UNTIL)
    start = setup.start.batch(setup.rules, setup.geo, [5, 5, 6], [0, 1, 0])
    assert (start.force[0] == start.force[1]).all()
    assert (start.inputs[0] == start.inputs[1]).all()
    assert (start.inputs[0] != start.inputs[2]).any()
    assert len(set(rows(all64, "lost_isis", [20, 21, 22, 23]))) > 1


TICKS, COUNT, AUTUMN = (7, 3.5, 1), 200, "2017-10-02"  # 120 days
AGREE = (
    "formed_territory", "open_at_end_territory", "formed_road", "share_held_south",
    "share_held_centre",
    "transferred_pmf_regime", "fighters_isis", "fighters_regime", "contiguity_sunni_arab",
)  # fmt: skip


def advance(found: Outcomes) -> np.ndarray:
    """Units taken by anyone, a world."""
    return sum(v for k, v in found.worlds.items() if k.startswith("units_captured_"))


@pytest.mark.parametrize("tick", TICKS[1:])
def test_ticks_agree_within_chance(tick: float) -> None:
    """Half-weekly and daily ticks against weekly ones: a paired test over 200 worlds.

    The tolerance is 3.3 standard errors of the paired mean, so that chance alone fails one test in
    a thousand.
    """
    weekly = real.sample(COUNT, AUTUMN)
    other = real.sample(COUNT, AUTUMN, f"clock.tick_days={tick}")
    for name in AGREE:
        gap = other.worlds[name].astype(float) - weekly.worlds[name]
        assert abs(gap.mean()) <= 3.3 * gap.std() / COUNT**0.5, name
    gap = advance(other) - advance(weekly)
    assert abs(gap.mean()) <= 3.3 * gap.std() / COUNT**0.5
    assert stats.ttest_1samp(gap, 0.0).pvalue > 1e-3


def test_what_sleeping_factions_would_value_changes_nothing(
    all64: Outcomes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same worlds when every faction appraises in every tick; some do sleep."""
    asleep = []

    def count(state: object, *_: object) -> None:
        wake(state, *_)
        asleep.append(int((~state.side.awake).sum()))  # type: ignore[attr-defined]

    def wake_all(state: object, *_: object) -> None:
        wake(state, *_)
        state.side.awake[:] = True  # type: ignore[attr-defined]

    monkeypatch.setattr(stepped, "wake", count)
    assert_equal(run(PLACED), all64)
    assert sum(asleep) > 0
    monkeypatch.setattr(stepped, "wake", wake_all)
    assert_equal(run(PLACED), all64)
