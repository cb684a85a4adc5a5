"""Readers of the record: control at any date, and refusal of what cannot be so."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest

from sim.errors import LandbridgeError
from sim.theatre.history import reports
from sim.theatre.spec import theatre_spec
from sim.theatre.theatre import Theatre
from tests.support.folders import SEEDS

DAY = datetime.date.fromisoformat
REAL = SEEDS


@pytest.mark.parametrize(
    ("date", "held"),
    [
        (
            "2015-01-01",
            {"palmyra": "regime", "mosul": "isis", "ramadi": "isf", "al_tanf": "regime"},
        ),
        ("2015-05-20", {"palmyra": "isis", "al_tanf": "regime", "ramadi": "isis"}),
        ("2015-05-25", {"al_tanf": "isis", "al_walid": "isis", "zaza": "isis", "sinjar": "isis"}),
        ("2015-11-12", {"sinjar": "isis"}),
        ("2015-11-13", {"sinjar": "peshmerga", "al_hawl": "sdf"}),
        ("2016-10-16", {"palmyra": "regime", "al_tanf": "tanf", "tal_afar_airbase": "isis"}),
        ("2017-02-01", {"palmyra": "isis", "bashiqa": "peshmerga", "tabqa": "isis"}),
        ("2017-06-04", {"palmyra": "regime", "baaj": "pmf", "zaza": "regime", "mosul": "isis"}),
        ("2017-06-18", {"badia_border_iraq": "pmf", "border_badia": "regime", "zakaf": "tanf"}),
        ("2017-07-10", {"mosul": "isf", "tal_afar": "isis", "raqqa": "isis"}),
        ("2017-10-08", {"shola": "isis", "qaryatayn": "isis", "kirkuk": "peshmerga"}),
        ("2017-10-17", {"shola": "regime", "raqqa": "sdf", "kirkuk": "isf", "sinjar": "pmf"}),
        ("2017-11-10", {"abu_kamal": "regime", "husaybah_crossing": "isf", "rawa": "isis"}),
        ("2017-11-11", {"abu_kamal": "isis", "husaybah_crossing": "pmf", "mayadin": "regime"}),
        ("2017-11-18", {"abu_kamal": "isis", "rawa": "isf"}),
        ("2017-11-19", {"abu_kamal": "regime", "al_qaim": "isf", "deir_ezzor": "regime"}),
        ("2017-12-31", {"abu_kamal": "regime", "erbil": "peshmerga", "al_tanf": "tanf"}),
    ],
)
def test_control_is_the_latest_change_up_to_the_day(date: str, held: dict[str, str]) -> None:
    found = reports.controllers_at(DAY(date), REAL)
    assert {place: found[place] for place in held} == held
    assert set(found) == set(reports.places_known(REAL))


@pytest.mark.parametrize("date", ["2014-12-31", "2018-01-01", "1999-01-01"])
def test_a_day_out_of_the_record_is_refused(date: str) -> None:
    with pytest.raises(
        LandbridgeError, match=rf"^date={date}: control is known from 2015-01-01 to"
    ):
        reports.controllers_at(DAY(date), REAL)


def test_every_table_of_the_project_reads() -> None:
    assert len(reports.dispositions(REAL)) > 400
    assert len(reports.tempo(REAL)) > 70
    strengths = reports.strengths(REAL)
    assert strengths["tanf"] == reports.Strength("tanf", 300, 1500, 3150)
    assert {row.controller for row in reports.control(REAL)} <= set(strengths)


@pytest.mark.parametrize(
    ("date", "central"),
    [("2015-01-01", 22000), ("2016-07-31", 22000), ("2016-08-01", 22001), ("2017-06-04", 22001)],
)
def test_reported_strength_is_the_latest_estimate(
    small: tuple[Theatre, Path], date: str, central: int
) -> None:
    found = reports.reported_strength(DAY(date), small[1])
    assert found is not None
    assert found.central == central


SPOILED = [
    ("control", "river_city,2015-01-01,isis", "river_city,2015-01-01,isys", "did you mean isis?"),
    ("control", "river_city,2015", "river_cty,2015", "did you mean river_city?"),
    ("control", "dam,2017-05-10", "dam,10/05/2017", "must be a date, YYYY-MM-DD"),
    ("control", "dam,2017-05-10", "dam,2018-01-01", "after 2017-12-31, the last day of the record"),
    ("control", "dam,2017-05-10", "dam,2015-01-01", "place=dam: twice on 2015-01-01"),
    ("control", "controller", "holder", "control.csv column=controller: missing"),
    ("dispositions", "300,801,900", "802,801,900", "central=801: must lie between low=802"),
    ("dispositions", "300,801,900", "300,801,x", "high=x: must be a whole number"),
    ("dispositions", "300,801,900", "-1,801,900", "low=-1: must be a whole number, 0 or more"),
    ("dispositions", "2016-10-16,tanf,outpost", "2016-10-16,tnf,outpost", "did you mean tanf?"),
    ("strengths", "300,1500,3150", "300,1500,150", "must lie between low=300 and high=150"),
    ("tempo", "isis,regime", "isis,regim", "did you mean regime?"),
    ("tempo", "other:desert", "desert", "not a place of places.csv or other:name"),
    ("tempo", "2015-05-21", "2015-05-01", "must not be before start=2015-05-13"),
    ("enclaves", "rebels,capital", "rebels,capitol", "did you mean capital?"),
]
READERS = {
    "control": reports.control,
    "dispositions": reports.dispositions,
    "strengths": reports.strengths,
    "tempo": reports.tempo,
    "enclaves": reports.enclaves,
}


@pytest.mark.parametrize(("name", "old", "new", "said"), SPOILED)
def test_a_bad_row_is_one_line(seeds: Path, name: str, old: str, new: str, said: str) -> None:
    path = seeds / f"{name}.csv"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(LandbridgeError) as caught:
        READERS[name](seeds)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", sorted(READERS))
def test_a_missing_file_is_named(seeds: Path, name: str) -> None:
    (seeds / f"{name}.csv").unlink()
    with pytest.raises(LandbridgeError, match=f"seeds/{name}.csv: no such file"):
        READERS[name](seeds)


HEAD = "who,date,low,central,high,source,note\n"


def _shares(folder: Path, *rows: str) -> Path:
    text = HEAD + "".join(f"{row},test,\n" for row in rows)
    (folder / "commitments.csv").write_text(text, encoding="utf-8")
    shutil.copy(REAL / "theatre.yaml", folder)
    return folder


def test_the_latest_share_by_a_day_counts(tmp_path: Path) -> None:
    seeds = _shares(
        tmp_path,
        "isf,2016-10-17,0.2,0.3,0.5",
        "isf,2015-01-01,1,1,1",
        "us,2016-01-01,0.5,0.6,0.7",
    )
    assert reports.free_shares(DAY("2014-12-31"), seeds) == {}
    first = reports.free_shares(DAY("2015-01-01"), seeds)
    assert {who: share.central for who, share in first.items()} == {"isf": 1.0}
    assert reports.free_shares(DAY("2016-10-16"), seeds)["isf"].central == 1.0
    later = reports.free_shares(DAY("2016-10-17"), seeds)
    assert later["isf"] == reports.Share("isf", DAY("2016-10-17"), 0.2, 0.3, 0.5)
    assert later["us"].high == 0.7


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("isf,2016-10-17,0.4,0.3,0.5", "commitments.csv:2 central=0.3: must lie between low=0.4"),
        ("isf,2016-10-17,0.1,0.6,0.5", "must lie between low=0.1 and high=0.5"),
        ("isf,2016-10-17,-1,0.6,0.7", "commitments.csv:2 low=-1: must be a number, 0 or more"),
        ("isf,2018-01-01,0,0,0", "date=2018-01-01: after 2017-12-31"),
        ("isf,soon,0,0,0", "date=soon: must be a date"),
    ],
)
def test_bad_shares_are_refused(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(LandbridgeError, match=said):
        reports.free_shares(DAY("2017-01-01"), _shares(tmp_path, row))


def test_isis_holds_no_place_at_the_end_of_the_record() -> None:
    assert "isis" not in reports.controllers_at(theatre_spec(REAL).last, REAL).values()


def test_every_share_of_the_project_is_in_order() -> None:
    """In mid-2017 all that strengths.csv counts is there; at the end a fifth of ISIS."""
    assert reports.free_shares(theatre_spec(REAL).last, REAL)["isis"].central == 0.2
    found = reports.free_shares(DAY("2017-06-04"), REAL)
    assert {"regime", "isf", "sdf", "isis", "turkey", "russia", "us"} <= set(found)
    assert all(
        (share.low, share.high) == (1.0, 1.0) for who, share in found.items() if who != "sdf"
    )
