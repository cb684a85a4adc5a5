"""omegaconf reads YAML with libyaml: its own loader, on the parser in C, and built only once.

Left alone it builds a loader for each of two dozen files and parses them in Python, which takes a
quarter of the time of composing.
"""

from __future__ import annotations

import re
from typing import Any

import omegaconf._utils
import yaml

_INT = "tag:yaml.org,2002:int"


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
    """Leave `2017_06_04` and `12:30` texts, as YAML 1.2 does; 1.1 takes them for numbers."""
    loader.yaml_implicit_resolvers = {
        first: [one for one in known if one[0] != _INT]
        for first, known in loader.yaml_implicit_resolvers.items()
    }
    whole = re.compile(r"[-+]?(0|[1-9][0-9]*|0x[0-9a-fA-F]+)$")
    loader.add_implicit_resolver(_INT, whole, list("-+0123456789"))
