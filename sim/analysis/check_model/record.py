"""What the record says until the origin, in the terms of the checks. Nothing later is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sim.theatre.history.reports import Tempo, captured, control, tempo
from sim.theatre.spec import Reported
from sim.theatre.theatre import KINDS, Theatre

__all__ = ["Record", "Reported", "record"]


@dataclass(frozen=True)
class Record:
    """The record until an origin.

    Attributes:
        field: operations over a hex or more, of all factions, that had ended.
        assaults: by kind of place, city and town, those over less: fights for the place itself.
        lately: factions that took places in the four weeks before.
        pairs: who took a place from whom, as positions in the order of factions.
        enemy: the faction that claims are about.
        reported: the last claim of the enemy's fighters killed a month, None before the first.
    """

    field: Sequence[Tempo]
    assaults: dict[str, list[Tempo]]
    lately: Sequence[str]
    pairs: Sequence[tuple[int, int]]
    enemy: str
    reported: Reported | None


def record(origin: date, factions: Sequence[str], theatre: Theatre, seeds: Path) -> Record:
    """Read the record until an origin."""
    ended = [operation for operation in tempo(seeds) if operation.end <= origin]
    size = theatre.layout.hex_km
    kind = {name: KINDS[k] for name, k in zip(theatre.ids, theatre.kind, strict=True)}
    assaults: dict[str, list[Tempo]] = {"town": [], "city": []}
    for operation in ended:
        if operation.km <= size and kind.get(operation.to_place) in assaults:
            assaults[kind[operation.to_place]].append(operation)
    known = theatre.spec.calibration.reports
    claims = [claim for claim in known if claim.statistic == "killed" and claim.end <= origin]
    return Record(
        field=[operation for operation in ended if operation.km >= size],
        assaults=assaults,
        lately=list(captured(origin, seeds)),
        pairs=_pairs(origin, factions, theatre.spec.first, seeds),
        enemy=theatre.spec.calibration.enemy,
        reported=claims[-1] if claims else None,
    )


def _pairs(
    origin: date, factions: Sequence[str], first: date, seeds: Path
) -> list[tuple[int, int]]:
    held: dict[str, str] = {}
    pairs = set()
    for change in control(seeds):
        before = held.get(change.place, change.controller)
        known = change.controller in factions and before in factions
        if first < change.date <= origin and before != change.controller and known:
            pairs.add((factions.index(change.controller), factions.index(before)))
        held[change.place] = change.controller
    return sorted(pairs)
