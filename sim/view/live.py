"""Ensembles that grow while they are looked at, and what they say so far.

Whoever watches an interval until it pleases is fooled by it; here P has a confidence sequence
(`sim.analysis.stats.confidence_sequence`), which covers at all numbers of worlds at once. Worlds
are added in order, and are the same that `landbridge run` makes.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.stats.confidence_sequence import by_draw, sequence
from sim.analysis.stats.intervals import paired_flags
from sim.arrays import Flags, Ints
from sim.config.check import horizon
from sim.config.compose import Composer
from sim.definitions import KINDS
from sim.ensemble.block import Block
from sim.ensemble.execute.tasks import Scenario, Worker
from sim.ensemble.run import Inputs
from sim.ensemble.simulator import Simulator
from sim.show.page.packed import packed

TUNED = 0.05  # half-width at which the intervals are narrowest
FIRST, BLOCK = 8, 48  # worlds of a block: those that are shown at once, and at most the others
KEPT = 32  # ensembles that are kept, to go back to
_LEVEL = 0.95
_COLUMNS = (
    *(f"formed_{kind}" for kind in KINDS),
    *(f"first_date_{kind}" for kind in KINDS),
    *(f"route_{kind}" for kind in KINDS),
)

Gone = Callable[[], bool]


@dataclass(frozen=True, eq=False)
class Worlds:
    """The first worlds of a scenario; replaced as a whole, so that other threads may read it."""

    done: int
    columns: dict[str, NDArray[Any]]  # (W,) by name
    cells: Ints  # (dates, F + 1, U) worlds in which each faction, or nobody, holds it

    @cached_property
    def packed(self) -> str:
        """The cells by holder, unit and date, packed for the page."""
        return packed(np.ascontiguousarray(self.cells.transpose(1, 2, 0)))

    def formed(self, kind: str, worlds: int | None = None) -> Flags:
        """(W,) whether there is a corridor by the horizon, of the first `worlds`."""
        flags: Flags = self.columns[f"formed_{kind}"][:worlds].astype(np.bool_)
        return flags


class Ensemble:
    """One scenario, and its worlds so far."""

    def __init__(self, scenario: Scenario, setup: Any) -> None:
        """None yet; `setup` is the model's."""
        self.scenario, self.setup = scenario, setup
        self.origin, until = horizon(scenario.config)
        self.days = (until - self.origin).days
        self.per_draw = scenario.config.ensemble.replications_per_draw
        self.lock = threading.Lock()  # held by who adds worlds
        self.coming: list[tuple[Block, Future[Any]]] = []  # that come next, being stepped
        self.worlds: Worlds | None = None

    @property
    def done(self) -> int:
        """How many worlds there are."""
        return self.worlds.done if self.worlds else 0

    def blocks(self, asked: int, number: int) -> list[Block]:
        """The next few blocks up to `asked` worlds, alike; the first ones are small."""
        ended: list[Block] = []
        at = self.done
        most = FIRST if at < FIRST * number else BLOCK
        size = min(most, -(-(asked - at) // number))  # so that no thread is left without one
        size += -size % self.per_draw
        while at < asked and len(ended) < number:
            ended.append(Block(at, min(asked, at + size)))
            at = ended[-1].stop
        return ended

    def step(self, block: Block) -> Any:
        """The outcomes of a block."""
        keys = block.keys(self.per_draw)
        return self.scenario.simulator.simulate(self.setup, *keys)

    def add(self, block: Block, outcomes: Any) -> None:
        """Add the block that comes next."""
        columns = {name: outcomes.worlds[name] for name in _COLUMNS if name in outcomes.worlds}
        cells = outcomes.cells.astype(np.int64)
        if self.worlds:
            columns = {k: np.concatenate([self.worlds.columns[k], v]) for k, v in columns.items()}
            cells = cells + self.worlds.cells
        self.worlds = Worlds(block.stop, columns, cells)


def says(ensemble: Ensemble, worlds: Worlds, base: Worlds | None) -> dict[str, Any]:
    """P with its confidence sequence, dates, routes, and the paired difference to `base`."""
    return {
        "worlds": worlds.done,
        "kinds": {kind: _kind(ensemble, worlds, base, kind) for kind in KINDS},
    }


def _kind(own: Ensemble, worlds: Worlds, base: Worlds | None, kind: str) -> dict[str, Any]:
    flags = worlds.formed(kind)
    trials = by_draw(flags, own.per_draw)
    days = worlds.columns[f"first_date_{kind}"]
    days = np.sort(np.where(flags & (days >= 0), days, own.days + 1))
    seen, counts = np.unique(days[days <= own.days], return_counts=True)
    middle = int(days[(len(days) - 1) // 2])
    numbers: dict[str, Any] = {
        **sequence(float(trials.sum()), len(trials), TUNED, _LEVEL).as_dict(),
        "share": float(flags.mean()),
        "formed": int(flags.sum()),
        "median": None if middle > own.days else str(own.origin + timedelta(middle)),
        "curve": [[int(day), int(n)] for day, n in zip(seen, counts.cumsum(), strict=True)],
        "routes": _routes(worlds, kind, flags),
        "difference": None,
    }
    both = min(worlds.done, base.done) // own.per_draw * own.per_draw if base else 0
    if base and both > own.per_draw:
        pair = base.formed(kind, both), worlds.formed(kind, both)
        difference, _ = paired_flags(*pair, own.per_draw, level=_LEVEL)
        numbers["difference"] = {**difference.as_dict(), "pairs": both}
    return numbers


def _routes(worlds: Worlds, kind: str, flags: Flags) -> dict[str, int]:
    if f"route_{kind}" not in worlds.columns:
        return {}
    names, counts = np.unique(worlds.columns[f"route_{kind}"][flags], return_counts=True)
    return {str(name): int(n) for name, n in zip(names, counts, strict=True) if name}


class Ensembles:
    """All that are kept, and the threads that step them."""

    def __init__(
        self, fixed: Sequence[str], composer: Composer, simulator: Simulator | None
    ) -> None:
        """`fixed` are settings that all of them share."""
        self._fixed, self._composer = list(fixed), composer
        self._inputs, self._worker = Inputs(simulator), Worker()
        self._kept: OrderedDict[str, Ensemble] = OrderedDict()
        self._hashes: OrderedDict[tuple[str, ...], str] = OrderedDict()  # by overrides
        self._lock = threading.Lock()
        self._threads = os.cpu_count() or 1
        # twice as many, so that the first worlds of new settings do not wait for blocks of old ones
        self._pool = ThreadPoolExecutor(2 * self._threads)

    def ensemble(self, overrides: Sequence[str]) -> Ensemble:
        """That of these settings; raises LandbridgeError for settings that cannot be run."""
        asked = tuple(overrides)
        with self._lock:  # composing is Hydra's, which is not for threads
            known = self._hashes.get(asked, "")
            if known in self._kept:
                self._kept.move_to_end(known)
                return self._kept[known]
            config = self._composer.compose([*self._fixed, *overrides])
            scenario = self._inputs.scenario(config)
        setup = self._worker.setup(scenario)
        with self._lock:
            found = self._kept.setdefault(scenario.config_hash, Ensemble(scenario, setup))
            self._kept.move_to_end(scenario.config_hash)
            self._hashes[asked] = scenario.config_hash
            for kept in (self._kept, self._hashes):
                while len(kept) > KEPT:
                    kept.popitem(last=False)
        return found

    def grow(self, ensemble: Ensemble, asked: int, gone: Gone) -> Iterator[int]:
        """Add worlds until there are `asked` or nobody waits; how many there are, as they come.

        The next blocks are stepped while whoever asks tells of those that are there.
        """
        while ensemble.done < asked and not gone():
            with ensemble.lock:  # two tabs may look at the same one
                coming = ensemble.coming or self._begin(ensemble, asked)
                ensemble.coming = []
                for block, made in coming:
                    ensemble.add(block, made.result())
                if not gone():
                    ensemble.coming = self._begin(ensemble, asked)
            yield ensemble.done

    def _begin(self, ensemble: Ensemble, asked: int) -> list[tuple[Block, Future[Any]]]:
        blocks = ensemble.blocks(asked, self._threads)
        return [(block, self._pool.submit(ensemble.step, block)) for block in blocks]

    def close(self) -> None:
        """End the threads, after the blocks that they are at."""
        self._pool.shutdown(cancel_futures=True)
