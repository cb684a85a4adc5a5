"""`landbridge list`: what there is to choose from."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from textwrap import shorten

from sim.commands.shared.arguments import add_configs
from sim.errors import bad_value

Lines = Iterator[tuple[str, str]]

HELP = """\
Lists what there is of a kind, a line each; without a kind, the kinds.

  landbridge list scenarios
  landbridge list factions --theatre archipelago
  landbridge list settings"""


def add_arguments(parser: ArgumentParser) -> None:
    """What it can be given."""
    parser.add_argument(
        "what", nargs="?", type=_kind, default=None, metavar="WHAT", help=", ".join(KINDS)
    )
    parser.add_argument("--theatre", metavar="NAME", help="whose scenarios and factions")
    add_configs(parser)


def _kind(text: str) -> str:
    if text not in KINDS:
        raise bad_value("list", text, "no such thing", KINDS)
    return text


def main(arguments: Namespace) -> int:
    """Print what there is of a kind; without a kind, which kinds there are."""
    if not arguments.what:
        print("\n".join(f"landbridge list {kind}" for kind in KINDS))
        return 0
    rows = list(KINDS[arguments.what](arguments))
    width = max(len(name) for name, _ in rows)
    for name, what in rows:
        print(f"{name:<{width}}  {what}".rstrip())
    return 0


def _configs(group: str) -> Callable[[Namespace], Lines]:
    def rows(arguments: Namespace) -> Lines:
        from sim.config import theatres
        from sim.config.saved import read_yaml

        for folder in theatres.group_folders(
            arguments.theatre or theatres.default(), arguments.config_dir
        ):
            for file in sorted((folder / group).glob("*.yaml")):
                yield file.stem, str((read_yaml(file.read_text("utf-8")) or {}).get("title", ""))

    return rows


def _objectives(arguments: Namespace) -> Lines:
    from sim.model.objectives import registry

    for name, objective in registry().items():
        yield name, f"{objective.kind}: {shorten(objective.doc, 200)}"


def _settings(arguments: Namespace) -> Lines:
    from sim.config.catalogue import settings

    for setting in settings():
        yield setting.key, f"{setting.what or setting.allowed}"


def _columns(arguments: Namespace) -> Lines:
    from sim.ensemble.store.outputs import output_file

    worlds = output_file("worlds.parquet", "run")
    for output in worlds.outputs if worlds else ():
        yield output.key, f"{output.what} ({output.unit})" if output.unit else output.what


def _figures(arguments: Namespace) -> Lines:
    from sim.show.base.figure_files import NAMES

    yield from NAMES.items()


def _theatres(arguments: Namespace) -> Lines:
    from sim.paths import theatre_folder, theatres
    from sim.theatre.spec import theatre_spec

    for name in theatres():
        yield name, theatre_spec(theatre_folder(name)).title


KINDS: dict[str, Callable[[Namespace], Lines]] = {
    "theatres": _theatres,
    "scenarios": _configs("scenario"),
    "factions": _configs("faction"),
    "objectives": _objectives,
    "settings": _settings,
    "columns": _columns,
    "figures": _figures,
}
