"""`landbridge compare`: runs against the first one, world by world."""

from __future__ import annotations

from argparse import ArgumentParser, BooleanOptionalAction, Namespace

from sim.commands.shared.arguments import add_out
from sim.commands.shared.outcome import show_result
from sim.paths import located

HELP = """\
Compares every run with the first one, world by world under common random numbers: difference, ratio
and odds of P(corridor), mean days to it, which worlds flip, and how many worlds the pairing saves.
Runs of other lengths are compared over the worlds that both have, until the earlier horizon.

  landbridge compare base withdrawal reinforced
  landbridge compare base other --no-paired      as independent runs
  landbridge compare base other --out study      where comparison.json and figures go"""


def add_arguments(parser: ArgumentParser) -> None:
    """What it can be given."""
    parser.add_argument("directories", nargs="+", metavar="DIR", help="run folders")
    parser.add_argument(
        "--paired", action=BooleanOptionalAction, default=True,
        help="world by world, or as independent runs (default: paired)",
    )  # fmt: skip
    add_out(parser, "comparison, or comparison-2 if that holds another one")


def main(arguments: Namespace) -> int:
    """Compare run folders."""
    from sim.analysis.studies.compare import FILE, compare, free_folder, write
    from sim.ensemble.store import folder
    from sim.show.results.studies import ComparisonResult

    directories = [located(name, "compare") for name in arguments.directories]
    rows = compare(directories, paired=arguments.paired)
    directory = arguments.out or free_folder(rows)
    with folder.opened(directory, "comparison", [FILE]):
        write(rows, directory)
        show_result(ComparisonResult(directory, rows), arguments)
    return 0
