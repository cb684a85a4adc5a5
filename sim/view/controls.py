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
    for one in levers(config):
        if one.is_range and one.value <= 0.0:
            continue  # nothing to take a factor of
        keys = [[one.key, 1.0]]
        low, high = one.low, one.high
        if one.is_range:
            ends = (("low", one.low), ("central", one.value), ("high", one.high))
            keys = [[f"{one.key}.{name}", end / one.value] for name, end in ends]
            low, high = one.value / 2.0, one.value * 2.0
        step = (high - low) / _STEPS
        low = one.value - math.floor((one.value - low) / step + 1e-9) * step  # its value is a step
        high = low + math.floor((high - low) / step + 1e-9) * step
        sliders.append(
            {
                "label": setting(one.key),
                "low": low,
                "high": high,
                "step": step,
                "value": one.value,
                "keys": keys,
            }
        )
    origin, until = (
        date.fromisoformat(str(one)) for one in (config.clock.origin, config.clock.until)
    )
    dates = sorted({*_ends_of_months(origin), until})
    folders = theatres.group_folders(str(config.theatre.name), config_dir)
    return {
        "scenarios": sorted({f.stem for at in folders for f in (at / "scenario").glob("*.yaml")}),
        "scenario": config.scenario,
        "sliders": sliders,
        "horizon": {"dates": [one.isoformat() for one in dates], "at": dates.index(until)},
        "keys": [
            key for key in saved.flatten(saved.plain(settings)) if key.split(".")[0] not in _FIXED
        ],
    }


def refuse_fixed(overrides: Sequence[str]) -> None:
    """Refuse settings that a page may not move; raises LandbridgeError."""
    for one in parse(overrides):
        key = one.key_or_group.split(".")[0].split("/")[0]
        looked_up = "${" in str(one.input_line)
        if key in _FIXED or one.is_sweep_override() or one.package is not None or looked_up:
            raise LandbridgeError(
                f"{one.input_line}: cannot be moved in the view; start it again with this"
            )


def _ends_of_months(origin: date) -> list[date]:
    found: list[date] = []
    at = origin
    while len(found) < _MONTHS:
        at = (at.replace(day=1) + timedelta(32)).replace(day=1)  # the first of the next month
        if at - timedelta(1) > origin:
            found.append(at - timedelta(1))
    return found
