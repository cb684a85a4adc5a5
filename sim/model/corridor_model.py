"""The model as users of Mesa know one: stepped by hand, with a grid, agents and a data collector.

    from sim import CorridorModel

    model = CorridorModel("scenario=baseline", worlds=1, seed=0)
    model.step()                                       # one tick: a week
    model.agents.get("name")                           # the factions
    model.grid.holder.data                             # (columns, rows) who holds each hex
    model.datacollector.get_model_vars_dataframe()     # a row a tick

World k is the world k of `landbridge run` with the same settings. Ensembles do without this:
the grid is made when it is asked for, and nothing is collected there.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import mesa
import numpy as np
from mesa.discrete_space import HexGrid, PropertyLayer

from sim.config.check import check
from sim.config.compose import compose, typed
from sim.definitions import KINDS, WAYS
from sim.errors import LandbridgeError
from sim.model.known import known
from sim.model.model import Faction, WorldBatch
from sim.model.simulate import prepare
from sim.model.state import NEVER
from sim.paths import located, theatre_folder
from sim.theatre.theatre import Theatre

GROUND = ("country", "terrain", "river", "road", "population", "community", "playable")
HOLDER, COALITION = "holder", "coalition"


class CorridorModel(WorldBatch):
    """Worlds of a scenario, stepped a tick at a time.

    Attributes:
        agents: the factions; `index` is the place of each in every array, `name` its name.
        datacollector: by tick: the date, the share of worlds with a corridor that has formed, and
            by faction the hexes that it holds and its alarm, both as means over worlds.
        day: days since the origin.
        running: whether the horizon is still ahead.
    """

    def __init__(
        self,
        *overrides: str,
        worlds: int = 1,
        seed: int = 0,
        config_dir: str | Path | None = None,
    ) -> None:
        """Worlds 0, 1, ... at the origin.

        Args:
            overrides: settings in Hydra's grammar, such as `scenario=tanf_withdrawal`.
            worlds: how many are stepped together.
            seed: the same as `ensemble.seed=...`.
            config_dir: a folder of your own configs.

        Raises:
            LandbridgeError: settings or seeds that cannot be used.
        """
        if worlds < 1:
            raise LandbridgeError(f"worlds={worlds}: must be 1 or more")
        own = None if config_dir is None else located(config_dir, "config_dir")
        settings = typed(compose([*overrides, f"ensemble.seed={seed}"], own))
        folder = theatre_folder(settings.theatre.name)
        check(settings, known(folder))
        self.origin = date.fromisoformat(settings.clock.origin)
        per_draw = settings.ensemble.replications_per_draw
        draws = [number // per_draw for number in range(worlds)]
        luck = [number % per_draw for number in range(worlds)]
        super().__init__(prepare(settings, folder), draws, luck)
        self.datacollector = mesa.DataCollector(
            model_reporters={"Date": "date", **{f"Corridor by {k}": _formed(k) for k in KINDS}},
            agent_reporters={"Faction": "name", "Control": _control, "Alarm": _alarm},
        )
        self.datacollector.collect(self)

    @property
    def date(self) -> date:
        """Today."""
        return self.origin + timedelta(self.day)

    def step(self) -> None:
        """One tick, after which the grid and the data collector are up to date."""
        if self.day >= self.end:
            return
        super().step()
        self.running = self.day < self.end
        if "grid" in self.__dict__:
            self._show_holders()
        self.datacollector.collect(self)

    @cached_property
    def grid(self) -> HexGrid:
        """Mesa's grid of the hexes, by (column, row), with layers of the ground and of its holders.

        `holder` is the index of the faction in world 0, -1 for nobody; `coalition` the share of
        worlds in which the coalition holds the hex.
        """
        grid = ground_grid(self.setup.theatre)
        for name, kind in ((HOLDER, int), (COALITION, float)):
            grid.add_property_layer(PropertyLayer(name, grid.dimensions, kind(0), dtype=kind))
        self.__dict__["grid"] = grid
        self._show_holders()
        return grid

    def _show_holders(self) -> None:
        holder = self.state.holder[:, : self.setup.hexes]
        ours = np.append(self.setup.rules.faction.coalition, False)
        layers = ((HOLDER, holder[0]), (COALITION, ours[holder].mean(axis=0)))
        for name, values in layers:
            getattr(self.grid, name).data[:] = _on_grid(values, self.setup.theatre)


def ground_grid(theatre: Theatre) -> HexGrid:
    """Mesa's grid of a theatre's hexes, with a layer of whole numbers for each name of `GROUND`.

    Mesa's `cell.position` disagrees with its own neighbours: take positions from the theatre.
    """
    shape = (int(theatre.layout.cols), int(theatre.layout.rows))
    # a generator of its own, never drawn from: luck is the model's affair
    grid = HexGrid(shape, torus=False, random=random.Random(0))
    for name in GROUND:
        layer = PropertyLayer(name, shape, default_value=0, dtype=int)
        layer.data[:] = _on_grid(getattr(theatre, name)[: theatre.hexes], theatre)
        grid.add_property_layer(layer)
    return grid


def _on_grid(values: Any, theatre: Theatre) -> Any:
    """(columns, rows) of values of the hexes, which are in rows."""
    return np.asarray(values).reshape(theatre.layout.rows, theatre.layout.cols).T


def _formed(kind: str) -> Callable[[CorridorModel], float]:
    """The share of worlds in which a corridor of a kind has formed."""
    way = WAYS.index(kind)
    return lambda model: float((model.state.corridor.formed[:, way] != NEVER).mean())


def _control(faction: Faction) -> float:
    """Hexes that a faction holds, a mean over worlds."""
    model = faction.model
    return float((model.state.holder[:, : model.setup.hexes] == faction.index).sum(axis=1).mean())


def _alarm(faction: Faction) -> float:
    """How alarmed a faction is at whom it fears most, 0 to 1, a mean over worlds."""
    return float(faction.model.state.pair.alarm[:, faction.index].max(axis=1).mean())
