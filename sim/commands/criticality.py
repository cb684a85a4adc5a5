"""`landbridge criticality`: the places at which a garrison would change P(corridor) most."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from sim.commands.shared.arguments import add_kind, add_numbers, add_out, add_settings
from sim.commands.shared.outcome import show_result
from sim.commands.shared.resume import points_kept, working
from sim.paths import located

HELP = """\
Critical places: how much P(corridor) changes if the opponents are given a garrison, place by place
along the routes, all under common random numbers, with paired intervals and p corrected for the
number of places (Holm). An intervention, not a correlation.

  landbridge criticality ensemble.worlds=500
  landbridge criticality --garrison 3000 --kind territory scenario=tanf_withdrawal --out study
  landbridge criticality --places al_tanf,abu_kamal,sukhnah

The garrison is that of whoever holds the place if that is no friend of the coalition, else of the
nearest faction that is hostile to it. Called again, it continues."""


def add_arguments(parser: ArgumentParser) -> None:
    """What it can be given."""
    add_settings(parser)
    add_kind(parser)
    add_numbers(parser, [("garrison", 1000, 1, 100_000, "fighters of the garrison")])
    parser.add_argument(
        "--places", default="", metavar="PLACE[,PLACE]",
        help="where a garrison is tried (default: at all places on the routes)",
    )  # fmt: skip
    add_out(parser, "criticality")


def main(arguments: Namespace) -> int:
    """Run the scenario with and without every garrison, print, write and draw what they change."""
    from sim.analysis.studies.run_criticality import plan_criticality, run_criticality
    from sim.commands.shared.cost import announce_sweep
    from sim.commands.shared.progress import Display
    from sim.config.unused import refuse_unused
    from sim.show.results.studies import CriticalityResult

    refuse_unused("criticality", arguments.overrides)
    directory = arguments.out or located("criticality", "--out")
    plan = plan_criticality(
        arguments.overrides, directory, kind=arguments.kind, garrison=arguments.garrison,
        places=[place for place in arguments.places.split(",") if place],
        config_dir=arguments.config_dir, simulator=arguments.simulator,
    )  # fmt: skip
    announce_sweep(plan.sweep)
    if arguments.dry_run:
        return 0
    display = Display(plan.names)
    with working(arguments, directory, points_kept(plan.sweep), display):
        findings = run_criticality(plan, display.show, display.start)
    show_result(CriticalityResult(directory, plan, findings), arguments)
    return 0
