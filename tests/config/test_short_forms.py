"""One number for an uncertain input, and configs that say where they belong."""

from __future__ import annotations

from pathlib import Path

import pytest
from omegaconf import OmegaConf

from sim.config.compose import Composer, compose
from sim.errors import LandbridgeError

FIXED = {"low": 30000.0, "central": 30000.0, "high": 30000.0, "source": "set to one value"}


def test_one_number_fixes_an_uncertain_input_of_a_config(small: Path, tmp_path: Path) -> None:
    (tmp_path / "scenario").mkdir()
    (tmp_path / "scenario" / "mine.yaml").write_text(
        "# @package _global_\nscenario: mine\n"
        "faction: {tanf: {strength: 30000, intake_per_month: {central: 2.5}}}\n"
        "rules: {tempo: 30000}\n"
    )
    config = compose(["scenario=mine"], tmp_path)
    assert config.faction.tanf.strength == FIXED
    assert config.rules.tempo == FIXED
    assert config.faction.tanf.intake_per_month.low == 1.0
    assert config.faction.sdf.strength.low == 1.0


@pytest.mark.parametrize("given", ["faction.tanf.strength=30000", "++rules.tempo=30000.0"])
def test_and_of_an_override(small: Path, given: str) -> None:
    key = given.strip("+").partition("=")[0]
    for config in (compose([given]), Composer().compose([given])):
        assert OmegaConf.select(config, key) == FIXED
    later = compose([given, f"{key}.high=40000"])
    assert OmegaConf.select(later, key) == {**FIXED, "high": 40000.0}


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("scenario/mine", "scenario: mine\n", "# @package _global_"),
        ("scenario/mine", "# @package scenario\nscenario: mine\n", "# @package _global_"),
        ("faction/mine", "title: mine\n", "# @package faction.mine"),
    ],
)
def test_a_config_that_does_not_say_where_it_belongs(
    small: Path, tmp_path: Path, name: str, text: str, line: str
) -> None:
    file = tmp_path / f"{name}.yaml"
    file.parent.mkdir()
    file.write_text(text)
    group, _, option = name.partition("/")
    with pytest.raises(LandbridgeError) as caught:
        compose([f"{group}={option if group == 'scenario' else f'[{option}]'}"], tmp_path)
    assert str(caught.value) == f"config {name}.yaml: must begin with the line `{line}`"
