"""What is read off a batch of worlds at the horizon: one value a world and column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.definitions import KINDS, WAYS
from sim.model.kernels.record import largest_free_share
from sim.model.state import NEVER, ROAD, Ints
from sim.theatre.theatre import ROADS

if TYPE_CHECKING:
    from sim.model.model import WorldBatch

# Traffic that the worst leg can carry, a motorway's being 1; inferred, an index and no measurement.
CAPACITY = {"none": 0.0, "track": 0.1, "paved": 0.5, "motorway": 1.0}


@dataclass(frozen=True)
class Outcomes:
    """Results of a batch, in its order.

    `worlds` has one value a world by column; columns that end in `_date` are days since the
    origin, -1 for never. All is as at the horizon but `first_date_beyond_*`, the first days of
    corridors that form after it. `cells` (record dates, factions + 1, units) counts worlds in
    which each faction, or last nobody, holds a unit. `curves` (curves, record dates, 101) counts
    worlds by alarm in hundredths.
    """

    worlds: dict[str, NDArray[Any]]
    cells: Ints
    curves: Ints


def outcomes(model: WorldBatch) -> Outcomes:
    """The outcomes of worlds that have been run to the horizon."""
    names = np.array(model.setup.start.variants.names, dtype=object)
    columns = {"variant": names[model.state.variant]}
    columns |= {**_corridor(model), **_war(model), **_region(model)}
    return Outcomes(columns, model.holders, model.alarms)


def _dates(days: Ints) -> Ints:
    return np.where(days == NEVER, -1, days).astype(np.int32)


def _names(index: Ints, names: tuple[str, ...]) -> NDArray[Any]:
    return np.array([*names, ""], dtype=object)[index]


def _corridor(model: WorldBatch) -> dict[str, NDArray[Any]]:
    """Formed or not, when, for how long, where and how good, by each definition."""
    setup = model.setup
    columns: dict[str, NDArray[Any]] = {}
    for i, way in enumerate(WAYS):
        corridor = model.state.corridor[:, i]
        columns[f"opened_{way}"] = corridor.opened != NEVER
        columns[f"formed_{way}"] = formed = corridor.formed < setup.days
        columns[f"first_date_{way}"] = _dates(np.where(formed, corridor.formed, NEVER))
        columns[f"first_date_beyond_{way}"] = _dates(np.where(formed, NEVER, corridor.formed))
        columns[f"days_open_{way}"] = corridor.open_days.copy()
        columns[f"open_at_end_{way}"] = corridor.is_open.copy()
        if way in KINDS:  # a clear road goes where the road goes
            crossing = np.where(formed, corridor.crossing, -1)
            columns[f"crossing_{way}"] = _names(crossing, setup.crossings)
            columns[f"route_{way}"] = _names(crossing, setup.routes)
    table = np.array([CAPACITY[name] for name in ROADS])
    road = table[model.state.corridor[:, ROAD].worst] * columns["formed_road"]
    track = CAPACITY["track"] * columns["formed_territory"]
    columns["road_capacity_index"] = np.maximum(road, track)
    members = np.flatnonzero(setup.rules.faction.coalition | setup.rules.faction.transit)
    for name, units in setup.axes.items():
        held = np.isin(model.state.holder[:, units], members)
        columns[f"share_held_{name}"] = held.mean(axis=1)
    return columns


def _war(model: WorldBatch) -> dict[str, NDArray[Any]]:
    """Fighters left, lost, raised and passed on; ground taken; crossings, strikes and clashes."""
    state, setup = model.state, model.setup
    side, tables = state.side, [rules.faction for rules in setup.tables]
    left = state.force.sum(axis=2, dtype=np.int64) + state.campaign.army.sum(axis=2) + side.reserve
    columns: dict[str, NDArray[Any]] = {}
    for f, name in enumerate(setup.factions):
        columns[f"fighters_{name}"] = left[:, f]
        columns[f"lost_{name}"] = side.lost[:, f].copy()
        columns[f"recruited_{name}"] = side.joined[:, f].copy()
        columns[f"units_captured_{name}"] = side.taken[:, f].copy()
        partners = [int(table.partner[f]) for table in tables if table.partner[f] >= 0]
        if partners:
            partner = setup.factions[partners[-1]]
            columns[f"transferred_{name}_{partner}"] = side.given[:, f].copy()
        if any(table.line_place[f] >= 0 for table in tables):
            columns[f"red_line_crossings_{name}"] = side.crossings[:, f].copy()
            columns[f"strikes_{name}"] = side.strikes[:, f].copy()
    return columns


def _region(model: WorldBatch) -> dict[str, NDArray[Any]]:
    """Alarms, breaches and clashes of those who watch, and the unity of a community's ground."""
    state, setup = model.state, model.setup
    columns: dict[str, NDArray[Any]] = {}
    for f in setup.watchers.tolist():
        name = setup.factions[f]
        columns[f"alarm_{name}"] = state.pair.alarm[:, f].max(axis=1)
        columns[f"breach_date_{name}"] = _dates(state.side.breach[:, f])
        seen = np.any([rules.relation.watches[f] for rules in setup.tables], axis=0)
        for g in np.flatnonzero(seen).tolist():
            both = state.pair.clashes[:, f, g] + state.pair.clashes[:, g, f]
            columns[f"clashes_{name}_{setup.factions[g]}"] = both
    spec = setup.theatre.spec
    for name in spec.contiguity:
        theirs = setup.geo.unit.community == spec.community_names.index(name)
        people = np.where(theirs & setup.geo.unit.playable, setup.geo.unit.population, 0)
        columns[f"contiguity_{name}"] = np.zeros(state.key.size)
        largest_free_share(state, setup.geo, setup.rules, people, columns[f"contiguity_{name}"])
    return columns
