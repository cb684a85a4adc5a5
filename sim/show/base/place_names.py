"""Which names a map carries, and in what order of importance."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from sim.arrays import Flags, Ints
from sim.show.base.basemap import Basemap
from sim.show.base.format import short
from sim.show.base.labels import Label, Placer
from sim.show.base.run_data import Control, Run
from sim.show.base.style import FAINT, INK, SOFT, darker
from sim.theatre.spec import TheatreSpec
from sim.theatre.theatre import KINDS, Theatre

POST = "#10396b"  # colour of the names of crossings
_REGION_KM2 = 4000.0  # ground from which a faction's name stands on it


def border_posts(theatre: Theatre) -> set[str]:
    """Ids of the places that tell where a corridor crosses, on both sides of a border."""
    gates = theatre.spec.gates
    if not gates.countries:
        return set(gates.places)
    both = {theatre.country_code(country) for country in gates.countries}
    posts = set()
    for unit in range(theatre.hexes, theatre.units):
        if theatre.kind[unit] != KINDS.index("border"):
            continue
        near = theatre.hex_neighbours[theatre.hex_of[unit]]
        around = {int(theatre.country[i]) for i in [*near[near >= 0], theatre.hex_of[unit], unit]}
        if both <= around:
            posts.add(theatre.ids[unit])
    return posts


def ranked(run: Run, base: Basemap) -> list[str]:
    """Ids of places and enclaves by importance to a reader of the map."""
    theatre, gates = run.theatre, run.spec.gates
    near = theatre.country_code(gates.countries[0]) if gates.countries else -1
    posts = border_posts(theatre)
    ends = {str(run.settings["corridor"][end]) for end in ("source", "sink")}
    lines = {
        str(faction.get("red_line", {}).get("place", ""))
        for faction in run.settings["faction"].values()
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
            return (2 if near in (-1, theatre.country[unit]) else 8), people
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
        label = Label(run.place_name(key), float(theatre.x[u]), float(theatre.y[u]), size)
        if key in posts:
            label = replace(label, weight="bold", colour=POST)
        elif key in base.pockets:
            label = replace(label, style="italic", colour=SOFT)
        elif KINDS[theatre.kind[u]] == "city":
            label = replace(label, weight="bold", gap=5.0)
        labels.append(label)
    return labels


def named_from(theatre: Theatre) -> float:
    """How many hexes a faction must hold to have its name on them."""
    return max(3.0, _REGION_KM2 / float(theatre.area_km2[0]))


def write_holders(run: Run, control: Control, placer: Placer, size: float = 10.0) -> set[str]:
    """The short name of each faction once, deep in the ground it most likely holds; which."""
    theatre = run.theatre
    holder = control.likeliest[: theatre.hexes]
    least = named_from(theatre)
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


def write_countries(
    placer: Placer, spec: TheatreSpec, size: float = 9.0, without: Collection[str] = ()
) -> None:
    """Names of countries, where there is room; those that take part last and darker."""
    for country in sorted(spec.countries.values(), key=lambda country: country.playable):
        name = country.name.upper()
        if not country.labels or name in without:
            continue
        points = np.array([spec.plane.project(*spot) for spot in country.labels])
        colour = INK if country.playable else FAINT
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
