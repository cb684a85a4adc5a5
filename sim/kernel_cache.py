"""Where compiled kernels are kept: a folder that follows the sources, whoever has a copy of them.

numba's own cache looks only at the file of the function itself and so keeps stale code when a
kernel that it calls changes in another file. The cache folder is therefore named by a hash over
all sources that kernels are made of, wherever the user wants it; two checkouts of the same sources
share it. Where it cannot be written, numba would fall back on folders without that hash, in the
tree of the package among them: a temporary folder takes its place.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from sim.outside import packages
from sim.paths import KERNELS, caches

_SIM = Path(__file__).resolve().parent
SETTING = "NUMBA_CACHE_DIR"
DONE = "compiled"  # a file that is there once all kernels of a run are


def sources() -> list[Path]:
    """The files that kernels are made of: those that hold kernels or constants they use."""
    model = _SIM / "model"
    rooms = [_SIM / "jit", model / "kernels", model / "objectives"]
    shared = [_SIM / f"{name}.py" for name in ("definitions", "kernel_cache", "outside", "paths")]
    single = [*shared, _SIM / "rng.py", model / "inputs.py", model / "state.py"]
    return [*single, *(file for room in rooms for file in sorted(room.glob("*.py")))]


def wanted_folder() -> Path:
    """Where kernels of these sources belong, there or not.

    It lies in the folder of `NUMBA_CACHE_DIR`, if that is set, and otherwise in
    `sim.paths.caches()`.
    """
    made_by = f"{version('numba')} {sys.version_info[:2]}"
    digest = hashlib.blake2b(made_by.encode(), digest_size=8)
    for source in sources():
        digest.update(source.read_bytes())
    digest.update(str(packages()).encode())
    name = KERNELS + digest.hexdigest()
    asked = Path(os.environ.get(SETTING) or caches())
    # a process that this one starts finds the folder itself in its environment
    return asked if name in asked.name else asked / name


def cache_folder() -> Path:
    """A folder for kernels of these sources that can be written, made if it is not there."""
    folder = wanted_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        made = Path(tempfile.mkdtemp(prefix=f"landbridge-{folder.name}-"))
        atexit.register(shutil.rmtree, made, ignore_errors=True)
        return made
