"""CSV as it is written: to a spreadsheet no cell that comes from a text is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # with which spreadsheets begin one


def written(rows: Iterable[Iterable[object]]) -> str:
    """Rows of cells as CSV, texts among them inert."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows(map(inert, row) for row in rows)
    return text.getvalue()


def inert(cell: object) -> object:
    """A cell, with an apostrophe before a text that a spreadsheet would work out."""
    if not isinstance(cell, str) or not cell.startswith(_FORMULAS):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell
