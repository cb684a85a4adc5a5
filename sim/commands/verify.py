"""`landbridge verify`: whether a folder is whole and its worlds come out again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sim.config.compose import composed_before
from sim.errors import LandbridgeError

if TYPE_CHECKING:
    from sim.ensemble.simulator import Simulator
    from sim.ensemble.verify import Finding


def command(directory: Path, blocks: int, simulator: Simulator | None) -> int:
    """Print every check and its outcome; returns 1 if one failed."""
    if blocks < 0:
        raise LandbridgeError(f"--blocks={blocks}: must be 0 or more")
    from sim.analysis.sweep import is_sweep

    found = _of_sweep if is_sweep(directory) else _of_run
    wrong = _print(found(directory, blocks, simulator))
    print(f"{directory}: {f'{wrong} checks failed' if wrong else 'as it was made'}")
    return 1 if wrong else 0


def _of_run(
    directory: Path, blocks: int, simulator: Simulator | None
) -> Iterator[tuple[str, Finding]]:
    from sim.ensemble.run import Inputs
    from sim.ensemble.verify import verify
    from sim.ensemble.work import Worker

    for finding in verify(
        directory, composed_before(directory), blocks, Worker(), Inputs(simulator)
    ):
        yield "", finding


def _of_sweep(
    directory: Path, blocks: int, simulator: Simulator | None
) -> Iterator[tuple[str, Finding]]:
    from sim.analysis.sweep import read
    from sim.ensemble.run import Inputs
    from sim.ensemble.verify import Finding, share_out, verify, verify_gathered
    from sim.ensemble.work import Worker

    for finding in verify_gathered(directory):
        yield "", finding
    points = {row["point"]: row for row in read(directory)["points"]}
    for number, row in points.items():
        if row["status"] != "done":
            yield f"point {number}: ", Finding("finished", row["error"] or "is not finished")
    done = [number for number, row in points.items() if row["status"] == "done"]
    worker, inputs = Worker(), Inputs(simulator)
    for number, again in share_out(blocks, done).items():
        at = directory / points[number]["directory"]
        for finding in verify(at, composed_before(at), again, worker, inputs):
            yield f"point {number}: ", finding


def _print(findings: Iterable[tuple[str, Finding]]) -> int:
    """Print findings as they come; returns how many are problems."""
    wrong = 0
    for where, finding in findings:
        wrong += bool(finding.problem)
        print(f"{where}{finding.what}: {finding.problem or 'ok'}", flush=True)
    return wrong
