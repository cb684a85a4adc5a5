"""Backtests from their settings on: one origin in a folder, or several in folders below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.analysis.backtest.backtest import FILES, Backtest, backtest, refuse_one_world
from sim.analysis.backtest.event_scores import Outcome, read_outcomes
from sim.analysis.backtest.observations import Record, extended, packaged
from sim.analysis.backtest.rolling_origin import pooled, spans
from sim.analysis.studies.points import plain_worlds
from sim.config import theatres
from sim.config.check import horizon
from sim.config.compose import compose, parse, typed
from sim.config.record_days import MONTH_ENDS
from sim.config.schema import Config
from sim.ensemble.run import Prepared, kept, prepare
from sim.ensemble.schedule import Watch
from sim.ensemble.simulator import Simulator
from sim.ensemble.store import folder
from sim.ensemble.store.tables import NOBODY
from sim.errors import LandbridgeError
from sim.paths import theatre_folder
from sim.theatre.history.reports import (
    enclaves,
    factions_known,
    places_known,
    routes_known,
)
from sim.theatre.spec import theatre_spec


@dataclass(frozen=True)
class Split:
    """A forecast from one origin."""

    origin: str
    until: str | None  # None: as the settings say
    overrides: Sequence[str]  # all that is set for it


@dataclass(frozen=True)
class BacktestPlan:
    """Forecasts that are asked for: nothing is on disk yet."""

    splits: Sequence[Split]
    truth: Path | None = None  # what happened, CSV place,date,controller
    events: Path | None = None  # what became of the corridors
    config_dir: Path | None = None
    simulator: Simulator | None = None

    def config(self, split: Split) -> Config:
        """The settings of a forecast; raises LandbridgeError for dates that cannot be used."""
        config = typed(compose(split.overrides, self.config_dir))
        horizon(config)
        return config


@dataclass
class BacktestRun:
    """What is done of a plan, also after an interruption."""

    directory: Path
    done: list[Backtest] = field(default_factory=list)
    scores: Mapping[str, Any] | None = None  # of all splits; None: nothing to score

    def kept(self, plan: BacktestPlan) -> str:
        """What is in the folder, in words."""
        if len(plan.splits) > 1:
            return f"{len(self.done)} of {len(plan.splits)} origins are"
        asked = int(plan.config(plan.splits[0]).ensemble.worlds)
        return f"{kept(self.directory, asked)} of {asked} worlds are"


def plan_backtest(
    overrides: Sequence[str],
    origins: Sequence[str] | None = None,
    until: str | None = None,
    *,
    truth: Path | None = None,
    events: Path | None = None,
    by_origin: Mapping[str, Sequence[str]] | None = None,
    config_dir: Path | None = None,
    simulator: Simulator | None = None,
) -> BacktestPlan:
    """Each origin until the next, the last until `until`, or the end of the record.

    Args:
        overrides: settings for all.
        origins: days from which is forecast; None: that of the settings.
        until: the end of the last forecast.
        truth: a file of what happened after the record.
        events: a file of what became of the corridors, for one origin.
        by_origin: settings for one of them.
        config_dir: the user's own configs.
        simulator: the model.

    Raises:
        LandbridgeError: days that are not in order, or events with several origins.
    """
    origins = origins or [str(compose(overrides, config_dir).clock.origin)]
    if events is not None and len(origins) > 1:
        raise LandbridgeError("--events: is scored from one origin at a time")
    last = _last(overrides)
    ends: list[tuple[str, str | None]]
    if len(origins) == 1:
        end = last if until is None and origins[0] < last else until
        ends = [(origins[0], end)]
    else:
        ends = [*spans(origins, until or last)]
    splits = []
    for origin, end in ends:
        own = [*overrides, *(by_origin or {}).get(origin, ())]
        dates = [f"clock.origin={origin}", *([f"clock.until={end}"] if end else [])]
        given = [*dates, *plain_worlds(own), *own, f"clock.record_on=[{MONTH_ENDS}]"]
        splits.append(Split(origin, end, given))
    return BacktestPlan(splits, truth, events, config_dir, simulator)


def _last(overrides: Sequence[str]) -> str:
    """The last day of the record of the theatre that settings choose."""
    chosen = theatres.chosen(parse(overrides))
    return str(theatre_spec(theatre_folder(chosen)).last)


@dataclass(frozen=True)
class ReadySplit:
    """A forecast whose settings and files are checked."""

    prepared: Prepared
    overrides: Sequence[str]
    record: Record
    events: Sequence[Outcome]


def ready_split(plan: BacktestPlan, split: Split) -> ReadySplit:
    """Check one of a plan; raises LandbridgeError."""
    config = compose(split.overrides, plan.config_dir)
    refuse_one_world(int(config.ensemble.worlds))
    prepared = prepare(config, plan.simulator)
    overrides = [override for override in split.overrides if not override.startswith("hydra.")]
    record, events = _record(prepared, plan.truth), _events(prepared, plan.events)
    return ReadySplit(prepared, overrides, record, events)


def run_split(ready: ReadySplit, directory: Path, watch: Watch | None = None) -> Backtest:
    """Run what is missing of a forecast in its folder, and score it."""
    with folder.opened(directory, "forecast", FILES):
        return backtest(
            ready.prepared, directory, ready.record, ready.events, ready.overrides, watch
        )


def run_backtest(
    plan: BacktestPlan,
    run: BacktestRun,
    watch: Watch | None = None,
    begin: Callable[[str], None] | None = None,
    first: ReadySplit | None = None,
) -> None:
    """Run what is missing of a plan; what is done is put into `run`.

    Args:
        plan: what is asked.
        run: where, and what is done.
        watch: is told of every block of worlds.
        begin: is told of every origin that begins.
        first: the first split, where it has been made ready.
    """
    if len(plan.splits) == 1:
        ready = first or ready_split(plan, plan.splits[0])
        done = run_split(ready, run.directory, watch)
        run.done.append(done)
        run.scores = done.scores
        return
    with folder.opened(run.directory, "forecasts", FILES):
        folder.commit(run.directory, folders=[split.origin for split in plan.splits])
        for number, split in enumerate(plan.splits):
            if begin is not None:
                begin(split.origin)
            ready = first if first and number == 0 else ready_split(plan, split)
            run.done.append(run_split(ready, run.directory / split.origin, watch))
        coalition = ready.prepared.typed.corridor.coalition
        run.scores = pooled(run.done, run.directory, coalition)


def _events(prepared: Prepared, file: Path | None) -> list[Outcome]:
    """What became of the events that are forecast, from the user's file; none without one."""
    if file is None:
        return []
    origin, _ = horizon(prepared.typed)
    return read_outcomes(file, origin, routes_known(prepared.seeds))


def _record(prepared: Prepared, truth: Path | None) -> Record:
    """The packaged record, carried on by the user's file."""
    record = packaged(prepared.seeds)
    if truth is None:
        return record
    shut_in = (enclave.enclave for enclave in enclaves(prepared.seeds))
    places = (*places_known(prepared.seeds), *shut_in)
    holders = {*factions_known(prepared.seeds), *prepared.typed.faction, NOBODY}
    return extended(record, truth, places, sorted(holders))
