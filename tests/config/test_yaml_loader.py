from __future__ import annotations

import math
from pathlib import Path

import omegaconf._utils
import pytest
import yaml
from omegaconf import OmegaConf

from sim.config.yaml_loader import use_libyaml
from sim.paths import configs

use_libyaml()


def test_omegaconf_reads_with_libyaml() -> None:
    assert issubclass(omegaconf._utils.get_yaml_loader(), yaml.CSafeLoader)
    assert yaml.SafeLoader is not yaml.CSafeLoader


def test_numbers_dates_and_doubled_keys_are_taken_as_omegaconf_takes_them(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("a: 1e5\nb: 2017-06-04\nc: .5\nd: [1, false, '1']\n", encoding="utf-8")
    assert OmegaConf.load(file) == {"a": 1e5, "b": "2017-06-04", "c": 0.5, "d": [1, False, "1"]}
    file.write_text("a: 1\na: 2\n", encoding="utf-8")
    with pytest.raises(yaml.YAMLError, match="duplicate key a"):
        OmegaConf.load(file)


@pytest.mark.parametrize(
    "text",
    ["12:00:00", "1:30", "1:30.5", "on", "Off", "yes", "No", "y", "2017_06_04", "1_0.5", "007"],
)
def test_what_yaml_11_takes_for_something_else_stays_text(text: str) -> None:
    assert OmegaConf.to_container(OmegaConf.create(f"a: {text}")) == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.", 1.0), ("-.5", -0.5), ("1E3", 1e3), ("1.5e-3", 1.5e-3), ("+3", 3), ("-.inf", -math.inf),
     ("True", True), ("0x1F", 31)],
)  # fmt: skip
def test_numbers_and_flags_are_read(text: str, value: object) -> None:
    (found,) = OmegaConf.to_container(OmegaConf.create(f"a: {text}")).values()
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("file", sorted(configs().rglob("*.yaml")), ids=lambda file: file.stem)
def test_the_packaged_configs_read_as_with_the_parser_in_python(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    found = OmegaConf.to_container(OmegaConf.create(text))
    assert found == yaml.load(text, _python_loader())


def _python_loader() -> type:
    fast = omegaconf._utils.get_yaml_loader()

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers = fast.yaml_implicit_resolvers

    return Loader
