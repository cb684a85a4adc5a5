"""What becomes of the corridor, day by day, in the worlds of a run: `corridor_events.py RUN`.

Writes `corridor_events.csv` beside the run's own files: for each definition and month end the share
of worlds in which the corridor is open that day, has been cut for a week or more since it was first
open, and has opened again after such a cut.
"""

from __future__ import annotations

import csv
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.config.compose import composed_before, typed
from sim.config.record_days import month_ends
from sim.definitions import WAYS
from sim.ensemble.execute.threads import stream
from sim.ensemble.store.read import frame
from sim.model.model import WorldBatch
from sim.model.simulate import prepare
from sim.paths import theatre_folder

Bools = NDArray[np.bool_]
CUT_DAYS = 7
BLOCK = 64
FILE = "corridor_events.csv"
EVENTS = ("open", "cut", "reopened")


class Watched(WorldBatch):
    """Worlds that note on every day by which definitions the corridor is open."""

    def __init__(self, *args: Any) -> None:
        """As `WorldBatch`."""
        super().__init__(*args)
        self.days = [self.state.corridor.is_open.copy()]

    def resolve(self) -> None:
        """A day, and a look at its end."""
        super().resolve()
        self.days.append(self.state.corridor.is_open.copy())


def happened(is_open: Bools) -> dict[str, Bools]:
    """By event, (days, worlds) whether it is so by each day; `is_open` is (days, worlds)."""
    cut, reopened = np.zeros_like(is_open), np.zeros_like(is_open)
    seen = np.zeros(is_open.shape[1], np.bool_)
    closed = np.zeros(is_open.shape[1], np.int64)
    for day, now in enumerate(is_open):
        closed = np.where(now | ~seen, 0, closed + 1)
        seen |= now
        before = cut[day - 1] if day else np.zeros_like(now)
        cut[day] = before | (closed >= CUT_DAYS)
        reopened[day] = (reopened[day - 1] if day else before) | (cut[day] & now)
    return {"open": is_open, "cut": cut, "reopened": reopened}


def main(run: Path) -> int:
    """Run the worlds of a folder again, watched."""
    config = typed(composed_before(run))
    setup = prepare(config, theatre_folder(config.theatre.name))
    worlds = frame(run, "worlds")[["draw", "replication"]].to_numpy()

    def block(at: int) -> tuple[int, Bools]:
        part = worlds[at : at + BLOCK]
        model = Watched(setup, part[:, 0].tolist(), part[:, 1].tolist())
        model.run()
        days = np.array(model.days)
        model.close()
        return at, days

    blocks = dict(stream(block, range(0, len(worlds), BLOCK), config.executor.threads))
    days = np.concatenate([blocks[at] for at in sorted(blocks)], axis=1)
    origin, until = (date.fromisoformat(day) for day in (config.clock.origin, config.clock.until))
    with (run / FILE).open("w", newline="", encoding="utf-8") as stream_to:
        writer = csv.writer(stream_to, lineterminator="\n")
        writer.writerow(("event", "definition", "date", "worlds", "probability"))
        for i, way in enumerate(WAYS):
            for event, flags in happened(days[:, :, i]).items():
                for end in month_ends(origin, until):
                    number = int(flags[(end - origin).days].sum())
                    writer.writerow((event, way, end, number, number / len(worlds)))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
