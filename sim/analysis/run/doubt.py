"""How far P(corridor) is in doubt: the number of worlds, the inputs, and the rules.

A world's P depends on the draw of its uncertain inputs and on its variant of the rules. By the law
of total variance that of P over draws is

    Var(P | draw) = E[Var(P | draw, given the variant)] + Var(E[P | variant])

the part of the inputs and the part of the rules; the Monte Carlo part is the variance of the share
of finitely many worlds about P itself. Each is estimated without bias by the method of moments of a
nested analysis of variance (Searle, Casella and McCulloch 1992, Variance Components, chapters 2 and
5, doi:10.1002/9780470316856), written as products of independent worlds, so that designs need not
be balanced:

- two worlds of one draw: their product has the mean E[P(draw)^2];
- two draws of one variant: E[P | variant]^2, which are added by the shares of draws;
- any two draws: P^2.

Inputs are the first less the second, which is the covariance of the chances of a draw within its
variant; rules are the second less the third. Variants are drawn by their weights, so P is the
plain share of worlds and weights are the realised shares of draws: stratifying by the set weights
would be a little sharper, but P would no longer be the share that all other numbers are about.
A difference can come out below 0 by chance: the standard deviation is then given as 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.stats.intervals import Interval, paired_flags, share, sums_by_draw
from sim.arrays import Flags, Floats, Ints

Codes = NDArray[np.integer[Any]]
ENOUGH = 30  # worlds of a variant, below which nothing is said of its P


@dataclass(frozen=True)
class Components:
    """Variances of P without bias, so that they may be below 0; None where not known."""

    monte_carlo: float | None  # one draw tells nothing
    inputs: float | None  # needs draws of two worlds
    rules: float | None  # needs two variants of two draws


@dataclass(frozen=True)
class Doubt:
    """P with the standard deviations that it is in doubt by, None where not known."""

    p: float
    monte_carlo: float | None
    inputs: float | None
    rules: float | None
    share_of_rules: float | None  # of the variance from inputs and rules
    lowest: dict[str, Any] | None  # the variant with the lowest P, of those with enough worlds
    highest: dict[str, Any] | None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def doubt(
    flags: Flags,
    per_draw: int,
    variant: Codes | None,
    by_variant: Mapping[str, Interval | None],
) -> Doubt:
    """P(flag) and its doubt.

    Args:
        flags: (W,) in order.
        per_draw: worlds in a row that share a draw of the inputs, and with it the variant.
        variant: (W,) code of each world's variant; None: all follow one.
        by_variant: P within each variant, as `shares_by_variant` gives it.
    """
    parts = components(flags, per_draw, variant)
    rules, inputs = (None if v is None else max(0.0, v) for v in (parts.rules, parts.inputs))
    known = {name: interval for name, interval in by_variant.items() if interval is not None}
    ends: list[dict[str, Any] | None] = [None, None]
    if len(known) > 1:
        order = sorted(known, key=lambda name: known[name].estimate)
        ends = [{"variant": name, **known[name].as_dict()} for name in (order[0], order[-1])]
    both = (rules or 0.0) + (inputs or 0.0)
    return Doubt(
        p=float(flags.mean()),
        monte_carlo=_deviation(parts.monte_carlo),
        inputs=_deviation(parts.inputs),
        rules=_deviation(parts.rules),
        share_of_rules=None if rules is None or inputs is None or not both else rules / both,
        lowest=ends[0],
        highest=ends[1],
    )


def shares_by_variant(
    flags: Flags, per_draw: int, variant: Codes, names: Sequence[str], level: float = 0.95
) -> dict[str, Interval | None]:
    """P(flag) within each variant, by name; None where fewer than `ENOUGH` worlds follow it."""
    shares: dict[str, Interval | None] = {}
    for code, name in sorted(enumerate(names), key=lambda coded: coded[1]):
        among = variant == code
        enough = np.count_nonzero(among) >= ENOUGH
        shares[name] = share(flags & among, per_draw, among, level) if enough else None
    return shares


def differences_by_variant(
    first: Flags,
    second: Flags,
    per_draw: int,
    variant: Codes,
    names: Sequence[str],
    level: float,
) -> dict[str, Interval | None]:
    """P(second) - P(first) within each variant, by name, as `shares_by_variant` gives P.

    Worlds are paired; `variant` is (W,) the code of a pair, -1 where its two worlds follow others.
    """
    differences: dict[str, Interval | None] = {}
    for code, name in sorted(enumerate(names), key=lambda coded: coded[1]):
        among = variant == code
        enough = np.count_nonzero(among) >= ENOUGH
        differences[name] = (
            paired_flags(first, second, per_draw, among, level)[0] if enough else None
        )
    return differences


def sign_holds(differences: Mapping[str, Interval | None]) -> str | None:
    """Whether a difference has one sign in all variants with enough worlds.

    "surely": every interval is on the same side of 0; "by estimate": the estimates are; "no"; None
    where there are not two such variants.
    """
    known = [interval for interval in differences.values() if interval is not None]
    if len(known) < 2:
        return None
    if all(interval.low > 0.0 for interval in known) or all(
        interval.high < 0.0 for interval in known
    ):
        return "surely"
    signs = {float(np.sign(interval.estimate)) for interval in known}
    return "by estimate" if len(signs) == 1 and signs != {0.0} else "no"


def components(flags: Flags, per_draw: int, variant: Codes | None = None) -> Components:
    """The variances of P; see the head of this module.

    Draws of a variant that has no second one tell nothing of inputs and rules and are left out of
    both.
    """
    successes = sums_by_draw(flags, per_draw).astype(np.float64)
    worlds = sums_by_draw(np.ones(len(flags), np.bool_), per_draw).astype(np.float64)
    draws = len(worlds)
    if draws < 2:
        return Components(None, None, None)
    residual = successes - flags.mean() * worlds
    monte_carlo = draws / (draws - 1.0) * float((residual**2).sum()) / len(flags) ** 2
    group = np.zeros(draws, np.int64) if variant is None else variant[::per_draw].astype(np.int64)
    sizes = np.bincount(group)
    kept = sizes[group] >= 2
    if not kept.any():
        return Components(monte_carlo, None, None)
    p = (successes / worlds)[kept]
    group = np.unique(group[kept], return_inverse=True)[1]
    weight = np.bincount(group) / len(group)
    within = float(weight @ _squares(p, group))
    paired = worlds[kept] >= 2.0
    inputs = None
    if per_draw > 1:
        s, n = successes[kept][paired], worlds[kept][paired]
        products = s * (s - 1.0) / (n * (n - 1.0))
        inputs = float(weight @ (np.bincount(group[paired], products) / np.bincount(group[paired])))
        inputs -= within
    rules = None
    if len(weight) > 1:
        rules = within - float(_squares(p, np.zeros(len(p), np.int64))[0])
    return Components(monte_carlo, inputs, rules)


def _squares(p: Floats, group: Ints) -> Floats:
    """(groups,) the square of each group's mean without bias: of the products of two draws."""
    size, sums = np.bincount(group), np.bincount(group, p)
    between: Floats = (sums**2 - np.bincount(group, p**2)) / (size * (size - 1.0))
    return between


def _deviation(variance: float | None) -> float | None:
    return None if variance is None else math.sqrt(max(0.0, variance))
