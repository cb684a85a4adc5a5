"""Counter-based randomness: every draw is a pure function of what it is for.

Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, doi:10.1145/2063384.2063405). The 64-bit key
names a world (seed, draw, chance, branch); the 128-bit counter names the draw (day, stream and
index, faction, unit). So no draw depends on how many were made before it, on the batch, the
threads or the order of factions, and two scenarios meet the same luck where they ask the same
question. A fight, and a turn on the march, is named by how many its faction had there before and
not by its day or slot: a day later it meets the same luck.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np

from sim.jit import kernel

_MASK = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_M0 = np.uint64(0xD2511F53)
_M1 = np.uint64(0xCD9E8D57)
_W0 = np.uint64(0x9E3779B9)
_W1 = np.uint64(0xBB67AE85)
_EIGHT = np.uint64(8)
_SIX = np.uint64(6)
_TWENTY_SIX = np.uint64(67108864)  # 2**26

# Streams: what a draw is for. Numbers are part of the results; never reuse one. They and indices
# are numpy's integers: numba compiles a kernel anew for every plain constant it is handed.
INPUT, PLAN, CHOICE, LUCK, STRIKE, ROUND_ATTACK, ROUND_DEFEND, WITHDRAW = np.arange(1, 9)
BREAK_OFF, DURATION, LAPSE, INTAKE, STANCE, TRANSFER, SIEGE, TURN = np.arange(9, 17)
PACE, WAR, STROKE = np.arange(17, 20)
FIRST, SECOND, THIRD = np.arange(3)  # indices


@kernel
def philox(c0, c1, c2, c3, k0, k1):  # type: ignore[no-untyped-def]
    """Four 32-bit words (as uint64) from a counter of four words and a key of two.

    Ten rounds; in each, hi and lo are the upper and lower words of the 64-bit products p0 = M0 * c0
    and p1 = M1 * c2, and

        c0, c1, c2, c3 = hi(p1) xor c1 xor k0, lo(p1), hi(p0) xor c3 xor k1, lo(p0)
        k0, k1 = k0 + W0, k1 + W1    (modulo 2**32)

    with M0 = 0xD2511F53, M1 = 0xCD9E8D57, W0 = 0x9E3779B9, W1 = 0xBB67AE85.
    """
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0, c1, c2, c3 = (
            ((p1 >> _SHIFT) ^ c1 ^ k0) & _MASK,
            p1 & _MASK,
            ((p0 >> _SHIFT) ^ c3 ^ k1) & _MASK,
            p0 & _MASK,
        )
        k0 = (k0 + _W0) & _MASK
        k1 = (k1 + _W1) & _MASK
    return c0, c1, c2, c3


@kernel
def uniform(world, stream, day, faction, unit, index):  # type: ignore[no-untyped-def]
    """A number strictly between 0 and 1, 52 bits.

    The counter is (day, stream + 256 * index, faction, unit), the key of Philox the lower and the
    upper word of `world`. Of the first two words a and b that come out,

        u = ((a >> 6) * 2**26 + (b >> 6) + 0.5) / 2**52

    `world`, `faction` and `unit` are uint64 keys (the last two of 32 bits), the rest small ints:
    `day` is a day or, for what is named by it, a count.
    """
    a, b, _, _ = philox(
        np.uint64(day),
        np.uint64(stream) + (np.uint64(index) << _EIGHT),
        faction,
        unit,
        world & _MASK,
        world >> _SHIFT,
    )
    high, low = a >> _SIX, b >> _SIX
    return (float(high * _TWENTY_SIX + low) + 0.5) * (1.0 / 4503599627370496.0)


@kernel
def gumbel(world, stream, day, faction, unit, index):  # type: ignore[no-untyped-def]
    """A standard Gumbel draw: the largest of value + gumbel over options is a logit choice.

    It is -ln(-ln(u)), u uniform.
    """
    return -math.log(-math.log(uniform(world, stream, day, faction, unit, index)))


@kernel
def logistic(world, stream, day, faction, unit, index):  # type: ignore[no-untyped-def]
    """A standard logistic draw: log odds of a uniform number, ln(u / (1 - u))."""
    u = uniform(world, stream, day, faction, unit, index)
    return math.log(u / (1.0 - u))


@kernel
def round_randomly(x, world, stream, day, faction, unit, index):  # type: ignore[no-untyped-def]
    """`x` as a whole number, up or down by chance so that the mean is kept: floor(x + u)."""
    return int(math.floor(x + uniform(world, stream, day, faction, unit, index)))


def key32(name: str) -> np.uint64:
    """The stable 32-bit key of a faction or unit: from its name, never from its position.

    It is BLAKE2b of the name in UTF-8 with a digest of 4 bytes, the first the highest.
    """
    return np.uint64(int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "big"))


def world_key(*parts: int) -> np.uint64:
    """The 64-bit key of a world or of a draw of inputs from whole numbers of any size.

    It is BLAKE2b of the numbers in decimal with commas between, with a digest of 8 bytes, the first
    the highest. The parts are seed, draw, replication and 0 for a world, seed and draw for a draw.
    """
    text = ",".join(str(part) for part in parts)
    return np.uint64(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big"))
