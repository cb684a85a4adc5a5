"""`landbridge check-model`: what the model's worlds do from day to day, held to bounds."""

from __future__ import annotations

import math
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.commands.shared.arguments import add_numbers, add_out, add_settings, job_of
from sim.commands.shared.resume import working
from sim.paths import shown

if TYPE_CHECKING:
    from sim.analysis.check_model.bounds import Check

FILE = "check.json"
HELP = """\
Runs some worlds, watches them day by day and holds what they do to bounds: the corridor planned on
day 0, the speed of campaigns, the time from taking a hex to taking the town in it, plans that fail
and why, the day of the first capture, how long fights for towns last, losses, and what never
happens, apart from what the rules make impossible (docs/check.md).

  landbridge check-model
  landbridge check-model scenario=tanf_withdrawal --worlds 200 --out check

Exit code 1 if a check fails. The folder holds check.json and figures."""


def add_arguments(parser: ArgumentParser) -> None:
    """What it can be given."""
    add_settings(parser)
    add_numbers(parser, [("worlds", 64, 1, 1000, "worlds that are watched")])
    add_out(parser, "outputs/DATE/TIME")


def main(arguments: Namespace) -> int:
    """Run and check; print, write and draw what was found.

    Returns the exit code: 1 if a check fails.
    """
    from sim import disk
    from sim.analysis.check_model.bounds import failed
    from sim.analysis.check_model.examine import examine
    from sim.analysis.studies.points import claimed, plain_worlds
    from sim.commands.shared.cost import announce
    from sim.commands.shared.progress import Display
    from sim.config.unused import refuse_unused
    from sim.ensemble.block import Block
    from sim.ensemble.run import prepare
    from sim.ensemble.store import folder
    from sim.ensemble.store.manifest import as_json
    from sim.show.base.differences import named

    refuse_unused("check-model", arguments.overrides)
    worlds = arguments.worlds
    overrides = [*plain_worlds(arguments.overrides), *arguments.overrides]
    job = job_of(arguments, overrides)
    prepared = prepare(job.config, arguments.simulator)
    settings = prepared.typed
    asked = {"scenario": settings.scenario, "until": settings.clock.until, "worlds": worlds}
    announce([(settings, worlds)])
    if arguments.dry_run:
        return 0
    place = folder.place(job.run_dir, job.is_dated)
    with place as directory, claimed(directory, prepared, "check", FILE, asked, overrides, "check"):
        keys = Block(0, worlds).keys(settings.ensemble.replications_per_draw)
        with working(arguments, directory, str, Display()):
            measures, record, checks = examine(
                prepared.setup, prepared.origin, prepared.seeds, *keys
            )
        title = named(settings.title or settings.scenario, overrides)
        print(checks_text(checks, title, settings.clock.until, worlds))
        results = {"checks": [check.as_dict() for check in checks], "measures": measures.as_dict()}
        disk.stage(directory / FILE, as_json({**asked, "overrides": overrides, **results}))
        folder.commit(directory, [FILE], complete=True)
        print(f"Written                   {shown(directory / FILE)}")
        if arguments.draw is None:
            from sim.show.check_model.figures import draw_check

            drawn = draw_check(measures, record, checks, settings, title, prepared.setup, directory)
            print(f"Figures                   {shown(drawn[0].parent)} ({len(drawn)} files)")
    return 1 if failed(checks) else 0


def checks_text(checks: Sequence[Check], title: str, until: str, worlds: int) -> str:
    """A line a check: result, what was measured, the bound and why; then how many failed."""
    from sim.analysis.check_model.bounds import FAIL, NOT_MEASURED

    lines = [f"{title}: {worlds} worlds to {until}, watched day by day"]
    for check in checks:
        bound = check.bound
        limits = f"{bound.low:.3g} to {bound.high:.3g}" if bound.high > bound.low else "none"
        value = f"{check.value:.3g} {bound.unit}" if math.isfinite(check.value) else "not known"
        lines.append(
            f"{check.result:<13}{bound.what}: {value} (bound: {limits}; {check.cases} cases)"
        )
        if check.result == FAIL:
            lines.append(f"{'':<13}bound because {bound.why}")
            lines += [f"{'':<13}{check.note}"] if check.note else []
    results = [check.result for check in checks]
    lines.append(
        f"{results.count(FAIL)} of {len(checks)} checks fail, {results.count(NOT_MEASURED)} could "
        "not be measured"
    )
    return "\n".join(lines)
