"""Every kind of fault in a theatre is told in a line that names file, line and column."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sim.analysis.theatre_check import faults
from sim.errors import LandbridgeError
from sim.paths import theatre_folder, theatres
from sim.theatre.rough_ground import write_rough_ground
from sim.theatre.spec import theatre_spec

SPOILED = {
    "an unknown faction": ("control.csv", "1901-01-01,league", "1901-01-01,leage",
                           "control.csv:2 controller=leage", "did you mean league"),
    "no number": ("tempo.csv", ",66,", ",x,", "tempo.csv:2 km=x", "number"),
    "an unknown road": ("roads.csv", "motorway", "highway", "roads.csv:2 class=highway", "track"),
    "after the record": ("control.csv", "1903-04-03", "1904-04-03", "control.csv:26 date",
                         "last day of the record"),
    "a place that is not there": ("routes.csv", "3,southgate", "3,southgat",
                                  "routes.csv:15 place=southgat", "no such place"),
    "nobody holds it": ("control.csv", "fen,1901-01-01,corsairs,high,invented,\n", "",
                        "control.csv: nobody holds fen", ""),
    "outside the box": ("places.csv", "31.50,-39.60", "31.50,-49.60", "places.csv:2 place=westport",
                        "outside the map"),
    "no such gate": ("theatre.yaml", "places: [northgate", "places: [nrthgate",
                     "theatre.yaml gates.places=nrthgate", "no such place"),
    "a key that is none": ("theatre.yaml", "title:", "titel:", "theatre.yaml keys=titel",
                           "did you mean title"),
    "no list": ("theatre.yaml", "captors: [league, wardens]", "captors: league",
                "theatre.yaml calibration.captors=league", "must be a list"),
    "no date": ("theatre.yaml", "first: 1901-01-01", "first: soon", "theatre.yaml first=soon",
                "must be a date"),
    "friends at war": ("theatre.yaml", "at_war: [", "at_war: [[league, wardens], ",
                       "theatre.yaml relations.friends", "at war"),
    "no YAML": ("theatre.yaml", "box: [", "box: [[", "theatre.yaml:", "cannot be read as YAML"),
    "an unknown objective": ("configs/faction/crown.yaml", "territory:", "teritory:",
                             "scenario baseline: faction.crown.objectives=teritory", "territory"),
    "an unknown place in a scenario": ("configs/scenario/keep_falls.yaml", "place: keep",
                                       "place: kep", "scenario keep_falls: changes[0].place=kep",
                                       "did you mean keep"),
}  # fmt: skip


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A copy of the example that a test may spoil."""
    return Path(shutil.copytree(theatre_folder("archipelago"), tmp_path / "mine"))


@pytest.mark.parametrize("theatre", theatres())
def test_what_comes_along_has_no_fault(theatre: str) -> None:
    assert faults(theatre_folder(theatre)) == []


@pytest.mark.parametrize("kind", SPOILED)
def test_a_fault_is_told(mine: Path, kind: str) -> None:
    name, before, after, *told = SPOILED[kind]
    text = (mine / name).read_text(encoding="utf-8")
    assert before in text
    (mine / name).write_text(text.replace(before, after, 1), encoding="utf-8")
    lines = faults(mine)
    assert any(all(part in line for part in told) for line in lines), lines
    assert not any("\n" in line for line in lines)


def test_several_faults_are_told_at_once(mine: Path) -> None:
    for kind in ("an unknown faction", "no number", "an unknown road"):
        name, before, after, *_ = SPOILED[kind]
        text = (mine / name).read_text(encoding="utf-8")
        (mine / name).write_text(text.replace(before, after, 1), encoding="utf-8")
    told = " ".join(faults(mine))
    assert all(SPOILED[kind][3] in told for kind in ("an unknown faction", "no number"))
    assert "roads.csv:2" in told


def test_a_missing_table_is_told(mine: Path) -> None:
    (mine / "tempo.csv").unlink()
    assert faults(mine) == ["seeds=mine/tempo.csv: no such file"]


def test_a_rough_map_is_made_of_places_alone(mine: Path) -> None:
    before = (mine / "ground" / "hexes_40km.csv").read_bytes()
    assert write_rough_ground(mine, 40.0, 36.0).read_bytes() == before
    write_rough_ground(mine, 50.0, 36.0)
    assert faults(mine) == []


def test_a_rough_map_needs_a_country_for_what_lies_beyond(mine: Path) -> None:
    text = (mine / "theatre.yaml").read_text(encoding="utf-8")
    spoiled = text.replace("XX: {name: Open sea,", "XX: {name: Open sea, playable: true,")
    (mine / "theatre.yaml").write_text(spoiled, encoding="utf-8")
    assert theatre_spec(mine).countries["XX"].playable
    with pytest.raises(LandbridgeError, match="no country in theatre.yaml takes no part"):
        write_rough_ground(mine, 40.0, 36.0)
