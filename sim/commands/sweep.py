"""`landbridge run -m`: the same over a grid of settings, one folder a point.

Points are expanded with Hydra's own grammar but run here rather than as Hydra jobs: a point that
fails is recorded while the others finish, and calling the sweep again in the same folder
continues it. All points of a sweep meet the same luck.
"""

from __future__ import annotations

import csv
import shlex
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hydra.core.override_parser.types import Override

from sim.commands.progress import Line
from sim.commands.text import probability, shown
from sim.config.compose import Job, compose_job, parse
from sim.config.record import as_yaml
from sim.errors import LandbridgeError

if TYPE_CHECKING:
    from sim.ensemble.simulator import Simulator

KINDS = ("road", "territory")


@dataclass(frozen=True)
class Point:
    """One point of the grid: its settings, or why they do not compose."""

    number: int
    overrides: list[str]
    swept: dict[str, str]  # key to value
    job: Job | None
    error: str = ""


def command(overrides: Sequence[str], config_dir: Path | None, simulator: Simulator | None) -> int:
    """Run every point of the grid; returns 1 if a point failed."""
    points = [
        _compose(number, chosen, swept, config_dir)
        for number, (chosen, swept) in enumerate(grid(overrides))
    ]
    first = next((point.job for point in points if point.job is not None), None)
    if first is None:
        raise LandbridgeError(points[0].error)
    root = first.sweep_dir
    rows: list[dict[str, Any]] = []
    for point in points:
        try:
            rows.append(_run(point, root, simulator))
        except KeyboardInterrupt:
            again = shlex.join(["landbridge", "run", "-m", *overrides, f"hydra.sweep.dir={root}"])
            raise KeyboardInterrupt(
                f"{len(rows)} of {len(points)} points are done in {root}, and the finished blocks "
                f"of point {point.number} are kept; continue with: {again}"
            ) from None
        print(_line(rows[-1], point), flush=True)
        if root.is_dir():
            _write(root, overrides, rows)
    failed = sum(row["status"] == "failed" for row in rows)
    if failed == len(rows) and not root.is_dir():
        raise LandbridgeError(rows[0]["error"])
    print(f"{len(rows) - failed} of {len(rows)} points done: {shown(root / 'summary.csv')}")
    return 1 if failed else 0


def grid(overrides: Sequence[str]) -> list[tuple[list[str], dict[str, str]]]:
    """All points of a sweep, the last key fastest: (overrides, swept key to value).

    Raises LandbridgeError for a continuous interval, which has no values to go through.
    """
    parsed = parse(overrides)
    values = [_values(one) for one in parsed]
    swept = [one.is_sweep_override() for one in parsed]
    points = []
    for chosen in product(*values):
        named = [
            text.partition("=") for text, is_swept in zip(chosen, swept, strict=True) if is_swept
        ]
        points.append((list(chosen), {key: value for key, _, value in named}))
    return points


def _values(override: Override) -> list[str]:
    """The overrides that one of a sweep stands for."""
    if not override.is_sweep_override():
        return [str(override.input_line)]
    if not override.is_discrete_sweep():
        raise LandbridgeError(
            f"{override.input_line}: a sweep needs values (a,b,c, choice(...) or range(...))"
        )
    key = override.get_key_element()
    return [f"{key}={value}" for value in override.sweep_string_iterator()]


def _compose(
    number: int, overrides: list[str], swept: dict[str, str], config_dir: Path | None
) -> Point:
    try:
        return Point(number, overrides, swept, compose_job(overrides, config_dir, number))
    except LandbridgeError as error:
        return Point(number, overrides, swept, None, str(error))


def _run(point: Point, root: Path, simulator: Simulator | None) -> dict[str, Any]:
    """A row of `summary.csv`."""
    row: dict[str, Any] = {"point": point.number, "directory": "", **point.swept}
    if point.job is None:
        return {**row, "status": "failed", "error": point.error}
    from sim.analysis.estimate import estimate
    from sim.ensemble.run import prepare

    try:
        own = [one for one in point.overrides if not one.startswith("hydra.")]
        with Line(f"point {point.number}: ") as line:
            prepared = prepare(point.job.config, simulator)
            result = estimate(prepared, root / point.job.sweep_subdir, own, line.show)
    except LandbridgeError as error:
        return {**row, "status": "failed", "error": " ".join(str(error).split())}
    except Exception as error:  # a broken point must not take the others with it
        traceback.print_exc()
        return {**row, "status": "failed", "error": f"{type(error).__name__}: {error}"}
    return {
        **row,
        "directory": point.job.sweep_subdir,
        "status": "done",
        **_numbers(result.summary),
    }


def _numbers(summary: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"worlds": summary["worlds"], "seconds": summary["seconds"]}
    for kind in KINDS:
        p = summary["p_corridor"][kind]
        found |= {
            f"p_{kind}": p["estimate"],
            f"p_{kind}_low": p["low"],
            f"p_{kind}_high": p["high"],
        }
        found[f"median_date_{kind}"] = summary["median_date"][kind]
    return found


def _line(row: Mapping[str, Any], point: Point) -> str:
    name = f"{point.number}  {' '.join(f'{k}={v}' for k, v in point.swept.items())}".rstrip()
    if row["status"] == "failed":
        return f"{name}  failed: {row['error']}"
    said = (
        {"estimate": row[f"p_{k}"], "low": row[f"p_{k}_low"], "high": row[f"p_{k}_high"]}
        for k in KINDS
    )
    return f"{name}  " + "  ".join(
        f"P {kind} {probability(one)}" for kind, one in zip(KINDS, said, strict=True)
    )


def _write(root: Path, overrides: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """`summary.csv`, a row a point, and `multirun.yaml`, what was asked for."""
    columns = list(dict.fromkeys(name for row in rows for name in row if name != "error"))
    temporary = root / "summary.csv.tmp"
    with temporary.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [*columns, "error"])
        writer.writeheader()
        writer.writerows(rows)
    temporary.replace(root / "summary.csv")
    (root / "multirun.yaml").write_text(as_yaml(overrides), encoding="utf-8")
