"""`landbridge rare`: P(corridor) where it is small, by splitting."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from sim.commands.shared.arguments import add_kind, add_numbers, add_out, add_settings, job_of
from sim.commands.shared.outcome import show_result
from sim.commands.shared.resume import working

HELP = """\
P(corridor) where it is too small for a plain run, by splitting: worlds that come near a corridor
are cloned, with random numbers of their own from then on, and every world carries a weight, so that
the estimate is unbiased. What comes near is learned from pilots, which are no part of the estimate.

  landbridge rare scenario=jordan_forward uncertainty=central
  landbridge rare --kind territory corridor.hold_days=120 --repeats 32 --out rare

The interval comes from independent repetitions."""


def add_arguments(parser: ArgumentParser) -> None:
    """What it can be given."""
    add_settings(parser)
    add_kind(parser)
    add_numbers(
        parser,
        [
            ("particles", 200, 10, 100_000, "worlds in each repetition and pilot"),
            ("repeats", 16, 2, 10_000, "independent repetitions"),
            ("rounds", 2, 0, 20, "rounds of learning"),
            ("pilots", 4, 1, 100, "pilots in each round"),
        ],
    )
    add_out(parser, "outputs/DATE/TIME")


def main(arguments: Namespace) -> int:
    """Estimate, print, write `rare.json`."""
    from sim.analysis.rare.run import Effort, plan_rare, run_rare
    from sim.analysis.studies.points import plain_worlds
    from sim.commands.shared.cost import announce
    from sim.commands.shared.progress import Pieces
    from sim.config.unused import refuse_unused
    from sim.ensemble.store import folder
    from sim.show.results.studies import RareResult

    refuse_unused("rare", arguments.overrides)
    overrides = [*plain_worlds(arguments.overrides), *arguments.overrides]
    effort = Effort(arguments.particles, arguments.repeats, arguments.rounds, arguments.pilots)
    job = job_of(arguments, overrides)
    plan = plan_rare(job.config, overrides, arguments.kind, effort, arguments.simulator)
    what = f"{effort.repeats} repetitions and {effort.lives - effort.repeats} pilots"
    announce([(plan.prepared.typed, effort.lives * effort.particles)], what)
    if arguments.dry_run:
        return 0
    with folder.place(job.run_dir, job.is_dated) as directory:
        pieces = Pieces("pilots and repetitions")
        with working(arguments, directory, str, pieces):
            estimate = run_rare(plan, directory, pieces.show)
        show_result(RareResult(directory, plan, estimate), arguments, has_figures=False)
    return 0
