"""Which names a map carries, and in what order of importance."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from sim.arrays import Flags, Ints
from sim.show.base.basemap import Basemap
from sim.show.base.format import place, short
from sim.show.base.labels import Label, Placer
from sim.show.base.run_data import Control, Run
from sim.show.base.style import FAINT, INK, SOFT, darker
from sim.theatre.hexes import project
from sim.theatre.theatre import COUNTRIES, KINDS, Theatre

POST = "#10396b"  # colour of the names of crossings
_REGION_KM2 = 4000.0  # ground from which a faction's name stands on it
_COUNTRIES = {  # where a country's name may stand, degrees
    "TURKEY": ((39.2, 37.25), (41.3, 37.35), (38.2, 37.2)),
    "IRAN": ((45.72, 35.75), (45.6, 36.3), (45.75, 34.6)),
    "SAUDI ARABIA": ((39.6, 31.75), (40.4, 31.7)),
    "LEBANON": ((36.14, 34.18), (36.2, 34.3)),
    "SYRIA": ((39.3, 34.25), (39.2, 36.2), (38.3, 35.5), (37.6, 34.0), (38.6, 33.6)),
    "IRAQ": ((41.6, 32.2), (42.7, 32.1), (42.5, 33.0), (42.0, 35.0), (43.6, 33.7)),
    "JORDAN": ((37.9, 31.95), (37.4, 31.7), (37.9, 32.4)),
}


def border_posts(theatre: Theatre) -> set[str]:
    """Ids of the places of kind border at the line between Iraq and Syria."""
    iraq, syria = COUNTRIES.index("IQ"), COUNTRIES.index("SY")
    found = set()
    for unit in range(theatre.hexes, theatre.units):
        if theatre.kind[unit] != KINDS.index("border"):
            continue
        near = theatre.hex_neighbours[theatre.hex_of[unit]]
        around = {int(theatre.country[i]) for i in [*near[near >= 0], theatre.hex_of[unit], unit]}
        if {iraq, syria} <= around:
            found.add(theatre.ids[unit])
    return found


def ranked(run: Run, base: Basemap) -> list[str]:
    """Ids of places and enclaves by importance to a reader of the map."""
    theatre, iraq = run.theatre, COUNTRIES.index("IQ")
    posts = border_posts(theatre)
    ends = {str(run.settings["corridor"][end]) for end in ("source", "sink")}
    lines = {
        str(one.get("red_line", {}).get("place", "")) for one in run.settings["faction"].values()
    }
    on_route = {key for along in base.routes.values() for key in along}

    def rank(unit: int) -> tuple[int, float]:
        key, kind = theatre.ids[unit], KINDS[theatre.kind[unit]]
        people = -float(theatre.population[unit])
        if key in ends:
            return 0, people
        if key in lines:
            return 1, people
        if key in posts:
            return (2 if theatre.country[unit] == iraq else 8), people
        if key in on_route:
            return (3 if kind in ("city", "town") else 7), people
        steps = {"city": 4, "town": 6, "base": 7, "border": 7}
        return (5 if key in base.pockets else steps.get(kind, 9)), people

    return [theatre.ids[u] for u in sorted(range(theatre.hexes, theatre.units), key=rank)]


def place_labels(run: Run, base: Basemap, size: float = 7.5) -> list[Label]:
    """Names of all places, the most important first."""
    theatre = run.theatre
    posts = border_posts(theatre)
    unit = {theatre.ids[u]: u for u in range(theatre.hexes, theatre.units)}
    labels = []
    for key in ranked(run, base):
        u = unit[key]
        label = Label(place(key, theatre.names[u]), float(theatre.x[u]), float(theatre.y[u]), size)
        if key in posts:
            label = replace(label, weight="bold", colour=POST)
        elif key in base.pockets:
            label = replace(label, style="italic", colour=SOFT)
        elif KINDS[theatre.kind[u]] == "city":
            label = replace(label, weight="bold", gap=5.0)
        labels.append(label)
    return labels


def write_holders(run: Run, control: Control, placer: Placer, size: float = 10.0) -> set[str]:
    """The short name of each faction once, deep in the ground it most likely holds; which."""
    theatre = run.theatre
    holder = control.likeliest[: theatre.hexes]
    area = float(theatre.area_km2[0])
    least = max(3.0, _REGION_KM2 / area)
    order = sorted(range(len(run.factions)), key=lambda f: -int((holder == f).sum()))
    written = set()
    for f in order:
        mine = holder == f
        if mine.sum() < least:
            continue
        name = run.factions[f]
        label = Label(short(name).upper(), 0.0, 0.0, size, darker(run.colour(name)), "bold")
        if placer.on(label, theatre.layout.centres[deepest(theatre, mine)]):
            written.add(label.text)
    return written


def write_countries(placer: Placer, size: float = 9.0, without: Collection[str] = ()) -> None:
    """Names of countries, where there is room."""
    for name, spots in _COUNTRIES.items():
        if name in without:
            continue
        points = np.array([project(*spot) for spot in spots])
        colour = INK if name in ("SYRIA", "IRAQ", "JORDAN") else FAINT
        spaced = "\u2009".join(name)
        placer.on(Label(spaced, 0.0, 0.0, size, colour, style="italic"), points)


def deepest(theatre: Theatre, mine: Flags) -> Ints:
    """Hexes of a region, those furthest from its edge first, then those nearest its middle."""
    beside = theatre.hex_neighbours
    depth = np.zeros(len(mine), dtype=np.int64)
    left = mine.copy()
    while left.any():
        depth[left] += 1
        left = left & (left[beside] & (beside >= 0)).all(axis=1)
    centres = theatre.layout.centres
    core = centres[depth == depth.max()].mean(axis=0)
    away = ((centres - core) ** 2).sum(axis=1)
    order = np.lexsort((away, -depth))
    return order[: int(mine.sum())]
