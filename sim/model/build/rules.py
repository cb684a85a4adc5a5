"""The settings of a scenario as the records that kernels read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.config.schema import Config, FactionConfig, Range
from sim.errors import bad_value
from sim.model.build.geography import border_hexes, distance_km
from sim.model.inputs import RULES, Uncertain
from sim.model.kernels.paths import BLOCKED, spread
from sim.model.objectives import registry
from sim.model.state import (
    AIR,
    ALLY,
    AVOID,
    FACTION,
    FAR,
    GROUND,
    HORIZON_KM,
    LONGEST_KM,
    PAVED,
    RELATION,
    VALUE_STEPS,
    Bools,
    Bytes,
    Floats,
    Geography,
    Ints,
    Records,
    Rules,
    empty_state,
    records,
    scratch,
)
from sim.rng import key32
from sim.theatre.history.reports import Share
from sim.theatre.history.situation import Situation
from sim.theatre.rivers import LEFT, RIGHT
from sim.theatre.theatre import Theatre

# Inferred: neither welcome nor hostile; clearly hostile; two hexes; small enough not to be seen.
OTHER = 0.3  # hostility of a community that a faction's settings do not name
FOREIGN_PEOPLE = 0.75  # hostility from which ground of its countries is not its own
# By how much 25 km without a paved road lengthen a corridor, since little can pass there; and by
# how much more once there is one over any ground, and a road is what is wanted. Inferred.
TRACK_KM, WANTED_KM = 60.0, 240.0
LATELY_KM = 50.0  # within which places taken lately belong to one operation, which goes on there
FAINT = 0.02  # weight of a rival under which distance counts as out of sight


def rules(
    config: Config,
    theatre: Theatre,
    geo: Geography,
    situation: Situation,
    pins: Ints,
    free: Mapping[str, Share],
    taken: Mapping[str, Sequence[int]],
    bank: NDArray[np.int8],
) -> Rules:
    """Records of the settings.

    A faction of whose strength only a share is `free` plans more rarely, and fewer campaigns. What
    is worked out:

    - `fights`: the unit is playable and `willing` is above 0.
    - `track` = round(TRACK_KM * hex_km / 25), `wanted` = round(WANTED_KM * hex_km / 25); `passing`
      is `track` where a unit is unpaved for certain (code 1), 0 elsewhere, BLOCKED where not
      playable.
    - `onward`: length of the shortest way to the sink over edges and the `passing` of the units
      entered.
    - `logs[n]` = round(HORIZON_KM * ln n), 0 for n = 0.
    - `lately`: within LATELY_KM of one of the faction's `operations`, whose number is `under_way`.

    Args:
        config: the settings.
        theatre: the map.
        geo: the same as arrays.
        situation: control and forces at the origin.
        pins: (F, U) the unit whose siege ties forces down, or -1.
        free: what each has free for the theatre.
        taken: the units that each faction took just before the origin, the latest first.
        bank: (U,) bank of the river of `rules.line` on which a unit is.

    Raises:
        LandbridgeError: a place that is named is not on the map.
    """
    names = situation.factions
    unit = {name: i for i, name in enumerate(theatre.ids)}
    ground = records((len(names), theatre.units), GROUND)
    ground.pinned_by = pins
    factions = _factions(config, names, unit, free)
    for f, name in enumerate(names):
        _ground(ground[f], theatre, unit, name, config.faction[name])
        apart = operations(theatre, taken.get(name, ()))
        factions[f].under_way = len(apart)
        ground[f].lately = distance_km(theatre, apart) <= LATELY_KM
        ground[f].barred = _barred(config, name, theatre, bank)
    sink = _place(unit, "corridor.sink", config.corridor.sink)
    length = theatre.layout.hex_km / 25.0
    track = round(TRACK_KM * length)
    passing = np.where(geo.unit.unpaved == 1, track, 0)
    passing = np.where(geo.unit.playable, passing, BLOCKED).astype(np.int32)
    logs = [0] + [round(HORIZON_KM * math.log(k)) for k in range(1, VALUE_STEPS**2 + 1)]
    table = Rules(
        base=np.zeros((len(names), theatre.units)),
        faction=factions,
        relation=_relations(config, names),
        ground=ground,
        fights=theatre.playable & (ground.willing > 0.0),
        barred=ground.barred.copy(),
        depot=ground.depot.copy(),
        guard_weight=ground.guard_weight.copy(),
        line_share=ground.line_share.copy(),
        passing=passing,
        track=track,
        wanted=round(WANTED_KM * length),
        onward=_onward(geo, passing, sink),
        air=_air(config, names),
        logs=np.array(logs, np.int32),
        source=_place(unit, "corridor.source", config.corridor.source),
        sink=sink,
        hold_days=config.corridor.hold_days,
        response=config.rules.response,
    )
    return table._replace(base=_base(config, names, geo, table))


def _barred(config: Config, name: str, theatre: Theatre, bank: NDArray[np.int8]) -> Bools:
    """(U,) what lies on the other side's bank of the river that may part two sides.

    Only in countries where the other side fights, and no hex that the river divides: both have a
    bank there.
    """
    line = config.rules.line
    own = LEFT if name in line.left else RIGHT if name in line.right else 0
    if not own:
        return np.zeros(bank.size, np.bool_)
    others = [config.faction[n] for n in (line.right if own == LEFT else line.left)
              if n in config.faction]  # fmt: skip
    codes, rivers = theatre.spec.country_codes, theatre.spec.river_names
    theirs = np.array([any(o.countries.get(c, 0.0) > 0.0 for o in others) for c in codes])
    river = rivers.index(line.river) if line.river in rivers else -1  # one too small for hexes
    divided = (theatre.river == river) & (np.arange(bank.size) < theatre.hexes)
    barred: Bools = (bank != own) & theirs[theatre.country] & ~divided
    return barred


def operations(theatre: Theatre, taken: Sequence[int]) -> list[int]:
    """Of units taken lately, the latest first, those that stand for an operation each.

    What lies within LATELY_KM of a later one belongs to the same operation.
    """
    apart: list[int] = []
    for unit in taken:
        if not apart or distance_km(theatre, apart)[unit] > LATELY_KM:
            apart.append(unit)
    return apart


def _base(config: Config, names: tuple[str, ...], geo: Geography, rules: Rules) -> Floats:
    """(F, U) value to each faction of what it wants everywhere and always."""
    state = empty_state(1, len(names), geo, 0, 0)
    table = np.zeros((len(names), geo.unit.size))
    for f, name in enumerate(names):
        wants = config.faction[name].objectives
        state.value[:] = 0.0
        for objective in registry().values():
            if objective.static and wants.get(objective.name, 0.0) > 0.0:
                objective.add(state, geo, rules, f, wants[objective.name])
        table[f] = state.value[0]
    return table


def surface_chances(config: Config, theatre: Theatre) -> dict[str, float]:
    """Chance that each stretch of road of uncertain surface is paved, in order.

    One that the settings do not name is what the road table says.
    """
    for name in config.corridor.surfaces:
        if name not in theatre.surfaces:
            key = f"corridor.surfaces.{name}"
            raise bad_value(key, name, "no such stretch of road", theatre.surfaces)
    known = {name: item.paved for name, item in config.corridor.surfaces.items()}
    return {
        name: known.get(name, float((theatre.leg_class[theatre.leg_surface == s] >= PAVED).all()))
        for s, name in enumerate(theatre.surfaces)
    }


def _onward(geo: Geography, passing: Ints, sink: int) -> Ints:
    """(U,) length of the shortest corridor from each unit to the sink, FAR if there is none."""
    back = np.full(geo.unit.size, FAR, np.int32)
    back[sink] = 0
    spread(back, passing, geo, np.int64(LONGEST_KM), scratch(0, geo, 0))
    return np.where(back < FAR, back - passing + passing[sink], FAR).astype(np.int32)


def uncertain(config: Config, names: tuple[str, ...], free: Mapping[str, Share]) -> list[Uncertain]:
    """The uncertain inputs in the order that `sim.model.build.start` reads them.

    They are called `rules.INPUT`, `faction.NAME.strength`, `faction.NAME.intake_per_month` and
    `air.NAME.capacity`; the forces that follow `force.KEY`, the KEY of the situation in decimal.
    `free` is what factions and air powers have free for the theatre at the origin.
    """
    ranges = [(f"rules.{name}", getattr(config.rules, name)) for name in RULES]
    ranges += [(f"faction.{n}.intake_per_month", config.faction[n].intake_per_month) for n in names]
    usable = [(n, f"faction.{n}.strength", config.faction[n].strength) for n in names]
    air = [(n, f"air.{n}.capacity", power.capacity) for n, power in config.air.items()]
    rest = [Uncertain(name, r.low, r.central, r.high) for name, r in ranges]
    shared = [_shared(key, r, free.get(n)) for n, key, r in (*usable, *air)]
    return [*rest[: len(RULES)], *shared[: len(names)], *rest[len(RULES) :], *shared[len(names) :]]


def _shared(key: str, whole: Range, free: Share | None) -> Uncertain:
    """An input times what is free of it: low, central and high each times that of the factor."""
    if free is None:
        return Uncertain(key, whole.low, whole.central, whole.high)
    low, central, high = whole.low * free.low, whole.central * free.central, whole.high * free.high
    return Uncertain(key, low, central, high)


def _factions(
    config: Config, names: tuple[str, ...], unit: dict[str, int], free: Mapping[str, Share]
) -> Records:
    """The record of each faction, by its settings, but for what is listed here.

    - `share`: the central factor of commitments.csv that holds at the origin, 1 without one.
    - `key` = `sim.rng.key32` of its name; `quality` = round(1000 * quality).
    - `plan_rate` = min(share, 1) / planning_days; `campaigns` = min(campaigns, ceil(campaigns *
      share)).
    - `mobility` = max(1, round(mobility_km_day)); `muster_km` = round(muster_km).
    - `transfer` = fighters_per_month / 30; `recruits` is its entry in `rules.shared_recruits`, else
      0.
    """
    table = records(len(names), FACTION)
    for row, name in zip(table, names, strict=True):
        a = config.faction[name]
        row.key, row.quality, row.rationality = key32(name), round(1000 * a.quality), a.rationality
        share = free[name].central if name in free else 1.0
        row.plan_rate = min(share, 1.0) / a.planning_days
        row.campaigns = min(a.campaigns, math.ceil(a.campaigns * share))
        row.campaign_days = a.campaign_days
        row.mobility, row.muster_km = max(1, round(a.mobility_km_day)), round(a.muster_km)
        row.withdraw, row.airlift = a.withdraw, a.airlift
        line, alarm, support = a.red_line, a.alarm, a.ally_support
        row.line_chance, row.line_damage = line.probability, line.damage
        key = f"faction.{name}.red_line.place"
        row.line_place = _place(unit, key, line.place) if line.place else -1
        row.sensitivity, row.decay, row.alarm_scale = alarm.sensitivity, alarm.decay, alarm.scale
        row.incident, row.threshold = alarm.incident, alarm.threshold
        row.reinforcement = alarm.reinforcement
        row.reinforcement_days = alarm.reinforcement_days
        row.partner = names.index(support.partner) if support.partner in names else -1
        row.transfer, row.unlock = support.fighters_per_month / 30.0, support.unlock_share
        row.recruits = config.rules.shared_recruits.get(name, 0.0)
        row.enemy = names.index(a.enemy) if a.enemy in names else -1
        row.coalition = name in config.corridor.coalition
        row.transit = name in config.corridor.transit
    return table


def _relations(config: Config, names: tuple[str, ...]) -> Records:
    """(F, F) of each at each; one that is not named is avoided and stays so."""
    table = records((len(names), len(names)), RELATION)
    table.stance, table.worst = stances(config, names, "stance"), stances(config, names, "worst")
    for i, name in enumerate(names):
        table.against[i] = np.isin(names, config.faction[name].red_line.against)
        table.watches[i] = np.isin(names, config.faction[name].alarm.watches)
        yields = [
            other for other, relation in config.faction[name].relations.items() if relation.yields
        ]
        table.yields[i] = np.isin(names, yields)
    return table


def _ground(
    row: Records, theatre: Theatre, unit: dict[str, int], name: str, faction: FactionConfig
) -> None:
    """The record of one faction and every unit.

    - `willing`: its entry in `countries` for the country of the unit, else 0. `hostility`: its
      entry in `communities` for the community of the unit, else OTHER.
    - `home`: the country is in its `home` and `hostility` is below FOREIGN_PEOPLE.
    - `guard_weight`: exp(-km / range_km), km the straight distance to the nearest place that it
      guards; 0 where that is below FAINT or there is none.
    - `line_share`: share of the area of the unit's hex within radius_km of the place of its red
      line, by sampling (`sim.theatre.hexes`); 0 without a line.
    - `border`: hexes of the first country of `ally_support.border` that touch the second.
    """
    codes, people = theatre.spec.country_codes, theatre.spec.community_names
    willing = np.array([faction.countries.get(c, 0.0) for c in codes])
    own = np.array([c in faction.home for c in codes])
    hostility = np.array([faction.communities.get(c, OTHER) for c in people])
    row.willing = willing[theatre.country]
    row.hostility = hostility[theatre.community]
    row.home = own[theatre.country] & (row.hostility < FOREIGN_PEOPLE)
    row.depot[[_place(unit, f"faction.{name}.depots", p) for p in faction.depots]] = True
    guards = [_place(unit, f"faction.{name}.alarm.guards", p) for p in faction.alarm.guards]
    row.guarded[guards] = True
    far = distance_km(theatre, guards).tolist()
    near = np.array([math.exp(-km / faction.alarm.range_km) for km in far])
    row.guard_weight = np.where(near >= FAINT, near, 0.0)
    if faction.red_line.place:
        place = unit[faction.red_line.place]
        x, y = float(theatre.x[place]), float(theatre.y[place])
        share = theatre.layout.share_within(x, y, faction.red_line.radius_km)
        row.line_share = share[theatre.hex_of]  # a place has its hex's
    if len(faction.ally_support.border) == 2:
        row.border[border_hexes(theatre, *faction.ally_support.border)] = True


def _air(config: Config, names: tuple[str, ...]) -> Records:
    """The record of each air power and faction: share `backs`, and whether it `defends` it too."""
    table = records((len(config.air), len(names)), AIR)
    for row, power in zip(table, config.air.values(), strict=True):
        row.backs = [power.backs.get(name, 0.0) for name in names]
        row.defends = np.isin(names, power.defends)
    return table


def stances(config: Config, names: tuple[str, ...], field: str) -> Bytes:
    """(F, F) `stance` or `worst` of each at each; `avoid` where none is set."""
    table = np.full((len(names), len(names)), AVOID, np.int8)
    for i, name in enumerate(names):
        table[i, i] = ALLY
        for other, relation in config.faction[name].relations.items():
            if other in names:
                table[i, names.index(other)] = getattr(relation, field).value
    return table


def _place(unit: dict[str, int], key: str, place: str) -> int:
    """The unit of a place by its id."""
    if place not in unit:
        raise bad_value(key, place, "no such place on the map", list(unit)[-150:])
    return unit[place]
