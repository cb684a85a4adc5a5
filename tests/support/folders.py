"""Folders that tests read."""

from __future__ import annotations

from sim.paths import theatre_folder

SEEDS = theatre_folder("iraq_syria_jordan")  # of the first theatre
