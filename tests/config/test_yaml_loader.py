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


def test_what_the_schema_has_as_text_stays_as_typed() -> None:
    text = "title: 1.50\nwalltime: 12:00:00\nscenario: 007\nqueue: on\nrecord_on: [2017-06-04, 1.0]"
    assert OmegaConf.create(text) == {
        "title": "1.50",
        "walltime": "12:00:00",
        "scenario": "007",
        "queue": "on",
        "record_on": ["2017-06-04", "1.0"],
    }
    assert OmegaConf.create("title: true\nworlds: 10\nyields: true\n") == {
        "title": "true",
        "worlds": 10,
        "yields": True,
    }


HOSTILE = {
    "deep": ("[" * 51 + "]" * 51, "nested more than 50 deep"),
    "deeper than the stack": ("{a: " * 100_000, "nested more than 50 deep"),
    "compact": ("- " * 100_000, "nested more than 50 deep"),
    "itself": ("a: &a [*a]", "a holds itself"),
    "aliases of aliases": (
        "a0: &a0 [x]\n"
        + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)),
        "more than 200000 values",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_texts_are_refused_before_they_are_made(kind: str) -> None:
    text, problem = HOSTILE[kind]
    with pytest.raises(yaml.MarkedYAMLError, match=problem):
        OmegaConf.create(text)


def test_aliases_may_be_used() -> None:
    assert OmegaConf.create("a: &x {b: 1}\nc: *x\n") == {"a": {"b": 1}, "c": {"b": 1}}
