"""Hashes of the worlds of many settings, to show that a change of the code changes none of them.

`python -m tools.fingerprints FILE.json` runs the cases, and writes their hashes or, where FILE is
there already, compares: it prints each case that differs and returns 1 if any does.

What is hashed is the values of a column, whatever the column or the file is called, so that names
may change. A case whose command changes its words has its line in CASES changed with it.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

SHORT = ("theatre.hex_km=40", "clock.until=2017-08-27")  # after the dated changes of a scenario
SMALL = (*SHORT, "ensemble.worlds=32", "clock.beyond_days=28")
SCENARIOS = (
    "baseline", "iran_surge", "isis_holds_euphrates", "jordan_forward", "jordan_intervenes",
    "krg_blocks", "krg_cooperates", "no_red_line", "tanf_reinforced", "tanf_withdrawal",
)  # fmt: skip
CASES: dict[str, tuple[str, ...]] = {
    "default 25 km": ("run", "ensemble.worlds=64"),
    "default 40 km": ("run", "ensemble.worlds=64", "theatre.hex_km=40"),
    **{f"scenario {name}": ("run", f"scenario={name}", *SMALL) for name in SCENARIOS},
    "grid": ("sweep", *SMALL, "faction.tanf.red_line.radius_km=0,55", "corridor.hold_days=14,30"),
    "lhs": ("sweep", *SMALL, "design=lhs", "design.points=3", "rules.tempo=interval(0.7,2)"),
    "backtest": (
        "backtest", "--origin=2017-02-01", "--until=2017-06-04", "theatre.hex_km=40",
        "ensemble.worlds=32",
    ),
    "rare": ("rare", "--kind=territory", *SHORT, "--particles=50", "--repeats=4", "--pilots=2"),
}  # fmt: skip


def main(file: Path) -> int:
    """Write the hashes of all cases, or compare with those that are there."""
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    hashes = {}
    for name, command in CASES.items():
        hashes[name] = fingerprint(command)
        verdict = "new" if name not in known else "same" if known[name] == hashes[name] else "OTHER"
        print(f"{verdict:5}  {name}", flush=True)
    if not known:
        file.write_text(json.dumps(hashes, indent=1) + "\n", encoding="utf-8")
    return int(any(known.get(name, value) != value for name, value in hashes.items()))


def fingerprint(command: tuple[str, ...]) -> str:
    """The hash of all tables of worlds, and all forecasts, that a command leaves."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        run = [Path(sys.executable).with_name("landbridge"), *command, f"--out={out}"]
        subprocess.run(list(map(str, run)), check=True, capture_output=True)
        tables = [pq.read_table(file) for file in out.rglob("*.parquet")]
        columns = [column(table[name]) for table in tables for name in table.column_names]
        columns += [hashlib.sha256(file.read_bytes()).hexdigest() for file in forecasts(out)]
    if not columns:
        raise SystemExit(f"{' '.join(command)}: left no table")
    return hashlib.sha256("".join(sorted(columns)).encode()).hexdigest()


def column(values: pa.ChunkedArray) -> str:
    """The hash of the values of a column, numbers at their full length."""
    return hashlib.sha256(json.dumps(values.to_pylist(), default=str).encode()).hexdigest()


def forecasts(out: Path) -> list[Path]:
    """Files in which a command that keeps no worlds leaves what it found of them."""
    return [*out.rglob("forecast.csv"), *out.rglob("rare.json")]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
