"""From a list of overrides to one typed tree of settings.

Hydra's compose API over the packaged configs and, after them, the user's own folder. All that
Hydra and omegaconf refuse becomes a `LandbridgeError` of one line.
"""

from __future__ import annotations

import dataclasses
import pickle
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import cast

from hydra import compose as hydra_compose
from hydra import initialize_config_dir
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, OverrideType
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf, open_dict
from omegaconf.errors import MissingMandatoryValue, OmegaConfBaseException
from yaml import YAMLError

from sim.config import theatres
from sim.config.changes import adding_up, is_change, put, tidy
from sim.config.errors import explain, refuse_unknown, requirement
from sim.config.saved import flatten, load
from sim.config.schema import Config
from sim.config.short_forms import reading, written_out
from sim.config.texts import as_typed, quoted
from sim.config.yaml_loader import naming_files, use_libyaml
from sim.errors import LandbridgeError
from sim.paths import configs, located, shown

RUN_DIR = "hydra.run.dir"
HYDRA_VERSION_BASE = "1.3"
CONFIG_NAME = "config"

# Mappings whose keys are names that a config need not have listed: setting one adds it. Whether
# the name exists is for `sim.config.check`, which knows the names.
_OPEN = re.compile(
    r"(faction\.\w+\.(objectives|countries|communities)|air\.\w+\.backs|rules\.shared_recruits)"
    r"\.\w+"
)

use_libyaml()
naming_files()
ConfigStore.instance().store(name="schema", node=Config)


@dataclass(frozen=True)
class Job:
    """The settings of one scenario, and where Hydra says its results go."""

    config: DictConfig
    run_dir: Path
    is_dated: bool  # whether the folder is named by the time, because none was asked for


def compose(overrides: Sequence[str], config_dir: Path | None = None) -> DictConfig:
    """The settings for one scenario, typed but not yet range-checked (see `sim.config.check`).

    Raises LandbridgeError for an unknown key, group or option, a value of the wrong type, an
    override that cannot be read, a `config_dir` that is not there.
    """
    return compose_job(overrides, config_dir).config


def compose_job(overrides: Sequence[str], config_dir: Path | None = None) -> Job:
    """As `compose`, with Hydra's folder."""
    parsed = parse(overrides)
    _refuse_for_one_run(parsed)
    theatre = theatres.chosen(parsed)
    option, own = theatres.offered(theatre)
    parsed = parse(written_out(parsed))
    looked_in = theatres.group_folders(theatre, config_dir)
    _refuse_no_option(parsed, looked_in)
    search = [f"hydra.searchpath=[{','.join(_searched(own, config_dir))}]"]
    left_out = [
        override
        for override in parsed
        if is_change(override) or override.key_or_group == theatres.GROUP
    ]
    texts = [str(override.input_line) for override in parsed if override not in left_out]
    given = [f"{theatres.GROUP}={option}"]
    given += ["++" + text if is_open(text.partition("=")[0]) else text for text in texts]
    try:
        config = _hydra([*search, *given])
        with open_dict(config):
            folder = located(config.hydra.run.dir, RUN_DIR)
            is_asked = any(override.key_or_group == RUN_DIR for override in parsed)
            plain = cast(dict[str, str], OmegaConf.to_container(config.hydra.run))
            is_dated = not is_asked and "${now:" in plain["dir"]
            del config["hydra"]
    except RecursionError as error:
        raise LandbridgeError(
            f"{' '.join(texts)}: a config includes itself by its `defaults`"
        ) from error
    except (HydraException, OmegaConfBaseException, YAMLError) as error:
        defaults = partial(_plain, configs(), theatre, tuple(search))
        raise explain(error, parsed, defaults, looked_in) from error
    refuse_unknown(config)
    tidy(config)
    for override in filter(is_change, parsed):
        put(config, override)
    refuse_unresolved(config)
    return Job(config, folder, is_dated)


def _refuse_for_one_run(overrides: Sequence[Override]) -> None:
    """Refuse what cannot be said of one run: several values, part of a theatre, less settings."""
    fields = [field.name for field in dataclasses.fields(Config)]
    for override in overrides:
        line = override.input_line
        if override.key_or_group == f"{theatres.GROUP}.name":
            raise LandbridgeError(
                f"{line}: choose a whole theatre, with theatre=NAME or theatre=PATH"
            )
        if override.is_sweep_override():
            raise LandbridgeError(f"{line}: several values for one run; sweep them with -m")
        if override.is_delete() and override.key_or_group in fields:
            raise LandbridgeError(f"{line}: cannot be left out (allowed: other values of it)")


def _refuse_no_option(overrides: Sequence[Override], folders: Sequence[Path]) -> None:
    """Refuse for a group what names no option, such as a number, which Hydra fails on."""
    for override in overrides:
        key, value = override.key_or_group, override.value()
        options = value if isinstance(value, list) else [value]
        if override.is_delete() or all(isinstance(option, str) for option in options):
            continue
        if any((folder / key).is_dir() for folder in folders):
            raise LandbridgeError(f"{override.input_line}: must name an option of the group {key}")


def refuse_unresolved(config: DictConfig) -> None:
    """Refuse what was never set and what refers to something that is not there."""
    try:
        OmegaConf.to_container(config, resolve=True, throw_on_missing=True)
    except MissingMandatoryValue as error:
        raise _never_set(config) from error
    except OmegaConfBaseException as error:
        written = flatten(cast(dict[str, object], OmegaConf.to_container(config, resolve=False)))
        value = written.get(str(error.full_key), "${...}")
        raise LandbridgeError(f"{error.full_key}={value}: {requirement(error)}") from error


def _never_set(config: DictConfig) -> LandbridgeError:
    first = min(OmegaConf.missing_keys(config))
    return LandbridgeError(f"{first}=???: never set; give it a value")


def is_open(key: str) -> bool:
    """Whether a dotted key is of a mapping that takes names which no config has listed."""
    return _OPEN.fullmatch(key) is not None


class Composer:
    """Composes the points of a sweep, a few hundredths of a second each.

    Hydra composes once for every choice of groups; values are then set on a copy as Hydra's last
    step does. All else, and every error, is left to Hydra.
    """

    def __init__(self, config_dir: Path | None = None) -> None:
        """Composition from the packaged configs and `config_dir`, read once."""
        self._config_dir = config_dir
        self._bases: dict[tuple[str, ...], bytes] = {}

    def compose(self, overrides: Sequence[str]) -> DictConfig:
        """As the function of this name."""
        parsed = parse(written_out(parse(overrides)))
        _refuse_for_one_run(parsed)
        values = [override for override in parsed if self.is_value(override)]
        groups = tuple(str(override.input_line) for override in parsed if override not in values)
        if groups not in self._bases:
            self._bases[groups] = pickle.dumps(compose(groups, self._config_dir))
        config = cast(DictConfig, pickle.loads(self._bases[groups]))
        try:
            for override in values:
                if is_change(override):
                    put(config, override)
                    continue
                key, value = override.key_or_group, override.value()
                OmegaConf.update(config, key, value, merge=True, force_add=is_open(key))
        except OmegaConfBaseException:
            return compose(overrides, self._config_dir)
        if any("$" in text or "???" in text for text in overrides):
            refuse_unresolved(config)
        return config

    def is_value(self, override: Override) -> bool:
        """Whether an override sets a value in the tree, and not a group or one of Hydra's own."""
        if is_change(override) and not override.is_sweep_override():
            return True
        key = override.key_or_group
        plain = override.type is OverrideType.CHANGE and override.package is None
        if not plain or override.is_sweep_override() or key.split(".")[0] == "hydra":
            return False
        groups = (theatres.GROUP, *theatres.GROUPS)
        folders = [configs(), *([] if self._config_dir is None else [self._config_dir])]
        return key not in groups and not any((folder / key).is_dir() for folder in folders)


def parse(overrides: Sequence[str]) -> list[Override]:
    """Overrides in Hydra's grammar; errors: LandbridgeError for one that cannot be read.

    What names something stays the text that was typed, if it looks like a number too.
    """
    return [_parsed(text) for text in overrides]


@lru_cache(4096)
def _parsed(text: str) -> Override:
    try:
        override = OverridesParser.create().parse_override(as_typed(text))
    except (HydraException, RecursionError) as error:
        raise _no_override(text) from error
    if not override.key_or_group:
        raise _no_override(text)
    return override


def _no_override(text: str) -> LandbridgeError:
    allowed = "KEY=VALUE or GROUP=OPTION, as in Hydra"
    return LandbridgeError(f"{text}: not an override (allowed: {allowed})")


def typed(config: DictConfig) -> Config:
    """The settings as plain typed objects; errors: LandbridgeError for a value never set."""
    try:
        return cast(Config, OmegaConf.to_object(config))
    except MissingMandatoryValue as error:
        raise _never_set(config) from error
    except OmegaConfBaseException as error:
        raise explain(error, [], lambda: {}, []) from error


def composed_before(directory: Path) -> DictConfig:
    """The settings of a run folder, typed again; raises LandbridgeError if they cannot be.

    A text that would be looked up, such as `${oc.env:HOME}`, is refused: folders come from others.
    """
    saved = load(directory)
    if lookups := [key for key, value in flatten(saved).items() if "${" in str(value)]:
        raise LandbridgeError(
            f"{shown(directory)}: {lookups[0]} refers to something else (${{...}})"
        )
    try:
        return cast(DictConfig, OmegaConf.merge(OmegaConf.structured(Config), saved))
    except OmegaConfBaseException as error:
        raise LandbridgeError(
            f"{shown(directory)}: made by a version of landbridge with other settings ({error})"
        ) from error


def _hydra(overrides: Sequence[str]) -> DictConfig:
    with initialize_config_dir(str(configs()), version_base=HYDRA_VERSION_BASE):
        loader = GlobalHydra.instance().config_loader()
        adding_up(loader)
        reading(loader)
        config = hydra_compose(CONFIG_NAME, list(overrides), return_hydra_config=True)
    return cast(DictConfig, config)


@cache
def _plain(folder: Path, theatre: str, search: tuple[str, ...]) -> dict[str, object]:
    """The default settings of a theatre, to suggest keys from when the asked ones fail."""
    try:
        config = _hydra([*search, f"{theatres.GROUP}={theatres.offered(theatre)[0]}"])
    except (HydraException, OmegaConfBaseException):
        config = OmegaConf.structured(Config)
    return cast(dict[str, object], OmegaConf.to_container(config))


def _searched(own: Path, config_dir: Path | None) -> list[str]:
    """The theatre's and the user's folders as Hydra's search path names them.

    Hydra looks in the packaged configs first, then in the theatre's, so a file of the same name
    would be passed over in silence; that is refused.
    """
    if config_dir is None:
        return [_source(own)]
    folder = located(config_dir, "--config-dir")
    if not folder.is_dir():
        raise LandbridgeError(f"--config-dir={folder}: not a folder")
    for packaged in (configs(), own):
        for file in sorted(packaged.rglob("*.yaml")):
            name = file.relative_to(packaged)
            if (folder / name).exists():
                raise LandbridgeError(
                    f"--config-dir={folder}: {name} has the name of a packaged config and would "
                    "be passed over; give it another name"
                )
    return [_source(own), _source(folder)]


def _source(folder: Path) -> str:
    """A folder as Hydra's search path names it."""
    if "${" in str(folder):
        raise LandbridgeError(f"{folder}: is looked up by Hydra; give it a name without ${{")
    return quoted(f"file://{folder}")
