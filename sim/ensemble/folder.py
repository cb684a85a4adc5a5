"""Creating a run folder, and saying in one line why that cannot be done."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from sim.config.record import FOLDER as HYDRA_FOLDER
from sim.ensemble.parts import FOLDER as PARTS_FOLDER
from sim.errors import LandbridgeError

SETTING = "hydra.run.dir"


def refuse_unwritable(directory: Path, setting: str = SETTING) -> None:
    """Refuse a folder that is a file, lies below one, or may not be written; creates nothing."""
    at = directory
    while not at.exists() and at != at.parent:
        at = at.parent
    if not at.is_dir():
        reason = os.strerror(errno.ENOTDIR)
    elif not os.access(at, os.W_OK | os.X_OK):
        reason = os.strerror(errno.EACCES)
    else:
        return
    raise LandbridgeError(f"{setting}={directory}: cannot be written ({at}: {reason})")


@contextmanager
def disk_errors(directory: Path, setting: str = SETTING) -> Iterator[None]:
    """Turn a failure of the disk under a run folder into one line."""
    try:
        yield
    except OSError as error:
        raise LandbridgeError(
            f"{setting}={directory}: cannot be written ({error.strerror or error}); "
            "finished blocks, if any, are kept; run again when that is mended"
        ) from error


def create(directory: Path) -> list[Path]:
    """Create the run folder and its `parts`; returns what was created, innermost last."""
    created: list[Path] = []
    wanted = directory / PARTS_FOLDER
    try:
        for folder in [*reversed(wanted.parents), wanted]:
            if not folder.exists():
                folder.mkdir()
                created.append(folder)
    except OSError:
        remove(created)
        raise
    return created


def remove(created: Sequence[Path]) -> None:
    """Take away folders that `create` made and nothing but settings was written to."""
    for folder in reversed(created):
        with suppress(OSError):
            for file in (folder / HYDRA_FOLDER).glob("*"):
                file.unlink()
            with suppress(FileNotFoundError):
                (folder / HYDRA_FOLDER).rmdir()
            folder.rmdir()
