"""One table, and a fit of the pooled inputs for every day asked for.

A folder gets `table/` (its pieces, from which it continues), `posterior/DATE.csv` (the sample that
the folder `posterior` of a theatre takes), `particles/DATE.csv` (a row a particle: weight, inputs,
statistics) and `calibration.json`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim import disk
from sim.analysis.calibration.fit import TAIL, Fit, Recovery, fit, recovery
from sim.analysis.calibration.record import Compared, compare
from sim.analysis.calibration.table import (
    FITTED,
    Table,
    at_quantiles,
    other_keys,
    simulate_table,
)
from sim.analysis.calibration.windows import (
    Places,
    Window,
    observed,
    windows,
)
from sim.analysis.stats.intervals import clopper_pearson
from sim.arrays import Floats
from sim.config import saved
from sim.config.check import check
from sim.config.compose import typed
from sim.config.schema import Config
from sim.ensemble.simulator import LandbridgeModel, Simulator
from sim.ensemble.store import folder, manifest
from sim.errors import LandbridgeError, bad_value
from sim.model.variants import variants
from sim.paths import shown, theatre_folder
from sim.theatre.history.reports import control
from sim.theatre.load import load_theatre
from sim.theatre.spec import TheatreSpec, theatre_spec

TABLE, POSTERIOR, PARTICLES, RESULT = "table", "posterior", "particles", "calibration.json"
LEVEL = 0.9
TRIALS = 200  # planted records a fit is tried on


@dataclass(frozen=True)
class Asked:
    """What a calibration is asked for."""

    until: tuple[date, ...]  # in order, each once
    particles: int = 4096
    accept: float = 0.1  # share of the particles that a fit keeps
    rows: int = 200  # of each sample


@dataclass(frozen=True)
class Ready:
    """A calibration whose settings are checked: nothing is on disk yet."""

    settings: saved.Settings
    asked: Asked
    windows: Sequence[Window]
    truth: Floats  # (windows, statistics) of the record


def prepare(settings: saved.Settings, asked: Asked, simulator: Simulator | None = None) -> Ready:
    """Check what is asked; raises LandbridgeError for bad settings and days without a window."""
    config = typed(settings)
    seeds = theatre_folder(config.theatre.name)
    spec = theatre_spec(seeds)
    if not spec.calibration.enemy:
        raise bad_value("theatre", config.theatre.name, "names no enemy to calibrate by")
    check(config, (simulator or LandbridgeModel()).known(seeds))
    names = variants(config).names
    if len(names) > 1:
        rule = "name the variant of the rules to fit"
        raise bad_value("rules.variant", config.rules.variant, rule, names)
    every = sorted({window for day in asked.until for window in windows(day, spec)})
    return Ready(settings, asked, every, record_of(config, every, seeds))


def calibrate(
    ready: Ready,
    directory: Path,
    overrides: Sequence[str] = (),
    watch: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Make what is missing of the table in `directory`, fit, and write; returns the result.

    Raises:
        LandbridgeError: a folder that cannot be written or holds a table made otherwise.
            KeyboardInterrupt passes through, with all finished pieces kept.
    """
    config = typed(ready.settings)
    seeds = theatre_folder(config.theatre.name)
    spec = theatre_spec(seeds)
    asked, windows = ready.asked, ready.windows
    with folder.opened(directory, "calibration", [RESULT]):
        key = claim(directory, ready.settings, overrides, windows, seeds)
        at = directory / TABLE
        table = simulate_table(config, seeds, windows, asked.particles, at, key, watch)
        result, names = _result(config, asked, spec), [RESULT]
        for day in asked.until:
            both = compare(windows, table.statistics, ready.truth, day, config.ensemble.seed, spec)
            result["until"][str(day)] = _fitted(config, table, both, day, asked, directory)
            names += [f"{sample}/{day}.csv" for sample in (POSTERIOR, PARTICLES)]
        disk.stage(directory / RESULT, manifest.as_json(result))
        folder.commit(directory, names, complete=True)
    return result


def pieces_kept(directory: Path) -> int:
    """Finished pieces of the table in a folder."""
    return len(list((directory / TABLE).glob("*.npy")))


def claim(
    directory: Path,
    settings: saved.Settings,
    overrides: Sequence[str],
    windows: Sequence[Window],
    seeds: Path,
) -> str:
    """Say in a folder what its table is made from; a hash of that, with which pieces are sealed.

    Raises LandbridgeError for a table that is made from something else.
    """
    used = manifest.seed_hashes(seeds, float(typed(settings).theatre.hex_km))
    made: dict[str, Any] = {
        "settings": saved.identity(settings),
        "windows": [[str(window.start), str(window.end)] for window in windows],
        "code": manifest.code_hash(),
        # what earlier fits found is no part of a table
        "seeds": {name: digest for name, digest in used.items() if "posterior/" not in name},
    }
    key = saved.tree_hash(made)
    old = manifest.read(directory) or {}
    if "windows" in old:
        _refuse_other_table(directory, old, made)
    elif other_keys(directory / TABLE, key):
        raise LandbridgeError(
            f"--out={shown(directory)}: holds a table made from something else; "
            "choose another folder"
        )
    new = saved.as_files(settings, overrides)
    for name, raw in new.items():
        disk.stage(directory / name, raw)
    made["versions"] = old.get("versions", manifest.versions())
    folder.commit(directory, list(new), kind="calibration", complete=False, **made)
    return key


def _refuse_other_table(directory: Path, old: dict[str, Any], made: dict[str, Any]) -> None:
    changed = saved.differences(old["settings"], made["settings"])
    if old["windows"] != made["windows"]:
        last, now = old["windows"][-1][1], made["windows"][-1][1]
        changed.append(f"until ({last} -> {now}, the end of the last window)")
    if changed:
        raise LandbridgeError(
            f"--out={shown(directory)}: holds a table of other settings: "
            f"{', '.join(changed)}; choose another folder"
        )
    manifest.refuse_other(directory, old, made)


def record_of(config: Config, windows: Sequence[Window], seeds: Path) -> Floats:
    """(windows, statistics) of the record, on the theatre of the settings."""
    for name in sorted({change.controller for change in control(seeds)}):
        if name not in config.faction:
            raise bad_value("faction", ",".join(config.faction), f"the record has {name} too")
    theatre = load_theatre(config.theatre.hex_km, seeds)
    return observed(windows, Places.of(theatre, tuple(config.faction), seeds), seeds)


def _result(config: Config, asked: Asked, spec: TheatreSpec) -> dict[str, Any]:
    """What is said of all fits."""
    ranges = {name: getattr(config.rules, name) for name in FITTED}
    return {
        "scenario": config.scenario,
        "variant": variants(config).names[0],
        "enemy": spec.calibration.enemy,
        "seed": config.ensemble.seed,
        "particles": asked.particles,
        "accept": asked.accept,
        "rows": asked.rows,
        "level": LEVEL,
        "how": {
            "statistics": "counts: sum over the windows; killed, strength: mean of "
            "logarithms over the windows with a report, with its error",
            "out of reach": f"{TAIL:g} of the particles or fewer are on one side of the record",
            "intervals": f"equal tails, level {LEVEL:g}",
            "recovery": "fits to records planted by particles, each left out of its own",
            "shrinkage": "mean width of the planted fits' intervals over the prior's, in quantiles",
        },
        "priors": {name: [r.low, r.central, r.high] for name, r in ranges.items()},
        "until": {},
    }


def _fitted(
    config: Config, table: Table, both: Compared, day: date, asked: Asked, directory: Path
) -> dict[str, Any]:
    """One fit: its sample and its particles as staged files, the rest as JSON."""
    simulated, truth = both.features()
    posterior = fit(table.points, simulated, truth, asked.accept)
    trials = min(TRIALS, len(table.points))
    again = recovery(table.points, simulated, truth, asked.accept, trials, LEVEL)
    weight = np.zeros(len(table.points))
    weight[posterior.kept] = posterior.weights
    rows = at_quantiles(posterior.resampled(asked.rows), config)
    _stage(directory / POSTERIOR / f"{day}.csv", pd.DataFrame(rows, columns=list(FITTED)), "%.4g")
    frame = pd.DataFrame({"weight": weight})
    frame[list(FITTED)] = at_quantiles(table.points, config)
    frame[both.names] = both.simulated
    _stage(directory / PARTICLES / f"{day}.csv", frame, "%.6g")
    return {
        "windows": [[str(window.start), str(window.end)] for window in both.windows],
        "kept": len(posterior.kept),
        "effective": float(1.0 / (posterior.weights**2).sum()),
        "statistics": _statistics(both, posterior, weight),
        "parameters": _parameters(config, posterior),
        "recovery": _recovery(again),
    }


def _statistics(both: Compared, posterior: Fit, weight: Floats) -> dict[str, Any]:
    """By name: whether the fit looked at it, the record, and the particles before and after."""
    statistics: dict[str, Any] = {}
    even = np.ones(len(weight)) / len(weight)
    for k, name in enumerate(both.names):
        if not np.isfinite(both.observed[k]):
            statistics[name] = {"status": "not reported", "observed": None}
            continue
        values = both.simulated[:, k]
        statistics[name] = {
            "status": "used" if posterior.used[k] else "out of reach",
            "observed": float(both.observed[k]),
            "prior": _spread(values, even),
            "posterior": _spread(values, weight),
        }
    return statistics


def _spread(values: Floats, weight: Floats) -> dict[str, float]:
    order = np.argsort(values, kind="stable")
    ends = np.searchsorted(np.cumsum(weight[order]), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    low, high = values[order][ends.clip(0, values.size - 1)]
    return {"mean": float(values @ weight), "low": float(low), "high": float(high)}


def _parameters(config: Config, posterior: Fit) -> dict[str, Any]:
    """By name: median and interval of the prior and of the posterior."""
    ends = [0.5, (1 - LEVEL) / 2, (1 + LEVEL) / 2]
    prior = at_quantiles(np.repeat(np.array(ends)[:, None], len(FITTED), axis=1), config)
    later = at_quantiles(
        np.vstack([posterior.interval(0.0)[:1], posterior.interval(LEVEL)]), config
    )
    keys = ("median", "low", "high")
    return {
        name: {
            "prior": dict(zip(keys, prior[:, p].tolist(), strict=True)),
            "posterior": dict(zip(keys, later[:, p].tolist(), strict=True)),
        }
        for p, name in enumerate(FITTED)
    }


def _recovery(again: Recovery) -> dict[str, Any]:
    """By name: coverage with its own 95% interval, and shrinkage."""
    recovery: dict[str, Any] = {"level": again.level, "trials": again.trials, "parameters": {}}
    for p, name in enumerate(FITTED):
        low, high = clopper_pearson(round(again.coverage[p] * again.trials), again.trials)
        recovery["parameters"][name] = {
            "coverage": float(again.coverage[p]),
            "coverage_low": low,
            "coverage_high": high,
            "shrinkage": float(again.shrinkage[p]),
        }
    return recovery


def _stage(file: Path, frame: pd.DataFrame, digits: str) -> None:
    text = frame.to_csv(index=False, float_format=digits, lineterminator="\n")
    disk.stage(file, text.encode())
