"""A run folder made of numbers chosen here, written by the store's own functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from sim import disk
from sim.analysis.run.summary import summarise
from sim.analysis.sweep.plan import plan
from sim.analysis.sweep.summary import sweep_all
from sim.config import saved
from sim.config.compose import Composer, compose
from sim.ensemble.block import Block
from sim.ensemble.store import folder as folders
from sim.ensemble.store.columns import world_table
from sim.ensemble.store.manifest import as_json
from sim.ensemble.store.repair import SUMMARY
from sim.ensemble.store.tables import TABLES, stage_counts
from sim.show.base.basemap import Basemap
from sim.show.base.run_data import Run
from sim.show.base.style import styled
from sim.theatre.load import load_theatre
from tests.support.fakes import FACTIONS, FakeSetup, FakeSimulator, use_configs
from tests.support.folders import SEEDS

ORIGIN, UNTIL, DAYS = "2017-06-04", "2017-12-31", 210
NOBODY = len(FACTIONS)


@dataclass
class Recipe:
    """What the worlds of a made-up run did; days are since the origin, -1 never."""

    territory: Sequence[int] = (40, 80, 80, 120, -1, -1, -1, -1, -1, -1)
    road: Sequence[int] = (-1, -1, 150, 160, -1, -1, -1, -1, -1, -1)
    route: Sequence[str] = ("south", "south", "south", "north", "", "", "", "", "", "")
    hex_km: float = 40.0
    per_draw: int = 1
    late: Sequence[int] = ()  # by road, days past the horizon; empty: none
    variant: Sequence[str] = ()  # of the rules, by world; empty: no such column
    curves: tuple[str, ...] = ("tanf", "sdf")
    overrides: Sequence[str] = field(default_factory=tuple)

    @property
    def worlds(self) -> int:
        return len(self.territory)


Maker = Callable[..., Path]


@pytest.fixture(scope="session")
def make(config_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Maker:
    """`make(territory=..., road=..., ...)` writes a run folder and returns it."""

    def write(**what: object) -> Path:
        recipe = Recipe(**what)  # type: ignore[arg-type]
        at = tmp_path_factory.mktemp("run").resolve()
        with pytest.MonkeyPatch.context() as patch:
            use_configs(patch, config_tree)
            overrides = [f"theatre.hex_km={recipe.hex_km:g}", *recipe.overrides]
            files = saved.as_files(compose(overrides), overrides)
        with folders.opened(at, "run"):
            for name, raw in files.items():
                disk.stage(at / name, raw)
            _stage_tables(at, recipe)
            folders.commit(at, [*files, *TABLES])
            said = summarise(at, "baseline", recipe.per_draw, 1.0)
            disk.stage(at / SUMMARY, as_json(said))
            folders.commit(at, [SUMMARY], complete=True)
        return at

    return write


@pytest.fixture(scope="session")
def folder(make: Maker) -> Path:
    """Ten worlds: by territory in four, by road in two."""
    return make()


@pytest.fixture(scope="session")
def run(folder: Path) -> Run:
    return Run.read(folder)


@pytest.fixture(scope="session")
def base(run: Run) -> Basemap:
    return Basemap.read(run.theatre.layout, SEEDS)


@pytest.fixture(autouse=True)
def in_style():
    with styled():
        yield


@pytest.fixture(scope="session")
def composer() -> Composer:
    return Composer()


@pytest.fixture
def swept(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, composer: Composer):
    """A sweep of the fake model, whose P by road falls with the strength of tanf."""
    monkeypatch.setattr("sim.analysis.sweep.plan.Composer", lambda config_dir: composer)

    def run(*overrides: str) -> Path:
        given = [
            *overrides,
            *([] if "ensemble.worlds=200" in overrides else ["ensemble.worlds=60"]),
        ]
        shared, planned = plan(given, None, tmp_path / "s", FakeSimulator())
        sweep_all(planned, shared.executor)
        return tmp_path / "s"

    return run


def holders(hexes: int, x: NDArray[np.float64], playable: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The regime holds the west, isis the middle, the isf the east; neutral ground -1."""
    found = np.where(x < -200.0, FACTIONS.index("regime"), FACTIONS.index("isis"))
    found = np.where(x > 150.0, FACTIONS.index("isf"), found)
    return np.where(playable, found, -1)


def _stage_tables(at: Path, recipe: Recipe) -> None:
    theatre = load_theatre(recipe.hex_km, SEEDS)
    degrees = [
        theatre.spec.plane.unproject(float(x), float(y))
        for x, y in zip(theatre.x, theatre.y, strict=True)
    ]
    setup = FakeSetup(
        chance_of_road=0.0,
        seed=0,
        days=DAYS,
        record_days=(0, 105, DAYS),
        unit_ids=theatre.ids,
        unit_names=theatre.names,
        lon=np.array([lon for lon, _ in degrees]),
        lat=np.array([lat for _, lat in degrees]),
        hexes=theatre.hexes,
        curves=recipe.curves,
    )
    holder = holders(theatre.hexes, theatre.x, theatre.playable)
    cells = np.zeros((3, NOBODY + 1, theatre.units), np.int32)
    held = np.flatnonzero(holder >= 0)
    cells[:, holder[held], held] = recipe.worlds
    middle = np.flatnonzero(holder == FACTIONS.index("isis"))  # at the end the PMF has 3 in 10
    taken = round(0.3 * recipe.worlds)
    cells[2, FACTIONS.index("isis"), middle] -= taken
    cells[2, FACTIONS.index("pmf"), middle] += taken
    curves = np.zeros((len(recipe.curves), 3, 101), np.int32)
    for k in range(len(recipe.curves)):
        curves[k, :, 30] = recipe.worlds
        curves[k, 2, 30], curves[k, 2, 90 if k == 0 else 35] = 0, recipe.worlds
    origin = date.fromisoformat(ORIGIN)
    stage_counts(at, setup, origin, cells, curves)
    columns = {
        "formed_road": np.array(recipe.road) >= 0,
        "formed_territory": np.array(recipe.territory) >= 0,
        "first_date_road": np.array(recipe.road, np.int32),
        "first_date_territory": np.array(recipe.territory, np.int32),
    }
    if recipe.late:
        columns["first_date_beyond_road"] = np.array(
            [DAYS + late if late >= 0 else -1 for late in recipe.late], np.int32
        )
    if recipe.variant:
        columns["variant"] = np.array(recipe.variant)
    for kind, days in (("road", recipe.road), ("territory", recipe.territory)):
        route = [r if d >= 0 else "" for r, d in zip(recipe.route, days, strict=True)]
        columns[f"route_{kind}"] = np.array(route)
        crossing = {"south": "al_walid", "north": "um_jaris", "centre": "al_tanf", "": ""}
        columns[f"crossing_{kind}"] = np.array([crossing[r] for r in route])
    block = Block(0, recipe.worlds)
    table = world_table(block, recipe.per_draw, origin, columns)
    disk.stage(at / "worlds.parquet", lambda stream: pq.write_table(table, stream))
