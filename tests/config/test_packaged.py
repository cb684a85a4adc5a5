"""The configs that come with landbridge: every option composes and passes every check."""

from __future__ import annotations

import pytest

from sim.config.check import check
from sim.config.compose import compose, typed
from sim.ensemble.simulator import LandbridgeModel
from sim.paths import theatre_folder, theatres

SCENARIOS = [
    (name, file.stem)
    for name in theatres()
    for file in sorted((theatre_folder(name) / "configs" / "scenario").glob("*.yaml"))
]


@pytest.mark.parametrize(("theatre", "scenario"), SCENARIOS)
def test_scenario_composes_and_passes(theatre: str, scenario: str) -> None:
    config = typed(compose([f"theatre={theatre}", f"scenario={scenario}"]))
    check(config, LandbridgeModel().known(theatre_folder(theatre)))
    assert config.scenario == scenario
    assert config.title, "figures and reports show it"


def test_every_source_is_said() -> None:
    config = typed(compose([]))
    for name, faction in config.faction.items():
        assert faction.strength.source, name
        assert faction.intake_per_month.source, name
        assert not faction.red_line.place or faction.red_line.source, name
        assert not faction.alarm.sensitivity or faction.alarm.source, name
        assert not faction.ally_support.partner or faction.ally_support.source, name
