"""`landbridge verify`: whether a folder is whole and its worlds come out again."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands.shared.arguments import whole
from sim.paths import located, shown

if TYPE_CHECKING:
    from sim.ensemble.integrity import Finding
    from sim.ensemble.run import Inputs

    Found = tuple[str, Finding]  # which folder in the folder, and what of it


HELP = """\
Checks manifest and check sums of a run or sweep folder, or of any other of landbridge, and runs
some blocks of its worlds again. Exit code 1 if anything differs, naming the first row that does.

  landbridge verify base
  landbridge verify base --blocks 0      files alone"""


def add_arguments(parser: ArgumentParser) -> None:
    """What it can be given."""
    parser.add_argument("directory", metavar="DIR", help="the folder")
    parser.add_argument(
        "--blocks", type=whole("--blocks", 0, 10**6), default=3, metavar="N",
        help="blocks to run again (default: 3)",
    )  # fmt: skip


def main(arguments: Namespace) -> int:
    """Print every check of a folder and its outcome; returns 1 if one failed."""
    from sim.ensemble.run import Inputs
    from sim.ensemble.store.folder import KINDS, held, refuse_other

    directory = located(arguments.directory, "DIR")
    refuse_other(directory, tuple(KINDS))
    may_write = os.access(directory, os.W_OK)
    with held(directory) if may_write else nullcontext():
        wrong = _print(_folder(directory, "", arguments.blocks, Inputs(arguments.simulator)))
    print(f"{shown(directory)}: {f'{wrong} checks failed' if wrong else 'as it was made'}")
    return 1 if wrong else 0


def _folder(directory: Path, where: str, blocks: int, inputs: Inputs) -> Iterator[Found]:
    """A folder of any kind, and those in it; `blocks` are run again in all."""
    from sim.config.saved import FILES
    from sim.ensemble.integrity import Finding, share_out, verify_files, verify_gathered
    from sim.ensemble.store import manifest
    from sim.ensemble.store.folder import RUNS, SWEEPS, kind_of

    files, *others = verify_files(directory)
    for finding in (files, *others):
        yield where, finding
    known, kind = manifest.read(directory), kind_of(directory)
    if known is None:
        return
    if kind in RUNS and known["complete"] and FILES[0] not in files.problem:
        yield from ((where, check) for check in _worlds(directory, blocks, inputs))
    if kind in SWEEPS and known["complete"]:
        yield from ((where, check) for check in verify_gathered(directory))
    within = {}
    for point in known.get("points", []):
        if point["error"]:
            yield f"point {point['point']}: ", Finding("finished", point["error"])
        if (directory / point["directory"]).is_dir():
            within[point["directory"]] = f"point {point['point']}: "
        elif not point["error"]:
            yield f"point {point['point']}: ", Finding("finished", "is not there")
    within |= {name: f"{name}: " for name in known.get("folders", [])}
    for number, again in share_out(blocks, range(len(within))).items():
        name = list(within)[number]
        yield from _folder(directory / name, where + within[name], again, inputs)


def _worlds(directory: Path, blocks: int, inputs: Inputs) -> Iterator[Finding]:
    from sim.config.compose import composed_before
    from sim.ensemble.execute.tasks import Worker
    from sim.ensemble.integrity import verify

    return verify(directory, composed_before(directory), blocks, Worker(), inputs)


def _print(findings: Iterable[tuple[str, Finding]]) -> int:
    """Print findings as they come; returns how many are problems."""
    wrong = 0
    for where, finding in findings:
        wrong += bool(finding.problem)
        print(f"{where}{finding.what}: {finding.problem or 'ok'}", flush=True)
    return wrong
