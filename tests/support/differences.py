"""Runs the same worlds through the engine and the reference, and says where they first part.

Both are pictured as plain dictionaries after every day and after every tick: who holds what, where
every fighter is, all campaigns, relations, counts and corridors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sim.definitions import WAYS
from sim.model.model import WorldBatch
from sim.model.setup import Setup
from tests.oracle import terms
from tests.oracle.faction import Faction
from tests.oracle.world import World

Picture = dict[str, Any]  # lists are by unit, dictionaries by field
PHASES = (terms.FREE, terms.GATHERING, terms.ATTACKING, terms.SEEKING, terms.DONE)
CAMPAIGN = ("phase", "army", "raised", "at", "target", "ready", "until", "fresh", "tied",
            "stroke", "against")  # fmt: skip
PAIR = ("alarm", "perceived", "war_from", "war_until", "clashes", "stance", "posture")
COUNTS = ("usable", "intake", "reserve", "lost", "joined", "given", "surged", "taken",
          "crossings", "strikes", "breach")  # fmt: skip
CORRIDOR = ("is_open", "open_days", "streak", "opened", "formed", "crossing", "worst")


def first_difference(setup: Setup, names: Iterable[tuple[int, int]]) -> str | None:
    """The first difference of engine and reference in worlds (draw, replication), or None."""
    draws, replications = zip(*names, strict=True)
    engine = EngineDiary(setup, draws, replications)
    reference = [ReferenceDiary(setup, *name) for name in zip(draws, replications, strict=True)]
    while engine.day < setup.days:
        engine.step()
        for w, world in enumerate(reference):
            world.step()
            for (when, theirs), (_, ours) in zip(engine.pages, world.pages, strict=True):
                where = part(setup, theirs[w], ours)
                if where:
                    return f"world {draws[w], replications[w]}, {when}: {where}"
            world.pages.clear()
        engine.pages.clear()
    return None


def part(setup: Setup, engine: Picture, reference: Picture) -> str | None:
    """Where two pictures differ, and how."""
    for what, theirs in engine.items():
        ours = reference[what]
        if theirs == ours:
            continue
        for where, a, b in _pairs(setup, theirs, ours):
            if a != b:
                return f"{what}, {where}: engine {a!r}, reference {b!r}"
    return None


def _pairs(setup: Setup, theirs: Any, ours: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(theirs, dict):
        yield from ((field, theirs[field], ours[field]) for field in theirs)
    else:
        yield from zip(setup.unit_ids, theirs, ours, strict=True)


class EngineDiary(WorldBatch):
    """The engine, keeping pictures of all its worlds."""

    def __init__(self, *args: Any) -> None:
        """As `WorldBatch`."""
        super().__init__(*args)
        self.pages: list[tuple[str, list[Picture]]] = []
        self._look("at the origin")

    def resolve(self) -> None:
        """A picture after every day."""
        super().resolve()
        self._look(f"day {self.day}")

    def step(self) -> None:
        """And after every tick."""
        super().step()
        self._look(f"end of the tick to day {self.day}")

    def _look(self, when: str) -> None:
        worlds = range(self.state.key.size)
        self.pages.append((when, [engine_picture(self, w) for w in worlds]))


class ReferenceDiary(World):
    """The reference, keeping pictures."""

    def __init__(self, setup: Setup, draw: int, chance: int) -> None:
        """As `World`."""
        super().__init__(setup, draw, chance)
        self.pages = [("at the origin", reference_picture(self))]

    def resolve(self) -> None:
        """A picture after every day."""
        super().resolve()
        self.pages.append((f"day {self.day}", reference_picture(self)))

    def step(self) -> None:
        """And after every tick."""
        super().step()
        self.pages.append(("end", reference_picture(self)))


def engine_picture(model: WorldBatch, w: int) -> Picture:
    """World w of a batch."""
    state, names = model.state, model.setup.factions
    called = {-1: "nobody", -2: "neutral"} | dict(enumerate(names))
    picture: Picture = {"holder": [called[h] for h in state.holder[w].tolist()]}
    campaigns, pairs = _rows(state.campaign[w]), _rows(state.pair[w])
    for f, (name, side) in enumerate(zip(names, _rows(state.side[w]), strict=True)):
        picture[f"garrison of {name}"] = state.force[w, f].tolist()
        for k, c in enumerate(campaigns[f]):
            picture[f"campaign {k} of {name}"] = _campaign(c | {"phase": PHASES[c["phase"]]})
        for other, pair in zip(names, pairs[f], strict=True):
            picture[f"{name} at {other}"] = {n: pair[n] for n in PAIR}
        picture[name] = {n: side[n] for n in COUNTS}
    for way, row in zip(WAYS, _rows(state.corridor[w]), strict=True):
        picture[f"corridor by {way}"] = {n: row[n] for n in CORRIDOR}
    return picture


def _rows(table: Any) -> list[Any]:
    """Records as dictionaries, in lists like their axes."""
    if table.ndim > 1:
        return [_rows(part) for part in table]
    return [dict(zip(table.dtype.names, row, strict=True)) for row in table.tolist()]


def reference_picture(world: World) -> Picture:
    """The same of the reference."""
    holders = enumerate(world.holder)
    empty = ["neutral" if u in world.neutral else "nobody" for u in range(len(world.holder))]
    picture: Picture = {"holder": [empty[u] if h is None else h.name for u, h in holders]}
    for f in world.factions:
        picture[f"garrison of {f.name}"] = list(f.garrison)
        for k, c in enumerate(f.campaigns):
            fields = {n: getattr(c, n) for n in terms.Campaign.__slots__}
            picture[f"campaign {k} of {f.name}"] = _campaign(fields)
        for g in world.factions:
            picture[f"{f.name} at {g.name}"] = _relation(f, g)
        picture[f.name] = {n: getattr(f, n) for n in COUNTS}
    for way, corridor in world.corridors.items():
        picture[f"corridor by {way}"] = {n: getattr(corridor, n) for n in CORRIDOR}
    return picture


def _campaign(fields: dict[str, Any]) -> dict[str, Any]:
    """What counts of a campaign: a free slot keeps stale numbers, one on the march stale luck."""
    if fields["phase"] == terms.FREE:
        return {n: fields[n] for n in ("phase", "army", "tied")}
    fighting = ("luck", "progress") if fields["phase"] == terms.ATTACKING else ()
    return {n: fields[n] for n in (*CAMPAIGN, *fighting)}


def _relation(f: Faction, g: Faction) -> dict[str, Any]:
    return {n: getattr(f, n)[g] for n in PAIR}
