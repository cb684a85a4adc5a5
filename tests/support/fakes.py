"""Stand-ins for tests: a complete small set of configs, and a model that costs nothing.

The fake model's worlds depend only on (seed, draw, replication) and on two settings, as the real
one's do, so that everything around a model can be tested without it.
"""

from __future__ import annotations

import dataclasses
import fcntl
import os
import shutil
import signal
import time
import typing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import sim.config.theatres
from sim.config.check import Known, horizon
from sim.config.record_days import recorded_days
from sim.config.schema import Config, Range, Rules
from sim.paths import configs
from sim.theatre.history.reports import controllers_at
from tests.support.folders import SEEDS

FACTIONS = ("regime", "pmf", "isf", "isis", "sdf", "tanf")  # few: composing them takes the time
PLACES = ("baghdad", "damascus", "rutba", "al_tanf")
RANGE = {"low": 1.0, "central": 2.0, "high": 3.0, "source": "test"}


def write_configs(folder: Path) -> Path:
    """The packaged config tree with small rules, and beside it a theatre with small factions.

    The theatre has the name of the packaged one, on whose map figures are drawn.
    """
    shutil.copytree(configs(), folder)
    hints = typing.get_type_hints(Rules)
    rules: dict[str, Any] = {
        field.name: RANGE for field in dataclasses.fields(Rules) if hints[field.name] is Range
    }
    rules["shared_recruits"] = {"pmf": 0.5}
    rules["variants"] = {
        name: {"weight": weight, "choices": [], "source": "test"}
        for name, weight in (("plain", 1.0), ("other", 0.0))
    }
    rules["cut_off_loss"] = {**RANGE, "low": 0.1, "central": 0.2, "high": 0.3}
    _write(folder / "rules" / "default.yaml", "rules", rules)
    _write_theatre(small_theatre(folder))
    return folder


def small_theatre(tree: Path) -> Path:
    """The folder of the theatre that `write_configs` writes beside a config tree."""
    return tree.with_name(f"{tree.name}_theatre") / SEEDS.name


def use_configs(patch: pytest.MonkeyPatch, tree: Path) -> None:
    """Let settings be composed from a small config tree and its theatre."""
    patch.setattr("sim.config.compose.configs", lambda: tree)
    patch.setattr("sim.config.theatres.configs", lambda: tree)
    theatre_folder = sim.config.theatres.theatre_folder

    def folder(name: str) -> Path:
        return small_theatre(tree) if name == SEEDS.name else theatre_folder(name)

    patch.setattr("sim.config.theatres.theatre_folder", folder)


def _write_theatre(folder: Path) -> None:
    shutil.copytree(SEEDS / "configs" / "corridor", folder / "configs" / "corridor")
    for group in ("faction", "air", "scenario"):
        (folder / "configs" / group).mkdir()
    spec = yaml.safe_load((SEEDS / "theatre.yaml").read_text(encoding="utf-8"))
    spec["settings"]["faction"] = list(FACTIONS)
    del spec["settings"]["rules"]
    (folder / "theatre.yaml").write_text(yaml.safe_dump(spec), encoding="utf-8")
    for name in FACTIONS:
        _write(folder / "configs" / "faction" / f"{name}.yaml", f"faction.{name}", _faction(name))
    air = {"us": {"capacity": RANGE, "backs": {"sdf": 1.0}}}
    _write(folder / "configs" / "air" / "default.yaml", "air", air)
    for scenario, strength in (("baseline", 2.0), ("tanf_withdrawal", 1.0)):
        changed = {
            "scenario": scenario,
            "faction": {"tanf": {"strength": {"central": strength}}},
        }
        _write(folder / "configs" / "scenario" / f"{scenario}.yaml", "_global_", changed)


def _faction(name: str) -> dict[str, Any]:
    other = "isis" if name != "isis" else "isf"
    return {
        "title": name,
        "color": "#336699",
        "strength": RANGE,
        "intake_per_month": RANGE,
        "objectives": {"territory": 1.0},
        "depots": ["damascus"],
        "countries": {"SY": 1.0},
        "home": ["SY"],
        "communities": {"kurd": 0.5},
        "relations": {other: {"stance": "hostile", "worst": "hostile"}},
    }


def _write(file: Path, package: str, tree: dict[str, Any]) -> None:
    file.write_text(f"# @package {package}\n{yaml.safe_dump(tree)}", encoding="utf-8")


@dataclass(frozen=True)
class FakeSetup:
    """What `sim.model.setup.Setup` shows to the wings above it."""

    chance_of_road: float
    seed: int
    days: int
    record_days: tuple[int, ...]
    factions: tuple[str, ...] = FACTIONS
    unit_ids: tuple[str, ...] = ("h0_0", "h0_1", "rutba")
    unit_names: tuple[str, ...] = ("Desert", "Steppe", "Rutba")
    lon: Any = dataclasses.field(default_factory=lambda: np.array([40.0, 40.5, 40.3]))
    lat: Any = dataclasses.field(default_factory=lambda: np.array([33.0, 33.0, 33.0]))
    hexes: int = 2
    curves: tuple[str, ...] = ("jordan", "peshmerga")
    beyond: int = 0
    variants: dict[str, float] = dataclasses.field(default_factory=dict)  # name to weight


@dataclass(frozen=True)
class FakeOutcomes:
    """What `sim.model.simulate.Outcomes` holds."""

    worlds: dict[str, Any]
    cells: Any
    curves: Any


@dataclass
class FakeSimulator:
    """The model's two functions and the names it knows.

    `pause` seconds a block; at the draws `fail_at` it raises, at `die_at` its process is killed, at
    `interrupt_at` Ctrl-C is pressed.
    """

    pause: float = 0.0
    fail_at: int = -1
    die_at: int = -1
    interrupt_at: int = -1
    calls: list[int] = dataclasses.field(default_factory=list)

    def known(self, seeds: Path) -> Known:
        """The names that settings may use."""
        return Known(
            ("territory", "corridor"),
            PLACES,
            (15.0, 25.0, 40.0),
            ("IQ", "SY"),
            ("kurd",),
            date(2015, 1, 1),
            date(2017, 12, 31),
        )

    def prepare(self, config: Config, seeds: Path) -> FakeSetup:
        """A setup whose chance of a road falls with the strength of tanf."""
        origin, until = horizon(config)
        days = (until - origin).days
        dates = (*range(0, days, 30), days)
        odds = 0.8 / config.faction["tanf"].strength.central
        beyond, weights = config.clock.beyond_days, _weights(config.rules)
        return FakeSetup(odds, config.ensemble.seed, days, dates, beyond=beyond, variants=weights)

    def simulate(
        self, setup: FakeSetup, draws: Sequence[int], per_draw: Sequence[int]
    ) -> FakeOutcomes:
        """Worlds that are a pure function of (seed, draw, replication)."""
        time.sleep(self.pause)
        if self.interrupt_at in draws:
            raise KeyboardInterrupt
        self.calls.extend(draws)
        if self.die_at in draws:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.fail_at in draws:
            raise RuntimeError("the model broke")
        rows = [_world(setup, d, c) for d, c in zip(draws, per_draw, strict=True)]
        columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
        for name in columns:
            if "_date" in name:
                columns[name] = columns[name].astype(np.int32)
        dates = len(setup.record_days)
        cells = np.zeros((dates, len(setup.factions) + 1, len(setup.unit_ids)), np.int32)
        curves = np.zeros((len(setup.curves), dates, 101), np.int32)
        for row in rows:
            cells[:, 0 if row["formed_road"] else 3, :2] += 1
            cells[:, -1, 2] += 1
            curves[:, :, row["losses"] % 101] += 1
        return FakeOutcomes(columns, cells, curves)


@dataclass
class PlacesSimulator(FakeSimulator):
    """A model that knows real places: in 3 worlds of 4 what is held by isis in Iraq falls to isf.

    It falls on day 40, so that forecasts of it can be checked against shares known in advance.
    """

    places: tuple[str, ...] = ("baghdad", "hit", "mosul", "palmyra", "rutba", "azaz")
    falls: tuple[str, ...] = ("hit", "mosul", "rutba")

    def prepare(self, config: Config, seeds: Path) -> FakeSetup:
        """A setup with units that are places of the packaged map."""
        setup = super().prepare(config, seeds)
        known = controllers_at(horizon(config)[0], seeds)
        self.start = {name: known.get(name, "regime") for name in self.places}
        units = ("h0_0", "h0_1", *self.places)
        days = recorded_days(config.clock)
        at = np.zeros(len(units))
        return dataclasses.replace(
            setup, record_days=days, unit_ids=units, unit_names=units, lon=at, lat=at
        )

    def simulate(
        self, setup: FakeSetup, draws: Sequence[int], per_draw: Sequence[int]
    ) -> FakeOutcomes:
        """Worlds 0, 1, 2 of every four lose the places of `falls` to isf on day 40."""
        plain = super().simulate(setup, draws, per_draw)
        cells = np.zeros((len(setup.record_days), len(FACTIONS) + 1, len(setup.unit_ids)), np.int32)
        cells[:, -1, :2] = len(draws)
        for unit, name in enumerate(self.places, start=2):
            held = self.start[name]
            fallen = sum(d % 4 < 3 for d in draws) if name in self.falls and held == "isis" else 0
            for at, day in enumerate(setup.record_days):
                gone = fallen if day >= 40 else 0
                cells[at, FACTIONS.index(held), unit] += len(draws) - gone
                cells[at, FACTIONS.index("isf"), unit] += gone
        return FakeOutcomes(plain.worlds, cells, plain.curves)


@contextmanager
def holding(directory: Path) -> Iterator[None]:
    """Another one holds a folder."""
    with (directory / ".lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def _weights(rules: Rules) -> dict[str, float]:
    if rules.variant != "auto":
        return {rules.variant: 1.0}
    return {name: one.weight for name, one in rules.variants.items() if one.weight > 0.0}


def _world(setup: FakeSetup, draw: int, chance: int) -> dict[str, Any]:
    """Under another variant than `plain` a road is half as likely; one in two come late."""
    luck = np.random.default_rng([abs(setup.seed), draw, chance])
    names, weights = list(setup.variants), np.array([*setup.variants.values()])
    own = np.random.default_rng([abs(setup.seed), draw])  # what the worlds of a draw share
    variant = int(own.choice(len(names), p=weights / weights.sum())) if names else 0
    odds = setup.chance_of_road / (1.0 if not names or names[variant] == "plain" else 2.0)
    formed = bool(luck.random() < odds)
    day = int(luck.integers(1, setup.days))
    losses = int(luck.integers(0, 5000))
    is_late = setup.beyond and not formed and losses % 2
    late = setup.days + losses % setup.beyond if is_late else -1
    over_ground = formed or bool(luck.random() < 0.9)
    return {
        "formed_road": formed,
        "formed_territory": over_ground,
        "first_date_road": day if formed else -1,
        "first_date_territory": day // 2 if formed else -1,
        "days_open_road": setup.days - day if formed else 0,
        "days_open_territory": setup.days - day // 2 if formed else 0,
        "route_road": ("south" if losses % 3 else "centre") if formed else "",
        "crossing_road": "al_walid" if formed else "",
        "route_territory": "south" if losses % 2 else "",
        "breach_date_jordan": day if losses % 2 else -1,
        "road_capacity_index": float(luck.random()),
        "losses": losses,
        "first_date_beyond_road": late,
        "first_date_beyond_territory": -1 if over_ground else late,
        "variant": names[variant] if names else "plain",
    }
