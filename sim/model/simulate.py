"""From settings to outcomes: `prepare` once a scenario, `simulate` once a block of worlds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.config.dated import timeline
from sim.config.record_days import recorded_days
from sim.config.schema import Config
from sim.errors import LandbridgeError
from sim.model import objectives
from sim.model.build.dated_changes import turns
from sim.model.build.posterior import load_posteriors
from sim.model.build.record import day, ground
from sim.model.build.rules import rules, stances, surface_chances, uncertain
from sim.model.build.start import Start, change, sieges
from sim.model.model import WorldBatch
from sim.model.outcomes import Outcomes, outcomes
from sim.model.setup import Setup
from sim.model.state import Ints, Rules
from sim.theatre.history.reports import Strength
from sim.theatre.rivers import bank


def prepare(config: Config, seeds: Path) -> Setup:
    """The setup of a scenario: map, situation at the origin, rules and inputs.

    In this order: the map (`load_theatre`, `geography`); control and forces at the end of the
    origin's day (`situation_at`), with the changes of that day; the sieges fought from day one;
    what each has free (`free_shares`); what was taken lately (`captured`); the records (`rules`),
    in which a faction's sieges count among its operations `under_way`, up to its `campaigns`.

    Raises:
        LandbridgeError: seeds that are missing or broken, or settings that name what is not there.
    """
    factions = tuple(config.faction)
    origin, until = date.fromisoformat(config.clock.origin), date.fromisoformat(config.clock.until)
    days = (until - origin).days
    on = ground(config.theatre.hex_km, seeds)
    theatre, geo = on.theatre, on.geo
    reported = day(origin, config.theatre.hex_km, seeds, factions)
    moments = timeline(config)
    config = moments[0].settings
    situation = change(reported.situation, theatre, moments[0].changes)
    fought, pins = sieges(situation, stances(config, factions, "stance"))
    free, taken = reported.free, reported.captured
    river = config.rules.line.river
    side = bank(theatre, river, seeds) if river else np.zeros(theatre.units, np.int8)
    busy = np.bincount(situation.faction[[siege.row for siege in fought]], minlength=len(factions))

    def rules_of(settings: Config) -> Rules:
        made = rules(settings, theatre, geo, situation, pins, free, taken, side)
        traits = made.faction
        traits.under_way = np.minimum(traits.under_way + busy, traits.campaigns)
        return made

    table = rules_of(config)
    later = turns(moments, theatre, rules_of, lambda settings: uncertain(settings, factions, free))
    tables = (table, *(turn.rules for turn in later))
    scale, inputs = _scale(config, factions, reported.strengths), uncertain(config, factions, free)
    joints = load_posteriors(config, seeds) if config.uncertainty.value == "posterior" else []
    return Setup(
        factions=factions,
        theatre=theatre,
        geo=geo,
        rules=table,
        start=Start(
            config, situation, scale, inputs, fought, surface_chances(config, theatre), joints
        ),
        objectives=tuple(objectives.registry().values()),
        weights={name: dict(config.faction[name].objectives) for name in factions},
        days=days,
        beyond=config.clock.beyond_days,
        tick_days=config.clock.tick_days,
        record_days=recorded_days(config.clock),
        hex_scale=25.0 / config.theatre.hex_km,
        crossings=on.crossings,
        routes=on.routes,
        axes=dict(on.axes),
        watchers=watchers(tables),
        airs=tuple(config.air),
        turns=later,
        tables=tables,
    )


def watchers(tables: Sequence[Rules]) -> Ints:
    """Factions that can be alarmed under some of these rules."""
    alert = [(r.faction.sensitivity > 0.0) & r.relation.watches.any(axis=1) for r in tables]
    return np.flatnonzero(np.any(alert, axis=0)).astype(np.int32)


def simulate(setup: Setup, draws: Sequence[int], replications: Sequence[int]) -> Outcomes:
    """Run the worlds (draw, replication) to the horizon.

    A world is a pure function of the setup and its pair of numbers; batches may be of any size.
    """
    if len(draws) != len(replications) or not draws:
        raise LandbridgeError(f"worlds: {len(draws)} draws and {len(replications)} replications")
    model = WorldBatch(setup, draws, replications)
    model.run()
    model.follow_up()
    result = outcomes(model)
    model.close()
    return result


def _scale(
    config: Config, factions: tuple[str, ...], known: Mapping[str, Strength]
) -> NDArray[np.float64]:
    """(F,) factor on every force: the central strength that is set over the one in the seeds."""
    return np.array(
        [
            config.faction[f].strength.central / known[f].central if f in known else 1.0
            for f in factions
        ]
    )
