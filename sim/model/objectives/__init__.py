"""What factions may want: one file an objective, one signature, registered by name.

An objective is a kernel `add(state, geo, rules, f, weight)` that adds to `state.value[w, u]`, for
every world w and playable unit u, `weight` times the value to faction f of holding u rather than
its enemies (`kind="prize"`, between 0 and about 1), or the value that attacking u would lose
(`kind="cost"`). Prizes pull from afar along roads, costs count where the attack is. Worlds in which
`state.side[w, f].awake` is not set may be left out.
Another package adds its own through the entry point group `landbridge.objectives`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Literal

from sim.errors import LandbridgeError

BUILT_IN = (
    "avoid_escalation",
    "avoid_losses",
    "border",
    "community_contiguity",
    "corridor",
    "defeat",
    "deny_corridor",
    "guard_bases",
    "homeland",
    "population",
    "support_ally",
    "territory",
)


@dataclass(frozen=True)
class Objective:
    """A named objective: its kernel and whether it is a prize or a cost."""

    name: str
    kind: Literal["prize", "cost"]
    add: Callable[..., None]
    static: bool = False  # the same in every world and on every day: worked out once a scenario

    @property
    def doc(self) -> str:
        """What it values: a sentence."""
        return (getattr(self.add, "__doc__", "") or "").strip().partition("\n")[0]


@cache
def registry() -> dict[str, Objective]:
    """All objectives by name, in the order of their names.

    Raises:
        LandbridgeError: an outside package offers a name that is taken.
    """
    by_name = {name: import_module(f"{__name__}.{name}").OBJECTIVE for name in BUILT_IN}
    for entry in entry_points(group="landbridge.objectives"):
        if entry.name in by_name:
            raise LandbridgeError(f"objective {entry.name}: offered by two packages")
        by_name[entry.name] = entry.load()
    return {name: by_name[name] for name in sorted(by_name)}


def names() -> tuple[str, ...]:
    """The names of all objectives, without importing their kernels."""
    offered: Any = entry_points(group="landbridge.objectives")
    return tuple(sorted({*BUILT_IN, *(entry.name for entry in offered)}))
