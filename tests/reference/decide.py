"""Decide: campaigns to begin, and where armies on the march turn.

Quantal response (McKelvey and Palfrey 1995): the option with the largest rationality x value + a
Gumbel number of its own. Waiting has value 0. Plans and first targets have luck of their day; a
fight, and a turn on the march, has that of how many the faction had there before.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.reference.appraise import STEPS, pull
from tests.reference.contest import attack_strength, defence_strength, odds
from tests.reference.luck import CHOICE, DURATION, LUCK, PLAN, TURN, both
from tests.reference.muster import (
    ARMY_LEAST,
    at_hand,
    call_up,
    muster,
    set_out,
    stand_down,
    uncommitted,
)
from tests.reference.perceive import enemies_beside
from tests.reference.terms import ATTACKING, DONE, FREE, GATHERING, HOSTILE, SEEKING, Campaign

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.reference.faction import Faction
    from tests.reference.world import World

FORCE_RATIO = 3.0  # attackers wanted for each effective defender
ODDS_LEAST = 0.4  # odds below which nobody sets out
NO_UNIT = 0  # key of what has no unit


def attackable(world: World, f: Faction, unit: int) -> bool:
    """Whether f would fight for a unit: nobody's ground, or an enemy's."""
    if not world.board.units[unit].playable or f.ground.willing[unit] <= 0.0:
        return False
    holder = world.holder[unit]
    if holder is None:
        return unit not in world.neutral
    return holder is not f and f.stance[holder] == HOSTILE


def staging_for(world: World, f: Faction, unit: int) -> int | None:
    """The unit beside it that f attacks from: the nearest to its supply."""
    beside = [v for v, _ in world.board.units[unit].beside if v in f.friendly and v in f.supply]
    return min(beside, key=lambda v: f.supply[v], default=None)


def value_of_holding(world: World, f: Faction, unit: int) -> float:
    """Worth of its own unit times how far the enemies beside it outnumber its garrison."""
    if f.worth[unit] <= 0 or all(v in f.friendly for v, _ in world.board.units[unit].beside):
        return 0.0
    threat, garrison = enemies_beside(world, f, unit), at_hand(f, unit)
    if threat <= garrison:
        return 0.0
    return f.worth[unit] / STEPS * (threat - garrison) / (threat + garrison)


def hopeful(world: World, f: Faction, unit: int, most: int) -> bool:
    """Whether f could attack a unit with a chance, if `most` fighters gathered beside it."""
    staging = staging_for(world, f, unit)
    if staging is None:
        return False
    strength = attack_strength(world, f, most, staging)
    return odds(world, strength, defence_strength(world, f, unit)) >= ODDS_LEAST


def respond(
    world: World, f: Faction, values: dict[int, float], luck: Callable[[int | None], float]
) -> int | None:
    """The quantal response among units of some value, and waiting (None)."""
    lam = f.traits.rationality * world.inputs["rationality"]

    def score(unit: int | None) -> float:
        return float(lam * (0.0 if unit is None else values[unit]) + luck(unit))

    return max([None, *(unit for unit, value in values.items() if value > 0.0)], key=score)


def choose_start(world: World, f: Faction, slot: int) -> int | None:
    """The unit to take or, if it is f's, to hold with a new army; None to wait."""
    most = uncommitted(f)
    if most < ARMY_LEAST:
        return None
    values = {}
    for unit, holder in enumerate(world.holder):
        if holder is f:
            values[unit] = value_of_holding(world, f, unit)
        elif attackable(world, f, unit) and hopeful(world, f, unit, most):
            values[unit] = pull(f, unit)

    def luck(unit: int | None) -> float:
        key = NO_UNIT if unit is None else world.board.units[unit].key
        return world.luck.gumbel(CHOICE, world.day, f.key, key, slot)

    return respond(world, f, values, luck)


def choose_next(world: World, f: Faction, c: Campaign) -> int | None:
    """The unit beside it that an army on the march turns to; None if there is none."""
    strength = attack_strength(world, f, c.army, c.at)
    values = {}
    for unit, _ in world.board.units[c.at].beside:
        if attackable(world, f, unit):
            if odds(world, strength, defence_strength(world, f, unit)) >= ODDS_LEAST:
                values[unit] = pull(f, unit)
    turn, here = f.turns[c.at], world.board.units[c.at].key
    f.turns[c.at] += 1

    def luck(unit: int | None) -> float:
        if unit is None:
            return world.luck.gumbel(TURN, turn, f.key, here, 0)
        return world.luck.gumbel(TURN, turn, f.key, both(world.board.units[unit].key, here), 1)

    return respond(world, f, values, luck)


def number_fight(world: World, f: Faction, c: Campaign) -> None:
    """Number the fight that begins for the target of a campaign, and draw its luck."""
    c.number = f.fights[c.target]
    f.fights[c.target] += 1
    c.luck = world.luck.logistic(LUCK, c.number, f.key, world.board.units[c.target].key)


def engage(world: World, f: Faction, c: Campaign, unit: int) -> None:
    """Begin the fight for a unit; its luck is drawn now and lasts."""
    c.phase, c.target, c.progress, c.fresh = ATTACKING, unit, 0.0, True
    number_fight(world, f, c)


def begin(world: World, f: Faction, slot: int, unit: int) -> None:
    """Gather an army to take or to hold a unit; nothing happens when too few can come."""
    hold, met = world.holder[unit] is f, 0
    staging = unit if hold else staging_for(world, f, unit)
    if staging is None:
        return
    if hold:
        wanted = enemies_beside(world, f, unit) - at_hand(f, unit)
    else:
        met = defence_strength(world, f, unit)
        each = attack_strength(world, f, 1000, staging) / 1000.0
        share = f.usable // max(f.traits.campaigns, 1)
        wanted = max(int(FORCE_RATIO * met / max(each, 1.0)), share)
    wanted = min(wanted, uncommitted(f))
    if wanted < ARMY_LEAST:
        return
    coming, km = muster(world, f, staging, wanted)
    army = sum(coming.values())
    if army < ARMY_LEAST:
        return
    if not hold and odds(world, attack_strength(world, f, army, staging), met) < ODDS_LEAST:
        return
    call_up(f, coming)
    days = -(-km // f.traits.mobility)
    u = world.luck.uniform(DURATION, world.day, f.key, world.board.units[unit].key, slot)
    c = f.campaigns[slot]
    c.phase, c.fresh, c.army, c.raised = GATHERING, True, army, army
    c.at, c.target, c.ready = staging, unit, world.day + days
    c.until = c.ready + int(f.traits.campaign_days * (0.5 + u))


def decide(world: World, f: Faction) -> None:
    """One day's decisions; other factions see nothing of them yet."""
    plan_chance = 1.0 - math.exp(-world.inputs["initiative"] * f.traits.plan_rate)
    for slot, c in enumerate(f.campaigns[: f.traits.campaigns]):
        if c.phase == FREE:
            u = world.luck.uniform(PLAN, world.day, f.key, NO_UNIT, slot)
            if u < plan_chance:
                unit = choose_start(world, f, slot)
                if unit is not None:
                    begin(world, f, slot, unit)
        elif c.phase == SEEKING:
            unit = None
            if world.day < c.until and c.army >= ARMY_LEAST:
                unit = choose_next(world, f, c)
            if unit is None:
                c.phase = DONE
            else:
                engage(world, f, c, unit)


def move(world: World) -> None:
    """What was decided today begins: armies gather, set out, join a garrison or stand down."""
    for f in world.factions:
        if f.called:
            set_out(f)
        for c in f.campaigns:
            if c.phase == GATHERING:
                c.fresh = False
            if c.phase == DONE:
                stand_down(f, c)
            elif c.phase == GATHERING and world.day >= c.ready:
                if attackable(world, f, c.target):
                    engage(world, f, c, c.target)
                else:
                    stand_down(f, c)
            elif c.phase == ATTACKING and not attackable(world, f, c.target):
                c.phase = SEEKING
