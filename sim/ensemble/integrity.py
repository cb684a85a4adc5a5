"""Whether a folder holds what its manifest says, and whether its worlds come out again.

Three questions, cheap ones first: are the files the ones that were written (check sums), do their
rows have the recorded hash, and do some blocks, run again, give the same rows. The first is asked
of every kind of folder, finished or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim import disk
from sim.config import saved
from sim.config.check import horizon
from sim.ensemble.block import Block
from sim.ensemble.execute.tasks import Scenario, Worker
from sim.ensemble.run import Inputs
from sim.ensemble.store import folder, manifest
from sim.ensemble.store.block_file import BROKEN
from sim.ensemble.store.columns import Digest, world_table
from sim.ensemble.store.parts import FOLDER as PARTS
from sim.ensemble.store.parts import Parts
from sim.ensemble.store.tables import rows
from sim.errors import LandbridgeError

WORLDS = "worlds.parquet"
_UNREADABLE = "cannot be read"
# What is written last in a folder, where that is not the summary of a run or sweep.
_LAST = {
    "forecast": "forecast.csv",
    "sensitivity": "sensitivity.json",
    "criticality": "criticality.json",
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, and what is wrong with it; '' if nothing is."""

    what: str
    problem: str = ""


def verify_files(directory: Path) -> Iterator[Finding]:
    """Look at every file of ours in a folder of any kind, not at those of the folders in it."""
    stored = manifest.read(directory)
    wrong = [] if folder.is_marked(directory) else [folder.MARKER]
    wrong += [manifest.FILE] if stored is None else folder.damaged(directory, stored["files"])
    for within in (PARTS, "table"):
        files = sorted((directory / within).glob("*.*"))
        sealed = [file for file in files if file.suffix in (".arrow", ".npz", ".npy")]
        wrong += [f"{within}/{file.name}" for file in sealed if not disk.seal_of(file)]
    yield Finding("check sums of files", f"changed: {', '.join(wrong)}" if wrong else "")
    if stored is not None:
        ended = stored["complete"] and _LAST.get(stored["kind"], "") in ("", *stored["files"])
        yield Finding("finished", "" if ended else "is not; run the same command again")


def verify(
    directory: Path,
    config: saved.Settings,
    blocks: int,
    worker: Worker,
    inputs: Inputs,
) -> Iterator[Finding]:
    """Look at the worlds of a finished run and run `blocks` of its blocks again, spread over them.

    `config` are its settings, as the folder has them. Raises LandbridgeError for settings that this
    version cannot run.
    """
    stored = manifest.read(directory) or {}
    contents = _contents(directory, stored)
    yield Finding("hash of the contents", contents)
    scenario = inputs.scenario(config)
    other = _other_inputs(directory, stored, scenario)
    yield Finding("settings, seeds and code", other)
    if other or contents.startswith(_UNREADABLE):
        return
    for block in spread(int(stored["worlds"]), scenario.config.ensemble.block, blocks):
        what = f"worlds {block.start} to {block.stop - 1}, run again"
        yield Finding(what, again(directory, block, scenario, worker))


def verify_gathered(directory: Path) -> Iterator[Finding]:
    """Look at the table of all points in a finished sweep's own folder."""
    digest, problem = Digest(), ""
    try:
        with pq.ParquetFile(directory / WORLDS) as file:
            for batch in file.iter_batches():
                digest.add(pa.Table.from_batches([batch]))
    except BROKEN as error:
        problem = f"{_UNREADABLE} ({' '.join(str(error).split())})"
    if not problem and digest.hexdigest() != (manifest.read(directory) or {})["content_hash"]:
        problem = "is not that of the manifest"
    yield Finding("hash of the contents", problem)


def spread(worlds: int, size: int, number: int) -> list[Block]:
    """Up to `number` blocks, spread evenly from the first to the last."""
    starts = range(0, worlds, size)
    chosen = sorted({round(at) for at in np.linspace(0, len(starts) - 1, min(number, len(starts)))})
    return [Block(starts[n], min(worlds, starts[n] + size)) for n in chosen]


def again(directory: Path, block: Block, scenario: Scenario, worker: Worker) -> str:
    """Run a block again; the first difference from its stored rows, '' if there is none."""
    setup, per_draw = worker.setup(scenario), scenario.config.ensemble.replications_per_draw
    outcomes = scenario.simulator.simulate(setup, *block.keys(per_draw))
    made = world_table(block, per_draw, horizon(scenario.config)[0], outcomes.worlds)
    held = pq.read_table(
        directory / WORLDS,
        filters=[("world", ">=", block.start), ("world", "<", block.stop)],
    )
    return difference(held, made)


def difference(held: pa.Table, made: pa.Table) -> str:
    """The first row and column in which two tables of worlds differ, '' if none."""
    if held.column_names != made.column_names:
        odd = sorted({*held.column_names} ^ {*made.column_names})
        return f"columns differ: {', '.join(odd) or 'in another order'}"
    if held.num_rows != made.num_rows:
        return f"{held.num_rows} rows, made again {made.num_rows}"
    if held.cast(made.schema).equals(made):
        return ""
    pairs = zip(held.to_pylist(), made.to_pylist(), strict=True)
    return next((text for a, b in pairs if (text := _difference(a, b))), "")


def _difference(held: dict[str, Any], made: dict[str, Any]) -> str:
    for name, value in made.items():
        both_nan = value != value and held[name] != held[name]
        if held[name] != value and not both_nan:
            at = f"world {held['world']}"
            return f"{at}: {name} is {held[name]}, made again {value}"
    return ""


def _contents(directory: Path, stored: dict[str, Any]) -> str:
    """What is wrong with the rows and counts against the manifest's hash."""
    try:
        total = Parts(directory).total()
        digest = Digest()
        for piece in rows(directory, int(stored["worlds"]), ()):
            digest.add(piece)
    except BROKEN as error:
        return f"{_UNREADABLE} ({' '.join(str(error).split())})"
    if total is None:
        return "the counts are missing (parts/total.npz)"
    same = digest.hexdigest(total.cells, total.curves) == stored["content_hash"]
    return "" if same else "is not that of the manifest"


def _other_inputs(directory: Path, stored: dict[str, Any], scenario: Scenario) -> str:
    """Why blocks cannot be run again, '' if they can."""
    if stored["config_hash"] != scenario.config_hash:
        return "the settings are not those of the manifest"
    try:
        manifest.refuse_other(directory, stored, scenario.made_from)
    except LandbridgeError as error:
        return str(error).partition("holds ")[2].partition(";")[0]
    return ""


def share_out(blocks: int, points: Sequence[int]) -> dict[int, int]:
    """How many blocks of each point to run again: `blocks` in all, spread over the points."""
    last = max(0, len(points) - 1)
    chosen = [points[round(at)] for at in np.linspace(0, last, blocks) if points]
    return {point: chosen.count(point) for point in points}
