"""Mesa's grid of the theatre agrees with ours."""

from __future__ import annotations

from pathlib import Path

from sim.theatre.grid import LAYERS, mesa_grid
from sim.theatre.theatre import Theatre


def test_mesa_has_the_same_neighbours_and_layers(small: tuple[Theatre, Path]) -> None:
    theatre, _ = small
    grid = mesa_grid(theatre)
    cols = theatre.layout.cols
    assert len(grid.all_cells.cells) == theatre.hexes
    for cell in grid.all_cells:
        col, row = cell.coordinate
        ours = {int(j) for j in theatre.hex_neighbours[row * cols + col] if j >= 0}
        theirs = {c.coordinate[1] * cols + c.coordinate[0] for c in cell.neighborhood}
        assert ours == theirs
        for name in LAYERS:
            assert getattr(cell, name) == getattr(theatre, name)[row * cols + col]
