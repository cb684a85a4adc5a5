"""Changes in the order of their days, and the settings that hold from each day on.

What a change sets is typed as an override of the same key would be; ranges and names are for
`sim.config.check`. Only what may change during a war can be set: a faction, the air powers, and
who is in the corridor's coalition or lets it pass.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, cast

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.config.compose import is_open
from sim.config.errors import requirement, unknown_key, unknown_part
from sim.config.saved import flatten
from sim.config.schema import Change, Config, Stance
from sim.errors import LandbridgeError

_ALLOWED = re.compile(r"(faction|air)\.\w+\..+|corridor\.(coalition|transit)")
_REFUSED = re.compile(r"faction\.\w+\.(title|color|alarm\.initial)")
_STANCE = re.compile(r"(faction\.\w+\.relations\.\w+)\.stance")
_IN_WORDS = (
    "what a faction or air power is, corridor.coalition, corridor.transit; not title, color, "
    "alarm.initial"
)


@dataclass(frozen=True)
class Moment:
    """What changes at the beginning of a day."""

    day: int  # since the origin; 0 is the origin
    settings: Config  # that hold from then on
    keys: tuple[str, ...]  # dotted, that are set on that day
    changes: tuple[Change, ...]  # of that day, in the order given


def timeline(config: Config) -> list[Moment]:
    """The moments of a run in order; the first is the origin, also if nothing changes there.

    Args:
        config: settings whose clock is known to be valid; `set` may be nested or dotted.

    Raises:
        LandbridgeError: a date out of the run, a key that is unknown or cannot change during a
            run, a value of the wrong type.
    """
    days: dict[int, list[int]] = {0: []}
    for i, change in enumerate(config.changes):
        days.setdefault(_day(config, i, change), []).append(i)
    moments, settings = [], config
    for day in sorted(days):
        keys: dict[str, Any] = {}
        for i in days[day]:
            wanted = flatten(config.changes[i].set)
            settings = _set(settings, wanted, f"changes[{i}].set") if wanted else settings
            keys |= wanted
        if keys:
            settings = _as_bad_as_set(settings, keys)
        changes = tuple(config.changes[i] for i in days[day])
        moments.append(Moment(day, settings, tuple(sorted(keys)), changes))
    return moments


def _day(config: Config, number: int, change: Change) -> int:
    """The day of a change, since the origin."""
    origin, until = (date.fromisoformat(day) for day in (config.clock.origin, config.clock.until))
    if not change.date:
        return 0
    try:
        day = date.fromisoformat(change.date)
    except ValueError:
        day = None
    if day is None or not origin <= day <= until:
        raise LandbridgeError(
            f"changes[{number}].date={change.date}: must be a date from {origin} to {until}"
        )
    return (day - origin).days


def _set(settings: Config, wanted: Mapping[str, Any], where: str) -> Config:
    """The settings with some keys set, typed; `where` is said of an error."""
    nodes: dict[str, DictConfig] = {}
    for key, value in wanted.items():
        text = f"{where}: {key}={value}"
        stem = _stem(settings, key, text)
        if stem not in nodes:
            nodes[stem] = OmegaConf.structured(_node(settings, stem))
        rest, new = key.removeprefix(f"{stem}."), is_open(key)
        tree = cast(Mapping[str, object], OmegaConf.to_container(nodes[stem]))
        missing = None if new else unknown_part(rest, tree)
        if missing is not None:
            above, name, near = missing
            raise unknown_key(text, f"{stem}.{above}".rstrip("."), name, near)
        try:
            OmegaConf.update(nodes[stem], rest, value, force_add=new)
        except OmegaConfBaseException as error:
            raise LandbridgeError(f"{text}: {requirement(error)}") from error
    for stem, node in nodes.items():
        group, _, name = stem.partition(".")
        made: Any = OmegaConf.to_object(node)
        whole: Any = {**getattr(settings, group), name: made} if name else made
        settings = replace(settings, **{group: whole})
    return settings


def _node(settings: Config, stem: str) -> object:
    group, _, name = stem.partition(".")
    return getattr(settings, group)[name] if name else getattr(settings, group)


def _stem(settings: Config, key: str, text: str) -> str:
    """The part of a key that names a faction, an air power or the corridor; or refuse the key."""
    parts = key.split(".")
    stem = ".".join(parts[:2] if parts[0] in ("faction", "air") else parts[:1])
    tree: dict[str, object] = {field.name: None for field in fields(Config)}
    missing = unknown_part(stem, tree | {"faction": settings.faction, "air": settings.air})
    if missing is not None:
        raise unknown_key(text, *missing)
    if not _ALLOWED.fullmatch(key) or _REFUSED.fullmatch(key):
        raise LandbridgeError(f"{text}: cannot change during a run (allowed: {_IN_WORDS})")
    return stem


def _as_bad_as_set(settings: Config, keys: Mapping[str, Any]) -> Config:
    """A stance that is set past the worst that its relation could come to is the worst."""
    worst = {}
    for key in keys:
        stance = _STANCE.fullmatch(key)
        if stance and f"{stance[1]}.worst" not in keys:
            _, name, _, other = stance[1].split(".")
            relation = settings.faction[name].relations[other]
            if relation.worst.value < relation.stance.value:
                worst[f"{stance[1]}.worst"] = Stance(relation.stance).name
    return _set(settings, worst, "changes") if worst else settings
