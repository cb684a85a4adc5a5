"""Choices that settings offer, beside those of the schema itself."""

from __future__ import annotations

from enum import Enum


class PrecisionOf(Enum):
    """Which of the two outcomes `ensemble.precision` is about."""

    both = "both"
    road = "road"
    territory = "territory"


class DesignKind(Enum):
    """How the points of a sweep are laid out."""

    grid = "grid"  # every combination
    zip = "zip"  # the values of all keys side by side
    lhs = "lhs"  # Latin hypercube
    sobol = "sobol"  # scrambled Sobol' sequence
    list = "list"  # the rows of a CSV file
