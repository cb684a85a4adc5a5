"""`landbridge solve`: the value of a setting at which P(corridor) crosses a target."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from sim.commands.shared.arguments import (
    add_kind,
    add_numbers,
    add_out,
    add_settings,
    number,
)
from sim.commands.shared.outcome import show_result
from sim.commands.shared.resume import working
from sim.errors import LandbridgeError
from sim.paths import located

if TYPE_CHECKING:
    from sim.analysis.studies.run_threshold import ThresholdPlan

HELP = """\
Finds the value of a setting at which P(corridor) crosses a target, with an interval, or says that
it never does. All values are run under common random numbers; called again, it continues.

  landbridge solve faction.tanf.red_line.radius_km --target 0.1
  landbridge solve rules.response --target 0.5 --low 0.1 --high 0.6 --kind territory
  landbridge solve corridor.hold_days --target 0.2 --low 1 --high 90 ensemble.worlds=500"""


def add_arguments(parser: ArgumentParser) -> None:
    """What it can be given."""
    parser.add_argument(
        "key", nargs="?", metavar="KEY", help="the setting whose value is looked for"
    )
    add_settings(parser)
    parser.add_argument(
        "--target", type=number("--target", 0.0, 1.0), metavar="P",
        help="the probability to be crossed",
    )  # fmt: skip
    for end in ("low", "high"):
        parser.add_argument(
            f"--{end}", type=number(f"--{end}", -float("inf"), float("inf")), metavar="VALUE",
            help=f"{end} end of the range to look in (default: of all that is allowed)",
        )  # fmt: skip
    add_kind(parser)
    add_numbers(
        parser,
        [
            ("points", 7, 3, 100, "values that are tried in a round"),
            ("rounds", 2, 1, 5, "rounds, each where the crossing can still be"),
        ],
    )
    add_out(parser, "solve-NAME of the setting")


def main(arguments: Namespace) -> int:
    """Find the crossing, print it, write `solve.json` and its figure."""
    key = arguments.key
    if not key or "=" in key:
        raise LandbridgeError(f"solve {key or ''}: name first the setting to look over")
    if arguments.target is None:
        raise LandbridgeError("--target: give the probability to be crossed")
    from sim.analysis.studies.run_threshold import plan_threshold, run_threshold
    from sim.commands.shared.cost import announce
    from sim.commands.shared.progress import Display, point_head
    from sim.config.compose import typed
    from sim.config.unused import refuse_unused
    from sim.show.results.studies import ThresholdResult

    refuse_unused("solve", arguments.overrides)
    directory = arguments.out or located(f"solve-{key.rpartition('.')[2]}", "--out")
    plan = plan_threshold(
        arguments.overrides, key, arguments.target, directory,
        kind=arguments.kind, low=arguments.low, high=arguments.high, points=arguments.points,
        rounds=arguments.rounds, config_dir=arguments.config_dir, simulator=arguments.simulator,
    )  # fmt: skip
    what = f"{plan.rounds} rounds of {plan.points} values"
    announce([(typed(plan.runs.config), plan.most * plan.runs.worlds)], what, at_most=True)
    if arguments.dry_run:
        return 0
    display = Display()
    with working(arguments, directory, lambda: _kept(plan), display):
        response = run_threshold(
            plan,
            display.show,
            lambda point, seconds: display.begin(point_head(point, plan.most, seconds)),
        )
    show_result(ThresholdResult(directory, plan, response), arguments)
    return 0


def _kept(plan: ThresholdPlan) -> str:
    runs = plan.runs
    values = f"{len(runs.folders)} value" + "s" * (len(runs.folders) != 1)
    return f"{runs.kept} worlds at {values} are" if runs.kept else ""
