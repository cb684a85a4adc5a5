"""`landbridge theatre`: begin a theatre of one's own, check one, make a rough map for one."""

from __future__ import annotations

import shutil
from argparse import ArgumentParser, Namespace
from pathlib import Path

from sim import disk
from sim.commands.shared.arguments import number
from sim.errors import LandbridgeError
from sim.paths import located, shown, theatre_folder

HELP = """Begins, checks and maps theatres (docs/theatres.md).

  landbridge theatre new DIR       a copy of the made-up example, commented, that runs
  landbridge theatre check DIR     what is wrong or missing, one line each; exit code 1 if anything
  landbridge theatre ground DIR    a rough map from places.csv alone

`theatre=./DIR` runs it, as in `landbridge run theatre=./DIR`."""

TEMPLATE = "archipelago"


def add_arguments(parser: ArgumentParser) -> None:
    """What it can be given."""
    parser.add_argument("action", choices=("new", "check", "ground"), help="what to do")
    parser.add_argument("directory", metavar="DIR", help="folder of the theatre, or its name")
    parser.add_argument(
        "--hex-km", type=number("--hex-km", 0.1, 1000.0), default=25.0, metavar="KM",
        help="ground: across a hex (25)",
    )  # fmt: skip
    parser.add_argument(
        "--reach-km", type=number("--reach-km", 0.0, 20_000.0), default=36.0, metavar="KM",
        help="ground: how far from a place its country goes (36)",
    )  # fmt: skip


def main(arguments: Namespace) -> int:
    """Do what is asked; returns the exit code."""
    if arguments.action == "new":
        return _new(located(arguments.directory, "DIR"))
    folder = _folder(arguments.directory)
    if arguments.action == "check":
        return _check(folder)
    from sim.theatre.rough_ground import write_rough_ground

    file = write_rough_ground(folder, arguments.hex_km, arguments.reach_km)
    print(f"{shown(file)}: hexes {arguments.hex_km:g} km across, from the places")
    return 0


def _new(folder: Path) -> int:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise LandbridgeError(f"{shown(folder)}: is there already; give the name of a new folder")
    with disk.errors(folder, "DIR"):
        shutil.copytree(theatre_folder(TEMPLATE), folder, dirs_exist_ok=True)
    print(
        f"{shown(folder)}: a made-up theatre to change; theatre.yaml explains every key\n"
        f"  landbridge theatre check {shown(folder)}\n"
        f"  landbridge run theatre={folder} ensemble.worlds=100"
    )
    return 0


def _check(folder: Path) -> int:
    from sim.analysis.theatre_check import faults, passed

    wrong = faults(folder)
    for line in wrong:
        print(line)
    if wrong:
        return 1
    print(passed(folder))
    return 0


def _folder(name: str) -> Path:
    """A folder by its path, else a packaged theatre by its name."""
    at = located(name, "DIR")
    return at if at.is_dir() else theatre_folder(name)
