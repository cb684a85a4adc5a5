"""Mobilise: recruits and losses, reinforcement of what is guarded, help to allies, hunger."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tests.oracle.luck import INTAKE, SIEGE, TRANSFER
from tests.oracle.perceive import passable

if TYPE_CHECKING:
    from tests.oracle.faction import Faction
    from tests.oracle.world import World

SPARE_RATE = 0.1  # a day, share of its fighters on the border that a faction passes on at most
NO_UNIT = 0


def share_out(world: World, f: Faction, n: int, places: Iterable[int]) -> int:
    """Divide n fighters of f evenly over those of some places that it can use; those placed."""
    usable = [unit for unit in places if passable(world, f, unit)]
    if not usable:
        return 0
    each, rest = divmod(n, len(usable))
    for i, unit in enumerate(usable):
        f.garrison[unit] += each + (1 if i < rest else 0)
    return n


def want(f: Faction) -> int:
    """Claim on the shared recruits: its share times its losses so far."""
    return int(f.traits.recruits * 1000.0) * (1 + f.lost)


def recruit(world: World, day: int, days: int) -> None:
    """Intake, and the shared pool of recruits divided by need; or desertion."""
    pool = world.inputs["shared_recruits_per_month"] / 30.0 * days
    wanted = sum(want(f) for f in world.factions)
    for f in world.factions:
        coming = f.intake * days
        if wanted > 0:
            coming += pool * want(f) / wanted
        coming *= world.inputs["recruitment"]
        n = world.luck.round(coming, INTAKE, day, f.key, NO_UNIT)
        if n < 0:
            desert(world, f, -n, day)
        else:
            f.joined += n
            n += f.reserve
            f.reserve = n - share_out(world, f, n, f.depots)


def desert(world: World, f: Faction, n: int, day: int) -> None:
    """About n fighters leave the garrisons, each its share."""
    share = min(1.0, n / max(sum(f.garrison), 1))
    for unit in world.board.units:
        there = f.garrison[unit.index]
        if there > 0:
            gone = world.luck.round(there * share, INTAKE, day, f.key, unit.key, 2)
            f.garrison[unit.index] -= min(gone, there)
            f.lost += min(gone, there)


def reinforce(world: World, day: int, days: int) -> None:
    """While its posture is raised a faction sends reinforcement to the places it guards."""
    for f in world.factions:
        left = f.traits.reinforcement - f.surged
        if left > 0 and any(f.posture.values()):
            coming = f.traits.reinforcement / f.traits.reinforcement_days * days
            n = world.luck.round(coming, INTAKE, day, f.key, NO_UNIT, 1)
            n = share_out(world, f, min(n, left), f.guarded)
            f.surged += n
            f.joined += n


def support_ally(world: World, day: int, days: int) -> None:
    """Fighters pass to the partner in proportion to the share of the border that is held."""
    for f in world.factions:
        if f.partner is None or not f.border:
            continue
        held = sum(world.holder[unit] is f for unit in f.border)
        if held < f.traits.unlock * len(f.border):
            continue
        wish = f.traits.transfer * days * held / len(f.border)
        n = world.luck.round(wish, TRANSFER, day, f.key, NO_UNIT)
        there = sum(f.garrison[unit] for unit in f.border)
        most = int(there * (1.0 - math.exp(-SPARE_RATE * days)))
        n = share_out(world, f.partner, min(n, most), f.partner.depots)
        f.given += n
        for unit in f.border:
            part = min(n, f.garrison[unit])
            f.garrison[unit] -= part
            n -= part


def starve(world: World, day: int, days: int) -> None:
    """Garrisons without supply lose a share a day, less what an airlift saves."""
    for f in world.factions:
        share = world.inputs["cut_off_loss"] * (1.0 - f.traits.airlift) * days
        for unit in world.board.units:
            n = f.garrison[unit.index]
            if n > 0 and unit.index not in f.supply:
                loss = min(world.luck.round(n * share, SIEGE, day, f.key, unit.key), n)
                f.garrison[unit.index] -= loss
                f.lost += loss
