"""A theatre's folder as the builder sees it: its spec, its CSV tables, the window about its box."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sim.theatre.hexes import Box
from sim.theatre.spec import TheatreSpec, theatre_spec
from tools.theatre.plane import Sheet

# Degrees of longitude and latitude beyond the box.
WINDOW_MARGIN = (3.5, 3.0)  # of the geodata that is read: edge hexes are whole at any size
NEAR_MARGIN = (0.7, 0.5)  # of what is drawn, and of districts that must be known

Row = dict[str, str]


@dataclass(frozen=True)
class Node:
    """A named point: a place of `places.csv` or a junction of `junctions.csv`."""

    key: str
    lon: float
    lat: float


@dataclass(frozen=True, eq=False)
class Folder:
    """The folder of a theatre."""

    path: Path
    spec: TheatreSpec

    @classmethod
    def at(cls, path: Path) -> Folder:
        """The folder with its spec."""
        return cls(path, theatre_spec(path))

    @cached_property
    def sheet(self) -> Sheet:
        """The theatre's projection, with the window of the geodata."""
        return Sheet(self.spec.plane, _wider(self.spec.box, WINDOW_MARGIN))

    @property
    def near(self) -> Box:
        """The box with a margin for drawing, degrees."""
        return _wider(self.spec.box, NEAR_MARGIN)

    @property
    def countries(self) -> list[str]:
        """Codes of the countries, without the one of no country."""
        return [code for code in self.spec.countries if code != "XX"]

    def rows(self, name: str) -> list[Row]:
        """Rows of a table of the folder."""
        return read(self.path / name)

    def optional(self, name: str) -> list[Row]:
        """Rows of a table, none where the folder has no such table."""
        path = self.path / name
        return read(path) if path.exists() else []

    def names(self, kind: str) -> dict[str, str]:
        """What the geodata call something (or its number there) -> what it is called here."""
        rows = self.optional("ground/names.csv")
        return {row["geodata"]: row["name"] for row in rows if row["kind"] == kind}

    def write(self, name: str, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> int:
        """Write rows in column order with Unix line ends; the number of rows written."""
        path = self.path / "ground" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        count = 0
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, columns, lineterminator="\n")
            writer.writeheader()
            for row in rows:
                writer.writerow(row)
                count += 1
        return count

    def places(self) -> list[Node]:
        """The places of `places.csv`, in file order."""
        return [Node(r["place"], float(r["lon"]), float(r["lat"])) for r in self.rows("places.csv")]

    def nodes(self) -> dict[str, Node]:
        """Places and junctions by id: what a road leg may end at."""
        nodes = {node.key: node for node in self.places()}
        for row in self.rows("junctions.csv"):
            if row["junction"] in nodes:
                raise SystemExit(f"junctions.csv: {row['junction']} is already a place")
            nodes[row["junction"]] = Node(row["junction"], float(row["lon"]), float(row["lat"]))
        return nodes


def read(path: Path) -> list[Row]:
    """Rows of a CSV file as dictionaries of text."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _wider(box: Box, margin: tuple[float, float]) -> Box:
    west, south, east, north = box
    lon, lat = margin
    return west - lon, south - lat, east + lon, north + lat
