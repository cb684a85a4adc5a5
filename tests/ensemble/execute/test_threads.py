from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from sim.ensemble.execute.threads import stream


def test_all_results_come_from_any_number_of_threads() -> None:
    for threads in (0, 1, 3):
        assert sorted(stream(lambda n: n * n, range(50), threads)) == [n * n for n in range(50)]


def test_only_a_few_are_held_at_a_time() -> None:
    taken = 0

    def work() -> Iterator[int]:
        nonlocal taken
        for n in range(100):
            taken += 1
            yield n

    results = stream(lambda n: n, work(), threads=2)
    next(results)
    assert taken <= 8
    results.close()
    assert taken <= 8


def test_threads_work_at_the_same_time() -> None:
    meet = threading.Barrier(2, timeout=5)
    assert sorted(stream(lambda n: (meet.wait(), n)[1], range(4), threads=2)) == [0, 1, 2, 3]


def test_an_error_passes_and_stops_new_work() -> None:
    started: list[int] = []

    def fail(n: int) -> int:
        started.append(n)
        time.sleep(0.01)
        if n == 3:
            raise RuntimeError("three")
        return n

    with pytest.raises(RuntimeError, match="three"):
        list(stream(fail, range(1000), threads=2))
    assert len(started) < 20
