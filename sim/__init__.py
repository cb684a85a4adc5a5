"""Landbridge: how likely is a land corridor, when, by which route, and what would change it.

>>> import sim
>>> result = sim.run("scenario=tanf_withdrawal", worlds=2000)  # doctest: +SKIP
>>> print(result.summary())  # doctest: +SKIP
>>> result.worlds, result.figure("dates")  # doctest: +SKIP

`run`, `sweep`, `compare`, `sensitivity`, `criticality`, `threshold`, `rare`, `backtest` and
`calibrate` do what the commands of these names do (`threshold` is `landbridge solve`), and return
results that have `summary()`, `to_dict()`, `figures()` and tables, and show themselves in a
notebook. `CorridorModel` is the model as one that Mesa's tools know.

Importing `sim` imports nothing else: each wing can be used without the ones above it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.version import __version__

if TYPE_CHECKING:
    from sim.api import (
        backtest,
        calibrate,
        compare,
        criticality,
        rare,
        run,
        sensitivity,
        sweep,
        threshold,
    )
    from sim.model.corridor_model import CorridorModel

__all__ = [
    "CorridorModel",
    "__version__",
    "backtest",
    "calibrate",
    "compare",
    "criticality",
    "rare",
    "run",
    "sensitivity",
    "sweep",
    "threshold",
]


def __getattr__(name: str) -> Any:
    """What is imported when it is asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    home = "sim.model.corridor_model" if name == "CorridorModel" else "sim.api"
    value = globals()[name] = getattr(import_module(home), name)
    return value


def __dir__() -> list[str]:
    """All that is offered, imported or not."""
    return sorted({*globals(), *__all__})
