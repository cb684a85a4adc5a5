"""Submodels rebuilt from docs/odd.md alone: nothing of the model's code is used here.

`control.lapse`, `contest.defence_strength` and `appraise.look_ahead` were drawn by lot among the
submodels of element 7, trivial ones left out (`random.Random(20261130).sample(names, 8)`). A world
is read by the names of its fields in element 2; numbers are those of its tables.
"""

from __future__ import annotations

import heapq
import math
from typing import Any

# Element 2, constants and columns of `inputs`.
NOBODY, FAR = -1, 2_000_000_000
ALLY, TOLERATE, AVOID, HOSTILE = range(4)
FREE, GATHERING, ATTACKING, SEEKING, DONE = range(5)
VALUE_STEPS, HORIZON_KM = 64, 100.0
DEFENCE_BONUS, URBAN_BONUS, LAPSE_PER_MONTH, RESTIVE, PEACEFUL, POCKET_WORTH, TOWNS = (
    7, 8, 13, 14, 15, 30, 34,
)  # fmt: skip
# Constants of element 7; a stream of element 4.
CUT_OFF_WORTH, GARRISON_LEAST, REACH_KM, MOST = 0.7, 30, 400, 64 * 64
LAPSE, FIRST = 11, 0

WORD = 2**32


def philox(counter: list[int], key: list[int]) -> list[int]:
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        hi0, lo0 = divmod(0xD2511F53 * c0, WORD)
        hi1, lo1 = divmod(0xCD9E8D57 * c2, WORD)
        c0, c1, c2, c3 = hi1 ^ c1 ^ k0, lo1, hi0 ^ c3 ^ k1, lo0
        k0, k1 = (k0 + 0x9E3779B9) % WORD, (k1 + 0xBB67AE85) % WORD
    return [c0, c1, c2, c3]


def uniform(world: int, stream: int, day: int, faction: int, unit: int, index: int) -> float:
    upper, lower = divmod(world, WORD)
    a, b, _, _ = philox([day, stream + 256 * index, faction, unit], [lower, upper])
    return ((a >> 6) * 2.0**26 + (b >> 6) + 0.5) / 2.0**52


def neighbours(geo: Any, unit: int) -> list[tuple[int, int]]:
    """Neighbours and costs, in the order of edges."""
    edges = range(int(geo.edge_start[unit]), int(geo.edge_start[unit + 1]))
    return [(int(geo.edge[e].to), int(geo.edge[e].cost)) for e in edges]


def is_passable(world: Any, f: int, unit: int) -> bool:
    h = int(world.holder[unit])
    if h < 0:
        return False
    return h == f or max(world.pair[f, h].stance, world.pair[h, f].stance) <= TOLERATE


def is_hostile(world: Any, f: int, g: int) -> bool:
    return HOSTILE in (world.pair[f, g].stance, world.pair[g, f].stance)


def presence(world: Any, f: int, unit: int) -> int:
    armies = world.campaign[f]
    there = [c.army for c in armies if c.at == unit and c.phase in (ATTACKING, SEEKING, DONE)]
    return int(world.force[f, unit]) + int(sum(there))


def garrison_need(world: Any, geo: Any, rules: Any, f: int, unit: int) -> int:
    calm, restive = world.inputs[PEACEFUL], world.inputs[RESTIVE]
    each = calm + (restive - calm) * rules.ground[f, unit].hostility
    return int(geo.unit[unit].population * each / 1000)


def way_out(world: Any, geo: Any, g: int, unit: int) -> int:
    ways = [(int(world.supply[g, v]), v) for v, _ in neighbours(geo, unit)
            if is_passable(world, g, v) and world.supply[g, v] != FAR]  # fmt: skip
    return min(ways, key=lambda way: way[0])[1] if ways else -1


def lapse(world: Any, geo: Any, rules: Any, day: int, days: int) -> None:
    rate = world.inputs[LAPSE_PER_MONTH] / 30
    for unit in range(len(world.holder)):
        f = int(world.holder[unit])
        if f < 0 or rules.depot[f, unit] or rules.ground[f, unit].hostility <= 0.5:
            continue
        need = garrison_need(world, geo, rules, f, unit)
        if need < GARRISON_LEAST:
            continue
        missing = max(0.0, 1 - presence(world, f, unit) / need)
        chance = 1 - math.exp(-rate * missing * days)
        keys = int(rules.faction[f].key), int(geo.unit[unit].key)
        if uniform(int(world.key), LAPSE, day, *keys, FIRST) >= chance:
            continue
        world.holder[unit] = NOBODY
        world.changed[0] = True
        out = way_out(world, geo, f, unit)
        if out >= 0:
            world.force[f, out] += world.force[f, unit]
            world.force[f, unit] = 0


def defence_strength(world: Any, geo: Any, rules: Any, f: int, unit: int) -> int:
    total = 0
    here = geo.unit[unit]
    for g in range(len(world.side)):
        if g == f or not is_hostile(world, f, g):
            continue
        n = float(presence(world, g, unit))
        for v, _ in neighbours(geo, unit):
            in_full = geo.unit[v].is_place and not here.is_place
            n += world.force[g, v] * (1.0 if in_full else rules.response)
        if n > 0:
            cover = world.inputs[URBAN_BONUS if here.town else DEFENCE_BONUS]
            cut_off = CUT_OFF_WORTH if world.supply[g, unit] == FAR else 1.0
            total += int(n * rules.faction[g].quality * cover * cut_off)
    return total


def look_ahead(world: Any, geo: Any, rules: Any, f: int) -> None:
    """One world of the batch."""
    units = range(len(world.holder))
    if world.side[f].awake:
        ahead = [bool(rules.fights[f, u]) and not world.friendly[f, u] for u in units]
        value = [float(world.value[u]) for u in units]
        if world.inputs[TOWNS] > 0.5:
            for u in units:
                if ahead[u] and geo.unit[u].is_place and world.friendly[f, geo.unit[u].hex_of]:
                    value[u] += world.inputs[POCKET_WORTH]
        worth = [min(max(int(value[u] * VALUE_STEPS), 0), MOST) for u in units]
        best = max((worth[u] for u in units if ahead[u]), default=0)
        starts = [(_log(best) - _log(worth[u]), u) for u in units if ahead[u] and worth[u] > 0]
        km = _spread(geo, starts, ahead)
        world.side[f].best = best / VALUE_STEPS
        for u in units:
            world.worth[f, u] = worth[u]
            world.reach[f, u] = km[u] if km.get(u, FAR) <= REACH_KM else -1
    for u in units:
        world.value[u] = 0.0


def _log(n: int) -> int:
    return round(HORIZON_KM * math.log(n)) if n else 0


def _spread(geo: Any, starts: list[tuple[int, int]], is_open: list[bool]) -> dict[int, int]:
    """Shortest distances over open units."""
    found: dict[int, int] = {}
    heap = list(starts)
    heapq.heapify(heap)
    while heap:
        km, unit = heapq.heappop(heap)
        if unit in found:
            continue
        found[unit] = km
        for v, cost in neighbours(geo, unit):
            if is_open[v] and v not in found:
                heapq.heappush(heap, (km + cost, v))
    return found
