"""`landbridge compare`: paired differences between run folders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.commands.text import comparison


def command(directories: Sequence[Path]) -> int:
    """Print how P(corridor) of every run differs from that of the first."""
    from sim.analysis.compare import compare
    from sim.config.record import load

    rows = compare(directories)
    labels = {at: f"{load(at).scenario} ({at})" for at in directories}
    print(comparison(rows, labels))
    return 0
