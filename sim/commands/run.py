"""`landbridge run`: one scenario, its estimate on the screen and its figures in the folder."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from functools import partial
from typing import TYPE_CHECKING

from sim.commands.shared.arguments import add_out, add_settings, job_of
from sim.commands.shared.resume import working, worlds_kept
from sim.paths import shown

if TYPE_CHECKING:
    from sim.commands.shared.figure_workers import Studio
    from sim.config.compose import Job

HELP = """\
Runs one scenario: when a corridor forms, by which route and how likely, with figures.
Settings are given as in Hydra: KEY=VALUE sets a value, GROUP=OPTION chooses a config.

  landbridge run scenario=tanf_withdrawal ensemble.worlds=2000
  landbridge run clock.until=2018-03-31 faction.tanf.red_line.probability=0.9
  landbridge run --out runs/base       the folder; called again, it continues
  landbridge run -m scenario=baseline,tanf_withdrawal corridor.hold_days=7,30

With -m it is `landbridge sweep`. The folder may be named as in Hydra too: hydra.run.dir=DIR."""


def add_arguments(parser: ArgumentParser) -> None:
    """What it can be given."""
    add_settings(parser)
    add_out(parser, "outputs/DATE/TIME")
    parser.add_argument("-m", "--multirun", action="store_true", help="sweep over KEY=a,b,c")
    parser.add_argument(
        "--cfg", action="store_true", help="print the settings that would be run, and stop"
    )


def main(arguments: Namespace) -> int:
    """Run a scenario, print what it says, draw its figures; or only what it would cost."""
    if arguments.multirun and not arguments.cfg:
        from sim.commands import sweep

        return sweep.main(arguments)
    from sim.commands.shared.figure_workers import Studio
    from sim.config.unused import refuse_unused

    refuse_unused("run", arguments.overrides)
    if arguments.cfg:
        return _show_config(arguments)
    with Studio(arguments.draw) as studio:  # before the settings, to get ready the sooner
        job = job_of(arguments)
        studio.get_ready(job.config.theatre.name, float(job.config.theatre.hex_km))
        return _run(job, arguments, studio)


def _run(job: Job, arguments: Namespace, studio: Studio) -> int:
    from sim.analysis.run.estimate import estimate
    from sim.commands.shared.cost import announce
    from sim.commands.shared.progress import Display
    from sim.ensemble.run import prepare
    from sim.ensemble.store import folder
    from sim.show.base.figure_files import FOLDER, NAMES
    from sim.show.texts.run import estimate_text

    ensemble = job.config.ensemble
    asked = int(ensemble.max_worlds if ensemble.precision else ensemble.worlds)
    overrides = [override for override in arguments.overrides if not override.startswith("hydra.")]
    with Display():
        prepared = prepare(job.config, arguments.simulator)
    cost = partial(announce, [(prepared.typed, asked)], at_most=bool(ensemble.precision))
    if arguments.dry_run:
        cost()
        return 0
    figures = [f"{FOLDER}/{name}.png" for name in NAMES]
    place = folder.place(job.run_dir, job.is_dated)
    with place as directory, folder.opened(directory, "run", figures):
        cost()
        with working(arguments, directory, worlds_kept(directory, asked), Display()) as display:
            result = estimate(prepared, directory, overrides, display.show)
        print(estimate_text(result.summary, prepared.typed, overrides))
        print(f"Folder                    {shown(directory)}")
        drawn = studio.draw(directory)
    if drawn:
        print(f"Figures                   {shown(drawn[0].parent)} ({len(drawn)} files)")
    return 0


def _show_config(arguments: Namespace) -> int:
    """Print the settings that would be run."""
    from sim.config.compose import compose
    from sim.config.saved import as_yaml

    config = compose(arguments.overrides, arguments.config_dir)
    print(as_yaml(config), end="")
    if config.changes:
        print("# changes: those of configs, then those of the command line; all of them hold")
    return 0
