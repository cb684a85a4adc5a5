"""Submodels rebuilt from docs/odd.md alone: nothing of the model's code is used here.

`control.lapse`, `contest.defence_strength`, `appraise.look_ahead` and `decide.decide`, with all
that they rest on, were drawn by lot among the rules of element 7, trivial ones and parts of others
left out (`random.Random(20261130).sample(names, 8)`). A world is read by the names of its fields in
element 2; numbers are those of its tables.
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
POWER, DEFENCE_BONUS, URBAN_BONUS, SUPPLY_KM, LAPSE_PER_MONTH, RESTIVE, PEACEFUL = (
    6, 7, 8, 11, 13, 14, 15,
)  # fmt: skip
RATIONALITY, SURPRISE, TOWN_WORTH, POCKET_WORTH, UNDER_WAY_WORTH = 21, 26, 29, 30, 31
NEXT_BEST, THINNING, TOWNS, UNDER_WAY, LINES = range(32, 37)
# Constants of element 7; streams of element 4.
CUT_OFF_WORTH, GARRISON_LEAST, REACH_KM, MOST = 0.7, 30, 400, 64 * 64
FORCE_RATIO, HOLD, THOUSAND, TRIES = 3.0, 1_000_000, 1000, 4
THREAT_SHARE, SPARE_LEAST, ARMY_LEAST = 0.7, 20, 100
ODDS_LEAST, WAIT = 0.4, -1
CHOICE, LUCK, DURATION, LAPSE, TURN = 3, 4, 10, 11, 16
FIRST, SECOND = 0, 1

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


def gumbel(*draw: int) -> float:
    return -math.log(-math.log(uniform(*draw)))


def logistic(*draw: int) -> float:
    u = uniform(*draw)
    return math.log(u / (1 - u))


def attack_strength(world: Any, rules: Any, f: int, fighters: int, unit: int) -> int:
    km = int(world.supply[f, unit])
    near = (
        CUT_OFF_WORTH if km == FAR else max(CUT_OFF_WORTH, math.exp(-km / world.inputs[SUPPLY_KM]))
    )
    return int(fighters * int(rules.faction[f].quality) * near)


def odds(world: Any, attack: int, defence: int, luck: float) -> float:
    if defence == 0:
        return 1.0
    if attack == 0:
        return 0.0
    return float(1 / (1 + math.exp(-(world.inputs[POWER] * math.log(attack / defence) + luck))))


def pull(world: Any, rules: Any, f: int, unit: int) -> float:
    reach = int(world.reach[f, unit])
    if reach == -1:
        return 0.0
    prize = world.side[f].best * math.exp(-reach / HORIZON_KM) * rules.ground[f, unit].willing
    return float(prize - world.cost[f, unit] / VALUE_STEPS)


def is_attackable(world: Any, rules: Any, f: int, unit: int) -> bool:
    h = int(world.holder[unit])
    enemy = h >= 0 and h != f and world.pair[f, h].stance == HOSTILE
    barred = rules.barred[f, unit] and world.inputs[LINES] > 0.5
    return bool((h == NOBODY or enemy) and not barred and rules.fights[f, unit])


class Morning:
    """A faction that decides in one world on one day."""

    def __init__(self, world: Any, geo: Any, rules: Any, f: int, day: int) -> None:
        self.world, self.geo, self.rules, self.f, self.day = world, geo, rules, f, day
        self.faction, self.key = rules.faction[f], int(rules.faction[f].key)
        self.rationality = self.faction.rationality * world.inputs[RATIONALITY]
        foes = [g for g in range(len(world.side)) if g != f and is_hostile(world, f, g)]
        self.enemies = [int(sum(int(world.force[g, u]) for g in foes))
                        for u in range(len(world.holder))]  # fmt: skip
        for g in foes:
            for c in world.campaign[g]:
                if c.phase in (ATTACKING, SEEKING, DONE):
                    self.enemies[c.at] += int(c.army)

    def decide(self, nth: int) -> None:
        for k in range(int(self.faction.campaigns)):
            c = self.world.campaign[self.f, k]
            if c.phase == FREE and (int(c.plans) >> nth) % 2:
                self.plan(k)
                c.stroke = c.stroke and c.phase == GATHERING
            elif c.phase == SEEKING:
                fit = self.day < c.until and c.army >= ARMY_LEAST
                unit = self.choose_next(k) if fit else WAIT
                if unit == WAIT:
                    c.phase = DONE
                else:
                    self.engage(k, unit)

    def plan(self, k: int) -> None:
        refused: list[int] = []
        for _ in range(TRIES if self.world.inputs[NEXT_BEST] > 0.5 else 1):
            option = self.choose_start(k, refused)
            if option == WAIT or self.begin(k, option):
                return
            refused.append(option)

    def draw(self, stream: int, day: int, unit: int, index: int) -> tuple[int, ...]:
        return int(self.world.key), stream, day, self.key, unit, index

    def unit_key(self, unit: int) -> int:
        return int(self.geo.unit[unit].key)

    def choose_start(self, k: int, refused: list[int]) -> int:
        most = self.uncommitted()
        if most < ARMY_LEAST:
            return WAIT
        best, best_score = WAIT, gumbel(*self.draw(CHOICE, self.day, 0, k))
        for unit in [u for u, at_front in enumerate(self.world.front[self.f]) if at_front]:
            hold = int(self.world.holder[unit]) == self.f
            option = HOLD + unit if hold else unit
            if option in refused:
                continue
            value = self.value_of_holding(unit) if hold else self.value_of_taking(unit, k, most)
            if value is None or value <= 0 or (hold and self.world.campaign[self.f, k].stroke):
                continue
            luck = gumbel(*self.draw(CHOICE, self.day, self.unit_key(unit), k))
            if self.rationality * value + luck > best_score:
                best, best_score = option, self.rationality * value + luck
        return best

    def value_of_taking(self, unit: int, k: int, most: int) -> float | None:
        """None if it is no option."""
        world, rules, f = self.world, self.rules, self.f
        c = world.campaign[f, k]
        if not is_attackable(world, rules, f, unit):
            return None
        if c.stroke and c.against >= 0 and int(world.holder[unit]) != c.against:
            return None
        if c.stroke and not self.leads_to_place(unit):
            return None
        value = pull(world, rules, f, unit)
        if value <= 0:
            return None
        staging = self.staging_for(unit)
        if staging < 0:
            return None
        strength = attack_strength(world, rules, f, most, staging)
        met = defence_strength(world, self.geo, rules, f, unit)
        if odds(world, strength, met, self.surprise(k)) < ODDS_LEAST:
            return None
        if world.inputs[THINNING] > 0.5 and self.is_near_copy(unit, value):
            return None
        if self.is_under_way(k) and rules.ground[f, unit].lately:
            value += world.inputs[UNDER_WAY_WORTH]
        return value

    def surprise(self, k: int) -> float:
        return float(self.world.inputs[SURPRISE]) if self.world.campaign[self.f, k].stroke else 0.0

    def is_under_way(self, k: int) -> bool:
        chosen = self.world.inputs[UNDER_WAY] > 0.5
        return bool(self.day == 0 and chosen and k < self.faction.under_way)

    def leads_to_place(self, unit: int) -> bool:
        beside = [v for v, _ in neighbours(self.geo, unit) if self.geo.unit[v].is_place]
        near = any(is_attackable(self.world, self.rules, self.f, v) for v in beside)
        return bool(self.geo.unit[unit].is_place) or near

    def is_near_copy(self, unit: int, value: float) -> bool:
        if self.geo.unit[unit].is_place:
            return False
        for v, _ in neighbours(self.geo, unit):
            open_ = self.world.front[self.f, v] and is_attackable(self.world, self.rules, self.f, v)
            if self.geo.unit[v].is_place or not open_:
                continue
            other = pull(self.world, self.rules, self.f, v)
            if (other, self.unit_key(v)) > (value, self.unit_key(unit)):
                return True
        return False

    def staging_for(self, unit: int) -> int:
        supply, friendly = self.world.supply[self.f], self.world.friendly[self.f]
        beside = [v for v, _ in neighbours(self.geo, unit)]
        ways = [(int(supply[v]), v) for v in beside if friendly[v] and supply[v] != FAR]
        return min(ways, key=lambda way: way[0])[1] if ways else -1

    def enemies_beside(self, unit: int) -> int:
        return self.enemies[unit] + sum(self.enemies[v] for v, _ in neighbours(self.geo, unit))

    def at_hand(self, unit: int) -> int:
        return int(self.world.force[self.f, unit]) - int(self.world.called[self.f, unit])

    def value_of_holding(self, unit: int) -> float:
        threat, garrison = self.enemies_beside(unit), self.at_hand(unit)
        if threat - garrison < ARMY_LEAST:
            return 0.0
        worth = self.world.worth[self.f, unit] / VALUE_STEPS
        return float(worth * (threat - garrison) / (threat + garrison))

    def uncommitted(self) -> int:
        busy = [int(c.army) for c in self.world.campaign[self.f] if c.phase != FREE and not c.tied]
        return int(self.world.side[self.f].usable) - sum(busy)

    def begin(self, k: int, option: int) -> bool:
        world, rules, f, day = self.world, self.rules, self.f, self.day
        hold = option >= HOLD
        unit = option - HOLD if hold else option
        staging, met = unit, 0
        if hold:
            wanted = self.enemies_beside(unit) - self.at_hand(unit)
        else:
            staging = self.staging_for(unit)
            met = defence_strength(world, self.geo, rules, f, unit)
            each = attack_strength(world, rules, f, THOUSAND, staging) / 1000
            share = int(world.side[f].usable) // max(int(self.faction.campaigns), 1)
            wanted = max(int(FORCE_RATIO * met / max(each, 1)), share)
        wanted = min(wanted, self.uncommitted())
        if wanted < ARMY_LEAST:
            return False
        given = self.muster(staging, wanted)
        army = sum(n for _, n, _ in given)
        if army < ARMY_LEAST:
            return False
        strength = attack_strength(world, rules, f, army, staging)
        if not hold and odds(world, strength, met, self.surprise(k)) < ODDS_LEAST:
            return False
        for v, n, _ in given:
            world.called[f, v] += n
        c = world.campaign[f, k]
        c.phase, c.fresh, c.army, c.raised, c.at, c.target = (
            GATHERING,
            True,
            army,
            army,
            staging,
            unit,
        )
        c.ready = day + math.ceil(given[-1][2] / int(self.faction.mobility))
        if self.is_under_way(k):
            c.ready = day
        u = uniform(*self.draw(DURATION, day, self.unit_key(unit), k))
        c.until = c.ready + int(self.faction.campaign_days * (0.5 + u))
        return True

    def spare(self, unit: int) -> int:
        n = self.at_hand(unit)
        if n < SPARE_LEAST:
            return 0
        siege = int(self.rules.ground[self.f, unit].pinned_by)
        if siege >= 0 and not is_passable(self.world, self.f, siege):
            return 0
        n -= garrison_need(self.world, self.geo, self.rules, self.f, unit)
        if n < SPARE_LEAST:
            return 0
        n -= int(THREAT_SHARE * self.enemies_beside(unit))
        return n if n >= SPARE_LEAST else 0

    def muster(self, staging: int, wanted: int) -> list[tuple[int, int, int]]:
        """Unit, fighters and km of each that sends some."""
        dist, buckets, km = {staging: 0}, {0: [staging]}, 0
        given: list[tuple[int, int, int]] = []
        while buckets and wanted > 0:
            if not buckets.get(km):
                buckets.pop(km, None)
                km += 1
                continue
            unit = buckets[km].pop()  # the entry made last
            if dist[unit] != km:
                continue
            n = min(self.spare(unit), wanted)
            if n > 0:
                given.append((unit, n, km))
                wanted -= n
            for v, cost in neighbours(self.geo, unit):
                new = km + cost
                near = new <= self.faction.muster_km and new < dist.get(v, FAR)
                if near and self.world.friendly[self.f, v]:
                    dist[v] = new
                    buckets.setdefault(new, []).append(v)
        return given

    def choose_next(self, k: int) -> int:
        world, rules, f = self.world, self.rules, self.f
        c = world.campaign[f, k]
        towns, here = world.inputs[TOWNS] > 0.5, int(c.at)
        around = int(self.geo.unit[here].hex_of)
        if towns and self.geo.unit[here].is_place and world.friendly[f, around]:
            here = around
        turn = int(world.turns[f, here])
        world.turns[f, here] = turn + 1
        strength = attack_strength(world, rules, f, int(c.army), here)
        best, best_score = WAIT, gumbel(*self.draw(TURN, turn, self.unit_key(here), FIRST))
        for unit, _ in neighbours(self.geo, here):
            if not is_attackable(world, rules, f, unit):
                continue
            is_place = bool(self.geo.unit[unit].is_place)
            value = pull(world, rules, f, unit)
            if c.stroke and is_place:
                value = max(value, 0.0)
            elif value <= 0:
                continue
            met = defence_strength(world, self.geo, rules, f, unit)
            if odds(world, strength, met, self.surprise(k)) < ODDS_LEAST:
                continue
            if is_place and (towns or c.stroke):
                value += world.inputs[TOWN_WORTH]
            way = self.unit_key(unit) ^ (self.unit_key(here) >> 1)
            score = self.rationality * value + gumbel(*self.draw(TURN, turn, way, SECOND))
            if score > best_score:
                best, best_score = unit, score
        return best

    def engage(self, k: int, unit: int) -> None:
        c = self.world.campaign[self.f, k]
        c.phase, c.target, c.progress, c.fresh = ATTACKING, unit, 0.0, True
        c.number = int(self.world.begun[self.f, unit])
        self.world.begun[self.f, unit] = c.number + 1
        c.luck = logistic(*self.draw(LUCK, int(c.number), self.unit_key(unit), FIRST))
        if c.stroke:
            c.luck += self.world.inputs[SURPRISE]
            c.stroke = not self.geo.unit[unit].is_place
