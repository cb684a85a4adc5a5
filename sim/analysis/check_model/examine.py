"""Worlds of a scenario are run and watched, and what was found is held to the bounds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sim.analysis.check_model.bounds import Check, checks
from sim.analysis.check_model.findings import Findings
from sim.analysis.check_model.record import Record, record
from sim.analysis.check_model.watch import Log, Watched
from sim.ensemble.compile_lock import compiling_alone
from sim.model.setup import Setup


def watched(setup: Setup, draws: Sequence[int], replications: Sequence[int]) -> Log:
    """Run the worlds (draw, replication) to the horizon; what was seen."""
    with compiling_alone():
        model = Watched(setup, draws, replications)
        model.run()
    log = model.log()
    model.close()
    return log


def examine(
    setup: Setup, origin: date, seeds: Path, draws: Sequence[int], replications: Sequence[int]
) -> tuple[Findings, Record, list[Check]]:
    """Run worlds and check them.

    Args:
        setup: the scenario.
        origin: its first day; nothing that the record says of later days is looked at.
        seeds: folder of the record.
        draws: numbers of the draws of the inputs, a world each.
        replications: numbers of the replications of each.
    """
    findings = Findings.of(watched(setup, draws, replications), setup)
    known = record(origin, setup.factions, setup.theatre, seeds)
    return findings, known, checks(findings, known)
