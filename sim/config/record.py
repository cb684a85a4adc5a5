"""What a run folder remembers of its settings, and whether two runs have the same ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import omegaconf._utils
import yaml
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.config.fastyaml import use_libyaml
from sim.errors import LandbridgeError

use_libyaml()

FOLDER = ".hydra"

Settings = DictConfig  # composed settings, as wings above this one call them

# How many worlds, where, in what blocks, beside which others: none of it changes any world.
_NOT_IDENTITY = (
    "ensemble.worlds",
    "ensemble.max_worlds",
    "ensemble.precision",
    "ensemble.block",
    "engine.",
    "design.",
)


def identity(config: Settings) -> dict[str, Any]:
    """The settings that decide what each world is: dotted key to value."""
    tree = OmegaConf.to_container(config, resolve=True, enum_to_str=True)
    flat = flatten(cast(Mapping[str, Any], tree))
    return {key: value for key, value in flat.items() if not key.startswith(_NOT_IDENTITY)}


def value(config: Settings, key: str) -> object:
    """The value of a dotted key, None if there is none."""
    change, _, below = key.partition(".set.")  # what a change sets has a dotted key of its own
    if below:
        given = OmegaConf.select(config, f"{change}.set")
        return None if given is None else given.get(below)
    return OmegaConf.select(config, key)


def as_yaml(settings: Settings | Sequence[str]) -> str:
    """Settings, or a list of overrides, as YAML that omegaconf reads back as they are."""
    if isinstance(settings, DictConfig):
        tree = OmegaConf.to_container(settings, resolve=False, enum_to_str=True)
    else:
        tree = list(settings)
    text: str = yaml.dump(
        tree, Dumper=_Dumper, default_flow_style=False, allow_unicode=True, sort_keys=False
    )
    return text


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """libyaml's, four times as fast as the one of `OmegaConf.to_yaml`; quotes as that one does."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Texts that omegaconf would read as a number or a flag are quoted."""
    quoted = text.lower() in {"yes", "no", "on", "off", "true", "false", "y", "n"}
    with suppress(ValueError):
        float(text.replace("_", ""))
        quoted = True
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, "'" if quoted else None)


_Dumper.add_representer(str, _text)


def flatten(tree: Mapping[str, Any], stem: str = "") -> dict[str, Any]:
    """A nested mapping as dotted keys in order of name; lists stay whole."""
    flat: dict[str, Any] = {}
    for name in sorted(tree):
        value = tree[name]
        if isinstance(value, Mapping) and value:
            flat.update(flatten(value, f"{stem}{name}."))
        else:
            flat[f"{stem}{name}"] = value
    return flat


def config_hash(config: Settings) -> str:
    """A hash of the identity, 32 hex digits."""
    return tree_hash(identity(config))


def tree_hash(tree: object) -> str:
    """A hash of anything that JSON can hold, 32 hex digits."""
    text = json.dumps(tree, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """`key (old -> new)` for every setting that differs between two identities."""
    absent = "not set"
    return [
        f"{key} ({old.get(key, absent)} -> {new.get(key, absent)})"
        for key in sorted({*old, *new})
        if old.get(key, absent) != new.get(key, absent)
    ]


def save(config: Settings | str, overrides: Sequence[str], directory: Path) -> None:
    """Write `.hydra/config.yaml` and `.hydra/overrides.yaml`, as Hydra's own runs have them.

    The settings may be given as their YAML.
    """
    folder = directory / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    text = config if isinstance(config, str) else as_yaml(config)
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    (folder / "overrides.yaml").write_text(as_yaml(overrides), encoding="utf-8")


def read_yaml(text: str) -> Settings:
    """What `as_yaml` has written."""
    return cast(DictConfig, OmegaConf.create(text))


def load(directory: Path) -> Settings:
    """The settings of a run folder; raises LandbridgeError if there are none to read."""
    file = directory / FOLDER / "config.yaml"
    problem = LandbridgeError(f"{directory}: not a run folder (no readable {FOLDER}/config.yaml)")
    try:
        found = OmegaConf.load(file)
    except (OSError, yaml.YAMLError, OmegaConfBaseException) as error:
        raise problem from error
    if not isinstance(found, DictConfig):
        raise problem
    return found


def load_plain(directory: Path) -> dict[str, Any]:
    """The same as plain dictionaries and lists, read several times faster."""
    with suppress(OSError, yaml.YAMLError):
        text = (directory / FOLDER / "config.yaml").read_text(encoding="utf-8")
        found = yaml.load(text, Loader=omegaconf._utils.get_yaml_loader())
        if "${" not in text and isinstance(found, dict):
            return found
    return cast(dict[str, Any], OmegaConf.to_container(load(directory), resolve=True))
