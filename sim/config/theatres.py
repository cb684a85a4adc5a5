"""Which theatre the settings choose: its folder of configs, and what its runs start from.

`theatre=NAME` is a folder in the packaged seeds, `theatre=PATH` one of the user's own. For Hydra it
is an option of the group `theatre`, made from the key `settings` of the folder's theatre.yaml: the
options of other groups that it chooses, and values.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from hydra.core.config_store import ConfigStore
from hydra.core.override_parser.types import Override
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.config.saved import read_yaml
from sim.errors import LandbridgeError, bad_value
from sim.paths import configs, theatre_folder
from sim.user_files import read_text

GROUP = "theatre"
FILE = "theatre.yaml"
GROUPS = ("corridor", "air", "faction", "scenario")  # of which a theatre brings the options
_OPTION = "chosen"  # what Hydra calls it; a folder may have a name that is none for Hydra
_CHOSEN = GROUPS[:-1]  # by the theatre; the scenario is chosen last of all


def chosen(overrides: Sequence[Override]) -> str:
    """The theatre that overrides choose, else that of the packaged config."""
    names = [
        str(override.value())
        for override in overrides
        if override.key_or_group == GROUP
        and not (override.is_delete() or override.is_sweep_override())
    ]
    return names[-1] if names else default()


def default() -> str:
    """The theatre of the packaged config."""
    content = read_yaml((configs() / "config.yaml").read_text(encoding="utf-8"))
    return str(next(entry[GROUP] for entry in content["defaults"] if GROUP in entry))


def offered(name: str) -> tuple[str, Path]:
    """A theatre as an option of Hydra's group: its name there, and its folder of configs.

    Raises:
        LandbridgeError: no such theatre, or no settings in its file.
    """
    folder = theatre_folder(name)
    settings = _settings(folder)
    groups: list[Any] = [
        {f"/{group}": settings.pop(group)} for group in _CHOSEN if group in settings
    ]
    given = settings.pop(GROUP, {})
    if not isinstance(given, dict):
        raise bad_value(f"{FILE} settings.{GROUP}", given, "must be keys with values")
    node = {"defaults": [*groups, "_self_"], GROUP: {**given, "name": name}, **settings}
    try:
        made = OmegaConf.create(node)
    except OmegaConfBaseException as error:
        raise LandbridgeError(f"{FILE} settings: {' '.join(str(error).split())}") from error
    ConfigStore.instance().store(group=GROUP, name=_OPTION, node=made, package="_global_")
    return _OPTION, folder / "configs"


def _settings(folder: Path) -> dict[str, Any]:
    try:
        content = read_yaml(read_text(folder / FILE, f"{GROUP}={folder.name}/{FILE}"))
    except yaml.YAMLError as error:
        raise LandbridgeError(f"{folder / FILE}: cannot be read as YAML") from error
    settings = content.get("settings") if isinstance(content, dict) else None
    if not isinstance(settings, dict):
        raise bad_value(f"{FILE} settings", settings, "must be keys with values")
    return dict(settings)


def group_folders(name: str, config_dir: Path | None) -> list[Path]:
    """Folders of config groups: the packaged one, the theatre's, and the user's own if any."""
    own = [] if config_dir is None else [config_dir]
    return [configs(), theatre_folder(name) / "configs", *own]
