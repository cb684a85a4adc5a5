"""Reading files that a user names: only regular ones, of a size that they can have, in UTF-8."""

from __future__ import annotations

import stat
from pathlib import Path

from sim.errors import LandbridgeError

MOST_BYTES = 20_000_000  # far more than any table or config that people write


def read_text(file: Path, name: str) -> str:
    """The text of a file, without a byte order mark; line ends are left as they are.

    Args:
        file: its path.
        name: what the error begins with, such as `--truth=FILE`.

    Raises:
        LandbridgeError: it is not there, cannot be read, is a folder or a pipe, is too large or
            is not UTF-8.
    """
    try:
        kind = file.stat()
        if not stat.S_ISREG(kind.st_mode):  # a pipe would be waited for, a device never ends
            is_folder = stat.S_ISDIR(kind.st_mode)
            reason = "is a folder" if is_folder else "not a regular file"
        elif kind.st_size > MOST_BYTES:
            reason = f"larger than {MOST_BYTES // 1_000_000} MB"
        else:
            return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise LandbridgeError(f"{name}: no such file") from None
    except UnicodeDecodeError as error:
        reason = f"not UTF-8 at byte {error.start}"
    except OSError as error:
        reason = error.strerror or str(error)
    raise LandbridgeError(f"{name}: cannot be read ({reason})")
