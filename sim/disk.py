"""All that landbridge writes goes through here: whole files, one process a folder, nothing lost.

A file is written beside its place under a temporary name with a mark of ours (`stage`) and put in
place by one rename (`publish`), so that it is there whole or not at all. After a power cut a file
may still be empty or torn unless it was synced, and a rename undone unless its folder was: what
must not be lost is synced, the rest is made again by whoever finds that its check sum differs.
Nothing is written through a symbolic link.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from sim.errors import LandbridgeError
from sim.paths import shown

MARK = ".landbridge-tmp"  # temporary files end in it; no other file is ever cleared away by name

Content = bytes | Callable[[IO[bytes]], object]  # the bytes, or what writes them into a stream

_SEAL = 32  # bytes of a check sum, and of the key before it


def staged(file: Path) -> Path:
    """Where what `file` is to hold waits."""
    return file.with_name(f".{file.name}{MARK}")


def stage(file: Path, content: Content, sync: bool = True) -> None:
    """Write what `file` is to hold beside it; makes the folder that it lies in.

    Raises LandbridgeError if the file or its folder is a symbolic link, OSError if the disk fails.
    """
    refuse_link(file.parent)
    refuse_link(file)
    make(file.parent, sync)
    temporary = staged(file)
    try:
        with open(temporary, "wb", opener=_open) as stream:
            if callable(content):
                content(stream)
            else:
                stream.write(content)
            if sync:
                stream.flush()
                os.fsync(stream.fileno())
    except BaseException:
        with suppress(OSError):  # half a file would take room on a full disk
            temporary.unlink()
        raise


def refuse_link(file: Path) -> None:
    """Raise LandbridgeError if a file or folder is a symbolic link."""
    if file.is_symlink():
        raise LandbridgeError(
            f"{shown(file)}: is a symbolic link, and nothing is written through one; "
            "move it away or choose another folder"
        )


def publish(file: Path) -> None:
    """Put what was staged in place."""
    staged(file).replace(file)


def write(file: Path, content: Content, sync: bool = True) -> None:
    """Write a file so that it is there whole or not at all, with `sync` after a power cut too."""
    stage(file, content, sync)
    publish(file)
    if sync:
        settle(file.parent)


def settle(folder: Path) -> None:
    """Sync a folder: what was renamed, made or removed in it stays so."""
    with suppress(PermissionError):  # systems that cannot open folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def make(folder: Path, sync: bool = True) -> list[Path]:
    """Make a folder and those above it; returns what was made, innermost last."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    made: list[Path] = []
    try:
        for part in reversed(missing):
            try:
                part.mkdir()
            except FileExistsError:  # another thread was quicker
                if not part.is_dir():
                    raise
                continue
            made.append(part)
            if sync:
                settle(part.parent)
    except OSError:
        for part in reversed(made):
            part.rmdir()
        raise
    return made


def remove(file: Path) -> None:
    """Remove a file of ours, if it is there; raises LandbridgeError for a symbolic link."""
    refuse_link(file)
    file.unlink(missing_ok=True)


def sweep_up(folder: Path) -> None:
    """Remove what a kill has left in the middle of being written in a folder."""
    with suppress(FileNotFoundError, NotADirectoryError):
        for entry in os.scandir(folder):
            if entry.name.startswith(".") and entry.name.endswith(MARK):
                remove(Path(entry.path))


def sha256(file: Path) -> str:
    """The check sum of a file's bytes, 64 hex digits; '' if it cannot be read."""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def sealed(content: bytes, key: str) -> bytes:
    """The content with a seal after it: what it was made from (32 characters) and a check sum."""
    named = key.encode().ljust(_SEAL)
    return b"".join((content, named, _digest(content, named)))


def unsealed(file: Path) -> tuple[bytes, str]:
    """The content of a sealed file and its key.

    Raises OSError if it cannot be read, ValueError if it is not as it was written.
    """
    raw = file.read_bytes()
    content, named, digest = raw[: -2 * _SEAL], raw[-2 * _SEAL : -_SEAL], raw[-_SEAL:]
    if digest != _digest(content, named):
        raise ValueError(f"{file.name}: check sum differs")
    return content, named.decode().strip()


def seal_of(file: Path) -> str:
    """The key of a sealed file, '' if it is damaged."""
    try:
        return unsealed(file)[1]
    except (OSError, ValueError):
        return ""


def _digest(content: bytes, named: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_SEAL, key=named).digest()


def _open(file: str, flags: int) -> int:
    return os.open(file, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)


@contextmanager
def held(file: Path, whose: str = "", wait: bool = False) -> Iterator[None]:
    """Hold a lock file for this thread, again if it does already; a kill lets go of it.

    Raises LandbridgeError, about `whose`, if another holds it and is not to be waited for.
    """
    from filelock import FileLock, Timeout  # takes a tenth of a second to import

    lock = FileLock(file, is_singleton=True)
    try:
        lock.acquire(timeout=-1 if wait else 0)
    except Timeout:
        raise LandbridgeError(f"{whose}: another run is working in this folder") from None
    try:
        yield
    finally:
        lock.release()


def refuse_unwritable(directory: Path, setting: str) -> None:
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
    raise LandbridgeError(f"{setting}={shown(directory)}: cannot be written ({at}: {reason})")


@contextmanager
def errors(directory: Path, setting: str) -> Iterator[None]:
    """Turn a failure of the disk under a folder into one line."""
    try:
        yield
    except OSError as error:
        raise LandbridgeError(
            f"{setting}={shown(directory)}: cannot be written ({error.strerror or error}); "
            "finished blocks, if any, are kept; run again when that is mended"
        ) from error
