"""Kernels in the cache are found by every checkout that has the same sources.

numba looks for what it compiled by the path of the source and by when that was written, so that
each checkout compiled for itself what lay in the folder already. The name of the folder is a hash
of all sources (`sim.kernel_cache`), which says more.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator

from sim.kernel_cache import SETTING, sources

_SOURCES = {str(file) for file in sources()}


def is_shared(function: Callable[..., Any]) -> bool:
    """Whether a function is in a file that the name of the folder depends on."""
    return str(Path(inspect.getfile(function)).resolve()) in _SOURCES


class _Locator(_CacheLocator):  # type: ignore[misc]
    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    @classmethod
    def from_function(cls, function: Callable[..., Any], file: str) -> _Locator:
        return cls(function)

    def get_cache_path(self) -> str:
        return os.path.join(os.environ[SETTING], self._function.__module__)

    def get_source_stamp(self) -> str:
        return ""

    def get_disambiguator(self) -> str:
        return str(self._function.__code__.co_firstlineno)


class _Impl(CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes = (_Locator,)


class SharedCache(FunctionCache):  # type: ignore[misc]
    """Of one kernel."""

    _impl_class = _Impl
