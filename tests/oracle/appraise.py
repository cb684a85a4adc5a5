"""Appraise: what units are worth to a faction, and how strongly they pull it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.oracle.objectives import COSTS, PRIZES
from tests.oracle.paths import distances
from tests.oracle.perceive import attackable, draws_line, presence
from tests.oracle.terms import TOLERATE

if TYPE_CHECKING:
    from tests.oracle.faction import Faction
    from tests.oracle.world import World

STEPS = 64  # values are kept in steps of 1/64
MOST = STEPS * STEPS  # and no larger than 64
HORIZON_KM = 100.0  # distance over which the pull of a prize falls to 1/e
REACH_KM = 400  # prizes that seem further do not count
LONGEST_KM = 12_000  # of a corridor
CONQUEST_KM, STRIKE_KM = 60, 400  # that a unit to be taken, and a strike, add
TRACK_KM, WANTED_KM = 60, 240  # that 25 km without a road add; and once a road is what is wanted
KM_PER_100, DEFENDERS_MOST = 10, 3000  # that defenders add
MAKES_UP = [0] + [round(HORIZON_KM * math.log(k)) for k in range(1, MOST + 1)]  # km


def corridor_grounds(world: World) -> set[Faction]:
    """Whose ground a corridor may pass: members, and those who let every member pass."""
    members = [f for f in world.factions if f.traits.coalition]
    hosts = [h for h in world.factions if h.traits.transit]
    return {*members, *(h for h in hosts if all(h.stance[f] <= TOLERATE for f in members))}


def detours(world: World) -> list[float]:
    """By unit, how much longer the best corridor through it is than the best of all, in km."""
    board, rules = world.board, world.setup.rules
    open_to = corridor_grounds(world)
    toll = [_toll(world, open_to, unit) for unit in range(len(board.units))]
    for place in board.places:
        around = toll[place.hex_of]
        barred = not place.playable or place.index in world.neutral
        if around is not None and not barred and world.holder[place.index] not in open_to:
            # a hex is little use without its towns, whether they can be taken or not
            toll[place.hex_of] = around + _conquest(world, place.index)
    there = distances(board.units, {rules.source: 0}, toll, 2 * LONGEST_KM)
    back = distances(board.units, {rules.sink: 0}, toll, 2 * LONGEST_KM)
    best, last = there.get(rules.sink, math.inf), toll[rules.sink]
    found: list[float] = []
    for unit in board.units:
        h = unit.hex_of
        fee = toll[h]
        if h in there and h in back and fee is not None and best <= LONGEST_KM and last is not None:
            # the toll of the unit itself is in both halves, that of the sink in neither
            found.append(max(there[h] + back[h] - fee - best + last, 0))
        else:
            found.append(math.inf)
    return found


def _toll(world: World, open_to: set[Faction], index: int) -> int | None:
    """What a unit adds to the length of a corridor; None if it cannot pass."""
    unit = world.board.units[index]
    if not unit.playable or index in world.neutral:
        return None
    toll = 0
    if unit.unpaved == 1 or (unit.unpaved >= 2 and not world.paved[unit.unpaved - 2]):
        lengths = world.setup.theatre.layout.hex_km / 25.0
        toll += round(TRACK_KM * lengths)
        toll += round(WANTED_KM * lengths) if world.territory.is_open else 0
    if world.holder[index] in open_to:
        return toll
    if not any(f.traits.coalition and attackable(world, f, index) for f in world.factions):
        return None
    return toll + _conquest(world, index)


def _conquest(world: World, index: int) -> int:
    """What taking a unit adds."""
    holder = world.holder[index]
    defenders = 0 if holder is None else presence(holder, index)
    return (
        CONQUEST_KM
        + KM_PER_100 * min(defenders, DEFENDERS_MOST) // 100
        + int(STRIKE_KM * _risk(world, index))
    )


def _risk(world: World, unit: int) -> float:
    """The largest chance of a strike that a member of the coalition expects in a unit."""
    risk = 0.0
    for g in world.factions:
        if g.line_place is not None and g.ground.line_share[unit] > 0.0:
            for f in world.factions:
                if f.traits.coalition and draws_line(world, g, f):
                    risk = max(risk, f.perceived[g] * g.ground.line_share[unit])
    return risk


def appraise(world: World, f: Faction) -> None:
    """Value every unit, and see what lies beyond the front."""
    units = len(world.board.units)
    value, cost = [0.0] * units, [0.0] * units
    for name, weight in f.weights.items():
        if name in PRIZES:
            PRIZES[name](world, f, weight, value)
        else:
            COSTS[name](world, f, weight, cost)
    if world.choices["towns"]:
        for place in world.board.places:
            u = place.index
            willing = place.playable and f.ground.willing[u] > 0.0
            if willing and u not in f.friendly and place.hex_of in f.friendly:
                value[u] += world.inputs["pocket_worth"]
    f.worth = [max(0, min(int(v * STEPS), MOST)) for v in value]
    f.cost = [min(int(v * STEPS), MOST) for v in cost]
    look_ahead(world, f)


def look_ahead(world: World, f: Faction) -> None:
    """Fill `reach`: how far the best prize seems that is entered through a unit.

    A prize seems further away than it is by the distance over which the pull of the best would
    fall to the prize's own.
    """
    willing = f.ground.willing
    ahead = [
        unit.index
        for unit in world.board.units
        if unit.playable and unit.index not in f.friendly and willing[unit.index] > 0.0
    ]
    best = max((f.worth[unit] for unit in ahead), default=0)
    f.best = best / STEPS
    f.reach = {}
    if best > 0:
        toll: list[int | None] = [None] * len(world.board.units)
        for unit in ahead:
            toll[unit] = 0
        prizes = {u: MAKES_UP[best] - MAKES_UP[f.worth[u]] for u in ahead if f.worth[u] > 0}
        f.reach = distances(world.board.units, prizes, toll, REACH_KM)


def pull(f: Faction, unit: int) -> float:
    """Value of attacking a unit: the prizes it leads to, less what the attack would cost."""
    if unit not in f.reach:
        return 0.0
    gain = f.best * math.exp(-f.reach[unit] / HORIZON_KM)
    return float(gain * f.ground.willing[unit] - f.cost[unit] / STEPS)
