"""`landbridge odd`: the description of the model by the ODD protocol."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from sim.commands.shared.arguments import add_out, add_settings
from sim.errors import LandbridgeError
from sim.paths import located, shown, theatre_folder

FILE = "odd.md"
HELP = """\
Writes the description of the model by the ODD protocol (Grimm et al. 2020) with the questions of
ODD+D, as Markdown: every entity, setting, rule and table, made from the code, the settings and the
tables of a theatre. docs/odd.md is that of the first theatre.

  landbridge odd                              odd.md
  landbridge odd theatre=archipelago -o isles.md"""
_FIRST = b"# ODD: the model described\n"


def add_arguments(parser: ArgumentParser) -> None:
    """What it can be given."""
    add_settings(parser, dry_run=False)
    add_out(parser, FILE, "FILE")


def main(arguments: Namespace) -> int:
    """Write the description."""
    from sim import disk
    from sim.config.check import check
    from sim.config.compose import compose, typed
    from sim.model.known import known
    from sim.show.odd.describe import describe

    out = arguments.out or located(FILE, "--out")
    if out.is_dir():
        raise LandbridgeError(f"--out={shown(out)}: is a folder; name a file")
    if out.is_file() and not out.read_bytes().startswith(_FIRST):
        raise LandbridgeError(f"--out={shown(out)}: is there and no ODD; choose another name")
    config = compose(arguments.overrides, arguments.config_dir)
    folder = theatre_folder(config.theatre.name)
    check(typed(config), known(folder))
    text = describe(config, folder).encode()
    with disk.errors(out.parent, "--out"):
        disk.write(out, text)
    print(f"ODD                       {shown(out)} ({len(text) / 1e6:.2f} MB)")
    return 0
