"""Landbridge: how likely is a land corridor, when, by which route, and what would change it.

>>> import sim
>>> result = sim.run("scenario=tanf_withdrawal", worlds=2000)  # doctest: +SKIP
>>> result.p_corridor["road"]["estimate"]  # doctest: +SKIP

Importing `sim` imports nothing else: each wing can be used without the ones above it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.version import __version__

if TYPE_CHECKING:
    from sim.show.notebook import Shown, ShownSweep

__all__ = ["__version__", "run", "sweep"]


def run(
    *overrides: str,
    worlds: int | None = None,
    directory: str | Path | None = None,
    config_dir: str | Path | None = None,
) -> Shown:
    """Run one scenario, as `landbridge run` does, and return what it says; it shows itself.

    Args:
        overrides: settings in Hydra's grammar, such as `scenario=tanf_withdrawal`.
        worlds: number of worlds; the same as `ensemble.worlds=...`.
        directory: the run folder, continued if it holds the same settings; None for a temporary
            one that lives as long as the result.
        config_dir: a folder of your own configs.

    Raises:
        sim.errors.LandbridgeError: settings, seeds or a folder that cannot be used.
    """
    from sim.analysis.run.estimate import estimate
    from sim.commands.shared.progress import Display
    from sim.config.compose import compose
    from sim.config.unused import refuse_unused
    from sim.ensemble.run import prepare
    from sim.paths import located
    from sim.show.notebook import Shown

    given = [*overrides, *([] if worlds is None else [f"ensemble.worlds={worlds}"])]
    refuse_unused("sim.run", given)
    config = compose(given, None if config_dir is None else located(config_dir, "config_dir"))
    folder = None if directory is None else located(directory, "directory")
    prepared = prepare(config)
    with Display() as display:
        return Shown(**vars(estimate(prepared, folder, given, display.show)))


def sweep(
    *overrides: str,
    worlds: int | None = None,
    directory: str | Path | None = None,
    config_dir: str | Path | None = None,
) -> ShownSweep:
    """Run every point of a sweep, as `landbridge sweep` does, and return what it says.

    Args:
        overrides: settings in Hydra's grammar, such as `faction.tanf.red_line.radius_km=0,25,55`
            and `design=lhs`.
        worlds: number of worlds of each point; the same as `ensemble.worlds=...`.
        directory: the folder, continued if it holds the same sweep; None for one below `sweeps/`
            that the same call finds again.
        config_dir: a folder of your own configs.

    Points that fail are in the result's `failed`.

    Raises:
        sim.errors.LandbridgeError: a design or a folder that cannot be used.
    """
    from sim.analysis.sweep.plan import plan
    from sim.analysis.sweep.summary import sweep_all
    from sim.commands.shared.progress import Display
    from sim.config.unused import refuse_unused
    from sim.paths import located
    from sim.show.notebook import ShownSweep

    given = [*overrides, *([] if worlds is None else [f"ensemble.worlds={worlds}"])]
    refuse_unused("sim.sweep", given)
    folder = None if directory is None else located(directory, "directory")
    configs = None if config_dir is None else located(config_dir, "config_dir")
    shared, planned = plan(given, configs, folder)
    with Display([str(dict(point.values)) for point in planned.points]) as display:
        found = sweep_all(planned, shared.engine, display.show, display.start)
    return ShownSweep(**vars(found))
