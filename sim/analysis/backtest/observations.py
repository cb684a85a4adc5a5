"""What happened: who is recorded as holding each place on a day, to score forecasts against.

The packaged record is control.csv of the theatre. A file of changes `place,date,
controller`, each "from that date on", carries it further or mends it: from the first row of a
place in the file, the packaged rows of that place no longer count. A place that the file does not
name stays as the packaged record leaves it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sim.errors import LandbridgeError
from sim.paths import shown
from sim.theatre.csv_table import read_table
from sim.theatre.history import reports
from sim.theatre.spec import theatre_spec

COLUMNS = ("place", "date", "controller")


@dataclass(frozen=True)
class Change:
    """From `date` on, `holder` held `place`."""

    date: date
    place: str
    holder: str


class Record:
    """Changes of control, by place and date."""

    def __init__(self, changes: Collection[Change], known_until: date, source: str) -> None:
        """`known_until`: after this day nothing is known, not even that all stays as it is."""
        self.known_until, self.source = known_until, source
        self.changes = sorted(changes, key=lambda change: (change.date, change.place))
        self._days: dict[str, list[date]] = {}
        self._holders: dict[str, list[str]] = {}
        for change in self.changes:
            self._days.setdefault(change.place, []).append(change.date)
            self._holders.setdefault(change.place, []).append(change.holder)

    def holder(self, place: str, day: date) -> str | None:
        """Who held a place at the end of a day; None if that is not known."""
        if day > self.known_until or place not in self._days:
            return None
        at = bisect_right(self._days[place], day)
        return self._holders[place][at - 1] if at else None

    def holders(self) -> list[str]:
        """Everyone who ever held a place, sorted."""
        return sorted({change.holder for change in self.changes})


def packaged(seeds: Path) -> Record:
    """The record that comes with landbridge; raises LandbridgeError for a bad table."""
    rows = reports.control(seeds)
    changes = [Change(row.date, row.place, row.controller) for row in rows]
    last = theatre_spec(seeds).last
    return Record(changes, last, f"packaged record to {last}")


def extended(
    record: Record, file: Path, places: Collection[str], holders: Collection[str]
) -> Record:
    """The record mended and carried on by a file of changes (see above).

    `places` and `holders` are the names that it may use. Raises LandbridgeError, naming row and
    nearest match, for a file that cannot be read or a row that cannot be used.
    """
    first_changes: dict[tuple[str, date], Change] = {}
    for row in read_table(file, COLUMNS, f"--truth={shown(file)}"):
        place = row.one_of("place", places, "a place of the map")
        holder = row.one_of("controller", holders, "a faction or none")
        change = Change(row.day("date"), place, holder)
        if (place, change.date) in first_changes:
            raise row.error("place", f"twice on {change.date}")
        first_changes[place, change.date] = change
    if not first_changes:
        raise LandbridgeError(f"--truth={shown(file)}: holds no changes")
    first: dict[str, date] = {}
    for place, day in sorted(first_changes):
        first.setdefault(place, day)
    kept = [change for change in record.changes if change.date < first.get(change.place, date.max)]
    last = max(day for _, day in first_changes)
    source = f"{record.source}, then {file.name} (last change {last})"
    return Record([*kept, *first_changes.values()], date.max, source)
