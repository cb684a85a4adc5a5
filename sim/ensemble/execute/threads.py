"""What runs blocks (`Executor`), and the one of this process: a pool of threads.

A thread works on one block, and a few wait. The model's kernels release the GIL, so threads share
one compiled model and one setup.
`sim.ensemble.execute.dask_executor` does the same on other machines.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import Protocol

from sim.ensemble.execute.tasks import Packed, Task, Worker

Result = tuple[Task, Packed | Exception]


class Executor(Protocol):
    """Runs tasks somewhere; used by one caller at a time."""

    def results(self, tasks: Iterable[Task], wanted: Callable[[Task], bool]) -> Generator[Result]:
        """Each task with its packed block, or the error it ended in, as soon as it is there.

        A task that is no longer `wanted` when its turn comes is left out; those under way are
        finished and given.
        """

    def close(self) -> None:
        """Let go of what the executor started."""


class Threads:
    """Threads of this process."""

    def __init__(self, worker: Worker, threads: int) -> None:
        """As many threads (0: one for each core) that share the setups of `worker`."""
        self._worker, self._threads = worker, threads

    def results(self, tasks: Iterable[Task], wanted: Callable[[Task], bool]) -> Generator[Result]:
        """See `Executor`."""

        def attempt(task: Task) -> Result | None:
            if not wanted(task):
                return None
            try:
                return task, self._worker.run(task)
            except Exception as error:
                return task, error

        for result in stream(attempt, filter(wanted, tasks), self._threads):
            if result is not None:
                yield result

    def close(self) -> None:
        """Nothing outlives `results`."""


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def stream[Work, Done](
    function: Callable[[Work], Done], work: Iterable[Work], threads: int = 0
) -> Generator[Done]:
    """Results of `function` over `work`, each as soon as it is there (so in any order).

    `threads` 0 is one for each core. At most two pieces a thread are held at a time, whatever the
    length of `work`. When the caller stops early (an error) no new piece starts and those under
    way are finished first.
    """
    workers = threads or cores()
    queue = iter(work)
    with ThreadPoolExecutor(workers, thread_name_prefix="landbridge") as pool:
        running: set[Future[Done]] = {
            pool.submit(function, item) for item in islice(queue, 2 * workers)
        }
        try:
            while running:
                finished, running = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    yield future.result()
                running |= {pool.submit(function, item) for item in islice(queue, len(finished))}
        finally:
            for future in running:
                future.cancel()
