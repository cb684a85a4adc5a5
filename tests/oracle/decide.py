"""Decide: campaigns to begin, and where armies on the march turn.

Quantal response (McKelvey and Palfrey 1995): the option with the largest rationality x value + a
Gumbel number of its own. Waiting has value 0. Plans and first targets have luck of their day; a
fight, and a turn on the march, has that of how many the faction had there before.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.oracle.appraise import STEPS, pull
from tests.oracle.contest import attack_strength, defence_strength, odds
from tests.oracle.luck import CHOICE, DURATION, LUCK, PLAN, STROKE, TURN, both
from tests.oracle.muster import (
    ARMY_LEAST,
    at_hand,
    call_up,
    muster,
    set_out,
    stand_down,
    uncommitted,
)
from tests.oracle.perceive import at_war, attackable, enemies_beside
from tests.oracle.terms import ATTACKING, DONE, FREE, GATHERING, SEEKING, Campaign

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.oracle.faction import Faction
    from tests.oracle.world import World

FORCE_RATIO = 3.0  # attackers wanted for each effective defender
ODDS_LEAST = 0.4  # odds below which nobody sets out
TRIES = 4  # options that a plan looks at
NO_UNIT = 0  # key of what has no unit


def staging_for(world: World, f: Faction, unit: int) -> int | None:
    """The unit beside it that f attacks from: the nearest to its supply."""
    beside = [v for v, _ in world.board.units[unit].beside if v in f.friendly and v in f.supply]
    return min(beside, key=lambda v: f.supply[v], default=None)


def value_of_holding(world: World, f: Faction, unit: int) -> float:
    """Worth of its own unit times how far the enemies beside it outnumber its garrison."""
    if f.worth[unit] <= 0 or all(v in f.friendly for v, _ in world.board.units[unit].beside):
        return 0.0
    threat, garrison = enemies_beside(world, f, unit), at_hand(f, unit)
    if threat - garrison < ARMY_LEAST:
        return 0.0
    return f.worth[unit] / STEPS * (threat - garrison) / (threat + garrison)


def hopeful(world: World, f: Faction, unit: int, most: int, surprise: float) -> bool:
    """Whether f could attack a unit with a chance, if `most` fighters gathered beside it."""
    staging = staging_for(world, f, unit)
    if staging is None:
        return False
    strength = attack_strength(world, f, most, staging)
    return odds(world, strength, defence_strength(world, f, unit), surprise) >= ODDS_LEAST


def near_copy(world: World, f: Faction, unit: int) -> bool:
    """Whether a hex beside this one, also open to attack, leads f to as much or more."""
    units = world.board.units

    def rank(u: int) -> tuple[float, int]:
        return pull(f, u), units[u].key

    beside = [v for v, _ in units[unit].beside if not units[v].is_place]
    open_to = [v for v in beside if on_front(world, f, v) and attackable(world, f, v)]
    return not units[unit].is_place and any(rank(v) > rank(unit) for v in open_to)


def leads_to_place(world: World, f: Faction, unit: int) -> bool:
    """Whether a unit is a place, or the country around one that f could take from there."""
    units = world.board.units
    places = [v for v, _ in units[unit].beside if units[v].is_place]
    return units[unit].is_place or any(attackable(world, f, v) for v in places)


def on_front(world: World, f: Faction, unit: int) -> bool:
    """Whether a unit lies beside friendly ground, or if it is friendly beside other ground."""
    here = unit in f.friendly
    return any((v in f.friendly) != here for v, _ in world.board.units[unit].beside)


def respond(
    world: World, f: Faction, values: dict[int, float], luck: Callable[[int | None], float]
) -> int | None:
    """The quantal response among units of some value, and waiting (None)."""
    lam = f.traits.rationality * world.inputs["rationality"]

    def score(unit: int | None) -> float:
        return float(lam * (0.0 if unit is None else values[unit]) + luck(unit))

    return max([None, *(unit for unit, value in values.items() if value > 0.0)], key=score)


def under_way(world: World, f: Faction, slot: int) -> bool:
    """Whether a slot is an operation that was in the field at the origin."""
    return world.day == 0 and slot < f.traits.under_way and world.choices["under_way"]


def choose_start(world: World, f: Faction, slot: int, refused: set[int]) -> int | None:
    """The unit to take or, if it is f's, to hold with a new army; None to wait."""
    most, stroke, against = uncommitted(f), f.campaigns[slot].stroke, f.campaigns[slot].against
    if most < ARMY_LEAST:
        return None
    surprise = world.inputs["surprise"] if stroke else 0.0
    values = {}
    for unit, holder in enumerate(world.holder):
        if unit in refused:
            continue
        if stroke and against >= 0 and holder is not world.factions[against]:
            continue
        if holder is f:
            values[unit] = 0.0 if stroke else value_of_holding(world, f, unit)
        elif stroke and not leads_to_place(world, f, unit):
            continue
        elif attackable(world, f, unit) and hopeful(world, f, unit, most, surprise):
            if world.choices["thinning"] and near_copy(world, f, unit):
                continue
            value = pull(f, unit)
            if value > 0.0 and under_way(world, f, slot) and f.ground.lately[unit]:
                value += world.inputs["under_way_worth"]
            values[unit] = value

    def luck(unit: int | None) -> float:
        key = NO_UNIT if unit is None else world.board.units[unit].key
        return world.luck.gumbel(CHOICE, world.day, f.key, key, slot)

    return respond(world, f, values, luck)


def choose_next(world: World, f: Faction, c: Campaign) -> int | None:
    """The unit beside it that an army on the march turns to; None if there is none."""
    here = c.at
    around = world.board.units[here].hex_of
    if world.choices["towns"] and here != around and around in f.friendly:
        here = around  # through with a town, it looks on from the country around
    strength = attack_strength(world, f, c.army, here)
    surprise = world.inputs["surprise"] if c.stroke else 0.0
    values = {}
    for unit, _ in world.board.units[here].beside:
        if attackable(world, f, unit):
            met = defence_strength(world, f, unit)
            if odds(world, strength, met, surprise) >= ODDS_LEAST:
                values[unit] = pull(f, unit)
                is_place = world.board.units[unit].is_place
                if c.stroke and is_place:
                    values[unit] = max(values[unit], 0.0) + world.inputs["town_worth"]
                elif world.choices["towns"] and is_place and values[unit] > 0.0:
                    values[unit] += world.inputs["town_worth"]
    turn, key = f.turns[here], world.board.units[here].key
    f.turns[here] += 1

    def luck(unit: int | None) -> float:
        if unit is None:
            return world.luck.gumbel(TURN, turn, f.key, key, 0)
        return world.luck.gumbel(TURN, turn, f.key, both(world.board.units[unit].key, key), 1)

    return respond(world, f, values, luck)


def number_fight(world: World, f: Faction, c: Campaign) -> None:
    """Number the fight that begins for the target of a campaign, and draw its luck."""
    c.number = f.fights[c.target]
    f.fights[c.target] += 1
    c.luck = world.luck.logistic(LUCK, c.number, f.key, world.board.units[c.target].key)
    if c.stroke:
        c.luck += world.inputs["surprise"]
        c.stroke = not world.board.units[c.target].is_place


def engage(world: World, f: Faction, c: Campaign, unit: int) -> None:
    """Begin the fight for a unit; its luck is drawn now and lasts."""
    c.phase, c.target, c.progress, c.fresh = ATTACKING, unit, 0.0, True
    number_fight(world, f, c)


def begin(world: World, f: Faction, slot: int, unit: int) -> bool:
    """Gather an army to take or to hold a unit, and whether it could: too few may be to be had."""
    hold, met = world.holder[unit] is f, 0
    staging = unit if hold else staging_for(world, f, unit)
    if staging is None:
        return False
    if hold:
        wanted = enemies_beside(world, f, unit) - at_hand(f, unit)
    else:
        met = defence_strength(world, f, unit)
        each = attack_strength(world, f, 1000, staging) / 1000.0
        share = f.usable // max(f.traits.campaigns, 1)
        wanted = max(int(FORCE_RATIO * met / max(each, 1.0)), share)
    wanted = min(wanted, uncommitted(f))
    if wanted < ARMY_LEAST:
        return False
    coming, km = muster(world, f, staging, wanted)
    army = sum(coming.values())
    if army < ARMY_LEAST:
        return False
    c = f.campaigns[slot]
    surprise = world.inputs["surprise"] if c.stroke else 0.0
    strength = attack_strength(world, f, army, staging)
    if not hold and odds(world, strength, met, surprise) < ODDS_LEAST:
        return False
    call_up(f, coming)
    days = -(-km // f.traits.mobility)
    u = world.luck.uniform(DURATION, world.day, f.key, world.board.units[unit].key, slot)
    c.phase, c.fresh, c.army, c.raised = GATHERING, True, army, army
    c.at, c.target, c.ready = staging, unit, world.day + days
    if under_way(world, f, slot):
        c.ready = world.day
    c.until = c.ready + int(f.traits.campaign_days * (0.5 + u))
    return True


def plan(world: World, f: Faction, slot: int) -> None:
    """Begin a campaign if one can be: the first choice, or the next best ones."""
    refused: set[int] = set()
    for _ in range(TRIES if world.choices["next_best"] else 1):
        unit = choose_start(world, f, slot, refused)
        if unit is None or begin(world, f, slot, unit):
            break
        refused.add(unit)


def wake(world: World, f: Faction, days: int) -> None:
    """At the start of a tick: the free slots in which f opens a war, or one to strike back."""
    free = [c for c in f.campaigns[: f.traits.campaigns] if c.phase == FREE]
    enemy = next((g.index for g in world.factions if opens_war(world, f, g)), -1)
    for c in free:
        c.stroke, c.against = enemy >= 0, enemy
    if not free:
        return
    rate = world.inputs["strokes_per_year"] if world.choices["strokes"] else 0.0
    chance = 1.0 - math.exp(-rate * days / 365.0)
    enemies = sum(g.usable for g in world.factions if at_war(f, g))
    drawn = world.luck.uniform(STROKE, world.day, f.key, NO_UNIT) < chance
    if drawn and enemies > world.inputs["stroke_ratio"] * f.usable:
        free[0].stroke = True


def opens_war(world: World, f: Faction, g: Faction) -> bool:
    """Whether a war between them broke out today, and f is the stronger."""
    today = f.war_until[g] > 0 and f.war_from[g] == world.day
    return today and (f.usable, f.key) > (g.usable, g.key)


def decide(world: World, f: Faction) -> None:
    """One day's decisions; other factions see nothing of them yet."""
    plan_chance = 1.0 - math.exp(-world.inputs["initiative"] * f.traits.plan_rate)
    for slot, c in enumerate(f.campaigns[: f.traits.campaigns]):
        if c.phase == FREE:
            u = world.luck.uniform(PLAN, world.day, f.key, NO_UNIT, slot)
            if u < plan_chance or c.stroke or under_way(world, f, slot):
                plan(world, f, slot)
                c.stroke = c.stroke and c.phase == GATHERING
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
            elif c.phase == ATTACKING:
                around = world.board.units[c.at].hex_of
                if c.at != around and c.target != around:
                    c.at = around  # it has come out of a town
                if not attackable(world, f, c.target):
                    c.phase = SEEKING
