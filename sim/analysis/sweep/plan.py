"""From overrides to a sweep: its points, composed and checked, and its folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from sim.analysis.sweep.design import points
from sim.config import saved
from sim.config.bounds import check_bounds
from sim.config.compose import Composer, parse, typed
from sim.config.points import PointComposer
from sim.config.schema import Config, DesignKind
from sim.config.sweep_space import space
from sim.config.texts import unquoted
from sim.config.unused import refuse_unused_design
from sim.ensemble.run import Inputs
from sim.ensemble.simulator import Simulator
from sim.ensemble.sweep.points import SETTING, Point, Sweep, renumbered
from sim.errors import LandbridgeError
from sim.paths import located

FOLDER = "sweeps"


def plan(
    overrides: Sequence[str],
    config_dir: Path | None = None,
    directory: Path | None = None,
    simulator: Simulator | None = None,
    watch: Callable[[int, int], None] | None = None,
) -> tuple[Config, Sweep]:
    """The settings that all points share, and the sweep; raises LandbridgeError.

    A point that cannot be composed or checked carries its error, unless all do. `watch` is told how
    many points of how many are read.
    """
    swept = space(overrides, config_dir)
    composer, inputs = PointComposer(Composer(config_dir), swept.fixed), Inputs(simulator)
    shared = typed(composer.tree)
    check_bounds(shared.design, "design")
    refuse_unused_design(shared.design.kind, overrides)
    if not swept.dimensions and shared.design.kind in (DesignKind.grid, DesignKind.zip):
        swept = swept.of_one_point()
    swept, rows = points(shared.design, swept)
    keys = [dimension.key.lstrip("+") for dimension in swept.dimensions]
    planned = []
    for n, row in enumerate(rows):
        values = dict(zip(keys, map(unquoted, row), strict=True))
        planned.append(_point(n, values, swept.line(row), composer, inputs))
        if watch:
            watch(n + 1, len(rows))
    if all(point.error for point in planned):
        raise LandbridgeError(planned[0].error)
    at = directory or _own_folder(keys, planned)
    return shared, Sweep(at, renumbered(at, planned), composer.tree)


def _point(
    number: int,
    values: dict[str, str],
    overrides: list[str],
    composer: PointComposer,
    inputs: Inputs,
) -> Point:
    try:
        made = composer.compose(overrides)
        return Point(number, values, overrides, made.plain, inputs.checked(made))
    except LandbridgeError as error:
        return Point(number, values, overrides, {}, None, str(error))


def asked_folder(overrides: Sequence[str]) -> Path | None:
    """The folder that `hydra.sweep.dir` or `hydra.run.dir` names."""
    given = {override.key_or_group: override.value() for override in parse(overrides)}
    if "hydra.sweep.subdir" in given:
        raise LandbridgeError("hydra.sweep.subdir: points are in folders points/0, points/1, ...")
    named = given.get("hydra.sweep.dir", given.get("hydra.run.dir"))
    return None if named is None else located(str(named), SETTING)


def _own_folder(keys: Sequence[str], points: Sequence[Point]) -> Path:
    """A folder that the same sweep finds again: named by what is swept, and from what."""
    made = [point.scenario.made_from for point in points if point.scenario]
    tag = saved.tree_hash([[dict(point.values) for point in points], made])[:8]
    names = "-".join(key.rpartition(".")[2] for key in keys[:3]) or "point"
    return located(Path(FOLDER) / f"{names}-{tag}", SETTING)
