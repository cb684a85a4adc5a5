"""Day one of a world: its inputs, its forces, and the sieges under way."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tests.oracle.decide import number_fight
from tests.oracle.luck import INPUT, Luck, key_of
from tests.oracle.terms import ATTACKING, NEVER, Campaign

if TYPE_CHECKING:
    from tests.oracle.world import World

DAYS_A_MONTH = 30.0
CHOICES = (
    "next_best", "thinning", "towns", "under_way", "lines", "shocks", "strokes", "periods", "joint",
)  # fmt: skip

# An input whose draws go by the name that it had before.
EARLIER = {"rules.shared_recruits_per_month": "rules.iranian_recruits_per_month"}


def triangular(u: float, low: float, central: float, high: float) -> float:
    """The quantile of the triangular distribution."""
    if high <= low:
        return central
    if u < (central - low) / (high - low):
        return low + math.sqrt(u * (high - low) * (central - low))
    return high - math.sqrt((1.0 - u) * (high - low) * (high - central))


def value(world: World, item: Any, draw: int) -> float:
    """An uncertain input (name, low, central, high) in one draw."""
    start = world.setup.start
    joint = start.joints[which_variant(start, draw)]
    if joint is not None and item.name in joint.names:
        return fitted(joint, item.name, start.seed, draw)
    low, central, high = float(item.low), float(item.central), float(item.high)
    if start.central:
        return central
    u = Luck(start.seed, draw).uniform(INPUT, 0, 0, key_of(EARLIER.get(item.name, item.name)))
    return triangular(u, low, central, high)


def fitted(joint: Any, name: str, seed: int, draw: int) -> float:
    """An input of those that go together: the draw takes one row of their sample."""
    if joint.each:
        row = draw // joint.each
    else:
        u = Luck(seed, draw).uniform(INPUT, 0, 0, key_of("posterior"))
        row = int(u * len(joint.values))
    return float(joint.values[row][joint.names.index(name)])


def which_variant(start: Any, draw: int) -> int:
    """Number of the variant of the rules that a draw takes."""
    names, chances, _ = start.variants
    if start.central:
        return int(chances.argmax())
    u, which = Luck(start.seed, draw).uniform(INPUT, 0, 0, key_of("variant")), 0
    while which < len(names) - 1 and u >= float(chances[: which + 1].sum()):
        which += 1
    return which


def choose_variant(start: Any, draw: int) -> dict[str, bool]:
    """The structural choices of the variant of the rules that a draw takes."""
    chosen = start.variants.choices[which_variant(start, draw)].tolist()
    made = {name: bool(on) for name, on in zip(CHOICES, chosen, strict=True)}
    if start.central:
        holds = start.line >= 0.5
    else:
        holds = Luck(start.seed, draw).uniform(INPUT, 0, 0, key_of("line.")) < start.line
    return made | {"lines": made["lines"] and holds}


def pave(start: Any, draw: int) -> list[bool]:
    """Which stretches of road of uncertain surface are paved in one draw."""
    if start.central:
        return [chance >= 0.5 for chance in start.paved.values()]
    luck = Luck(start.seed, draw)
    return [
        luck.uniform(INPUT, 0, 0, key_of(f"surface.{name}")) < chance
        for name, chance in start.paved.items()
    ]


def sample_inputs(world: World, draw: int) -> None:
    """The constants of the world, and what each faction and air power can use."""
    by_name = {f.name: f for f in world.factions}
    for item in world.setup.start.inputs:
        group, _, name = item.name.partition(".")
        if group == "rules":
            world.inputs[name] = value(world, item, draw)
        elif group == "air":
            world.capacity.append(value(world, item, draw))
        elif name.endswith(".strength"):
            by_name[name.removesuffix(".strength")].usable = round(value(world, item, draw))
        elif name.endswith(".intake_per_month"):
            f = by_name[name.removesuffix(".intake_per_month")]
            f.intake = value(world, item, draw) / DAYS_A_MONTH


def place_forces(world: World, draw: int) -> None:
    """Garrisons, and the armies that have shut in a place."""
    start = world.setup.start
    besiegers = {siege.row: siege.slot for siege in start.sieges}
    for row, item in enumerate(start.forces):
        f = world.factions[int(start.situation.faction[row])]
        unit = int(start.situation.unit[row])
        fighters = round(value(world, item, draw))
        if row not in besiegers:
            f.garrison[unit] += fighters
            continue
        slot, target = besiegers[row], int(start.situation.siege_of[row])
        c = f.campaigns[slot] = Campaign(
            phase=ATTACKING, army=fighters, raised=fighters, at=unit, target=target, until=NEVER,
            tied=True,
        )  # fmt: skip
        number_fight(world, f, c)
