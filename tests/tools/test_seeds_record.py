"""The record of June to December 2017: sources, dates, and forces that fit the ground."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from sim.theatre.history import reports
from sim.theatre.history.relations import at_war, same_side
from tests.tools.test_seeds_tables import SEEDS, Row, straight_km, table

RELEASED = "2017-12-31"  # no fact is later
SOURCED = ("control", "incidents", "dispositions", "commitments", "support", "tempo", "strengths")
DATES = {
    "control": ("date",),
    "incidents": ("date",),
    "dispositions": ("as_of",),
    "commitments": ("date",),
    "support": ("as_of",),
    "strengths": ("as_of",),
    "tempo": ("start", "end"),
}
TABLES = ("2017-09-01", "2017-12-31")


def test_no_source_is_held_back() -> None:
    assert not [
        file.name for file in SEEDS.glob("*") if file.is_file() and "held back" in _read(file)
    ]


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SOURCED)
def test_every_row_has_a_source_and_no_fact_is_later(name: str) -> None:
    for row in table(f"{name}.csv"):
        assert row["source"].strip() or "inferred" in row["note"], row
        for column in DATES[name]:
            for day in re.findall(r"\d{4}(?:-\d\d){0,2}", row[column]):
                assert day <= RELEASED, row
        assert not re.search(r"\b20(1[89]|2\d)\b", row["note"]), row


def test_no_address_tells_what_came_later() -> None:
    """The day in the path of a page of a newspaper or blog."""
    for file in SEEDS.glob("*.csv"):
        assert not re.findall(r"https?://\S*/20(?:1[89]|2\d)/\d", _read(file)), file.name


@pytest.mark.parametrize("as_of", TABLES)
def test_forces_stand_where_their_side_holds_or_an_enemy_is_faced(as_of: str) -> None:
    day = date.fromisoformat(as_of)
    held = reports.controllers_at(day, SEEDS)
    pockets = {(e.of_place, e.faction) for e in reports.enclaves(SEEDS)}
    for row in _listed(as_of):
        faction, place = row["faction"], row["place"]
        of_pocket = any(at == place and same_side(faction, who, day) for at, who in pockets)
        ours = same_side(faction, held[place], day) or of_pocket
        ours |= "carried over" in row["note"]  # as in the tables before
        assert ours or at_war(faction, held[place]), row
        if not ours:  # a siege, or a remnant that says who has the place
            assert faction != "isis" or "the place is held by" in row["note"], row


@pytest.mark.parametrize("as_of", TABLES)
def test_who_holds_ground_has_forces(as_of: str) -> None:
    held = reports.controllers_at(date.fromisoformat(as_of), SEEDS)
    listed = {row["faction"] for row in _listed(as_of)}
    assert set(held.values()) <= listed
    assert listed == set(reports.factions_known(SEEDS))


@pytest.mark.parametrize("as_of", TABLES)
def test_totals_fit_the_strengths_of_the_day(as_of: str) -> None:
    """Usable are no more than are listed; of ISIS all are listed."""
    day = date.fromisoformat(as_of)
    free = reports.free_shares(day, SEEDS)
    total: dict[str, int] = defaultdict(int)
    for row in _listed(as_of):
        total[row["faction"]] += int(row["central"])
    for name, whole in reports.strengths(SEEDS).items():
        usable = whole.central * (free[name].central if name in free else 1.0)
        assert usable <= 1.3 * total[name], name
    if as_of == RELEASED:
        assert total["isis"] == pytest.approx(15_000 * free["isis"].central, rel=0.1)


def _listed(as_of: str) -> list[Row]:
    return [row for row in table("dispositions.csv") if row["as_of"] == as_of]


def test_operations_are_measured_as_they_say() -> None:
    control = {(row["place"], row["date"]) for row in table("control.csv")}
    for row in table("tempo.csv"):
        days = (date.fromisoformat(row["end"]) - date.fromisoformat(row["start"])).days
        km = float(row["km"])
        assert float(row["weeks"]) == pytest.approx(days / 7, abs=0.06), row
        if row["start"] <= "2017-06-04" and row["end"] <= "2017-06-04":
            continue
        assert float(row["km_per_week"]) == pytest.approx(km * 7 / days, abs=0.06), row
        ends = row["from_place"], row["to_place"]
        if not any(end.startswith("other:") for end in ends):
            assert km == pytest.approx(straight_km(*ends), abs=0.6), row
            swept = (row["end"] >= "2017-12-01") or ("siege broken" in row["note"])
            assert swept or (row["to_place"], row["end"]) in control, row
