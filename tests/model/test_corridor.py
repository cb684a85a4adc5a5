"""The corridor on hand-drawn maps whose answer is obvious."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from sim.config.schema import FactionConfig, Surface
from sim.model.kernels.corridor import watch_corridor
from sim.model.model import WorldBatch
from sim.model.outcomes import outcomes
from sim.model.setup import Setup
from sim.model.state import CLEAR, NEVER, NOBODY, ROAD, TERRITORY
from tests.support import small_map as small
from tests.support.play import each, unit, worlds
from tests.support.small_map import Place, side

LAST = 10_000  # day of the horizon, far off


def factions(**friend: str) -> dict[str, FactionConfig]:
    """A member, a friend of its, an enemy and a second member."""
    return {
        "member": side(),
        "friend": side({"member": "tolerate"} | friend),
        "enemy": side({"member": "hostile"}),
        "second": side(),
    }


def opened(setup: Setup, days: int = 1) -> tuple[bool, bool]:
    """Whether the corridor is open by road and by territory."""
    return state_of(setup, days)[:2]


def state_of(setup: Setup, days: int = 1) -> tuple[bool, bool, WorldBatch]:
    model = worlds(setup)
    for day in range(days):
        each(watch_corridor, model, day, LAST)
    found = model.state.corridor[0].is_open
    return bool(found[ROAD]), bool(found[TERRITORY]), model


def cleared(setup: Setup) -> bool:
    """Whether the corridor by road through held country is open."""
    return bool(state_of(setup)[2].state.corridor[0].is_open[CLEAR])


OPEN = """
I- I- I- I-
Im Im Im Im
I- I- I- I-
"""
CUT = OPEN.replace("Im Im Im Im", "Im Im Ie Im")
AROUND = """
I- I- I- I-
Im Im Ie Im
I- Im Im I-
"""


@pytest.mark.parametrize(
    ("drawing", "answer"),
    [
        (OPEN, True),
        (CUT, False),
        (OPEN.replace("Im Im Im Im", "Im I- Im Im"), False),  # nobody's desert is no corridor
        (OPEN.replace("Im Im Im Im", "Im Tm Im Im"), False),  # nor is neutral ground
        (AROUND, True),
        (AROUND.replace("Im Im I-", "I- Im I-"), False),
        (AROUND.replace("Im Im I-", "Im I- I-"), False),
        (OPEN.replace("Im Im Im Im", "Ie Im Im Im"), False),  # the source itself
        (OPEN.replace("Im Im Im Im", "Im Im Im Ie"), False),  # the sink itself
    ],
)
def test_territory(drawing: str, answer: bool) -> None:
    """From the west end of the middle row to its east end."""
    setup = small.toy(drawing, factions(), source="h1_0", sink="h1_3")
    assert opened(setup)[1] == answer


ENDS = {"west": Place(0, 0, "member"), "mid": Place(2, 0, "member"), "east": Place(4, 0, "member")}
PAVED = [("west", "mid", "paved"), ("mid", "east", "paved")]
LINE = "Im Im Im Im Im"


def on_line(
    middle: str = "member", roads: Sequence[tuple[str, str, str]] = tuple(PAVED), line: str = LINE
) -> Setup:
    """A road along a row of hexes with a town in the middle."""
    places = ENDS | {"mid": Place(2, 0, middle)}
    return small.toy(line, factions(), places, roads, source="west", sink="east")


def test_road_needs_its_towns_and_territory_does_not() -> None:
    """A town of the enemy on the road closes the road only."""
    assert opened(on_line()) == (True, True)
    assert opened(on_line("enemy")) == (False, True)
    assert opened(on_line("")) == (False, True)


def test_a_road_needs_its_towns_and_a_clear_one_the_country_between() -> None:
    """One hex of nobody's between two towns closes the territory and the clear road."""
    assert opened(on_line(line="Im I- Im Im Im")) == (True, False)
    assert not cleared(on_line(line="Im I- Im Im Im"))
    assert cleared(on_line())
    assert not cleared(on_line("enemy"))


def test_a_road_of_uncertain_surface_is_paved_or_not_by_world() -> None:
    """As the chance says, whatever class the table has; what is not named is as the table says."""
    for chance, kind, answer in ((1.0, "track", True), (0.0, "paved", False), (None, "paved", True),
                                 (None, "track", False)):  # fmt: skip
        known = {} if chance is None else {"sand": Surface(chance, "made up")}
        setup = small.toy(
            LINE, factions(), ENDS, [PAVED[0], ("mid", "east", kind, "sand")],
            source="west", sink="east", surfaces=known,
        )  # fmt: skip
        assert opened(setup) == (answer, True)
        assert cleared(setup) == answer


def test_surfaces_are_drawn_with_their_chance_and_once_a_draw() -> None:
    """A share of the draws, the same in all worlds of a draw and under every other setting."""
    roads = [PAVED[0], ("mid", "east", "track", "sand")]
    setup = small.toy(LINE, factions(), ENDS, roads, source="west", sink="east",
                      surfaces={"sand": Surface(0.3, "made up")})  # fmt: skip
    start = setup.start
    start.central = False
    paved = [start.batch(setup.rules, setup.geo, [d], [c]).paved[0, 0]
             for d in range(400) for c in (0, 1)]  # fmt: skip
    drawn = np.array(paved).reshape(-1, 2)
    assert 0.22 < drawn[:, 0].mean() < 0.38
    assert (drawn[:, 0] == drawn[:, 1]).all()


def test_road_needs_to_be_paved() -> None:
    """A track is no road; a motorway is one."""
    track = [PAVED[0], ("mid", "east", "track")]
    assert opened(on_line(roads=track)) == (False, True)
    assert opened(on_line(roads=[PAVED[0], ("mid", "east", "motorway")])) == (True, True)


def test_worst_leg_gives_the_capacity() -> None:
    """Of the road that formed the corridor; a territory without a road has that of a track."""
    cases = {
        "motorway": ("motorway", 1.0), "mixed": ("paved", 0.5), "none": ("track", 0.1),
    }  # fmt: skip
    for first, (second, capacity) in cases.items():
        start = "motorway" if first == "mixed" else second
        roads = [("west", "mid", start), ("mid", "east", second)]
        setup = on_line(roads=roads)
        _, _, model = state_of(setup)
        assert outcomes(model).worlds["road_capacity_index"].tolist() == [capacity]


def test_transit_ground_counts_while_its_holder_tolerates_every_member() -> None:
    """Not when it avoids one of them, and not when `transit` is empty."""
    drawing = "Im If If Im"
    ends = {"source": "h0_0", "sink": "h0_3"}
    everyone = {"coalition": ["member", "second"], "transit": ["friend"]}

    def is_open(stance: str, **corridor: object) -> bool:
        return opened(small.toy(drawing, factions(second=stance), **ends, **corridor))[1]  # type: ignore[arg-type]

    assert is_open("tolerate", **everyone)
    assert is_open("ally", **everyone)
    assert not is_open("avoid", **everyone)
    assert not is_open("tolerate", **(everyone | {"transit": []}))
    assert is_open("avoid", coalition=["member"], transit=["friend"])


def test_a_member_may_pass_another_member() -> None:
    """Whatever they think of each other."""
    setup = small.toy(
        "Im Is Im", factions(), source="h0_0", sink="h0_2", coalition=["member", "second"]
    )
    assert opened(setup)[1]


def play(plan: str, hold_days: int, last: int = LAST) -> WorldBatch:
    """A corridor that is open on the days marked `o` and cut on the others."""
    setup = small.toy("Im Im Im", factions(), hold_days=hold_days, days=len(plan))
    model = worlds(setup)
    for day, mark in enumerate(plan):
        holder = 0 if mark == "o" else NOBODY
        model.state.changed[0] |= model.state.holder[0, 1] != holder
        model.state.holder[0, 1] = holder
        each(watch_corridor, model, day, last)
    return model


@pytest.mark.parametrize(
    ("plan", "hold", "first", "days_open", "at_end"),
    [
        ("ooooo", 5, 0, 5, True),
        ("ooooo", 6, -1, 5, True),  # right-censored: not yet long enough at the horizon
        (".oooo", 4, 1, 4, True),
        ("oo.ooo", 3, 3, 5, True),  # a streak that is interrupted starts again
        ("oo.oo.oo", 3, -1, 6, True),
        ("ooo..ooo", 3, 0, 6, True),  # the first streak that counts is the date
        ("ooo...", 3, 0, 3, False),
        ("......", 1, -1, 0, False),
    ],
)
def test_it_must_be_held(plan: str, hold: int, first: int, days_open: int, at_end: bool) -> None:
    """For `hold_days` in a row; the date is that of the first of them."""
    found = outcomes(play(plan, hold)).worlds
    assert found["first_date_territory"].tolist() == [first]
    assert found["formed_territory"].tolist() == [first >= 0]
    assert found["days_open_territory"].tolist() == [days_open]
    assert found["open_at_end_territory"].tolist() == [at_end]


@pytest.mark.parametrize(
    ("plan", "hold", "first", "days_open", "opened"),
    [
        ("..oo|oo..", 4, 2, 2, 2),  # it began before the horizon and is over after it
        ("..oo|o...", 4, -1, 2, 2),  # cut too soon
        ("....|oooo", 4, -1, 0, NEVER),  # it began too late
        ("o...|oooo", 4, -1, 1, 0),  # only the first counts as opened
        ("...o|oooo", 5, 3, 1, 3),  # on the last day before the horizon
    ],
)
def test_a_streak_is_followed_past_the_horizon(
    plan: str, hold: int, first: int, days_open: int, opened: int
) -> None:
    """One that began by the horizon counts, and nothing else of what comes after it."""
    model = play(plan.replace("|", ""), hold, last=plan.index("|") - 1)
    corridor = model.state.corridor[0, TERRITORY]
    assert corridor.formed == (first if first >= 0 else NEVER)
    assert (corridor.open_days, corridor.opened) == (days_open, opened)


def test_it_is_looked_at_again_when_a_stance_changes() -> None:
    """Transit ground closes when its holder turns away, and counts in the record of days."""
    setup = small.toy("Im If Im", factions(), transit=["friend"], days=4)
    model = worlds(setup)
    for day in range(4):
        if day == 2:
            model.state.pair[0, 1, 0].stance = 2
            model.state.changed[0] = True
        each(watch_corridor, model, day, LAST)
    assert model.state.corridor[0, TERRITORY].open_days == 2
    assert model.state.corridor[0, TERRITORY].formed == 0


# North is a way by `alpha`, south by `beta`; the border runs down the middle.
BORDER = """
Im Im Sm Sm
Im I- S- Sm
Im Im Sm Sm
"""
GATES = {
    "west": Place(0, 1, "member"),
    "alpha": Place(1, 2, "member", "border"),
    "beta": Place(1, 0, "member", "border"),
    "east": Place(3, 1, "member"),
    "nw": Place(0, 2, "member"),
    "ne": Place(3, 2, "member"),
    "sw": Place(0, 0, "member"),
    "se": Place(3, 0, "member"),
}
NORTH, SOUTH = ("west", "nw", "alpha", "ne", "east"), ("west", "sw", "beta", "se", "east")
WAYS = [(a, b, "paved") for way in (NORTH, SOUTH) for a, b in pairwise(way)]


@pytest.mark.parametrize(("shut", "open_"), [("alpha", "beta"), ("beta", "alpha")])
def test_the_crossing_is_named(shut: str, open_: str) -> None:
    """With one gate shut the other is where the corridor crosses, by road and by territory."""
    row = 2 if shut == "alpha" else 0
    lines = BORDER.strip().splitlines()
    lines[2 - row] = "Im Ie Se Sm"
    places = GATES | {shut: Place(1, row, "enemy", "border")}
    setup = small.toy("\n".join(lines), factions(), places, WAYS, source="west", sink="east")
    is_road, is_ground, model = state_of(setup)
    assert (is_road, is_ground) == (True, True)
    found = outcomes(model).worlds
    assert found["crossing_road"].tolist() == [open_]
    assert found["crossing_territory"].tolist() == [open_]
    assert found["route_road"].tolist() == [open_]  # the toy's routes have the crossings' names


def test_no_corridor_has_no_route() -> None:
    """Empty names and no date."""
    setup = small.toy(CUT, factions(), source="h1_0", sink="h1_3")
    found = outcomes(state_of(setup)[2]).worlds
    assert found["route_territory"].tolist() == [""]
    assert found["first_date_territory"].tolist() == [-1]
    assert found["road_capacity_index"].tolist() == [0.0]


def test_the_route_is_that_of_the_streak_that_counts() -> None:
    """A corridor that later opens elsewhere keeps its first crossing."""
    setup = small.toy(BORDER, factions(), GATES, WAYS, source="west", sink="east", hold_days=2)
    model = worlds(setup)
    north = [unit(setup, n) for n in ("alpha", "h2_1", "h2_2")]
    south = [unit(setup, n) for n in ("beta", "h0_1", "h0_2")]
    for day in range(6):
        model.state.holder[0, north] = 0 if day < 3 else 2
        model.state.holder[0, south] = 2 if day < 3 else 0
        model.state.changed[0] = True
        each(watch_corridor, model, day, LAST)
    assert model.state.corridor[0].open_days.tolist() == [6, 6, 6]
    assert outcomes(model).worlds["route_road"].tolist() == ["alpha"]
    assert outcomes(model).worlds["route_territory"].tolist() == ["alpha"]


def test_first_dates_start_as_never() -> None:
    """Before anything is looked at."""
    model = worlds(on_line())
    assert (model.state.corridor.formed == NEVER).all()
