"""Dated changes: the rules that hold from a day on, and what that day does to worlds.

A change happens at the beginning of its day, before anyone decides. What it sets holds at once
(who may be attacked, what a crossing costs); what factions make of it, the values of units and
their supply, they find at their next appraisal, as with all that happens within a tick. So worlds
are the same to the last bit until that day, and afterwards too if the change changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sim.config.dated import Moment
from sim.config.schema import Change, Config
from sim.errors import LandbridgeError, bad_value
from sim.model.inputs import Uncertain
from sim.model.state import NOBODY, Rules
from sim.theatre.theatre import Theatre

AS_IT_WAS = -3  # in place of a holder


class Move(NamedTuple):
    """A change of forces or ground."""

    place: int  # unit
    around: int  # the hex of that place
    holder: int  # faction, NOBODY or AS_IT_WAS
    faction: int  # whose force is changed, -1 nobody's
    factor: float
    add: int  # fighters


class Pair(NamedTuple):
    """A field of one faction towards another that takes a value, as in `sim.model.state.PAIR`."""

    field: str
    f: int
    g: int
    value: float


@dataclass(frozen=True, eq=False)
class Turn:
    """What changes at the beginning of a day."""

    day: int  # since the origin
    rules: Rules  # from that day on
    weights: dict[str, dict[str, float]]  # of objectives by faction, from that day on
    pairs: tuple[Pair, ...]
    inputs: tuple[Uncertain, ...]  # drawn again, by the same uniform numbers
    moves: tuple[Move, ...]


def turns(
    moments: Sequence[Moment],
    theatre: Theatre,
    rules_of: Callable[[Config], Rules],
    inputs_of: Callable[[Config], Sequence[Uncertain]],
) -> tuple[Turn, ...]:
    """The turns of a run.

    Args:
        moments: those of the run, the origin first; it is no turn.
        theatre: the map.
        rules_of: the records of settings.
        inputs_of: the uncertain inputs of settings, by name.

    Raises:
        LandbridgeError: a place that is not on the map, or ground that nobody can hold.
    """
    listed: list[Turn] = []
    before, rules = moments[0].settings, None
    for moment in moments[1:]:
        settings = moment.settings
        if rules is None or moment.keys:
            rules = rules_of(settings)
        names = list(settings.faction)
        fresh = [item for item in inputs_of(settings) if _is_set(item.name, moment.keys)]
        turn = Turn(
            day=moment.day,
            rules=rules,
            weights={name: dict(settings.faction[name].objectives) for name in names},
            pairs=tuple(_pairs(moment.keys, before, settings, names)),
            inputs=tuple(fresh),
            moves=tuple(_move(change, theatre, names) for change in moment.changes if change.place),
        )
        listed.append(turn)
        before = settings
    return tuple(listed)


def _is_set(name: str, keys: Sequence[str]) -> bool:
    return any(key.startswith(f"{name}.") for key in keys)


def _move(change: Change, theatre: Theatre, names: list[str]) -> Move:
    if change.place not in theatre.ids:
        raise bad_value("changes.place", change.place, "no such place on the map")
    unit = theatre.ids.index(change.place)
    holder = AS_IT_WAS
    if change.holder:
        holder = NOBODY if change.holder == "none" else names.index(change.holder)
        if not theatre.playable[unit]:
            raise LandbridgeError(f"changes.place={change.place}: neutral ground stays so")
    faction = names.index(change.faction) if change.faction else -1
    return Move(unit, int(theatre.hex_of[unit]), holder, faction, change.factor, change.add)


def _pairs(keys: Sequence[str], before: Config, after: Config, names: list[str]) -> list[Pair]:
    """What factions make of each other because of what is set: as they would have at the origin.

    A stance, and the chance of a strike that is expected, are what they are set to, whatever had
    become of them; who is newly watched is looked at with the alarm of the origin.
    """
    pairs: list[Pair] = []
    for key in keys:
        _, name, *field = key.split(".")
        if name not in names or not key.startswith("faction."):
            continue
        f, old, new = names.index(name), before.faction[name], after.faction[name]
        if field[0] == "relations" and field[2] == "stance":
            stance = new.relations[field[1]].stance.value
            pairs.append(Pair("stance", f, names.index(field[1]), stance))
        elif field in (["red_line", "probability"], ["red_line", "against"]):
            known = old.red_line.against if field[1] == "against" else []
            told = [g for g in new.red_line.against if g not in known]
            chance = new.red_line.probability
            pairs += [Pair("perceived", names.index(g), f, chance) for g in told]
        elif field == ["alarm", "watches"]:
            was, now = set(old.alarm.watches), set(new.alarm.watches)
            pairs += [Pair("alarm", f, names.index(g), new.alarm.initial) for g in now - was]
            for g in was - now:
                pairs += [Pair(what, f, names.index(g), 0.0) for what in ("alarm", "posture")]
    return pairs
