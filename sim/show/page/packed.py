"""The weeks of a map as a short text: counts of worlds, exact, as a script in the page reads them.

A value is written as its difference from that of the date before, folded to whole numbers from 0
(0, -1, 1, -2, ... as 0, 1, 2, 3, ...), in groups of seven bits, the lowest first, the eighth set
where more follow (LEB128). These bytes are deflated (RFC 1950) and written in base64.
"""

from __future__ import annotations

import base64
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Ints

FORMAT = (
    "base64 of zlib of LEB128 of zigzag of differences over dates; in order of holder (or world), "
    "unit (hexes, then places), date"
)


def packed(values: NDArray[np.integer[Any]]) -> str:
    """Whole numbers with dates along the last axis."""
    whole = values.astype(np.int64)
    apart: Ints = (whole - np.roll(whole, 1, axis=-1)).ravel()
    apart[:: values.shape[-1]] = whole[..., 0].ravel()
    left = (apart << 1) ^ (apart >> 63)
    groups = [left & 0x7F]
    while (left := left >> 7).any():
        groups.append(left & 0x7F)
    table = np.stack(groups, axis=1)
    last = np.where(table > 0, np.arange(table.shape[1]), 0).max(axis=1)
    place = np.arange(table.shape[1])
    table |= np.where(place < last[:, None], 0x80, 0)
    raw = table[place <= last[:, None]].astype(np.uint8).tobytes()
    return base64.b64encode(zlib.compress(raw, 9)).decode()
