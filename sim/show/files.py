"""What the figures of a run folder are called, for those who have no need of matplotlib."""

from __future__ import annotations

FOLDER = "figures"
NAMES = (
    "overview",
    "front_start",
    "front_end",
    "control_probability",
    "corridor_date",
    "routes",
    "alarm",
)
