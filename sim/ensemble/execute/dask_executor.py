"""Blocks on a Dask cluster: one that runs already, one on this machine, or jobs of a batch system.

All tasks are handed to Dask's scheduler at once; where they run, what is tried again and who takes
over from a machine that went away is Dask's business. Tasks are pure and what they return is kept
by the caller, so that nothing is lost with a cluster. An extra: `landbridge[dask]`.
"""

from __future__ import annotations

import logging
import sys
import time
import warnings
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any
from uuid import uuid4

from sim.config.schema import Executor as ExecutorConfig
from sim.ensemble.execute.dask_clusters import security, start, warn_if_open
from sim.ensemble.execute.tasks import Task, parcels, run_parcel
from sim.ensemble.execute.threads import Result
from sim.errors import LandbridgeError

_PATIENCE = 10.0  # seconds to reach a scheduler
_LOOK = 0.5  # seconds between two looks at what is still wanted
_ALONE = 30.0  # seconds without any worker after which it is said


class Cluster:
    """A Dask cluster, from the moment it is made until `close`."""

    def __init__(self, config: ExecutorConfig) -> None:
        """Connect to or start what the settings ask for; raises LandbridgeError."""
        try:
            from distributed import Client
        except ImportError as error:
            raise LandbridgeError(
                f"executor={config.kind.name}: needs Dask; pip install 'landbridge[dask]'"
            ) from error
        _hush()
        self._retries, self._alone, self._looked = config.retries, 0.0, 0.0
        self._started: Any = None
        if config.address:
            warn_if_open(config)
        else:
            self._started = start(config)
        where = config.address or self._started
        tls = security(config.tls) if config.address else None
        try:
            self._client: Any = Client(where, security=tls, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError, TypeError, RuntimeError, MemoryError) as error:
            self.close()
            raise LandbridgeError(
                f"executor.address={config.address}: no Dask scheduler answers there "
                f"({' '.join(str(error).split())})"
            ) from error

    def results(self, tasks: Iterable[Task], wanted: Callable[[Task], bool]) -> Generator[Result]:
        """See `sim.ensemble.execute.threads.Executor`.

        Dask blames a worker's death on all that it held. Tasks so blamed are tried again at the
        end, each alone, so that only the one at fault is given up.
        """
        blamed: list[Task] = []
        for task, result in self._arrivals(tasks, wanted):
            if type(result).__name__ == "KilledWorker":
                blamed.append(task)
            else:
                yield task, result
        for task in blamed:
            if wanted(task):
                yield from self._arrivals([task], wanted)

    def _arrivals(self, tasks: Iterable[Task], wanted: Callable[[Task], bool]) -> Generator[Result]:
        waiting = self._submit(list(tasks))
        arrived: SimpleQueue[Any] = SimpleQueue()
        for future in waiting:
            future.add_done_callback(arrived.put)
        try:
            while waiting:
                with suppress(Empty):
                    future = arrived.get(timeout=_LOOK)
                    if future in waiting:
                        task = waiting.pop(future)
                        yield task, self._outcome(future)
                        future.release()
                if time.monotonic() - self._looked > _LOOK:
                    self._looked = time.monotonic()
                    self._take_back(waiting, wanted)
                    self._look_for_workers()
        finally:
            if waiting and self._client.status == "running":
                self._client.cancel(list(waiting))

    def _submit(self, work: list[Task]) -> dict[Any, Task]:
        """Hand all tasks to the scheduler; keys rise in the order in which they should run."""
        name = uuid4().hex
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that there are many tasks
            futures = self._client.map(
                run_parcel,
                list(parcels(work)),
                key=[f"block{name}-{n:09d}" for n in range(len(work))],
                retries=self._retries,
                pure=False,
            )
        return dict(zip(futures, work, strict=True))

    def _take_back(self, waiting: dict[Any, Task], wanted: Callable[[Task], bool]) -> None:
        """Cancel what is no longer wanted and has not begun; what has begun is waited for."""
        unwanted = [future for future, task in waiting.items() if not wanted(task)]
        if not unwanted:
            return
        begun = {key for keys in self._client.processing().values() for key in keys}
        idle = [future for future in unwanted if future.key not in begun and not future.done()]
        for future in idle:
            del waiting[future]
        self._client.cancel(idle)

    def _outcome(self, future: Any) -> Any:
        """What a task returned, or the error it ended in everywhere it was tried."""
        try:
            error = future.exception() if future.status == "error" else None
            return future.result() if error is None else _plain(error)
        except Exception as error:
            self._refuse_lost()
            if future.status in {"cancelled", "lost"}:
                raise LandbridgeError(_LOST) from error
            return error

    def _look_for_workers(self) -> None:
        """Say so when nobody has been there to work for a while."""
        self._refuse_lost()
        now = time.monotonic()
        if self._client.ncores():
            self._alone = now
        elif self._alone and now - self._alone > _ALONE:
            print("landbridge: no Dask worker is connected; waiting for one", file=sys.stderr)
            self._alone = now + 9 * _ALONE
        self._alone = self._alone or now

    def _refuse_lost(self) -> None:
        if self._client.status != "running":
            raise LandbridgeError(_LOST)

    def close(self) -> None:
        """Leave the cluster, and end it if it was started here."""
        for started in (getattr(self, "_client", None), self._started):
            if started is not None:
                with suppress(OSError, TimeoutError, RuntimeError):
                    started.close()


def _hush() -> None:
    """Dask logs at length what is handled here."""
    for name in ("distributed", *logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)


_LOST = "executor: lost the Dask scheduler; finished blocks are kept, run again to continue"


def _plain(error: BaseException) -> Exception:
    """An error as one that can be kept: a worker's death is not one of Python's own."""
    return error if isinstance(error, Exception) else RuntimeError(str(error))
