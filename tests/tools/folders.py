"""The tables of every theatre's folder, as text: what their tests share."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from sim.theatre.hexes import HexLayout
from sim.theatre.spec import TheatreSpec, theatre_spec

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
FIRST, POSAVINA = "iraq_syria_jordan", "posavina_1992"
GRIDS = {FIRST: (10, 15, 25, 40), POSAVINA: (5, 10, 15, 25)}  # hex sizes that are built, km
THEATRES = tuple(GRIDS)
EACH_GRID = [(name, km) for name, sizes in GRIDS.items() for km in sizes]

Row = dict[str, str]


@dataclass(frozen=True)
class Folder:
    """A theatre's folder."""

    name: str

    @property
    def path(self) -> Path:
        return SEEDS / self.name

    @property
    def spec(self) -> TheatreSpec:
        return theatre_spec(self.path)

    def header(self, name: str) -> list[str]:
        """The columns of a table."""
        return _read(self.path / name)[0]

    def table(self, name: str) -> list[Row]:
        """Rows of a table."""
        columns, *lines = _read(self.path / name)
        return [dict(zip(columns, line, strict=True)) for line in lines]

    @property
    def places(self) -> dict[str, Row]:
        return {row["place"]: row for row in self.table("places.csv")}

    @property
    def nodes(self) -> dict[str, Row]:
        """Places and junctions: what a road leg may end at."""
        return self.places | {row["junction"]: row for row in self.table("junctions.csv")}

    @property
    def legs(self) -> dict[frozenset[str], Row]:
        """Road legs by their two ends."""
        return {frozenset((row["from"], row["to"])): row for row in self.table("roads.csv")}

    @property
    def factions(self) -> set[str]:
        return {row["faction"] for row in self.table("strengths.csv")}

    def layout(self, km: float) -> HexLayout:
        return HexLayout.covering(km, self.spec.box, self.spec.plane)

    def grid(self, km: int) -> list[Row]:
        return self.table(f"ground/hexes_{km}km.csv")

    def hex_at(self, km: int, lon: float, lat: float) -> Row:
        """The row of the hex that holds a point."""
        return self.grid(km)[self.layout(km).index_at(*self.spec.plane.project(lon, lat))]

    def hex_of(self, place: str, km: int = 25) -> Row:
        """The row of the hex that holds a place."""
        row = self.places[place]
        return self.hex_at(km, float(row["lon"]), float(row["lat"]))

    def straight_km(self, a: str, b: str) -> float:
        """Kilometres between two nodes as the crow flies."""
        ends = [self.nodes[name] for name in (a, b)]
        at = [self.spec.plane.project(float(row["lon"]), float(row["lat"])) for row in ends]
        return math.dist(*at)

    def held(self, day: date) -> dict[str, str]:
        """Who held each place at the end of a day."""
        rows = sorted(self.table("control.csv"), key=lambda row: row["date"])
        return {r["place"]: r["controller"] for r in rows if r["date"] <= day.isoformat()}


@cache
def _read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))
