"""What a run folder remembers of its settings, and whether two runs have the same ones."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from textwrap import indent
from typing import Any, cast

import omegaconf._utils
import yaml
from omegaconf import DictConfig, OmegaConf

from sim.config.yaml_loader import use_libyaml
from sim.errors import LandbridgeError
from sim.paths import shown

use_libyaml()

FILES = (".hydra/config.yaml", ".hydra/overrides.yaml")

Settings = DictConfig  # composed settings, as wings above this one call them

# How many worlds, where, in what blocks, beside which others: none of it changes any world.
_NOT_IDENTITY = (
    "ensemble.worlds",
    "ensemble.max_worlds",
    "ensemble.precision",
    "ensemble.block",
    "executor.",
    "design.",
)


def identity(config: Settings | Mapping[str, Any]) -> dict[str, Any]:
    """The settings, plain or not, that decide what each world is: dotted key to value."""
    return deciding(flatten(plain(config) if isinstance(config, DictConfig) else config))


def deciding(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Of settings by dotted key, those that decide what each world is."""
    return {key: value for key, value in flat.items() if not key.startswith(_NOT_IDENTITY)}


def plain(config: Settings) -> dict[str, Any]:
    """The settings as dictionaries and lists, with all that they refer to filled in."""
    tree = OmegaConf.to_container(config, resolve=True, enum_to_str=True)
    return cast(dict[str, Any], tree)


def value(config: Settings, key: str) -> object:
    """The value of a dotted key, None if there is none."""
    change, _, below = key.partition(".set.")  # what a change sets has a dotted key of its own
    if below:
        given = OmegaConf.select(config, f"{change}.set")
        return None if given is None else given.get(below)
    return OmegaConf.select(config, key)


def as_yaml(settings: Settings | Mapping[str, Any] | Sequence[str]) -> str:
    """Settings, as they are now, or a list of overrides as YAML that is read back as they are."""
    tree = plain(settings) if isinstance(settings, DictConfig) else settings
    if not isinstance(tree, Mapping) or not tree:
        return _dump(tree)
    return "".join(_entry(str(name), value) for name, value in tree.items())


def _entry(name: str, value: Any) -> str:
    """An entry of a mapping; sections of it are written once, as points of a sweep share them."""
    if not isinstance(value, Mapping) or not value:
        return _dump({name: value})
    sections = (_section(pickle.dumps({key: below})) for key, below in value.items())
    return _dump({name: None}).replace(" null", "") + "".join(sections)


@lru_cache(1024)
def _section(pickled: bytes) -> str:
    return indent(_dump(pickle.loads(pickled)), "  ")


def _dump(tree: object) -> str:
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


def flatten(tree: Mapping[str, Any]) -> dict[str, Any]:
    """A nested mapping as dotted keys in order of name; lists stay whole."""
    flat: dict[str, Any] = {}
    _flatten(tree, "", flat)
    return flat


def _flatten(tree: Mapping[str, Any], stem: str, flat: dict[str, Any]) -> None:
    for name in sorted(tree):
        value = tree[name]
        if isinstance(value, Mapping) and value:
            _flatten(value, f"{stem}{name}.", flat)
        else:
            flat[f"{stem}{name}"] = value


def config_hash(config: Settings | Mapping[str, Any]) -> str:
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


def as_files(settings: Settings | Mapping[str, Any], overrides: Sequence[str]) -> dict[str, bytes]:
    """`.hydra/config.yaml` and `overrides.yaml`, as Hydra's own runs have them."""
    return {name: as_yaml(t).encode() for name, t in zip(FILES, (settings, overrides), strict=True)}


def load(directory: Path) -> dict[str, Any]:
    """The settings of a run folder, as texts and numbers: nothing in them is looked up.

    Raises LandbridgeError if there are none to read.
    """
    with suppress(OSError, ValueError, yaml.YAMLError):
        tree = read_yaml((directory / FILES[0]).read_text(encoding="utf-8"))
        if isinstance(tree, dict):
            return tree
    raise LandbridgeError(f"{shown(directory)}: not a run folder (no readable {FILES[0]})")


def load_overrides(directory: Path) -> list[str]:
    """The overrides that a run folder was made with; none where it does not say."""
    with suppress(OSError, ValueError, yaml.YAMLError):
        given = read_yaml((directory / FILES[1]).read_text(encoding="utf-8"))
        if isinstance(given, list):
            return [str(override) for override in given]
    return []


def read_yaml(text: str) -> Any:
    """What `as_yaml` has written."""
    return yaml.load(text, Loader=omegaconf._utils.get_yaml_loader())
