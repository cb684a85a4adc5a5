"""What can be moved in the view, as plain data for its page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sim.config import saved, theatres
from sim.config.compose import parse, typed
from sim.config.main_settings import levers
from sim.errors import LandbridgeError
from sim.show.base.format import setting

# What belongs to the program that serves the view, or changes its map.
_FIXED = ("hydra", "executor", "design", "theatre", "ensemble")
_STEPS = 40  # of a slider
_MONTHS = 12  # ends of months that the horizon may be


def controls(settings: saved.Settings, config_dir: Path | None) -> dict[str, Any]:
    """Scenarios, sliders and the keys of all other settings.

    A slider has a `label`, its ends, its `value`, and in `keys` what it sets: a key and the factor
    by which the value of the slider is taken. The horizon has `dates` instead.
    """
    config = typed(settings)
    sliders: list[dict[str, Any]] = []
    for lever in levers(config):
        if lever.is_range and lever.value <= 0.0:
            continue  # nothing to take a factor of
        keys = [[lever.key, 1.0]]
        low, high = lever.low, lever.high
        if lever.is_range:
            ends = (("low", lever.low), ("central", lever.value), ("high", lever.high))
            keys = [[f"{lever.key}.{name}", end / lever.value] for name, end in ends]
            low, high = lever.value / 2.0, lever.value * 2.0
        step = (high - low) / _STEPS
        low = (
            lever.value - math.floor((lever.value - low) / step + 1e-9) * step
        )  # its value is a step
        high = low + math.floor((high - low) / step + 1e-9) * step
        sliders.append(
            {
                "label": setting(lever.key),
                "low": low,
                "high": high,
                "step": step,
                "value": lever.value,
                "keys": keys,
            }
        )
    origin, until = (
        date.fromisoformat(str(day)) for day in (config.clock.origin, config.clock.until)
    )
    dates = sorted({*_ends_of_months(origin), until})
    folders = theatres.group_folders(str(config.theatre.name), config_dir)
    return {
        "scenarios": sorted({f.stem for at in folders for f in (at / "scenario").glob("*.yaml")}),
        "scenario": config.scenario,
        "sliders": sliders,
        "horizon": {"dates": [day.isoformat() for day in dates], "at": dates.index(until)},
        "keys": [
            key for key in saved.flatten(saved.plain(settings)) if key.split(".")[0] not in _FIXED
        ],
    }


def refuse_fixed(overrides: Sequence[str]) -> None:
    """Refuse settings that a page may not move; raises LandbridgeError."""
    for override in parse(overrides):
        key = override.key_or_group.split(".")[0].split("/")[0]
        looked_up = "${" in str(override.input_line)
        if (
            key in _FIXED
            or override.is_sweep_override()
            or override.package is not None
            or looked_up
        ):
            raise LandbridgeError(
                f"{override.input_line}: cannot be moved in the view; start it again with this"
            )


def _ends_of_months(origin: date) -> list[date]:
    ends: list[date] = []
    at = origin
    while len(ends) < _MONTHS:
        at = (at.replace(day=1) + timedelta(32)).replace(day=1)  # the first of the next month
        if at - timedelta(1) > origin:
            ends.append(at - timedelta(1))
    return ends
