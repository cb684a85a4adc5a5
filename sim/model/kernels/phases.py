"""The phases after the decisions, world after world, so that a world is stepped while at hand."""

from __future__ import annotations

from sim.jit import kernel
from sim.model.kernels.alarm import break_out, update_alarm
from sim.model.kernels.control import lapse, take_control
from sim.model.kernels.corridor import watch_corridor
from sim.model.kernels.decide import call, move
from sim.model.kernels.deter import deter
from sim.model.kernels.fight import fight
from sim.model.kernels.mobilise import recruit, reinforce, starve, support_ally
from sim.model.state import one


@kernel
def resolve(state, geo, rules, day, nth, last, hex_scale):  # type: ignore[no-untyped-def]
    """What follows from the decisions of a day, the nth of its tick; and who has to decide next.

    `last` is the last day before the horizon, `hex_scale` is 25 km over the size of a hex.
    """
    for w in range(state.holder.shape[0]):
        world = one(state, w)
        move(world, geo, rules, day)
        deter(world, geo, rules, day)
        fight(world, geo, rules, day, hex_scale)
        take_control(world, geo, rules, day)
        watch_corridor(world, geo, rules, day, last)
    call(state, rules, nth + 1)


@kernel
def mobilise(state, geo, rules, day, days):  # type: ignore[no-untyped-def]
    """What grows, arrives, hungers and slips away in the `days` from a day on."""
    for w in range(state.holder.shape[0]):
        world = one(state, w)
        update_alarm(world, geo, rules, day, days)
        break_out(world, rules, day, days)
        recruit(world, geo, rules, day, days)
        reinforce(world, geo, rules, day, days)
        support_ally(world, geo, rules, day, days)
        starve(world, geo, rules, day, days)
        lapse(world, geo, rules, day, days)
