"""Where blocks run: a pool of threads, one block a thread, a bounded number in flight.

The model's kernels release the GIL, so threads share one compiled model and one setup.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def stream[Work, Done](
    function: Callable[[Work], Done], work: Iterable[Work], threads: int = 0
) -> Generator[Done]:
    """Results of `function` over `work`, each as soon as it is there (so in any order).

    `threads` 0 is one for each core. At most two pieces a thread are held at a time, whatever the
    length of `work`. When the caller stops early (an error, Ctrl-C) no new piece starts and those
    under way are finished first.
    """
    workers = threads or cores()
    queue = iter(work)
    with ThreadPoolExecutor(workers, thread_name_prefix="landbridge") as pool:
        running: set[Future[Done]] = {
            pool.submit(function, one) for one in islice(queue, 2 * workers)
        }
        try:
            while running:
                finished, running = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    yield future.result()
                running |= {pool.submit(function, one) for one in islice(queue, len(finished))}
        finally:
            for future in running:
                future.cancel()
