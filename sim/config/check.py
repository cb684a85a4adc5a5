"""Every check of settings beyond their types: ranges, dates, and names that must exist."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sim.config.bounds import check_bounds
from sim.config.dated import timeline
from sim.config.record_days import recorded_days
from sim.config.schema import Change, Config, FactionConfig
from sim.config.unused import check_unused
from sim.errors import LandbridgeError, bad_value

LONGEST_DAYS = 3653
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Known:
    """The names that settings may use, from the seeds and the wings above this one.

    An empty collection means that nobody said, and that kind of name is not checked.
    """

    objectives: Collection[str] = ()
    places: Collection[str] = ()
    hex_sizes: Collection[float] = ()  # kilometres; the theatres that are built
    countries: Collection[str] = ()
    communities: Collection[str] = ()
    first: date = date.min  # of the record
    last: date = date.max  # of the record: nothing later is known to the model


def check(config: Config, known: Known) -> None:
    """Refuse settings that cannot be run; errors: LandbridgeError, the first that is found."""
    origin = _date("clock.origin", config.clock.origin)
    if not known.first <= origin <= known.last:
        raise LandbridgeError(
            f"clock.origin={origin}: must be from {known.first}, where the history starts, "
            f"to {known.last}, after which the model knows nothing"
        )
    titles = {f"faction.{name}.title": faction.title for name, faction in config.faction.items()}
    for key, text in {"scenario": config.scenario, "title": config.title, **titles}.items():
        if _CONTROL.search(text):
            raise LandbridgeError(f"{key}={text!r}: must be one line without control characters")
    horizon(config)
    recorded_days(config.clock)
    check_unused(config)
    _check_theatre(config, known)
    _check_world(config, known)
    for i, change in enumerate(config.changes):
        _check_change(f"changes[{i}]", change, config, known)
    for moment in timeline(config):
        if moment.keys:
            try:
                _check_world(moment.settings, known)
            except LandbridgeError as error:
                day = origin + timedelta(moment.day)
                raise LandbridgeError(f"changes of {day}: {error}") from error


def _check_world(config: Config, known: Known) -> None:
    """Refuse numbers and names that no day of a run may have."""
    check_bounds(config)
    _check_corridor(config, known)
    for name, faction in config.faction.items():
        _check_faction(f"faction.{name}", name, faction, config.faction, known)
    for name, air in config.air.items():
        _names(f"air.{name}.backs", air.backs, config.faction, "faction")
        _names(f"air.{name}.defends", air.defends, config.faction, "faction")
    _names("rules.shared_recruits", config.rules.shared_recruits, config.faction, "faction")


def _check_change(key: str, change: Change, config: Config, known: Known) -> None:
    if not change.place:
        if change.set and not (change.holder or change.faction):
            return
        raise LandbridgeError(f"{key}.place=: must name a place, or the change only `set`")
    _names(f"{key}.place", [change.place], known.places, "place")
    if change.holder:
        _names(f"{key}.holder", [change.holder], [*config.faction, "none"], "faction")
    if change.faction:
        _names(f"{key}.faction", [change.faction], config.faction, "faction")
    elif change.add or change.factor != 1.0:
        raise LandbridgeError(
            f"{key}.faction=: must name the faction whose force at {change.place} is changed"
        )


def horizon(config: Config) -> tuple[date, date]:
    """Origin and horizon; errors: LandbridgeError for dates that cannot be used."""
    origin = _date("clock.origin", config.clock.origin)
    until = _date("clock.until", config.clock.until)
    if not origin < until <= origin + timedelta(LONGEST_DAYS):
        raise LandbridgeError(
            f"clock.until={until}: must be after clock.origin={origin} and at most "
            f"{LONGEST_DAYS} days later"
        )
    return origin, until


def _date(key: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise LandbridgeError(f"{key}={text}: must be a date such as 2017-06-04") from error


def _check_theatre(config: Config, known: Known) -> None:
    size = config.theatre.hex_km
    if known.hex_sizes and size not in known.hex_sizes:
        nearest = min(known.hex_sizes, key=lambda built: abs(built - size))
        built = ", ".join(f"{hex_size:g}" for hex_size in sorted(known.hex_sizes))
        raise LandbridgeError(
            f"theatre.hex_km={size:g}: no theatre is built with this size (allowed: {built}); "
            f"did you mean {nearest:g}?"
        )


def _check_corridor(config: Config, known: Known) -> None:
    corridor = config.corridor
    _names("corridor.source", [corridor.source], known.places, "place")
    _names("corridor.sink", [corridor.sink], known.places, "place")
    if corridor.source == corridor.sink:
        raise LandbridgeError(f"corridor.sink={corridor.sink}: must differ from corridor.source")
    if not corridor.coalition:
        raise LandbridgeError("corridor.coalition=[]: must name at least one faction")
    _names("corridor.coalition", corridor.coalition, config.faction, "faction")
    _names("corridor.transit", corridor.transit, config.faction, "faction")
    both = sorted(set(corridor.coalition) & set(corridor.transit))
    if both:
        raise LandbridgeError(
            f"corridor.transit={both[0]}: must not be a member of corridor.coalition as well"
        )


def _check_faction(
    key: str, name: str, faction: FactionConfig, factions: Collection[str], known: Known
) -> None:
    others = [other for other in factions if other != name]
    if not _COLOR.fullmatch(faction.color):
        raise LandbridgeError(f"{key}.color={faction.color}: must be a colour such as #0072b2")
    _names(f"{key}.relations", faction.relations, others, "faction")
    for other, relation in faction.relations.items():
        if relation.worst.value < relation.stance.value:
            raise LandbridgeError(
                f"{key}.relations.{other}.worst={relation.worst.name}: must not be milder than "
                f"stance={relation.stance.name}"
            )
    _names(f"{key}.objectives", faction.objectives, known.objectives, "objective")
    _names(f"{key}.depots", faction.depots, known.places, "place")
    _names(f"{key}.home", faction.home, known.countries, "country")
    _names(f"{key}.countries", faction.countries, known.countries, "country")
    _names(f"{key}.communities", faction.communities, known.communities, "community")
    _names(f"{key}.enemy", [faction.enemy] if faction.enemy else [], others, "faction")
    _names(f"{key}.red_line.against", faction.red_line.against, others, "faction")
    _names(f"{key}.alarm.guards", faction.alarm.guards, known.places, "place")
    _names(f"{key}.alarm.watches", faction.alarm.watches, others, "faction")
    _names(f"{key}.ally_support.border", faction.ally_support.border, known.countries, "country")
    if faction.red_line.place:
        _names(f"{key}.red_line.place", [faction.red_line.place], known.places, "place")
    if faction.ally_support.partner:
        _names(f"{key}.ally_support.partner", [faction.ally_support.partner], others, "faction")
        if len(set(faction.ally_support.border)) != 2:
            raise LandbridgeError(
                f"{key}.ally_support.border={faction.ally_support.border}: must be two countries"
            )


def _names(key: str, used: Iterable[str], known: Collection[str], kind: str) -> None:
    """Refuse a name that is not known."""
    for name in used:
        if known and name not in known:
            raise bad_value(key, name, f"no such {kind}", known)
