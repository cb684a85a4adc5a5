"""Operations of the record, replayed: from their first day, with the forces that were there.

For each operation of `tempo.csv` against the enemy that ends at a place which its side held on its
last day, worlds start on its first day, with a side that wants that place above all and plans for
it at once: it is known that the operation began, and what is asked is how long it takes. Where the
place falls later than in the record in most worlds, the model is too slow; where sooner, too fast.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from sim.arrays import Ints
from sim.config.schema import Config
from sim.ensemble.execute.threads import stream
from sim.model.model import WorldBatch
from sim.model.setup import Setup
from sim.model.simulate import prepare
from sim.theatre.history.reports import controllers_at, tempo
from sim.theatre.spec import theatre_spec

PATIENCE = 3  # times the days of the record that worlds are given, at least LEAST
LEAST = 56  # days
NEVER = -1
WANTED = 20.0  # added value of the place, some ten times that of any other
AT_ONCE = 10.0  # plans a day


@dataclass(frozen=True)
class Operation:
    """An operation of the record against the enemy, from its first day to the fall of a place."""

    name: str
    faction: str
    place: str
    start: date
    days: int
    km: float


@dataclass(frozen=True)
class Replay:
    """What came of an operation: `fell` (W,) days until its place fell in each world, or NEVER."""

    operation: Operation
    fell: Ints

    @property
    def sooner(self) -> float:
        """Share of worlds in which the place fell by the day of the record."""
        return float(((self.fell != NEVER) & (self.fell <= self.operation.days)).mean())

    @property
    def median(self) -> int | None:
        """Days until it fell in half of the worlds, None if it did not in the time given."""
        days = np.sort(np.where(self.fell == NEVER, np.iinfo(np.int64).max, self.fell))
        middle = int(days[(len(days) - 1) // 2])
        return None if middle == np.iinfo(np.int64).max else middle


def operations(seeds: Path, until: date) -> list[Operation]:
    """The operations that ended by a day, by start and name."""
    listed, spec = [], theatre_spec(seeds)
    enemy = spec.calibration.enemy
    for operation in tempo(seeds):
        within = spec.first <= operation.start < operation.end <= min(until, spec.last)
        if operation.opponent != enemy or not within:
            continue
        place, days = operation.to_place, (operation.end - operation.start).days
        before, after = controllers_at(operation.start, seeds), controllers_at(operation.end, seeds)
        if before.get(place) == enemy and after[place] == operation.faction:
            listed.append(
                Operation(
                    operation.operation,
                    operation.faction,
                    place,
                    operation.start,
                    days,
                    operation.km,
                )
            )
    return listed


def replay(
    config: Config, operations: Sequence[Operation], seeds: Path, worlds: int
) -> list[Replay]:
    """Every operation in so many worlds, in their order."""

    def numbered(number: int) -> tuple[int, Replay]:
        return number, _run(config, operations[number], seeds, worlds)

    done = dict(stream(numbered, range(len(operations)), config.executor.threads))
    return [done[number] for number in range(len(operations))]


def _run(config: Config, operation: Operation, seeds: Path, worlds: int) -> Replay:
    end = min(
        operation.start + timedelta(max(PATIENCE * operation.days, LEAST)), theatre_spec(seeds).last
    )
    clock = dataclasses.replace(
        config.clock, origin=operation.start.isoformat(), until=end.isoformat()
    )
    setup = _bent(prepare(dataclasses.replace(config, clock=clock), seeds), operation)
    model = _Watched(setup, list(range(worlds)), [0] * worlds)
    model.look_at(operation)
    model.run()
    fell = model.fell
    model.close()
    return Replay(operation, fell)


def _bent(setup: Setup, operation: Operation) -> Setup:
    """The setup, with a side that wants one place above all and plans on every day."""
    f, unit = setup.factions.index(operation.faction), setup.unit_ids.index(operation.place)
    rules = setup.rules._replace(
        base=setup.rules.base.copy(), faction=setup.rules.faction.copy().view(np.recarray)
    )
    rules.base[f, unit] += WANTED
    rules.faction.plan_rate[f] = AT_ONCE
    return dataclasses.replace(setup, rules=rules, tables=(rules, *setup.tables[1:]))


class _Watched(WorldBatch):
    """Worlds that note the day on which a place falls to a faction or to a partner it yields to."""

    def look_at(self, operation: Operation) -> None:
        f = self.setup.factions.index(operation.faction)
        yields = np.flatnonzero(self.setup.rules.relation.yields[f])
        self.takers = np.array([f, *yields])
        self.unit = self.setup.unit_ids.index(operation.place)
        self.fell = np.full(self.draws.size, NEVER, np.int64)

    def resolve(self) -> None:
        super().resolve()
        held = np.isin(self.state.holder[:, self.unit], self.takers)
        self.fell[held & (self.fell == NEVER)] = self.day + 1
