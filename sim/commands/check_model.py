"""`landbridge check-model`: what the model's worlds do from day to day, held to bounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim import disk
from sim.commands.shared import arguments
from sim.commands.shared.cost import announce
from sim.commands.shared.progress import Display
from sim.config.compose import compose_job
from sim.paths import shown
from sim.show.base.differences import named

if TYPE_CHECKING:
    from sim.analysis.check_model.bounds import Check
    from sim.ensemble.simulator import Simulator

FILE = "check.json"
_OWN = {"worlds": "64"}


def command(
    words: Sequence[str],
    config_dir: Path | None,
    simulator: Simulator | None,
    drawing: bool = True,
    dry_run: bool = False,
) -> int:
    """Run and check; print, write and draw what was found in Hydra's run folder.

    Returns the exit code: 1 if a check fails.
    """
    mine, overrides = arguments.split(words, _OWN, "check-model")
    worlds = arguments.whole(mine, "worlds", 1, 1000)
    job = compose_job(overrides, config_dir)
    from sim.analysis.check_model.bounds import failed
    from sim.analysis.check_model.examine import examine
    from sim.ensemble.block import Block
    from sim.ensemble.run import prepare
    from sim.ensemble.store import folder
    from sim.ensemble.store.manifest import as_json

    prepared = prepare(job.config, simulator)
    settings = prepared.typed
    asked = {"scenario": settings.scenario, "until": settings.clock.until, "worlds": worlds}
    announce([(settings, worlds)])
    if dry_run:
        return 0
    kept = [one for one in overrides if not one.startswith("hydra.")]
    with arguments.opened(job, prepared, "check", FILE, asked, kept, "check") as directory:
        keys = Block(0, worlds).keys(settings.ensemble.chances)
        with Display():
            found, known, made = examine(prepared.setup, prepared.origin, prepared.seeds, *keys)
        title = named(settings.title or settings.scenario, kept)
        print(said(made, title, settings.clock.until, worlds))
        results = {"checks": [one.as_dict() for one in made], "measures": found.as_dict()}
        disk.stage(directory / FILE, as_json({**asked, "overrides": kept, **results}))
        folder.commit(directory, [FILE], complete=True)
        print(f"Written                   {shown(directory / FILE)}")
        if drawing:
            from sim.show.check_model.figures import draw_check

            drawn = draw_check(found, known, made, settings, title, prepared.setup, directory)
            print(f"Figures                   {shown(drawn[0].parent)} ({len(drawn)} files)")
    return 1 if failed(made) else 0


def said(made: Sequence[Check], title: str, until: str, worlds: int) -> str:
    """A line a check: result, what was measured, the bound and why; then how many failed."""
    from sim.analysis.check_model.bounds import FAIL, NOT_MEASURED

    lines = [f"{title}: {worlds} worlds to {until}, watched day by day"]
    for one in made:
        bound = one.bound
        limits = f"{bound.low:.3g} to {bound.high:.3g}" if bound.high > bound.low else "none"
        value = f"{one.value:.3g} {bound.unit}" if math.isfinite(one.value) else "not known"
        lines.append(f"{one.result:<13}{bound.what}: {value} (bound: {limits}; {one.cases} cases)")
        if one.result == FAIL:
            lines.append(f"{'':<13}bound because {bound.why}")
            lines += [f"{'':<13}{one.note}"] if one.note else []
    results = [one.result for one in made]
    lines.append(
        f"{results.count(FAIL)} of {len(made)} checks fail, {results.count(NOT_MEASURED)} could "
        "not be measured"
    )
    return "\n".join(lines)
