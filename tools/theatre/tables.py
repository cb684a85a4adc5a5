"""Reading and writing the CSV tables of `seeds/`."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "seeds"
THEATRE = SEEDS / "theatre"

Row = dict[str, str]


@dataclass(frozen=True)
class Node:
    """A named point: a place of `places.csv` or a junction of `junctions.csv`."""

    key: str
    lon: float
    lat: float


def read(path: Path) -> list[Row]:
    """Rows of a CSV file as dictionaries of text."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def write(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> int:
    """Write rows in column order with Unix line ends; the number of rows written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def places() -> list[Node]:
    """The places of `seeds/places.csv`, in file order."""
    rows = read(SEEDS / "places.csv")
    return [Node(r["place"], float(r["lon"]), float(r["lat"])) for r in rows]


def nodes() -> dict[str, Node]:
    """Places and junctions by id: what a road leg may end at."""
    found = {node.key: node for node in places()}
    for row in read(SEEDS / "junctions.csv"):
        if row["junction"] in found:
            raise SystemExit(f"junctions.csv: {row['junction']} is already a place")
        found[row["junction"]] = Node(row["junction"], float(row["lon"]), float(row["lat"]))
    return found
