"""`landbridge sensitivity`: what P(corridor) depends on, and how much of it is chance."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from sim.commands.shared.arguments import add_kind, add_numbers, add_out, add_settings
from sim.commands.shared.outcome import show_result
from sim.commands.shared.resume import points_kept, working
from sim.paths import located

HELP = """\
Which settings P(corridor) is sensitive to: first-order and total Sobol' indices with bootstrap
intervals, free of the noise of a finite number of worlds, and a dummy that does nothing.

  landbridge sensitivity            objectives of the corridor, strengths, red lines
  landbridge sensitivity 'faction.pmf.objectives.corridor=interval(0.5,4)' \\
       faction.regime.strength=prior 'faction.tanf.red_line.probability=interval(0,1)'

KEY=interval(LOW,HIGH): even over a range; KEY=prior: over the range of an uncertain input.
There are base x (settings + 3) points. Called again, it continues."""


def add_arguments(parser: ArgumentParser) -> None:
    """What it can be given."""
    add_settings(parser)
    add_kind(parser)
    add_numbers(
        parser,
        [
            ("base", 64, 8, 65536, "rows of the design, best a power of two"),
            ("worlds", 16, 2, 100_000, "worlds at each point"),
        ],
    )
    add_out(parser, "sensitivity")


def main(arguments: Namespace) -> int:
    """Run the design, print and write the indices, draw them."""
    from sim.analysis.studies.run_sensitivity import plan_sensitivity, run_sensitivity
    from sim.commands.shared.cost import announce_sweep
    from sim.commands.shared.progress import Display, Pieces
    from sim.config.unused import refuse_unused
    from sim.show.results.studies import SensitivityResult

    refuse_unused("sensitivity", arguments.overrides)
    directory = arguments.out or located("sensitivity", "--out")
    with Pieces("points read") as pieces:
        plan = plan_sensitivity(
            arguments.overrides, directory, kind=arguments.kind, base=arguments.base,
            worlds=arguments.worlds, config_dir=arguments.config_dir,
            simulator=arguments.simulator, watch=pieces.show,
        )  # fmt: skip
    announce_sweep(plan.sweep)
    if arguments.dry_run:
        return 0
    display = Display(plan.names)
    with working(arguments, directory, points_kept(plan.sweep), display):
        indices = run_sensitivity(plan, display.show, display.start)
    show_result(SensitivityResult(directory, plan, indices), arguments)
    return 0
