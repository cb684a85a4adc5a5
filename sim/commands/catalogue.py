"""`landbridge list` and `landbridge explain`: what there is to choose from, what a key means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import shorten

from sim.config import saved, theatres
from sim.config.catalogue import NAME, Setting, find, settings
from sim.config.compose import compose
from sim.config.errors import full_keys
from sim.config.saved import read_yaml
from sim.errors import LandbridgeError, bad_value

_SIM = Path(__file__).resolve().parent.parent
_WINGS = {  # that read a group of settings; others are for the model
    "engine": ("ensemble",),
    "design": ("analysis",),
    "ensemble": ("ensemble", "analysis"),
    "clock": ("config", "model", "ensemble"),
}
_MOST = 12  # keys below a group, files that read a key
Lines = Iterator[tuple[str, str]]


def list_all(kind: str, config_dir: Path | None) -> int:
    """Print what there is of a kind, a line each; without a kind, which kinds there are."""
    if not kind:
        print("\n".join(f"landbridge list {one}" for one in KINDS))
        return 0
    rows = list(KINDS[kind](config_dir))
    width = max(len(name) for name, _ in rows)
    for name, what in rows:
        print(f"{name:<{width}}  {what}".rstrip())
    return 0


def explain(key: str, config_dir: Path | None) -> int:
    """Print what a setting is, its range, default and source, and which code reads it."""
    found = find(key)
    if not found:
        near = full_keys(key.rpartition(".")[2])
        if near:
            raise LandbridgeError(f"{key}: no such setting; did you mean {near[0]}?")
        raise bad_value("explain", key, "no such setting", [one.key for one in settings()])
    config = compose([], config_dir)
    if len(found) > 1:
        print(f"{key}: a group of {len(found)} settings")
        for one in found[:_MOST]:
            print(f"  {one.key}  {one.what}".rstrip())
        if len(found) > _MOST:
            print(f"  ... and {len(found) - _MOST} more (landbridge list settings)")
        return 0
    if found[0].is_range and key.count(".") > found[0].key.count("."):
        key = key.rpartition(".")[0]  # low, central, high and source are explained together
    for name, text in _about(key, found[0], config):
        print(f"{name:<10}{text}")
    return 0


def _about(key: str, one: Setting, config: saved.Settings) -> Lines:
    value = None if NAME in key else saved.value(config, key)
    yield "setting", key
    yield "what", one.what or "as its name says"
    yield "allowed", one.allowed or "see what it is"
    if one.is_range and hasattr(value, "get"):
        yield "default", " / ".join(f"{value.get(end):g}" for end in ("low", "central", "high"))
        yield "", "low / central / high: uncertain, drawn for every world"
        yield "source", str(value.get("source"))
    elif value is not None:
        yield "default", str(getattr(value, "name", value)) or "empty"
        above = saved.value(config, f"{key.rpartition('.')[0]}.source")
        if isinstance(above, str) and above and not key.startswith("corridor."):
            yield "source", above
    yield "read by", ", ".join(_readers(one.key)) or "sim.model.build.rules, as all of its kind"


def _readers(key: str) -> list[str]:
    """Modules of the wings that a setting is for which name it."""
    parts = [part for part in key.split(".") if part != NAME]
    wings = _WINGS.get(parts[0], ("model", "theatre"))
    pattern = re.compile(rf"[.\"']{parts[-1]}\b")
    files = [file for wing in wings for file in sorted((_SIM / wing).rglob("*.py"))]
    return [
        ".".join(("sim", *file.relative_to(_SIM).with_suffix("").parts))
        for file in files
        if pattern.search(file.read_text(encoding="utf-8"))
    ][:_MOST]


def _configs(group: str) -> Callable[[Path | None], Lines]:
    def rows(config_dir: Path | None) -> Lines:
        for folder in theatres.group_folders(theatres.default(), config_dir):
            for file in sorted((folder / group).glob("*.yaml")):
                yield file.stem, str((read_yaml(file.read_text("utf-8")) or {}).get("title", ""))

    return rows


def _objectives(config_dir: Path | None) -> Lines:
    from sim.model.objectives import registry

    for name, one in registry().items():
        yield name, f"{one.kind}: {shorten(one.doc, 200)}"


def _settings(config_dir: Path | None) -> Lines:
    for one in settings():
        yield one.key, f"{one.what or one.allowed}"


def _columns(config_dir: Path | None) -> Lines:
    from sim.ensemble.store.columns import COLUMNS

    yield from COLUMNS.items()


def _figures(config_dir: Path | None) -> Lines:
    from sim.show.base.figure_files import NAMES

    yield from NAMES.items()


KINDS: dict[str, Callable[[Path | None], Lines]] = {
    "scenarios": _configs("scenario"),
    "factions": _configs("faction"),
    "objectives": _objectives,
    "settings": _settings,
    "columns": _columns,
    "figures": _figures,
}
