"""Fight: attrition, ground gained, withdrawal and breaking off, day by day.

Daily losses follow a mixed Lanchester law, coefficient x sqrt(attackers x defenders), between his
linear and square laws (Lanchester 1916), with no more attackers engaged than the front has room
for. Ground is gained at the rate of the kind of ground and resistance, times how far the contest
leans to the attacker. Garrisons withdraw when the odds turn (Epstein 1985, adaptive withdrawal;
Biddle 2004), if there is a way out and the place is no city.
"""

from __future__ import annotations

import math

import numpy as np

from sim.jit import kernel
from sim.model.inputs import (
    AIR_BONUS,
    AIR_WEAPONS,
    ATTACKER_LOSS,
    ATTRITION,
    DEFENDER_LOSS,
    DRIFT,
    OPEN,
    PREPARED,
    TEMPO,
    URBAN,
)
from sim.model.kernels.contest import attack_strength, cover, defence_strength, odds
from sim.model.kernels.deter import both
from sim.model.kernels.muster import stand_down
from sim.model.kernels.paths import NONE
from sim.model.kernels.perceive import enemies_at, hostile_to, passable
from sim.model.state import ATTACKING, FAR, TOLERATE
from sim.rng import BREAK_OFF, FIRST, ROUND_ATTACK, ROUND_DEFEND, WITHDRAW, round_randomly, uniform

ATTACKS, DEFENDS = np.bool_(False), np.bool_(True)  # of one type, see `paths.NONE`
# Inferred: a front has room for so many; a company or two holds no hex of 25 km, a platoon no town;
# marching columns make tens of km a day and enter on foot; breaking takes a week or more, and at
# half of its strength a force is spent (Clark 1954, ORO-T-289, found no sharper threshold).
FRONT_RATIO, FRONT_LEAST = 8, 1000  # attackers engaged: at most 8 for each defender, plus 1,000
LIGHT = 150.0  # defenders of a hex of 25 km at which open ground counts 1/e as open
LIGHT_PLACE = 30.0  # the same for a place
ENTER_KM_DAY = 5.0  # into a place that nobody defends
BREAK_CHANCE = 0.1  # a day, while the odds are against the attacker
WITHDRAW_CHANCE = 0.15  # a day, while the odds are under the garrison's threshold
BROKEN = 0.5  # share of an army's first strength under which it breaks off


@kernel
def _air_requests(world, rules, need):  # type: ignore[no-untyped-def]
    """Sum in `need` (A,) the enemy fighters against whom each air power is asked for help.

    For each army of f that is ATTACKING, in order: every air power that backs f (share above 0) is
    asked against all enemies in the target (`enemies_at`); every one that `defends` the holder of
    the target, against the army.
    """
    need[:] = 0.0
    for f in range(world.side.size):
        for k in range(world.campaign.shape[1]):
            c = world.campaign[f, k]
            if c.phase != ATTACKING:
                continue
            h = np.int64(world.holder[c.target])
            there = enemies_at(world, f, c.target)
            for a in range(need.size):
                if rules.air[a, f].backs > 0.0:
                    need[a] += there
                if h >= 0 and rules.air[a, h].defends:
                    need[a] += c.army


@kernel
def air_support(world, rules, need, f, defending):  # type: ignore[no-untyped-def]
    """Factor on the strength of f from the air power that backs it, shared by need.

        granted = min(1, capacity / (need * air_weapons / 1000))
        factor = 1 + air_bonus * max(backs * granted)

    over the air powers that back f (share `backs` above 0), in defence only those that `defend` f;
    granted is 1 where nothing is needed. `capacity` is in weapons a week, `air_weapons` the weapons
    a week for full support against 1000 fighters; they and `air_bonus` are inputs.

    Args:
        world: one world (`World`).
        rules: what the scenario fixes (`Rules`).
        need: (A,) enemy fighters against whom each air power is asked for help.
        f: the faction.
        defending: whether f is the attacked.

    Returns:
        The factor, 1 or more.
    """
    best = 0.0
    for a in range(need.size):
        share = rules.air[a, f].backs
        if share > 0.0 and (rules.air[a, f].defends or not defending):
            wants = need[a] * world.inputs[AIR_WEAPONS] / 1000.0
            granted = 1.0 if wants <= 0.0 else min(1.0, world.capacity[a] / wants)
            best = max(best, share * granted)
    return 1.0 + world.inputs[AIR_BONUS] * best


@kernel
def _side(world, rules, need, f, unit):  # type: ignore[no-untyped-def]
    """Effective strength of all who attack a unit together with f.

    Over f and every g to whom f's stance is `ally` or `tolerate`, and their armies that are
    ATTACKING that unit: the sum of int(`attack_strength` from where the army is * `air_support` of
    g attacking).
    """
    total = 0
    for g in range(world.side.size):
        if g != f and world.pair[f, g].stance > TOLERATE:
            continue
        for k in range(world.campaign.shape[1]):
            c = world.campaign[g, k]
            if c.phase == ATTACKING and c.target == unit:
                own = attack_strength(world, rules, g, c.army, c.at)
                total += int(own * air_support(world, rules, need, g, ATTACKS))
    return total


@kernel
def speed(world, geo, unit, fighters, hex_scale):  # type: ignore[no-untyped-def]
    """Kilometres a day through a unit with so many defenders, if the contest leans fully.

    - A place: slow + (ENTER_KM_DAY - slow) * exp(-fighters / LIGHT_PLACE), slow the input
      `urban_km_week` in a town, else `prepared_km_week`, over 7.
    - A hex: (prepared + (open - prepared) * exp(-fighters * hex_scale / LIGHT)) / 7 * rough, of the
      inputs `prepared_km_week` and `open_km_week` and the unit's factor `rough`.

    Both times the inputs `tempo_drift` and `tempo` and the `pace` of the period.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        unit: the unit.
        fighters: enemies there.
        hex_scale: 25 km over the size of a hex.

    Returns:
        Km a day.
    """
    table = world.inputs
    if geo.unit[unit].is_place:
        slow = table[URBAN] if geo.unit[unit].town else table[PREPARED]
        light = math.exp(-fighters / LIGHT_PLACE)
        pace = slow / 7.0 + (ENTER_KM_DAY - slow / 7.0) * light
    else:
        light = math.exp(-fighters * hex_scale / LIGHT)
        pace = (table[PREPARED] + (table[OPEN] - table[PREPARED]) * light) / 7.0
        pace *= geo.unit[unit].rough
    return pace * table[DRIFT] * table[TEMPO] * world.pace[0]


@kernel
def _charge(world, geo, rules, f, k, unit, loss, day, hits, n_hits):  # type: ignore[no-untyped-def]
    """List in `hits` the loss of each garrison and army in a unit; the new length of the list.

    A row is (faction, slot or -1 for a garrison, unit, fighters). The loss is divided over all who
    stand there and are hostile to f, in the order of factions, each one's garrison (j = -1) before
    its armies j (phases ATTACKING, SEEKING, DONE; `at` the unit): loss * n / total, n being its
    fighters, total `enemies_at`, rounded randomly (ROUND_DEFEND, day, `deter.both` of f and it, key
    of the unit, (j + 1) * 8 + k). Nothing is taken yet: all fights of a day see the same strengths.
    """
    total = enemies_at(world, f, unit)
    for g in range(world.side.size):
        if total <= 0 or g == f or not hostile_to(world, f, g):
            continue
        for j in range(-1, world.campaign.shape[1]):
            n = 0
            if j < 0:
                n = world.force[g, unit]
            elif world.campaign[g, j].phase >= ATTACKING and world.campaign[g, j].at == unit:
                n = world.campaign[g, j].army
            if n > 0:
                index = (j + 1) * 8 + k
                hits[n_hits, 0], hits[n_hits, 1], hits[n_hits, 2] = g, j, unit
                hits[n_hits, 3] = round_randomly(
                    loss * n / total, world.key, ROUND_DEFEND, day, both(rules, f, g),
                    geo.unit[unit].key, index,
                )  # fmt: skip
                n_hits += 1
    return n_hits


@kernel
def _apply(world, hits, n_hits):  # type: ignore[no-untyped-def]
    """Take the listed losses, in order, no more than there are, and count them as `lost`."""
    for i in range(n_hits):
        g, j, unit, n = hits[i, 0], hits[i, 1], hits[i, 2], hits[i, 3]
        if j < 0:
            n = min(n, world.force[g, unit])
            world.force[g, unit] -= n
        else:
            n = min(n, world.campaign[g, j].army)
            world.campaign[g, j].army -= n
        world.side[g].lost += n


@kernel
def _exchange(world, geo, rules, need, f, k, day, hex_scale, lean, hits, n_hits):  # type: ignore[no-untyped-def]
    """One day of one fight: its odds and both sides' losses; ground gained in km.

    1. The defence is `defence_strength` of the target; if a faction h holds it, int(that *
       `air_support` of h defending).
    2. lean = `odds` of `_side` against it with the luck of the fight.
    3. Ground gained: `speed` against the enemies there (`enemies_at`) * sqrt(max(0, 2 * lean - 1)).
    4. If there are any, engaged = min(army, FRONT_RATIO * there + FRONT_LEAST) and root =
       sqrt(engaged * there) * attrition. The army loses attacker_loss * root * cover, rounded
       randomly (ROUND_ATTACK, day, key of f, key of the unit, k). The enemies there lose
       defender_loss * root * air / cover, `air` the `air_support` of f attacking, divided by
       `_charge`. `cover` is that of the target; the others are inputs. Losses are listed in `hits`,
       the army's first.
    """
    c = world.campaign[f, k]
    unit, h = c.target, np.int64(world.holder[c.target])
    met = defence_strength(world, geo, rules, f, unit)
    if h >= 0:
        met = int(met * air_support(world, rules, need, h, DEFENDS))
    lean[f, k] = odds(world, _side(world, rules, need, f, unit), met, c.luck)
    there = enemies_at(world, f, unit)
    push = math.sqrt(max(0.0, 2.0 * lean[f, k] - 1.0))
    gain = speed(world, geo, unit, there, hex_scale) * push
    if there > 0:
        engaged = min(c.army, FRONT_RATIO * there + FRONT_LEAST)
        root = math.sqrt(float(engaged) * there)
        root *= world.inputs[ATTRITION]
        own = world.inputs[ATTACKER_LOSS] * root * cover(world, geo, unit)
        air = air_support(world, rules, need, f, ATTACKS)
        theirs = world.inputs[DEFENDER_LOSS] * root * air / cover(world, geo, unit)
        hits[n_hits, 0], hits[n_hits, 1], hits[n_hits, 2] = f, k, unit
        hits[n_hits, 3] = round_randomly(
            own, world.key, ROUND_ATTACK, day, rules.faction[f].key, geo.unit[unit].key, k
        )
        n_hits = _charge(world, geo, rules, f, k, unit, theirs, day, hits, n_hits + 1)
    return gain, n_hits


@kernel
def way_out(world, geo, g, unit):  # type: ignore[no-untyped-def]
    """The unit beside `unit` that g can fall back to, nearest to its supply.

    The neighbour that g may use (`passable`) with the least `supply` of g, which must not be FAR;
    the first of equal ones in the order of edges.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        g: the faction that leaves.
        unit: the unit.

    Returns:
        The unit, -1 if there is none.
    """
    best, best_km = np.int64(-1), FAR
    for e in range(geo.edge_start[unit], geo.edge_start[unit + 1]):
        v = np.int64(geo.edge[e].to)
        km = world.supply[g, v]
        if km < best_km and passable(world, g, v):
            best, best_km = v, km
    return best


@kernel
def _withdraw(world, geo, rules, f, k, lean, day, hits, n_hits):  # type: ignore[no-untyped-def]
    """The holder's garrison may leave the unit that army k of f attacks.

    Not if nobody holds it, it is a city or has no garrison; if 1 - lean is at least the holder's
    threshold `withdraw`; or if the unit is listed already, since another army has driven it out.
    Else, if u < WITHDRAW_CHANCE, u uniform (WITHDRAW, day, key of the holder, key of the unit,
    FIRST), and there is a `way_out`, all of the garrison is listed in `hits` (faction, way out,
    unit, fighters). It goes when all have been asked, so that none is carried along by another.
    """
    unit = world.campaign[f, k].target
    g = np.int64(world.holder[unit])
    if g < 0 or geo.unit[unit].city or world.force[g, unit] == 0:
        return n_hits
    if 1.0 - lean[f, k] >= rules.faction[g].withdraw:
        return n_hits
    for i in range(n_hits):
        if hits[i, 2] == unit:  # another army has driven it out already
            return n_hits
    u = uniform(world.key, WITHDRAW, day, rules.faction[g].key, geo.unit[unit].key, FIRST)
    if u < WITHDRAW_CHANCE:
        out = way_out(world, geo, g, unit)
        if out >= 0:
            hits[n_hits, 0], hits[n_hits, 1], hits[n_hits, 2] = g, out, unit
            hits[n_hits, 3] = world.force[g, unit]
            n_hits += 1
    return n_hits


@kernel
def _leave(world, hits, n_hits):  # type: ignore[no-untyped-def]
    """The listed garrisons go, in order."""
    for i in range(n_hits):
        g, out, unit, n = hits[i, 0], hits[i, 1], hits[i, 2], hits[i, 3]
        world.force[g, unit] -= n
        world.force[g, out] += n


@kernel
def _break_off(world, geo, rules, f, k, lean, day):  # type: ignore[no-untyped-def]
    """An army that is losing, late or worn down gives up, and stands down where it is.

    Worn down: army < BROKEN * raised, and it gives up for certain. Losing: lean < 0.5, unless it is
    tied down in a siege. Late: day > until, unless the target is a town. One that is losing or late
    gives up if u < BREAK_CHANCE, u uniform (BREAK_OFF, day, key of f, key of the target, k).
    """
    c = world.campaign[f, k]
    losing = lean[f, k] < 0.5 and not c.tied
    late = day > c.until and not geo.unit[c.target].town
    u = uniform(world.key, BREAK_OFF, day, rules.faction[f].key, geo.unit[c.target].key, k)
    if c.army < BROKEN * c.raised or ((losing or late) and u < BREAK_CHANCE):
        stand_down(world, f, k)


@kernel
def fight(world, geo, rules, day, hex_scale):  # type: ignore[no-untyped-def]
    """One day of every fight, in the order of factions and slots.

    1. What each air power is asked for is summed (`_air_requests`).
    2. For each army that is ATTACKING, odds, gain and losses are found (`_exchange`) from the
       strengths of the morning.
    3. All losses are taken (`_apply`).
    4. Each such army's `progress` rises by its gain, and the garrison that it attacks may withdraw
       (`_withdraw`); then those who withdraw leave (`_leave`).
    5. Each such army may break off (`_break_off`), by the odds of step 2.

    Args:
        world: one world (`World`).
        geo: the map (`Geography`).
        rules: what the scenario fixes (`Rules`).
        day: days since the origin.
        hex_scale: 25 km over the size of a hex.
    """
    factions, slots = world.campaign.shape[0], world.campaign.shape[1]
    room = world.scratch
    need, lean, gain, hits = room.need, room.lean, room.gain, room.hits
    _air_requests(world, rules, need)
    n_hits = NONE
    for f in range(factions):
        for k in range(slots):
            if world.campaign[f, k].phase == ATTACKING:
                gain[f, k], n_hits = _exchange(
                    world, geo, rules, need, f, k, day, hex_scale, lean, hits, n_hits
                )
    _apply(world, hits, n_hits)
    n_hits = NONE
    for f in range(factions):
        for k in range(slots):
            if world.campaign[f, k].phase == ATTACKING:
                world.campaign[f, k].progress += gain[f, k]
                n_hits = _withdraw(world, geo, rules, f, k, lean, day, hits, n_hits)
    _leave(world, hits, n_hits)
    for f in range(factions):
        for k in range(slots):
            if world.campaign[f, k].phase == ATTACKING:
                _break_off(world, geo, rules, f, k, lean, day)
