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
    """What follows from the decisions of a day, and who has to decide next.

    World after world: `decide.move`, `deter.deter`, `fight.fight`, `control.take_control`,
    `corridor.watch_corridor`. Then `decide.call` for the next day.

    Args:
        state: a batch of worlds (`State`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        day: days since the origin.
        nth: number of the day in its tick, from 0.
        last: last day on which a streak of the corridor may begin that counts.
        hex_scale: 25 km over the size of a hex.
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
    """What grows, arrives, hungers and slips away in the `days` from a day on.

    World after world, at the end of a tick, with the numbers of its first day:
    `alarm.update_alarm`, `alarm.break_out`, `mobilise.recruit`, `mobilise.reinforce`,
    `mobilise.support_ally`, `mobilise.starve`, `control.lapse`.

    Args:
        state: a batch of worlds (`State`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        day: first day of the tick.
        days: days of the tick.
    """
    for w in range(state.holder.shape[0]):
        world = one(state, w)
        update_alarm(world, geo, rules, day, days)
        break_out(world, rules, day, days)
        recruit(world, geo, rules, day, days)
        reinforce(world, geo, rules, day, days)
        support_ally(world, geo, rules, day, days)
        starve(world, geo, rules, day, days)
        lapse(world, geo, rules, day, days)
