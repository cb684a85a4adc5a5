"""Short forms: one number for an uncertain input that is fixed, in configs and in overrides.

Config files are looked at as Hydra reads them, when it is also seen whether they say where in the
tree they belong.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from hydra.core.override_parser.types import Override, OverrideType
from omegaconf import DictConfig, OmegaConf

from sim.config.schema import Config, Range
from sim.errors import LandbridgeError

_SOURCE = "set to one value"


@cache
def type_of(key: str) -> object:
    """What the tree of settings has at a dotted key: a type, or None if it has no such key."""
    hint: object = Config
    for part in key.split("."):
        if dataclasses.is_dataclass(hint) and isinstance(hint, type):
            hint = typing.get_type_hints(hint).get(part)
        elif typing.get_origin(hint) is dict:
            hint = typing.get_args(hint)[1]
        else:
            return None
    return hint


def written_out(overrides: Sequence[Override]) -> list[str]:
    """Overrides as texts, those that fix an uncertain input as overrides of all that it has."""
    texts: list[str] = []
    for override in overrides:
        text, key = str(override.input_line), override.key_or_group
        value = (
            None
            if override.type is OverrideType.DEL or override.is_sweep_override()
            else override.value()
        )
        if override.package is None and _is_number(value) and type_of(key) is Range:
            ends = {**_fixed(value), "source": f"'{_SOURCE}'"}
            texts += [f"{key}.{name}={end}" for name, end in ends.items()]
        else:
            texts.append(text)
    return texts


def reading(loader: Any) -> None:
    """Let Hydra's `loader` write short forms out, and refuse files that are in the wrong place."""
    load = loader._load_single_config

    def load_one(default: Any, *args: Any, **kwargs: Any) -> Any:
        loaded = load(default, *args, **kwargs)
        _refuse_place(str(default.config_path), str(default.package or ""))
        if isinstance(loaded.config, DictConfig) and "hydra" not in loaded.config:
            tree = OmegaConf.to_container(loaded.config, resolve=False)
            whole = _whole(tree, Config)
            if whole != tree:
                return dataclasses.replace(loaded, config=OmegaConf.create(whole))
        return loaded

    loader._load_single_config = load_one


def _refuse_place(path: str, package: str) -> None:
    """Refuse a scenario or a faction whose first line does not say where it belongs."""
    group, _, name = path.rpartition("/")
    wanted = {"scenario": "_global_", "faction": f"faction.{name}"}.get(group)
    if wanted is not None and package != wanted.replace("_global_", ""):
        raise LandbridgeError(f"config {path}.yaml: must begin with the line `# @package {wanted}`")


def _whole(tree: Any, hint: object) -> Any:
    if hint is Range and _is_number(tree):
        return {**_fixed(tree), "source": _SOURCE}
    if not isinstance(tree, Mapping):
        return tree
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        hints = typing.get_type_hints(hint)
        return {name: _whole(below, hints.get(str(name))) for name, below in tree.items()}
    if typing.get_origin(hint) is dict:
        return {name: _whole(below, typing.get_args(hint)[1]) for name, below in tree.items()}
    return tree


def _fixed(value: Any) -> dict[str, Any]:
    return dict.fromkeys(("low", "central", "high"), value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
