"""Fight: one day of attrition, ground gained, withdrawal and breaking off.

A mixed Lanchester law (1916): losses of coefficient x sqrt(attackers x defenders). All fights of a
day see the strengths of its morning.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.oracle.contest import attack_strength, cover, defence_strength, odds
from tests.oracle.luck import BREAK_OFF, ROUND_ATTACK, ROUND_DEFEND, WITHDRAW, both
from tests.oracle.muster import stand_down
from tests.oracle.perceive import at_war, enemies_at, passable
from tests.oracle.terms import ATTACKING, IN_THE_FIELD, TOLERATE, Campaign

if TYPE_CHECKING:
    from tests.oracle.faction import Faction
    from tests.oracle.world import World

FRONT_RATIO, FRONT_LEAST = 8, 1000  # attackers engaged: 8 for each defender, plus 1,000
LIGHT, LIGHT_PLACE = 150.0, 30.0  # defenders at which ground counts 1/e as open
ENTER_KM_DAY = 5.0  # into a place that nobody defends
BREAK_CHANCE, WITHDRAW_CHANCE = 0.1, 0.15  # a day
BROKEN = 0.5  # share of its first strength under which an army breaks off


@dataclass(slots=True)
class Fight:
    """An army that attacks a unit today."""

    attacker: Faction
    slot: int
    campaign: Campaign
    lean: float = 0.0  # odds
    gain: float = 0.0  # km


@dataclass(slots=True)
class Loss:
    """Fighters to be lost by a garrison (no campaign) or an army."""

    faction: Faction
    campaign: Campaign | None
    unit: int
    fighters: int


def fight(world: World) -> None:
    """One day of every fight."""
    fights = [
        Fight(f, slot, c)
        for f in world.factions
        for slot, c in enumerate(f.campaigns)
        if c.phase == ATTACKING
    ]
    need = air_requests(world, fights)
    losses = [loss for one in fights for loss in exchange(world, fights, need, one)]
    for loss in losses:
        suffer(loss)
    leaving: dict[int, tuple[Faction, int, int]] = {}
    for one in fights:
        one.campaign.progress += one.gain
        withdraw(world, one, leaving)
    for unit, (g, out, n) in leaving.items():
        g.garrison[unit] -= n
        g.garrison[out] += n
    for one in fights:
        break_off(world, one)


def air_requests(world: World, fights: list[Fight]) -> list[int]:
    """The enemy fighters against whom each air power is asked for help."""
    need = [0] * len(world.air)
    for one in fights:
        target = one.campaign.target
        holder = world.holder[target]
        for a, power in enumerate(world.air):
            if power.backs[one.attacker.index] > 0.0:
                need[a] += enemies_at(world, one.attacker, target)
            if holder is not None and power.defends[holder.index]:
                need[a] += one.campaign.army
    return need


def air_support(world: World, need: list[int], f: Faction, defending: bool) -> float:
    """Factor on the strength of f from the best air power that backs it, shared by need."""
    best = 0.0
    for a, power in enumerate(world.air):
        share = power.backs[f.index]
        if share > 0.0 and (power.defends[f.index] or not defending):
            wants = need[a] * world.inputs["air_weapons"] / 1000.0
            granted = 1.0 if wants <= 0.0 else min(1.0, world.capacity[a] / wants)
            best = max(best, share * granted)
    return 1.0 + world.inputs["air_bonus"] * best


def side_strength(world: World, fights: list[Fight], need: list[int], f: Faction, unit: int) -> int:
    """Effective strength of all who attack a unit together with f."""
    total = 0
    for one in fights:
        g, c = one.attacker, one.campaign
        if c.target == unit and (g is f or f.stance[g] <= TOLERATE):
            own = attack_strength(world, g, c.army, c.at)
            total += int(own * air_support(world, need, g, defending=False))
    return total


def speed(world: World, index: int, fighters: int) -> float:
    """Kilometres a day through a unit with so many defenders, if the contest leans fully."""
    unit, inputs = world.board.units[index], world.inputs
    prepared = inputs["prepared_km_week"]
    if unit.is_place:
        slow = (inputs["urban_km_week"] if unit.town else prepared) / 7.0
        pace = slow + (ENTER_KM_DAY - slow) * math.exp(-fighters / LIGHT_PLACE)
    else:
        light = math.exp(-fighters * world.setup.hex_scale / LIGHT)
        pace = (prepared + (inputs["open_km_week"] - prepared) * light) / 7.0 * unit.rough
    return pace * inputs["tempo_drift"] * inputs["tempo"] * world.pace


def exchange(world: World, fights: list[Fight], need: list[int], one: Fight) -> list[Loss]:
    """One day of one fight: its odds, the ground gained, and the losses of both sides."""
    f, c = one.attacker, one.campaign
    unit, holder = c.target, world.holder[c.target]
    met = defence_strength(world, f, unit)
    if holder is not None:
        met = int(met * air_support(world, need, holder, defending=True))
    one.lean = odds(world, side_strength(world, fights, need, f, unit), met, c.luck)
    there = enemies_at(world, f, unit)
    one.gain = speed(world, unit, there) * math.sqrt(max(0.0, 2.0 * one.lean - 1.0))
    if there == 0:
        return []
    root = math.sqrt(float(min(c.army, FRONT_RATIO * there + FRONT_LEAST)) * there)
    root *= world.inputs["attrition"]
    own = world.inputs["attacker_loss"] * root * cover(world, unit)
    air = air_support(world, need, f, defending=False)
    theirs = world.inputs["defender_loss"] * root * air / cover(world, unit)
    key = world.board.units[unit].key
    n = world.luck.round(own, ROUND_ATTACK, world.day, f.key, key, one.slot)
    return [Loss(f, c, unit, n), *defenders_losses(world, one, theirs, there)]


def defenders_losses(world: World, one: Fight, loss: float, there: int) -> list[Loss]:
    """The loss shared by the garrisons and armies in a unit, each by its numbers."""
    unit = one.campaign.target
    key = world.board.units[unit].key
    shared = []
    for g in world.factions:
        if not at_war(one.attacker, g):
            continue
        bodies: list[tuple[Campaign | None, int, int]] = [(None, 0, g.garrison[unit])]
        bodies += [
            (c, slot + 1, c.army)
            for slot, c in enumerate(g.campaigns)
            if c.at == unit and c.phase in IN_THE_FIELD
        ]
        for c, body, n in bodies:
            if n > 0:
                part = world.luck.round(
                    loss * n / there, ROUND_DEFEND, world.day, both(one.attacker.key, g.key), key,
                    body * 8 + one.slot,
                )  # fmt: skip
                shared.append(Loss(g, c, unit, part))
    return shared


def suffer(loss: Loss) -> None:
    """Take a loss, no more than there are."""
    if loss.campaign is None:
        n = min(loss.fighters, loss.faction.garrison[loss.unit])
        loss.faction.garrison[loss.unit] -= n
    else:
        n = min(loss.fighters, loss.campaign.army)
        loss.campaign.army -= n
    loss.faction.lost += n


def way_out(world: World, g: Faction, unit: int) -> int | None:
    """The unit beside it that g can fall back to, nearest to its supply."""
    beside = world.board.units[unit].beside
    ways = [v for v, _ in beside if v in g.supply and passable(world, g, v)]
    return min(ways, key=lambda v: g.supply[v], default=None)


def withdraw(world: World, one: Fight, leaving: dict[int, tuple[Faction, int, int]]) -> None:
    """The holder's garrison may leave the unit that is attacked."""
    target = one.campaign.target
    unit, g = world.board.units[target], world.holder[target]
    if g is None or unit.city or g.garrison[target] == 0 or target in leaving:
        return
    if 1.0 - one.lean >= g.traits.withdraw:
        return
    u = world.luck.uniform(WITHDRAW, world.day, g.key, unit.key)
    out = way_out(world, g, target)
    if u < WITHDRAW_CHANCE and out is not None:
        leaving[target] = g, out, g.garrison[target]


def break_off(world: World, one: Fight) -> None:
    """An army that is losing, late or worn down gives up; a siege from before goes on."""
    f, c = one.attacker, one.campaign
    unit = world.board.units[c.target]
    losing = one.lean < 0.5 and not c.tied
    late = world.day > c.until and not unit.town
    tired = (losing or late) and (
        world.luck.uniform(BREAK_OFF, world.day, f.key, unit.key, one.slot) < BREAK_CHANCE
    )
    if tired or c.army < BROKEN * c.raised:
        stand_down(f, c)
