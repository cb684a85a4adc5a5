"""`landbridge report`: one HTML file about a run, several, or a sweep."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from sim.commands.shared.arguments import add_out, path
from sim.paths import located, shown

FILE = "report.html"
HELP = """\
Writes one HTML file that explains the answer: when and whether, how far to trust it, maps by week,
single worlds, routes, alarm, differences between runs, every number, every assumption. It asks
nothing of any other place, so that it can be mailed.

  landbridge report base                            report.html
  landbridge report base withdrawal reinforced      the others against the first
  landbridge report study                           a sweep: controls over its design points
  landbridge report base criticality -o answer.html with the critical places
  landbridge report base --scores backtest          with the scores of your own backtest"""


def add_arguments(parser: ArgumentParser) -> None:
    """What it can be given."""
    parser.add_argument(
        "directories", nargs="+", metavar="DIR", help="runs, a comparison, a sweep, studies"
    )
    parser.add_argument(
        "--scores", type=path("--scores"), metavar="DIR", help="of a backtest of your own"
    )
    add_out(parser, FILE, "FILE")


def main(arguments: Namespace) -> int:
    """Write the report of some folders."""
    from sim import disk
    from sim.ensemble.run import Inputs
    from sim.show.page.report import refuse_other_file, report

    directories = [located(name, "report") for name in arguments.directories]
    out = arguments.out or located(FILE, "--out")
    refuse_other_file(out)
    page = report(directories, lambda: Inputs(arguments.simulator), arguments.scores)
    with disk.errors(out.parent, "--out"):
        disk.write(out, page)
    print(f"Report                    {shown(out)} ({len(page) / 1e6:.2f} MB)")
    return 0
