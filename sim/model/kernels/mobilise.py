"""Mobilise: recruits and losses, reinforcement of what is guarded, help to allies, hunger."""

from __future__ import annotations

import math

import numpy as np

from sim.jit import kernel
from sim.model.inputs import CUT_OFF, RECRUITMENT, RECRUITS
from sim.model.kernels.perceive import passable
from sim.model.state import FAR
from sim.rng import FIRST, INTAKE, SECOND, SIEGE, THIRD, TRANSFER, round_randomly

DEPOTS, GUARDED = np.arange(2)
# Inferred: what a ceasefire line can spare without giving itself away; ten days move all of it.
SPARE_RATE = 0.1  # a day, share of its fighters on the border that a faction passes on at most
NOWHERE = np.uint64(0)


@kernel
def _receives(world, rules, f, unit, kind):  # type: ignore[no-untyped-def]
    """Whether a unit is a depot (or guarded place, by `kind`) of f that f may use (`passable`)."""
    wanted = rules.depot[f, unit] if kind == DEPOTS else rules.ground[f, unit].guarded
    return wanted and passable(world, f, unit)


@kernel
def _share_out(world, rules, f, n, kind):  # type: ignore[no-untyped-def]
    """Divide n fighters of f evenly over its depots or guarded places in use; those placed.

    Each gets n // places, the first n % places of them, in the order of units, one more. Without
    such a place nobody is placed.
    """
    places, order = 0, world.scratch.order
    for unit in range(world.holder.size):
        if _receives(world, rules, f, unit, kind):
            order[places] = unit
            places += 1
    if places == 0:
        return 0
    each, rest = n // places, n % places
    for i in range(places):
        world.force[f, order[i]] += each + (1 if rest > 0 else 0)
        rest -= 1
    return n


@kernel
def recruit(world, geo, rules, day, days):  # type: ignore[no-untyped-def]
    """Intake of each faction, and the shared pool of recruits divided by need.

    1. The claim of a faction is `_want`; the pool is shared_recruits_per_month / 30 * days.
    2. coming = (intake * days + pool * want / sum of wants) * recruitment, the pool's part only if
       the sum is above 0. `intake` a day is the faction's, `recruitment` an input.
    3. n is `coming` rounded randomly (INTAKE, day, key of f, unit 0, FIRST).
    4. If n is negative, so many desert (`_desert`). Else `joined` rises by n, and n plus the
       reserve is divided over the depots in use (`_share_out`); who cannot be placed is the new
       reserve.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        day: days since the origin.
        days: days of the tick.
    """
    wanted = 0.0
    for f in range(world.side.size):
        wanted += _want(world, rules, f)
    for f in range(world.side.size):
        coming = world.side[f].intake * days
        if wanted > 0.0:
            pool = world.inputs[RECRUITS] / 30.0 * days
            coming += pool * _want(world, rules, f) / wanted
        key = rules.faction[f].key
        coming *= world.inputs[RECRUITMENT]
        n = round_randomly(coming, world.key, INTAKE, day, key, NOWHERE, FIRST)
        if n < 0:
            _desert(world, geo, f, -n, day, key)
            continue
        world.side[f].joined += n
        n += world.side[f].reserve
        world.side[f].reserve = n - _share_out(world, rules, f, n, DEPOTS)


@kernel
def _desert(world, geo, f, n, day, key):  # type: ignore[no-untyped-def]
    """About n fighters of f leave its garrisons, each its share, and count as `lost`.

    Of each garrison, garrison * min(1, n / max(sum of garrisons, 1)) rounded randomly (INTAKE, day,
    key of f, key of the unit, THIRD), no more than there are. Armies do not desert.
    """
    standing = 0
    for unit in range(world.holder.size):
        standing += world.force[f, unit]
    share = min(1.0, n / max(standing, 1))
    for unit in range(world.holder.size):
        there = world.force[f, unit]
        if there > 0:
            gone = round_randomly(
                there * share, world.key, INTAKE, day, key, geo.unit[unit].key, THIRD
            )
            world.force[f, unit] -= min(gone, there)
            world.side[f].lost += min(gone, there)


@kernel
def _want(world, rules, f):  # type: ignore[no-untyped-def]
    """Claim of f on the shared recruits: int(share * 1000) * (1 + lost), lost since the origin.

    `share` is its entry in `rules.shared_recruits`. Whole thousandths, so that the sum has no
    order.
    """
    return float(int(rules.faction[f].recruits * 1000.0) * (1 + world.side[f].lost))


@kernel
def reinforce(world, geo, rules, day, days):  # type: ignore[no-untyped-def]
    """While its posture is raised, a faction sends reinforcement to the places it guards.

    For each f whose posture towards anyone is raised and that has some of its `reinforcement` left:
    reinforcement / reinforcement_days * days, rounded randomly (INTAKE, day, key of f, unit 0,
    SECOND), no more than are left, are divided over its guarded places in use (`_share_out`).
    `surged` and `joined` rise by those placed.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        day: days since the origin.
        days: days of the tick.
    """
    for f in range(world.side.size):
        faction = rules.faction[f]
        left = faction.reinforcement - world.side[f].surged
        raised = False
        for g in range(world.side.size):
            raised = raised or world.pair[f, g].posture
        if left <= 0 or not raised:
            continue
        coming = faction.reinforcement / faction.reinforcement_days * days
        n = round_randomly(coming, world.key, INTAKE, day, faction.key, NOWHERE, SECOND)
        n = _share_out(world, rules, f, min(n, left), GUARDED)
        world.side[f].surged += n
        world.side[f].joined += n


@kernel
def support_ally(world, geo, rules, day, days):  # type: ignore[no-untyped-def]
    """Fighters pass to the partner in proportion to the share of the border that is held.

    For each f with a partner g: of the hexes of its border (`border`), `length` in all, f holds
    `held`. Nothing passes if there are none, or held < unlock * length. Else transfer * days * held
    / length, rounded randomly (TRANSFER, day, key of f, unit 0, FIRST), no more than int(there * (1
    - exp(-SPARE_RATE * days))), `there` being the garrisons of f on the border, arrive at the
    depots of g in use (`_share_out`). So many leave the border garrisons, in the order of units,
    each as far as it goes. `given` of f rises by them.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        day: days since the origin.
        days: days of the tick.
    """
    for f in range(world.side.size):
        faction = rules.faction[f]
        g = faction.partner
        if g < 0:
            continue
        held, length, there = 0, 0, 0
        for unit in range(world.holder.size):
            if rules.ground[f, unit].border:
                length += 1
                held += world.holder[unit] == f
                there += world.force[f, unit]
        if length == 0 or held < faction.unlock * length:
            continue
        wish = faction.transfer * days * held / length
        n = round_randomly(wish, world.key, TRANSFER, day, faction.key, NOWHERE, FIRST)
        most = int(there * (1.0 - math.exp(-SPARE_RATE * days)))
        n = _share_out(world, rules, g, min(n, most), DEPOTS)
        world.side[f].given += n
        for unit in range(world.holder.size):
            if rules.ground[f, unit].border:
                part = min(n, world.force[f, unit])
                world.force[f, unit] -= part
                n -= part


@kernel
def starve(world, geo, rules, day, days):  # type: ignore[no-untyped-def]
    """Garrisons without supply lose a share a day, less what an airlift saves.

    Each garrison of f in a unit in which its supply is FAR loses garrison * cut_off_loss * (1 -
    airlift) * days, rounded randomly (SIEGE, day, key of f, key of the unit, FIRST), no more than
    there are, counted as `lost`. `cut_off_loss` is an input, `airlift` of the faction. Armies do
    not starve.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        day: days since the origin.
        days: days of the tick.
    """
    for f in range(world.side.size):
        share = world.inputs[CUT_OFF] * (1.0 - rules.faction[f].airlift) * days
        key = rules.faction[f].key
        for unit in range(world.holder.size):
            n = world.force[f, unit]
            if n > 0 and world.supply[f, unit] >= FAR:
                loss = round_randomly(
                    n * share, world.key, SIEGE, day, key, geo.unit[unit].key, FIRST
                )
                world.force[f, unit] -= min(loss, n)
                world.side[f].lost += min(loss, n)
