"""Shortest paths: the bucket queue against scipy's Dijkstra on random graphs."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from sim.model.kernels.paths import BLOCKED, mend, spread, spread_past
from sim.model.state import FAR, Geography, Ints
from tests.support import small_map as small
from tests.support.play import worlds

ROWS, COLS = 5, 6


@pytest.fixture(scope="module")
def graph() -> tuple[Geography, small.Setup]:
    """30 hexes and four places."""
    places = {f"p{i}": small.Place(i, i, "") for i in range(4)}
    drawing = "\n".join([" ".join(["I-"] * COLS)] * ROWS)
    setup = small.toy(drawing, {"a": small.side()}, places)
    return setup.geo, setup


def expected(
    geo: Geography, costs: Ints, toll: Ints, start: Ints, limit: int
) -> NDArray[np.float64]:
    """Distances by Dijkstra from one more unit, with an edge for each start."""
    units = toll.size
    tail = np.repeat(np.arange(units), np.diff(geo.edge_start.astype(int)))
    head = geo.edge.to.astype(int)
    open_ = toll[head] != BLOCKED
    weight = costs + toll[head]
    first = np.flatnonzero(start < FAR)
    rows = np.concatenate([tail[open_], np.full(first.size, units)])
    columns = np.concatenate([head[open_], first])
    # scipy takes a stored 0 for no edge, so all starts are put 1 km further off
    data = np.concatenate([weight[open_], start[first] + 1])
    matrix = csr_array((data.astype(float), (rows, columns)), shape=(units + 1, units + 1))
    found = dijkstra(matrix, indices=units)[:units] - 1.0
    return np.where(found <= limit, found, FAR)


@pytest.mark.parametrize("trial", range(40))
def test_spread_is_dijkstra(graph: tuple[Geography, small.Setup], trial: int) -> None:
    """Random costs, tolls, blocked units, starts and limits."""
    geo, setup = graph
    draw = np.random.default_rng(trial)
    room = worlds(setup).state.scratch
    costs = draw.integers(1, 90, geo.edge.size)
    geo.edge.cost[:] = costs
    toll = draw.integers(0, 60, room.toll.size).astype(np.int32)
    toll[draw.random(toll.size) < 0.3 * draw.random()] = BLOCKED
    start = np.full(toll.size, FAR, np.int32)
    first = draw.choice(toll.size, draw.integers(1, 4), replace=False)
    start[first] = draw.integers(0, 100, first.size)
    limit = int(draw.choice([80, 300, 5000]))
    dist = start.copy()
    count = spread(dist, toll, geo, limit, room)
    assert dist.tolist() == expected(geo, costs, toll, start, limit).tolist()
    reached = np.flatnonzero(dist < FAR)
    assert sorted(room.order[:count].tolist()) == reached.tolist()
    assert (np.diff(dist[room.order[:count]]) >= 0).all()


def test_no_start_reaches_nothing(graph: tuple[Geography, small.Setup]) -> None:
    """All stays FAR."""
    geo, setup = graph
    room = worlds(setup).state.scratch
    dist = np.full(room.toll.size, FAR, np.int32)
    assert spread(dist, np.zeros_like(dist), geo, 500, room) == 0
    assert (dist == FAR).all()


def symmetric(geo: Geography, draw: np.random.Generator) -> None:
    """Give the edges random costs, the same both ways."""
    units = geo.unit.size
    tail = np.repeat(np.arange(units), np.diff(geo.edge_start.astype(int)))
    cost = draw.integers(1, 90, (units, units))
    both = np.minimum(cost, cost.T)
    geo.edge.cost[:] = both[tail, geo.edge.to]


@pytest.mark.parametrize("trial", range(30))
def test_mended_distances_are_those_found_anew(
    graph: tuple[Geography, small.Setup], trial: int
) -> None:
    """Ground opens, closes and gets wrong distances, fifteen times over."""
    geo, setup = graph
    draw = np.random.default_rng(trial)
    room = worlds(setup).state.scratch
    symmetric(geo, draw)
    units = room.toll.size
    toll, dist = np.full(units, BLOCKED, np.int32), np.full(units, FAR, np.int32)
    source = draw.random(units) < 0.15
    limit = int(draw.choice([150, 5000]))
    for _ in range(15):
        other = np.where(draw.random(units) < draw.random(), 0, BLOCKED).astype(np.int32)
        stale = (other != toll) & (draw.random(units) < draw.random())
        toll[stale] = other[stale]
        guessed = draw.random(units) < 0.1
        dist[guessed] = draw.integers(0, 100, units)[guessed]
        changed = np.flatnonzero(stale | guessed)
        room.order[: changed.size] = changed
        mend(dist, toll, source, geo, limit, changed.size, room)
        anew = np.where(source & (toll != BLOCKED), 0, FAR).astype(np.int32)
        spread(anew, toll, geo, limit, room)
        assert dist.tolist() == anew.tolist()


@pytest.mark.parametrize("trial", range(20))
def test_spread_past_is_right_up_to_its_limit(
    graph: tuple[Geography, small.Setup], trial: int
) -> None:
    """And looks no further than that past the goal."""
    geo, setup = graph
    draw = np.random.default_rng(trial)
    room = worlds(setup).state.scratch
    symmetric(geo, draw)
    toll = draw.integers(0, 60, room.toll.size).astype(np.int32)
    source, goal = (int(u) for u in draw.choice(toll.size, 2, replace=False))
    beyond = int(draw.choice([0, 50, 500]))
    whole, dist = np.full(toll.size, FAR, np.int32), np.zeros(toll.size, np.int32)
    whole[source] = 0
    spread(whole, toll, geo, 12_000, room)
    most = spread_past(dist, toll, geo, source, goal, beyond, room) + beyond
    assert most == whole[goal] + beyond
    near = whole <= most
    assert dist[near].tolist() == whole[near].tolist()
    assert (dist[~near] > most).all()
