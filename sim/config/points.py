"""Composition of the many points of a sweep, a few milliseconds each.

What the points share is composed once; of each, only the part of the tree that its own overrides
set is made again. All else, and every error, is left to `Composer`.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hydra.core.override_parser.types import Override
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.config import saved
from sim.config.changes import is_change
from sim.config.compose import Composer, is_open, parse, typed
from sim.config.schema import Config
from sim.config.short_forms import written_out


@dataclass(frozen=True)
class Settings:
    """Settings as typed objects, and as dictionaries and lists; not to be changed.

    Points share what they have in common, so that thousands of them are small.
    """

    typed: Config
    plain: Mapping[str, Any]

    @staticmethod
    def of(config: DictConfig) -> Settings:
        """Those of a composed tree."""
        return Settings(typed(config), saved.plain(config))


class PointComposer:
    """Composes points that share some overrides."""

    def __init__(self, composer: Composer, shared: Sequence[str]) -> None:
        """Composes the shared overrides; raises LandbridgeError."""
        self._composer, self._shared = composer, frozenset(shared)
        self.tree = composer.compose(shared)
        self._settings = Settings.of(self.tree)
        self._keys = [override.key_or_group for override in parse(shared)]
        unresolved = OmegaConf.to_container(self.tree, resolve=False)
        self._refers = "${" in repr(unresolved)

    def compose(self, overrides: Sequence[str]) -> Settings:
        """The settings of a point, given by all its overrides; raises LandbridgeError."""
        own = parse(written_out(parse([text for text in overrides if text not in self._shared])))
        if self._refers or not all(map(self._is_quick, own)):
            return Settings.of(self._composer.compose(overrides))
        parents = {override.key_or_group.rpartition(".")[0] for override in own}
        roots = [root for root in parents if not any(_is_below(root, other) for other in parents)]
        made = self._settings
        try:
            for root in roots:
                below = [override for override in own if _is_below(override.key_or_group, root)]
                made = self._with(made, root, below)
        except (OmegaConfBaseException, KeyError):
            return Settings.of(self._composer.compose(overrides))
        return made

    def _is_quick(self, override: Override) -> bool:
        """Whether an override sets a value below the top that no shared one has to do with."""
        key = override.key_or_group
        if is_change(override) or "." not in key or not self._composer.is_value(override):
            return False
        return not any(
            key == shared or _is_below(key, shared) or _is_below(shared, key)
            for shared in self._keys
        )

    def _with(self, settings: Settings, root: str, own: Sequence[Override]) -> Settings:
        """Settings in which the part of the tree at `root` is as some overrides have it."""
        part = copy.deepcopy(OmegaConf.select(self.tree, root))
        if not isinstance(part, DictConfig):
            raise KeyError(root)
        for override in own:
            key = override.key_or_group
            below = key.removeprefix(f"{root}.")
            OmegaConf.update(part, below, override.value(), merge=True, force_add=is_open(key))
        names = root.split(".")
        return Settings(
            _put(settings.typed, names, OmegaConf.to_object(part)),
            _put(settings.plain, names, saved.plain(part)),
        )


def _is_below(key: str, root: str) -> bool:
    return key.startswith(f"{root}.")


def _put(tree: Any, names: Sequence[str], part: object) -> Any:
    """A tree in which what lies at a path of names is another; the rest is the same objects."""
    if not names:
        return part
    name, *rest = names
    if isinstance(tree, Mapping):
        return {**tree, name: _put(tree[name], rest, part)}
    return dataclasses.replace(tree, **{name: _put(getattr(tree, name), rest, part)})
