"""`landbridge list`: what there is to choose from."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import shorten

from sim.commands.shared.arguments import add_configs
from sim.errors import bad_value

Lines = Iterator[tuple[str, str]]

HELP = """\
Lists what there is of a kind, a line each; without a kind, the kinds.

  landbridge list scenarios
  landbridge list settings"""


def add_arguments(parser: ArgumentParser) -> None:
    """What it can be given."""
    parser.add_argument(
        "what", nargs="?", type=_kind, default=None, metavar="WHAT", help=", ".join(KINDS)
    )
    add_configs(parser)


def _kind(text: str) -> str:
    if text not in KINDS:
        raise bad_value("list", text, "no such thing", KINDS)
    return text


def main(arguments: Namespace) -> int:
    """Print what there is of a kind; without a kind, which kinds there are."""
    if not arguments.what:
        print("\n".join(f"landbridge list {one}" for one in KINDS))
        return 0
    rows = list(KINDS[arguments.what](arguments.config_dir))
    width = max(len(name) for name, _ in rows)
    for name, what in rows:
        print(f"{name:<{width}}  {what}".rstrip())
    return 0


def _configs(group: str) -> Callable[[Path | None], Lines]:
    def rows(config_dir: Path | None) -> Lines:
        from sim.config import theatres
        from sim.config.saved import read_yaml

        for folder in theatres.group_folders(theatres.default(), config_dir):
            for file in sorted((folder / group).glob("*.yaml")):
                yield file.stem, str((read_yaml(file.read_text("utf-8")) or {}).get("title", ""))

    return rows


def _objectives(config_dir: Path | None) -> Lines:
    from sim.model.objectives import registry

    for name, one in registry().items():
        yield name, f"{one.kind}: {shorten(one.doc, 200)}"


def _settings(config_dir: Path | None) -> Lines:
    from sim.config.catalogue import settings

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
