"""Detours on random maps: the two led searches against plain ones over all units, by scipy."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from sim.config.schema import RedLine
from sim.model.kernels.detour import corridor_slack
from sim.model.model import WorldBatch
from sim.model.setup import Setup
from sim.model.state import (
    ATTACKING,
    AVOID,
    DETOUR_KM,
    FAR,
    HOSTILE,
    NEUTRAL,
    NOBODY,
    TERRITORY,
    TOLERATE,
)
from tests.support import small_map as small
from tests.support.play import worlds
from tests.support.small_map import Place, side

ROWS, COLS, COUNT = 7, 11, 40
MEMBER, SECOND, HOST, ENEMY, GUARD = range(5)
FACTIONS = ("member", "second", "host", "enemy", "guard")


def scenario(draw: np.random.Generator, empty: float) -> Setup:
    """A map with places, roads and neutral ground put anywhere; two members, a host, a red line."""
    neutral = draw.random((ROWS, COLS)) < empty
    drawing = "\n".join(" ".join("T-" if n else "S-" for n in row) for row in neutral)
    cells = draw.choice(ROWS * COLS, 12, replace=False)
    places = {f"p{i}": Place(int(c) % COLS, int(c) // COLS, "member") for i, c in enumerate(cells)}
    kinds = ("track", "paved", "motorway")
    roads = [(f"p{i}", f"p{i + 1}", kinds[draw.integers(3)]) for i in range(8)]
    line = RedLine("p5", float(draw.uniform(30.0, 90.0)), 0.7, 0.2, ["member", "second"])
    sides = {name: side() for name in FACTIONS[:4]} | {"guard": side(red_line=line)}
    ends = [f"p{i}" if draw.random() < 0.7 else f"h{i}_{draw.integers(COLS)}" for i in (0, 6)]
    return small.toy(drawing, sides, places, roads, source=ends[0], sink=ends[1],
                     coalition=["member", "second"], transit=["host"])  # fmt: skip


def scatter(model: WorldBatch, draw: np.random.Generator) -> None:
    """Random holders, stances, garrisons, armies and expected strikes in each world."""
    state = model.state
    playable = state.holder != NEUTRAL
    for w in range(COUNT):  # some worlds are nearly all the members', some hardly
        chance = draw.dirichlet([3.0, 1.0, 1.0, 1.0, 0.5, 0.7])
        found = draw.choice([*range(5), NOBODY], state.holder.shape[1], p=chance)
        state.holder[w] = np.where(playable[w], found, NEUTRAL)
    garrisoned = draw.random(state.force.shape) < 0.5
    state.force[:] = draw.integers(0, 4000, state.force.shape) * garrisoned
    state.pair.stance[:] = draw.choice([TOLERATE, TOLERATE, AVOID, HOSTILE], state.pair.shape)
    state.pair.perceived[:] = draw.random(state.pair.shape)
    base = model.setup.unit_ids.index("p5")
    state.holder[:, base] = np.where(draw.random(COUNT) < 0.7, GUARD, state.holder[:, base])
    state.corridor.is_open[:] = draw.random(state.corridor.shape) < 0.5
    state.campaign.phase[:] = draw.integers(0, 4, state.campaign.shape)
    state.campaign.at[:] = draw.integers(0, state.holder.shape[1], state.campaign.shape)
    state.campaign.army[:] = draw.integers(0, 3000, state.campaign.shape)


def tolls(model: WorldBatch, w: int) -> NDArray[np.float64]:
    """(U,) by how much units lengthen a corridor in a world; infinite where none may pass."""
    setup, state = model.setup, model.state
    units, holder, stance = setup.geo.unit, state.holder[w], state.pair.stance[w]
    open_to = {MEMBER, SECOND}
    if (stance[HOST, [MEMBER, SECOND]] <= TOLERATE).all():
        open_to.add(HOST)
    base = setup.unit_ids.index("p5")
    expects = [state.pair.perceived[w, f, GUARD] for f in (MEMBER, SECOND)
               if holder[base] == GUARD and stance[GUARD, f] > TOLERATE]  # fmt: skip
    found, unpaved = np.zeros(units.size), setup.theatre.layout.hex_km / 25.0
    wanted = 60 + 240 * state.corridor[w, TERRITORY].is_open
    fees = np.zeros(units.size)
    for u in range(units.size):
        if not units.playable[u] or holder[u] == NEUTRAL:
            found[u] = np.inf
            continue
        if units.unpaved[u] == 1:
            found[u] += wanted * unpaved
        if holder[u] in open_to:
            continue
        fighters = 0
        if holder[u] != NOBODY:
            armies = state.campaign[w, holder[u]]
            field = (armies.phase >= ATTACKING) & (armies.at == u)
            fighters = int(state.force[w, holder[u], u]) + int(armies.army[field].sum())
        risk = max(expects, default=0.0) * setup.rules.ground.line_share[GUARD, u]
        fees[u] = 60 + 10 * min(fighters, 3000) // 100 + int(400 * risk)
        enemy = holder[u] == NOBODY or (stance[[MEMBER, SECOND], holder[u]] == HOSTILE)
        willing = setup.rules.fights[[MEMBER, SECOND], u]
        found[u] += fees[u] if (enemy & willing).any() else np.inf
    for place in range(setup.hexes, units.size):
        found[units.hex_of[place]] += fees[place]
    return found


def slack(model: WorldBatch, w: int) -> NDArray[np.float64]:
    """(U,) how much longer than the best corridor the best one through each unit is."""
    geo, rules, toll = model.setup.geo, model.setup.rules, tolls(model, w)
    tail = np.repeat(np.arange(geo.unit.size), np.diff(geo.edge_start.astype(int)))
    head = geo.edge.to.astype(int)
    passed = np.isfinite(toll[tail]) & np.isfinite(toll[head])
    length = (geo.edge.cost + toll[head])[passed]  # of a step, with what it enters
    ways = csr_array((length, (tail[passed], head[passed])), shape=(toll.size, toll.size))
    there = dijkstra(ways, indices=rules.source)
    onward = dijkstra(ways.T.tocsr(), indices=rules.sink)  # the unit's own toll left out
    with np.errstate(invalid="ignore"):
        found = there + onward - there[rules.sink]
    ends = np.isfinite(toll[[rules.source, rules.sink]]).all()
    found[~np.isfinite(found) | (not ends)] = np.inf
    return found[geo.unit.hex_of]


@pytest.mark.parametrize("trial", range(24))
def test_detours_are_those_of_all_ways(trial: int) -> None:
    """Exact below DETOUR_KM, FAR from there on; ground that is open, held, strong, or no ground."""
    draw = np.random.default_rng(trial)
    model = worlds(scenario(draw, empty=float(draw.choice([0.0, 0.15, 0.35]))), COUNT)
    scatter(model, draw)
    model.state.slack[:] = draw.integers(-5, 500, model.state.slack.shape)  # of the tick before
    corridor_slack(model.state, *model.setup.fixed)
    for w in range(COUNT):
        found = slack(model, w)
        expected = np.where(found < DETOUR_KM, found, FAR)
        assert model.state.slack[w].tolist() == expected.tolist()


def test_the_random_maps_are_of_all_kinds() -> None:
    """Worlds with and without a corridor, units on the best one, off it, and too far off."""
    blocked, best, off, far, edge = 0, 0, 0, 0, 0
    for trial in range(24):
        draw = np.random.default_rng(trial)
        model = worlds(scenario(draw, empty=float(draw.choice([0.0, 0.15, 0.35]))), COUNT)
        scatter(model, draw)
        for w in range(0, COUNT, 8):
            found = slack(model, w)
            blocked += bool(np.isinf(found).all())
            best += int((found == 0).sum())
            off += int(((found > 0) & (found < DETOUR_KM)).sum())
            far += int(((found >= DETOUR_KM) & np.isfinite(found)).sum())
            edge += int((np.abs(found - int(DETOUR_KM)) <= 20).sum())
    assert min(blocked, best, off, far, edge) >= 10, (blocked, best, off, far, edge)
