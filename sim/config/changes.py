"""How `changes` are composed: the lists of configs and of the command line add up, in order.

Any other list is one value, which whoever sets it last sets whole. Changes are things that happen,
and one more does not undo what a scenario is about.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from hydra.core.override_parser.types import Override, OverrideType
from omegaconf import DictConfig, OmegaConf, open_dict
from omegaconf.errors import OmegaConfBaseException

from sim.config.errors import requirement, unknown_key
from sim.config.saved import flatten
from sim.config.schema import Change
from sim.errors import LandbridgeError

KEY = "changes"
_PART = re.compile(KEY + r"\.(\d+)\.(.+)")
_FIELDS = [field.name for field in dataclasses.fields(Change)]


def adding_up(loader: Any) -> None:
    """Let Hydra's `loader` give each config file that has changes those of the files before it.

    Hydra merges files in order and replaces lists, so the last one then has them all.
    """
    load, before = loader._load_single_config, list[Any]()

    def load_one(*args: Any, **kwargs: Any) -> Any:
        loaded = load(*args, **kwargs)
        own = loaded.config.get(KEY) if OmegaConf.is_dict(loaded.config) else None
        if not own or not OmegaConf.is_list(own):
            return loaded  # Hydra says what is wrong with anything else
        before.extend(own)
        config = loaded.config.copy()
        OmegaConf.update(config, KEY, list(before))
        return dataclasses.replace(loaded, config=config)

    loader._load_single_config = load_one


def is_change(override: Override) -> bool:
    """Whether an override is about changes: `changes=[...]` or `changes.N.FIELD=...`."""
    key, sets = override.key_or_group, override.type is not OverrideType.DEL
    return sets and override.package is None and key.split(".")[0] == KEY


def put(config: DictConfig, override: Override) -> None:
    """Add the changes that an override lists, or set a field of one that is there already.

    `changes.N.set.KEY=VALUE` sets the value that KEY takes on the day of change N.
    Errors: LandbridgeError for what is no list, an unknown field, a change that is not there.
    """
    key, line, value = override.key_or_group, str(override.input_line), override.value()
    part = _PART.fullmatch(key)
    try:
        if part:
            _put_part(config, line, int(part[1]), part[2], value)
        elif key != KEY or not isinstance(value, list):
            example = "a list such as [{place: NAME, holder: none}]"
            raise LandbridgeError(f"{line}: must be {example}, or changes.0.date=DATE")
        else:
            start = len(config[KEY])
            for i, change in enumerate(value, start):
                _refuse_unknown(line, i, change if isinstance(change, Mapping) else {})
            OmegaConf.update(config, KEY, [*config[KEY], *value])
    except OmegaConfBaseException as error:
        raise LandbridgeError(f"{line}: {requirement(error)}") from error
    tidy(config)


def _put_part(config: DictConfig, line: str, number: int, rest: str, value: Any) -> None:
    have = len(config[KEY])
    if number >= have:
        held = f"changes.0 to changes.{have - 1}" if have else "none"
        raise LandbridgeError(f"{line}: no such change (allowed: {held})")
    name, _, key = rest.partition(".")
    _refuse_unknown(line, number, [name])
    if name == "set" and key:
        given = config[KEY][number].set
        with open_dict(given):
            given.update(flatten({key: value}))
    else:
        OmegaConf.update(config, f"{KEY}.{number}.{rest}", value)


def tidy(config: DictConfig) -> None:
    """Write what is set with dotted keys, so that settings that are the same look the same."""
    for change in config[KEY]:
        given = cast(dict[Any, Any], OmegaConf.to_container(change.set))
        if any(isinstance(value, Mapping) for value in given.values()):
            change.set = flatten({str(key): value for key, value in given.items()})


def _refuse_unknown(line: str, number: int, names: Sequence[str] | Mapping[Any, Any]) -> None:
    for name in names:
        if name not in _FIELDS:
            raise unknown_key(line, f"{KEY}[{number}]", str(name), _FIELDS)
