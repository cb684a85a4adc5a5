"""One world as the page shows it: who holds what, armies and events, day by day.

A day holds what is other than on the day before, so that a world is streamed while it is stepped
and the page can go back to any day at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.definitions import KINDS, WAYS
from sim.ensemble.block import Block
from sim.ensemble.compile_lock import compiling_alone
from sim.errors import LandbridgeError
from sim.show.base.run_data import Run

if TYPE_CHECKING:  # the model takes seconds to import
    from sim.model.setup import Setup
    from sim.model.watched_world import Day

MOST = 9_999_999  # number of a world
Tree = dict[str, Any]


def number_of(values: Sequence[str]) -> int:
    """The number of a world, counted from 0 as the rows of worlds.parquet are.

    Raises:
        LandbridgeError: it is none.
    """
    text = values[-1] if values else ""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MOST))):
        raise LandbridgeError(f"number={text}: must be a whole number from 0 to {MOST}")
    return int(text)


def days_of(setup: Setup, run: Run, number: int, per_draw: int) -> Iterator[Tree]:
    """A world from the origin to the horizon, a line for the days of each tick.

    Args:
        setup: of its scenario.
        run: the same scenario, for its words.
        number: of the world.
        per_draw: worlds that share a sample of the inputs.

    Yields:
        `days`: see `_day`; `until`: how many days there will be.
    """
    from sim.model.watched_world import watch

    (draw,), (replication,) = Block(number, number + 1).keys(per_draw)
    words, before = _Words(setup, run), None
    with compiling_alone():
        for tick in watch(setup, draw, replication):
            days = []
            for today in tick:
                days.append(_day(setup, run.origin, before, today) | words.events(before, today))
                before = today
            yield {"number": number, "until": setup.days, "days": days}


def _day(setup: Setup, origin: date, before: Day | None, today: Day) -> Tree:
    """A day: rows of whole numbers, as short as can be.

    `held`: unit, holder (nobody after the last faction, -1 neutral) where another than before;
    `garrisons`: faction, unit, fighters; `armies`: faction, slot, where, target, fighters, phase,
    hundredths of the way through; `fighters`, by faction, wherever they are.
    """
    nobody = len(setup.factions)
    changed = slice(None) if before is None else before.holder != today.holder
    units = np.arange(len(today.holder))[changed]
    holders = today.holder[units].astype(np.int64)
    shown = np.select([holders >= 0, holders == -1], [holders, nobody], -1)
    factions, posts = np.nonzero(today.garrison)
    owners, slots = np.nonzero(today.campaign.army > 0)
    armies = today.campaign[owners, slots]
    depth = setup.geo.unit.depth_km[armies.target]
    share = np.clip(100.0 * armies.progress / np.maximum(depth, 1e-9), 0.0, 100.0)
    columns = (owners, slots, armies.at, armies.target, armies.army, armies.phase,
               share.astype(np.int64))  # fmt: skip
    return {
        "day": today.day,
        "date": (origin + timedelta(today.day)).isoformat(),
        "held": np.column_stack([units, shown]).tolist(),
        "garrisons": np.column_stack([factions, posts, today.garrison[factions, posts]]).tolist(),
        "armies": np.column_stack([np.asarray(one, np.int64) for one in columns]).tolist(),
        "fighters": (today.garrison.sum(axis=1) + today.campaign.army.sum(axis=1)).tolist(),
    }


class _Words:
    """What happened on a day, as sentences."""

    def __init__(self, setup: Setup, run: Run) -> None:
        self.setup = setup
        self.called = [*(run.called(name) for name in setup.factions), "nobody"]
        names = zip(setup.unit_ids, setup.unit_names, strict=True)
        self.places = [run.place_name(key) if key in run.theatre.ids else name
                       for key, name in names]  # fmt: skip

    def events(self, before: Day | None, today: Day) -> Tree:
        """Places that changed hands, red lines, corridors."""
        if before is None:
            return {"events": []}
        parts = (self._taken, self._lines, self._corridors)
        texts = [text for part in parts for text in part(before, today)]
        return {"events": [f"{text[0].upper()}{text[1:]}" for text in texts]}

    def _taken(self, before: Day, today: Day) -> Iterator[str]:
        hexes = self.setup.hexes
        for unit in hexes + np.flatnonzero(before.holder[hexes:] != today.holder[hexes:]):
            was, now = int(before.holder[unit]), int(today.holder[unit])
            from_ = f" from {self.called[was]}" if was >= 0 else ""
            yield f"{self.places[unit]} passes{from_} to {self.called[now]}"

    def _lines(self, before: Day, today: Day) -> Iterator[str]:
        crossed, struck = (
            getattr(today, what) - getattr(before, what) for what in ("crossings", "strikes")
        )
        for g in np.flatnonzero(crossed):
            by = [self.called[f] for f in np.flatnonzero(today.crossers[g])]
            who = f" by {' and '.join(by)}" if by else ""
            answer = "answered by a strike" if struck[g] else "not answered"
            yield f"The red line of {self.called[g]} is crossed{who}, {answer}"

    def _corridors(self, before: Day, today: Day) -> Iterator[str]:
        hold = self.setup.rules.hold_days
        for kind in KINDS:
            way = WAYS.index(kind)
            if today.is_open[way] != before.is_open[way]:
                yield f"The corridor by {kind} {'opens' if today.is_open[way] else 'is cut'}"
            elif today.streak[way] == hold > before.streak[way]:
                yield f"The corridor by {kind} has been open for {hold} days"
