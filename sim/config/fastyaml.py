"""omegaconf reads YAML with libyaml: its own loader, on the parser in C, and built only once.

Left alone it builds a loader for each of two dozen files and parses them in Python, which takes a
quarter of the time of composing.
"""

from __future__ import annotations

import omegaconf._utils
import yaml


def use_libyaml() -> None:
    """Let omegaconf build its loader on libyaml's and keep it; nothing where PyYAML lacks it."""
    if not yaml.__with_libyaml__:
        return
    slow = yaml.SafeLoader
    yaml.SafeLoader = yaml.CSafeLoader  # the base that omegaconf looks up
    try:
        loader = omegaconf._utils.get_yaml_loader()
    finally:
        yaml.SafeLoader = slow
    omegaconf._utils.get_yaml_loader = lambda: loader
