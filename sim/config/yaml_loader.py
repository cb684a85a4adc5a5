"""omegaconf reads YAML with libyaml: its own loader, on the parser in C, and built only once.

Left alone it builds a loader for each of two dozen files and parses them in Python, which takes a
quarter of the time of composing.
"""

from __future__ import annotations

import re
from typing import Any

import omegaconf._utils
import yaml

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
    omegaconf._utils.get_yaml_loader = lambda: loader


def _read_names_as_text(loader: Any) -> None:
    """Leave `2017_06_04`, `12:30` and `on` texts, as YAML 1.2 does; 1.1 takes them for others."""
    loader.yaml_implicit_resolvers = {
        first: [one for one in known if one[0] not in (_INT, _FLOAT, _BOOL)]
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
