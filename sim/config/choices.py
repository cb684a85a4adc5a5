"""Choices that settings offer, beside those of the schema itself."""

from __future__ import annotations

from enum import Enum


class PrecisionOf(Enum):
    """Which of the two outcomes `ensemble.precision` is about."""

    both = "both"
    road = "road"
    territory = "territory"
