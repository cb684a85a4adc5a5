"""How kernels are compiled: one decorator, one on-disk cache that follows the source."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from sim.kernel_cache import SETTING, cache_folder

# In the environment, which numba reads again whenever a setting there changes, and in numba's
# settings, in case somebody imported it before.
os.environ[SETTING] = str(cache_folder())

import numba

numba.config.CACHE_DIR = os.environ[SETTING]

from sim.jit.parts import PartCompiler  # noqa: E402
from sim.jit.shared import SharedCache, is_shared  # noqa: E402

_OPTIONS = {"nogil": True, "error_model": "numpy", "_nrt": False}


def kernel[F: Callable[..., Any]](function: F) -> F:
    """Compile `function` on first call, without the GIL, exact IEEE arithmetic, cached on disk.

    It is compiled in one form for calls from Python, with all that it calls, which is cached, and
    in another as a part of kernels that call it (`sim.jit.parts`).

    Kernels allocate nothing (their scratch is handed in), so they are compiled without numba's
    reference counting: it costs an atomic operation wherever an array is taken out of a tuple,
    which was measured to be up to 80 times the work itself and would make threads wait.
    """
    is_ours = is_shared(function)
    compiled: Any = numba.njit(cache=not is_ours, no_cfunc_wrapper=True, **_OPTIONS)(function)
    if not numba.config.DISABLE_JIT:
        if is_ours:
            compiled._cache = SharedCache(function)
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
