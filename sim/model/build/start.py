"""Day one: every world's ground, forces, sieges and inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.config.schema import Change, Config
from sim.errors import bad_value
from sim.model.inputs import CHOICES, LINES, RULES, Joint, Uncertain, sample
from sim.model.kernels.march import draw_siege_luck
from sim.model.kernels.perceive import perceive
from sim.model.state import (
    ATTACKING,
    NEVER,
    NOBODY,
    SLOTS,
    Bools,
    Geography,
    Ints,
    Rules,
    State,
    empty_state,
)
from sim.model.variants import variants
from sim.rng import INPUT, key32, uniform, world_key
from sim.theatre.history.situation import Situation
from sim.theatre.theatre import Theatre

Seen = tuple[Bools, Ints, Bools]  # (F, U) friendly, supply, front


@dataclass(frozen=True)
class Siege:
    """A force that has shut in a place before the origin and fights for it from day one."""

    row: int  # of the situation
    slot: int


def change(situation: Situation, theatre: Theatre, changes: Sequence[Change]) -> Situation:
    """The situation with a scenario's changes: a new holder, forces scaled or added.

    A force of a faction that no longer has the place is left on the hex around it.
    """
    holder = situation.holder.copy()
    low, central, high = (
        a.astype(np.float64) for a in (situation.low, situation.central, situation.high)
    )
    extra: list[tuple[int, int, int]] = []
    for item in changes:
        if not item.place:
            continue
        if item.place not in theatre.ids:
            raise bad_value("changes.place", item.place, "no such place on the map")
        unit = theatre.ids.index(item.place)
        if item.holder:
            none = item.holder == "none"
            holder[unit] = NOBODY if none else situation.factions.index(item.holder)
            around = int(theatre.hex_of[unit])
            if holder[around] == situation.holder[unit]:
                holder[around] = holder[unit]
        if item.faction:
            f = situation.factions.index(item.faction)
            near = np.isin(situation.unit, [unit, int(theatre.hex_of[unit])])
            rows = near & (situation.faction == f)
            for sizes in (low, central, high):
                sizes[rows] *= item.factor
            if item.add:
                extra.append((f, unit, item.add))
    more = [np.array(column, np.int32) for column in zip(*extra, strict=True)] or [
        np.zeros(0, np.int32)
    ] * 3
    after = [np.concatenate([np.rint(a).astype(np.int32), more[2]]) for a in (low, central, high)]
    keys = [theatre.keys[u] for u in more[1]]
    return replace(
        situation,
        holder=holder,
        faction=np.concatenate([situation.faction, more[0]]),
        unit=np.concatenate([situation.unit, more[1]]),
        low=after[0],
        central=after[1],
        high=after[2],
        siege_of=np.concatenate([situation.siege_of, np.full(len(extra), -1, np.int32)]),
        key=np.concatenate([situation.key, np.array(keys, np.uint64)]),
    )


def sieges(situation: Situation, stance: NDArray[np.int8]) -> tuple[list[Siege], Ints]:
    """The sieges that are fought from day one, and what ties down the forces of the others.

    The largest besieger that is at war with the holder fights; every other force listed at a
    siege is pinned (F, U) where it stands until its own side, or a friend, holds the place.
    """
    factions, units = len(situation.factions), situation.holder.size
    pins = np.full((factions, units), -1, np.int32)
    fought: list[Siege] = []
    used = [0] * factions
    for place in sorted({int(p) for p in situation.siege_of if p >= 0}):
        rows = [int(r) for r in np.flatnonzero(situation.siege_of == place)]
        holder = int(situation.holder[place])
        at_war = [r for r in rows if holder >= 0 and stance[situation.faction[r], holder] == 3]
        leader = max(at_war, key=lambda r: _size(situation, r), default=-1)
        for r in rows:
            f = int(situation.faction[r])
            if r == leader and used[f] < SLOTS - 1 and int(situation.unit[r]) != place:
                fought.append(Siege(r, used[f]))
                used[f] += 1
            else:
                pins[f, situation.unit[r]] = place
    return fought, pins


def _size(situation: Situation, row: int) -> tuple[int, int]:
    """By which forces are compared: fighters, then the key, whatever the order of factions."""
    return int(situation.central[row]), int(situation.key[row])


class Start:
    """Makes the state of a batch of worlds at the origin."""

    def __init__(
        self,
        config: Config,
        situation: Situation,
        scale: NDArray[np.float64],
        inputs: list[Uncertain],
        fought: list[Siege],
        paved: Mapping[str, float],
        joints: Sequence[Joint | None] = (),
    ) -> None:
        """`scale` (F,) multiplies every force; `inputs` are those of `sim.model.build.rules`.

        `paved` is the chance that a stretch of road of uncertain surface is paved, `joints` the
        fitted sample of each variant of the rules.
        """
        self.situation, self.sieges, self.paved = situation, fought, paved
        self.seed = config.ensemble.seed
        self.central = config.uncertainty.value == "central"
        self._first: Seen | None = None
        self.air = len(config.air)
        self.variants, self.line = variants(config), config.rules.line.chance
        self.joints = list(joints) or [None] * len(self.variants.names)
        rows = zip(situation.faction, situation.key, situation.low, situation.central,
                   situation.high, strict=True)  # fmt: skip
        self.forces = [
            Uncertain(f"force.{key}", *(float(n) * scale[f] for n in sizes))
            for f, key, *sizes in rows
        ]
        self.inputs = [*inputs, *self.forces]
        self.alarm = [
            [alarm.initial if name in alarm.watches else 0.0 for name in situation.factions]
            for alarm in (config.faction[n].alarm for n in situation.factions)
        ]
        self.perceived = [
            [
                other.red_line.probability if name in other.red_line.against else 0.0
                for other in (config.faction[n] for n in situation.factions)
            ]
            for name in situation.factions
        ]

    def batch(
        self, rules: Rules, geo: Geography, draws: Sequence[int], replications: Sequence[int]
    ) -> State:
        """The worlds (draw, replication) at the origin, in that order.

        Ground is held as in the situation, in every world. The variant, the inputs, which stretches
        of road are paved and whether the line of a river holds go by draw. `usable` and each force
        are drawn numbers rounded to whole fighters (halves to even), `intake` is a thirtieth of the
        monthly one. A force that besieges is a campaign in slot 0, 1, ... of its faction: ATTACKING
        the place from where it stands, tied, never late, its luck drawn (`march.draw_siege_luck`);
        all others join the garrison of the unit where they stand. Alarm is the `initial` one at
        those who are watched, `perceived` the probability of each red line at those whom it is
        against. Factions know the ground as it is (`perceive.perceive`). All else is 0 or never.
        """
        situation, factions = self.situation, len(self.situation.factions)
        variant = self.variants.drawn(self.seed, draws, self.central)
        values = sample(self.inputs, self.seed, draws, self.central, self.joints, variant.tolist())
        pools = self.air
        columns = len(RULES) + len(CHOICES)
        state = empty_state(len(draws), factions, geo, columns, pools, len(self.paved))
        state.key[:] = [
            world_key(self.seed, d, c, 0) for d, c in zip(draws, replications, strict=True)
        ]
        state.holder[:] = situation.holder
        state.pair.stance = rules.relation.stance
        state.pair.alarm = self.alarm
        state.pair.perceived = self.perceived
        state.campaign.at = rules.source
        state.friendly[:], state.supply[:], state.front[:] = self._seen(rules, geo)
        split = np.cumsum([len(RULES), factions, factions, pools])
        table, usable, intake, capacity, forces = np.split(values, split, axis=1)
        state.variant[:] = variant
        state.inputs[:] = np.hstack([table, self.variants.choices[state.variant]])
        state.inputs[:, LINES] *= self._drawn("line", [self.line], draws)[:, 0]
        state.paved[:] = self._drawn("surface", list(self.paved.values()), draws, list(self.paved))
        state.side.usable = np.rint(usable)
        state.side.intake = intake / 30.0
        state.capacity[:] = capacity
        besieging = {siege.row: siege for siege in self.sieges}
        for r, fighters in enumerate(np.rint(forces).astype(np.int32).T):
            if r in besieging:
                self._besiege(state, rules, geo, besieging[r], fighters)
            else:
                state.force[:, situation.faction[r], situation.unit[r]] += fighters
        return state

    def _drawn(
        self, name: str, chance: Sequence[float], draws: Sequence[int], of: Sequence[str] = ("",)
    ) -> Bools:
        """(draws, n) whether each of n things `of` a name is so; what is likelier if central.

        It is if u < chance, u uniform (INPUT, 0, 0, key32 of `NAME.THING`, 0) of the draw's key.
        """
        if self.central:
            return np.tile(np.array(chance) >= 0.5, (len(draws), 1))
        worlds, nowhere = [world_key(self.seed, draw) for draw in draws], np.uint64(0)
        keys = [key32(f"{name}.{input_name}") for input_name in of]
        drawn = [[uniform(world, INPUT, 0, nowhere, key, 0) for key in keys] for world in worlds]
        return np.array(drawn).reshape(len(draws), -1) < np.array(chance)

    def _seen(self, rules: Rules, geo: Geography) -> Seen:
        """What each faction makes of the ground at the origin: the same in every world."""
        if self._first is None:
            factions = len(self.situation.factions)
            state = empty_state(1, factions, geo, 0, 0)
            state.holder[:], state.pair.stance = self.situation.holder, rules.relation.stance
            for f in range(factions):
                perceive(state, geo, rules, f)
            self._first = state.friendly[0], state.supply[0], state.front[0]
        return self._first

    def _besiege(
        self, state: State, rules: Rules, geo: Geography, siege: Siege, army: Ints
    ) -> None:
        situation, r, k = self.situation, siege.row, siege.slot
        f = int(situation.faction[r])
        slot = state.campaign[:, f, k]
        slot.phase, slot.tied, slot.until = ATTACKING, True, NEVER
        slot.army = slot.raised = army
        slot.at, slot.target = situation.unit[r], situation.siege_of[r]
        draw_siege_luck(state, geo, rules, f, k)
