"""Who is stronger in a fight: effective strengths, and the odds that follow.

Strengths are whole numbers (fighters x thousandths), so that sums over factions do not depend on
their order. The odds are Tullock's contest success function a^m / (a^m + d^m) (Tullock 1980;
Hirshleifer 1989): m log(a / d) plus a logistic draw is above 0 with just that chance, so the draw,
made once when a fight begins, is its luck for as long as it lasts.
"""

from __future__ import annotations

import math

from sim.jit import kernel
from sim.model.inputs import DEFENCE, POWER, SUPPLY_KM, URBAN_DEFENCE
from sim.model.kernels.perceive import hostile_to, presence
from sim.model.state import FAR

CUT_OFF_WORTH = 0.7  # of a force without supply


@kernel
def supply_factor(world, f, unit):  # type: ignore[no-untyped-def]
    """Share of its strength that a force keeps so far from its depots."""
    km = world.supply[f, unit]
    if km >= FAR:
        return CUT_OFF_WORTH
    return max(CUT_OFF_WORTH, math.exp(-km / world.inputs[SUPPLY_KM]))


@kernel
def attack_strength(world, rules, f, fighters, unit):  # type: ignore[no-untyped-def]
    """Effective strength of fighters of f that attack from a unit, before air support."""
    return int(fighters * rules.faction[f].quality * supply_factor(world, f, unit))


@kernel
def cover(world, geo, unit):  # type: ignore[no-untyped-def]
    """Worth of a prepared position in a unit."""
    return world.inputs[URBAN_DEFENCE] if geo.unit[unit].town else world.inputs[DEFENCE]


@kernel
def defence_strength(world, geo, rules, f, unit):  # type: ignore[no-untyped-def]
    """Effective strength that meets f in a unit: who is there, and help from beside it.

    Garrisons of the places of a hex defend its countryside in full, those next to a unit with
    the share `response`.
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
    """Share of the contest that goes to the attacker, 0 to 1."""
    if defence <= 0:
        return 1.0
    if attack <= 0:
        return 0.0
    return 1.0 / (1.0 + math.exp(-(world.inputs[POWER] * math.log(attack / defence) + luck)))
