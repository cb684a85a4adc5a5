"""`landbridge run`: one scenario, its estimate on the screen and its figures in the folder."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands.shared.cost import announce
from sim.commands.shared.figure_workers import Draw, Studio
from sim.commands.shared.progress import Display
from sim.commands.shared.report_text import describe
from sim.commands.shared.resume import how_to_continue
from sim.config.compose import Job, compose, compose_job
from sim.config.saved import as_yaml
from sim.paths import shown
from sim.show.base.figure_files import FOLDER, NAMES

if TYPE_CHECKING:
    from sim.ensemble.simulator import Simulator


def command(
    overrides: Sequence[str],
    config_dir: Path | None,
    simulator: Simulator | None,
    draw: Draw | None,
    dry_run: bool = False,
) -> int:
    """Run a scenario, print what it says, draw its figures; or only what it would cost."""
    with Studio(draw) as studio:  # before the settings, to get ready the sooner
        job = compose_job(overrides, config_dir)
        studio.get_ready(float(job.config.theatre.hex_km))
        return _run(job, overrides, config_dir, simulator, studio, dry_run)


def _run(
    job: Job,
    overrides: Sequence[str],
    config_dir: Path | None,
    simulator: Simulator | None,
    studio: Studio,
    dry_run: bool,
) -> int:
    from sim.analysis.run.estimate import estimate
    from sim.ensemble.run import prepare
    from sim.ensemble.store import folder

    ensemble = job.config.ensemble
    asked = int(ensemble.max_worlds if ensemble.precision else ensemble.worlds)
    kept_overrides = [one for one in overrides if not one.startswith("hydra.")]
    with Display() as display:
        prepared = prepare(job.config, simulator)
    cost = partial(announce, [(prepared.typed, asked)], at_most=bool(ensemble.precision))
    if dry_run:
        cost()
        return 0
    figures = [f"{FOLDER}/{name}.png" for name in NAMES]
    place = folder.place(job.run_dir, job.is_dated)
    with place as directory, folder.opened(directory, "run", figures):
        cost()
        again = how_to_continue("run", kept_overrides, directory, asked, config_dir)
        with again, Display() as display:
            result = estimate(prepared, directory, kept_overrides, display.show)
        print(describe(result.summary, prepared.typed, kept_overrides))
        print(f"Folder                    {shown(directory)}")
        drawn = studio.draw(directory)
    if drawn:
        print(f"Figures                   {shown(drawn[0].parent)} ({len(drawn)} files)")
    return 0


def show_config(overrides: Sequence[str], config_dir: Path | None) -> int:
    """Print the settings that would be run."""
    config = compose(overrides, config_dir)
    print(as_yaml(config), end="")
    if config.changes:
        print("# changes: those of configs, then those of the command line; all of them hold")
    return 0
