"""The configs of every theatre's folder: typed, and about what is in its tables.

Reads the files as they are; nothing is composed.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
import yaml
from omegaconf import OmegaConf

from sim.config.schema import AirPower, Change, CorridorConfig, FactionConfig
from tests.tools.folders import FIRST, POSAVINA, THEATRES, Folder


@pytest.fixture(params=THEATRES)
def folder(request: pytest.FixtureRequest) -> Folder:
    return Folder(request.param)


def group(folder: Folder, name: str) -> dict[str, dict[str, Any]]:
    """The files of a config group, by name."""
    files = sorted((folder.path / "configs" / name).glob("*.yaml"))
    return {file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in files}


def test_groups_are_typed(folder: Folder) -> None:
    for kind, name in ((FactionConfig, "faction"), (CorridorConfig, "corridor")):
        for content in group(folder, name).values():
            OmegaConf.to_object(OmegaConf.merge(OmegaConf.structured(kind), content))
    for powers in group(folder, "air").values():
        for power in powers.values():
            OmegaConf.to_object(OmegaConf.merge(OmegaConf.structured(AirPower), power))
    for scenario, content in group(folder, "scenario").items():
        assert content["scenario"] == scenario
        for change in content.get("changes", []):
            typed = change | {"date": str(change.get("date", ""))}
            OmegaConf.to_object(OmegaConf.merge(OmegaConf.structured(Change), typed))


def test_factions_are_those_of_the_tables(folder: Folder) -> None:
    factions = group(folder, "faction")
    places = set(folder.places) | {row["enclave"] for row in folder.table("enclaves.csv")}
    assert set(factions) == folder.factions == set(folder.spec.settings["faction"])
    for name, faction in factions.items():
        row = next(r for r in folder.table("strengths.csv") if r["faction"] == name)
        central = {key: faction["strength"][key] for key in ("low", "central", "high")}
        assert central == {key: int(row[key]) for key in central}, name
        assert {*faction["depots"], *faction.get("alarm", {}).get("guards", [])} <= places, name
        assert {*faction["countries"], *faction["home"]} <= folder.spec.playable, name
        assert set(faction["communities"]) <= set(folder.spec.community_names), name


def test_relations_are_said_by_both_sides(folder: Folder) -> None:
    factions = group(folder, "faction")
    for a, b in combinations(factions, 2):
        one, other = (factions[x]["relations"][y] for x, y in ((a, b), (b, a)))
        for key in ("stance", "worst"):
            assert one[key] == other[key], (a, b, key)


def test_ends_of_the_corridor_are_places(folder: Folder) -> None:
    corridor = group(folder, "corridor")[folder.spec.settings["corridor"]]
    assert {corridor["source"], corridor["sink"]} <= set(folder.places)
    assert {*corridor["coalition"], *corridor["transit"]} <= folder.factions
    assert corridor["hold_days"] == 30  # the question is the same everywhere


def test_nothing_of_posavina_is_tuned() -> None:
    """What tells armies apart in the first theatre is alike for all who move, and from there."""
    first = group(Folder(FIRST), "faction")
    here = group(Folder(POSAVINA), "faction")
    movers = [faction for faction in here.values() if faction["campaigns"] > 1]
    assert len(movers) == 3
    for key in ("quality", "rationality", "campaigns", "planning_days", "campaign_days"):
        values = {faction[key] for faction in movers}
        known = [first[name][key] for name in ("isf", "regime")]
        assert len(values) == 1, key
        assert min(known) <= values.pop() <= max(known), key
