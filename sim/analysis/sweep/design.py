"""Designs: which points of a space of settings a sweep goes to.

- grid: every combination of values, the last key fastest;
- zip: the values of all keys side by side;
- lhs: Latin hypercube (McKay, Beckman and Conover 1979, doi:10.2307/1268522);
- sobol: Sobol' sequence with Owen's scrambling (Owen 1998, doi:10.1006/jcom.1998.0487), which
  more points extend; its balance is best at powers of 2;
- list: the rows of a CSV file.

lhs and sobol are scipy's and go over intervals; a key with values takes each of them equally often.
"""

from __future__ import annotations

import csv
import io
import math
import warnings
from collections.abc import Sequence
from itertools import product

import numpy as np

from sim.arrays import Floats
from sim.config.schema import Design, DesignKind
from sim.config.sweep_space import Dimension, Interval, Space, Values, refuse_many
from sim.errors import LandbridgeError
from sim.paths import located
from sim.user_files import read_text

Row = tuple[str, ...]  # a value for each dimension


def points(design: Design, space: Space) -> tuple[Space, list[Row]]:
    """The space and the rows of its points, in order, each once; `list` brings its dimensions.

    Raises LandbridgeError for a space or a file that the design cannot use.
    """
    if design.kind is DesignKind.list:
        space, rows = _listed(design, space)
    elif design.kind in (DesignKind.lhs, DesignKind.sobol):
        rows = _spread(design, space.dimensions)
    else:
        values = [_values(dimension, design.kind.name) for dimension in space.dimensions]
        if design.kind is DesignKind.zip:
            rows = _side_by_side(space.dimensions, values)
        else:
            refuse_many("design=grid", math.prod(map(len, values)))
            rows = list(product(*values))
    return space, list(dict.fromkeys(rows))


def _values(dimension: Dimension, kind: str) -> Row:
    if isinstance(dimension, Values):
        return dimension.values
    raise LandbridgeError(
        f"{dimension.key}: an interval needs design=lhs or design=sobol; design={kind} needs "
        "values (a,b,c, choice(...) or range(...))"
    )


def _side_by_side(dimensions: Sequence[Dimension], values: Sequence[Row]) -> list[Row]:
    lengths = {dimension.key: len(row) for dimension, row in zip(dimensions, values, strict=True)}
    if len(set(lengths.values())) > 1:
        counts = ", ".join(f"{key} has {n}" for key, n in lengths.items())
        raise LandbridgeError(f"design=zip: needs as many values of every key ({counts})")
    return list(zip(*values, strict=True)) if values else [()]


def _spread(design: Design, dimensions: Sequence[Dimension]) -> list[Row]:
    """Points that cover the unit cube, as values of the dimensions."""
    if not dimensions:
        raise LandbridgeError(
            f"design={design.kind.name}: nothing is swept; give KEY=interval(LOW,HIGH)"
        )
    cube = _cube(design, len(dimensions))
    return [
        tuple(
            _at(dimension, float(share)) for dimension, share in zip(dimensions, row, strict=True)
        )
        for row in cube
    ]


def _cube(design: Design, keys: int) -> Floats:
    """(points, keys) numbers from 0 to below 1."""
    from scipy.stats import qmc

    if design.kind is DesignKind.lhs:
        cube = qmc.LatinHypercube(keys, rng=design.seed).random(design.points)
    else:
        if keys > qmc.Sobol.MAXDIM:
            raise LandbridgeError(f"design=sobol: at most {qmc.Sobol.MAXDIM} keys")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # any number of points may be asked for
            cube = qmc.Sobol(keys, rng=design.seed).random(design.points)
    return np.asarray(cube, dtype=np.float64)


def _at(dimension: Dimension, share: float) -> str:
    if isinstance(dimension, Interval):
        return dimension.at(share)
    return dimension.values[int(share * len(dimension.values))]


def _listed(design: Design, space: Space) -> tuple[Space, list[Row]]:
    """The points of a CSV file: the first line names the keys."""
    if space.dimensions:
        raise LandbridgeError(
            f"{space.dimensions[0].key}: design=list takes what is swept from its file"
        )
    if not design.file:
        raise LandbridgeError("design.file=: design=list needs a CSV file of points")
    text = read_text(located(design.file, "design.file"), f"design.file={design.file}")
    try:
        table = csv.reader(io.StringIO(text, newline=""))
        lines = [line for line in table if any(cell.strip() for cell in line)]
    except csv.Error as error:
        raise LandbridgeError(f"design.file={design.file}: cannot be read ({error})") from error
    if len(lines) < 2:
        raise LandbridgeError(f"design.file={design.file}: needs a line of keys and one of values")
    refuse_many(f"design.file={design.file}", len(lines) - 1)
    keys, *rows = [tuple(cell.strip() for cell in line) for line in lines]
    for number, row in enumerate(rows, start=2):
        if len(row) != len(keys):
            raise LandbridgeError(
                f"design.file={design.file}: line {number} has {len(row)} values for "
                f"{len(keys)} keys"
            )
    swept = [Values(key, column) for key, column in zip(keys, zip(*rows, strict=True), strict=True)]
    made = Space((*space.fixed, *swept))
    made.refuse_twice()
    return made, rows
