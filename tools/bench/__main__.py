"""`python -m tools.bench [--full] [--out FILE]`: measure, print the table, write `bench.json`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tools.bench.phases import by_phase
from tools.bench.ratios import memory_floor, run_block, to_plain, two_threads
from tools.bench.scaling import against_cells, against_ticks, against_worlds, time_to_answer
from tools.bench.setups import theatre, until

COUNTS, MOST = (64, 1000, 10_000), 100_000
SHORT = ("theatre.hex_km=40", until(14))


def measure(full: bool) -> dict[str, Any]:
    """Everything; `full` also runs 100,000 worlds, and 10,000 to the horizon."""
    turns = 9 if full else 5
    setup = theatre()
    run_block(setup)  # compiles, where that has not been done
    measured: dict[str, Any] = to_plain(setup, turns)
    measured |= two_threads(setup, turns)
    measured["memory_floor"] = memory_floor(setup, turns)
    measured["phases"] = by_phase(setup)
    measured["cells"] = against_cells(3)
    measured["ticks"] = against_ticks(3)
    measured["worlds_short"] = against_worlds((*COUNTS, MOST) if full else COUNTS, *SHORT)
    measured["worlds_default"] = against_worlds(COUNTS if full else COUNTS[:2])
    measured["peak_mb"] = measured["worlds_default"][-1]["peak_mb"]
    measured["time_to_answer"] = time_to_answer(setup)
    return measured


def table(measured: dict[str, Any]) -> Iterable[str]:
    """The lines for people."""
    yield "Default theatre, 25 km, 30 weekly ticks; time of one core unless it says otherwise"
    yield _line("engine to plain Mesa model (oracle)", measured["ratio_to_oracle_per_core"], "x")
    yield _line("  least and most of its turns", *_ends(measured["ratio_to_oracle_turns"]), "x")
    yield _line("two threads to one (clock)", measured["two_threads_to_one"], "x")
    yield _line("  least and most of its turns", *_ends(measured["two_threads_to_one_turns"]), "x")
    yield _line("two threads to one (processor)", measured["two_threads_to_one_by_processor"], "x")
    yield _line("engine", measured["worlds_per_second"], "worlds/s")
    yield _line("plain Mesa model", measured["oracle_worlds_per_second"], "worlds/s")
    floor = measured["memory_floor"]
    yield _line("a tick of a world", floor["tick_microseconds"], "us")
    yield _line(
        f"a copy of its state ({floor['state_kb']:.0f} kB)", floor["copy_microseconds"], "us"
    )
    yield _line("  a tick takes as long as copies", floor["tick_to_copy"], "")
    answer = measured["time_to_answer"]
    yield _line(f"P(corridor by road) to +-0.01, {answer['cores']} cores", answer["seconds"], "s")
    yield _line("  worlds that it took", answer["worlds"], "")
    yield "Share of a tick's time"
    yield from (
        _line(f"  {name}", 100.0 * share, "%") for name, share in measured["phases"].items()
    )
    yield f"Cost against units: time ~ units^{measured['cells']['exponent']:.2f}"
    for row in measured["cells"]["rows"]:
        name = f"  hexes of {row['name']} km, {row['size']} units"
        yield _line(name, row["ms_per_world_week"], "ms a world and week")
    yield f"Cost against ticks: time ~ ticks^{measured['ticks']['exponent']:.2f}"
    for row in measured["ticks"]["rows"]:
        yield _line(f"  {row['name']} a week", row["ms_per_world_week"], "ms a world and week")
    for title, key in (
        ("40 km, 14 days", "worlds_short"),
        ("25 km, to the horizon", "worlds_default"),
    ):
        yield f"Cost against worlds ({title}; each run by a process of its own, all cores)"
        for row in measured[key]:
            cost, peak = row["simulation_ms_per_world"], row["peak_mb"]
            yield (f"  {row['worlds']:>7} worlds   {cost:8.2f} ms a world simulated   "
                   f"{row['run_seconds']:7.1f} s the run   {peak:6.0f} MB at most")  # fmt: skip


def _ends(turns: list[float]) -> tuple[float, float]:
    return turns[0], turns[-1]


def _line(what: str, *values: Any) -> str:
    *numbers, unit = values
    return f"{what:<44}" + " to ".join(f"{n:10.4g}" for n in numbers) + f" {unit}"


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="more turns, and up to 100,000 worlds")
    parser.add_argument("--out", type=Path, default=Path("bench.json"))
    given = parser.parse_args()
    measured = measure(given.full)
    given.out.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    print("\n".join(table(measured)))


if __name__ == "__main__":
    main()
