"""Random numbers that are a pure function of what they are for, with plain whole numbers.

Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, doi:10.1145/2063384.2063405) written from the
paper; what goes into key and counter is as `sim/rng.py` says.
"""

from __future__ import annotations

import hashlib
import math

WORD = 0xFFFFFFFF  # 32 bits

# What a draw is for.
INPUT, PLAN, CHOICE, LUCK, STRIKE, ROUND_ATTACK, ROUND_DEFEND = 1, 2, 3, 4, 5, 6, 7
WITHDRAW, BREAK_OFF, DURATION, LAPSE, INTAKE, STANCE, TRANSFER, SIEGE = 8, 9, 10, 11, 12, 13, 14, 15
TURN, PACE, WAR, STROKE = 16, 17, 18, 19


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Four words of 32 bits from a counter of four and a key of two."""
    a, b, c, d = counter
    left, right = key
    for _ in range(10):
        first, second = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b, c, d = (
            (second >> 32) ^ b ^ left,
            second & WORD,
            (first >> 32) ^ d ^ right,
            first & WORD,
        )
        left = (left + 0x9E3779B9) & WORD
        right = (right + 0xBB67AE85) & WORD
    return a, b, c, d


def key_of(name: str) -> int:
    """The 32-bit key of a name."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "big")


def both(f: int, g: int) -> int:
    """The key of what one faction does to another, from their keys."""
    return f ^ (g >> 1)


class Luck:
    """All random numbers of one world, or of one draw of the inputs."""

    def __init__(self, *parts: int) -> None:
        """Of the world that these whole numbers name."""
        text = ",".join(str(part) for part in parts)
        name = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
        self.key = name & WORD, name >> 32

    def uniform(self, what: int, day: int, faction: int, unit: int, index: int = 0) -> float:
        """Strictly between 0 and 1, 52 bits; `faction` and `unit` are keys.

        `day` is a day or, for fights and turns on the march, how many there were before.
        """
        a, b, _, _ = philox((day, what + (index << 8), faction, unit), self.key)
        return (((a >> 6) << 26) + (b >> 6) + 0.5) / 2.0**52

    def gumbel(self, what: int, day: int, faction: int, unit: int, index: int = 0) -> float:
        """A standard Gumbel number."""
        return -math.log(-math.log(self.uniform(what, day, faction, unit, index)))

    def logistic(self, what: int, day: int, faction: int, unit: int, index: int = 0) -> float:
        """A standard logistic number."""
        u = self.uniform(what, day, faction, unit, index)
        return math.log(u / (1.0 - u))

    def round(self, x: float, what: int, day: int, faction: int, unit: int, index: int = 0) -> int:
        """`x` up or down to a whole number so that the mean is kept."""
        return math.floor(x + self.uniform(what, day, faction, unit, index))
