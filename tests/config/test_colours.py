"""Colours of factions and routes are told apart by readers who see no green."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sim.config.compose import compose, typed
from sim.paths import theatre_folder, theatres
from sim.theatre.spec import theatre_spec

# Deuteranopia on linear RGB: Machado, Oliveira and Fernandes 2009, doi:10.1109/TVCG.2009.113
DEUTERANOPIA = np.array(
    [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ]
)
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = np.array([0.95047, 1.0, 1.08883])
LEAST = 20.0  # distance in CIELAB; about ten times what can just be seen side by side


def lab(colour: str, seen: np.ndarray) -> np.ndarray:
    """CIELAB of `#rrggbb` after a linear map of what is seen."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(seen @ linear, 0.0, 1.0) / WHITE
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16.0 / 116.0)
    return np.array([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)])


@pytest.mark.parametrize("seen", [np.eye(3), DEUTERANOPIA], ids=["all", "deuteranopia"])
@pytest.mark.parametrize("theatre", theatres())
def test_factions_and_routes_are_told_apart(theatre: str, seen: np.ndarray) -> None:
    config = typed(compose([f"theatre={theatre}"]))
    routes = theatre_spec(theatre_folder(theatre)).routes
    for colours in (
        {name: faction.color for name, faction in config.faction.items()},
        {name: route.colour for name, route in routes.items()},
    ):
        for (a, one), (b, other) in itertools.combinations(colours.items(), 2):
            assert np.linalg.norm(lab(one, seen) - lab(other, seen)) > LEAST, (a, b)
