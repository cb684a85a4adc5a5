"""`landbridge explain`: what a setting means and who reads it."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands.shared.arguments import add_configs
from sim.errors import LandbridgeError, bad_value

if TYPE_CHECKING:
    from sim.config import saved
    from sim.config.catalogue import Setting

_SIM = Path(__file__).resolve().parent.parent
_WINGS = {  # that read a group of settings; others are for the model
    "executor": ("ensemble",),
    "design": ("analysis",),
    "ensemble": ("ensemble", "analysis"),
    "clock": ("config", "model", "ensemble"),
}
_MOST = 12  # keys below a group, files that read a key


HELP = """\
Says what a setting is, what it may be, its default and source, and which modules read it.

  landbridge explain corridor.hold_days
  landbridge explain faction.tanf           a group of settings"""


def add_arguments(parser: ArgumentParser) -> None:
    """What it can be given."""
    parser.add_argument("setting", metavar="KEY", help="its dotted name, or that of a group")
    add_configs(parser)


def main(arguments: Namespace) -> int:
    """Print what a setting is, its range, default and source, and which code reads it."""
    from sim.config.catalogue import find, settings
    from sim.config.compose import compose
    from sim.config.errors import full_keys

    key = arguments.setting
    matches = find(key)
    if not matches:
        near = full_keys(key.rpartition(".")[2])
        if near:
            raise LandbridgeError(f"{key}: no such setting; did you mean {near[0]}?")
        raise bad_value("explain", key, "no such setting", [setting.key for setting in settings()])
    config = compose([], arguments.config_dir)
    if len(matches) > 1:
        print(f"{key}: a group of {len(matches)} settings")
        for match in matches[:_MOST]:
            print(f"  {match.key}  {match.what}".rstrip())
        if len(matches) > _MOST:
            print(f"  ... and {len(matches) - _MOST} more (landbridge list settings)")
        return 0
    if matches[0].is_range and key.count(".") > matches[0].key.count("."):
        key = key.rpartition(".")[0]  # low, central, high and source are explained together
    for name, text in about(key, matches[0], config):
        print(f"{name:<10}{text}")
    return 0


def about(key: str, setting: Setting, config: saved.Settings) -> Iterator[tuple[str, str]]:
    """What there is to say of a setting: pairs of a label and a text.

    Args:
        key: its dotted name, with `NAME` for names that a user may choose.
        setting: it, in the schema.
        config: composed settings, for its default.
    """
    from sim.config import saved
    from sim.config.catalogue import NAME

    value = None if NAME in key else saved.value(config, key)
    yield "setting", key
    yield "what", setting.what or "as its name says"
    yield "allowed", setting.allowed or "see what it is"
    if setting.is_range and hasattr(value, "get"):
        yield "default", " / ".join(f"{value.get(end):g}" for end in ("low", "central", "high"))
        yield "", "low / central / high: uncertain, drawn for every world"
        yield "source", str(value.get("source"))
    elif value is not None:
        yield "default", str(getattr(value, "name", value)) or "empty"
        above = saved.value(config, f"{key.rpartition('.')[0]}.source")
        if isinstance(above, str) and above and not key.startswith("corridor."):
            yield "source", above
    yield "read by", ", ".join(_readers(setting.key)) or "sim.model.build.rules, as all of its kind"


def _readers(key: str) -> list[str]:
    """Modules of the wings that a setting is for which name it."""
    from sim.config.catalogue import NAME

    parts = [part for part in key.split(".") if part != NAME]
    wings = _WINGS.get(parts[0], ("model", "theatre"))
    pattern = re.compile(rf"[.\"']{parts[-1]}\b")
    files = [file for wing in wings for file in sorted((_SIM / wing).rglob("*.py"))]
    return [
        ".".join(("sim", *file.relative_to(_SIM).with_suffix("").parts))
        for file in files
        if pattern.search(file.read_text(encoding="utf-8"))
    ][:_MOST]
