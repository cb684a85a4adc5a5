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
# How much is stored and looked at; the km are inferred: a detour of a day of driving and a prize
# beyond the next province no longer count.
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

# One unit of the map.
UNIT = _record(
    key=U8,  # 32-bit random key, from its id
    population=I8,  # people; a hex's without those of its places
    depth_km=F8,  # ground to fight through to take it, km
    rough=F8,  # factor on the speed of advance
    hex_of=I8,  # hex that it lies in; a hex's own index
    crossing=I8,  # gate nearest to a unit on the line that corridors cross, else -1
    unpaved=I8,  # 0 a place, or a paved road passes; 1 none does; 2 + s: up to surface s
    country=I4,  # its country
    community=I4,  # of its people
    playable=B1,  # whether it can be held; else it is neutral
    is_place=B1,  # a place, no hex
    town=B1,  # fought for street by street
    city=B1,  # its garrison stands whatever the odds
)
# A way from one unit to a neighbour. Unsigned: numba looks at the sign of an index at every use.
EDGE = _record(
    to=U4,  # the neighbour
    cost=I4,  # km of good road
)
# A leg of road.
LEG = _record(
    a=I8,  # unit at its one end
    b=I8,  # and at its other
    road=I8,  # class: 0 none, 1 track, 2 paved, 3 motorway
    km=I8,  # length
    surface=I8,  # stretch that decides whether it is paved, or -1
)

# What a scenario fixes for a faction; units as in `sim.config.schema` where it says nothing else.
FACTION = _record(
    key=U8,  # 32-bit random key, from its name
    quality=I8,  # worth of a fighter, thousandths
    rationality=F8,  # lambda of the quantal response
    plan_rate=F8,  # plans a day for each free slot: share free / planning_days
    campaign_days=F8,  # mean length of a campaign
    withdraw=F8,  # odds below which a garrison with a way out leaves
    airlift=F8,  # share of the losses of cut-off garrisons that it saves
    line_chance=F8,  # that a crossing into the middle of its red line is answered
    line_damage=F8,  # share of an army that a strike hits
    sensitivity=F8,  # alarm a day at full exposure
    decay=F8,  # share of alarm lost a day
    alarm_scale=F8,  # rival fighters at distance 0 that make exposure one half
    incident=F8,  # alarm raised at once by an incident
    threshold=F8,  # alarm at which posture is raised
    reinforcement_days=F8,  # days over which reinforcement comes
    transfer=F8,  # fighters a day to its partner at full border control
    unlock=F8,  # share of the border held from which they pass
    recruits=F8,  # share in the shared recruits
    campaigns=I8,  # slots that it may use
    under_way=I8,  # operations that it had in the field at the origin
    mobility=I8,  # km of good road a day behind the front, whole, 1 at least
    muster_km=I8,  # how far forces for a campaign come from, whole
    line_place=I8,  # unit around which its red line is drawn, -1 none
    reinforcement=I8,  # fighters, in all
    partner=I8,  # faction that it supports, -1 none
    enemy=I8,  # faction that its objective `defeat` is about, -1 none
    coalition=B1,  # whether the corridor may use its ground
    transit=B1,  # whether it may while the faction tolerates all members
)
# Of one faction towards another, in the settings.
RELATION = _record(
    stance=I1,  # at the origin
    worst=I1,  # alarm moves it no further
    against=B1,  # its red line is for the other
    watches=B1,  # is alarmed at the other
    yields=B1,  # places that both came to are held by the other
)
# Of a faction and a unit.
GROUND = _record(
    willing=F8,  # willingness to fight in its country, 0 to 1
    hostility=F8,  # of its people to the faction's rule, 0 to 1
    line_share=F8,  # share of its hex inside the faction's red line, 0 to 1
    guard_weight=F8,  # of a rival's fighter there, 0 to 1
    pinned_by=I8,  # place whose siege ties the faction's forces there down, -1 none
    depot=B1,  # supplies it, and recruits arrive there
    home=B1,  # its own ground: country among `home`, hostility under 0.75
    guarded=B1,  # a place that it guards
    border=B1,  # hex of the border that unlocks its support of a partner
    lately=B1,  # near a place that it took in the weeks before the origin
    barred=B1,  # across a river that parts it from another side, should that line hold
)
# Of an air power and a faction.
AIR = _record(
    backs=F8,  # share of full effect that the faction can be given
    defends=B1,  # also when it is attacked
)

# A campaign slot.
CAMPAIGN = _record(
    progress=F8,  # ground of the target fought through, km
    luck=F8,  # log odds added to the contest
    army=I8,  # fighters
    raised=I8,  # fighters that it set out with
    at=I8,  # unit where it stands or gathers
    target=I8,  # unit that it fights for or is to hold
    ready=I8,  # day on which its army has gathered
    until=I8,  # day after which it stops
    plans=I8,  # a bit for each day of the tick: planned for then, should the slot be free
    number=I8,  # of fights that its faction began for the target before this one
    against=I8,  # faction on which it opens a war, -1 none
    phase=I1,  # FREE, GATHERING, ATTACKING, SEEKING or DONE
    fresh=B1,  # begun today, or the fight for the target begins today
    tied=B1,  # a siege from before the origin
    stroke=B1,  # counter-stroke or opening of a war: a surprise until it fights for a place
)
# Of one faction towards another, now.
PAIR = _record(
    alarm=F8,  # at the other, 0 to 1
    perceived=F8,  # chance of a strike that it expects of the other
    war_from=I8,  # first day of a war that broke out
    war_until=I8,  # day on which that is over, 0 where there is none
    clashes=I4,  # fights it began with the other, and its strikes at it
    stance=I1,  # how it stands to the other
    posture=B1,  # raised because of the other
)
# Of a faction.
SIDE = _record(
    intake=F8,  # fighters a day, an input of the world
    best=F8,  # largest value of what it may fight for
    lost=I8,  # fighters lost
    joined=I8,  # fighters raised or sent
    given=I8,  # fighters passed to its partner
    usable=I8,  # fighters for campaigns, an input of the world
    reserve=I8,  # recruits that no depot could take
    surged=I8,  # of its reinforcement, who came
    taken=I8,  # units captured
    crossings=I8,  # of its red line
    strikes=I8,  # that answered them
    breach=I8,  # first day a rival that it watches took ground near what it guards
    awake=B1,  # it may have to decide this tick
)
# The corridor by one definition.
CORRIDOR = _record(
    open_days=I8,  # days by the horizon on which it was open
    streak=I8,  # days in a row that it has been open
    opened=I8,  # first day that it was open
    formed=I8,  # first day of the first streak that counts
    crossing=I8,  # gate where it crossed the border then, -1
    through=I8,  # the same for the streak now running
    road=I8,  # worst class of its road now
    worst=I8,  # and when it formed
    is_open=B1,  # today
)


class Geography(NamedTuple):
    """The map; `sim.theatre.theatre` explains the units. Arrays of records."""

    unit: Records  # U; hexes, then places by id
    edge_start: Keys  # U + 1; edges of unit u are those from edge_start[u] on
    edge: Records  # E; of a hex: its neighbours, then its places; of a place: its hex
    leg: Records  # L; by id
    leg_start: Ints  # L + 1; where the hexes of each leg begin
    leg_hexes: Ints  # hexes that each leg passes, but those that a great river divides
    leg_stop: Ints  # L + 1; where the places of each leg begin
    leg_places: Ints  # units: places on each leg, its ends included
    hexes: int  # how many units are hexes; the first


class Rules(NamedTuple):
    """What a scenario fixes for all worlds."""

    base: Floats  # (F, U) value under the objectives that are the same everywhere and always
    faction: Records  # F; of FACTION
    relation: Records  # (F, F); of RELATION
    ground: Records  # (F, U); of GROUND
    fights: Bools  # (F, U) playable ground on which it is willing to fight
    barred: Bools  # (F, U) of it, what is across a line that may hold, as in `ground`
    depot: Bools  # (F, U) as in `ground`, like the next two, for kernels that go over all units
    guard_weight: Floats  # (F, U) as in `ground`
    line_share: Floats  # (F, U) as in `ground`
    passing: Ints  # U; by how much at least a unit lengthens a corridor, BLOCKED if none may pass
    track: int  # by which a unit without a paved road lengthens it
    wanted: int  # and by how much more once there is one over any ground and a road is wanted
    onward: Ints  # U; length of the shortest corridor from there on if all ground were open to it
    air: Records  # (A, F); of AIR
    logs: Ints  # VALUE_STEPS**2 + 1; distance that a prize of that many steps makes up for
    source: int  # unit at which the corridor begins
    sink: int  # unit at which it ends
    hold_days: int  # days in a row that it must be open to count
    response: float  # share of a garrison that can help defend the next hex


class Scratch(NamedTuple):
    """Room to work in; kernels allocate nothing. One batch is stepped by one thread at a time."""

    toll: Ints  # U; added on entering a unit, km
    dist: Ints  # U; distances, km
    back: Ints  # U; leg by which each unit is reached
    heads: Ints  # LONGEST_KM + 1; last entry of the queue at each distance, -1 none
    queue: Ints  # (U + E, 2) entries: a unit, and the entry before at its distance
    order: Longs  # U; units found, nearest first
    tally: Longs  # U; fighters, of whom the kernel at work says
    seen: Bools  # U; units marked, as sources or as visited
    open_to: Bools  # F + 2; whose ground may be used, NOBODY's and NEUTRAL at the end, never
    leg_open: Bools  # L; whether a corridor can use the leg
    need: Floats  # A; enemy fighters against whom each air power is asked for help
    expected: Floats  # F; chance of a strike expected at each red line
    lean: Floats  # (F, K) odds of today's fights
    gain: Floats  # (F, K) ground gained in them
    done: Bools  # (F, K) armies that are through with their targets
    due: Bools  # F; who has to decide today in some world
    hits: Longs  # (most losses in a day, 4) losses, or garrisons that leave
    refused: Longs  # TRIES; options that came to nothing today


class State(NamedTuple):
    """A batch of worlds. What is below `capacity` is worked out anew in every tick."""

    key: Keys  # B; 64-bit random key, of seed, draw, replication and branch
    changed: Bools  # B; ground or stance changed for the corridor since it was looked at
    passed: Bools  # (B, U) ground that it could pass then
    ground: Ints  # (B, U) km over such ground from its source, FAR if cut off
    holder: Bytes  # (B, U) faction, NOBODY or NEUTRAL
    force: Ints  # (B, F, U) fighters standing as garrisons
    called: Ints  # (B, F, U) of them, called up today: they leave once all have decided
    begun: Counts  # (B, F, U) fights for a unit that a faction began; 10 years of SLOTS a day fit
    turns: Counts  # (B, F, U) times that an army of it looked round there for where to go next
    campaign: Records  # (B, F, K); of CAMPAIGN
    pair: Records  # (B, F, F); of PAIR
    side: Records  # (B, F); of SIDE
    corridor: Records  # (B, 3); of CORRIDOR: by road, by territory, by road through held country
    paved: Bools  # (B, surfaces) stretches of road that turn out to be paved
    variant: Bytes  # B; which variant of the rules it follows
    inputs: Floats  # (B, I) columns are the constants of sim.model.inputs
    pace: Floats  # B; factor on all rates of advance in this period
    capacity: Floats  # (B, A) weapons a week
    friendly: Bools  # (B, F, U) ground that a faction may use
    supply: Ints  # (B, F, U) km to its nearest depot, FAR if cut off
    guessed: Bools  # (B, F, U) supply since it changed hands, until the faction looks again
    front: Bools  # (B, F, U) beside ground that is friendly if it is not, or the other way round
    worth: Shorts  # (B, F, U) value of holding it, in 1/VALUE_STEPS
    cost: Shorts  # (B, F, U) of attacking it, in 1/VALUE_STEPS
    reach: Shorts  # (B, F, U) how far the best prize beyond it seems, km, -1 none
    slack: Ints  # (B, U) how much longer the best corridor through it is than the best
    value: Floats  # (B, U) value of units to the faction at work, 0 between factions
    scratch: Scratch  # room to work in


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
