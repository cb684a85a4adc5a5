"""The model as a user of Mesa takes it in hand."""

from __future__ import annotations

import pytest

from sim import CorridorModel
from sim.errors import LandbridgeError
from sim.model.corridor_model import GROUND, ground_grid
from tests.support import real

SETTINGS = ("theatre.hex_km=40", "clock.until=2017-06-26")  # 22 days: ticks of 7, 7, 7 and 1


@pytest.fixture(scope="module")
def stepped() -> CorridorModel:
    model = CorridorModel(*SETTINGS, worlds=3, seed=0)
    model.grid  # noqa: B018 - made before the first tick, so that it has to follow
    while model.running:
        model.step()
    return model


def test_it_is_stepped_to_the_horizon_and_no_further(stepped: CorridorModel) -> None:
    assert (stepped.day, stepped.steps, str(stepped.date)) == (22, 4, "2017-06-26")
    before = stepped.state.holder.copy()
    stepped.step()
    assert stepped.day == 22
    assert (stepped.state.holder == before).all()
    assert len(stepped.datacollector.get_model_vars_dataframe()) == 5


def test_its_worlds_are_those_of_a_run(stepped: CorridorModel) -> None:
    batch = real.stepped(real.setup("2017-06-26"), 1, lambda _: None)  # draw 0, chance 0
    assert (stepped.state.holder[0] == batch.state.holder[0]).all()
    assert (stepped.state.force[0] == batch.state.force[0]).all()
    other = CorridorModel(*SETTINGS, worlds=1, seed=1)
    while other.running:
        other.step()
    assert (other.state.force[0] != batch.state.force[0]).any()


def test_agents_grid_and_data_agree(stepped: CorridorModel) -> None:
    grid, state, setup = stepped.grid, stepped.state, stepped.setup
    names = stepped.agents.get("name")
    assert {"pmf", "regime", "tanf"} <= set(names)
    cols = setup.theatre.layout.cols
    for cell in grid.all_cells:
        col, row = cell.coordinate
        assert cell.holder == state.holder[0, row * cols + col]
    share = grid.coalition.data
    assert 0.0 < share.mean() < 1.0
    ours = setup.rules.faction.coalition[grid.holder.data] & (grid.holder.data >= 0)
    assert (share[ours] > 0.0).all()
    table = stepped.datacollector.get_agent_vars_dataframe()
    held = table.loc[4].set_index("Faction")["Control"]
    isis = names.index("isis")
    assert held["isis"] == (state.holder[:, : setup.hexes] == isis).sum(axis=1).mean() > 0.0
    assert held["isis"] < table.loc[0].set_index("Faction")["Control"]["isis"]
    assert table["Alarm"].between(0.0, 1.0).all()
    shares = stepped.datacollector.get_model_vars_dataframe()
    assert list(shares.columns) == ["Date", "Corridor by road", "Corridor by territory"]
    assert shares["Corridor by territory"].is_monotonic_increasing


def test_mesa_has_the_same_neighbours_and_layers() -> None:
    theatre = real.setup("2017-06-26").theatre
    grid, cols = ground_grid(theatre), theatre.layout.cols
    assert len(grid.all_cells.cells) == theatre.hexes
    for cell in grid.all_cells:
        col, row = cell.coordinate
        ours = {int(j) for j in theatre.hex_neighbours[row * cols + col] if j >= 0}
        theirs = {c.coordinate[1] * cols + c.coordinate[0] for c in cell.neighborhood}
        assert ours == theirs
        for name in GROUND:
            assert getattr(cell, name) == getattr(theatre, name)[row * cols + col]


def test_mesas_own_renderer_draws_it(stepped: CorridorModel) -> None:
    pytest.importorskip("solara", reason="needs mesa[viz]: pip install landbridge[viz]")
    from mesa.visualization import SpaceRenderer
    from mesa.visualization.components import PropertyLayerStyle

    renderer = SpaceRenderer(stepped, backend="matplotlib")
    renderer.setup_propertylayer(
        lambda layer: PropertyLayerStyle(colormap="viridis") if layer.name == "coalition" else None
    )
    renderer.render()
    drawn = [one for one in renderer.canvas.collections if one.get_zorder() == -1]
    shades = [one.get_facecolor() for one in drawn if len(one.get_facecolor()) > 1]
    assert [len(one) for one in shades] == [stepped.setup.hexes]
    share = stepped.grid.coalition.data.T.ravel()  # hexes are drawn in rows
    (found,) = shades
    assert len({tuple(one) for one in found[share == 0.0]}) == 1
    assert (found[share == 0.0][0] != found[share == 1.0][0]).any()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"worlds": 0}, "worlds=0: must be 1 or more"),
        ({"overrides": ("scenario=basline",)}, "did you mean baseline"),
        ({"overrides": ("theatre.hex_km=41",)}, "theatre.hex_km=41"),
    ],
)
def test_what_cannot_be_is_said_as_everywhere(given, said: str) -> None:
    with pytest.raises(LandbridgeError, match=said):
        CorridorModel(*given.pop("overrides", ()), **given)
