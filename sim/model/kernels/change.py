"""Dated changes: what a day's decree does to forces, ground and campaigns before anyone decides."""

from __future__ import annotations

import math

import numpy as np

from sim.jit import kernel
from sim.model.kernels.control import BREACH, CLOSED, CUT_OFF, OPEN, fall_back, learn, slip_out
from sim.model.kernels.muster import stand_down
from sim.model.kernels.perceive import passable
from sim.model.state import FAR, FREE, NOBODY, one


@kernel
def _scaled(n, factor):  # type: ignore[no-untyped-def]
    """A number times a factor, to the nearest whole number, halves up."""
    return np.int64(math.floor(n * factor + 0.5))


@kernel
def change_force(state, place, around, f, factor, add):  # type: ignore[no-untyped-def]
    """Scale the force of f at a place and in the hex around it, then add to its garrison.

    In every world: its garrisons in the place and its hex are `_scaled`; so are army and `raised`
    of campaigns, in any phase but free, that are `at` one of them, and one whose army is then 0
    ends. Then `add` fighters join the garrison of the place. `joined` rises by the sum of what
    came, less what went: who goes has not been lost.

    Args:
        state: a batch of worlds (`State`).
        place: unit of the place.
        around: its hex.
        f: the faction.
        factor: on the force.
        add: fighters.
    """
    for w in range(state.holder.shape[0]):
        world = one(state, w)
        came = np.int64(add)
        for i in range(1 if around == place else 2):
            unit = around if i else place
            n = np.int64(world.force[f, unit])
            world.force[f, unit] = _scaled(n, factor)
            came += world.force[f, unit] - n
        for k in range(world.campaign.shape[1]):
            c = world.campaign[f, k]
            if c.phase != FREE and c.at in (place, around):
                n = np.int64(c.army)
                c.army, c.raised = _scaled(n, factor), _scaled(c.raised, factor)
                came += c.army - n
                if c.army == 0:
                    c.phase = FREE
                    c.tied = c.stroke = False
        world.force[f, place] += add
        world.side[f].joined += came


@kernel
def change_holder(state, geo, rules, place, h, day):  # type: ignore[no-untyped-def]
    """Give a place to h (NOBODY for none), and the hex around it where both had one holder.

    Nothing happens where h holds it already. Holders are set first, of both; then for place and hex
    in order what is made of it (`_hear`), and then who has to leave does (`_make_way`).

    Args:
        state: a batch of worlds (`State`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        place: unit of the place.
        h: the new holder.
        day: days since the origin.
    """
    around = geo.unit[place].hex_of
    for w in range(state.holder.shape[0]):
        world = one(state, w)
        was = np.int64(world.holder[place])
        if was == h:
            continue
        follows = around != place and world.holder[around] == was
        world.holder[place] = h
        if follows:
            world.holder[around] = h
        _hear(world, geo, rules, h, place, day)
        if follows:
            _hear(world, geo, rules, h, around, day)
        _make_way(world, geo, was, h, place)
        if follows:
            _make_way(world, geo, was, h, around)


@kernel
def _hear(world, geo, rules, h, unit, day):  # type: ignore[no-untyped-def]
    """What is made of a unit that is now h's, until factions look again; fights there begin anew.

    In order of factions g: one that had the use of the unit and has it no longer learns that it is
    closed (`control.learn`); if g watches h and its guard_weight there is at least BREACH, `breach`
    is today at the latest; campaigns of g with that target have progress 0. Then h, if it did not
    have the use of it, learns that it is open: its supply is 0 at a depot, else the least, over
    neighbours that it has supply in, of that supply plus the cost of the edge.
    """
    for g in range(world.side.size):
        if world.friendly[g, unit] and not passable(world, g, unit):
            learn(world, geo, g, unit, CLOSED, CUT_OFF)
        if h != NOBODY and rules.relation[g, h].watches and rules.guard_weight[g, unit] >= BREACH:
            world.side[g].breach = min(world.side[g].breach, day)
        for k in range(world.campaign.shape[1]):
            if world.campaign[g, k].target == unit:
                world.campaign[g, k].progress = 0.0
    if h == NOBODY or world.friendly[h, unit]:
        return
    km = np.int64(0 if rules.depot[h, unit] else FAR)
    for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
        v = geo.edge[e].to
        if world.supply[h, v] < FAR:
            km = min(km, np.int64(world.supply[h, v] + geo.edge[e].cost))
    learn(world, geo, h, unit, OPEN, np.int32(km))  # as supply is kept: compiled already


@kernel
def _make_way(world, geo, was, h, unit):  # type: ignore[no-untyped-def]
    """Whom h fights falls back or is lost; where nobody comes, the last holder's garrison goes."""
    if h != NOBODY:
        fall_back(world, geo, h, unit)
    elif was >= 0:
        slip_out(world, geo, was, unit)


@kernel
def disband(state, rules):  # type: ignore[no-untyped-def]
    """Armies of campaigns that a faction may no longer have stand down, sieges left out.

    Args:
        state: a batch of worlds (`State`).
        rules: what the scenario fixes (`Rules`).
    """
    for w in range(state.holder.shape[0]):
        world = one(state, w)
        for f in range(world.side.size):
            for k in range(rules.faction[f].campaigns, world.campaign.shape[1]):
                c = world.campaign[f, k]
                if c.phase != FREE and not c.tied:
                    stand_down(world, f, k)
