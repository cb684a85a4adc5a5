"""The record of each theatre: sources, dates, and forces that fit the ground."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

import pytest

from tests.tools.folders import FIRST, POSAVINA, THEATRES, Folder, Row

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
# Tables of forces that are checked; the older ones of the first theatre know less.
TABLES = [(FIRST, "2017-09-01"), (FIRST, "2017-12-31"), (POSAVINA, "1992-06-01")]
LATER = {  # years that a note or a page of a newspaper must not carry
    FIRST: r"20(?:1[89]|2\d)",
    POSAVINA: r"(?:199[3-9]|20\d\d)",
}
TURNS = {  # what a text about Posavina must not tell: it came after 1 June 1992
    "later in 1992",
    "until the end of 1992",
    "corridor 92",
    "koridor",
    "from june",
    "mid-june",
    "july 1992",
    "august 1992",
    "autumn of 1992",
    "october 1992",
    "end of 1992",
    "late 1992",
}
each_table = pytest.mark.parametrize(("name", "as_of"), TABLES)


def test_no_source_of_the_first_theatre_is_held_back() -> None:
    files = [file for file in Folder(FIRST).path.glob("*") if file.is_file()]
    assert not [f.name for f in files if "held back" in f.read_text(encoding="utf-8")]


@pytest.mark.parametrize("name", SOURCED)
@pytest.mark.parametrize("theatre", THEATRES)
def test_every_row_has_a_source_and_no_fact_is_later(theatre: str, name: str) -> None:
    folder = Folder(theatre)
    for row in folder.table(f"{name}.csv"):
        assert row["source"].strip() or "inferred" in row["note"], row
        for column in DATES[name]:
            for day in re.findall(r"\d{4}(?:-\d\d){0,2}", row[column]):
                assert day <= folder.spec.last.isoformat(), row
        assert not re.search(rf"\b{LATER[theatre]}\b", row["note"]), row


def test_no_text_of_posavina_tells_what_came_later() -> None:
    texts = [f for f in Folder(POSAVINA).path.rglob("*") if f.suffix in {".csv", ".yaml", ".md"}]
    assert len(texts) > 30
    for file in texts:
        text = file.read_text(encoding="utf-8").lower()
        assert not [words for words in TURNS if words in text], file.name


def test_no_address_tells_what_came_later() -> None:
    """The day in the path of a page of a newspaper or blog."""
    for file in Folder(FIRST).path.glob("*.csv"):
        text = file.read_text(encoding="utf-8")
        assert not re.findall(r"https?://\S*/20(?:1[89]|2\d)/\d", text), file.name


@pytest.mark.parametrize("theatre", THEATRES)
def test_every_place_has_a_holder_from_the_first_day_on(theatre: str) -> None:
    folder = Folder(theatre)
    rows = folder.table("control.csv")
    assert set(folder.held(folder.spec.first)) >= set(folder.places)
    assert {row["controller"] for row in rows} <= folder.factions
    keys = [(row["place"], row["date"]) for row in rows]
    assert len(set(keys)) == len(keys)


@each_table
def test_forces_stand_where_their_side_holds_or_an_enemy_is_faced(name: str, as_of: str) -> None:
    day, folder = date.fromisoformat(as_of), Folder(name)
    relations, held = folder.spec.relations, folder.held(day)
    pockets = {(e["of_place"], e["faction"]) for e in folder.table("enclaves.csv")}
    for row in _listed(folder, as_of):
        faction, place = row["faction"], row["place"]
        of_pocket = any(
            at == place and relations.same_side(faction, who, day) for at, who in pockets
        )
        ours = relations.same_side(faction, held[place], day) or of_pocket
        ours |= "carried over" in row["note"]  # as in the tables before
        assert ours or relations.hostile(faction, held[place]), row
        if not ours:  # a siege, or a remnant that says who has the place
            assert faction != "isis" or "the place is held by" in row["note"], row


@each_table
def test_who_holds_ground_has_forces(name: str, as_of: str) -> None:
    folder = Folder(name)
    listed = {row["faction"] for row in _listed(folder, as_of)}
    assert set(folder.held(date.fromisoformat(as_of)).values()) <= listed
    assert listed == folder.factions


@each_table
def test_totals_fit_the_strengths_of_the_day(name: str, as_of: str) -> None:
    """Usable are no more than are listed."""
    folder, total = Folder(name), _totals(Folder(name), as_of)
    for row in folder.table("strengths.csv"):
        usable = int(row["central"]) * _free(folder, row["faction"], as_of)
        assert usable <= 1.3 * total[row["faction"]], row["faction"]


def test_all_of_isis_are_listed() -> None:
    folder, last = Folder(FIRST), "2017-12-31"
    share = _free(folder, "isis", last)
    assert _totals(folder, last)["isis"] == pytest.approx(15_000 * share, rel=0.1)


def _listed(folder: Folder, as_of: str) -> list[Row]:
    return [row for row in folder.table("dispositions.csv") if row["as_of"] == as_of]


def _totals(folder: Folder, as_of: str) -> dict[str, int]:
    total: dict[str, int] = defaultdict(int)
    for row in _listed(folder, as_of):
        total[row["faction"]] += int(row["central"])
    return total


def _free(folder: Folder, who: str, as_of: str) -> float:
    """The share of a faction that is free on a day."""
    rows = [r for r in folder.table("commitments.csv") if r["who"] == who and r["date"] <= as_of]
    return float(max(rows, key=lambda row: row["date"])["central"]) if rows else 1.0


@pytest.mark.parametrize("theatre", THEATRES)
def test_operations_are_measured_as_they_say(theatre: str) -> None:
    folder = Folder(theatre)
    control = {(row["place"], row["date"]) for row in folder.table("control.csv")}
    for row in folder.table("tempo.csv"):
        assert {row["faction"], row["opponent"]} <= folder.factions, row
        ends = row["from_place"], row["to_place"]
        named = [end for end in ends if not end.startswith("other:")]
        assert set(named) <= set(folder.places), row
        days = (date.fromisoformat(row["end"]) - date.fromisoformat(row["start"])).days
        km = float(row["km"])
        assert float(row["weeks"]) == pytest.approx(days / 7, abs=0.06), row
        if theatre == FIRST and row["end"] <= "2017-06-04":
            continue  # measured before this was the rule
        assert float(row["km_per_week"]) == pytest.approx(km * 7 / days, abs=0.06), row
        if len(named) == 2:
            assert km == pytest.approx(folder.straight_km(*ends), abs=0.6), row
            swept = (row["end"] >= "2017-12-01") or ("siege broken" in row["note"])
            assert theatre != FIRST or swept or (row["to_place"], row["end"]) in control, row
