"""`landbridge run`: one scenario, its estimate on the screen and its figures in the folder."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands.progress import Display
from sim.commands.studio import Draw, Studio
from sim.commands.text import describe, shown
from sim.config.compose import Job, compose, compose_job
from sim.config.record import as_yaml

if TYPE_CHECKING:
    from sim.ensemble.simulator import Simulator


def command(
    overrides: Sequence[str],
    config_dir: Path | None,
    simulator: Simulator | None,
    draw: Draw | None,
) -> int:
    """Run a scenario, print what it says, draw its figures."""
    job = compose_job(overrides, config_dir)
    with Studio(draw) as studio:
        return _run(job, overrides, config_dir, simulator, studio)


def _run(
    job: Job,
    overrides: Sequence[str],
    config_dir: Path | None,
    simulator: Simulator | None,
    studio: Studio,
) -> int:
    directory = job.run_dir
    from sim.analysis.estimate import estimate
    from sim.ensemble.run import kept, prepare

    ensemble = job.config.ensemble
    asked = int(ensemble.max_worlds if ensemble.precision else ensemble.worlds)
    kept_overrides = [one for one in overrides if not one.startswith("hydra.")]
    try:
        with Display() as display:
            prepared = prepare(job.config, simulator)
            result = estimate(prepared, directory, kept_overrides, display.show)
    except KeyboardInterrupt:
        if not directory.is_dir():
            raise
        again = ["landbridge", "run", *kept_overrides, f"hydra.run.dir={directory}"]
        if config_dir is not None:
            again += ["--config-dir", str(config_dir)]
        raise KeyboardInterrupt(
            f"{kept(directory, asked)} of {asked} worlds are kept in {directory}; "
            f"continue with: {shlex.join(again)}"
        ) from None
    print(describe(result.summary, prepared.typed))
    print(f"Folder                    {shown(directory)}")
    drawn = studio.draw(directory)
    if drawn:
        print(f"Figures                   {shown(drawn[0].parent)} ({len(drawn)} files)")
    return 0


def show_config(overrides: Sequence[str], config_dir: Path | None) -> int:
    """Print the settings that would be run."""
    print(as_yaml(compose(overrides, config_dir)), end="")
    return 0
