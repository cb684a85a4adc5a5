"""Who is stronger in a fight: effective strengths, and the odds that follow.

Strengths are whole numbers (fighters x quality in thousandths), so that sums over factions do not
depend on their order. The odds are Tullock's contest success function a^m / (a^m + d^m) (Tullock
1980; Hirshleifer 1989): m log(a / d) plus a logistic draw is above 0 with just that chance, so the
draw, made once when a fight begins, is its luck for as long as it lasts.
"""

from __future__ import annotations

import math

from sim.jit import kernel
from sim.model.inputs import DEFENCE, POWER, SUPPLY_KM, URBAN_DEFENCE
from sim.model.kernels.perceive import hostile_to, presence
from sim.model.state import FAR

# Inferred: shut in but fed from its own stores; the supplied share of a garrison is a rule.
CUT_OFF_WORTH = 0.7  # of a force without supply


@kernel
def supply_factor(world, f, unit):  # type: ignore[no-untyped-def]
    """Share of its strength that a force of f keeps in a unit so far from its depots.

        max(CUT_OFF_WORTH, exp(-supply / supply_km))

    and CUT_OFF_WORTH without supply (FAR); `supply_km` is an input of the world (Boulding 1962).

    Args:
        world: one world (`World`).
        f: the faction.
        unit: the unit.

    Returns:
        0 to 1.
    """
    km = world.supply[f, unit]
    if km >= FAR:
        return CUT_OFF_WORTH
    return max(CUT_OFF_WORTH, math.exp(-km / world.inputs[SUPPLY_KM]))


@kernel
def attack_strength(world, rules, f, fighters, unit):  # type: ignore[no-untyped-def]
    """Effective strength of fighters of f that attack from a unit, before air support.

        int(fighters * quality * supply_factor)

    Args:
        world: one world (`World`).
        rules: what the scenario fixes (`Rules`).
        f: the faction.
        fighters: their number.
        unit: where they attack from.

    Returns:
        Fighters x thousandths, whole.
    """
    return int(fighters * rules.faction[f].quality * supply_factor(world, f, unit))


@kernel
def cover(world, geo, unit):  # type: ignore[no-untyped-def]
    """Worth of a prepared position: the input `urban_bonus` in a town, else `defence_bonus`.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        unit: the unit.

    Returns:
        A factor.
    """
    return world.inputs[URBAN_DEFENCE] if geo.unit[unit].town else world.inputs[DEFENCE]


@kernel
def defence_strength(world, geo, rules, f, unit):  # type: ignore[no-untyped-def]
    """Effective strength that meets f in a unit: who is there, and help from beside it.

    For each faction g that is hostile to f:

    1. n is `presence` of g in the unit, plus, for each neighbour, the garrison of g there times the
       share `rules.response`; in full if the neighbour is a place and the unit is a hex, since the
       towns of a hex defend its countryside. Armies next to the unit do not help.
    2. If n is above 0, int(n * quality of g * `cover` of the unit * c) is added, c being
       CUT_OFF_WORTH if g has no supply in the unit (FAR), else 1. Distance from supply does not
       weaken a defence.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        f: the attacker.
        unit: the unit that is attacked.

    Returns:
        Fighters x thousandths, whole; before air support.
    """
    total = 0
    for g in range(world.side.size):
        if g == f or not hostile_to(world, f, g):
            continue
        n = float(presence(world, g, unit))
        for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
            v = geo.edge[e].to
            beside = world.force[g, v]
            if beside > 0:
                inside = geo.unit[v].is_place and not geo.unit[unit].is_place
                n += beside * (1.0 if inside else rules.response)
        if n > 0.0:
            strong = n * rules.faction[g].quality * cover(world, geo, unit)
            if world.supply[g, unit] >= FAR:
                strong *= CUT_OFF_WORTH
            total += int(strong)
    return total


@kernel
def odds(world, attack, defence, luck):  # type: ignore[no-untyped-def]
    """Share of the contest that goes to the attacker.

        1 / (1 + exp(-(m * ln(attack / defence) + luck)))

    m is the input `contest_power`. Without defence it is 1, else without attack 0.

    Args:
        world: one world (`World`).
        attack: effective strength.
        defence: effective strength.
        luck: log odds added.

    Returns:
        0 to 1.
    """
    if defence <= 0:
        return 1.0
    if attack <= 0:
        return 0.0
    return 1.0 / (1.0 + math.exp(-(world.inputs[POWER] * math.log(attack / defence) + luck)))
