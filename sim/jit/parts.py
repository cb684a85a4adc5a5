"""Kernels as parts of others: what is called from Python is optimised, once, with all it calls.

numba optimises each function together with all that it calls, and makes machine code of it. What
lies at the bottom of a tree of calls is so optimised once for each level above it.
"""

from __future__ import annotations

from typing import Any

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler


class Part(JITCodeLibrary):  # type: ignore[misc]
    """Code as it comes from numba, to be linked into the code of whoever calls it."""

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        """None: there is no machine code."""
        self._ensure_finalized()
        return 0

    @property
    def codegen(self) -> Part:
        """What is asked for `set_env`, and no more, once the code is there."""
        return self

    def set_env(self, name: str, env: Any) -> None:
        """Nothing: only what is called from Python has an environment to raise errors in."""


class PartCompiler(Compiler):  # type: ignore[misc]
    """numba's compiler, but for where it leaves the code."""

    def define_pipelines(self) -> Any:
        """As numba has them."""
        state = self.state
        state.library = Part(state.targetctx.codegen(), state.func_id.func_qualname)
        return super().define_pipelines()
