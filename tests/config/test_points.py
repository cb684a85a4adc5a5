from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.config import saved
from sim.config.compose import Composer, compose
from sim.config.points import PointComposer, Settings
from sim.errors import LandbridgeError

SHARED = ["faction.tanf.rationality=3", "clock.until=2017-09-01"]


@pytest.mark.parametrize(
    "own",
    [
        ["faction.tanf.red_line.radius_km=5"],
        ["faction.tanf.red_line.radius_km=5", "faction.tanf.red_line={place: al_tanf}"],
        ["faction.tanf.red_line={place: al_tanf}", "faction.tanf.red_line.radius_km=5"],
        ["faction.tanf.strength=1000", "corridor.hold_days=3"],
        ["faction.tanf.objectives.corridor=2", "faction.tanf.objectives.trade=1"],
        ["faction.tanf.relations.isis.stance=avoid", "faction.tanf.title=on"],
        ["corridor.transit=[isf,sdf]", "++faction.tanf.title='a, b=c'"],
        ["title=1.50", "faction.tanf.rationality=4"],
        ["scenario=tanf_withdrawal", "corridor.hold_days=3"],
        ["changes=[{date: 2017-07-01, place: al_tanf, holder: none}]", "corridor.hold_days=3"],
        ["~faction.tanf.communities.kurd"],
    ],
)
def test_a_point_is_what_hydra_composes(small: Path, own: list[str]) -> None:
    points = PointComposer(Composer(), SHARED)
    points.compose([*SHARED, "faction.tanf.red_line.probability=1", "corridor.hold_days=9"])
    line = [*own, *SHARED] if "title" in own[0] else [*SHARED, *own]
    assert points.compose(line) == Settings.of(compose(line))


@pytest.mark.parametrize(
    "bad", ["corridor.hold_days=soon", "faction.tnaf.rationality=1", "clock.untli=2017-09-01"]
)
def test_a_point_has_the_errors_of_hydra(small: Path, bad: str) -> None:
    with pytest.raises(LandbridgeError) as slow:
        compose([*SHARED, bad])
    with pytest.raises(LandbridgeError) as quick:
        PointComposer(Composer(), SHARED).compose([*SHARED, bad])
    assert str(quick.value) == str(slow.value)


def test_points_share_what_they_have_in_common(small: Path) -> None:
    points = PointComposer(Composer(), SHARED)
    first, second = (points.compose([*SHARED, f"corridor.hold_days={n}"]) for n in (1, 2))
    assert first.typed.corridor.hold_days == 1
    assert second.typed.corridor.hold_days == 2
    assert first.typed.faction is second.typed.faction
    assert first.plain["faction"] is second.plain["faction"]


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=90)
VALUES = st.recursive(
    TEXTS | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(TEXTS, below, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_yaml_by_sections_is_read_back(tree: dict[str, object]) -> None:
    assert saved.read_yaml(saved.as_yaml(tree)) == tree
