"""Hydra's and omegaconf's complaints as one line that names key, value, what is allowed."""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from hydra.core.override_parser.types import Override
from hydra.errors import MissingConfigException
from omegaconf import (
    BooleanNode,
    DictConfig,
    EnumNode,
    FloatNode,
    IntegerNode,
    ListConfig,
    OmegaConf,
    StringNode,
)
from omegaconf.errors import (
    ConfigAttributeError,
    ConfigKeyError,
    OmegaConfBaseException,
    ValidationError,
)
from yaml import MarkedYAMLError

from sim.config.catalogue import settings
from sim.config.schema import Config
from sim.errors import LandbridgeError, bad_value

Tree = Mapping[str, object]

_KINDS: dict[type, str] = {
    IntegerNode: "must be a whole number",
    FloatNode: "must be a number",
    BooleanNode: "must be true or false",
    StringNode: "must be text",
    ListConfig: "must be a list such as [a,b]",
    DictConfig: "is a group of settings; set the keys below it",
}


def explain(
    error: Exception,
    overrides: Sequence[Override],
    defaults: Callable[[], Tree],
    folders: Sequence[Path],
) -> LandbridgeError:
    """The one-line error for what Hydra or omegaconf raised.

    `defaults` gives the default settings and `folders` the config folders, for suggestions; both
    are looked at only when needed.
    """
    if isinstance(error, MissingConfigException) and error.missing_cfg_file:
        return _missing_option(str(error.missing_cfg_file), folders)
    override = _culprit(str(error), overrides)
    if override is None:
        return _in_file(error)
    key, value = override.key_or_group, (override.input_line or "").partition("=")[2]
    unknown = unknown_part(key, defaults())
    if unknown is not None and not key.startswith("hydra."):
        error_line = unknown_key(f"{key}={value}", *unknown)
        if override.is_add() or override.is_force_add():
            return LandbridgeError(f"{error_line}; add new ones in a config file (--config-dir)")
        return error_line
    return LandbridgeError(f"{key}={value}: {requirement(error.__cause__ or error)}")


def unknown_key(setting: str, stem: str, name: str, known: Sequence[str]) -> LandbridgeError:
    """The error for a key that does not exist: `name` below `stem`, where `known` exist."""
    where = f"unknown key {stem}.{name}" if stem else f"unknown key {name}"
    near = full_keys(name) if not stem else []
    near = near or get_close_matches(name, known, n=1, cutoff=0.4)
    allowed = f" (allowed there: {', '.join(sorted(known))})" if known else ""
    return LandbridgeError(
        f"{setting}: {where}{allowed}" + (f"; did you mean {near[0]}?" if near else "")
    )


def full_keys(name: str) -> list[str]:
    """The dotted keys of the tree that end in a name, in its order: `ensemble.worlds` of worlds."""
    return [setting.key for setting in settings() if setting.key.rpartition(".")[2] == name]


def _culprit(text: str, overrides: Sequence[Override]) -> Override | None:
    """The override that Hydra's message is about."""
    for override in overrides:
        if override.input_line and override.input_line in text:
            return override
    return next((override for override in overrides if f"'{override.key_or_group}'" in text), None)


def unknown_part(key: str, tree: Tree) -> tuple[str, str, list[str]] | None:
    """Where a dotted key leaves `tree`: (the part before, the unknown name, names known there)."""
    at: object = tree
    parts = key.split(".")
    for depth, name in enumerate(parts):
        if not isinstance(at, Mapping):
            return ".".join(parts[:depth]), name, []
        if name not in at:
            return ".".join(parts[:depth]), name, [str(known) for known in at]
        at = at[name]
    return None


def refuse_unknown(config: DictConfig) -> None:
    """Refuse keys that the schema does not have, which `+key=value` can slip past Hydra."""
    tree = OmegaConf.to_container(config)
    for stem, name, known in _extra("", tree, Config):
        raise unknown_key(f"{stem}.{name}".lstrip("."), stem, name, known)


def _extra(stem: str, value: object, hint: object) -> Iterator[tuple[str, str, list[str]]]:
    """(part before, name, names known there) of keys of `value` that its type does not have."""
    if dataclasses.is_dataclass(hint) and isinstance(hint, type) and isinstance(value, Mapping):
        hints = typing.get_type_hints(hint)
        for name, below in value.items():
            if name not in hints:
                yield stem, str(name), list(hints)
            else:
                yield from _extra(f"{stem}.{name}".lstrip("."), below, hints[name])
    elif typing.get_origin(hint) is dict and isinstance(value, Mapping):
        for name, below in value.items():
            yield from _extra(f"{stem}.{name}", below, typing.get_args(hint)[1])
    elif typing.get_origin(hint) is list and isinstance(value, Sequence):
        for i, below in enumerate(value):
            yield from _extra(f"{stem}[{i}]", below, typing.get_args(hint)[0])


def _missing_option(missing: str, folders: Sequence[Path]) -> LandbridgeError:
    group, _, option = missing.rpartition("/")
    files = [file for folder in folders for file in (folder / group).glob("*.yaml")]
    known = sorted({file.stem for file in files})
    return bad_value(group or "config", option, "no such option", known)


def requirement(error: BaseException) -> str:
    """What the value had to be that omegaconf refused, or what else is said on the first line."""
    if isinstance(error, ValidationError) and error.child_node is not None:
        node = error.child_node
        if error.value is None:
            return "must have a value"
        if isinstance(node, EnumNode):
            return f"not one of the allowed values ({', '.join(node.enum_type.__members__)})"
        if type(node) in _KINDS:
            return _KINDS[type(node)]
    message = str(error).partition("\n    full_key:")[0]
    return " ".join(message.split())


def _in_file(error: Exception) -> LandbridgeError:
    """The error for a config file, where Hydra names the file and omegaconf the key."""
    if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        return LandbridgeError(
            f"config {Path(mark.name).name}: {error.problem} (line {mark.line + 1})"
        )
    file = re.search(r"^In '([^']+)'", str(error))
    where = f"config {file[1]}: " if file else ""
    cause = error.__cause__ or error.__context__
    if not isinstance(cause, OmegaConfBaseException) or not cause.full_key:
        return LandbridgeError(f"{where or 'config: '}{requirement(cause or error)}")
    key = cause.full_key
    if isinstance(cause, ConfigKeyError | ConfigAttributeError):
        known = [str(name) for name in cause.parent_node]
        return unknown_key(where + key, key.rpartition(".")[0], str(cause.key), known)
    return LandbridgeError(f"{where}{key}={cause.value}: {requirement(cause)}")
