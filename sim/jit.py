"""How kernels are compiled: one decorator, one on-disk cache that follows the source.

numba's own cache looks only at the file of the function itself and so keeps stale code when a
kernel that it calls changes in another file. The cache folder is therefore named by a hash over
all sources that kernels are made of.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

_SIM = Path(__file__).resolve().parent


def sources() -> list[Path]:
    """The files that kernels are made of: those that hold kernels or constants they use."""
    model = _SIM / "model"
    rooms = sorted([*(model / "kernels").glob("*.py"), *(model / "objectives").glob("*.py")])
    return [_SIM / "jit.py", _SIM / "rng.py", model / "inputs.py", model / "state.py", *rooms]


def _cache_folder() -> str:
    digest = hashlib.blake2b(version("numba").encode(), digest_size=8)
    for source in sources():
        digest.update(source.read_bytes())
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return str(Path(home) / "landbridge" / f"kernels-{digest.hexdigest()}")


# In the environment, which numba reads again whenever a setting there changes, and in numba's
# settings, in case somebody imported it before.
os.environ.setdefault("NUMBA_CACHE_DIR", _cache_folder())

import numba  # noqa: E402

numba.config.CACHE_DIR = os.environ["NUMBA_CACHE_DIR"]


def kernel[F: Callable[..., Any]](function: F) -> F:
    """Compile `function` on first call, without the GIL, exact IEEE arithmetic, cached on disk.

    Kernels allocate nothing (their scratch is handed in), so they are compiled without numba's
    reference counting: it costs an atomic operation wherever an array is taken out of a tuple,
    which was measured to be up to 80 times the work itself and would make threads wait.
    """
    jitted: F = numba.njit(cache=True, nogil=True, error_model="numpy", _nrt=False)(function)
    return jitted
