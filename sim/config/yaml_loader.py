"""omegaconf reads YAML with libyaml: its own loader, on the parser in C, and built only once.

Left alone it builds a loader for each of two dozen files and parses them in Python, which takes a
quarter of the time of composing.

What a user writes may be hostile: nesting without end makes libyaml run out of stack, and aliases
of aliases fill the memory. Both are refused before anything is made of a text.
"""

from __future__ import annotations

import io
import re
import typing
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

import omegaconf._utils
import yaml
from hydra._internal.config_repository import ConfigRepository
from omegaconf.errors import OmegaConfBaseException

from sim.config.schema import Config
from sim.errors import LandbridgeError

_DEEPEST = 50  # collections within each other
_MOST_NODES = 200_000  # with those that aliases stand for

_INT, _FLOAT, _BOOL = (f"tag:yaml.org,2002:{kind}" for kind in ("int", "float", "bool"))


def use_libyaml() -> None:
    """Let omegaconf build its loader once, on libyaml's where PyYAML has it."""
    slow = yaml.SafeLoader
    yaml.SafeLoader = getattr(yaml, "CSafeLoader", slow)  # the base that omegaconf looks up
    try:
        loader = omegaconf._utils.get_yaml_loader()
    finally:
        yaml.SafeLoader = slow
    _read_names_as_text(loader)

    class Loader(loader):  # type: ignore[misc, valid-type]
        """Checks a text before it is read, and keeps as typed what the schema has as text."""

        def __init__(self, stream: Any) -> None:
            text = stream if isinstance(stream, str) else stream.read()
            _check_size(text, getattr(stream, "name", "YAML"))
            super().__init__(_Named(text, getattr(stream, "name", "YAML")))

        def get_single_node(self) -> Any:
            node = super().get_single_node()
            _keep_texts(node)
            return node

    omegaconf._utils.get_yaml_loader = lambda: Loader


def naming_files() -> None:
    """Let Hydra say which config file is no UTF-8, has no keys, or has a bad header."""
    load = ConfigRepository.load_config

    def load_config(repository: Any, config_path: str) -> Any:
        try:
            return load(repository, config_path)
        except OmegaConfBaseException:  # some of which are ValueErrors
            raise
        except UnicodeDecodeError as error:
            reason = f"not UTF-8 at byte {error.start}"
        except (OSError, ValueError) as error:
            reason = str(error)
        raise LandbridgeError(f"config {config_path}.yaml: cannot be read ({reason})")

    ConfigRepository.load_config = load_config


def _read_names_as_text(loader: Any) -> None:
    """Leave `2017_06_04`, `12:30` and `on` texts, as YAML 1.2 does; 1.1 takes them for others."""
    loader.yaml_implicit_resolvers = {
        first: [resolver for resolver in known if resolver[0] not in (_INT, _FLOAT, _BOOL)]
        for first, known in loader.yaml_implicit_resolvers.items()
    }
    whole = r"[-+]?(0|[1-9][0-9]*|0x[0-9a-fA-F]+)$"
    number = r"([-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=e))(e[-+]?[0-9]+)?|[-+]?\.inf|\.nan)$"
    for tag, pattern, first in (
        (_INT, whole, "-+0123456789"),
        (_FLOAT, number, "-+.0123456789"),
        (_BOOL, "(true|false)$", "tTfF"),
    ):
        loader.add_implicit_resolver(tag, re.compile(pattern, re.IGNORECASE), list(first))


class _Named(io.StringIO):
    """A text that libyaml calls by the name of its file."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text)
        self.name = name


def _check_size(text: str, name: str) -> None:
    """Raise YAMLError for a text that nests too deep, holds too much, or holds itself."""
    above: list[tuple[str | None, int]] = []  # collections that are open: anchor, nodes before
    sizes: dict[str, int] = {}  # nodes by anchor
    nodes = 0
    for event in yaml.parse(_Named(text, name), Loader=getattr(yaml, "CLoader", yaml.Loader)):
        if isinstance(event, yaml.CollectionEndEvent):
            anchor, before = above.pop()
            if anchor is not None:
                sizes[anchor] = nodes - before
        elif isinstance(event, yaml.CollectionStartEvent):
            above.append((event.anchor, nodes))
            nodes += 1
        elif isinstance(event, yaml.AliasEvent):
            if any(anchor == event.anchor for anchor, _ in above):
                raise _error(f"{event.anchor} holds itself", event)
            nodes += sizes.get(event.anchor, 1)
        elif isinstance(event, yaml.ScalarEvent):
            nodes += 1
        if len(above) > _DEEPEST:
            raise _error(f"nested more than {_DEEPEST} deep", event)
        if nodes > _MOST_NODES:
            raise _error(f"more than {_MOST_NODES} values", event)


def _error(problem: str, event: yaml.Event) -> yaml.YAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)


def _keep_texts(node: Any, key: str = "") -> None:
    """`title: 1.50` is no number: what the schema has as text under this name stays as typed."""
    if isinstance(node, yaml.MappingNode):
        for name, below in node.value:
            _keep_texts(below, str(name.value))
    elif isinstance(node, yaml.SequenceNode):
        for below in node.value:
            _keep_texts(below, key)
    elif node is not None and key in _texts() and node.tag in (_INT, _FLOAT, _BOOL):
        node.tag = "tag:yaml.org,2002:str"


@cache
def _texts() -> frozenset[str]:
    """Names that are texts, or lists of them, wherever the schema has them."""
    hints: dict[str, set[object]] = {}
    classes: list[type] = [Config]
    for kind in classes:
        known = typing.get_type_hints(kind)
        for field in fields(kind):
            hints.setdefault(field.name, set()).add(known[field.name])
            parts = (known[field.name], *typing.get_args(known[field.name]))
            classes += [part for part in parts if is_dataclass(part) and part not in classes]  # type: ignore[misc]
    return frozenset(name for name, kinds in hints.items() if kinds <= {str, list[str]})
