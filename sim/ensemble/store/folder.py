"""A folder of ours: what kind it is, which files in it are ours, who works in it.

`.landbridge` says what kind of folder it is from the moment it is one, `.lock` is held by whoever
writes in it, and `manifest.json` has the check sums of its files. A manifest that names a file is
written before the file is put in place, so that a file which is there and not named is none of
ours, whenever we were stopped. A point of a sweep is a folder in its sweep's: it has a manifest
and goes by the marker and the lock of the sweep.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sim import disk
from sim.ensemble.store import manifest
from sim.errors import LandbridgeError
from sim.paths import shown

SETTING = "--out"
MARKER, LOCK, POINTS = ".landbridge", ".lock", "points"
KINDS = {
    "run": "a run",
    "point": "a point of a sweep or study",
    "sweep": "a sweep",
    "solve": "a threshold, by solve",
    "sensitivity": "a study of sensitivity",
    "criticality": "a study of criticality",
    "forecast": "a backtest",
    "forecasts": "backtests from several origins",
    "calibration": "a calibration",
    "rare": "an estimate by rare",
    "comparison": "a comparison",
    "check": "a check of the model",
}
RUNS = ("run", "point", "forecast")  # kinds that hold the worlds of one scenario
SWEEPS = ("sweep", "sensitivity", "criticality")  # kinds that hold points
# Folders in ours that hold files of ours.
_WITHIN = (".hydra", "parts", "figures", "table", "posterior", "particles", POINTS)
_HARMLESS = {".DS_Store", "Thumbs.db", "desktop.ini"}  # made by file managers, unasked


def kind_of(directory: Path) -> str:
    """The kind of a folder of ours, '' for any other."""
    with suppress(OSError):
        text = (directory / MARKER).read_bytes()
        for kind in KINDS:
            if text == _marker(kind):
                return kind
    stored = manifest.read(directory)
    kind = str((stored or {}).get("kind", ""))
    is_point = not kind and _root(directory) != directory and directory.is_dir()
    return "point" if is_point else kind


def is_marked(directory: Path) -> bool:
    """Whether the marker of a folder says what it is; a point goes by another."""
    with suppress(OSError):
        text = (_root(directory) / MARKER).read_bytes()
        return any(text == _marker(kind) for kind in KINDS)
    return False


def clear(directory: Path) -> None:
    """Clear away what a kill has left half written in a folder of ours that is held.

    Raises LandbridgeError if a folder of ours in it is a symbolic link.
    """
    for folder in (directory, *(directory / name for name in _WITHIN)):
        disk.refuse_link(folder)
        disk.sweep_up(folder)


def refuse_other(directory: Path, kinds: Sequence[str]) -> str:
    """The kind of a folder that is only read; raises LandbridgeError if it is none of `kinds`."""
    kind = kind_of(directory)
    if kind in kinds:
        return kind
    wanted = " or ".join(KINDS[kind] for kind in kinds)
    if kind:
        raise LandbridgeError(f"{shown(directory)}: holds {KINDS[kind]}, not {wanted}")
    if (directory / MARKER).exists():
        raise LandbridgeError(
            f"{shown(directory)}: {MARKER} and {manifest.FILE} are damaged, so nothing says "
            "what it holds"
        )
    raise LandbridgeError(f"{shown(directory)}: not a run folder of landbridge (no {MARKER})")


def refuse_damaged(directory: Path, names: Collection[str]) -> None:
    """Raise LandbridgeError if one of these files is there and not the one that was written."""
    files = (manifest.read(directory) or {}).get("files", {})
    there = {name: files[name] for name in names if name in files and (directory / name).exists()}
    wrong = damaged(directory, there)
    if wrong:
        raise LandbridgeError(
            f"{shown(directory / wrong[0])}: is damaged or was changed; run the same command "
            "again in this folder to mend it"
        )


def read_json(directory: Path, name: str, lacking: str) -> dict[str, Any]:
    """A file of a folder of ours; raises LandbridgeError where it is damaged or, so, `lacking`."""
    refuse_damaged(directory, [name])
    with suppress(OSError, ValueError, RecursionError):
        content = json.loads((directory / name).read_text(encoding="utf-8"))
        if isinstance(content, dict):
            return content
    raise LandbridgeError(f"{shown(directory)}: {lacking}")


def damaged(directory: Path, files: Mapping[str, str | None]) -> list[str]:
    """The files that are not what a manifest says of them; one without a check sum is as it is."""
    return [
        name
        for name in sorted(files)
        if files[name] and disk.sha256(directory / name) != files[name]
    ]


@contextmanager
def opened(
    directory: Path, kind: str, names: Sequence[str] = (), setting: str = SETTING
) -> Iterator[None]:
    """Hold a folder of a kind to write in it; make it if it is not there.

    `names` are files that will be written. May be entered again by the thread that holds it.

    Raises LandbridgeError, having touched nothing, for a folder that holds something else, cannot
    be written or is held by another run.
    """
    disk.refuse_unwritable(directory, setting)
    _refuse_foreign(directory, kind, setting)
    with disk.errors(directory, setting):
        made, fresh = disk.make(directory), False
        try:
            with held(directory):
                fresh = _refuse_foreign(directory, kind, setting)  # who held it may have made it
                _begin(directory, kind, fresh)
                refuse_strangers(directory, names)
                yield
        except (OSError, LandbridgeError):
            if fresh:
                _undo(directory, made)
            raise


@contextmanager
def held(directory: Path) -> Iterator[None]:
    """Hold a folder of ours for this thread; raises LandbridgeError if another run does."""
    root = _root(directory)
    with disk.held(root / LOCK, shown(root)):
        yield


@contextmanager
def place(directory: Path, is_dated: bool, setting: str = SETTING) -> Iterator[Path]:
    """The folder that was asked for, or, for one that is named by the time, a new one.

    That gets a number if another run began in the same second, and goes if nothing comes of it.
    """
    if not is_dated:
        yield directory
        return
    disk.refuse_unwritable(directory, setting)
    made = disk.make(directory.parent)
    made.append(_new(directory))
    try:
        yield made[-1]
    finally:
        with suppress(OSError):
            for folder in reversed(made):
                folder.rmdir()


def _new(directory: Path) -> Path:
    number = 1
    while True:
        at = directory if number == 1 else directory.with_name(f"{directory.name}-{number}")
        with suppress(FileExistsError):
            at.mkdir()
            return at
        number += 1


def commit(
    directory: Path,
    names: Sequence[str] = (),
    gone: Sequence[str] = (),
    sync: bool = True,
    **fields: Any,
) -> None:
    """Put staged files in place, in this order, remove `gone`, and keep the manifest right.

    `fields` are other entries of the manifest; what it has and is not named stays. Nothing is
    written if nothing is new. Without `sync` a power cut may undo it, or lose the manifest.

    Raises LandbridgeError for a file of that name that is not ours.
    """
    refuse_strangers(directory, names)
    stored = manifest.read(directory)
    old = stored or ({"list_lost": True} if _has_files(directory) else {})
    known = fields.pop("files", old.get("files", {}))
    files = {name: check_sum for name, check_sum in known.items() if name not in gone}
    files |= {name: disk.sha256(disk.staged(directory / name)) for name in names}
    new = manifest.finite({**old, **fields, "files": dict(sorted(files.items()))})
    for name in gone:  # before they are no longer named
        disk.remove(directory / name)
    _settle(directory, gone, sync)
    if new != stored:
        manifest.write(directory, new, sync)
    for name in names:
        disk.publish(directory / name)
    _settle(directory, names, sync)


def _settle(directory: Path, names: Sequence[str], sync: bool) -> None:
    for folder in dict.fromkeys((directory / name).parent for name in names if sync):
        disk.settle(folder)


def refuse_strangers(directory: Path, names: Sequence[str]) -> None:
    """Raise LandbridgeError if a file of one of these names is there and is not ours."""
    stored = manifest.read(directory)
    if stored is None or stored.get("list_lost"):  # then nothing says whose they are
        return
    for name in names:
        file = directory / name
        if os.path.lexists(file) and name not in stored["files"]:
            raise LandbridgeError(
                f"{shown(file)}: is in the way and not one of ours; move it away or choose "
                "another folder"
            )


def _marker(kind: str) -> bytes:
    return f"landbridge made this folder: it holds {KINDS[kind]}\n".encode()


def _has_files(directory: Path) -> bool:
    """Whether anything was ever written in a folder of ours, beside what marks it."""
    for folder in (directory, *(directory / name for name in _WITHIN)):
        with suppress(FileNotFoundError, NotADirectoryError):
            for entry in os.scandir(folder):
                known = entry.name in (MARKER, LOCK, *_HARMLESS) or entry.name.endswith(disk.MARK)
                if not known and entry.is_file(follow_symlinks=False):
                    return True
    return False


def _root(directory: Path) -> Path:
    """The folder whose marker and lock a folder goes by: its sweep's if it is a point of one."""
    above = directory.parent.parent
    is_point = directory.parent.name == POINTS and not os.path.lexists(directory / MARKER)
    return above if is_point and (above / MARKER).exists() else directory


def _refuse_foreign(directory: Path, kind: str, setting: str) -> bool:
    """Refuse what is not ours or of another kind; whether there is nothing yet."""
    where, root = f"{setting}={shown(directory)}", _root(directory)
    if root != directory and kind != "point":
        raise LandbridgeError(
            f"{where}: is in the folder of {KINDS.get(kind_of(root), 'points')}; choose another"
        )
    if not directory.exists():
        return True
    holds = kind_of(directory)
    if holds and holds != kind:
        raise LandbridgeError(
            f"{where}: holds {KINDS[holds]}, not {KINDS[kind]}; choose another folder"
        )
    if holds:
        return False
    if (directory / MARKER).exists():
        refuse_other(directory, [kind])
    strangers = [
        name for name in sorted(os.listdir(directory)) if not _is_harmless(directory, name)
    ]
    if strangers:
        raise LandbridgeError(
            f"{where}: is not a folder of landbridge (it holds {strangers[0]}); "
            "choose a new or an empty one"
        )
    return True


def _is_harmless(directory: Path, name: str) -> bool:
    """Whether a file says nothing about whose folder it is in."""
    if name == LOCK:  # all that a kill may leave of a folder that was being made
        return not (directory / name).lstat().st_size
    return name in _HARMLESS or name == disk.staged(directory / MARKER).name


def _begin(directory: Path, kind: str, fresh: bool) -> None:
    """Mark a folder that is held, and clear away what a kill has left half written."""
    clear(directory)
    if not is_marked(directory):
        disk.write(directory / MARKER, _marker(kind))
    if fresh or manifest.read(directory) is None:
        commit(directory, kind=kind, complete=False)


def _undo(directory: Path, made: Sequence[Path]) -> None:
    """Take away folders that were made and have got nothing but what marks them."""
    start = {MARKER, LOCK, manifest.FILE}
    with suppress(OSError):
        if set(os.listdir(directory)) <= start:
            for name in start:
                disk.remove(directory / name)
            for folder in reversed(made):
                folder.rmdir()
