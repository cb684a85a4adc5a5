"""What kernels read and write: the state of a batch of worlds, the map, and the rules.

Sizes: B worlds, F factions, U units (hexes, then places), E edges, L road legs, K campaign slots,
A air powers, I uncertain inputs. Fighters are whole numbers, days count from the origin, a
distance is in km of good road unless it says otherwise. Arrays are of records, so that a kernel
is handed a dozen arrays and not a hundred, and what belongs together lies together. What names a
unit, a faction or a number of fighters is int64 wherever kernels hand it on, so that each is
compiled once.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.definitions import WAYS
from sim.jit.tuples import by_address, item_of

Bools = NDArray[np.bool_]
Bytes = NDArray[np.int8]
Shorts = NDArray[np.int16]
Counts = NDArray[np.uint16]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]
Records = Any  # np.recarray: its fields are attributes, which type stubs do not know

NOBODY, NEUTRAL = -1, -2  # holders that are no faction
PAVED = 2  # least class of road that a corridor by road may use, in sim.theatre.theatre.ROADS
NEVER = 1_000_000  # a day that does not come
FAR = 2_000_000_000  # a cost that cannot be paid
ALLY, TOLERATE, AVOID, HOSTILE = 0, 1, 2, 3  # sim.config.schema.Stance
# Definitions of a corridor, rows of their table: every town on a paved road; any ground; every town
# on a paved road and the countryside that it passes.
ROAD, TERRITORY, CLEAR = 0, 1, 2
FREE, GATHERING, ATTACKING, SEEKING, DONE = 0, 1, 2, 3, 4  # what a campaign slot is doing
SLOTS = 4  # K
TRIES = 4  # options that a plan looks at until one can be begun
VALUE_STEPS = 64  # worth is stored in steps of 1/64
LONGEST_KM = 12_000  # length of the longest path that is looked for
DETOUR_KM = np.int64(360)  # detour from which a unit has no part in a corridor
HORIZON_KM = 100.0  # distance over which the pull of a distant prize falls to 1/e


def _record(**fields: type) -> np.dtype[Any]:
    return np.dtype(list(fields.items()), align=True)


B1, I1, I2, I4, I8, U4, U8, F8 = (
    np.bool_, np.int8, np.int16, np.int32, np.int64, np.uint32, np.uint64, np.float64,
)  # fmt: skip

# One unit of the map. depth_km: ground to fight through to take it; rough: factor on the speed of
# advance; town: fought for street by street; city: its garrison stands
# whatever the odds; crossing: the gate nearest to a unit on the line that corridors cross, else
# -1; unpaved: 0 for a place and where a paved road passes, 1 where none does, 2 + s where that is
# up to surface s.
UNIT = _record(
    key=U8, population=I8, depth_km=F8, rough=F8, hex_of=I8, crossing=I8, unpaved=I8,
    country=I4, community=I4, playable=B1, is_place=B1, town=B1, city=B1,
)  # fmt: skip
EDGE = _record(to=U4, cost=I4)  # unsigned: numba looks at the sign of an index at every use
# Ends (units), class in sim.theatre.theatre.ROADS; surface that decides whether it is paved, or -1.
LEG = _record(a=I8, b=I8, road=I8, km=I8, surface=I8)

# What a scenario fixes for a faction; names and units as in sim.config.schema. quality is in
# thousandths, plan_rate a day, transfer in fighters a day; line_place, partner, enemy: -1 none;
# under_way: operations that it had in the field at the origin.
FACTION = _record(
    key=U8, quality=I8, rationality=F8, plan_rate=F8, campaign_days=F8, withdraw=F8, airlift=F8,
    line_chance=F8, line_damage=F8, sensitivity=F8, decay=F8, alarm_scale=F8, incident=F8,
    threshold=F8, reinforcement_days=F8, transfer=F8, unlock=F8, recruits=F8, campaigns=I8,
    under_way=I8,
    mobility=I8, muster_km=I8, line_place=I8, reinforcement=I8, partner=I8, enemy=I8, coalition=B1,
    transit=B1,
)  # fmt: skip
# Of one faction towards another. against: its red line is for the other; yields: places that both
# came to are held by the other.
RELATION = _record(stance=I1, worst=I1, against=B1, watches=B1, yields=B1)
# Of a faction and a unit. willing, hostility, line_share (of the unit inside its red line) and
# guard_weight (of a rival's fighter there) are 0 to 1; pinned_by: the unit whose siege ties its
# forces there down, -1 none; border: a hex of the border that unlocks its support of an ally;
# lately: near a place that it took in the weeks before the origin; barred: across a river that
# parts it from another side, should that line hold.
GROUND = _record(
    willing=F8, hostility=F8, line_share=F8, guard_weight=F8, pinned_by=I8, depot=B1, home=B1,
    guarded=B1, border=B1, lately=B1, barred=B1,
)  # fmt: skip
AIR = _record(backs=F8, defends=B1)  # of an air power and a faction

# A campaign slot. luck: log odds added to the contest; progress: km fought through; ready: day on
# which its army has gathered; until: day after which it stops; plans: a bit for each day of the
# tick, set if it is planned for that day should the slot be free; fresh: called up today, or the
# fight for the target begins today; tied: a siege from before the origin; number: of fights that
# its faction began for the target before this one; stroke: it is, or is planned as, a
# counter-stroke or the opening of a war, a surprise until it fights for a place; against: the
# faction that such an opening is aimed at, -1 none.
CAMPAIGN = _record(
    progress=F8, luck=F8, army=I8, raised=I8, at=I8, target=I8, ready=I8, until=I8,
    plans=I8, number=I8, against=I8, phase=I1, fresh=B1, tied=B1, stroke=B1,
)  # fmt: skip
# Of one faction towards another, now. perceived: chance of a strike that it expects of the other;
# clashes: fights it began with the other; war_from, war_until: days of a war that broke out.
PAIR = _record(alarm=F8, perceived=F8, war_from=I8, war_until=I8, clashes=I4, stance=I1, posture=B1)
# Of a faction. usable (fighters for campaigns) and intake (a day) are inputs of the world; best:
# largest value not in friendly hands; the rest are counters. breach: first day a rival that it
# watches took ground within range of what it guards. awake: it may have to decide this tick.
SIDE = _record(
    intake=F8, best=F8, lost=I8, joined=I8, given=I8, usable=I8, reserve=I8,
    surged=I8, taken=I8, crossings=I8, strikes=I8, breach=I8, awake=B1,
)  # fmt: skip
# By each definition. opened: first day that it was open; formed: first day of the first streak that
# counts; crossing: where it crossed the border then, -1; through: the same for the streak now
# running; road: its worst class.
CORRIDOR = _record(
    open_days=I8, streak=I8, opened=I8, formed=I8, crossing=I8, through=I8, road=I8, worst=I8,
    is_open=B1,
)  # fmt: skip


class Geography(NamedTuple):
    """The map; `sim.theatre.theatre` explains the units. Arrays of records."""

    unit: Records  # U
    edge_start: Keys  # U + 1; unsigned, see EDGE
    edge: Records  # E
    leg: Records  # L
    leg_start: Ints  # L + 1
    leg_hexes: Ints
    leg_stop: Ints  # L + 1
    leg_places: Ints  # units: places on each leg, its ends included
    hexes: int


class Rules(NamedTuple):
    """What a scenario fixes for all worlds."""

    base: Floats  # (F, U) value of the objectives that are the same everywhere and always
    faction: Records  # F
    relation: Records  # (F, F)
    ground: Records  # (F, U)
    fights: Bools  # (F, U) playable ground on which it is willing to fight
    barred: Bools  # (F, U) of it, what is across a line that may hold, as in `ground`
    depot: Bools  # (F, U) these three as in `ground`, for kernels that go over all units
    guard_weight: Floats  # (F, U)
    line_share: Floats  # (F, U)
    passing: Ints  # U; by how much at least a unit lengthens a corridor, BLOCKED if none may pass
    track: int  # by which a unit without a paved road lengthens it
    wanted: int  # and by how much more once there is one over any ground and a road is wanted
    onward: Ints  # U; length of the shortest corridor from there on if all ground were open to it
    air: Records  # (A, F)
    logs: Ints  # VALUE_STEPS**2 + 1; distance that a prize of that many steps makes up for
    source: int  # unit
    sink: int  # unit
    hold_days: int
    response: float


class Scratch(NamedTuple):
    """Room to work in; kernels allocate nothing. One batch is stepped by one thread at a time."""

    toll: Ints  # U
    dist: Ints  # U
    back: Ints  # U
    heads: Ints  # LONGEST_KM + 1; last entry of the queue at each distance, -1 none
    queue: Ints  # (U + E, 2) entries: a unit, and the entry before at its distance
    order: Longs  # U; units found, nearest first
    tally: Longs  # U; fighters, of whom the kernel at work says
    seen: Bools  # U
    open_to: Bools  # F + 2; whose ground may be used, NOBODY's and NEUTRAL at the end, never
    leg_open: Bools  # L
    need: Floats  # A
    expected: Floats  # F
    lean: Floats  # (F, K) odds of today's fights
    gain: Floats  # (F, K) ground gained in them
    done: Bools  # (F, K)
    due: Bools  # F; who has to decide today in some world
    hits: Longs  # (most losses in a day, 4)
    refused: Longs  # TRIES; options that came to nothing today


class State(NamedTuple):
    """A batch of worlds. What is below `capacity` is worked out anew in every tick."""

    key: Keys  # B
    changed: Bools  # B; ground or stance changed for the corridor since it was looked at
    passed: Bools  # (B, U) ground that it could pass then
    ground: Ints  # (B, U) km over such ground from its source, FAR if cut off
    holder: Bytes  # (B, U) faction, NOBODY or NEUTRAL
    force: Ints  # (B, F, U) fighters standing as garrisons
    called: Ints  # (B, F, U) of them, called up today: they leave once all have decided
    begun: Counts  # (B, F, U) fights for a unit that a faction began; 10 years of SLOTS a day fit
    turns: Counts  # (B, F, U) times that an army of it looked round there for where to go next
    campaign: Records  # (B, F, K)
    pair: Records  # (B, F, F)
    side: Records  # (B, F)
    corridor: Records  # (B, 3) by road, by territory, by road through held country
    paved: Bools  # (B, surfaces) stretches of road that turn out to be paved
    variant: Bytes  # B; which variant of the rules it follows
    inputs: Floats  # (B, I) columns are the constants of sim.model.inputs
    pace: Floats  # B; factor on all rates of advance in this period
    capacity: Floats  # (B, A) weapons a week
    friendly: Bools  # (B, F, U) ground that a faction may use
    supply: Ints  # (B, F, U) km to its nearest depot, FAR if cut off
    guessed: Bools  # (B, F, U) supply since it changed hands, until the faction looks again
    front: Bools  # (B, F, U) beside ground that is friendly if it is not, or the other way round
    worth: Shorts  # (B, F, U) in 1/VALUE_STEPS
    cost: Shorts  # (B, F, U) of attacking it, in 1/VALUE_STEPS
    reach: Shorts  # (B, F, U) how far the best prize beyond it seems, km, -1 none
    slack: Ints  # (B, U) how much longer the best corridor through it is than the best
    value: Floats  # (B, U) value of units to the faction at work, 0 between factions
    scratch: Scratch


class World(NamedTuple):
    """One world of a batch: the fields of `State` without the first axis."""

    key: np.uint64
    changed: Bools  # 1
    passed: Bools
    ground: Ints
    holder: Bytes
    force: Ints
    called: Ints
    begun: Counts
    turns: Counts
    campaign: Records
    pair: Records
    side: Records
    corridor: Records
    paved: Bools
    variant: np.int8
    inputs: Floats
    pace: Floats  # 1
    capacity: Floats
    friendly: Bools
    supply: Ints
    guessed: Bools
    front: Bools
    worth: Shorts
    cost: Shorts
    reach: Shorts
    slack: Ints
    value: Floats
    scratch: Scratch


def one(state: Any, w: Any) -> World:
    """World w of a batch, as views."""
    return World(
        state.key[w], state.changed[w : w + 1], state.passed[w], state.ground[w], state.holder[w],
        state.force[w], state.called[w], state.begun[w], state.turns[w], state.campaign[w],
        state.pair[w], state.side[w], state.corridor[w], state.paved[w], state.variant[w],
        state.inputs[w], state.pace[w : w + 1], state.capacity[w], state.friendly[w],
        state.supply[w], state.guessed[w], state.front[w], state.worth[w], state.cost[w],
        state.reach[w], state.slack[w], state.value[w], state.scratch,
    )  # fmt: skip


by_address(Geography, Rules, Scratch, State)
item_of(State, World, one, "changed", "pace")


def chosen(state: State, worlds: Longs) -> State:
    """A batch of copies of some worlds, in their order; the room to work in is shared."""
    fields = {name: part[worlds] for name, part in state._asdict().items() if name != "scratch"}
    return state._replace(**fields)


def records(shape: int | tuple[int, ...], dtype: np.dtype[Any]) -> Records:
    """Zeroed records whose fields are attributes, with and without compilation."""
    return np.zeros(shape, dtype).view(np.recarray)


def scratch(factions: int, geo: Geography, air: int) -> Scratch:
    """Room for one batch."""
    fights, u, edges, legs = factions * SLOTS, geo.unit.size, geo.edge.size, geo.leg.size
    return Scratch(
        toll=np.zeros(u, np.int32),
        dist=np.zeros(u, np.int32),
        back=np.zeros(u, np.int32),
        heads=np.zeros(LONGEST_KM + 1, np.int32),
        queue=np.zeros((u + edges, 2), np.int32),
        order=np.zeros(u, np.int64),
        tally=np.zeros(u, np.int64),
        seen=np.zeros(u, np.bool_),
        open_to=np.zeros(factions + 2, np.bool_),
        leg_open=np.zeros(legs, np.bool_),
        need=np.zeros(air),
        expected=np.zeros(factions),
        lean=np.zeros((factions, SLOTS)),
        gain=np.zeros((factions, SLOTS)),
        done=np.zeros((factions, SLOTS), np.bool_),
        due=np.zeros(factions, np.bool_),
        hits=np.zeros((fights * (1 + factions * (SLOTS + 1)), 4), np.int64),
        refused=np.zeros(TRIES, np.int64),
    )


def empty_state(
    batch: int, factions: int, geo: Geography, inputs: int, air: int, surfaces: int = 0
) -> State:
    """A batch of worlds in which nothing is and nobody holds anything."""
    b, f, u = batch, factions, geo.unit.size
    state = State(
        key=np.zeros(b, np.uint64),
        changed=np.ones(b, np.bool_),
        passed=np.zeros((b, u), np.bool_),
        ground=np.full((b, u), FAR, np.int32),
        holder=np.full((b, u), NOBODY, np.int8),
        force=np.zeros((b, f, u), np.int32),
        called=np.zeros((b, f, u), np.int32),
        begun=np.zeros((b, f, u), np.uint16),
        turns=np.zeros((b, f, u), np.uint16),
        campaign=records((b, f, SLOTS), CAMPAIGN),
        pair=records((b, f, f), PAIR),
        side=records((b, f), SIDE),
        corridor=records((b, len(WAYS)), CORRIDOR),
        paved=np.zeros((b, surfaces), np.bool_),
        variant=np.zeros(b, np.int8),
        inputs=np.zeros((b, inputs)),
        pace=np.ones(b),
        capacity=np.zeros((b, air)),
        friendly=np.zeros((b, f, u), np.bool_),
        supply=np.full((b, f, u), FAR, np.int32),
        guessed=np.zeros((b, f, u), np.bool_),
        front=np.zeros((b, f, u), np.bool_),
        worth=np.zeros((b, f, u), np.int16),
        cost=np.zeros((b, f, u), np.int16),
        reach=np.full((b, f, u), -1, np.int16),
        slack=np.zeros((b, u), np.int32),
        value=np.zeros((b, u)),
        scratch=scratch(f, geo, air),
    )
    state.campaign.against = -1
    state.side.breach = NEVER
    state.side.awake = True
    state.corridor.opened = state.corridor.formed = NEVER
    state.corridor.crossing = -1
    state.corridor.through = -1
    return state
