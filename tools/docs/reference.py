"""Write `docs/reference/` from the code: `python -m tools.docs.reference` (make reference).

Commands and options come from the parsers of `sim.cli`, settings from the schema as `landbridge
explain` reads it, objectives from their kernels, scenarios from their files.
"""

from __future__ import annotations

import argparse
import inspect
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from sim.cli import COMMANDS
from sim.commands.explain import about
from sim.config.catalogue import Setting, settings
from sim.config.compose import compose
from sim.config.saved import as_yaml, read_yaml
from sim.model.objectives import BUILT_IN, registry
from sim.paths import theatre_folder
from sim.theatre.spec import theatre_spec

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
THEATRE = "iraq_syria_jordan"
_NOTE = "<!-- Written by tools/docs/reference.py (make reference); do not edit. -->"


def pages() -> dict[str, str]:
    """Every generated page, by its name in `docs/reference/`."""
    return {
        "commands.md": commands_page(),
        "settings.md": settings_page(),
        "objectives.md": objectives_page(),
        "scenarios.md": scenarios_page(),
    }


def commands_page() -> str:
    """Every command, with what it can be given."""
    parts = [
        "# Commands",
        _NOTE,
        "`landbridge COMMAND --help` says the same in a terminal. `KEY=VALUE` is a "
        "[setting](settings.md) of the model; all else is an option.",
        table(
            ("command", "what it is for"),
            ([f"[`{name}`](#{name})", summary] for name, (summary, _) in COMMANDS.items()),
        ),
    ]
    for name, (_, module_name) in COMMANDS.items():
        module = import_module(f"sim.commands.{module_name}")
        parser = argparse.ArgumentParser(f"landbridge {name}", add_help=False)
        module.add_arguments(parser)
        parts += [f"## {name}", help_text(module.HELP)]
        parts += [table(("argument", "what"), _arguments(parser))]
    return "\n\n".join(parts) + "\n"


def help_text(text: str) -> str:
    """A help text as Markdown: indented lines are examples."""
    parts = []
    for is_example, lines in groupby(text.splitlines(), lambda line: line.startswith("  ")):
        body = inspect.cleandoc("\n" + "\n".join(lines))
        parts.append(f"```text\n{body}\n```" if is_example else body)
    return "\n\n".join(part for part in parts if part)


def _arguments(parser: argparse.ArgumentParser) -> Iterable[list[str]]:
    for action in parser._actions:
        names = ", ".join(f"`{option}`" for option in action.option_strings)
        value = action.metavar or ("" if action.nargs == 0 else action.dest.upper())
        if not names:
            yield [f"`{value}`", str(action.help)]
        else:
            yield [f"{names} `{value}`" if value else names, str(action.help)]


def settings_page() -> str:
    """Every setting: what it is, what it may be, its default, its source and who reads it."""
    parts = [
        "# Settings",
        _NOTE,
        "`landbridge explain KEY` says the same of one setting, of a named faction too. `NAME` "
        "stands for a name: of a faction, an objective, a place. An uncertain input has three "
        "numbers, low / central / high, and is drawn for every world; one number stands for all "
        "three; their sources are in the [last table](#uncertain-inputs-of-the-first-theatre). "
        "Defaults are those of the first theatre; where they differ by name, "
        "`landbridge run --cfg` prints all.",
    ]
    config = compose([f"theatre={THEATRE}"])
    for group, members in groupby(sorted(settings(), key=_group), _group):
        rows = (_setting_row(member, config) for member in members)
        parts += [f"## {group}", table(("setting", "what", "allowed", "default", "read by"), rows)]
    parts += [
        "## Uncertain inputs of the first theatre",
        "Those of factions, air power and rules, each drawn from its range for every draw.",
        table(
            ("setting", "low", "central", "high", "source"),
            _ranges("", yaml.safe_load(as_yaml(config))),
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _group(setting: Setting) -> str:
    """The heading of a setting; those that are in no group come first."""
    return setting.key.partition(".")[0] if "." in setting.key else "Without a group"


def _setting_row(setting: Setting, config: object) -> list[str]:
    lines = list(about(setting.key, setting, config))
    texts = {name: text for name, text in lines if name}
    default = texts.get("default", "")
    if len(default) > 60:
        default = "see `landbridge run --cfg`"
    what = texts["what"]
    if texts.get("source") and not setting.is_range:  # those of ranges have a table of their own
        what += f" (source: {texts['source']})"
    modules = texts["read by"].replace("sim.", "").split(", ")
    readers = ", ".join(modules[:3]) + (", ..." if len(modules) > 3 else "")
    return [f"`{setting.key}`", what, texts["allowed"], default, readers]


def _ranges(key: str, tree: dict[str, Any]) -> Iterator[list[str]]:
    """Key, ends and source of every uncertain input below a key."""
    if tree.keys() >= {"low", "central", "high", "source"}:
        ends = [f"{tree[end]:,g}" for end in ("low", "central", "high")]
        yield [f"`{key}`", *ends, tree["source"]]
        return
    for name, below in tree.items():
        if isinstance(below, dict):
            yield from _ranges(f"{key}.{name}".lstrip("."), below)


def objectives_page() -> str:
    """Every objective that comes with landbridge."""
    rows = [
        [f"`{name}`", objective.kind, sentence(objective.doc), f"`sim/model/objectives/{name}.py`"]
        for name, objective in registry().items()
        if name in BUILT_IN
    ]
    return (
        "\n\n".join(
            [
                "# Objectives",
                _NOTE,
                "What factions may want. `faction.NAME.objectives` gives each objective a weight "
                "from 0 to 100. A *prize* is the value of holding a unit, a *cost* the loss that "
                "an attack on it would bring.",
                table(("objective", "kind", "what it values", "where"), rows),
            ]
        )
        + "\n"
    )


def scenarios_page() -> str:
    """Every scenario of the first theatre."""
    files = sorted((theatre_folder(THEATRE) / "configs" / "scenario").glob("*.yaml"))
    rows = []
    for file in files:
        text = file.read_text(encoding="utf-8")
        title = (read_yaml(text) or {}).get("title", "")
        rows.append([f"`{file.stem}`", str(title), _comment(text)])
    return (
        "\n\n".join(
            [
                "# Scenarios",
                _NOTE,
                f"Scenarios of the first theatre: {theatre_spec(theatre_folder(THEATRE)).title}. "
                "`scenario=NAME` takes one; what each sets is in "
                f"`seeds/{THEATRE}/configs/scenario/NAME.yaml`.",
                table(("scenario", "title", "what differs"), rows),
            ]
        )
        + "\n"
    )


def _comment(text: str) -> str:
    """The comment at the head of a config."""
    head = re.match(r"(?:#.*\n)+", text)
    lines = [line.lstrip("# ") for line in head[0].splitlines()] if head else []
    return " ".join(line for line in lines if not line.startswith("@package"))


def sentence(text: str) -> str:
    """A docstring in one line."""
    return " ".join(text.split())


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; bars and angle brackets in cells are escaped."""
    lines = [list(heads)]
    lines.append(["---"] * len(lines[0]))
    lines += [[" ".join(cell.split()).replace("|", "\\|") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Write the pages."""
    REFERENCE.mkdir(exist_ok=True)
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
