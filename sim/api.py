"""The commands as functions: each returns a result that can be read, shown and reckoned with.

Settings are texts in Hydra's grammar, as on the command line. `directory` is the folder, continued
if it holds the same; None for a temporary one that lives as long as the result. Each raises
`sim.errors.LandbridgeError` for settings, seeds or a folder that cannot be used, and shows how far
it is in a terminal or a notebook.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands.shared.progress import Display, Pieces, point_head
from sim.config.unused import refuse_unused
from sim.errors import LandbridgeError
from sim.paths import located

if TYPE_CHECKING:
    from sim.analysis.run.estimate import Temporary
    from sim.show.results.base import Shown
    from sim.show.results.run import RunResult, SweepShown
    from sim.show.results.studies import (
        BacktestResult,
        CalibrationResult,
        ComparisonResult,
        CriticalityResult,
        RareResult,
        SensitivityResult,
        ThresholdResult,
    )

Folder = str | Path | None


def run(
    *overrides: str,
    worlds: int | None = None,
    directory: Folder = None,
    config_dir: Folder = None,
) -> RunResult:
    """Run one scenario, as `landbridge run` does.

    Args:
        overrides: settings in Hydra's grammar, such as `scenario=tanf_withdrawal`.
        worlds: number of worlds; the same as `ensemble.worlds=...`.
        directory: the run folder; None for a temporary one.
        config_dir: a folder of your own configs.
    """
    from sim.analysis.run.estimate import estimate
    from sim.config.compose import compose
    from sim.ensemble.run import prepare
    from sim.show.results.run import RunResult

    given = _settings("sim.run", overrides, worlds)
    prepared = prepare(compose(given, _configs(config_dir)))
    folder = None if directory is None else located(directory, "directory")
    with Display() as display:
        result = estimate(prepared, folder, given, display.show)
    return RunResult(result, prepared.typed, given)


def sweep(
    *overrides: str,
    worlds: int | None = None,
    directory: Folder = None,
    config_dir: Folder = None,
) -> SweepShown:
    """Run every point of a sweep, as `landbridge sweep` does; those that fail are in `failed`.

    Args:
        overrides: settings in Hydra's grammar, such as `faction.tanf.red_line.radius_km=0,25,55`
            and `design=lhs`.
        worlds: number of worlds of each point; the same as `ensemble.worlds=...`.
        directory: the folder; None for one below `sweeps/` that the same call finds again.
        config_dir: a folder of your own configs.
    """
    from sim.analysis.sweep.plan import plan
    from sim.analysis.sweep.summary import sweep_all
    from sim.show.results.run import SweepShown

    given = _settings("sim.sweep", overrides, worlds)
    folder = None if directory is None else located(directory, "directory")
    shared, planned = plan(given, _configs(config_dir), folder)
    with Display([str(dict(point.values)) for point in planned.points]) as display:
        result = sweep_all(planned, shared.executor, display.show, display.start)
    return SweepShown(planned.directory, result)


def compare(
    *runs: Shown | str | Path, paired: bool = True, directory: Folder = None
) -> ComparisonResult:
    """Compare runs with the first one, as `landbridge compare` does.

    Args:
        runs: results of `run`, or run folders.
        paired: world by world, or as independent runs.
        directory: where the comparison is written; None for a temporary folder.
    """
    from sim.analysis.studies.compare import FILE, write
    from sim.analysis.studies.compare import compare as compared
    from sim.ensemble.store import folder
    from sim.show.results.studies import ComparisonResult

    directories = [
        located(run, "compare") if isinstance(run, str | Path) else run.directory for run in runs
    ]
    rows = compared(directories, paired=paired)
    place, at = _place(directory)
    with folder.opened(at, "comparison", [FILE]):
        write(rows, at)
    return ComparisonResult(place, rows, keep=runs)


def threshold(
    key: str,
    *overrides: str,
    target: float,
    low: float | None = None,
    high: float | None = None,
    kind: str = "road",
    points: int = 7,
    rounds: int = 2,
    worlds: int | None = None,
    directory: Folder = None,
    config_dir: Folder = None,
) -> ThresholdResult:
    """Find the value of a setting at which P(corridor) crosses a target: `landbridge solve`.

    Args:
        key: the setting.
        overrides: other settings.
        target: the probability.
        low: end of the range to look in; None for the least that is allowed.
        high: and the other.
        kind: `road` or `territory`.
        points: values that are tried in a round.
        rounds: the second where the crossing can still be.
        worlds: at each value; the same as `ensemble.worlds=...`.
        directory: the folder; None for a temporary one.
        config_dir: a folder of your own configs.
    """
    from sim.analysis.studies.run_threshold import plan_threshold, run_threshold
    from sim.show.results.studies import ThresholdResult

    given = _settings("solve", overrides, worlds)
    place, at = _place(directory)
    plan = plan_threshold(
        given, key, target, at, kind=_kind(kind), low=low, high=high, points=points, rounds=rounds,
        config_dir=_configs(config_dir),
    )  # fmt: skip
    with Display() as display:
        response = run_threshold(
            plan,
            display.show,
            lambda point, seconds: display.begin(point_head(point, plan.most, seconds)),
        )
    return ThresholdResult(place, plan, response)


def sensitivity(
    *overrides: str,
    kind: str = "road",
    base: int = 64,
    worlds: int = 16,
    directory: Folder = None,
    config_dir: Folder = None,
) -> SensitivityResult:
    """Find what P(corridor) depends on, as `landbridge sensitivity` does.

    Args:
        overrides: settings; KEY=interval(LOW,HIGH) and KEY=prior are varied, or the main ones.
        kind: `road` or `territory`.
        base: rows of the design; there are base x (settings + 3) points.
        worlds: at each point.
        directory: the folder; None for a temporary one.
        config_dir: a folder of your own configs.
    """
    from sim.analysis.studies.run_sensitivity import plan_sensitivity, run_sensitivity
    from sim.show.results.studies import SensitivityResult

    given = _settings("sensitivity", overrides)
    place, at = _place(directory)
    plan = plan_sensitivity(
        given, at, kind=_kind(kind), base=base, worlds=worlds, config_dir=_configs(config_dir)
    )
    with Display(plan.names) as display:
        indices = run_sensitivity(plan, display.show, display.start)
    return SensitivityResult(place, plan, indices)


def criticality(
    *overrides: str,
    kind: str = "road",
    garrison: int = 1000,
    places: Iterable[str] = (),
    worlds: int | None = None,
    directory: Folder = None,
    config_dir: Folder = None,
) -> CriticalityResult:
    """Find the places at which a garrison changes P(corridor) most: `landbridge criticality`.

    Args:
        overrides: settings.
        kind: `road` or `territory`.
        garrison: its fighters.
        places: where it is tried; none for all places on the routes.
        worlds: at each place; the same as `ensemble.worlds=...`.
        directory: the folder; None for a temporary one.
        config_dir: a folder of your own configs.
    """
    from sim.analysis.studies.run_criticality import plan_criticality, run_criticality
    from sim.show.results.studies import CriticalityResult

    given = _settings("criticality", overrides, worlds)
    place, at = _place(directory)
    plan = plan_criticality(
        given, at, kind=_kind(kind), garrison=garrison, places=list(places),
        config_dir=_configs(config_dir),
    )  # fmt: skip
    with Display(plan.names) as display:
        findings = run_criticality(plan, display.show, display.start)
    return CriticalityResult(place, plan, findings)


def rare(
    *overrides: str,
    kind: str = "road",
    particles: int = 200,
    repeats: int = 16,
    rounds: int = 2,
    pilots: int = 4,
    directory: Folder = None,
    config_dir: Folder = None,
) -> RareResult:
    """Estimate a small P(corridor) by splitting, as `landbridge rare` does.

    Args:
        overrides: settings.
        kind: `road` or `territory`.
        particles: worlds in each repetition and pilot.
        repeats: independent repetitions, which the interval comes from.
        rounds: of learning.
        pilots: in each round.
        directory: the folder; None for a temporary one.
        config_dir: a folder of your own configs.
    """
    from sim.analysis.rare.run import Effort, plan_rare, run_rare
    from sim.analysis.studies.points import plain_worlds
    from sim.config.compose import compose
    from sim.show.results.studies import RareResult

    given = _settings("rare", overrides)
    given = [*plain_worlds(given), *given]
    config = compose(given, _configs(config_dir))
    plan = plan_rare(config, given, _kind(kind), Effort(particles, repeats, rounds, pilots))
    place, at = _place(directory)
    with Pieces("pilots and repetitions") as pieces:
        estimate = run_rare(plan, at, pieces.show)
    return RareResult(place, plan, estimate)


def backtest(
    *overrides: str,
    origin: str | date | Iterable[str | date] = "2017-06-04",
    until: str | date | None = None,
    truth: Folder = None,
    events: Folder = None,
    by_origin: Mapping[str, Iterable[str]] | None = None,
    worlds: int | None = None,
    directory: Folder = None,
    config_dir: Folder = None,
) -> BacktestResult:
    """Forecast control from days in the history and score it, as `landbridge backtest` does.

    Args:
        overrides: settings.
        origin: the day from which is forecast, or several, each until the next.
        until: the end of the last forecast; None for that of the record.
        truth: a CSV place,date,controller of what happened after the record.
        events: a CSV of what became of the corridors.
        by_origin: settings for one of several origins.
        worlds: from each origin; the same as `ensemble.worlds=...`.
        directory: the folder; None for a temporary one.
        config_dir: a folder of your own configs.
    """
    from sim.analysis.backtest.run import BacktestRun, plan_backtest, run_backtest
    from sim.show.results.studies import BacktestResult

    origins = [origin] if isinstance(origin, str | date) else [*origin]
    plan = plan_backtest(
        _settings("backtest", overrides, worlds), [str(day) for day in origins],
        None if until is None else str(until),
        truth=None if truth is None else located(truth, "truth"),
        events=None if events is None else located(events, "events"),
        by_origin={day: [*given] for day, given in (by_origin or {}).items()},
        config_dir=_configs(config_dir),
    )  # fmt: skip
    place, at = _place(directory)
    done = BacktestRun(at)
    with Display() as display:
        run_backtest(plan, done, display.show, display.begin)
    return BacktestResult(place, done)


def calibrate(
    *overrides: str,
    until: str | date | Iterable[str | date] = "2017-06-04",
    particles: int = 4096,
    accept: float = 0.1,
    rows: int = 200,
    directory: Folder = None,
    config_dir: Folder = None,
) -> CalibrationResult:
    """Fit the pooled inputs to what the past shows, as `landbridge calibrate` does.

    Args:
        overrides: settings, `rules.variant` among them.
        until: last day of the past that a fit may know, or several, a fit for each.
        particles: values of the inputs that are tried in every window.
        accept: share of them that a fit keeps.
        rows: of the samples that are written.
        directory: the folder; None for a temporary one.
        config_dir: a folder of your own configs.
    """
    from sim.analysis.calibration.run import Asked, prepare
    from sim.analysis.calibration.run import calibrate as fitted
    from sim.config.compose import compose
    from sim.show.results.studies import CalibrationResult

    given = _settings("calibrate", overrides)
    days = [until] if isinstance(until, str | date) else until
    ends = sorted({date.fromisoformat(str(day)) for day in days})
    ready = prepare(
        compose(given, _configs(config_dir)), Asked(tuple(ends), particles, accept, rows)
    )
    place, at = _place(directory)
    with Pieces() as pieces:
        return CalibrationResult(place, fitted(ready, at, given, pieces.show))


def _settings(command: str, overrides: Iterable[str], worlds: int | None = None) -> list[str]:
    """The overrides; raises LandbridgeError for one that would be passed over."""
    given = [*overrides, *([] if worlds is None else [f"ensemble.worlds={worlds}"])]
    refuse_unused(command, given)
    return given


def _kind(kind: str) -> str:
    from sim.definitions import KINDS

    if kind not in KINDS:
        raise LandbridgeError(f"kind={kind}: no such kind of corridor (allowed: {KINDS})")
    return kind


def _configs(config_dir: Folder) -> Path | None:
    return None if config_dir is None else located(config_dir, "config_dir")


def _place(directory: Folder) -> tuple[Path | Temporary, Path]:
    """A folder, and where it is."""
    from sim.analysis.run.estimate import Temporary

    if directory is not None:
        at = located(directory, "directory")
        return at, at
    made = Temporary()
    return made, made.directory
