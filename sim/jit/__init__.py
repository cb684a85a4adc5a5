"""How kernels are compiled: one decorator, one on-disk cache that follows the source.

numba's own cache looks only at the file of the function itself and so keeps stale code when a
kernel that it calls changes in another file. The cache folder is therefore named by a hash over
all sources that kernels are made of, wherever the user wants it. Where it cannot be written, numba
would fall back on folders without that hash, in the tree of the package among them: a temporary
folder takes its place.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sim.outside import packages
from sim.paths import KERNELS, caches

_SIM = Path(__file__).resolve().parents[1]
SETTING = "NUMBA_CACHE_DIR"


def sources() -> list[Path]:
    """The files that kernels are made of: those that hold kernels or constants they use."""
    model = _SIM / "model"
    rooms = sorted([*(model / "kernels").glob("*.py"), *(model / "objectives").glob("*.py")])
    shared = [_SIM / name for name in ("definitions.py", "outside.py", "paths.py", "rng.py")]
    shared += sorted(Path(__file__).parent.glob("*.py"))
    return [*shared, model / "inputs.py", model / "state.py", *rooms]


def cache_folder() -> Path:
    """A folder for kernels of these sources that can be written, made if it is not there.

    It lies in that of `NUMBA_CACHE_DIR`, if that is set, and otherwise in `sim.paths.caches()`.
    """
    digest = hashlib.blake2b(version("numba").encode(), digest_size=8)
    for source in sources():
        digest.update(source.read_bytes())
    digest.update(str(packages()).encode())
    name = KERNELS + digest.hexdigest()
    asked = Path(os.environ.get(SETTING) or caches())
    # a process that this one starts finds the folder itself in its environment
    folder = asked if name in asked.name else asked / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        made = Path(tempfile.mkdtemp(prefix=f"landbridge-{name}-"))
        atexit.register(shutil.rmtree, made, ignore_errors=True)
        return made


# In the environment, which numba reads again whenever a setting there changes, and in numba's
# settings, in case somebody imported it before.
os.environ[SETTING] = str(cache_folder())

import numba  # noqa: E402

numba.config.CACHE_DIR = os.environ[SETTING]

from sim.jit.parts import PartCompiler  # noqa: E402

_OPTIONS = {"nogil": True, "error_model": "numpy", "_nrt": False}


def kernel[F: Callable[..., Any]](function: F) -> F:
    """Compile `function` on first call, without the GIL, exact IEEE arithmetic, cached on disk.

    It is compiled in one form for calls from Python, with all that it calls, which is cached, and
    in another as a part of kernels that call it (`sim.jit.parts`).

    Kernels allocate nothing (their scratch is handed in), so they are compiled without numba's
    reference counting: it costs an atomic operation wherever an array is taken out of a tuple,
    which was measured to be up to 80 times the work itself and would make threads wait.
    """
    compiled: Any = numba.njit(cache=True, no_cfunc_wrapper=True, **_OPTIONS)(function)
    if not numba.config.DISABLE_JIT:
        part = numba.njit(
            pipeline_class=PartCompiler, no_cpython_wrapper=True, no_cfunc_wrapper=True, **_OPTIONS
        )(function)
        # what numba asks when it compiles a call, of types and of code
        compiled.get_call_template, compiled.get_overload = (
            part.get_call_template,
            part.get_overload,
        )
        compiled.part = part
    made: F = compiled
    return made
