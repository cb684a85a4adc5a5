"""Filling run folders: the blocks that are missing of one scenario or of all points of a sweep.

All blocks go to one executor, those of all points in turn, with no barrier between points: a sweep
that is stopped has about as many worlds of each. What comes back is written at once; a block that
fails is remembered and the others go on.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from sim.arrays import Flags
from sim.definitions import KINDS
from sim.ensemble.block import Block, interleave, missing
from sim.ensemble.execute.tasks import SETUPS_KEPT, Packed, Scenario, Task
from sim.ensemble.execute.threads import Executor
from sim.ensemble.store.parts import Parts
from sim.ensemble.store.read import WorldsFile
from sim.errors import LandbridgeError

Formed = dict[str, Flags]  # by road and territory: (worlds,) has a corridor

# Given which of worlds 0, 1, ... have a corridor: how many of them are enough, 0 for none yet.
# It must not look at more than that many, or the answer would depend on which block came first.
Enough = Callable[[Formed], int]


@dataclass(frozen=True)
class Progress:
    """How far a scenario is, after a block: of `total` worlds asked for, `done` are there."""

    number: int  # the point of a sweep, 0 for a single run
    done: int
    total: int
    fresh: int  # worlds stepped by this call
    formed: Mapping[str, int]  # of those that are done, by road and territory
    failed: int  # blocks


Watch = Callable[[Progress], None]


@dataclass
class Job:
    """A scenario in its folder, and what is there of it. Opening it reads what the folder holds."""

    number: int
    scenario: Scenario
    directory: Path
    worlds: int  # asked for
    failed: dict[Block, Exception] = field(default_factory=dict)
    fresh: int = 0
    seconds: float = 0.0  # of cores, for the fresh worlds

    def __post_init__(self) -> None:
        """Read which worlds are there and which of them have a corridor."""
        self.parts = Parts(self.directory)
        self.blocks: list[Block] = []
        self.done = 0
        self._there = np.zeros(self.worlds, np.bool_)
        self._formed = {kind: np.zeros(self.worlds, np.bool_) for kind in KINDS}
        count = self.parts.count()
        if count:
            with WorldsFile(self.directory) as compacted:
                known = {kind: compacted.values(f"formed_{kind}")[:count] for kind in KINDS}
            self._add(Block(0, count), known)
        for block in self.parts.usable(count, self.worlds):
            table = self.parts.worlds(block)
            known = {kind: table.column(f"formed_{kind}").to_numpy() for kind in KINDS}
            self._add(block, known)

    @property
    def hopeless(self) -> bool:
        """Whether it cannot be run at all: every block would end in the same error."""
        return any(isinstance(error, LandbridgeError) for error in self.failed.values())

    @property
    def whole(self) -> bool:
        """Whether all worlds asked for are there."""
        return self.done == self.worlds

    def missing(self) -> Iterator[Block]:
        """The blocks still to run; those that failed in this call are left out."""
        if self.hopeless:
            return
        size = self.scenario.config.ensemble.block
        yield from missing(self.worlds, size, [*self.blocks, *self.failed])

    def keep(self, packed: Packed) -> None:
        """Write a finished block."""
        self.parts.write(packed.block, packed.data, self.scenario.key)
        self.fresh += packed.block.size
        self.seconds += packed.seconds
        self._add(packed.block, packed.formed)

    def shorten(self, worlds: int) -> None:
        """Ask for fewer worlds: blocks that reach beyond no longer count."""
        kept, formed = [b for b in self.blocks if b.stop <= worlds], self._formed
        self.worlds, self.blocks, self.done = worlds, [], 0
        self._there = np.zeros(worlds, np.bool_)
        self._formed = {kind: np.zeros(worlds, np.bool_) for kind in KINDS}
        for block in kept:
            self._add(block, {k: flags[block.start : block.stop] for k, flags in formed.items()})

    def prefix(self) -> Formed:
        """The outcomes of worlds 0, 1, ... up to the first that is not there."""
        end = self.worlds if self.whole else int(self._there.argmin())
        return {kind: flags[:end] for kind, flags in self._formed.items()}

    def progress(self) -> Progress:
        """How far it is."""
        formed = {kind: int(np.count_nonzero(flags)) for kind, flags in self._formed.items()}
        failed = len(self.failed)
        return Progress(self.number, self.done, self.worlds, self.fresh, formed, failed)

    def _add(self, block: Block, formed: Mapping[str, Flags]) -> None:
        self.blocks.append(block)
        self.done += block.size
        self._there[block.start : block.stop] = True
        for kind in KINDS:
            self._formed[kind][block.start : block.stop] = formed[kind]


def fill(
    jobs: Sequence[Job],
    executor: Executor,
    watch: Watch | None = None,
    finished: Callable[[Job], None] | None = None,
    enough: Enough | None = None,
) -> None:
    """Run the missing blocks of all jobs; `finished` is called with each job once it is whole.

    `enough` is asked whenever the contiguous prefix of a job's worlds may have grown; when it
    names a number, the job asks for no more worlds than that.

    Raises KeyboardInterrupt after Ctrl-C, when the blocks under way have been kept, and OSError if
    a block cannot be written. Errors of blocks are in `Job.failed`.
    """
    by_number = {job.number: job for job in jobs}
    stretch = 1 if len(jobs) <= SETUPS_KEPT else 4  # setups are made again beyond that
    told: set[int] = set()

    def tell(job: Job) -> None:
        if job.whole and job.number not in told:
            told.add(job.number)
            if finished is not None:
                finished(job)

    with patient() as interrupted:

        def wanted(task: Task) -> bool:
            job = by_number[task.number]
            return not (interrupted() or job.hopeless or task.block.stop > job.worlds)

        for job in jobs:
            _curtail(job, enough)
            tell(job)
        while any(not job.whole and next(job.missing(), None) for job in jobs):
            tasks = interleave([_tasks(job) for job in jobs], stretch)
            with closing(executor.results(tasks, wanted)) as results:
                for task, result in results:
                    job = by_number[task.number]
                    _take(job, task, result, enough)
                    if watch is not None:
                        watch(job.progress())
                    tell(job)
            if interrupted():
                raise KeyboardInterrupt


def _take(job: Job, task: Task, result: Packed | Exception, enough: Enough | None) -> None:
    if isinstance(result, Exception):
        job.failed[task.block] = result
    elif task.block.stop <= job.worlds:
        job.keep(result)
        _curtail(job, enough)


def _curtail(job: Job, enough: Enough | None) -> None:
    """Ask for fewer worlds if the prefix says that they are enough."""
    if enough is not None:
        worlds = enough(job.prefix())
        if 0 < worlds < job.worlds:
            job.shorten(worlds)


def _tasks(job: Job) -> Iterator[Task]:
    return (Task(job.number, job.scenario, block) for block in job.missing())


@contextmanager
def patient() -> Iterator[Callable[[], bool]]:
    """Within, the first Ctrl-C is only remembered, and what is given says whether there was one.

    A second one stops at once, as always. In a thread that is not the main one nothing changes.
    """
    asked = False

    def remember(*_: object) -> None:
        nonlocal asked
        asked = True
        signal.signal(signal.SIGINT, before)
        print(
            "\nlandbridge: finishing the blocks under way; Ctrl-C again stops at once",
            file=sys.stderr,
        )

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    before = signal.signal(signal.SIGINT, remember)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)
