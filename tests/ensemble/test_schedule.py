"""The loop that fills run folders: stopping early, and what it tells."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.config.compose import compose
from sim.ensemble import compile_lock
from sim.ensemble.block import Block, interleave
from sim.ensemble.run import prepare, run
from sim.ensemble.schedule import Formed
from sim.ensemble.store.block_file import BROKEN, pack
from sim.ensemble.store.parts import Parts
from sim.ensemble.store.read import frame
from tests.support.fakes import FakeSimulator


@given(queues=st.lists(st.lists(st.integers()), max_size=6), stretch=st.integers(1, 3))
def test_interleaving_keeps_every_item_and_the_order_within(
    queues: list[list[int]], stretch: int
) -> None:
    named = [[(q, n, item) for n, item in enumerate(queue)] for q, queue in enumerate(queues)]
    found = list(interleave(named, stretch))
    assert sorted(found) == sorted(one for queue in named for one in queue)
    for q in range(len(queues)):
        assert [n for k, n, _ in found if k == q] == list(range(len(queues[q])))
    longest = max(map(len, queues), default=0)
    for turn in range(0, longest, stretch):  # nobody is a turn ahead
        ahead = [n for _, n, _ in found[: sum(min(len(q), turn) for q in queues)]]
        assert all(n < turn for n in ahead)


@pytest.mark.parametrize("threads", [1, 3])
def test_a_rule_ends_a_run_at_the_same_world_however_it_was_run(
    small: Path, tmp_path: Path, threads: int
) -> None:
    asked: list[int] = []

    def enough(prefix: Formed) -> int:
        asked.append(len(prefix["road"]))
        hits = np.flatnonzero(prefix["road"])
        return int(hits[19]) + 1 if len(hits) >= 20 else 0  # at the twentieth corridor

    config = compose(["ensemble.worlds=400", "ensemble.block=7", f"executor.threads={threads}"])
    simulator = FakeSimulator()
    done = run(prepare(config, simulator, tmp_path), tmp_path / "a", enough=enough)
    formed = frame(tmp_path / "a", "worlds")["formed_road"]
    assert done.worlds == len(formed) < 400
    assert formed.sum() == 20
    assert bool(formed.iloc[-1])
    assert max(simulator.calls) < done.worlds + 7 * 4 * threads
    assert asked[0] == 0


def test_a_rule_that_holds_already_runs_nothing(small: Path, tmp_path: Path) -> None:
    config = compose(["ensemble.worlds=60"])
    run(prepare(config, FakeSimulator(), tmp_path), tmp_path / "a")
    later = FakeSimulator()
    config = compose(["ensemble.worlds=90"])
    done = run(prepare(config, later, tmp_path), tmp_path / "a", enough=lambda prefix: 60)
    assert (done.worlds, later.calls) == (60, [])


def test_a_packed_block_comes_out_as_it_went_in_and_shows_when_it_is_broken(tmp_path: Path) -> None:
    import pyarrow as pa

    worlds = pa.table({"world": [3, 4], "route_road": ["south", None]})
    cells, curves = np.arange(24, dtype=np.int32).reshape(2, 3, 4), np.ones((1, 2, 101), np.int32)
    data = pack(worlds, cells, curves)
    parts, block = Parts(tmp_path), Block(3, 5)
    parts.write(block, data, "key")
    assert parts.worlds(block).equals(worlds)
    pairs = zip(parts.counts(block), (cells, curves), strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)
    file = parts.file(block)
    raw = file.read_bytes()
    for at in {*range(0, len(raw), 97), *range(len(raw) - 70, len(raw))}:
        for broken in (raw[:at], raw[:at] + bytes([raw[at] ^ 4]) + raw[at + 1 :]):
            file.write_bytes(broken)
            assert parts.keys() == {file: ""}
            with pytest.raises(BROKEN):
                parts.worlds(block)


def test_only_a_cold_cache_makes_others_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    monkeypatch.setitem(os.environ, "NUMBA_CACHE_DIR", str(tmp_path / "kernels"))
    monkeypatch.setattr(compile_lock, "_is_warm", False)
    with compile_lock.compiling_alone():
        other = (tmp_path / "kernels" / "compiling").open("a")
        with other, pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert (tmp_path / "kernels" / "compiled").exists()
    monkeypatch.setattr(compile_lock, "_is_warm", False)
    with compile_lock.compiling_alone(), (tmp_path / "kernels" / "compiling").open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
