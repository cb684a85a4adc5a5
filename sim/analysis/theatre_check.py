"""What is wrong or missing in the folder of a theatre, in one line each."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from sim.config.check import check
from sim.config.compose import compose, typed
from sim.config.schema import Config
from sim.ensemble.simulator import LandbridgeModel
from sim.errors import LandbridgeError
from sim.paths import shown
from sim.theatre.csv_table import read_table
from sim.theatre.gazetteer import GROUND
from sim.theatre.history import reports
from sim.theatre.history.situation import situation_at
from sim.theatre.load import hex_sizes, load_theatre
from sim.theatre.spec import TheatreSpec, theatre_spec
from sim.theatre.theatre import Theatre


def faults(folder: Path) -> list[str]:
    """The faults of a theatre, one line each; none: every command can run it.

    Each table is read for itself, so that all that have a fault are told at once; of each the
    first fault. A line names the file, its line and column, the value and what is allowed.
    """
    listed: list[str] = []

    def attempt[Read](read: Callable[[], Read]) -> Read | None:
        try:
            return read()
        except LandbridgeError as error:
            line = " ".join(str(error).split())
            if line not in listed:
                listed.append(line)
            return None

    spec = attempt(lambda: theatre_spec(folder))
    if spec is None:
        return listed
    for read in _tables(folder):
        attempt(read)
    sizes = attempt(lambda: hex_sizes(folder)) or []
    if not sizes:
        listed.append(
            f"{GROUND}/: no hexes_KMkm.csv; `landbridge theatre ground` makes a rough one"
        )
    for size in sizes:
        theatre = attempt(lambda size=size: load_theatre(size, folder))  # type: ignore[misc]
        if theatre is not None and size == sizes[0]:
            listed += _of_map(theatre, spec, folder)
            attempt(lambda theatre=theatre: _situations(theatre, folder))  # type: ignore[misc]
    for scenario in _scenarios(folder, listed):
        attempt(lambda name=scenario: _settings(folder, name))  # type: ignore[misc]
    return listed


def _tables(folder: Path) -> Iterator[Callable[[], object]]:
    """Readers of every table of the record."""
    for read in (
        reports.strengths, reports.control, reports.enclaves, reports.dispositions,
        reports.tempo, reports.routes_known,
    ):  # fmt: skip
        yield lambda read=read: read(folder)  # type: ignore[misc]
    yield lambda: reports.free_shares(datetime.date.max, folder)
    for name, columns in (
        ("routes_variants.csv", ("route", "place")),
        ("support.csv", ("faction", "item", "low", "central", "high", "as_of")),
        (f"{GROUND}/outlines.csv", ("kind", "name", "part", "lon", "lat")),
    ):
        yield lambda name=name, columns=columns: read_table(folder / name, columns)  # type: ignore[misc]


def _of_map(theatre: Theatre, spec: TheatreSpec, folder: Path) -> Iterator[str]:
    """What the map lacks for corridors to be told apart, and places without a holder."""
    for name in spec.gates.places:
        if name not in theatre.ids:
            yield f"theatre.yaml gates.places={name}: no such place"
    for row in read_table(folder / "routes.csv", ("route", "place")):
        if row.text("place") not in theatre.ids:
            yield str(row.error("place", "no such place"))
        if row.text("route") not in spec.routes:
            yield str(row.error("route", "has no colour in theatre.yaml routes", spec.routes))
    try:
        held = reports.controllers_at(spec.first, folder)
    except LandbridgeError:
        return  # told already
    enclaves = {enclave.enclave for enclave in reports.enclaves(folder)}
    for unit in range(theatre.hexes, theatre.units):
        name = theatre.ids[unit]
        if theatre.playable[unit] and name not in held and name not in enclaves:
            yield f"control.csv: nobody holds {name} on {spec.first}"


def _situations(theatre: Theatre, folder: Path) -> None:
    """Refuse a first and a last day on which a force stands on neutral ground."""
    for day in (theatre.spec.first, theatre.spec.last):
        situation = situation_at(day, theatre, folder, reports.factions_known(folder))
        stranded = np.unique(situation.faction[~theatre.playable[situation.unit]])
        for f in stranded.tolist():
            raise LandbridgeError(
                f"dispositions.csv: {situation.factions[f]} has a force on neutral ground on {day}"
            )


def _scenarios(folder: Path, listed: list[str]) -> list[str]:
    names = sorted(file.stem for file in folder.glob("configs/scenario/*.yaml"))
    if "baseline" not in names:
        listed.append("configs/scenario/baseline.yaml: is missing")
    return names


def _settings(folder: Path, scenario: str) -> Config:
    """Compose a scenario and check it; errors name it."""
    try:
        config = typed(compose([f"theatre={folder}", f"scenario={scenario}"]))
        check(config, LandbridgeModel().known(folder))
    except LandbridgeError as error:
        raise LandbridgeError(f"configs, scenario {scenario}: {error}") from error
    return config


def passed(folder: Path) -> str:
    """What is said of a theatre without faults."""
    spec = theatre_spec(folder)
    sizes = ", ".join(f"{size:g}" for size in hex_sizes(folder))
    return (
        f"{shown(folder)}: {spec.title}, {spec.first} to {spec.last}, hexes of {sizes} km: no fault"
    )
