"""What was reported: who held each place on a day, where forces stood, how strong, how fast.

Every reader checks the ids and numbers of its table; a bad one is a one-line `LandbridgeError`.
Nothing dated after `last` of the theatre's spec may enter: what came later is what a forecast is
scored against.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from sim.errors import bad_value
from sim.theatre.csv_table import Row, by_id, read_table
from sim.theatre.spec import theatre_spec

LATELY_DAYS = 28  # in which what was taken shows the operations that are under way
ENCLAVE_KINDS = ("pocket", "area")


@dataclass(frozen=True)
class Control:
    """From `date` on, `controller` held `place`."""

    place: str
    date: datetime.date
    controller: str


@dataclass(frozen=True)
class Disposition:
    """Fighters of a faction at a place on a day."""

    as_of: datetime.date
    faction: str
    place: str
    low: int
    central: int
    high: int


@dataclass(frozen=True)
class Strength:
    """Fighters of a faction usable in the theatre."""

    faction: str
    low: int
    central: int
    high: int


@dataclass(frozen=True)
class Share:
    """Factor on the strength of a faction, or an air power, free for the theatre from `date` on."""

    who: str
    date: datetime.date
    low: float
    central: float
    high: float


@dataclass(frozen=True)
class Tempo:
    """A past operation: how far (km), how long (weeks), how fast (km a week)."""

    operation: str
    faction: str
    opponent: str
    start: datetime.date
    end: datetime.date
    from_place: str  # a place id, or `other:name`
    to_place: str
    km: float
    weeks: float
    km_per_week: float


@dataclass(frozen=True)
class Enclave:
    """What `faction` holds near `of_place` and no row of places.csv stands for.

    A "pocket" is shut in and holds no country; an "area" does.
    """

    enclave: str
    kind: str  # one of ENCLAVE_KINDS
    faction: str
    of_place: str


def factions_known(seeds: Path) -> tuple[str, ...]:
    """Every faction with a row in strengths.csv, sorted; other tables may name only these."""
    return tuple(by_id(read_table(seeds / "strengths.csv", ("faction",)), "faction"))


def places_known(seeds: Path) -> tuple[str, ...]:
    """Every place id of places.csv, sorted."""
    return tuple(by_id(read_table(seeds / "places.csv", ("place",)), "place"))


def routes_known(seeds: Path) -> tuple[str, ...]:
    """Every route of routes.csv, in the order of the file."""
    rows = read_table(seeds / "routes.csv", ("route",))
    return tuple(dict.fromkeys(row.text("route") for row in rows))


def strengths(seeds: Path) -> dict[str, Strength]:
    """Strength of each faction."""
    rows = by_id(
        read_table(seeds / "strengths.csv", ("faction", "low", "central", "high")), "faction"
    )
    return {name: Strength(name, *row.span()) for name, row in rows.items()}


def free_shares(date: datetime.date, seeds: Path) -> dict[str, Share]:
    """What each had free on a day, the rest being busy on other fronts or not there yet.

    The latest row of commitments.csv on or before the day; who has none is not in it and has all
    that strengths.csv, or the capacity of an air power, says.
    """
    shares, last = [], theatre_spec(seeds).last
    for row in read_table(seeds / "commitments.csv", tuple(Share.__dataclass_fields__)):
        low, central, high = (row.number(column, 0.0) for column in ("low", "central", "high"))
        if not low <= central <= high:
            raise row.error("central", f"must lie between low={low:g} and high={high:g}")
        shares.append(Share(row.text("who"), _recorded(row, "date", last), low, central, high))
    shares.sort(key=lambda share: share.date)
    return {share.who: share for share in shares if share.date <= date}


def control(seeds: Path) -> list[Control]:
    """Every change of control, by date and place; an enclave may have rows too."""
    places = (*places_known(seeds), *(e.enclave for e in enclaves(seeds)))
    factions, last = factions_known(seeds), theatre_spec(seeds).last
    changes: dict[tuple[datetime.date, str], Control] = {}
    for row in read_table(seeds / "control.csv", ("place", "date", "controller")):
        place = row.one_of("place", places, "a place of places.csv or enclaves.csv")
        change = Control(place, _recorded(row, "date", last), _faction(row, "controller", factions))
        if (change.date, place) in changes:
            raise row.error("place", f"twice on {change.date}")
        changes[change.date, place] = change
    return [changes[key] for key in sorted(changes)]


def controllers_at(date: datetime.date, seeds: Path) -> dict[str, str]:
    """Who held each place at the end of `date`: the latest change on or before it.

    An enclave is in the answer only if control.csv has rows for it; else its faction holds it.

    Raises LandbridgeError for a day outside of the record.
    """
    spec = theatre_spec(seeds)
    if not spec.first <= date <= spec.last:
        raise bad_value("date", date, f"control is known from {spec.first} to {spec.last}")
    return {row.place: row.controller for row in control(seeds) if row.date <= date}


def captured(origin: datetime.date, seeds: Path, days: int = LATELY_DAYS) -> dict[str, list[str]]:
    """By faction, the places that it took in the `days` until a day and holds, the latest first."""
    held, taken = controllers_at(origin, seeds), dict[str, list[str]]()
    first = theatre_spec(seeds).first
    for change in reversed(control(seeds)):
        age = (origin - change.date).days
        recent = 0 <= age < days and change.date > first
        if recent and held.get(change.place) == change.controller:
            if change.place not in taken.setdefault(change.controller, []):
                taken[change.controller].append(change.place)
    return taken


def dispositions(seeds: Path) -> list[Disposition]:
    """Every known disposition, by date, faction and place."""
    places, factions, last = places_known(seeds), factions_known(seeds), theatre_spec(seeds).last
    columns = ("as_of", "faction", "place", "low", "central", "high")
    forces: dict[tuple[datetime.date, str, str], Disposition] = {}
    for row in read_table(seeds / "dispositions.csv", columns):
        place = row.one_of("place", places, "a place of places.csv")
        key = (_recorded(row, "as_of", last), _faction(row, "faction", factions), place)
        if key in forces:
            raise row.error("place", f"twice for {key[1]} on {key[0]}")
        forces[key] = Disposition(*key, *row.span())
    return [forces[key] for key in sorted(forces)]


def enclaves(seeds: Path) -> list[Enclave]:
    """Every pocket, by id."""
    places, factions = places_known(seeds), factions_known(seeds)
    columns = ("enclave", "kind", "faction", "of_place")
    rows = by_id(read_table(seeds / "enclaves.csv", columns), "enclave")
    return [
        Enclave(
            name,
            row.one_of("kind", ENCLAVE_KINDS, "a kind of enclave"),
            _faction(row, "faction", factions),
            row.one_of("of_place", places, "a place of places.csv"),
        )
        for name, row in rows.items()
    ]


def tempo(seeds: Path) -> list[Tempo]:
    """Every past operation, by start and name."""
    places, factions = places_known(seeds), factions_known(seeds)
    columns = tuple(Tempo.__dataclass_fields__)
    operations, last = [], theatre_spec(seeds).last
    for row in read_table(seeds / "tempo.csv", columns):
        for column in ("from_place", "to_place"):
            if not row.text(column).startswith("other:"):
                row.one_of(column, places, "a place of places.csv or other:name")
        start, end = row.day("start"), _recorded(row, "end", last)
        if end < start:
            raise row.error("end", f"must not be before start={start}")
        operations.append(
            Tempo(
                row.text("operation"),
                _faction(row, "faction", factions),
                _faction(row, "opponent", factions),
                start,
                end,
                row.text("from_place"),
                row.text("to_place"),
                row.number("km", 0.0),
                row.number("weeks", 0.0),
                row.number("km_per_week", 0.0),
            )
        )
    return sorted(operations, key=lambda op: (op.start, op.operation))


def reported_strength(date: datetime.date, seeds: Path) -> Strength | None:
    """Fighters that a faction was said to have at a date; None if nothing is reported.

    The faction and the item of support.csv are those of the theatre's `strength_reports`. The
    latest estimate of that month or before; before the first estimate, the first.
    """
    asked = theatre_spec(seeds).strength_reports
    if asked is None:
        return None
    columns = ("faction", "item", "low", "central", "high", "as_of")
    rows = [
        row
        for row in read_table(seeds / "support.csv", columns)
        if (row.text("faction"), row.text("item")) == (asked.faction, asked.item)
    ]
    rows.sort(key=lambda row: row.text("as_of"))
    if not rows:
        return None
    known = [row for row in rows if row.text("as_of")[:7] <= date.isoformat()[:7]]
    return Strength(asked.faction, *(known[-1] if known else rows[0]).span())


def _recorded(row: Row, column: str, last: datetime.date) -> datetime.date:
    """A date within the record, whose last day is `last`."""
    date = row.day(column)
    if date > last:
        raise row.error(column, f"after {last}, the last day of the record")
    return date


def _faction(row: Row, column: str, factions: tuple[str, ...]) -> str:
    return row.one_of(column, factions, "a faction of strengths.csv")
