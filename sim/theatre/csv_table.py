"""Reading the CSV tables of a seeds folder, with errors that name the file, line and column."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from sim.errors import LandbridgeError, bad_value
from sim.user_files import read_text


@dataclass(frozen=True)
class Row:
    """One line of a table; the methods read a column or raise a one-line `LandbridgeError`."""

    table: str  # file name, for messages
    line: int  # as an editor counts
    cells: dict[str, str]

    def text(self, column: str) -> str:
        """The cell as it stands, blanks at the ends removed."""
        return self.cells[column].strip()

    def one_of(self, column: str, allowed: Iterable[str], what: str) -> str:
        """The cell, which must be one of `allowed`."""
        value = self.text(column)
        choices = tuple(allowed)
        if value not in choices:
            raise self.error(column, f"not {what}", choices)
        return value

    def code(self, column: str, allowed: tuple[str, ...], what: str) -> int:
        """Position of the cell in `allowed`."""
        return allowed.index(self.one_of(column, allowed, what))

    def whole(self, column: str, least: int = 0) -> int:
        """The cell as a whole number, at least `least`."""
        return self._number(column, int, f"must be a whole number, {least} or more", least)

    def number(self, column: str, least: float) -> float:
        """The cell as a decimal number, at least `least`."""
        return self._number(column, float, f"must be a number, {least:g} or more", least)

    def _number[T: (int, float)](
        self, column: str, read: Callable[[str], T], rule: str, least: float
    ) -> T:
        try:
            value = read(self.text(column))
        except ValueError:
            raise self.error(column, rule) from None
        if not least <= value < float("inf"):  # also refuses nan
            raise self.error(column, rule)
        return value

    def day(self, column: str) -> datetime.date:
        """The cell as a date, YYYY-MM-DD."""
        try:
            return datetime.date.fromisoformat(self.text(column))
        except ValueError:
            raise self.error(column, "must be a date, YYYY-MM-DD") from None

    def span(self) -> tuple[int, int, int]:
        """Columns `low`, `central`, `high` as whole numbers in that order."""
        low, central, high = self.whole("low"), self.whole("central"), self.whole("high")
        if not low <= central <= high:
            raise self.error("central", f"must lie between low={low} and high={high}")
        return low, central, high

    def error(self, column: str, rule: str, choices: Iterable[str] = ()) -> LandbridgeError:
        """The error for this row's `column`."""
        return bad_value(f"{self.table}:{self.line} {column}", self.text(column), rule, choices)


def read_table(path: Path, columns: Iterable[str], name: str = "") -> list[Row]:
    """The rows of a CSV file that has at least `columns`; LandbridgeError if it does not.

    `name` is what an error calls the file by, if it is none of a theatre.
    """
    text = read_text(path, name or f"seeds={path.parent.name}/{path.name}")
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        head = next(reader, [])
        for column in columns:
            if column not in head:
                raise bad_value(f"{path.name} column", column, "missing; the file has", head)
        rows = []
        for cells in reader:
            if len(cells) != len(head):
                rule = f"must have {len(head)} cells, as the heading has"
                raise bad_value(f"{path.name}:{reader.line_num} cells", len(cells), rule)
            rows.append(Row(path.name, reader.line_num, dict(zip(head, cells, strict=True))))
        return rows
    except csv.Error as problem:
        where = f"{path.name}:{reader.line_num}"
        raise LandbridgeError(f"{where}: cannot be read as CSV ({problem})") from None


def by_id(rows: list[Row], column: str) -> dict[str, Row]:
    """Rows by a column that must be filled and unique, in the order of the ids.

    Sorting makes everything that follows independent of the order of lines in the file.
    """
    by_name: dict[str, Row] = {}
    for row in rows:
        name = row.text(column)
        if not name or name in by_name:
            raise row.error(column, "twice in the file" if name else "must not be empty")
        by_name[name] = row
    return dict(sorted(by_name.items()))
