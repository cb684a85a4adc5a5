"""How lines of a result are laid out."""

from __future__ import annotations


def row(label: str, text: str, width: int = 33) -> str:
    """A label and what it says, in two columns."""
    return f"{label:<{width}}{text}"
